namespace IsmsModular.Platform.Store.Lite;

/// <summary>Stream under the engine: a flush is an fsync, so is a truncation, and it knows how far it is synced. The first failure is kept and ends all writing.</summary>
internal sealed class PassStream(IBlockFile file) : Stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly object gate = new();
    private long position;
    private long written;
    private long synced;
    private Exception? failure;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    /// <summary>The first failure, or <c>null</c>.</summary>
    public Exception? Failure
    {
        get
        {
            lock (gate)
            {
                return failure;
            }
        }
    }

    /// <summary>Lets nothing more be written, so that an engine in doubt cannot make things worse while it closes.</summary>
    public void Fail(Exception cause)
    {
        lock (gate)
        {
            failure ??= cause;
            Monitor.PulseAll(gate);
        }
    }

    public override void Flush() => Guarded(() =>
    {
        long reached;
        lock (gate)
        {
            reached = written;
        }
        file.Sync();
        lock (gate)
        {
            synced = Math.Max(synced, reached);
            Monitor.PulseAll(gate);
        }
    });

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = (int)Math.Max(0, Math.Min(count, file.Length - position));
        try
        {
            file.Read(position, buffer.AsSpan(offset, count));
        }
        catch (Exception cause)
        {
            Fail(cause);
            throw;
        }
        position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Guarded(() =>
    {
        file.Write(position, buffer.AsSpan(offset, count));
        position += count;
        lock (gate)
        {
            written = Math.Max(written, position);
        }
    });

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => file.Length + offset,
    };

    public override void SetLength(long value) => Guarded(() =>
    {
        file.SetLength(value);
        file.Sync();
        lock (gate)
        {
            written = Math.Min(written, value);
            synced = Math.Min(synced, value);
        }
    });

    /// <summary>Returns once so many bytes are on the disk.</summary>
    /// <exception cref="IOException">The disk failed or does not answer.</exception>
    public void WaitSynced(long bytes)
    {
        lock (gate)
        {
            while (failure is null && synced < bytes)
            {
                if (!Monitor.Wait(gate, Patience))
                {
                    failure ??= new IOException("The disk does not answer.");
                }
            }
            if (failure is not null)
            {
                throw new IOException(failure.Message, failure);
            }
        }
    }

    private void Guarded(Action action)
    {
        if (Failure is { } before)
        {
            throw new IOException("Writing has ended: " + before.Message, before);
        }
        try
        {
            action();
        }
        catch (Exception cause)
        {
            Fail(cause);
            throw;
        }
    }
}

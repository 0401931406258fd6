namespace IsmsModular.Platform.Store.Lite;

/// <summary>The first failure under an open file. From then on nothing more is written to its disk, as if the power had gone.</summary>
internal sealed class DiskState
{
    private volatile Exception? failure;

    public Exception? Failure => failure;

    public void Fail(Exception cause) => Interlocked.CompareExchange(ref failure, cause, null);
}

/// <summary>
/// Stream under the engine: a flush is an fsync, so is a truncation, and it knows how far it is synced. A failure to write is kept for the owner of the
/// file and not thrown: the engine writes its log on a thread of its own and would wait for itself for ever.
/// </summary>
internal sealed class PassStream(IBlockFile file, DiskState disk) : Stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly object gate = new();
    private long position;
    private long written;
    private long synced;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    public override void Flush() => Try(() =>
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
            disk.Fail(cause);
            throw;
        }
        position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Try(() =>
        {
            file.Write(position, buffer.AsSpan(offset, count));
            lock (gate)
            {
                written = Math.Max(written, position + count);
            }
        });
        position += count;
    }

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => file.Length + offset,
    };

    public override void SetLength(long value) => Try(() =>
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
            while (disk.Failure is null && synced < bytes)
            {
                if (!Monitor.Wait(gate, Patience))
                {
                    disk.Fail(new IOException("The disk does not answer."));
                }
            }
        }
        if (disk.Failure is { } cause)
        {
            throw new IOException(cause.Message, cause);
        }
    }

    private void Try(Action action)
    {
        if (disk.Failure is null)
        {
            try
            {
                action();
                return;
            }
            catch (Exception cause)
            {
                disk.Fail(cause);
            }
        }
        lock (gate)
        {
            Monitor.PulseAll(gate);
        }
    }
}

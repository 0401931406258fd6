using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>A file in memory.</summary>
internal class MemoryFile : IBlockFile
{
    private byte[] bytes = new byte[1 << 18];
    private long length;

    public long Length
    {
        get
        {
            lock (this)
            {
                return length;
            }
        }
    }

    public virtual void Read(long position, Span<byte> target)
    {
        lock (this)
        {
            target.Clear();
            if (position < length)
            {
                var count = (int)Math.Min(target.Length, length - position);
                bytes.AsSpan((int)position, count).CopyTo(target);
            }
        }
    }

    public virtual void Write(long position, ReadOnlySpan<byte> source)
    {
        lock (this)
        {
            if (position + source.Length > bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Max(bytes.Length * 2L, position + source.Length));
            }
            source.CopyTo(bytes.AsSpan((int)position));
            length = Math.Max(length, position + source.Length);
        }
    }

    public virtual void Sync()
    {
    }

    public virtual void SetLength(long value)
    {
        lock (this)
        {
            if (value > bytes.Length)
            {
                Array.Resize(ref bytes, (int)value);
            }
            if (value < length)
            {
                Array.Clear(bytes, (int)value, (int)(length - value));
            }
            length = value;
        }
    }

    public MemoryFile Copy()
    {
        lock (this)
        {
            return new() { bytes = [.. bytes], length = length };
        }
    }

    public void Dispose() => GC.SuppressFinalize(this);
}

internal enum BlockAction
{
    Write,
    Sync,
    SetLength,
}

/// <summary>One thing done to one of the two files. A sync covers what was done before <c>Position</c>, an index into the record.</summary>
internal readonly record struct BlockRecord(int File, BlockAction Action, long Position, byte[] Data);

/// <summary>Records all that is done to it.</summary>
internal sealed class RecordingFile(int number, List<BlockRecord> records) : MemoryFile
{
    public override void Write(long position, ReadOnlySpan<byte> source)
    {
        lock (records)
        {
            records.Add(new(number, BlockAction.Write, position, source.ToArray()));
        }
        base.Write(position, source);
    }

    public override void Sync()
    {
        int before;
        lock (records)
        {
            before = records.Count;
        }
        Thread.Yield();
        lock (records)
        {
            records.Add(new(number, BlockAction.Sync, before, []));
        }
    }

    public override void SetLength(long value)
    {
        lock (records)
        {
            records.Add(new(number, BlockAction.SetLength, value, []));
        }
        base.SetLength(value);
    }
}

/// <summary>A disk whose writing, syncing or reading fails after so many calls, or that is full at a size. Survives being closed, as a disk does.</summary>
internal sealed class FailingDisk : IDisposable
{
    private readonly MemoryFile data = new();
    private readonly MemoryFile log = new();

    /// <summary>How many more writes, syncs and truncations work; -1 for all.</summary>
    public int Good { get; set; } = -1;

    /// <summary>Bytes that fit into both files; 0 for no limit.</summary>
    public long Capacity { get; set; }

    /// <summary>How many more reads work; -1 for all.</summary>
    public int GoodReads { get; set; } = -1;

    public FilePair Files => () => (new File(this, data), new File(this, log));

    public void Dispose()
    {
        data.Dispose();
        log.Dispose();
    }

    private void Spend()
    {
        lock (this)
        {
            if (Good == 0)
            {
                throw new IOException("Input/output error");
            }
            if (Good > 0)
            {
                Good--;
            }
        }
    }

    private sealed class File(FailingDisk disk, MemoryFile file) : IBlockFile
    {
        public long Length => file.Length;

        public void Read(long position, Span<byte> target)
        {
            if (disk.GoodReads == 0)
            {
                throw new IOException("Input/output error");
            }
            if (disk.GoodReads > 0)
            {
                disk.GoodReads--;
            }
            file.Read(position, target);
        }

        public void Write(long position, ReadOnlySpan<byte> source)
        {
            disk.Spend();
            if (disk.Capacity > 0 && Math.Max(file.Length, position + source.Length) - file.Length + disk.data.Length + disk.log.Length > disk.Capacity)
            {
                // A full disk takes a part.
                file.Write(position, source[..(source.Length / 3)]);
                throw new IOException("No space left on device");
            }
            file.Write(position, source);
        }

        public void Sync() => disk.Spend();

        public void SetLength(long length)
        {
            disk.Spend();
            file.SetLength(length);
        }

        public void Dispose()
        {
        }
    }
}

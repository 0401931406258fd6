using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>What the engine's streams need of a file; tests put recording and failing files under it.</summary>
internal interface IBlockFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the whole target; beyond the end it reads zeros.</summary>
    void Read(long position, Span<byte> target);

    void Write(long position, ReadOnlySpan<byte> source);

    /// <summary>Returns when everything written is on the disk.</summary>
    void Sync();

    void SetLength(long length);
}

/// <summary>A file that nobody else can open meanwhile.</summary>
internal sealed class DiskFile : IBlockFile
{
    private readonly FileStream file;
    private readonly SafeFileHandle handle;

    public DiskFile(string path)
    {
        file = OwnerOnly.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, buffer: 0);
        handle = file.SafeFileHandle;
    }

    public long Length => RandomAccess.GetLength(handle);

    public void Read(long position, Span<byte> target)
    {
        while (target.Length > 0)
        {
            var read = RandomAccess.Read(handle, target, position);
            if (read == 0)
            {
                target.Clear();
                return;
            }
            target = target[read..];
            position += read;
        }
    }

    public void Write(long position, ReadOnlySpan<byte> source) => RandomAccess.Write(handle, source, position);

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Dispose() => file.Dispose();
}

/// <summary>Files that, when they are made, only their owner can read.</summary>
internal static class OwnerOnly
{
    public static FileStream Open(string path, FileMode mode, FileAccess access = FileAccess.Write, int buffer = 4096)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, BufferSize = buffer };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new(path, options);
    }
}

/// <summary>Durable file operations.</summary>
internal static partial class Durable
{
    /// <summary>Renames a synced file and makes the renaming last. What was there is replaced.</summary>
    public static void Rename(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Writes a small file whole or not at all.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = new DiskFile(temporary))
        {
            file.SetLength(0);
            file.Write(0, content);
            file.Sync();
        }
        Rename(temporary, path);
    }

    /// <summary>Makes renamings and new names in a folder last. Windows does so by itself.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Folder {folder} cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }
        var synced = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (synced != 0)
        {
            throw new IOException($"Folder {folder} cannot be synced (error {error}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

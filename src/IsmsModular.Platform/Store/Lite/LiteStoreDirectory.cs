using System.Collections.Concurrent;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>
/// The stores of a data folder: <c>system.db</c>, <c>workspaces/ID.db</c>, <c>attachments/STORE/</c>. While one is open, <c>isms.lock</c> is held, so that a
/// second program is refused.
/// </summary>
internal sealed class LiteStoreDirectory : IStoreDirectory, IDisposable
{
    private readonly ConcurrentDictionary<string, LiteStore> stores = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<DocumentMap> systemMaps;
    private readonly IReadOnlyList<DocumentMap> workspaceMaps;
    private readonly TimeProvider time;
    private readonly ITimer idleTimer;
    private readonly object gate = new();
    private FileStream? held;

    public LiteStoreDirectory(string dataFolder, IEnumerable<DocumentMap> systemMaps, IEnumerable<DocumentMap> workspaceMaps, TimeProvider time, TimeSpan? idle = null)
    {
        DataFolder = Path.GetFullPath(dataFolder);
        this.systemMaps = [.. systemMaps];
        this.workspaceMaps = [.. workspaceMaps];
        this.time = time;
        var after = idle ?? TimeSpan.FromMinutes(10);
        idleTimer = time.CreateTimer(_ => CloseIdle(after), null, after / 2, after / 2);
    }

    public string DataFolder { get; }

    public IDocumentStore System => Store("system");

    public IDocumentStore Workspace(string workspaceId) => Document.IsId(workspaceId) ? Store(workspaceId) : throw new ArgumentException("Not the id of a workspace.", nameof(workspaceId));

    /// <summary>Ids of the workspaces that have a file.</summary>
    public IReadOnlyList<string> WorkspaceIds()
    {
        var folder = Path.Combine(DataFolder, "workspaces");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.db").Select(f => Path.GetFileNameWithoutExtension(f)).Where(Document.IsId).Order(StringComparer.Ordinal)] : [];
    }

    public LiteStore Store(string name)
    {
        Hold();
        return stores.GetOrAdd(name, n => new(n, () => Files(PathOf(n)), MapsOf(n), time, Path.Combine(DataFolder, "attachments", n), Path.Combine(DataFolder, "backups")));
    }

    public IReadOnlyList<DocumentMap> MapsOf(string name) => name == "system" ? systemMaps : workspaceMaps;

    /// <summary>Takes the lock of the folder, unless it is held already.</summary>
    /// <exception cref="StoreException">Another program holds it.</exception>
    public void Hold()
    {
        lock (gate)
        {
            if (held is not null)
            {
                return;
            }
            Directory.CreateDirectory(DataFolder);
            try
            {
                held = new FileStream(Path.Combine(DataFolder, "isms.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e)
            {
                throw new StoreException($"The data folder {DataFolder} is in use by another program.", e);
            }
            RestoreSwap.Finish(DataFolder);
            RemoveLeftovers();
        }
    }

    /// <summary>Closes all files; the next call opens them again.</summary>
    public void CloseAll()
    {
        foreach (var store in stores.Values)
        {
            store.Close();
        }
    }

    public void Dispose()
    {
        idleTimer.Dispose();
        foreach (var store in stores.Values)
        {
            store.Dispose();
        }
        lock (gate)
        {
            held?.Dispose();
            held = null;
        }
    }

    /// <summary>Opens data and log file. A new one is made aside and renamed, so that there is never half a file.</summary>
    internal static (IBlockFile Data, IBlockFile Log) Files(string path)
    {
        var log = Path.ChangeExtension(path, null) + "-log.db";
        if (!File.Exists(path))
        {
            if (File.Exists(log) && new FileInfo(log).Length > 0)
            {
                throw new StoreException($"{path} is missing while its log is there. Restore a backup.");
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string fresh = path + ".new", freshLog = path + ".new-log";
            File.Delete(fresh);
            File.Delete(freshLog);
            new LiteFile(new DiskFile(fresh), new DiskFile(freshLog)).Dispose();
            File.Delete(freshLog);
            Durable.Rename(fresh, path);
        }
        var data = new DiskFile(path);
        try
        {
            return (data, new DiskFile(log));
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    internal string PathOf(string name) => name == "system" ? Path.Combine(DataFolder, "system.db") : Path.Combine(DataFolder, "workspaces", name + ".db");

    /// <summary>What a program that was killed left unfinished: attachments and backups half written, archives half unpacked.</summary>
    private void RemoveLeftovers()
    {
        foreach (var (folder, pattern) in ((string, string)[])[("", "restore-*"), ("backups", "work-*"), ("attachments", "incoming")])
        {
            var path = Path.Combine(DataFolder, folder);
            var depth = folder == "attachments" ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            foreach (var left in Directory.Exists(path) ? Directory.GetDirectories(path, pattern, depth) : [])
            {
                Directory.Delete(left, recursive: true);
            }
        }
    }

    private void CloseIdle(TimeSpan idle)
    {
        foreach (var store in stores.Values)
        {
            store.CloseIfIdle(idle);
        }
    }
}

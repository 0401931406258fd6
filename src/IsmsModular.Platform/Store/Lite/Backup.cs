using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>What a backup holds; the first thing read of it.</summary>
internal sealed record Manifest(int Format, DateTimeOffset MadeAt, string? WorkspaceId, JsonObject? Workspace, IReadOnlyList<ManifestFile> Files)
{
    public const string Name = "manifest.json";
    public const int Known = 1;
}

internal sealed record ManifestFile(string Path, long Bytes, string Sha256);

/// <inheritdoc cref="IBackup"/>
internal sealed class Backup(LiteStoreDirectory directory, TimeProvider time) : IBackup, IDisposable
{
    private static readonly JsonSerializerOptions Entry = new(StoreJson.Options) { RespectNullableAnnotations = true };
    private readonly SemaphoreSlim one = new(1);

    private string Last => Path.Combine(directory.DataFolder, "backups", "last.json");

    public async Task<BackupReport> BackupAsync(string targetFile, string? workspaceId, CancellationToken cancellationToken)
    {
        targetFile = Path.GetFullPath(targetFile);
        var fresh = targetFile + ".new";
        // Taking the folder clears away what a killed program left: before there is work of ours in it.
        directory.Hold();
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var work = new WorkFolder(directory.DataFolder);
            Directory.CreateDirectory(Path.GetDirectoryName(targetFile)!);
            if (workspaceId is not null && !directory.WorkspaceIds().Contains(workspaceId))
            {
                throw new StoreException($"There is no workspace {workspaceId}.");
            }
            var made = time.GetUtcNow();
            var record = workspaceId is null ? null : await WorkspaceRecordAsync(workspaceId, cancellationToken).ConfigureAwait(false);
            string[] names = workspaceId is null ? ["system", .. directory.WorkspaceIds()] : [workspaceId];
            await using (var zipFile = OwnerOnly.Open(fresh, FileMode.Create, FileAccess.ReadWrite))
            {
                using (var zip = new ZipArchive(zipFile, ZipArchiveMode.Create, leaveOpen: true))
                {
                    var files = new List<ManifestFile>();
                    foreach (var name in names)
                    {
                        var copy = Path.Combine(work.Path, name + ".db");
                        await using (var target = OwnerOnly.Open(copy, FileMode.CreateNew))
                        {
                            await directory.Store(name).CopyAsync(target, cancellationToken).ConfigureAwait(false);
                        }
                        files.Add(await PackAsync(zip, copy, StorePath(name), cancellationToken).ConfigureAwait(false));
                        File.Delete(copy);
                    }
                    foreach (var (path, name) in OtherFiles(names, workspaceId is null))
                    {
                        files.Add(await PackAsync(zip, path, name, cancellationToken).ConfigureAwait(false));
                    }
                    await using var manifest = await zip.CreateEntry(Manifest.Name).OpenAsync(cancellationToken).ConfigureAwait(false);
                    await JsonSerializer.SerializeAsync(manifest, new Manifest(Manifest.Known, made, workspaceId, record, files), StoreJson.Options, cancellationToken).ConfigureAwait(false);
                }
                zipFile.Flush(flushToDisk: true);
            }
            var unpacked = Path.Combine(work.Path, "check");
            var read = await UnpackAsync(fresh, unpacked, onlyStores: true, cancellationToken).ConfigureAwait(false);
            var (heads, missing) = await CheckStoresAsync(read, unpacked, cancellationToken).ConfigureAwait(false);
            Durable.Rename(fresh, targetFile);
            Remember(workspaceId, made);
            return new(targetFile, new FileInfo(targetFile).Length, names.Length, read.Files.Count(f => f.Path.StartsWith("attachments/", StringComparison.Ordinal)), heads) { Missing = missing };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StoreException("The backup could not be made: " + e.Message, e);
        }
        finally
        {
            DeleteIfPossible(() => File.Delete(fresh));
            one.Release();
        }
    }

    public async Task<RestoreReport> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        directory.Hold();
        var name = $"restore-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Document.NewId()[^4..]}";
        var folder = Path.Combine(directory.DataFolder, name);
        try
        {
            var manifest = await UnpackAsync(file, folder, onlyStores: false, cancellationToken).ConfigureAwait(false);
            var (_, missing) = await CheckStoresAsync(manifest, folder, cancellationToken).ConfigureAwait(false);
            var record = manifest.WorkspaceId is { } alone && KnowsWorkspaces ? Checked(manifest.Workspace.Deserialize<Workspace>(Entry), alone) : null;
            if (record is not null)
            {
                await CheckSlugAsync(record, cancellationToken).ConfigureAwait(false);
            }
            directory.CloseAll();
            var kept = "before-" + name;
            RestoreSwap.Start(directory.DataFolder, new(name, kept, manifest.WorkspaceId is { } id ? [StorePath(id), LogPath(id), "attachments/" + id] : ["system.db", "system-log.db", "workspaces", "attachments", "plugins"]));
            if (record is not null)
            {
                await PutRecordAsync(record, cancellationToken).ConfigureAwait(false);
            }
            return new(manifest.WorkspaceId, manifest.MadeAt, manifest.Files.Count, Path.Combine(directory.DataFolder, kept)) { Missing = missing };
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new StoreException($"{file} is damaged; nothing was changed: {(e is JsonException ? "its manifest cannot be read" : e.Message)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException("The backup could not be restored: " + e.Message, e);
        }
        finally
        {
            if (Directory.Exists(folder) && !RestoreSwap.IsPending(directory.DataFolder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public DateTimeOffset? LastBackupAt(string? workspaceId = null)
    {
        var times = ReadLast();
        var found = new[] { "", workspaceId ?? "" }.Where(times.ContainsKey).Select(k => times[k]).ToArray();
        return found.Length == 0 ? null : found.Max();
    }

    public void Dispose() => one.Dispose();

    private static string StorePath(string name) => name == "system" ? "system.db" : $"workspaces/{name}.db";

    private static string LogPath(string name) => $"workspaces/{name}-log.db";

    private static async Task<ManifestFile> PackAsync(ZipArchive zip, string path, string name, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using var target = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken).ConfigureAwait(false);
        var (bytes, sha256) = await CopyAsync(source, target, long.MaxValue, cancellationToken).ConfigureAwait(false);
        return new(name, bytes, sha256);
    }

    private static async Task<(long Bytes, string Sha256)> CopyAsync(Stream source, Stream? target, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        long bytes = 0;
        for (int read; (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            bytes += read;
            if (bytes > limit)
            {
                throw new InvalidDataException("a file is longer than its manifest says");
            }
            hash.AppendData(buffer, 0, read);
            if (target is not null)
            {
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private IEnumerable<(string Path, string Name)> OtherFiles(string[] stores, bool withPlugins)
    {
        var folders = stores.Select(s => "attachments/" + s).Concat(withPlugins ? ["plugins"] : []);
        foreach (var folder in folders)
        {
            var root = Path.Combine(directory.DataFolder, folder);
            if (!Directory.Exists(root))
            {
                continue;
            }
            foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(directory.DataFolder, path).Replace('\\', '/');
                if (IsExpected(name))
                {
                    yield return (path, name);
                }
            }
        }
    }

    /// <summary>Which paths an archive may hold. No other is ever written.</summary>
    private static bool IsExpected(string path)
    {
        var parts = path.Split('/');
        return parts.All(IsPlainName) && parts switch
        {
            ["system.db"] => true,
            ["workspaces", var file] => file.EndsWith(".db", StringComparison.Ordinal) && Document.IsId(file[..^3]),
            ["attachments", var store, var start, var sha256] => (store == "system" || Document.IsId(store)) && sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower) && start == sha256[..2],
            ["plugins", _, ..] => parts.Length > 2,
            _ => false,
        };

        static bool IsPlainName(string name) => name.Length is > 0 and < 200 && name.Trim('.', ' ').Length > 0 && name[^1] is not ('.' or ' ') && !name.Any(c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|');
    }

    /// <summary>Checks an archive against its manifest and unpacks it.</summary>
    private static async Task<Manifest> UnpackAsync(string file, string folder, bool onlyStores, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var manifestEntry = zip.GetEntry(Manifest.Name) ?? throw new InvalidDataException("it has no manifest");
        if (manifestEntry.Length > 1 << 28)
        {
            throw new InvalidDataException("its manifest is too large");
        }
        Manifest manifest;
        await using (var source = await manifestEntry.OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            manifest = await JsonSerializer.DeserializeAsync<Manifest>(source, StoreJson.Options, cancellationToken).ConfigureAwait(false) ?? throw new InvalidDataException("its manifest is empty");
        }
        if (manifest.Files?.All(f => f is { Path: not null, Sha256: not null }) != true)
        {
            throw new InvalidDataException("its manifest does not list its files");
        }
        if (manifest.Format != Manifest.Known)
        {
            throw new StoreException($"The backup was made by a newer version of the program (format {manifest.Format}, known is {Manifest.Known}). Use that version.");
        }
        var entries = zip.Entries.ToLookup(e => e.FullName, StringComparer.OrdinalIgnoreCase);
        if (zip.Entries.Count != manifest.Files.Count + 1 || manifest.Files.DistinctBy(f => f.Path, StringComparer.OrdinalIgnoreCase).Count() != manifest.Files.Count)
        {
            throw new InvalidDataException("its files are not those of its manifest");
        }
        if (manifest.WorkspaceId is { } id ? manifest.Files.Any(f => f.Path != StorePath(id) && !f.Path.StartsWith($"attachments/{id}/", StringComparison.Ordinal)) || !entries.Contains(StorePath(id)) : !entries.Contains("system.db"))
        {
            throw new InvalidDataException("its files are not those of such a backup");
        }
        Directory.CreateDirectory(folder);
        foreach (var listed in manifest.Files)
        {
            if (!IsExpected(listed.Path))
            {
                throw new InvalidDataException($"'{listed.Path}' has no place in a backup");
            }
            var entry = entries[listed.Path].FirstOrDefault(e => e.FullName == listed.Path) ?? throw new InvalidDataException($"'{listed.Path}' is missing");
            await using var source = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var target = onlyStores && !listed.Path.EndsWith(".db", StringComparison.Ordinal) ? null : Create(Path.Combine(folder, listed.Path));
            var (bytes, sha256) = await CopyAsync(source, target, listed.Bytes, cancellationToken).ConfigureAwait(false);
            if (bytes != listed.Bytes || sha256 != listed.Sha256 || (listed.Path.StartsWith("attachments/", StringComparison.Ordinal) && !listed.Path.EndsWith(sha256, StringComparison.Ordinal)))
            {
                throw new InvalidDataException($"'{listed.Path}' is not what its manifest says");
            }
            target?.Flush(flushToDisk: true);
        }
        return manifest;

        static FileStream Create(string path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return OwnerOnly.Open(path, FileMode.CreateNew);
        }
    }

    /// <summary>Opens each unpacked store and checks its log and documents. That an attachment is missing is told and no more: what is left is all there is to keep.</summary>
    private async Task<(IReadOnlyDictionary<string, LogHead> Heads, IReadOnlyList<string> Missing)> CheckStoresAsync(Manifest manifest, string folder, CancellationToken cancellationToken)
    {
        var heads = new SortedDictionary<string, LogHead>(StringComparer.Ordinal);
        var missing = new List<string>();
        var attachments = manifest.Files.Select(f => f.Path.Split('/')).Where(p => p is ["attachments", _, _, _]).Select(p => (Store: p[1], Sha256: p[3])).ToHashSet();
        foreach (var path in manifest.Files.Select(f => f.Path).Where(p => p == "system.db" || p.StartsWith("workspaces/", StringComparison.Ordinal)))
        {
            var name = path == "system.db" ? "system" : Path.GetFileNameWithoutExtension(path);
            // The copy is checked, not the file to be put in place: opening may lift it to a newer schema.
            var copy = Path.Combine(folder, path + ".check");
            File.Copy(Path.Combine(folder, path), copy);
            using (var store = new LiteStore(name, () => LiteStoreDirectory.Files(copy), directory.MapsOf(name), time, Path.Combine(folder, "none"), Path.Combine(folder, "upgrade")))
            {
                var report = await store.VerifyAsync(sha256 => attachments.Contains((name, sha256)), cancellationToken).ConfigureAwait(false);
                if (report.Findings.Count > report.Missing.Count)
                {
                    throw new StoreException($"'{path}' is not sound: {string.Join("; ", report.Findings.Take(5))}");
                }
                heads.Add(name, report.Head);
                missing.AddRange(report.Missing.Select(m => $"{name}: {m}"));
            }
            foreach (var left in Directory.GetFiles(Path.GetDirectoryName(copy)!, Path.GetFileName(copy)[..^6] + "*").Where(f => f != Path.Combine(folder, path)))
            {
                File.Delete(left);
            }
        }
        if (Directory.Exists(Path.Combine(folder, "upgrade")))
        {
            Directory.Delete(Path.Combine(folder, "upgrade"), recursive: true);
        }
        return (heads, missing);
    }

    private bool KnowsWorkspaces => directory.MapsOf("system").Any(m => m.Type == typeof(Workspace));

    private async Task<JsonObject?> WorkspaceRecordAsync(string id, CancellationToken cancellationToken)
    {
        var record = KnowsWorkspaces ? await directory.System.OpenSession(Actor.System).FindAsync<Workspace>(id, cancellationToken).ConfigureAwait(false) : null;
        return record is null ? null : JsonSerializer.SerializeToNode(record, StoreJson.Options)!.AsObject();
    }

    /// <summary>A workspace's entry from an archive, held to the rules of one that is typed in.</summary>
    private static Workspace Checked(Workspace? record, string id) =>
        record?.Id != id ? throw new InvalidDataException("it does not say what its workspace is")
        : string.IsNullOrWhiteSpace(record.Name) ? throw new InvalidDataException("its workspace has no name")
        : !Workspace.IsSlug(record.Slug) ? throw new InvalidDataException($"'{record.Slug}' is no address of a workspace")
        : !Workspace.IsTimeZone(record.TimeZone) ? throw new InvalidDataException($"'{record.TimeZone}' is no time zone of this machine")
        : !Workspace.IsCurrency(record.Currency) ? throw new InvalidDataException($"'{record.Currency}' is no currency")
        : !WordBook.Languages.Contains(record.Language) ? throw new InvalidDataException($"'{record.Language}' is no language of the program")
        : record;

    private async Task CheckSlugAsync(Workspace record, CancellationToken cancellationToken)
    {
        await foreach (var other in directory.System.OpenSession(Actor.System).StreamAsync<Workspace>(Query.All, cancellationToken).ConfigureAwait(false))
        {
            if (other.Id != record.Id && string.Equals(other.Slug, record.Slug, StringComparison.OrdinalIgnoreCase))
            {
                throw new StoreException($"Another workspace, '{other.Name}', has the address '{record.Slug}' already.");
            }
        }
    }

    private async Task PutRecordAsync(Workspace record, CancellationToken cancellationToken)
    {
        var session = directory.System.OpenSession(Actor.Console);
        if (await session.FindAsync<Workspace>(record.Id, cancellationToken).ConfigureAwait(false) is { } there)
        {
            session.Update(record, there.Version, "workspace.restore");
        }
        else
        {
            session.Add(record, "workspace.restore");
        }
        var saved = await session.SaveAsync(cancellationToken).ConfigureAwait(false);
        if (!saved.Succeeded)
        {
            throw new StoreException("The workspace is in place, but its entry could not be written: " + saved.Errors[0].Message);
        }
    }

    private Dictionary<string, DateTimeOffset> ReadLast()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(File.ReadAllBytes(Last)) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Remember(string? workspaceId, DateTimeOffset made)
    {
        var times = ReadLast();
        times[workspaceId ?? ""] = made;
        Directory.CreateDirectory(Path.GetDirectoryName(Last)!);
        Durable.Replace(Last, JsonSerializer.SerializeToUtf8Bytes(times));
    }

    /// <summary>What cannot be deleted stays: the backup is made, or why not is told.</summary>
    private static void DeleteIfPossible(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private sealed class WorkFolder : IDisposable
    {
        public WorkFolder(string dataFolder)
        {
            Path = System.IO.Path.Combine(dataFolder, "backups", "work-" + Document.NewId());
            Directory.CreateDirectory(Path);
        }

        public string Path { get; }

        public void Dispose() => DeleteIfPossible(() => Directory.Delete(Path, recursive: true));
    }
}

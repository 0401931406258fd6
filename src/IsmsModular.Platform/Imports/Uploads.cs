using System.Collections.Concurrent;
using System.Security.Cryptography;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Imports;

/// <summary>Files waiting to be imported: kept for a day under their SHA-256, each workspace's, and the administration's, apart from the others. Scoped.</summary>
public sealed class Uploads(IStoreDirectory stores, WorkspaceContext workspace, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Bytes that one workspace may have waiting.</summary>
    private const long MostKept = 500L * 1024 * 1024;

    /// <summary>Words for a file that was imported or is being imported.</summary>
    public const string Already = "import.already";

    /// <summary>End of the name of the empty file that says that the file was imported.</summary>
    private const string Imported = ".imported";

    private static readonly ConcurrentDictionary<string, bool> Running = new(StringComparer.Ordinal);

    private string Root => Path.Combine(stores.DataFolder, "uploads");

    private string Folder => Path.Combine(Root, workspace.IsSet ? workspace.Workspace.Id : "system");

    /// <summary>Keeps a file and clears away what is older than a day.</summary>
    /// <param name="content">Content.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <param name="most">Bytes that are taken at the most.</param>
    /// <returns>Its SHA-256 as 64 hexadecimal digits, or an error when it is larger.</returns>
    public async Task<Result<string>> PutAsync(Stream content, CancellationToken cancellationToken, long most = ImportLimits.FileBytes)
    {
        Clean();
        Directory.CreateDirectory(Folder);
        if (new DirectoryInfo(Folder).EnumerateFiles().Sum(f => f.Length) > MostKept)
            return Error.Invalid("import.file.toomany", "File");
        var part = Path.Combine(Folder, Document.NewId() + ".part");
        var hash = await CopyAsync(content, part, most, cancellationToken);
        if (hash is null)
        {
            File.Delete(part);
            return Error.Invalid("import.file.toobig", "File", (most / 1024 / 1024).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var path = Path.Combine(Folder, hash);
        File.Move(part, path, overwrite: true);
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        File.Delete(path + Imported);
        return hash;
    }

    /// <summary>The file of this workspace under the hash, to be looked at; <c>null</c> when there is none (any more).</summary>
    public Stream? Open(string? hash) => PathOf(hash) is { } path && File.Exists(path) ? File.OpenRead(path) : null;

    /// <summary>The file to be imported: until it is closed nobody else may import it, so that a form sent twice is carried out once. <c>null</c> when there is none or it is being imported; <see cref="Gone"/> says which.</summary>
    public Stream? Claim(string? hash)
    {
        if (PathOf(hash) is not { } path || !Running.TryAdd(path, true))
            return null;
        Stream? claimed = null;
        try
        {
            claimed = new Claimed(path);
            return claimed;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            if (claimed is null)
                Running.TryRemove(path, out _);
        }
    }

    /// <summary>Takes a file away that was refused.</summary>
    public void Remove(string hash)
    {
        if (PathOf(hash) is { } path)
            File.Delete(path);
    }

    /// <summary>Takes a file away after it was imported, and remembers that for a day.</summary>
    public void Finish(string hash)
    {
        if (PathOf(hash) is not { } path)
            return;
        File.WriteAllBytes(path + Imported, []);
        File.SetLastWriteTimeUtc(path + Imported, time.GetUtcNow().UtcDateTime);
        File.Delete(path);
    }

    /// <summary>Why a file is not to be had: it was imported already or is just being imported, or it is not here any more.</summary>
    public Error Gone(string? hash) => Error.NotFound(PathOf(hash) is { } path && (File.Exists(path) || File.Exists(path + Imported)) ? Already : "import.gone");

    private string? PathOf(string? hash) => hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower) ? Path.GetFullPath(Path.Combine(Folder, hash)) : null;

    private void Clean()
    {
        if (!Directory.Exists(Root))
            return;
        var oldest = (time.GetUtcNow() - Kept).UtcDateTime;
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(f => File.GetLastWriteTimeUtc(f) < oldest))
            File.Delete(file);
    }

    private static async Task<string?> CopyAsync(Stream content, string path, long most, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[81920];
        for (int n; (n = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (file.Length + n > most)
                return null;
            sha.AppendData(buffer, 0, n);
            await file.WriteAsync(buffer.AsMemory(0, n), cancellationToken);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <summary>A file that is being imported as long as it is open.</summary>
    private sealed class Claimed(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
    {
        protected override void Dispose(bool disposing)
        {
            // What could not be opened has no name when it is finalised, and never held the claim.
            if (disposing)
                Running.TryRemove(Name, out _);
            base.Dispose(disposing);
        }
    }
}

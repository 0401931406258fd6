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
        return hash;
    }

    /// <summary>The file of this workspace under the hash, or <c>null</c> when there is none (any more).</summary>
    public Stream? Open(string? hash)
    {
        var known = hash is { Length: 64 } && hash.All(char.IsAsciiHexDigitLower);
        var path = known ? Path.Combine(Folder, hash!) : null;
        return File.Exists(path) ? File.OpenRead(path) : null;
    }

    /// <summary>Takes a file away after it was imported.</summary>
    public void Remove(string hash)
    {
        using (var found = Open(hash))
        {
            if (found is null)
                return;
        }

        File.Delete(Path.Combine(Folder, hash));
    }

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
}

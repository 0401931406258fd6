using System.Security.Cryptography;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>Attachments as files under their SHA-256: <c>ab/abcd…</c>.</summary>
internal sealed class FileAttachments(string folder) : IAttachments
{
    public async Task<string> PutAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        var incoming = Path.Combine(folder, "incoming");
        Directory.CreateDirectory(incoming);
        var temporary = Path.Combine(incoming, Document.NewId());
        try
        {
            string sha256;
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                await using var file = OwnerOnly.Open(temporary, FileMode.CreateNew, buffer: 1);
                var buffer = new byte[1 << 16];
                long length = 0;
                for (int read; (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    length += read;
                    if (length > limit)
                    {
                        throw new AttachmentTooLargeException(limit);
                    }
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
                file.Flush(flushToDisk: true);
                sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
            }
            var path = PathOf(sha256);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Durable.Rename(temporary, path);
                Durable.SyncFolder(folder);
            }
            return sha256;
        }
        catch (IOException e)
        {
            throw new StoreException("The attachment could not be written: " + e.Message, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Stream? Open(string sha256)
    {
        if (!IsHash(sha256))
        {
            return null;
        }
        try
        {
            return new FileStream(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether the file is there.</summary>
    public bool Has(string sha256) => IsHash(sha256) && File.Exists(PathOf(sha256));

    /// <summary>Names of the files that are not what their name says.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        string[] paths = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (path != PathOf(name.PadRight(2)))
            {
                continue;
            }
            await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)) != name)
            {
                changed.Add(name);
            }
        }
        return changed;
    }

    private static bool IsHash(string sha256) => sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower);

    private string PathOf(string sha256) => Path.Combine(folder, sha256[..2], sha256);
}

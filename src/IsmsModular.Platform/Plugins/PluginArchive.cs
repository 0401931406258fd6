using System.IO.Compression;
using System.Security.Cryptography;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins;

/// <summary>What a plugin file may hold at the most, whichever way it comes.</summary>
public static class PluginLimits
{
    /// <summary>Bytes of the file.</summary>
    public const long FileBytes = 64L << 20;

    /// <summary>Bytes of all its files unpacked.</summary>
    public const long UnpackedBytes = 256L << 20;

    /// <summary>Files in it.</summary>
    public const int Files = 2000;
}

/// <summary>A plugin as one file: a zip with <c>plugin.json</c> at its root. Nothing of it is believed: names, kinds, counts and sizes of entries are bounded, and each file is compared with its hash while it is unpacked.</summary>
internal sealed class PluginArchive : IDisposable
{
    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries;

    private PluginArchive(ZipArchive zip, Dictionary<string, ZipArchiveEntry> entries, byte[] manifest, bool checkSignature)
    {
        this.zip = zip;
        this.entries = entries;
        ManifestBytes = manifest;
        Manifest = PluginManifest.Parse(manifest);
        if (checkSignature && entries.TryGetValue(PluginSignature.FileName, out var signature))
            Signature = PluginSignature.Check(ReadAll(signature, PluginSignature.MaximumSize), manifest);
    }

    public PluginManifest Manifest { get; }

    public byte[] ManifestBytes { get; }

    /// <summary>Its signature, which is right; <c>null</c> when it has none.</summary>
    public PluginSignature? Signature { get; }

    /// <summary>Reads what the file says it holds.</summary>
    /// <exception cref="PluginRefusedException">It is no plugin, or one that is made to do harm.</exception>
    public static PluginArchive Open(Stream file) => Open(file, checkSignature: true);

    /// <summary>The same without a look at the signature, to make a new one.</summary>
    public static PluginArchive OpenUnsigned(Stream file) => Open(file, checkSignature: false);

    private static PluginArchive Open(Stream file, bool checkSignature)
    {
        if (file.CanSeek && file.Length > PluginLimits.FileBytes)
            throw TooLarge();
        ZipArchive? zip = null;
        var opened = false;
        try
        {
            zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var entries = Checked(zip);
            if (!entries.TryGetValue(PluginManifest.FileName, out var manifest))
                throw Refused("plugins.file.nomanifest", "There is no plugin.json at the root of the file.");
            var archive = new PluginArchive(zip, entries, ReadAll(manifest, PluginManifest.MaximumSize), checkSignature);
            archive.CompareNames();
            opened = true;
            return archive;
        }
        catch (InvalidDataException)
        {
            throw Refused("plugins.file.notzip", "The file is no zip, or it is damaged.");
        }
        finally
        {
            if (!opened)
                zip?.Dispose();
        }
    }

    /// <summary>Writes every file into an empty folder, each compared with its hash and safe on the disk before this returns.</summary>
    /// <returns>Bytes written.</returns>
    public long Unpack(string folder)
    {
        try
        {
            var left = PluginLimits.UnpackedBytes;
            foreach (var (name, hash) in Manifest.Files)
                left -= UnpackFile(folder, name, hash, left);
            left -= UnpackFile(folder, PluginManifest.FileName, Manifest.Hash, left);
            if (Signature is not null)
                left -= UnpackFile(folder, PluginSignature.FileName, null, left);
            return PluginLimits.UnpackedBytes - left;
        }
        catch (InvalidDataException)
        {
            throw Refused("plugins.file.notzip", "The file is no zip, or it is damaged.");
        }
    }

    public void Dispose() => zip.Dispose();

    private static Dictionary<string, ZipArchiveEntry> Checked(ZipArchive zip)
    {
        if (zip.Entries.Count > PluginLimits.Files)
            throw TooLarge();
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.OrdinalIgnoreCase);
        var declared = 0L;
        foreach (var entry in zip.Entries)
        {
            // Upper half: the mode that a Unix packer wrote, or nothing. Links, devices and pipes have no place in a plugin.
            var kind = (entry.ExternalAttributes >> 16) & 0xF000;
            if (kind is not (0 or 0x8000 or 0x4000))
                throw Refused("plugins.file.link", "An entry of the file is no plain file: {0}.", entry.FullName);
            if (entry.FullName.EndsWith('/') && entry.Length == 0 && PluginManifest.IsSafePath(entry.FullName[..^1]))
                continue;
            if (!PluginManifest.IsSafePath(entry.FullName))
                throw Refused("plugins.reason.path", "A file name leads out of the plugin's folder: {0}.", entry.FullName);
            if (!entries.TryAdd(entry.FullName, entry))
                throw Refused("plugins.file.twice", "A name is in the file twice (upper and lower case count as one): {0}.", entry.FullName);
            declared += entry.Length;
            if (declared > PluginLimits.UnpackedBytes)
                throw TooLarge();
        }

        return entries;
    }

    /// <summary>The manifest and the zip list the same files.</summary>
    private void CompareNames()
    {
        foreach (var name in entries.Values.Select(e => e.FullName))
        {
            if (!Manifest.Files.ContainsKey(name) && name is not (PluginManifest.FileName or PluginSignature.FileName))
                throw Refused("plugins.reason.unlisted", "A file is not listed in the manifest: {0}.", name);
        }

        foreach (var name in Manifest.Files.Keys)
        {
            if (!entries.TryGetValue(name, out var entry) || entry.FullName != name)
                throw Refused("plugins.reason.missing", "A file of the manifest is missing: {0}.", name);
            for (var folder = Path.GetDirectoryName(name); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (entries.ContainsKey(folder.Replace('\\', '/')))
                    throw Refused("plugins.file.twice", "A name is in the file twice (upper and lower case count as one): {0}.", folder);
            }
        }
    }

    private long UnpackFile(string folder, string name, string? hash, long most)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var from = entries[name].Open();
        using var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[81920];
        var written = 0L;
        for (int n; (n = from.Read(buffer)) > 0; written += n)
        {
            if (written + n > most)
                throw TooLarge();
            sha.AppendData(buffer, 0, n);
            to.Write(buffer, 0, n);
        }

        if (hash is not null && Convert.ToHexStringLower(sha.GetHashAndReset()) != hash)
            throw Refused("plugins.reason.hash", "A file was changed, its SHA-256 is not that of the manifest: {0}.", name);
        to.Flush(flushToDisk: true);
        return written;
    }

    /// <summary>Reads no more than is allowed, whatever the entry says about its length.</summary>
    private static byte[] ReadAll(ZipArchiveEntry entry, int most)
    {
        using var stream = entry.Open();
        var bytes = new byte[most + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= most ? bytes[..read] : throw TooLarge();
    }

    private static PluginRefusedException TooLarge() => Refused("plugins.file.large", "The file holds too much: {0} MiB packed, {1} MiB unpacked and {2} files are the most.", Text(PluginLimits.FileBytes >> 20), Text(PluginLimits.UnpackedBytes >> 20), Text(PluginLimits.Files));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static PluginRefusedException Refused(string key, string words, params Message[] arguments) => new(PluginState.Faulted, new Message(key, words, arguments));
}

using System.Security.Cryptography;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins;

/// <summary>The folder of one version of a plugin. A file is handed out only as bytes whose hash was just compared with the manifest, so that nothing can be exchanged between check and use.</summary>
internal sealed class PluginPackage(string folder, PluginManifest manifest) : IPluginFiles
{
    private const long MaximumFile = 256L << 20;

    public PluginManifest Manifest { get; } = manifest;

    public string Folder { get; } = folder;

    public IReadOnlyList<string> Names { get; } = [.. manifest.Files.Keys.Order(StringComparer.Ordinal)];

    public Stream OpenFile(string name) => new MemoryStream(Read(name), writable: false);

    /// <summary>The verified bytes of a listed file.</summary>
    public byte[] Read(string name)
    {
        if (!Manifest.Files.TryGetValue(name, out var hash))
            throw new FileNotFoundException($"The manifest of {Manifest.Id} lists no file {name}.", name);
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
            throw Missing(name);
        if (new FileInfo(path).Length > MaximumFile)
            throw WrongHash(name);
        var bytes = File.ReadAllBytes(path);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == hash ? bytes : throw WrongHash(name);
    }

    /// <summary>Whether what lies in a folder is what its own manifest says.</summary>
    public static bool IsWhole(string folder, string id, string version)
    {
        try
        {
            new PluginPackage(folder, PluginLoader.ReadManifest(folder, id, version)).Verify();
            return true;
        }
        catch (PluginRefusedException)
        {
            return false;
        }
    }

    /// <summary>Compares every file with the manifest, both ways.</summary>
    /// <exception cref="PluginRefusedException">A file is missing, was changed, or is not listed.</exception>
    public void Verify()
    {
        foreach (var name in FilesOnDisk())
        {
            if (name is not (PluginManifest.FileName or PluginSignature.FileName) && !Manifest.Files.ContainsKey(name))
                throw Refused("plugins.reason.unlisted", "A file is not listed in the manifest: {0}.", name);
        }

        foreach (var (name, hash) in Manifest.Files)
        {
            var path = Path.Combine(Folder, name);
            if (!File.Exists(path))
                throw Missing(name);
            using var stream = File.OpenRead(path);
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != hash)
                throw WrongHash(name);
        }
    }

    private IEnumerable<string> FilesOnDisk()
    {
        foreach (var entry in new DirectoryInfo(Folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            var name = Path.GetRelativePath(Folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
                throw Refused("plugins.reason.path", "A file name leads out of the plugin's folder: {0}.", name);
            if (entry is FileInfo)
                yield return name;
        }
    }

    private static PluginRefusedException Missing(string name) => Refused("plugins.reason.missing", "A file of the manifest is missing: {0}.", name);

    private static PluginRefusedException WrongHash(string name) => Refused("plugins.reason.hash", "A file was changed, its SHA-256 is not that of the manifest: {0}.", name);

    private static PluginRefusedException Refused(string key, string words, string name) => new(PluginState.Faulted, new Message(key, words, name));
}

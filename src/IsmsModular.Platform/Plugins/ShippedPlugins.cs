using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>The plugins embedded in the program: unpacked to the data folder at start, never over what is there, unless that was cut short.</summary>
internal sealed class ShippedPlugins(Assembly program, string pluginsFolder, ILogger logger)
{
    private const string Prefix = "plugins/";
    private readonly Dictionary<string, string> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> manifests = new(StringComparer.Ordinal);

    /// <summary>Ids of what ships.</summary>
    public IReadOnlySet<string> Ids => resources.Keys.Select(k => k.Split('/')[0]).ToHashSet(StringComparer.Ordinal);

    /// <summary>SHA-256 of each manifest, by <c>id/version</c>.</summary>
    public IReadOnlyDictionary<string, string> Manifests => manifests;

    /// <summary>Unpacks what is not there.</summary>
    public void Unpack()
    {
        foreach (var resource in program.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".zip", StringComparison.Ordinal)))
        {
            try
            {
                using var zip = Open(resource);
                var manifest = PluginManifest.Parse(Bytes(zip, PluginManifest.FileName));
                resources[$"{manifest.Id}/{manifest.Version}"] = resource;
                manifests[$"{manifest.Id}/{manifest.Version}"] = manifest.Hash;
                var target = FolderOf(manifest);
                if (!Directory.Exists(target))
                    Unpack(zip, manifest, target);
                else if (IsOfAnotherBuild(target, manifest))
                    Renew(zip, manifest, target);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or PluginRefusedException)
            {
                logger.LogError(error, "The shipped plugin {Resource} cannot be unpacked", resource);
            }
        }
    }

    /// <summary>What another build of the program left is exchanged, so that what is used is what this program carries. Code is compiled anew by every build; data of another build is whole under its own manifest, and what is not was changed by somebody: it stays, and is refused.</summary>
    private static bool IsOfAnotherBuild(string target, PluginManifest manifest)
    {
        var path = Path.Combine(target, PluginManifest.FileName);
        return File.Exists(path) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) != manifest.Hash
            && (manifest.Assembly is not null || PluginPackage.IsWhole(target, manifest.Id, manifest.Version.ToString()));
    }

    private void Renew(ZipArchive zip, PluginManifest manifest, string target)
    {
        Replace(zip, manifest, target);
        logger.LogInformation("The shipped plugin {Plugin} {Version} is renewed by this build of the program", manifest.Id, manifest.Version);
    }

    /// <summary>Unpacks a shipped version anew when its files are as a power cut leaves them: missing, shorter, or zeros where there should be content. What somebody changed stays as it is, and is refused by its hash.</summary>
    public bool Mend(string id, string version)
    {
        if (!resources.TryGetValue($"{id}/{version}", out var resource))
            return false;
        try
        {
            using var zip = Open(resource);
            var manifest = PluginManifest.Parse(Bytes(zip, PluginManifest.FileName));
            var target = FolderOf(manifest);
            var states = manifest.Files.Keys.Append(PluginManifest.FileName).Select(name => StateOf(Path.Combine(target, name), Bytes(zip, name))).ToList();
            if (states.Contains(FileState.Changed) || !states.Contains(FileState.CutShort))
                return false;
            Replace(zip, manifest, target);
            logger.LogWarning("The shipped plugin {Plugin} {Version} was cut short on the disk and is unpacked anew", id, version);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or PluginRefusedException)
        {
            logger.LogError(error, "The shipped plugin {Plugin} {Version} cannot be unpacked anew", id, version);
            return false;
        }
    }

    /// <summary>Puts a shipped version back as it came, whatever is there.</summary>
    /// <returns>Whether this version ships.</returns>
    public bool Restore(string id, string version)
    {
        if (!resources.TryGetValue($"{id}/{version}", out var resource))
            return false;
        using var zip = Open(resource);
        var manifest = PluginManifest.Parse(Bytes(zip, PluginManifest.FileName));
        Replace(zip, manifest, FolderOf(manifest));
        return true;
    }

    private ZipArchive Open(string resource) => new(program.GetManifestResourceStream(resource)!, ZipArchiveMode.Read);

    private string FolderOf(PluginManifest manifest) => Path.Combine(pluginsFolder, manifest.Id, manifest.Version.ToString());

    private void Replace(ZipArchive zip, PluginManifest manifest, string target)
    {
        var aside = PluginFolders.NewScratch(pluginsFolder);
        Directory.Move(target, aside);
        Unpack(zip, manifest, target);
        Directory.Delete(aside, recursive: true);
    }

    /// <summary>Unpacks one plugin into its version folder, completely or not at all.</summary>
    private void Unpack(ZipArchive zip, PluginManifest manifest, string target)
    {
        var scratch = PluginFolders.NewScratch(pluginsFolder);
        Directory.CreateDirectory(scratch);
        try
        {
            foreach (var name in manifest.Files.Keys.Append(PluginManifest.FileName))
            {
                var path = Path.Combine(scratch, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, Bytes(zip, name));
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(scratch, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another process of the program was faster.
        }
        finally
        {
            if (Directory.Exists(scratch))
                Directory.Delete(scratch, recursive: true);
        }
    }

    private enum FileState
    {
        Right,
        CutShort,
        Changed,
    }

    private static FileState StateOf(string path, byte[] right)
    {
        if (!File.Exists(path))
            return FileState.CutShort;
        var there = File.ReadAllBytes(path);
        if (there.AsSpan().SequenceEqual(right))
            return FileState.Right;
        return there.Length <= right.Length && there.Index().All(b => b.Item == right[b.Index] || b.Item == 0) ? FileState.CutShort : FileState.Changed;
    }

    private static byte[] Bytes(ZipArchive zip, string name)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException($"The archive has no {name}.");
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

/// <summary>Folders under <c>DATA/plugins</c> that are no plugins: what is being written or taken away. Swept at start.</summary>
internal static class PluginFolders
{
    public static string NewScratch(string pluginsFolder) => Path.Combine(pluginsFolder, $".unpack-{Guid.NewGuid():n}");

    /// <summary>Takes away what a killed process left.</summary>
    public static void Sweep(string pluginsFolder, ILogger logger)
    {
        try
        {
            if (!Directory.Exists(pluginsFolder))
                return;
            foreach (var left in Directory.EnumerateDirectories(pluginsFolder, ".unpack-*"))
                Directory.Delete(left, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(error, "Left over folders in {Folder} cannot be taken away", pluginsFolder);
        }
    }
}

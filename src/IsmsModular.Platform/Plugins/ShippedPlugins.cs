using System.IO.Compression;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>The plugins embedded in the program: unpacked to the data folder at start, never over what is there.</summary>
internal static class ShippedPlugins
{
    private const string Prefix = "plugins/";

    /// <returns>Ids of what ships.</returns>
    public static IReadOnlySet<string> Unpack(Assembly program, string pluginsFolder, ILogger logger)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in program.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && n.EndsWith(".zip", StringComparison.Ordinal)))
        {
            try
            {
                using var zip = new ZipArchive(program.GetManifestResourceStream(resource)!, ZipArchiveMode.Read);
                var manifest = ReadManifest(zip);
                ids.Add(manifest.Id);
                Unpack(zip, manifest, pluginsFolder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or PluginRefusedException)
            {
                logger.LogError(error, "The shipped plugin {Resource} cannot be unpacked", resource);
            }
        }

        return ids;
    }

    private static PluginManifest ReadManifest(ZipArchive zip) => PluginManifest.Parse(Bytes(zip, PluginManifest.FileName));

    /// <summary>Unpacks one plugin into its version folder, completely or not at all.</summary>
    private static void Unpack(ZipArchive zip, PluginManifest manifest, string pluginsFolder)
    {
        var target = Path.Combine(pluginsFolder, manifest.Id, manifest.Version.ToString());
        if (Directory.Exists(target))
            return;

        var scratch = Path.Combine(pluginsFolder, $".unpack-{Guid.NewGuid():n}");
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

    private static byte[] Bytes(ZipArchive zip, string name)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException($"The archive has no {name}.");
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

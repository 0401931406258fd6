using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Plugins;

/// <summary>Makes plugin files, for those who write plugins.</summary>
public static class PluginPacker
{
    /// <summary>Left out: the contract is the host's, and what only debuggers and builds read.</summary>
    private static readonly string[] Contract = ["IsmsModular.Abstractions.dll", "IsmsModular.Abstractions.xml", "IsmsModular.Abstractions.pdb"];

    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Packs a folder with a <c>plugin.json</c>: writes the hash of every file into it and zips. The same folder gives the same bytes.</summary>
    /// <param name="folder">Folder of the plugin.</param>
    /// <param name="output">Takes the zip; can seek.</param>
    /// <returns>Id and version, or why it is no plugin.</returns>
    public static Result<(string Id, string Version, int Files)> Pack(string folder, Stream output)
    {
        var path = Path.Combine(folder, PluginManifest.FileName);
        if (!File.Exists(path))
            return Error.Invalid("plugins.pack.nomanifest", null, folder);
        try
        {
            var written = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject ?? [];
            var names = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder, f).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(n => n is not (PluginManifest.FileName or PluginSignature.FileName) && !Contract.Contains(n) && !IsForBuilds(n) && !n.Split('/').Any(p => p.StartsWith('.')))
                .Order(StringComparer.Ordinal).ToList();
            written["files"] = new JsonObject(names.Select(n => KeyValuePair.Create(n, (JsonNode?)Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, n)))))));
            var bytes = JsonSerializer.SerializeToUtf8Bytes(written, Indented);
            var manifest = PluginManifest.Parse(bytes);
            using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
            {
                Add(zip, PluginManifest.FileName, bytes);
                foreach (var name in names)
                    Add(zip, name, File.ReadAllBytes(Path.Combine(folder, name)));
            }

            output.Position = 0;
            using var _ = PluginArchive.Open(output);
            return (manifest.Id, manifest.Version.ToString(), names.Count);
        }
        catch (PluginRefusedException refused)
        {
            return Refusal(refused);
        }
        catch (JsonException error)
        {
            return Error.Invalid("plugins.reason.manifest", null, PluginManifest.FileName, error.Message);
        }
    }

    /// <summary>Signs the manifest of a plugin file; a signature that is there is replaced.</summary>
    /// <param name="file">The zip; can seek and be written.</param>
    /// <param name="key">Private key as PEM.</param>
    /// <returns>Fingerprint of the key.</returns>
    public static Result<string> SignFile(Stream file, string key)
    {
        using var signer = SigningKey.ReadPrivate(key);
        if (signer is null)
            return Error.Invalid("plugins.sign.key", "Key");
        try
        {
            byte[] manifest;
            using (var archive = PluginArchive.OpenUnsigned(file))
                manifest = archive.ManifestBytes;
            using var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true);
            zip.GetEntry(PluginSignature.FileName)?.Delete();
            Add(zip, PluginSignature.FileName, PluginSignature.Make(manifest, signer));
            return SigningKey.FingerprintOf(signer.ExportSubjectPublicKeyInfo());
        }
        catch (PluginRefusedException refused)
        {
            return Refusal(refused);
        }
    }

    /// <summary>Signs the manifest in an unpacked plugin's folder, which lists the hash of every file.</summary>
    /// <returns>Fingerprint of the key.</returns>
    public static Result<string> SignFolder(string folder, string key)
    {
        using var signer = SigningKey.ReadPrivate(key);
        if (signer is null)
            return Error.Invalid("plugins.sign.key", "Key");
        var path = Path.Combine(folder, PluginManifest.FileName);
        if (!File.Exists(path))
            return Error.Invalid("plugins.pack.nomanifest", null, folder);
        try
        {
            var bytes = File.ReadAllBytes(path);
            new PluginPackage(folder, PluginManifest.Parse(bytes)).Verify();
            File.WriteAllBytes(Path.Combine(folder, PluginSignature.FileName), PluginSignature.Make(bytes, signer));
            return SigningKey.FingerprintOf(signer.ExportSubjectPublicKeyInfo());
        }
        catch (PluginRefusedException refused)
        {
            return Refusal(refused);
        }
    }

    private static bool IsForBuilds(string name) => name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith(".deps.json", StringComparison.Ordinal) || name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal);

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
        entry.LastWriteTime = Epoch;
        using var stream = entry.Open();
        stream.Write(bytes);
    }

    private static Error Refusal(PluginRefusedException refused) => Error.Invalid(refused.Reason.Key, null, [.. refused.Reason.Arguments.Select(a => a.ToString())]);
}

using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins.Declared;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Plugins;

/// <summary>Declared methodologies as a plugin file: written so that it installs anywhere, and read as a copy without being installed.</summary>
/// <param name="PluginId">Id of the plugin: a-z, 0-9 and hyphen.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">1.2.3.</param>
/// <param name="Declarations">Methodologies, as in <c>methodology.json</c>.</param>
/// <param name="Translations">Words by language and English words.</param>
public sealed record MethodologyFile(string PluginId, string Name, string Version, IReadOnlyList<JsonObject> Declarations, IReadOnlyDictionary<string, Dictionary<string, string>> Translations)
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int LargestFile = 4 << 20;

    private const int LargestPart = 1 << 20;
    private const int MostParts = 200;
    private static readonly JsonSerializerOptions Indented = new(StoreJson.Options) { WriteIndented = true };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Writes the zip: <c>plugin.json</c> with the SHA-256 of every file, the methodology, its locales. The same content gives the same bytes.</summary>
    /// <param name="source">Where it comes from, for the manifest.</param>
    public byte[] Write(string source)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < Declarations.Count; i++)
            files[Declarations.Count == 1 ? "methodology.json" : $"methodologies/{i + 1}.json"] = Bytes(Declarations[i]);
        foreach (var (language, words) in Translations.Where(t => t.Value.Count > 0))
            files[$"locales/{language}.json"] = Bytes(new JsonObject(words.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => KeyValuePair.Create($"{PluginId}.{w.Key}", (JsonNode?)w.Value))));
        var manifest = new JsonObject
        {
            ["id"] = PluginId,
            ["name"] = Name,
            ["version"] = Version,
            ["sdk"] = PluginLoader.HostSdk.ToString(2),
            ["kind"] = "methodology",
            ["source"] = source,
            ["files"] = new JsonObject(files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Convert.ToHexStringLower(SHA256.HashData(f.Value))))),
        };
        files[PluginManifest.FileName] = Bytes(manifest);

        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var part = entry.Open();
                part.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>Reads a plugin file, or a <c>methodology.json</c> alone. Parameters are filled in with their defaults.</summary>
    public static Result<MethodologyFile> Read(byte[] content)
    {
        if (content.Length > LargestFile)
            return Error.Invalid("method.import.large", "File", $"{LargestFile >> 20}");
        try
        {
            return content is [(byte)'P', (byte)'K', ..] ? ReadZip(content) : ReadSingle(content);
        }
        catch (JsonException error)
        {
            return Error.Invalid("method.import.json", "File", $"{(error.LineNumber ?? 0) + 1}", $"{(error.BytePositionInLine ?? 0) + 1}");
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return Error.Invalid("plugins.file.notzip", "File");
        }
        catch (InvalidOperationException)
        {
            return Error.Invalid("method.import.kind", "File");
        }
        catch (PluginRefusedException refused)
        {
            return Error.Invalid("method.import.broken", "File", refused.Reason.ToString());
        }
    }

    private static Result<MethodologyFile> ReadSingle(byte[] content)
    {
        if (JsonNode.Parse(content, documentOptions: Strict) is not JsonObject file)
            return Error.Invalid("method.import.kind", "File");
        return Opened(file, "own") is { Succeeded: true } declaration
            ? new MethodologyFile("", declaration.Value["name"]?.GetValue<string>() ?? "", "1.0.0", [declaration.Value], new Dictionary<string, Dictionary<string, string>>())
            : Opened(file, "own").Errors.ToList();
    }

    private static Result<MethodologyFile> ReadZip(byte[] content)
    {
        using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
        if (zip.Entries.Count > MostParts || zip.GetEntry(PluginManifest.FileName) is not { } first)
            return Error.Invalid("method.import.kind", "File");
        var manifest = PluginManifest.Parse(Bytes(first));
        if (manifest.Assembly is not null)
            return Error.Invalid("method.import.code", "File");
        var declarations = new List<JsonObject>();
        var translations = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (name, hash) in manifest.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (zip.GetEntry(name) is not { } entry || Bytes(entry) is not { } bytes || Convert.ToHexStringLower(SHA256.HashData(bytes)) != hash)
                return Error.Invalid("method.import.hash", "File", name);
            if (name == "methodology.json" || (name.StartsWith("methodologies/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)))
            {
                if (JsonNode.Parse(bytes, documentOptions: Strict) is not JsonObject file)
                    return Error.Invalid("method.import.broken", "File", name);
                var declaration = Opened(file, manifest.Id);
                if (!declaration.Succeeded)
                    return declaration.Errors.ToList();
                declarations.Add(declaration.Value);
            }
            else if (name.StartsWith("locales/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            {
                translations[Path.GetFileNameWithoutExtension(name)] = (JsonSerializer.Deserialize<Dictionary<string, string>>(bytes) ?? [])
                    .Where(w => w.Key.StartsWith(manifest.Id + ".", StringComparison.Ordinal)).ToDictionary(w => w.Key[(manifest.Id.Length + 1)..], w => w.Value, StringComparer.Ordinal);
            }
        }

        return declarations.Count == 0 ? Error.Invalid("method.import.none", "File") : new MethodologyFile(manifest.Id, manifest.Name, manifest.Version.ToString(), declarations, translations);
    }

    private static Result<JsonObject> Opened(JsonObject file, string plugin)
    {
        var opened = OwnMethodologies.Open(file, plugin);
        return opened.Succeeded
            ? opened.Value.Declaration(null)!
            : opened.Errors.Select(e => Error.Invalid("method.import.broken", "File", $"{e.Field}: {string.Join(' ', e.Arguments)}")).ToList();
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (bytes.Length + read > LargestPart)
                throw new InvalidDataException($"{entry.FullName}: too large.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}

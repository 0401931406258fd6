using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;

namespace IsmsModular.Tests.Plugins;

/// <summary>A plugin as one file, right or made to do harm.</summary>
internal sealed class PluginFile
{
    private readonly JsonObject manifest;
    private readonly Dictionary<string, byte[]> files;
    private readonly List<(string Name, byte[] Bytes, int Attributes)> more = [];

    public PluginFile(string id, string version, string? assembly, params (string Name, byte[] Bytes)[] files)
    {
        this.files = files.ToDictionary(f => f.Name, f => f.Bytes);
        manifest = new JsonObject { ["id"] = id, ["name"] = "Plugin " + id, ["version"] = version, ["sdk"] = "1.0", ["kind"] = "methodology", ["licence"] = "MIT", ["source"] = "Tests" };
        if (assembly is not null)
            manifest["assembly"] = assembly;
        manifest["files"] = new JsonObject(this.files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Hash(f.Value))));
    }

    public static PluginFile Data(string id, string version = "1.0.0", string? method = null) =>
        new(id, version, null, ("methodology.json", Bytes($$"""{"id":"{{method ?? id}}","version":"{{version}}","name":"Sum","summary":"For tests.","source":"Tests","confidence":"after","factors":[{"key":"x","name":"X","kind":"number"}],"steps":[{"key":"risk","kind":"sum","of":["x"]}],"value":"risk"}""")));

    public static PluginFile Catalogue(string id, string kind = "controls") =>
        new(id, "1.0.0", null, ("catalogue.json", Bytes($$"""{"id":"{{id}}","edition":"1","name":"Catalogue {{id}}","kind":"{{kind}}","source":"Tests","items":[{"id":"C.1","kind":"control","title":"One"}]}""")));

    public static PluginFile Code(string behaviour, string version = "1.0.0") =>
        new("misbehaving", version, "Misbehaving.dll", ("Misbehaving.dll", PluginFolder.Assembly("Misbehaving")), ("Helper.dll", PluginFolder.Assembly("Helper")), ("behaviour.txt", Bytes(behaviour)));

    public PluginFile With(Action<JsonObject> change)
    {
        change(manifest);
        return this;
    }

    /// <summary>Adds an entry that the manifest does not know of.</summary>
    public PluginFile Adding(string name, byte[]? bytes = null, int attributes = 0)
    {
        more.Add((name, bytes ?? [], attributes));
        return this;
    }

    /// <summary>Exchanges the content of a file, not its hash.</summary>
    public PluginFile Changing(string name, byte[] bytes)
    {
        files[name] = bytes;
        return this;
    }

    /// <summary>Lists a file and adds it.</summary>
    public PluginFile Listing(string name, byte[] bytes)
    {
        files[name] = bytes;
        manifest["files"]![name] = Hash(bytes);
        return this;
    }

    public byte[] Zip()
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(zip, "plugin.json", Bytes(manifest.ToJsonString()), 0);
            foreach (var (name, bytes) in files)
                Write(zip, name, bytes, 0);
            foreach (var (name, bytes, attributes) in more)
                Write(zip, name, bytes, attributes);
        }

        return output.ToArray();
    }

    /// <summary>A zip with one file, as it is.</summary>
    public static byte[] Plain(string name, string text)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
            Write(zip, name, Bytes(text), 0);
        return output.ToArray();
    }

    public byte[] SignedZip(string privateKey) => Signed(Zip(), privateKey);

    public static byte[] Signed(byte[] zip, string privateKey)
    {
        using var stream = new MemoryStream();
        stream.Write(zip);
        stream.Position = 0;
        Assert.True(PluginPacker.SignFile(stream, privateKey).Succeeded);
        return stream.ToArray();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Write(ZipArchive zip, string name, byte[] bytes, int attributes)
    {
        var entry = zip.CreateEntry(name);
        entry.ExternalAttributes = attributes;
        using var stream = entry.Open();
        stream.Write(bytes);
    }
}

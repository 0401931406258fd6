using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace IsmsModular.Tests.Plugins;

/// <summary>A data folder with plugins made for one test.</summary>
internal sealed class PluginFolder : IDisposable
{
    public string Data { get; } = Directory.CreateTempSubdirectory("isms-plugins-").FullName;

    public string Plugins => Path.Combine(Data, "plugins");

    /// <summary>Assemblies of the plugins under <c>tests/TestPlugins</c>.</summary>
    public static byte[] Assembly(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory.Replace("IsmsModular.Tests", Path.Combine("TestPlugins", name), StringComparison.Ordinal), name + ".dll"));

    /// <summary>A plugin of code that does what <paramref name="behaviour"/> says.</summary>
    public string AddCode(string behaviour, string id = "misbehaving", string version = "1.0.0", params (string Name, byte[] Bytes)[] more) => Add(id, version, "Misbehaving.dll", new(more.Select(m => KeyValuePair.Create(m.Name, m.Bytes)))
    {
        ["Misbehaving.dll"] = Assembly("Misbehaving"),
        ["Helper.dll"] = Assembly("Helper"),
        ["behaviour.txt"] = Encoding.UTF8.GetBytes(behaviour),
    });

    /// <summary>A plugin with a right manifest; change it afterwards with <see cref="Rewrite"/>.</summary>
    /// <returns>Its version folder.</returns>
    public string Add(string id, string version, string? assembly, Dictionary<string, byte[]> files)
    {
        var folder = Path.Combine(Plugins, id, version);
        var manifest = new JsonObject { ["id"] = id, ["name"] = id, ["version"] = version, ["sdk"] = "1.0", ["kind"] = "methodology" };
        if (assembly is not null)
            manifest["assembly"] = assembly;
        manifest["files"] = new JsonObject(files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Convert.ToHexStringLower(SHA256.HashData(f.Value)))));
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        File.WriteAllText(Path.Combine(folder, "plugin.json"), manifest.ToJsonString());
        return folder;
    }

    public string AddText(string id, string version, params (string Name, string Text)[] files) => Add(id, version, null, files.ToDictionary(f => f.Name, f => Encoding.UTF8.GetBytes(f.Text)));

    public static void Rewrite(string folder, Action<JsonObject> change)
    {
        var path = Path.Combine(folder, "plugin.json");
        var manifest = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    /// <summary>Loads what the test put here.</summary>
    public PluginCatalog Load(Func<string, bool?>? isEnabled = null) =>
        PluginCatalog.Load(new(Plugins, Path.Combine(Data, "cache"), isEnabled ?? (_ => true), new HashSet<string>()), NullLogger.Instance);

    /// <summary>Unpacks what ships, and loads all.</summary>
    public PluginCatalog LoadWithShipped(Func<string, bool?>? isEnabled = null) =>
        PluginCatalog.Load(new PluginPlaces(Data, typeof(Program).Assembly).Options(isEnabled ?? (_ => true), NullLogger.Instance), NullLogger.Instance);

    public void Dispose() => Directory.Delete(Data, recursive: true);
}

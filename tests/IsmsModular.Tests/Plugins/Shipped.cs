using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace IsmsModular.Tests.Plugins;

/// <summary>The plugins that ship, unpacked into a folder of their own and loaded like any others.</summary>
internal static class Shipped
{
    private static readonly Lazy<PluginCatalog> Loaded = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("isms-plugins-").FullName;
        return PluginCatalog.Load(new PluginPlaces(folder, typeof(Program).Assembly).Options(_ => null, NullLogger.Instance), NullLogger.Instance);
    });

    public static PluginCatalog Catalog => Loaded.Value;

    public static JsonArray Data(string file)
    {
        using var stream = typeof(Shipped).Assembly.GetManifestResourceStream(file)!;
        return (JsonArray)JsonNode.Parse(stream)!;
    }

    public static IReadOnlyDictionary<string, FactorValue> Inputs(JsonNode? json) => JsonSerializer.Deserialize<Dictionary<string, FactorValue>>(json)!;

    public static IReadOnlyDictionary<string, FactorValue> Inputs(params (string Key, FactorValue Value)[] inputs) => inputs.ToDictionary(i => i.Key, i => i.Value);
}

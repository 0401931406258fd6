using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>A plugin without code: what it offers is in its JSON files, by their names.</summary>
internal static class DataPlugin
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static void Register(ScratchRegistry registry)
    {
        var plugin = ((PluginPackage)registry.Files).Manifest.Id;
        foreach (var name in registry.Files.Names)
            Reading(name, () => Add(registry, plugin, name));
        if (registry.Keys.Count == 0)
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.empty", "It offers nothing: no assembly, methodology, catalogue or mapping."));
    }

    private static void Add(ScratchRegistry registry, string plugin, string name)
    {
        if (Is(name, "methodology.json", "methodologies/"))
            registry.AddMethodology(DeclaredMethodology.Parse(plugin, Read<JsonObject>(registry, name)));
        else if (Is(name, "catalogue.json", "catalogues/"))
            registry.AddCatalogue(Read<Catalogue>(registry, name));
        else if (Is(name, "mapping.json", "mappings/"))
            registry.AddMapping(Read<CatalogueMapping>(registry, name));
    }

    private static bool Is(string name, string single, string folder) =>
        name == single || (name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal));

    private static T Read<T>(ScratchRegistry registry, string name)
    {
        using var stream = registry.Files.OpenFile(name);
        return JsonSerializer.Deserialize<T>(stream, Options) ?? throw new JsonException("nothing in it");
    }

    private static void Reading(string name, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Wrong(name, error.Message);
        }
        catch (DeclaredException error)
        {
            throw Wrong(name, $"{error.Path}: {error.Problem}");
        }
        catch (Abstractions.Methodologies.MethodologyException error)
        {
            throw Wrong(name, error.Message);
        }
    }

    internal static PluginRefusedException Wrong(string name, string problem) =>
        new(PluginState.Faulted, new Message("plugins.reason.content", "Its content is wrong: {0}.", $"{name}: {problem}"));
}

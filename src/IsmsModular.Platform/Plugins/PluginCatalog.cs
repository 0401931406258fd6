using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Plugins;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>Loads every plugin of the data folder and merges what they offer. Never throws: a plugin that cannot be used is listed with the reason.</summary>
internal sealed class PluginCatalog : IPluginCatalog
{
    private readonly List<PluginStatus> plugins = [];
    private readonly List<IMethodologyHandle> methodologies = [];
    private readonly Dictionary<string, Catalogue> catalogues = new(StringComparer.Ordinal);
    private readonly List<CatalogueMapping> mappings = [];
    private readonly Dictionary<string, IReportFormatHandle> formats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> owners = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, LoadedPlugin> loadedBefore = new Dictionary<string, LoadedPlugin>();

    private PluginCatalog()
    {
    }

    public IReadOnlyList<PluginStatus> Plugins => plugins;

    public IReadOnlyList<IMethodologyHandle> Methodologies { get; private set; } = [];

    public IReadOnlyList<Catalogue> Catalogues { get; private set; } = [];

    public IReadOnlyList<CatalogueMapping> Mappings => mappings;

    public IReadOnlyList<IReportFormatHandle> Formats { get; private set; } = [];

    public IMethodologyHandle? Methodology(string id, string? version = null) =>
        methodologies.Find(m => m.Id == id && (version is null || m.Version == version));

    public Catalogue? Catalogue(string id) => catalogues.GetValueOrDefault(id);

    public string? OwnerOf(string kind, string key) => owners.GetValueOrDefault($"{kind} {key}");

    public IReadOnlyDictionary<string, string> Words(string language) => words.GetValueOrDefault(language) ?? [];

    /// <param name="options">Where plugins lie and which are switched on.</param>
    /// <param name="logger">Log.</param>
    /// <param name="before">Catalog of before a change: what it loaded from the same manifest is taken over, so that code is not loaded twice.</param>
    public static PluginCatalog Load(PluginLoadOptions options, ILogger logger, PluginCatalog? before = null)
    {
        var catalog = new PluginCatalog();
        var loader = new PluginLoader(options, key => key.StartsWith("plugins.", StringComparison.Ordinal) || catalog.Words("en").ContainsKey(key), logger);
        var loaded = FindFolders(options.PluginsFolder, logger)
            .AsParallel().AsOrdered()
            .Select(f => f.Reason is null ? LoadOrMend(loader, options, f.Folder, before?.loadedBefore.GetValueOrDefault(f.Folder)) : Misplaced(f))
            .ToList();
        catalog.loadedBefore = loaded.Where(p => p.Registry is not null).ToDictionary(p => Path.Combine(options.PluginsFolder, p.Id, p.Version), StringComparer.Ordinal);

        // What ships comes first, so that nothing from elsewhere can take its keys; of one plugin the newest version comes first.
        foreach (var plugin in loaded
            .OrderByDescending(p => options.ShippedIds.Contains(p.Id))
            .ThenBy(p => p.Id, StringComparer.Ordinal)
            .ThenByDescending(p => p.Manifest?.Version))
        {
            catalog.Merge(plugin);
        }

        foreach (var plugin in catalog.plugins.Where(p => p.State is PluginState.Faulted or PluginState.Incompatible))
            logger.LogWarning("Plugin {Plugin} {Version} is not used: {State}, {Reason}", plugin.Id, plugin.Version, plugin.State, plugin.Reason);
        catalog.Methodologies = [.. catalog.methodologies.DistinctBy(m => m.Id).OrderBy(m => m.Id, StringComparer.Ordinal)];
        catalog.Catalogues = [.. catalog.catalogues.Values.OrderBy(c => c.Id, StringComparer.Ordinal)];
        catalog.Formats = [.. catalog.formats.Values.OrderBy(f => f.Key, StringComparer.Ordinal)];
        return catalog;
    }

    /// <summary>A shipped plugin that lost files or ends of files, as after a power cut while it was unpacked, is unpacked anew.</summary>
    private static LoadedPlugin LoadOrMend(PluginLoader loader, PluginLoadOptions options, string folder, LoadedPlugin? before)
    {
        var loaded = loader.Load(folder, before);
        return loaded.Status.State == PluginState.Faulted && options.Mend?.Invoke(loaded.Id, loaded.Version) == true ? loader.Load(folder) : loaded;
    }

    /// <summary>Compares every file of every plugin with its manifest again; what loaded wrongly keeps its reason.</summary>
    public static IReadOnlyList<PluginStatus> Verify(string pluginsFolder, IReadOnlyList<PluginStatus> known, ILogger logger)
    {
        return [.. FindFolders(pluginsFolder, logger).Select(found =>
        {
            if (found.Reason is not null)
                return Misplaced(found).Status;
            var version = Path.GetFileName(found.Folder);
            var id = Path.GetFileName(Path.GetDirectoryName(found.Folder)!);
            var status = known.FirstOrDefault(p => p.Id == id && p.Version == version) ?? new(id, version, id, "", PluginState.Discovered, null, false, null, null);
            try
            {
                new PluginPackage(found.Folder, PluginLoader.ReadManifest(found.Folder, id, version)).Verify();
                return status;
            }
            catch (PluginRefusedException refused)
            {
                return status with { State = refused.State, Reason = refused.Reason };
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return status with { State = PluginState.Faulted, Reason = new Message("plugins.reason.load", "It cannot be loaded: {0}", error.Message) };
            }
        })];
    }

    /// <summary>Version folders, and misplaced things with the reason.</summary>
    internal static List<(string Folder, Message? Reason)> FindFolders(string pluginsFolder, ILogger logger)
    {
        var found = new List<(string, Message?)>();
        try
        {
            if (!Directory.Exists(pluginsFolder))
                return found;
            foreach (var plugin in Directory.EnumerateDirectories(pluginsFolder).Where(d => !Path.GetFileName(d).StartsWith('.')).Order(StringComparer.Ordinal))
            {
                var versions = Directory.GetDirectories(plugin).Where(v => PluginVersion.TryParse(Path.GetFileName(v)) is not null).Order(StringComparer.Ordinal).ToList();
                if (versions.Count == 0)
                    found.Add((plugin, new Message("plugins.reason.noversion", "It must lie in a folder named by its version: plugins/{0}/1.0.0/plugin.json.", Path.GetFileName(plugin))));
                found.AddRange(versions.Select(v => (v, (Message?)null)));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.LogError(error, "The plugins folder {Folder} cannot be read", pluginsFolder);
        }

        return found;
    }

    private static LoadedPlugin Misplaced((string Folder, Message? Reason) found)
    {
        var id = Path.GetFileName(found.Folder);
        return new(id, "", null, new(id, "", id, "", PluginState.Faulted, found.Reason, false, null, null), null, []);
    }

    private void Merge(LoadedPlugin plugin)
    {
        if (plugin.Registry is not { } offered)
        {
            plugins.Add(plugin.Status);
            return;
        }

        var taken = offered.Keys.FirstOrDefault(k => owners.TryGetValue(k, out var owner) && owner != plugin.Id);
        if (taken is not null)
        {
            plugins.Add(plugin.Status with { State = PluginState.Faulted, Reason = ScratchRegistry.Taken(taken, owners[taken]).Reason });
            return;
        }

        foreach (var key in offered.Keys)
            owners[key] = plugin.Id;
        methodologies.AddRange(offered.Methodologies.Where(m => Methodology(m.Id, m.Version) is null));
        foreach (var catalogue in offered.Catalogues)
            catalogues.TryAdd(catalogue.Id, catalogue);
        mappings.AddRange(offered.Mappings.Where(m => !mappings.Exists(known => known.From == m.From && known.To == m.To)));
        foreach (var format in offered.Formats)
            formats.TryAdd(format.Key, format);
        foreach (var (language, texts) in plugin.Words)
        {
            var merged = words.TryGetValue(language, out var known) ? known : words[language] = new(StringComparer.Ordinal);
            foreach (var (key, text) in texts)
                merged.TryAdd(key, text);
        }

        plugins.Add(plugin.Status with { Offers = offered.Offers });
    }
}

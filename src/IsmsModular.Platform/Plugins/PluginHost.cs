using System.Reflection;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>What an administrator does with plugins.</summary>
public interface IPluginAdministration
{
    /// <summary>Switches a plugin on or off and loads all plugins anew. Refused when there is no plugin of this id.</summary>
    Task<Result<Done>> SwitchAsync(Actor actor, string pluginId, bool enabled, CancellationToken cancellationToken = default);

    /// <summary>Reads every file of every plugin again and compares it with its manifest. What is wrong has a state other than active or disabled, and a reason.</summary>
    IReadOnlyList<PluginStatus> Verify();
}

/// <summary>The catalog of the running program: loaded when first asked for, exchanged as a whole after a switch.</summary>
internal sealed class PluginHost(PluginPlaces places, IStoreDirectory stores, ILoggerFactory loggers) : BackgroundService, IPluginCatalog, IPluginAdministration, IWordSource
{
    private readonly ILogger logger = loggers.CreateLogger("IsmsModular.Plugins");
    private readonly Lock loading = new();
    private volatile PluginCatalog? current;

    public IReadOnlyList<PluginStatus> Plugins => Current.Plugins;

    public IReadOnlyList<IMethodologyHandle> Methodologies => Current.Methodologies;

    public IReadOnlyList<Catalogue> Catalogues => Current.Catalogues;

    public IReadOnlyList<CatalogueMapping> Mappings => Current.Mappings;

    public IReadOnlyList<IReportFormatHandle> Formats => Current.Formats;

    private PluginCatalog Current
    {
        get
        {
            if (current is { } loaded)
                return loaded;
            lock (loading)
                return current ??= Load();
        }
    }

    public IMethodologyHandle? Methodology(string id, string? version = null) => Current.Methodology(id, version);

    public Catalogue? Catalogue(string id) => Current.Catalogue(id);

    public IReadOnlyDictionary<string, string> Words(string language) => Current.Words(language);

    public async Task<Result<Done>> SwitchAsync(Actor actor, string pluginId, bool enabled, CancellationToken cancellationToken = default)
    {
        if (!Plugins.Any(p => p.Id == pluginId))
            return Error.NotFound("plugins.notfound", null, pluginId);
        var session = stores.System.OpenSession(actor);
        var page = await session.QueryAsync<PluginSetting>(Query.All.Where("plugin", pluginId).Take(1), cancellationToken);
        var action = enabled ? "plugin.enable" : "plugin.disable";
        if (page.Items.FirstOrDefault() is { } setting)
        {
            setting.Enabled = enabled;
            session.Update(setting, setting.Version, action);
        }
        else
        {
            session.Add(new PluginSetting { PluginId = pluginId, Enabled = enabled }, action);
        }

        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            return Result<Done>.Failed(saved.Errors);
        lock (loading)
            current = Load();
        return Done.Yes;
    }

    public IReadOnlyList<PluginStatus> Verify() => PluginCatalog.Verify(places.Folder, Plugins, logger);

    /// <summary>A server loads while it starts to listen, so that the first page does not wait.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Current, stoppingToken);

    private PluginCatalog Load()
    {
        var switches = ReadSwitches();
        return PluginCatalog.Load(places.Options(id => switches.TryGetValue(id, out var on) ? on : null, logger), logger);
    }

    /// <summary>The catalog is asked for synchronously; this waits once at start and once after a switch, never in a request that reads.</summary>
    private Dictionary<string, bool> ReadSwitches()
    {
        try
        {
            return Task.Run(ReadSwitchesAsync).GetAwaiter().GetResult();
        }
        catch (StoreException error)
        {
            logger.LogWarning(error, "Plugin switches cannot be read; defaults apply");
            return [];
        }
    }

    private async Task<Dictionary<string, bool>> ReadSwitchesAsync()
    {
        var switches = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var setting in stores.System.OpenSession(Actor.System).StreamAsync<PluginSetting>(Query.All))
            switches[setting.PluginId] = setting.Enabled;
        return switches;
    }
}

/// <summary>Where plugins lie, and the program that carries those that ship.</summary>
internal sealed record PluginPlaces(string DataFolder, Assembly Program)
{
    public string Folder { get; } = Path.GetFullPath(Path.Combine(DataFolder, "plugins"));

    /// <summary>Unpacks what ships and says how to load.</summary>
    public PluginLoadOptions Options(Func<string, bool?> isEnabled, ILogger logger) =>
        new(Folder, Path.GetFullPath(Path.Combine(DataFolder, "plugins-cache")), isEnabled, ShippedPlugins.Unpack(Program, Folder, logger));
}

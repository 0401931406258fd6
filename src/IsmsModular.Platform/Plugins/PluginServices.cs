using System.Reflection;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IsmsModular.Platform.Plugins;

/// <summary>How the host takes plugins in.</summary>
public static class PluginServices
{
    /// <summary>Registers <see cref="IPluginCatalog"/>, loaded when it is first asked for. The host registers <see cref="PluginSetting.Map"/> with the system file.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="dataFolder">Data folder; plugins lie in <c>plugins</c> under it.</param>
    /// <param name="program">Assembly that carries the shipped plugins.</param>
    public static IServiceCollection AddPlugins(this IServiceCollection services, string dataFolder, Assembly program) => services
        .AddSingleton<IWordSource>(provider => new PluginWords(provider.GetRequiredService<IPluginCatalog>()))
        .AddSingleton<IPluginCatalog>(provider =>
        {
            ILogger logger = provider.GetService<ILoggerFactory>()?.CreateLogger("IsmsModular.Plugins") ?? NullLogger.Instance;
            var switches = ReadSwitches(provider.GetService<IStoreDirectory>(), logger);
            return PluginCatalog.Load(OptionsFor(dataFolder, program, id => switches.TryGetValue(id, out var on) ? on : null, logger), logger);
        });

    /// <summary>Unpacks what ships and says where everything lies.</summary>
    internal static PluginLoadOptions OptionsFor(string dataFolder, Assembly program, Func<string, bool?> isEnabled, ILogger logger)
    {
        var folder = Path.GetFullPath(Path.Combine(dataFolder, "plugins"));
        return new(folder, Path.GetFullPath(Path.Combine(dataFolder, "plugins-cache")), isEnabled, ShippedPlugins.Unpack(program, folder, logger));
    }

    /// <summary>Singletons are made synchronously; this runs once, at start, on no request.</summary>
    private static Dictionary<string, bool> ReadSwitches(IStoreDirectory? stores, ILogger logger)
    {
        try
        {
            return stores is null ? [] : Task.Run(() => ReadSwitchesAsync(stores)).GetAwaiter().GetResult();
        }
        catch (StoreException error)
        {
            logger.LogWarning(error, "Plugin switches cannot be read; defaults apply");
            return [];
        }
    }

    private static async Task<Dictionary<string, bool>> ReadSwitchesAsync(IStoreDirectory stores)
    {
        var switches = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (var setting in stores.System.OpenSession(Actor.System).StreamAsync<PluginSetting>(new Query()))
            switches[setting.PluginId] = setting.Enabled;
        return switches;
    }

    private sealed class PluginWords(IPluginCatalog catalog) : IWordSource
    {
        public IReadOnlyDictionary<string, string> Words(string language) => catalog.Words(language);
    }
}

using IsmsModular.Platform.Store.Lite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IsmsModular.Platform.Store;

/// <summary>Registers the store.</summary>
public static class StoreServices
{
    /// <summary>Adds <see cref="IStoreDirectory"/> and <see cref="IBackup"/> over LiteDB files in a folder, which is made when it is not there. Nothing is opened before the first use.</summary>
    /// <param name="services">The services.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="systemMaps">Documents of the system file.</param>
    /// <param name="workspaceMaps">Documents of each workspace's file.</param>
    /// <exception cref="ArgumentException">Two maps share a type or a collection.</exception>
    public static IServiceCollection AddStore(this IServiceCollection services, string dataFolder, IEnumerable<DocumentMap> systemMaps, IEnumerable<DocumentMap> workspaceMaps)
    {
        DocumentMap[] system = Checked(systemMaps), workspace = Checked(workspaceMaps);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => new LiteStoreDirectory(dataFolder, system, workspace, p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStoreDirectory>(p => p.GetRequiredService<LiteStoreDirectory>());
        services.AddSingleton<IBackup, Backup>();
        return services;
    }

    /// <summary>Whether a folder holds a store, or one that is being put in place.</summary>
    public static bool HoldsData(string dataFolder) => File.Exists(Path.Combine(dataFolder, "system.db")) || RestoreSwap.IsPending(dataFolder);

    private static DocumentMap[] Checked(IEnumerable<DocumentMap> maps)
    {
        DocumentMap[] all = [.. maps];
        foreach (var twice in all.GroupBy(m => m.Collection, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            throw new ArgumentException($"The collection {twice.Key} has two maps.", nameof(maps));
        }
        foreach (var twice in all.GroupBy(m => m.Type).Where(g => g.Count() > 1))
        {
            throw new ArgumentException($"The type {twice.Key.Name} has two maps.", nameof(maps));
        }
        return all;
    }
}

using System.Reflection;
using IsmsModular.Platform.Text;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Platform.Plugins;

/// <summary>How the host takes plugins in.</summary>
public static class PluginServices
{
    /// <summary>Registers <see cref="IPluginCatalog"/>, <see cref="IPluginAdministration"/> and the plugins' words. The host registers <see cref="PluginSetting.Map"/> with the system file.</summary>
    /// <param name="services">Services of the host.</param>
    /// <param name="dataFolder">Data folder; plugins lie in <c>plugins</c> under it.</param>
    /// <param name="program">Assembly that carries the shipped plugins.</param>
    public static IServiceCollection AddPlugins(this IServiceCollection services, string dataFolder, Assembly program) => services
        .AddSingleton(new PluginPlaces(dataFolder, program))
        .AddSingleton<PluginUseFinder>()
        .AddScoped<WorkspaceOffers>()
        .AddSingleton<PluginHost>()
        .AddSingleton<IPluginCatalog>(provider => provider.GetRequiredService<PluginHost>())
        .AddSingleton<IPluginAdministration>(provider => provider.GetRequiredService<PluginHost>())
        .AddSingleton<IWordSource>(provider => provider.GetRequiredService<PluginHost>())
        .AddHostedService(provider => provider.GetRequiredService<PluginHost>());
}

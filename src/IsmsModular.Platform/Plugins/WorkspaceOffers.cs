using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Plugins;

/// <summary>What plugins offer in this workspace: all but those that it withholds. Every list to choose from is made from these; what is stored is found in <see cref="IPluginCatalog"/>. Scoped; outside a workspace everything is offered.</summary>
public sealed class WorkspaceOffers(IPluginCatalog plugins, WorkspaceContext workspace)
{
    /// <summary>Newest active version of each methodology.</summary>
    public IReadOnlyList<IMethodologyHandle> Methodologies => [.. plugins.Methodologies.Where(m => IsOffered(m.PluginId))];

    /// <summary>Catalogues.</summary>
    public IReadOnlyList<Catalogue> Catalogues => [.. plugins.Catalogues.Where(c => IsOffered(plugins.OwnerOf("catalogue", c.Id)))];

    /// <summary>Report formats.</summary>
    public IReadOnlyList<IReportFormatHandle> Formats => [.. plugins.Formats.Where(f => IsOffered(f.PluginId))];

    /// <summary>Whether what a plugin offers can be chosen here.</summary>
    public bool IsOffered(string? pluginId) => pluginId is null || !workspace.IsSet || !workspace.Workspace.WithheldPlugins.Contains(pluginId);
}

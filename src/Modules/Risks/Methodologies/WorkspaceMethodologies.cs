using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Installed plugins and the workspace's own published methodologies, as one catalog.</summary>
internal sealed class WorkspaceMethodologies(WorkspaceContext ws, IPluginCatalog plugins, WorkspaceOffers offers) : IWorkspaceMethodologies
{
    public async Task<IReadOnlyList<IMethodologyHandle>> AllAsync(CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var own = new List<IMethodologyHandle>();
        await foreach (var methodology in session.StreamAsync<OwnMethodology>(Query.All.WhereIn("state", ["published", "changed"]).OrderBy("name"), cancellationToken))
        {
            if (await FindAsync(methodology.MethodologyId, $"{methodology.Number}", cancellationToken) is { } handle)
                own.Add(handle);
        }

        return [.. own, .. offers.Methodologies];
    }

    public async Task<IMethodologyHandle?> FindAsync(string id, string? version, CancellationToken cancellationToken)
    {
        if (!OwnMethodologies.IsOwn(id))
            return plugins.Methodology(id, version);
        var versions = Query.All.Where("methodology", id).OrderBy("-number").Take(1);
        if (version is not null)
            versions = versions.Where("version", $"{id} {version}");
        return (await ws.OpenSession().QueryAsync<MethodologyVersion>(versions, cancellationToken)).Items is [var found] && OwnMethodologies.Open(found.Declaration, found.WordsPlugin) is { Succeeded: true } opened
            ? opened.Value
            : null;
    }
}

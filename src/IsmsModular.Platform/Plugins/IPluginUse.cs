using System.Runtime.CompilerServices;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Plugins;

/// <summary>A module's answer to where a workspace uses what plugins offer. Singletons; every one is asked before a plugin is removed or withheld.</summary>
public interface IPluginUse
{
    /// <summary>Every use in one workspace; the same use may come many times.</summary>
    /// <param name="session">A session on the workspace's file.</param>
    /// <param name="cancellationToken">Token.</param>
    IAsyncEnumerable<PluginUse> FindAsync(IDocumentSession session, CancellationToken cancellationToken);
}

/// <summary>One use.</summary>
/// <param name="Kind">Kind of what is used, as in <see cref="PluginOffer"/>.</param>
/// <param name="Key">Its key.</param>
/// <param name="Version">The version that a stored result needs; <c>null</c> when any will do.</param>
/// <param name="What">Key of the words for what uses it, in the plural, with <c>{0}</c> for how many.</param>
/// <param name="Path">Page under the workspace where they are seen.</param>
public sealed record PluginUse(string Kind, string Key, string? Version, string What, string Path);

/// <summary>Uses of one kind in one workspace.</summary>
public sealed record PluginUses(string WorkspaceId, string WorkspaceName, string WorkspaceSlug, string What, string Path, int Count);

/// <summary>Asks all workspaces. Singleton.</summary>
public sealed class PluginUseFinder(IStoreDirectory stores, IEnumerable<IPluginUse> modules)
{
    /// <summary>Where something is needed.</summary>
    /// <param name="isNeeded">Whether a use counts.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <exception cref="StoreException">The file of a workspace cannot be read, so that nobody can tell.</exception>
    public async Task<IReadOnlyList<PluginUses>> EverywhereAsync(Func<PluginUse, bool> isNeeded, CancellationToken cancellationToken)
    {
        var found = new List<PluginUses>();
        await foreach (var workspace in stores.System.OpenSession(Actor.System).StreamAsync<Workspace>(Query.All.OrderBy("name"), cancellationToken))
            found.AddRange(await InAsync(workspace, isNeeded, cancellationToken));
        return found;
    }

    /// <summary>Where something is needed in one workspace.</summary>
    public async Task<IReadOnlyList<PluginUses>> InAsync(Workspace workspace, Func<PluginUse, bool> isNeeded, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(string What, string Path), int>();
        await foreach (var use in AllAsync(workspace, cancellationToken))
        {
            if (isNeeded(use))
                counts[(use.What, use.Path)] = counts.GetValueOrDefault((use.What, use.Path)) + 1;
        }

        return [.. counts.Select(c => new PluginUses(workspace.Id, workspace.Name, workspace.Slug, c.Key.What, c.Key.Path, c.Value))];
    }

    /// <summary>Every use in one workspace, by the plugin that is used.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="ownerOf">Id of the plugin that offers what is used, or <c>null</c>.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<PluginUses>>> ByPluginAsync(Workspace workspace, Func<PluginUse, string?> ownerOf, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, Dictionary<(string What, string Path), int>>(StringComparer.Ordinal);
        await foreach (var use in AllAsync(workspace, cancellationToken))
        {
            if (ownerOf(use) is not { } owner)
                continue;
            var own = counts.TryGetValue(owner, out var known) ? known : counts[owner] = [];
            own[(use.What, use.Path)] = own.GetValueOrDefault((use.What, use.Path)) + 1;
        }

        return counts.ToDictionary(p => p.Key, p => (IReadOnlyList<PluginUses>)[.. p.Value.Select(c => new PluginUses(workspace.Id, workspace.Name, workspace.Slug, c.Key.What, c.Key.Path, c.Value))]);
    }

    private async IAsyncEnumerable<PluginUse> AllAsync(Workspace workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new("catalogue", workspace.Catalogue, null, "plugins.use.settings.catalogue", "settings");
        yield return new("methodology", workspace.Methodology, workspace.MethodologyVersion, "plugins.use.settings.methodology", "settings");
        var session = stores.Workspace(workspace.Id).OpenSession(Actor.System);
        foreach (var module in modules)
        {
            await foreach (var use in module.FindAsync(session, cancellationToken))
                yield return use;
        }
    }
}

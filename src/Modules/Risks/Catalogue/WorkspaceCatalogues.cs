using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Risks.Catalogues;

/// <summary>The catalogues of this workspace: those of the active plugins, then those it brought in itself, and which of them it works with.</summary>
internal sealed class WorkspaceCatalogues(IPluginCatalog plugins, WorkspaceOffers offers, WorkspaceContext ws, CatalogueShelf shelf) : IControlCatalogues
{
    private Shelved? shelved;

    private Shelved Here => shelved ??= shelf.Of(ws.Workspace.Id);

    /// <summary>All catalogues that the workspace may choose from: what plugins offer it, and its own.</summary>
    public IEnumerable<Catalogue> All => offers.Catalogues.Concat(Here.Catalogues);

    /// <summary>All mappings, the plugins' first.</summary>
    public IEnumerable<CatalogueMapping> Mappings => plugins.Mappings.Concat(Here.Mappings);

    /// <summary>Choice of the workspace.</summary>
    public CatalogueChoice Choice => Here.Choice;

    /// <summary>What the workspace brought in.</summary>
    public IReadOnlyList<ImportedCatalogue> Imported => Here.Imported;

    /// <summary>The base edition; null when no active plugin has it.</summary>
    public Catalogue? Base => Find(ws.Workspace.Catalogue);

    /// <summary>Sector guides whose controls are rows of the statement, in the order in which they were chosen. Guides that are not active (any more) are left out.</summary>
    public IEnumerable<Catalogue> Extensions => Choice.Extensions.Where(k => k != ws.Workspace.Catalogue).Select(Find).OfType<Catalogue>();

    /// <summary>Base and sector guides.</summary>
    public IEnumerable<Catalogue> Controls => Base is { Kind: CatalogueKind.Controls } at ? Extensions.Prepend(at) : [];

    /// <summary>Threat catalogues that risks choose from.</summary>
    public IReadOnlyList<Catalogue> Threats => Chosen(CatalogueKind.Threats, Choice.Threats, "threats-iso27005");

    /// <summary>Vulnerability catalogues that risks choose from.</summary>
    public IReadOnlyList<Catalogue> Vulnerabilities => Chosen(CatalogueKind.Vulnerabilities, Choice.Vulnerabilities, "vulnerabilities-iso27005");

    public Catalogue? Find(string? key) => key is null ? null : plugins.Catalogue(key) ?? Here.Catalogues.FirstOrDefault(c => c.Id == key);

    /// <summary>Sector guides that fit the base edition: written for it, or for another edition that mappings lead to.</summary>
    public IEnumerable<(Catalogue Guide, bool IsForBase)> Guides() => All.Where(c => c.Kind == CatalogueKind.SectorGuide)
        .Select(g => (g, g.Extends == Base?.Id))
        .Where(g => g.Item2 || Way(g.g.Extends, Base?.Id) is not null)
        .OrderByDescending(g => g.Item2);

    public IReadOnlyList<Catalogue> Offered() => [.. All];

    public IReadOnlyList<Catalogue> Bases() => [.. All.Where(c => c.Kind == CatalogueKind.Controls).OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>How the rows of two catalogues correspond, or null.</summary>
    public Correspondence? Way(string? from, string? to) => Correspondence.Between(Mappings, Find, from, to);

    /// <summary>Reads again what another unit of work may have changed.</summary>
    public void Refresh()
    {
        shelf.Forget(ws.Workspace.Id);
        shelved = null;
    }

    private List<Catalogue> Chosen(CatalogueKind kind, List<string>? keys, string standard)
    {
        var offered = All.Where(c => c.Kind == kind).ToList();
        var chosen = (keys ?? [standard]).Select(k => offered.Find(c => c.Id == k)).OfType<Catalogue>().ToList();
        return chosen.Count > 0 ? chosen : offered;
    }
}

/// <summary>What one workspace has of its own.</summary>
internal sealed record Shelved(CatalogueChoice Choice, IReadOnlyList<ImportedCatalogue> Imported, IReadOnlyList<Catalogue> Catalogues, IReadOnlyList<CatalogueMapping> Mappings);

/// <summary>Keeps what each workspace brought in, read once and again after a change. Singleton: catalogues are asked for synchronously, so the first question of a workspace waits for its file.</summary>
internal sealed class CatalogueShelf(IStoreDirectory stores)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private readonly ConcurrentDictionary<string, Lazy<Shelved>> kept = new(StringComparer.Ordinal);

    public Shelved Of(string workspaceId)
    {
        var lazy = kept.GetOrAdd(workspaceId, id => new(() => Task.Run(() => ReadAsync(id)).GetAwaiter().GetResult()));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // A failure is not kept: the next question reads again.
            kept.TryRemove(KeyValuePair.Create(workspaceId, lazy));
            throw;
        }
    }

    public void Forget(string workspaceId) => kept.TryRemove(workspaceId, out _);

    private async Task<Shelved> ReadAsync(string workspaceId)
    {
        var store = stores.Workspace(workspaceId);
        var session = store.OpenSession(Actor.System);
        var choice = await session.FindAsync<CatalogueChoice>(CatalogueChoice.TheId) ?? CatalogueChoice.Fresh();
        List<ImportedCatalogue> imported = [];
        await foreach (var one in session.StreamAsync<ImportedCatalogue>(Query.All.OrderBy("ref")))
            imported.Add(one);
        return new(choice, imported, [.. imported.Where(i => !i.IsMapping).Select(i => Content<Catalogue>(store, i))], [.. imported.Where(i => i.IsMapping).Select(i => Content<CatalogueMapping>(store, i))]);
    }

    private static T Content<T>(IDocumentStore store, ImportedCatalogue of)
    {
        using var stream = store.Attachments.Open(of.Content) ?? throw new StoreException($"The attachment {of.Content} is missing.");
        return JsonSerializer.Deserialize<T>(stream, Json)!;
    }
}

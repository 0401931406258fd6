using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Catalogues as trees: the workspace's with its sector guides and own controls, or one that was asked for, with where each row is used.</summary>
[Access(Area.Controls)]
public sealed class IndexModel(IMediator mediator, IWords words) : PageModel
{
    private const string Which = "catalogue";
    private const string Certain = "confirmed";

    internal Model View { get; private set; } = null!;

    internal ListState List { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var attributes = await mediator.Send(new Attributes(Request.Query["f." + Which]), cancellationToken);
        if (attributes is null)
            return NotFound();
        List = ListState.From(Request, "ref", [Which, Certain, .. attributes.Keys], []);
        View = await mediator.Send(new Query(List.Filters.GetValueOrDefault(Which), List.Text, List.Filters.GetValueOrDefault(Certain), List.Filters.Remove(Which).Remove(Certain), attributes), cancellationToken);
        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, List.Filters.GetValueOrDefault(Which) ?? "catalogue", Columns(), View.Trees.SelectMany(t => t.Shown.Select(i => (t.Catalogue, i))).ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    internal IReadOnlyList<ListFilter> Filters() =>
    [
        new(Which, words["catalogues.one"], View.Choices),
        new(Certain, words["catalogues.col.confirmed"], [new("yes", words["common.yes"]), new("no", words["common.no"])]),
        .. View.Attributes.Select(a => new ListFilter(a.Key, words.AttributeName(a.Key), [.. a.Value.Select(v => new Choice(v, words.AttributeValue(v)))])),
    ];

    private IReadOnlyList<ExportColumn<(Catalogue Catalogue, CatalogueItem Item)>> Columns() =>
    [
        new(words["catalogues.one"], r => r.Catalogue.Name),
        new(words["catalogues.col.id"], r => r.Item.Id),
        new(words["catalogues.col.parent"], r => r.Item.Parent),
        new(words["catalogues.col.kind"], r => words.KindOf(r.Item)),
        new(words["catalogues.col.title"], r => r.Item.TitleIn(words.Language)),
        new(words["catalogues.col.guidance"], r => r.Item.GuidanceIn(words.Language)),
        new(words["catalogues.col.confirmed"], r => r.Item.Confirmed),
        .. View.Attributes.Keys.Select(k => new ExportColumn<(Catalogue Catalogue, CatalogueItem Item)>(words.AttributeName(k), r => string.Join("; ", r.Item.Attributes.GetValueOrDefault(k)?.Select(words.AttributeValue) ?? []))),
    ];

    /// <summary>Attributes that the shown catalogues have, with their values; null when there is no such catalogue.</summary>
    internal sealed record Attributes(string? Catalogue) : IQuery<IReadOnlyDictionary<string, IReadOnlyList<string>>?>;

    internal sealed class AttributesHandler(WorkspaceCatalogues catalogues) : IQueryHandler<Attributes, IReadOnlyDictionary<string, IReadOnlyList<string>>?>
    {
        public Task<IReadOnlyDictionary<string, IReadOnlyList<string>>?> Handle(Attributes request, CancellationToken cancellationToken)
        {
            var shown = string.IsNullOrEmpty(request.Catalogue) ? [.. catalogues.Controls] : catalogues.Find(request.Catalogue) is { } one ? [one] : (List<Catalogue>?)null;
            return Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<string>>?>(shown?
                .SelectMany(c => c.Items).SelectMany(i => i.ShownAttributes()).GroupBy(a => a.Key)
                .Select(g => (g.Key, Values: (IReadOnlyList<string>)[.. g.SelectMany(a => a.Value).Distinct().Order(StringComparer.Ordinal)]))
                .Where(g => g.Values.Count <= 40).OrderBy(g => g.Key, StringComparer.Ordinal).Take(8).ToDictionary(g => g.Key, g => g.Values));
        }
    }

    internal sealed record Query(string? Catalogue, string? Text, string? Confirmed, IReadOnlyDictionary<string, string> Wanted, IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes) : IQuery<Model>;

    /// <param name="Narrowed">Whether anything was searched for.</param>
    /// <param name="Trees">One tree a catalogue: the workspace's, then its sector guides.</param>
    /// <param name="Own">Own controls in use; shown beside the workspace's catalogue.</param>
    /// <param name="Risks">Risks by key of the row.</param>
    /// <param name="Implementations">Implementations by key of the row.</param>
    /// <param name="Missing">Key of the workspace's catalogue when no active plugin has it.</param>
    internal sealed record Model(bool Narrowed, IReadOnlyList<Tree> Trees, IReadOnlyList<OwnControl> Own, IReadOnlyDictionary<string, long> Risks, IReadOnlyDictionary<string, long> Implementations, string? Missing, IReadOnlyList<Choice> Choices, IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes)
    {
        /// <summary>Keys of catalogues whose controls can be implemented here.</summary>
        public required IReadOnlySet<string> InUse { get; init; }
    }

    internal sealed record Tree(Catalogue Catalogue, IReadOnlyList<Node> Roots, IReadOnlyList<CatalogueItem> Shown)
    {
        public int Controls => Shown.Count(ControlDirectory.IsControl);
    }

    /// <param name="Key">Key of the row; null for a heading that belongs to the catalogue which a guide extends.</param>
    internal sealed record Node(CatalogueItem Item, string? Key, IReadOnlyList<Node> Children);

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues, ControlDirectory controls, IWords words) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var live = Platform.Store.Query.All.WhereNot("state", RiskState.Dismissed);
            var risks = await session.GroupAsync<Risk>(live, "controls");
            var threats = await session.GroupAsync<Risk>(live, "threat");
            var vulnerabilities = await session.GroupAsync<Risk>(live, "vulnerability");
            var implementations = await session.GroupAsync<ControlImplementation>(Platform.Store.Query.All.WhereNot("state", ImplementationState.Withdrawn), "control");
            var own = request.Catalogue is null ? await controls.OwnAsync(cancellationToken) : [];
            var narrowed = request.Text is not null || request.Confirmed is not null || request.Wanted.Count > 0;
            IEnumerable<Catalogue> shown = catalogues.Find(request.Catalogue) is { } one ? [one] : controls.Catalogues;
            return new(narrowed, [.. shown.Select(c => Plant(c, request, narrowed))], [.. own.Where(o => request.Text is null || $"{o.Reference} {o.Title}".Contains(request.Text, StringComparison.OrdinalIgnoreCase))],
                Counts([.. risks, .. threats, .. vulnerabilities]), Counts(implementations), controls.Catalogue is null ? ws.Workspace.Catalogue : null,
                [.. catalogues.All.OrderBy(c => c.Kind).ThenBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Select(c => new Choice(c.Id, c.Name))], request.Attributes)
            {
                InUse = controls.Catalogues.Select(c => c.Id).ToHashSet(),
            };
        }

        private static Dictionary<string, long> Counts(IReadOnlyList<FieldGroup> groups) => groups.Where(g => g.Values[0] is string).GroupBy(g => (string)g.Values[0]!).ToDictionary(g => g.Key, g => g.Sum(x => x.Count));

        private Tree Plant(Catalogue catalogue, Query request, bool narrowed)
        {
            var known = catalogue.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
            var children = catalogue.Items.ToLookup(i => i.Parent is not null && known.Contains(i.Parent) ? i.Parent : null);
            var above = catalogues.Find(catalogue.Extends);
            List<CatalogueItem> shown = [];
            var roots = Grow(null, false);
            // Rows of a guide that hang under rows of its base are gathered under those.
            List<Node> planted = [];
            foreach (var node in roots)
            {
                var heading = node.Item.Parent is null ? null : above?.Items.FirstOrDefault(i => i.Id == node.Item.Parent);
                if (heading is null)
                    planted.Add(node);
                else if (planted is [.., { Key: null } last] && last.Item.Id == heading.Id)
                    planted[^1] = last with { Children = [.. last.Children, node] };
                else
                    planted.Add(new(heading, null, [node]));
            }

            return new(catalogue, planted, shown);

            List<Node> Grow(string? parent, bool all)
            {
                var nodes = new List<Node>();
                foreach (var item in children[parent])
                {
                    var hit = all || Hits(item, request);
                    var place = shown.Count;
                    var below = Grow(item.Id, all || (request.Text is not null && request.Wanted.Count == 0 && request.Confirmed is null && hit));
                    if (!hit && below.Count == 0)
                        continue;
                    if (hit || !narrowed)
                        shown.Insert(place, item);
                    nodes.Add(new(item, $"{catalogue.Id}/{item.Id}", below));
                }

                return nodes;
            }
        }

        private bool Hits(CatalogueItem item, Query request) =>
            (request.Text is not { } text || item.Id.Contains(text, StringComparison.OrdinalIgnoreCase) || item.TitleIn(words.Language).Contains(text, StringComparison.OrdinalIgnoreCase) || item.GuidanceIn(words.Language)?.Contains(text, StringComparison.OrdinalIgnoreCase) == true)
            && (request.Confirmed is null || item.Confirmed == (request.Confirmed == "yes"))
            && request.Wanted.All(w => item.Attributes.GetValueOrDefault(w.Key)?.Contains(w.Value) == true);
    }
}

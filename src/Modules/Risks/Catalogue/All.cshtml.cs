using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Every catalogue that this workspace may use: what it is, where it comes from, and who works with it.</summary>
[Access(Area.Controls)]
public sealed class AllModel(IMediator mediator, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "kind", ["kind", "origin", "here"], ["kind", "name", "edition"]);
        var all = (await mediator.Send(new Query(), cancellationToken)).Where(r =>
            (List.Text is null || $"{r.Name} {r.Id} {r.Edition} {r.Source}".Contains(List.Text, StringComparison.OrdinalIgnoreCase))
            && Is("kind", (string?)FieldValue.Normalise(r.Kind) ?? "mapping") && Is("origin", r.Imported is null ? "plugin" : "import") && Is("here", r.Role is null ? "no" : "yes"));
        var sorted = List.Sort.TrimStart('-') switch
        {
            "name" => all.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase),
            "edition" => all.OrderBy(r => r.Edition, StringComparer.Ordinal),
            _ => all.OrderBy(r => r.Kind ?? (CatalogueKind)99).ThenBy(r => r.Name, StringComparer.OrdinalIgnoreCase),
        };
        Rows = List.Sort.StartsWith('-') ? [.. sorted.Reverse()] : [.. sorted];
        return ListExport.Wanted(Request) is { } format ? await ListExport.FileAsync(format, "catalogues", Columns(), Rows.ToAsyncEnumerable(), cancellationToken) : Page();

        bool Is(string field, string value) => List.Filters.GetValueOrDefault(field) is not { } wanted || wanted == value;
    }

    internal string KindWord(CatalogueKind? kind) => kind is { } known ? words.Of(known) : words["catalogues.mapping"];

    internal IReadOnlyList<ListFilter> Filters() =>
    [
        new("kind", words["catalogues.col.kind"], [.. Enum.GetValues<CatalogueKind>().Select(k => new Choice((string)FieldValue.Normalise(k)!, words.Of(k))), new("mapping", words["catalogues.mapping"])]),
        new("origin", words["catalogues.col.origin"], [new("plugin", words["catalogues.origin.plugin"]), new("import", words["catalogues.origin.import"])]),
        new("here", words["catalogues.col.here"], [new("yes", words["common.yes"]), new("no", words["common.no"])]),
    ];

    private IReadOnlyList<ExportColumn<Row>> Columns() =>
    [
        new(words["catalogues.col.key"], r => r.Id),
        new(words["catalogues.col.name"], r => r.Name),
        new(words["catalogues.col.kind"], r => KindWord(r.Kind)),
        new(words["catalogues.col.edition"], r => r.Edition),
        new(words["catalogues.col.rows"], r => r.Count),
        new(words["catalogues.col.unconfirmed"], r => r.Unconfirmed),
        new(words["catalogues.col.origin"], r => r.Imported is null ? words["catalogues.origin.plugin"] : r.Imported.File),
        new(words["catalogues.col.here"], r => r.Role is null ? null : words["catalogues.role." + r.Role]),
        new(words["catalogues.col.source"], r => r.Source),
        new(words["catalogues.col.licence"], r => string.Join("; ", new[] { r.Licence, r.Attribution }.Where(t => t is not null))),
        new(words["catalogues.col.usedby"], r => string.Join("; ", r.UsedBy.Select(w => w.Name))),
    ];

    internal sealed record Query : IQuery<IReadOnlyList<Row>>;

    /// <param name="Kind">Null for a mapping that the workspace brought in.</param>
    /// <param name="Role">What it is for this workspace: base, guide, threats, vulnerabilities, mapping; null when it is not in use.</param>
    /// <param name="Imported">The record when the workspace brought it in itself.</param>
    /// <param name="UsedBy">Workspaces that use it, of those that the reader may see.</param>
    internal sealed record Row(string Id, string Name, CatalogueKind? Kind, string Edition, int Count, int Controls, int Unconfirmed, string Source, string? Attribution, string? Licence, string? Role, ImportedCatalogue? Imported, IReadOnlyList<Workspace> UsedBy);

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues, IPluginCatalog plugins, CatalogueShelf shelf, IMyWorkspaces mine) : IQueryHandler<Query, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var others = (await mine.AllAsync(cancellationToken)).Where(w => w.Id != ws.Workspace.Id).Take(200).Select(w => (Workspace: w, Choice: shelf.Of(w.Id).Choice)).ToList();
            var imported = catalogues.Imported.ToDictionary(i => i.Key, StringComparer.Ordinal);
            var threats = catalogues.Threats.Select(c => c.Id).ToHashSet();
            var vulnerabilities = catalogues.Vulnerabilities.Select(c => c.Id).ToHashSet();
            string? Licence(Catalogue c) => plugins.OwnerOf("catalogue", c.Id) is { } owner ? plugins.Plugins.FirstOrDefault(p => p.Id == owner && p.State == PluginState.Active)?.Licence : null;
            string? Role(Catalogue c) => c.Id == ws.Workspace.Catalogue ? "base" : catalogues.Choice.Extensions.Contains(c.Id) ? "guide" : threats.Contains(c.Id) ? "threats" : vulnerabilities.Contains(c.Id) ? "vulnerabilities" : null;
            bool Uses((Workspace Workspace, CatalogueChoice Choice) other, string id) =>
                other.Workspace.Catalogue == id || other.Choice.Extensions.Contains(id) || (other.Choice.Threats ?? ["threats-iso27005"]).Contains(id) || (other.Choice.Vulnerabilities ?? ["vulnerabilities-iso27005"]).Contains(id);

            return
            [
                .. catalogues.All.Select(c =>
                {
                    var own = imported.GetValueOrDefault(c.Id);
                    var role = Role(c);
                    // A catalogue that was brought in is another workspace's own, whatever its key.
                    List<Workspace> users = own is null ? [.. others.Where(o => Uses(o, c.Id)).Select(o => o.Workspace)] : [];
                    return new Row(c.Id, c.Name, c.Kind, c.Edition, c.Items.Count, c.Items.Count(i => i.Kind == "control"), c.Items.Count(i => !i.Confirmed), c.Source, c.Attribution, own is null ? Licence(c) : null, role, own, role is null ? users : [ws.Workspace, .. users]);
                }),
                .. catalogues.Imported.Where(i => i.IsMapping).Select(i => new Row(i.Key, i.Name, null, "", i.Rows, 0, 0, i.File ?? "", null, null, "mapping", i, [])),
            ];
        }
    }
}

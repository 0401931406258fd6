using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Groups;

[Access(Area.Assets)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext workspace, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Answer Found { get; private set; } = null!;

    internal IReadOnlyList<ListFilter> Filters { get; private set; } = [];

    internal bool MayEdit => workspace.May(Area.Assets, Verb.Edit);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["type", "owner", "state"], ["ref", "name", "type", "owner"]);
        var export = ListExport.Wanted(Request);
        Found = await mediator.Send(new Query(List, Whole: export is not null), cancellationToken);
        if (export is not null)
        {
            ExportColumn<Row>[] columns =
            [
                new(words["asset.reference"], r => r.Group.Reference), new(words["group.name"], r => r.Group.Name), new(words["asset.type"], r => words.Of(r.Group.Type)),
                new(words["group.criteria"], r => r.Group.Criteria), new(words["asset.ownerid"], r => r.Owner), new(words["group.members"], r => r.Members), new(words["asset.units"], r => r.Units),
                new("C", r => r.Group.Valuation?.C?.Tier), new("I", r => r.Group.Valuation?.I?.Tier), new("A", r => r.Group.Valuation?.A?.Tier),
            ];
            return await ListExport.FileAsync(export, "asset-groups", columns, Found.Rows.ToAsyncEnumerable(), cancellationToken);
        }

        Filters =
        [
            new("type", words["asset.type"], EnumChoice.Of<AssetType>(words)),
            new("owner", words["asset.ownerid"], [new("-", words["asset.none"]), .. Found.People.Select(p => new Choice(p.Key, p.Value))]),
            new("state", words["asset.state"], [new("active", words["group.active"]), new("retired", words["group.retired"])]),
        ];
        return Page();
    }

    /// <param name="Whole">All rows of the filter, for the export.</param>
    internal sealed record Query(ListState List, bool Whole) : IQuery<Answer>;

    internal sealed record Answer(Page<AssetGroup> Page, IReadOnlyList<Row> Rows, IReadOnlyDictionary<string, string> People, long Ungrouped);

    internal sealed record Row(AssetGroup Group, string? Owner, long Members, decimal Units);

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : IQueryHandler<Query, Answer>
    {
        public async Task<Answer> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var page = request.Whole
                ? new Page<AssetGroup>(await session.StreamAsync<AssetGroup>(request.List.ToQuery(), cancellationToken).ToListAsync(cancellationToken), 0, null, null)
                : await session.QueryAsync<AssetGroup>(request.List.ToQuery(), cancellationToken);
            var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
            var active = Platform.Store.Query.All.WhereNot("state", AssetState.Retired);
            // Units by group without reading any asset: how many records of a group have how many units.
            var sums = (await session.GroupAsync<Asset>(active, "group", "units"))
                .GroupBy(g => g.Values[0] as string ?? "")
                .ToDictionary(g => g.Key, g => (Members: g.Sum(x => x.Count), Units: g.Sum(x => x.Count * (x.Values[1] as decimal? ?? 0))));
            return new(
                page,
                [.. page.Items.Select(g => new Row(g, g.OwnerId is { } o ? names.GetValueOrDefault(o) : null, sums.GetValueOrDefault(g.Id).Members, sums.GetValueOrDefault(g.Id).Units))],
                names,
                sums.GetValueOrDefault("").Members);
        }
    }
}

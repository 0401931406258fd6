using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Groups;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

[Access(Area.Assets)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext workspace, IPeople people, IWords words) : PageModel
{
    private static readonly string[] Filterable = ["type", "group", "owner", "custodian", "kind", "classification", "personal", "scope", "state", "complete", "gaps", "value", "supports"];
    private static readonly string[] Sortable = ["ref", "name", "type", "owner", "value", "units", "group"];

    internal ListState List { get; private set; } = null!;

    internal Answer Found { get; private set; } = null!;

    internal IReadOnlyList<ListFilter> Filters { get; private set; } = [];

    internal bool MayEdit => workspace.May(Area.Assets, Verb.Edit);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", Filterable, Sortable);
        if (ListExport.Wanted(Request) is { } format)
        {
            var session = workspace.OpenSession();
            var columns = await AssetColumns.ForExportAsync(session, people, words, cancellationToken);
            return await ListExport.FileAsync(format, "assets", columns, session.StreamAsync<Asset>(QueryOf(List), cancellationToken), cancellationToken);
        }

        Found = await mediator.Send(new Query(List), cancellationToken);
        Filters =
        [
            new("type", words["asset.type"], EnumChoice.Of<AssetType>(words)),
            new("group", words["asset.groupid"], [new("-", words["asset.none"]), .. Found.Groups]),
            new("owner", words["asset.ownerid"], [new("-", words["asset.none"]), .. Found.People.Select(p => new Choice(p.Key, p.Value))]),
            new("classification", words["asset.classification"], [new("-", words["asset.none"]), .. EnumChoice.Of<Classification>(words)]),
            new("state", words["asset.state"], EnumChoice.Of<AssetState>(words)),
            new("scope", words["asset.scope"], [new("true", words["asset.scope.in"]), new("false", words["asset.scope.out"])]),
            new("complete", words["asset.complete"], [new("no", words["asset.complete.no"]), new("yes", words["asset.complete.yes"])]),
        ];
        // A filter that only links set still shows as a chip with words.
        ListFilter[] linked =
        [
            new("gaps", words["asset.gaps"], [.. Asset.GapKeys.Select(g => new Choice(g, words["asset.gap." + g]))], Offered: false),
            new("custodian", words["asset.custodianid"], [.. Found.People.Select(p => new Choice(p.Key, p.Value))], Offered: false),
            new("kind", words["asset.kind"], EnumChoice.Of<AssetKind>(words), Offered: false),
            new("personal", words["asset.personaldata"], [new("true", words["common.yes"]), new("false", words["common.no"])], Offered: false),
            new("value", words["asset.value"], [.. Enumerable.Range(1, 10).Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)).Select(v => new Choice(v, v))], Offered: false),
            new("supports", words["asset.supportsids"], Found.Supported is { } supported ? [new(supported.Id, $"{supported.Reference} {supported.Name}")] : [], Offered: false),
        ];
        Filters = [.. Filters, .. linked];
        return Page();
    }

    /// <summary>Retired assets are shown when they are asked for.</summary>
    private static Platform.Store.Query QueryOf(ListState list) => list.Filters.ContainsKey("state") ? list.ToQuery() : list.ToQuery().WhereNot("state", AssetState.Retired);

    internal sealed record Query(ListState List) : IQuery<Answer>;

    internal sealed record Answer(Page<Asset> Page, IReadOnlyDictionary<string, string> People, IReadOnlyDictionary<string, string> GroupNames, IReadOnlyList<Choice> Groups, long Incomplete, bool AnyAtAll, Asset? Supported);

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : IQueryHandler<Query, Answer>
    {
        public async Task<Answer> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var page = await session.QueryAsync<Asset>(QueryOf(request.List), cancellationToken);
            var groups = await session.QueryAsync<AssetGroup>(Platform.Store.Query.All.OrderBy("ref").Take(1000), cancellationToken);
            return new(
                page,
                (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name),
                groups.Items.ToDictionary(g => g.Id, g => g.Name),
                [.. groups.Items.Select(g => new Choice(g.Id, $"{g.Reference} {g.Name}"))],
                await session.CountAsync<Asset>(Platform.Store.Query.All.Where("complete", "no"), cancellationToken),
                page.Total > 0 || await session.CountAsync<Asset>(Platform.Store.Query.All, cancellationToken) > 0,
                await session.FindAsync<Asset>(request.List.Filters.GetValueOrDefault("supports"), cancellationToken));
        }
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Methodologies;

/// <summary>The methodologies of the workspace: its own, and those that are installed.</summary>
[Access(Area.Methodologies)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Answer Found { get; private set; } = null!;

    internal IReadOnlyList<ListFilter> Filters => [new("state", words["method.state"], EnumChoice.Of<MethodologyState>(words))];

    internal bool MayEdit => ws.May(Area.Methodologies, Verb.Administer);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state"], ["name", "state", "number", "changed"]);
        var export = ListExport.Wanted(Request);
        Found = await mediator.Send(new Ask(List, export is not null), cancellationToken);
        if (export is null)
            return Page();
        ExportColumn<Row>[] columns =
        [
            new(words["method.name"], r => r.Own.Name), new(words["method.id"], r => r.Own.MethodologyId), new(words["method.state"], r => words.Of(r.Own.State)),
            new(words["method.version"], r => r.Own.Number), new(words["method.uses"], r => r.Uses), new(words["method.changed"], r => r.Own.ChangedAt), new(words["method.summary"], r => r.Own.Summary),
        ];
        return await ListExport.FileAsync(export, "methodologies", columns, Found.Rows.ToAsyncEnumerable(), cancellationToken);
    }

    /// <param name="List">Filter and page.</param>
    /// <param name="Whole">All rows of the filter, for the export.</param>
    internal sealed record Ask(ListState List, bool Whole) : IQuery<Answer>;

    internal sealed record Answer(Page<OwnMethodology> Page, IReadOnlyList<Row> Rows, IReadOnlyList<(IMethodologyHandle Method, long Uses)> Installed);

    internal sealed record Row(OwnMethodology Own, long Uses);

    internal sealed class Handler(WorkspaceContext ws, WorkspaceOffers offers) : IQueryHandler<Ask, Answer>
    {
        public async Task<Answer> Handle(Ask request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var page = request.Whole
                ? new Page<OwnMethodology>(await session.StreamAsync<OwnMethodology>(request.List.ToQuery(), cancellationToken).ToListAsync(cancellationToken), 0, null, null)
                : await session.QueryAsync<OwnMethodology>(request.List.ToQuery(), cancellationToken);
            var uses = (await session.GroupAsync<Exercise>(Query.All, "methodology")).ToDictionary(g => g.Values[0] as string ?? "", g => g.Count);
            return new(page, [.. page.Items.Select(m => new Row(m, uses.GetValueOrDefault(m.MethodologyId)))], [.. offers.Methodologies.Select(m => (m, uses.GetValueOrDefault(m.Id)))]);
        }
    }
}

using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Two revisions compared, or one with the live statement.</summary>
[Access(Area.Soa)]
public sealed class CompareModel(IMediator mediator) : PageModel
{
    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? from, string? to, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(from, to, ChangeList.ListFrom(Request)), cancellationToken);
        if (Shown is null)
            return NotFound();
        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, $"comparison-{Shown.From.Reference}-{Shown.To?.Reference ?? "now"}", Shown.Changes.Columns(), Shown.Changes.Shown.ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    internal sealed record Query(string? From, string? To, ListState List) : IQuery<View?>;

    internal sealed record View(SoaRevision From, SoaRevision? To, ChangeList Changes);

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa, RevisionContent frozen, Catalogues.WorkspaceCatalogues catalogues, Persons persons, IWords words) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<SoaRevision>(request.From, cancellationToken) is not { } from)
                return null;
            async Task<List<ContentSection>> FrozenAsync(SoaRevision of) => SoaSubject.Content("", Named(of), of.ScopeStatement, (await frozen.RowsAsync(of, cancellationToken)).Select(SoaSubject.Section));
            string Named(SoaRevision of) => catalogues.Find(of.Catalogue)?.Name ?? of.Catalogue;
            var before = await FrozenAsync(from);
            if (request.To is not null)
            {
                return await session.FindAsync<SoaRevision>(request.To, cancellationToken) is { } to
                    ? new(from, to, new(ContentComparison.Between(before, await FrozenAsync(to)), request.List, words))
                    : null;
            }

            if (await soa.ReadAsync(session, cancellationToken) is not { } board)
                return null;
            var people = await persons.ReadAsync(cancellationToken);
            // A scope statement is written when the next revision is submitted.
            var live = SoaSubject.Content("", Named(from), from.ScopeStatement, board.Lines.Where(l => l.Row.Decision is not null).Select(l => SoaSubject.Section(l.Row, l.Title, people.Name(l.Row.ConfirmedById))));
            return new(from, null, new(ContentComparison.Between(before, live), request.List, words));
        }
    }
}

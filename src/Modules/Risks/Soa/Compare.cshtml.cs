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

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa, RevisionContent frozen, IWords words) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<SoaRevision>(request.From, cancellationToken) is not { } from)
                return null;
            var before = Sections(await frozen.RowsAsync(from, cancellationToken));
            if (request.To is not null)
            {
                return await session.FindAsync<SoaRevision>(request.To, cancellationToken) is { } to
                    ? new(from, to, new(ContentComparison.Between(before, Sections(await frozen.RowsAsync(to, cancellationToken))), request.List, words))
                    : null;
            }

            return await soa.ReadAsync(session, cancellationToken) is { } board
                ? new(from, null, new(ContentComparison.Between(before, [.. board.Lines.Where(l => l.Row.Decision is not null).Select(l => SoaSubject.Section(l.Row, l.Title))]), request.List, words))
                : null;
        }

        private static List<ContentSection> Sections(IReadOnlyList<FrozenSoaRow> rows) => [.. rows.Select(r =>
        {
            var control = ControlRef.Parse(r.ControlKey)!;
            return SoaSubject.Section(new SoaRow { Catalogue = control.Catalogue, ControlId = control.Id, Decision = r.Decision, Reasons = r.Reasons, ExclusionReason = r.ExclusionReason, ReopenIf = r.ReopenIf, Status = r.Status }, r.Title);
        })];
    }
}

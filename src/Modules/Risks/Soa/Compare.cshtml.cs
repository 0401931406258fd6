using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
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
        Shown = await mediator.Send(new Query(from, to), cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    internal sealed record Query(string? From, string? To) : IQuery<View?>;

    internal sealed record View(SoaRevision From, SoaRevision? To, ContentComparison Comparison);

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa, RevisionContent frozen) : IQueryHandler<Query, View?>
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
                    ? new(from, to, ContentComparison.Between(before, Sections(await frozen.RowsAsync(to, cancellationToken))))
                    : null;
            }

            return await soa.ReadAsync(session, cancellationToken) is { } board
                ? new(from, null, ContentComparison.Between(before, [.. board.Lines.Where(l => l.Row.Decision is not null).Select(l => SoaSubject.Section(l.Row, l.Title))]))
                : null;
        }

        private static List<ContentSection> Sections(IReadOnlyList<FrozenSoaRow> rows) => [.. rows.Select(r =>
        {
            var control = ControlRef.Parse(r.ControlKey)!;
            return SoaSubject.Section(new SoaRow { Catalogue = control.Catalogue, ControlId = control.Id, Decision = r.Decision, Reasons = r.Reasons, ExclusionReason = r.ExclusionReason, ReopenIf = r.ReopenIf, Status = r.Status }, r.Title);
        })];
    }
}

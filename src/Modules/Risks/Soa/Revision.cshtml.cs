using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Platform.Plugins;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>A revision as it was frozen.</summary>
[Access(Area.Soa)]
public sealed class RevisionModel(IMediator mediator) : PageModel
{
    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(id), cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    internal sealed record Query(string? Id) : IQuery<View?>;

    internal sealed record View(SoaRevision Revision, IReadOnlyList<FrozenSoaRow> Rows, Submission? Submission, string CatalogueName);

    internal sealed class Handler(WorkspaceContext ws, RevisionContent frozen, Catalogues.WorkspaceCatalogues catalogues) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<SoaRevision>(request.Id, cancellationToken) is not { } revision)
                return null;
            return new(revision, await frozen.RowsAsync(revision, cancellationToken), await session.FindAsync<Submission>(revision.SubmissionId, cancellationToken), catalogues.Find(revision.Catalogue)?.Name ?? revision.Catalogue);
        }
    }
}

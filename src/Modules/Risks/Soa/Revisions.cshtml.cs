using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Every revision of the statement that was ever submitted.</summary>
[Access(Area.Soa)]
public sealed class RevisionsModel(IMediator mediator) : PageModel
{
    internal IReadOnlyList<Line> Revisions { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => Revisions = await mediator.Send(new Query(), cancellationToken);

    internal sealed record Query : IQuery<IReadOnlyList<Line>>;

    internal sealed record Line(SoaRevision Revision, string Catalogue);

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues) : IQueryHandler<Query, IReadOnlyList<Line>>
    {
        public async Task<IReadOnlyList<Line>> Handle(Query request, CancellationToken cancellationToken) =>
            [.. (await ws.OpenSession().QueryAsync<SoaRevision>(Platform.Store.Query.All.OrderBy("-number").Take(200), cancellationToken)).Items.Select(r => new Line(r, catalogues.Find(r.Catalogue)?.Name ?? r.Catalogue))];
    }
}

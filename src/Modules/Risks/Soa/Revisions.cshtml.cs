using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Every revision of the statement that was ever submitted.</summary>
[Access(Area.Soa)]
public sealed class RevisionsModel(IMediator mediator) : PageModel
{
    internal IReadOnlyList<SoaRevision> Revisions { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => Revisions = await mediator.Send(new Query(), cancellationToken);

    internal sealed record Query : IQuery<IReadOnlyList<SoaRevision>>;

    internal sealed class Handler(WorkspaceContext ws) : IQueryHandler<Query, IReadOnlyList<SoaRevision>>
    {
        public async Task<IReadOnlyList<SoaRevision>> Handle(Query request, CancellationToken cancellationToken) =>
            (await ws.OpenSession().QueryAsync<SoaRevision>(Platform.Store.Query.All.OrderBy("-number").Take(200), cancellationToken)).Items;
    }
}

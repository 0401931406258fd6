using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>Every revision of the plan that was ever submitted.</summary>
[Access(Area.Plan)]
public sealed class RevisionsModel(IMediator mediator) : PageModel
{
    internal IReadOnlyList<PlanRevision> Revisions { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => Revisions = await mediator.Send(new Query(), cancellationToken);

    internal sealed record Query : IQuery<IReadOnlyList<PlanRevision>>;

    internal sealed class Handler(WorkspaceContext ws) : IQueryHandler<Query, IReadOnlyList<PlanRevision>>
    {
        public async Task<IReadOnlyList<PlanRevision>> Handle(Query request, CancellationToken cancellationToken) =>
            (await ws.OpenSession().QueryAsync<PlanRevision>(Platform.Store.Query.All.OrderBy("-number").Take(200), cancellationToken)).Items;
    }
}

using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>Two revisions of the plan compared, or one with the plan as it stands now.</summary>
[Access(Area.Plan)]
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

    internal sealed record View(PlanRevision From, PlanRevision? To, ChangeList Changes);

    internal sealed class Handler(WorkspaceContext ws, PlanRepository plans, RevisionContent frozen, IWords words) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanRevision>(request.From, cancellationToken) is not { } from)
                return null;
            var to = await session.FindAsync<PlanRevision>(request.To, cancellationToken);
            if (to is null && !string.IsNullOrEmpty(request.To))
                return null;

            // A risk that was carried into another assessment is the same risk.
            var origin = await Comparisons.OriginsAsync(session);
            List<ContentSection> Sections(FrozenPlan plan) => PlanContent.Sections(plan.Risks, plan.Tasks).ConvertAll(s => s with { Key = origin(s.Key) });
            var now = to is not null ? await frozen.PlanAsync(to, cancellationToken) : await plans.FreezeAsync(session, (await CurrentExercise.FindAsync(session, cancellationToken))?.Id ?? from.ExerciseId, cancellationToken);
            return new(from, to, new(ContentComparison.Between(Sections(await frozen.PlanAsync(from, cancellationToken)), Sections(now)), request.List, words));
        }
    }
}

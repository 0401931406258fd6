using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>A revision of the plan as it was frozen, with what still stands of its decisions.</summary>
[Access(Area.Plan)]
public sealed class RevisionModel(IMediator mediator) : PageModel
{
    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(id), cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    internal sealed record Query(string? Id) : IQuery<View?>;

    internal sealed record View(PlanRevision Revision, FrozenPlan Plan, Exercise? Exercise, Submission? Submission, SubmissionStanding? Standing);

    internal sealed class Handler(WorkspaceContext ws, RevisionContent frozen, ApprovalDesk desk) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanRevision>(request.Id, cancellationToken) is not { } revision)
                return null;
            var submission = await session.FindAsync<Submission>(revision.SubmissionId, cancellationToken);
            return new(revision, await frozen.PlanAsync(revision, cancellationToken), await session.FindAsync<Exercise>(revision.ExerciseId, cancellationToken), submission,
                submission is null ? null : await desk.StandingAsync(session, submission, cancellationToken));
        }
    }
}

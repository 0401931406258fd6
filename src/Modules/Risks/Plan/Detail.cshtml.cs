using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Files;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>One task, with everything that hangs on it.</summary>
[Access(Area.Plan)]
public sealed class DetailModel(IMediator mediator) : PageModel
{
    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(id), cancellationToken);
        return Shown is null ? NotFound() : Page();
    }

    internal sealed record Query(string? Id) : IQuery<View?>;

    internal sealed record View(PlanTask Task, PersonBook People, IReadOnlyList<Risk> Risks, IReadOnlyList<string> Controls, IReadOnlyList<PlanTask> DependsOn, ControlImplementation? Implementation, Submission? Delay, IReadOnlyList<ActivityEntry> Progress, string? DoneBy, SegregationException? Exception, IReadOnlyList<EvidenceFile> Files, IReadOnlyDictionary<string, Exercise> Exercises);

    internal sealed class Handler(WorkspaceContext ws, Persons persons, ControlDirectory controls) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return null;
            var own = await controls.OwnAsync(cancellationToken);
            var history = await session.HistoryAsync(task.Id, cancellationToken);
            List<Risk> risks = [.. (await session.FindManyAsync<Risk>(task.RiskIds, cancellationToken)).Values.OrderByDescending(r => r.Reference.Length).ThenByDescending(r => r.Reference, StringComparer.Ordinal)];
            return new(
                task,
                await persons.ReadAsync(cancellationToken),
                risks,
                [.. task.ControlKeys.Select(k => controls.Name(k, own))],
                [.. (await session.FindManyAsync<PlanTask>(task.DependsOnIds, cancellationToken)).Values.OrderBy(t => t.Reference, StringComparer.Ordinal)],
                await session.FindAsync<ControlImplementation>(task.ImplementationId, cancellationToken),
                await session.FindAsync<Submission>(task.Delay?.SubmissionId, cancellationToken),
                [.. history.Where(e => e.Reason is not null).Take(20)],
                task.State == PlanTaskState.Done ? history.FirstOrDefault(e => e.Action == "task.done")?.ActorName : null,
                await SegregationException.HoldingAsync(session, ws.Today, cancellationToken),
                await EvidenceFiles.OfAsync(session, task.Id, cancellationToken),
                await session.FindManyAsync<Exercise>(risks.Select(r => r.ExerciseId).Distinct(), cancellationToken));
        }
    }
}

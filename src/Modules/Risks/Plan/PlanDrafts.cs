using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Plan;

/// <summary>What stands in the way of submitting, with the first records it is about.</summary>
internal sealed record PlanObstacle(string Key, bool Blocks, long Count, IReadOnlyList<Risk> Risks);

/// <summary>The plan ready to be submitted, and what is wrong with it.</summary>
internal sealed record PlanDraft(Exercise Exercise, FrozenPlan Plan, IReadOnlyList<Risk> Risks, IReadOnlyList<Slot> Slots, IReadOnlyList<PlanObstacle> Obstacles);

/// <summary>Prepares a plan for submission: one slot for top management, one for each accountable owner, two for each exception.</summary>
internal sealed class PlanDrafts(WorkspaceContext ws, PlanRepository plans, Persons persons)
{
    private const int Shown = 10;

    public async Task<PlanDraft?> PrepareAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        if (await CurrentExercise.FindAsync(session, cancellationToken) is not { } exercise)
            return null;
        var people = await persons.ReadAsync(cancellationToken);
        List<Risk> risks = [];
        var plan = await plans.FreezeAsync(session, exercise.Id, cancellationToken, risks.Add);

        List<PlanObstacle> obstacles = [];
        void Obstacle(string key, bool blocks, IEnumerable<Risk> found)
        {
            var all = found.ToList();
            if (all.Count > 0)
                obstacles.Add(new(key, blocks, all.Count, [.. all.Take(Shown)]));
        }

        async Task Missing(string key, bool blocks, Query query)
        {
            var page = await session.QueryAsync<Risk>(query.OrderBy("ref").Take(Shown), cancellationToken);
            if (page.Total > 0)
                obstacles.Add(new(key, blocks, page.Total, page.Items));
        }

        await Missing("plan.obstacle.undecided", true, Query.All.Where("exercise", exercise.Id).Where("state", RiskState.Rated).Where("option", null));
        Obstacle("plan.obstacle.noowner", true, risks.Where(r => people.Find(r.OwnerId) is null));
        Obstacle("plan.obstacle.ownerleft", true, risks.Where(r => people.HasLeft(r.OwnerId)));
        Obstacle("plan.obstacle.notarget", true, risks.Where(r => r.Treatment!.Option is TreatmentOption.Modify or TreatmentOption.Share && r.Target is null));
        Obstacle("plan.obstacle.noexception", true, risks.Where(r => r.Treatment!.Option == TreatmentOption.Retain && exercise.Criteria.For(r.Current) == Handling.ByException && !IsException(r)));
        Obstacle("plan.obstacle.musttreat", true, risks.Where(r => r.Treatment!.Option == TreatmentOption.Retain && exercise.Criteria.For(r.Current) == Handling.MustTreat));
        Obstacle("plan.obstacle.exceptionend", true, risks.Where(r => r.Treatment!.ByException && !(r.Treatment.ExceptionUntil >= ws.Today && r.Treatment.ExceptionUntil <= ws.Today.AddMonths(exercise.Criteria.ExceptionMonths))));
        Obstacle("plan.obstacle.targetabove", false, risks.Where(r => r.Treatment!.Option != TreatmentOption.Retain && exercise.Criteria.For(r.Target) is Handling.ByException or Handling.MustTreat && !IsException(r)));
        Obstacle("plan.obstacle.norole", false, risks.Where(r => people.Find(r.OwnerId) is { HasLeft: false } owner && !owner.Roles.Any(x => RightsTable.Of(x).Contains((Area.Risks, Verb.Accept)))));
        var withTask = plan.Tasks.SelectMany(t => t.RiskIds).ToHashSet(StringComparer.Ordinal);
        Obstacle("plan.obstacle.notask", false, risks.Where(r => r.Treatment!.Option == TreatmentOption.Modify && !withTask.Contains(r.Id)));
        Obstacle("plan.obstacle.nocontrol", false, risks.Where(r => r.Treatment!.Option == TreatmentOption.Modify && r.Treatment.Controls.Count == 0));
        if (exercise.CriteriaState != CriteriaState.Approved)
            obstacles.Add(new("plan.obstacle.criteria", false, 0, []));
        await Missing("plan.obstacle.unrated", false, Query.All.Where("exercise", exercise.Id).WhereIn("state", ["draft", "unrated"]));
        return new(exercise, plan, risks, Slots(plan, people), obstacles);
    }

    private static bool IsException(Risk risk) => risk.Treatment is { ByException: true, ExceptionUntil: not null };

    private static List<Slot> Slots(FrozenPlan plan, PersonBook people)
    {
        List<Slot> slots = [new() { Key = PlanSubject.Management, Act = ApprovalAct.Approve, Role = Role.TopManagement, Why = "approvals.slot.plan", Area = Area.Plan, Verb = Verb.Approve, Count = plan.Risks.Count }];
        foreach (var owner in plan.Risks.Where(r => people.Find(r.OwnerId) is not null).GroupBy(r => r.OwnerId!).OrderBy(g => people.Name(g.Key), StringComparer.CurrentCulture))
        {
            slots.Add(new()
            {
                Key = PlanContent.OwnerSlice(owner.Key),
                Act = ApprovalAct.AcceptResidualRisk,
                PersonId = owner.Key,
                PersonName = people.Name(owner.Key),
                Why = "approvals.slot.owner",
                Slice = PlanContent.OwnerSlice(owner.Key),
                Part = Some(owner.Select(r => r.Reference)),
                Count = owner.Count(),
                Area = Area.Risks,
                Verb = Verb.Accept,
            });
        }

        foreach (var risk in plan.Risks.Where(r => r.ByException && people.Find(r.OwnerId) is not null))
        {
            slots.Add(new() { Key = PlanContent.ExceptionSlice(risk.Id) + ":owner", Act = ApprovalAct.AcceptException, PersonId = risk.OwnerId, PersonName = people.Name(risk.OwnerId), Why = "approvals.slot.exceptionowner", Slice = PlanContent.ExceptionSlice(risk.Id), Part = risk.Reference, Count = 1, Area = Area.Risks, Verb = Verb.Accept, ValidUntil = risk.ExceptionUntil });
            slots.Add(new() { Key = PlanContent.ExceptionSlice(risk.Id) + ":top", Act = ApprovalAct.AcceptException, Role = Role.TopManagement, Why = "approvals.slot.exceptiontop", Slice = PlanContent.ExceptionSlice(risk.Id), Part = risk.Reference, Count = 1, Area = Area.Plan, Verb = Verb.Approve, ValidUntil = risk.ExceptionUntil });
        }

        return slots;
    }

    private static string Some(IEnumerable<string> references)
    {
        var all = references.ToList();
        return string.Join(", ", all.Take(8)) + (all.Count > 8 ? " …" : "");
    }
}

using System.Globalization;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Plan;

/// <summary>What stands in the way of submitting, with the first records it is about.</summary>
internal sealed record PlanObstacle(string Key, bool Blocks, long Count, IReadOnlyList<Risk> Risks)
{
    /// <summary>Tasks that it is about, the first of them.</summary>
    public IReadOnlyList<PlanTask> Tasks { get; init; } = [];
}

/// <summary>Who would be asked about the plan as it stands, and what is wrong with it.</summary>
internal sealed record PlanDraft(Exercise Exercise, long Risks, long Tasks, IReadOnlyList<Slot> Slots, IReadOnlyList<PlanObstacle> Obstacles);

/// <summary>Prepares a plan for submission: one slot for top management, one for each accountable owner, two for each exception. All of it is counted from declared fields, so that it costs little however many risks there are.</summary>
internal sealed class PlanDrafts(WorkspaceContext ws, Persons persons)
{
    private const int Shown = 10;
    private const int Named = 8;

    public async Task<PlanDraft?> PrepareAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        if (await CurrentExercise.FindAsync(session, cancellationToken) is not { } exercise)
            return null;
        var people = await persons.ReadAsync(cancellationToken);
        var covered = PlanRepository.RisksOf(exercise.Id);
        var ids = (await session.GroupAsync<Risk>(covered, "id")).Select(g => (string)g.Values[0]!).ToHashSet(StringComparer.Ordinal);
        var links = await session.GroupAsync<PlanTask>(Query.All.WhereNot("state", PlanTaskState.Cancelled), "risks", "id");
        var tasks = links.Where(l => l.Values[0] is not string risk || ids.Contains(risk)).Select(l => l.Values[1]).Distinct().Count();

        var look = new Look(session, cancellationToken);
        await ObstaclesAsync(look, exercise, people, covered, [.. links.Select(l => l.Values[0]).OfType<string>()]);
        var all = (await session.GroupAsync<Risk>(Query.All.Where("exercise", exercise.Id), "id")).Select(g => g.Values[0]).ToHashSet();
        var without = links.GroupBy(l => (string)l.Values[1]!, l => l.Values[0] as string).Where(task => task.All(risk => risk is not null && !ids.Contains(risk))).ToLookup(task => task.Any(all.Contains), task => task.Key);
        await TasksAsync("plan.obstacle.norisk", [.. without[true]]);
        await TasksAsync("plan.obstacle.elsewhere", [.. without[false]]);
        return new(exercise, ids.Count, tasks, await SlotsAsync(session, covered, ids.Count, people, cancellationToken), look.Found);

        async Task TasksAsync(string key, List<string> found)
        {
            if (found.Count > 0)
                look.Found.Add(new(key, false, found.Count, []) { Tasks = [.. (await session.FindManyAsync<PlanTask>(found, cancellationToken)).Values.OrderBy(t => t.Reference, StringComparer.Ordinal).Take(Shown)] });
        }
    }

    private async Task ObstaclesAsync(Look look, Exercise exercise, PersonBook people, Query covered, HashSet<string> withTask)
    {
        var criteria = exercise.Criteria;
        var all = Query.All.Where("exercise", exercise.Id);
        var (retained, modified) = (covered.Where("option", TreatmentOption.Retain), covered.Where("option", TreatmentOption.Modify));
        var latest = ws.Today.AddMonths(criteria.ExceptionMonths);
        Handling For(object? level, object? value) => criteria.For((string?)level, (double?)(decimal?)value);

        await look.ForAsync("plan.obstacle.undecided", true, all.Where("state", RiskState.Rated).Where("option", null));
        await look.ForAsync("plan.obstacle.noowner", true, covered, ["owner"], v => people.Find((string?)v[0]) is null);
        await look.ForAsync("plan.obstacle.ownerleft", true, covered, ["owner"], v => people.HasLeft((string?)v[0]));
        await look.ForAsync("plan.obstacle.notarget", true, covered.WhereIn("option", ["modify", "share"]).Where("target", null).Where("targetvalue", null));
        await look.ForAsync("plan.obstacle.noexception", true, retained.Where("exceptionend", null), ["level", "value"], v => For(v[0], v[1]) == Handling.ByException);
        await look.ForAsync("plan.obstacle.musttreat", true, retained, ["level", "value"], v => For(v[0], v[1]) == Handling.MustTreat);
        await look.ForAsync("plan.obstacle.exceptionend", true, covered.Where("byexception", true), ["exceptionend"], v => !(v[0] is string text && DateOnly.Parse(text, CultureInfo.InvariantCulture) is var until && until >= ws.Today && until <= latest));
        await look.ForAsync("plan.obstacle.targetabove", true, covered.WhereNot("option", TreatmentOption.Retain).Where("exceptionend", null), ["target", "targetvalue"], v => (v[0] ?? v[1]) is not null && For(v[0], v[1]) != Handling.Acceptable);
        await look.ForAsync("plan.obstacle.abovecurrent", false, covered.Where("above", "yes"));
        await look.ForAsync("plan.obstacle.norole", false, covered, ["owner"], v => people.Find((string?)v[0]) is { HasLeft: false } owner && !owner.Roles.Any(x => RightsTable.Of(x).Contains((Area.Risks, Verb.Accept))));
        await look.ForAsync("plan.obstacle.notask", false, modified, ["id"], v => !withTask.Contains((string)v[0]!));
        await look.ForAsync("plan.obstacle.nocontrol", false, modified.Where("controls", null));
        if (exercise.CriteriaOn(ws.Today) != CriteriaState.Approved)
            look.Found.Add(new("plan.obstacle.criteria", false, 0, []));
        await look.ForAsync("plan.obstacle.unrated", false, all.WhereIn("state", ["draft", "unrated"]));
    }

    /// <summary>Collects obstacles with their first risks.</summary>
    private sealed class Look(IDocumentSession session, CancellationToken cancellationToken)
    {
        public List<PlanObstacle> Found { get; } = [];

        /// <summary>All risks of the question.</summary>
        public async Task ForAsync(string key, bool blocks, Query among)
        {
            var page = await session.QueryAsync<Risk>(among.OrderBy("ref").Take(Shown), cancellationToken);
            if (page.Total > 0)
                Found.Add(new(key, blocks, page.Total, page.Items));
        }

        /// <summary>Risks of the question whose values of some fields are at fault.</summary>
        public async Task ForAsync(string key, bool blocks, Query among, string[] fields, Func<IReadOnlyList<object?>, bool> atFault)
        {
            var (count, first) = (0L, new List<Risk>());
            foreach (var group in (await session.GroupAsync<Risk>(among, fields)).Where(g => atFault(g.Values)))
            {
                count += group.Count;
                if (first.Count >= Shown)
                    continue;
                var question = fields.Zip(group.Values).Aggregate(among, (q, f) => q.Where(f.First, f.Second));
                first.AddRange((await session.QueryAsync<Risk>(question.OrderBy("ref").Take(Shown), cancellationToken)).Items);
            }

            if (count > 0)
                Found.Add(new(key, blocks, count, [.. first.OrderBy(r => r.Reference, StringComparer.Ordinal).Take(Shown)]));
        }
    }

    private static async Task<List<Slot>> SlotsAsync(IDocumentSession session, Query covered, int count, PersonBook people, CancellationToken cancellationToken)
    {
        List<Slot> slots = [new() { Key = PlanSubject.Management, Act = ApprovalAct.Approve, Role = Role.TopManagement, Why = "approvals.slot.plan", Area = Area.Plan, Verb = Verb.Approve, Count = count }];
        var owners = (await session.GroupAsync<Risk>(covered, "owner")).Select(g => (Id: g.Values[0] as string, g.Count)).Where(o => people.Find(o.Id) is not null);
        foreach (var (id, rows) in owners.OrderBy(o => people.Name(o.Id), StringComparer.CurrentCulture))
        {
            var first = await session.QueryAsync<Risk>(covered.Where("owner", id).OrderBy("ref").Take(Named), cancellationToken);
            slots.Add(new()
            {
                Key = PlanContent.OwnerSlice(id!),
                Act = ApprovalAct.AcceptResidualRisk,
                PersonId = id,
                PersonName = people.Name(id),
                Why = "approvals.slot.owner",
                Slice = PlanContent.OwnerSlice(id!),
                Part = string.Join(", ", first.Items.Select(r => r.Reference)) + (rows > Named ? " …" : ""),
                Count = (int)rows,
                Area = Area.Risks,
                Verb = Verb.Accept,
            });
        }

        await foreach (var risk in session.StreamAsync<Risk>(covered.Where("byexception", true).OrderBy("ref"), cancellationToken))
        {
            if (people.Find(risk.OwnerId) is null)
                continue;
            var until = risk.Treatment!.ExceptionUntil;
            slots.Add(new() { Key = PlanContent.ExceptionSlice(risk.Id) + ":owner", Act = ApprovalAct.AcceptException, PersonId = risk.OwnerId, PersonName = people.Name(risk.OwnerId), Why = "approvals.slot.exceptionowner", Slice = PlanContent.ExceptionSlice(risk.Id), Part = risk.Reference, Count = 1, Area = Area.Risks, Verb = Verb.Accept, ValidUntil = until });
            slots.Add(new() { Key = PlanContent.ExceptionSlice(risk.Id) + ":top", Act = ApprovalAct.AcceptException, Role = Role.TopManagement, Why = "approvals.slot.exceptiontop", Slice = PlanContent.ExceptionSlice(risk.Id), Part = risk.Reference, Count = 1, Area = Area.Plan, Verb = Verb.Approve, ValidUntil = until });
        }

        return slots;
    }
}

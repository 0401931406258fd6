using System.Collections.Immutable;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Plan;

/// <summary>A point to look at, with the page that shows it.</summary>
internal sealed record PlanPoint(string Key, string Tone, string Path, (string, string?)[] Query, params string[] Arguments);

/// <summary>Sums of the live plan.</summary>
internal sealed record PlanSums(IReadOnlyDictionary<TaskPhase, long> Tasks, long Late, long Moved, decimal Once, decimal Yearly)
{
    public long Total => Tasks.Where(t => t.Key != TaskPhase.Cancelled).Sum(t => t.Value);

    public long Of(TaskPhase phase) => Tasks.GetValueOrDefault(phase);
}

/// <summary>Reads the live plan: risks and tasks of an exercise.</summary>
internal sealed class PlanRepository(Methods methods, Persons persons, ThreatDirectory threats, IWords words)
{
    /// <summary>Risks that the plan covers: rated, with a decision about their treatment.</summary>
    public static Query RisksOf(string exerciseId) => Query.All.Where("exercise", exerciseId).Where("state", RiskState.Rated).WhereAny("option");

    /// <summary>The plan as it would be submitted now. <paramref name="each"/> sees every risk of it, so that they are read once.</summary>
    public async Task<FrozenPlan> FreezeAsync(IDocumentSession session, string exerciseId, CancellationToken cancellationToken, Action<Risk>? each = null)
    {
        var people = await persons.ReadAsync(cancellationToken);
        var exercise = await session.FindAsync<Exercise>(exerciseId, cancellationToken);
        var levels = new LevelWords(exercise is null ? null : methods.Form(exercise), words);
        List<FrozenRisk> risks = [];
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var risk in session.StreamAsync<Risk>(RisksOf(exerciseId).OrderBy("ref"), cancellationToken))
        {
            each?.Invoke(risk);
            references[risk.Id] = risk.Reference;
            risks.Add(risk.Covered() with { OwnerName = people.Name(risk.OwnerId), LevelWords = levels.Of(risk.Current), TargetWords = levels.Of(risk.Target), ThreatName = threats.ThreatName(risk), VulnerabilityName = threats.VulnerabilityName(risk) });
        }

        var things = await ReferencesAsync(session, [.. risks.SelectMany(r => r.Assets ?? []).Distinct()], cancellationToken);
        risks = risks.ConvertAll(r => r with { AssetNames = string.Join(", ", (r.Assets ?? []).Select(id => things.GetValueOrDefault(id)).OfType<string>().Order(StringComparer.Ordinal)) });

        // A task may go on with the successors of its risks in another assessment; here only those of this one count.
        var own = (await session.GroupAsync<Risk>(Query.All.Where("exercise", exerciseId), "id")).Select(g => (string)g.Values[0]!).ToHashSet(StringComparer.Ordinal);
        List<FrozenTask> tasks = [];
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var task in session.StreamAsync<PlanTask>(Query.All.WhereNot("state", PlanTaskState.Cancelled).OrderBy("ref"), cancellationToken))
        {
            if (task.RiskIds.Count > 0 && !task.RiskIds.Exists(references.ContainsKey))
                continue;
            if (task is { OccurrenceOfId: { } origin, CameAgainFor: { } day } && task.PlannedOn == day)
                first[task.Id] = origin;
            var frozen = PlanContent.Freeze(task);
            tasks.Add(frozen with
            {
                RiskIds = [.. frozen.RiskIds.Where(own.Contains)],
                ResponsibleName = people.Name(task.ResponsibleId),
                AccountableName = people.Name(task.AccountableId),
                RiskReferences = [.. task.RiskIds.Select(id => references.GetValueOrDefault(id)).OfType<string>()],
            });
        }

        // What comes again by itself was approved with the task that repeats (domain.md rule 3).
        var byId = tasks.ToDictionary(t => t.Id, StringComparer.Ordinal);
        return new(risks, tasks.ConvertAll(t => first.TryGetValue(t.Id, out var origin) && byId.TryGetValue(origin, out var repeated) ? t with { CameAgain = t.Repeats(repeated) } : t));
    }

    private static async Task<Dictionary<string, string>> ReferencesAsync(IDocumentSession session, List<string> ids, CancellationToken cancellationToken)
    {
        var references = (await session.FindManyAsync<AssetGroup>(ids, cancellationToken)).ToDictionary(g => g.Key, g => g.Value.Reference, StringComparer.Ordinal);
        foreach (var (id, asset) in await session.FindManyAsync<Asset>(ids.Where(i => !references.ContainsKey(i)), cancellationToken))
            references[id] = asset.Reference;
        return references;
    }

    public static async Task<PlanSums> SumsAsync(IDocumentSession session, DateOnly today, CancellationToken cancellationToken)
    {
        var groups = await session.GroupAsync<PlanTask>(Query.All, "phase");
        var phases = groups.Where(g => g.Values[0] is string).ToDictionary(g => Enum.Parse<TaskPhase>((string)g.Values[0]!, ignoreCase: true), g => g.Count);
        var late = await session.CountAsync<PlanTask>(Query.All.WhereBetween("lateafter", null, today.AddDays(-1)).WhereAny("lateafter"), cancellationToken);
        var moved = await session.CountAsync<PlanTask>(Query.All.Where("delay", DelayState.Agreed).WhereAny("opendue"), cancellationToken);
        return new(phases, late, moved, await SumAsync(session, "once"), await SumAsync(session, "yearly"));
    }

    // Sums from groups: the store counts each amount, so that no task is read.
    private static async Task<decimal> SumAsync(IDocumentSession session, string field) =>
        (await session.GroupAsync<PlanTask>(Query.All.WhereNot("state", PlanTaskState.Cancelled).WhereAny(field), field)).Sum(g => g.Values[0] is decimal amount ? amount * g.Count : 0);

    /// <summary>What somebody should look at; each is counted over declared fields by the question of the list that it leads to.</summary>
    public async Task<IReadOnlyList<PlanPoint>> PointsAsync(IDocumentSession session, Exercise? exercise, DateOnly today, CancellationToken cancellationToken)
    {
        List<PlanPoint> points = [];
        void Add(long count, string key, string tone, string path, params (string Field, string Value)[] filters)
        {
            if (count > 0)
                points.Add(new(key, tone, path, [.. filters.Select(f => ("f." + f.Field, (string?)f.Value))], count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        ListState List((string Field, string Value)[] filters) => new() { Path = "", Sort = "ref", Filters = filters.ToImmutableSortedDictionary(f => f.Field, f => f.Value, StringComparer.Ordinal) };
        async Task Tasks(string key, string tone, params (string, string)[] filters) =>
            Add(await session.CountAsync<PlanTask>(IndexModel.ToQuery(List(filters), today), cancellationToken), key, tone, "risks/plan", filters);
        async Task Risks(string key, string tone, params (string, string)[] filters)
        {
            (string, string)[] all = [("exercise", exercise.Id), .. filters];
            Add(await session.CountAsync<Risk>(Register.IndexModel.Handler.ToQuery(List(all), today), cancellationToken), key, tone, "risks/register", all);
        }

        await Tasks("plan.point.late", "danger", (IndexModel.When, "late"));
        await Tasks("plan.point.unverified", "warning", ("phase", "doneUnverified"));
        await Tasks("plan.point.nobody", "warning", ("phase", "planned"), ("responsible", "-"));
        await Tasks("plan.point.nodate", "warning", (IndexModel.When, "undated"));
        if (exercise is not null)
        {
            await Risks("plan.point.undecided", "warning", ("option", "-"), ("state", "rated"));
            await Risks("plan.point.above", "warning", ("above", "yes"));
            await Risks("plan.point.stale", "warning", ("acceptance", "stale"), ("state", "rated"));
            await Risks("plan.point.refused", "danger", ("acceptance", "refused"), ("state", "rated"));
            await Risks("plan.point.expired", "danger", ("byexception", Register.IndexModel.Ended), ("state", "rated"));
        }

        Add((await StillOpen.LeaversAsync(session, await persons.ReadAsync(cancellationToken), cancellationToken)).Sum(l => l.Total), "plan.point.leavers", "danger", "risks/plan/handover");
        return points;
    }

    /// <summary>The worst risks to be modified that no task works on (rule 8). Of the worst fifty, so that the page costs the same however many there are; the submission looks at all.</summary>
    public static async Task<IReadOnlyList<Risk>> WithoutTaskAsync(IDocumentSession session, string exerciseId, int most, CancellationToken cancellationToken)
    {
        List<Risk> found = [];
        foreach (var risk in (await session.QueryAsync<Risk>(RisksOf(exerciseId).Where("option", TreatmentOption.Modify).OrderBy("-rank").Take(50), cancellationToken)).Items)
        {
            if (found.Count < most && await session.CountAsync<PlanTask>(Query.All.Where("risks", risk.Id).WhereNot("state", PlanTaskState.Cancelled), cancellationToken) == 0)
                found.Add(risk);
        }

        return found;
    }

    /// <summary>How many decisions of a plan's submission stand, counted from declared fields: not about a part that changed, by an owner who left, or past their last day.</summary>
    public static async Task<int> StandingAsync(IDocumentSession session, Submission submission, PersonBook people, DateOnly today, CancellationToken cancellationToken)
    {
        var stale = (await session.GroupAsync<Risk>(RisksOf(submission.SubjectId).Where("acceptance", AcceptanceState.Stale), "owner")).Select(g => g.Values[0] as string).ToHashSet();
        var rows = (await session.GroupAsync<Risk>(RisksOf(submission.SubjectId), "owner")).Where(g => g.Values[0] is string).ToDictionary(g => PlanContent.OwnerSlice((string)g.Values[0]!), g => g.Count, StringComparer.Ordinal);
        var excepted = (await session.FindManyAsync<Risk>(submission.Slots.Select(s => PlanContent.ExceptedRisk(s.Slice)).OfType<string>().Distinct(), cancellationToken)).Values.Where(r => r.Acceptance != AcceptanceState.Stale).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        bool Changed(Slot slot) => slot.Slice is { } slice
            && (PlanContent.ExceptedRisk(slice) is { } risk ? !excepted.Contains(risk) : stale.Contains(slot.PersonId) || rows.GetValueOrDefault(slice) != slot.Count);
        return submission.Slots.Count(s => s.Decision is { Outcome: DecisionOutcome.Approved } d && !Changed(s) && !people.HasLeft(s.PersonId) && !((d.ValidUntil ?? s.ValidUntil) < today));
    }

    public static async Task<PlanRevision?> NewestAsync(IDocumentSession session, RevisionState state, CancellationToken cancellationToken) =>
        (await session.QueryAsync<PlanRevision>(Query.All.Where("state", state).OrderBy("-number").Take(1), cancellationToken)).Items is [var found] ? found : null;

    /// <summary>After the planned side of tasks changed: acceptances of their risks that wait or stand become stale, in the same save.</summary>
    public static async Task MakeStaleAsync(IDocumentSession session, IEnumerable<string> riskIds, CancellationToken cancellationToken)
    {
        var risks = (await session.FindManyAsync<Risk>(riskIds.Distinct(), cancellationToken)).Values.Where(r => r.Acceptance is AcceptanceState.Accepted or AcceptanceState.Waiting).ToList();
        // A closed assessment that another has followed is a record: what becomes of its tasks later does not reach it.
        var live = risks.Count == 0 ? [] : await CurrentExercise.WorkedOnAsync(session, cancellationToken);
        foreach (var risk in risks.Where(r => live.Contains(r.ExerciseId)))
        {
            risk.Acceptance = AcceptanceState.Stale;
            session.Update(risk, risk.Version, "risk.stale");
        }
    }
}

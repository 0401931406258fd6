using System.Runtime.CompilerServices;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>A change of method with all that it stands on.</summary>
/// <param name="Change">What was entered.</param>
/// <param name="Source">The exercise that stays as it is.</param>
/// <param name="Before">Form of its method.</param>
/// <param name="Result">The exercise that would be made.</param>
/// <param name="Rater">The new method.</param>
/// <param name="Table">What maps to what.</param>
internal sealed record ChangePlan(MethodChange Change, Exercise Source, MethodologyForm Before, Exercise Result, Rater Rater, MappingTable Table)
{
    /// <summary>State of the store that is at most as new as the rest.</summary>
    public long State { get; init; }

    public MethodologyForm After => Rater.Form;

    public ScaleMapping Mapping => Change.Mapping;

    public LevelBridge Levels => Comparisons.Bridge(Before, After, Mapping);
}

/// <summary>What becomes of one risk.</summary>
/// <param name="Old">The risk in the old exercise.</param>
/// <param name="New">Its rating under the new method; null when it is asked anew or was not rated.</param>
/// <param name="Inputs">Values that carry over.</param>
/// <param name="Missing">Keys of what is asked anew.</param>
/// <param name="Target">Its planned level under the new method, or null.</param>
internal sealed record CarriedRisk(Risk Old, Rating? New, Dictionary<string, FactorValue> Inputs, IReadOnlyList<string> Missing, Rating? Target = null);

/// <summary>Carries ratings from one method to another. Scoped.</summary>
internal sealed class Carrying(WorkspaceContext ws, Methods methods, SnapshotRepository snapshots, ComparisonCache cache, IWords words)
{
    private const int MostCases = 50_000;

    /// <summary>Reads a change; null when there is none, it was carried out, or a method is not active.</summary>
    public async Task<ChangePlan?> PlanAsync(IDocumentSession session, string? id, CancellationToken cancellationToken)
    {
        var head = await session.HeadAsync(cancellationToken);
        if (await session.FindAsync<MethodChange>(id, cancellationToken) is not { DoneAt: null } change || await session.FindAsync<Exercise>(change.SourceId, cancellationToken) is not { } source)
            return null;
        return Plan(change, source) is { } plan ? plan with { State = head.Sequence } : null;
    }

    /// <summary>A change with what it stands on; proposals fill what was not decided.</summary>
    public ChangePlan? Plan(MethodChange change, Exercise source)
    {
        var result = change.ToExercise(source, ws.Today);
        if (methods.Form(source) is not { } before || methods.Rater(result) is not { } rater)
            return null;
        var table = new MappingTable(before, rater.Form, source.Scale);
        table.Propose(change.Mapping);
        LevelProposal.Fill(change.Mapping, before, rater.Form, source.Criteria);
        result.Criteria = change.Mapping.Criteria(source.Criteria, change.MethodologyId == source.MethodologyId);
        return new(change, source, before, result, rater, table);
    }

    /// <summary>What is wrong with the mapping of factors, refusals of the method included.</summary>
    public List<Error> Check(ChangePlan plan)
    {
        var errors = plan.Table.Check(plan.Mapping);
        return errors.Count > 0 ? errors : Try(plan);
    }

    /// <summary>What is wrong with levels and criteria: a higher old level must not count as a lower new one, bounds rise, numbers need a criterion.</summary>
    public static List<Error> CheckLevels(ChangePlan plan)
    {
        List<Error> errors = [];
        var (place, bound) = (0, double.NegativeInfinity);
        foreach (var level in plan.Before.Levels)
        {
            var at = plan.After.Levels.ToList().FindIndex(l => l.Key == plan.Mapping.Levels.GetValueOrDefault(level.Key));
            if (at >= 0 && at < place)
                errors.Add(Error.Invalid("swap.levels.order", $"Levels[{level.Key}]"));
            place = Math.Max(place, at);
        }

        foreach (var (level, number) in LevelsModel.Scale(plan).Skip(1).Where(l => plan.Mapping.Bounds.ContainsKey(l.Key)).Select(l => (l.Key, plan.Mapping.Bounds[l.Key])))
        {
            if (number <= bound)
                errors.Add(Error.Invalid("swap.bounds.order", $"Bounds[{level}]"));
            bound = Math.Max(bound, number);
        }

        errors.AddRange(Criteria.OutOfOrder([.. plan.After.Levels.Select(l => plan.Mapping.Handling.TryGetValue(l.Key, out var handling) ? handling : (Handling?)null)]).Select(l => Error.Invalid("exercise.handling.order", $"Handling[{plan.After.Levels[l].Key}]")));
        if (plan.After.Levels.Count == 0 && plan.Mapping.AcceptUpTo is null)
            errors.Add(Error.Invalid("swap.acceptupto.needed", nameof(plan.Mapping.AcceptUpTo)));
        return errors;
    }

    /// <summary>The step that is not complete, <c>factors</c> or <c>levels</c>; null when the change can be carried out.</summary>
    public string? Incomplete(ChangePlan plan) =>
        !plan.Mapping.HasFactors || Check(plan).Count > 0 ? "factors" : !plan.Mapping.HasLevels || CheckLevels(plan).Count > 0 ? "levels" : null;

    /// <summary>The comparison of the old exercise with the new one as it would be; nothing is stored.</summary>
    public ComparisonCache.Work Preview(IDocumentSession session, ChangePlan plan) =>
        cache.Get($"{ws.Workspace.Id}/{plan.Change.Id}@{plan.Change.Version}", plan.State, async work =>
        {
            var pairs = new List<(RiskBrief?, RiskBrief?, IReadOnlyList<string>)>();
            await foreach (var carried in StreamAsync(session, plan, CancellationToken.None))
            {
                pairs.Add((RiskBrief.Of(carried.Old), RiskBrief.Of(carried.Old, carried.New), carried.Missing));
                work.Count();
            }

            return Comparison.Of(pairs, plan.Source.Criteria, plan.Result.Criteria, plan.Levels);
        });

    /// <summary>Every risk that goes into the new exercise, by reference. Like cases are rated once.</summary>
    public async IAsyncEnumerable<CarriedRisk> StreamAsync(IDocumentSession session, ChangePlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cases = new Dictionary<string, Case>(StringComparer.Ordinal);
        var usesValue = plan.Mapping.Sources.ContainsValue(MappingSource.AssetValue);
        await foreach (var risk in Comparisons.StreamAsync(session, plan.Source.Id).WithCancellation(cancellationToken))
        {
            if (risk.Current is null)
            {
                yield return new(risk, null, [], []);
                continue;
            }

            var value = usesValue ? await snapshots.ValueOfAsync(plan.Source, risk, cancellationToken) : null;
            var current = Known(risk.Current);
            yield return new(risk, current.Rating, current.Inputs, current.Missing, plan.Mapping.Treatments && risk.Target is not null ? Known(risk.Target).Rating : null);

            Case Known(Rating old)
            {
                var values = plan.Table.Carry(plan.Mapping, old, value);
                var key = string.Join('\n', values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"));
                if (cases.TryGetValue(key, out var known))
                    return known;
                known = Rate(plan, values);
                if (cases.Count < MostCases)
                    cases[key] = known;
                return known;
            }
        }
    }

    /// <summary>The risk of the new exercise, rated as far as values carry over and marked so that an assessor confirms.</summary>
    public Risk Copy(ChangePlan plan, CarriedRisk carried)
    {
        var copy = carried.Old.CopyTo(plan.Result.Id, asSuccessor: true);
        if (carried.Old.Current is not { } old)
            return copy;
        var given = carried.Inputs.Where(i => !i.Value.IsNone).Select(i => i.Key).ToList();
        var reasons = given.ToDictionary(k => k, k => Reason(plan, carried.Old, old, k));
        var sources = given.ToDictionary(k => k, k => SourceOf(plan, old, k) is { } text ? text : words["swap.carried.source", plan.Source.Reference]);
        if (carried.New is not null)
        {
            var rating = Marked(carried.New, reasons, sources, plan);
            copy.Rate(rating);
            if (plan.Mapping.Treatments && carried.Old.Treatment is { } decided && ComparedRisk.Stands(decided.Option, decided.ByException, plan.Result.Criteria.For(rating.Level, rating.Value)))
            {
                (copy.Treatment, copy.ReviewOn) = (decided, carried.Old.ReviewOn);
                copy.Target = copy.IsRetainedAsItIs ? rating : carried.Target is { } target ? Marked(target, target.Inputs.Where(i => !i.Value.IsNone).ToDictionary(i => i.Key, i => Reason(plan, carried.Old, carried.Old.Target!, i.Key)), [], plan) : null;
            }
        }
        else if (given.Count > 0)
        {
            copy.Proposal = new() { Inputs = carried.Inputs.Where(i => !i.Value.IsNone).ToDictionary(), Reasons = reasons, Sources = sources };
        }

        return copy;
    }

    private Rating Marked(Rating rating, Dictionary<string, string> reasons, Dictionary<string, string> sources, ChangePlan plan)
    {
        var own = rating.Copy();
        (own.Reasons, own.Sources, own.On, own.CarriedBy) = (reasons, sources, ws.Today, plan.Change.Id);
        return own;
    }

    private static Case Rate(ChangePlan plan, Dictionary<string, string?> values)
    {
        List<Error> errors = [];
        var inputs = plan.Table.Read(values, errors);
        var missing = plan.Table.Missing(values).ToList();
        if (missing.Count > 0 || errors.Count > 0)
            return new(null, inputs, missing.Count > 0 ? [.. missing.Select(p => p.Key)] : [.. errors.Select(e => e.Field ?? "").Distinct()]);
        var rated = plan.Rater.Rate(inputs);
        return rated is { Succeeded: true, Value: { } rating } ? new(rating, inputs, []) : new(null, inputs, [.. rated.Succeeded ? plan.Table.Wanted(values).Select(p => p.Key) : rated.Errors.Select(e => e.Field ?? "").Distinct()]);
    }

    /// <summary>Rates cases made of the entered values, each value at least once, so that a refusal of the method stands beside the value that caused it.</summary>
    private static List<Error> Try(ChangePlan plan)
    {
        List<Error> errors = [];
        var parts = plan.Table.Parts.Select(p => (Part: p, Source: plan.Table.Source(plan.Mapping.Sources.GetValueOrDefault(p.Key)))).Where(p => p.Source is { IsCopy: false } source && !(source.IsNumber && !p.Part.IsChoice)).ToList();
        if (plan.Table.Parts.Any(p => p.Needed && !parts.Exists(x => x.Part == p)))
            return errors;
        var rounds = parts.Select(p => MappingTable.StepsOf(p.Part, p.Source!).Count).DefaultIfEmpty(0).Max();
        for (var round = 0; round < rounds; round++)
        {
            var values = new Dictionary<string, string?>(StringComparer.Ordinal);
            var fields = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (part, source) in parts)
            {
                var steps = MappingTable.StepsOf(part, source!);
                var step = steps[Math.Min(round, steps.Count - 1)];
                foreach (var (path, _) in part.Fields)
                {
                    var key = MappingTable.KeyOf(part.Key, source!.Key, step, path);
                    fields[path] = fields[part.Key] = fields[part.Key.Split('.')[0]] = key;
                    values[path] = source.IsNumber ? step : plan.Mapping.Values.GetValueOrDefault(key);
                }
            }

            if (plan.Table.Missing(values).Any())
                continue;
            var rated = plan.Rater.Rate(plan.Table.Read(values, []));
            foreach (var error in rated.Errors)
                errors.Add(error with { Field = fields.GetValueOrDefault(error.Field ?? "") is { } key ? $"Values[{key}]" : null });
        }

        return [.. errors.DistinctBy(e => (e.Message, e.Field))];
    }

    private string Reason(ChangePlan plan, Risk risk, Rating old, string factor)
    {
        var part = plan.Table.Parts.First(p => p.Key == factor || p.Key.StartsWith(factor + ".", StringComparison.Ordinal));
        var source = plan.Table.Source(plan.Mapping.Sources.GetValueOrDefault(part.Key));
        var was = source is null || source.Key == MappingSource.Everywhere ? words["swap.source.all"] : source.IsCopy || source.Key == MappingSource.AssetValue ? words.Of(source.Name) : $"{words.Of(source.Name)}: {Say(source, old)}";
        var text = words["swap.carried.reason", plan.Source.Reference, risk.Reference, was];
        if (OldKey(source) is { } key && old.Reasons.GetValueOrDefault(key) is { Length: > 0 } reason)
            text += " " + reason;
        return CellText.Cut(text, 2000);
    }

    private static string? SourceOf(ChangePlan plan, Rating old, string factor)
    {
        var part = plan.Table.Parts.First(p => p.Key == factor || p.Key.StartsWith(factor + ".", StringComparison.Ordinal));
        return OldKey(plan.Table.Source(plan.Mapping.Sources.GetValueOrDefault(part.Key))) is { } key ? old.Sources.GetValueOrDefault(key) : null;
    }

    private static string? OldKey(MappingSource? source) => source?.Key.Split(':', 2) is ["in" or "copy", var path] ? path.Split('.')[0] : null;

    private string Say(MappingSource source, Rating old)
    {
        var (tier, number) = source.Of(old, null);
        return tier is not null ? words.Of(source.Tiers.First(t => t.Key == tier).Label) : number is { } n ? words.Number((decimal)Math.Clamp(n, -1e27, 1e27), FactorWords.Decimals(n)) : "–";
    }

    private sealed record Case(Rating? Rating, Dictionary<string, FactorValue> Inputs, IReadOnlyList<string> Missing);
}

/// <summary>Proposes what levels and criteria of the new method follow from the old ones.</summary>
internal static class LevelProposal
{
    /// <summary>Fills what was not decided: level to level by place; a new level is treated like the strictest old one that falls on it or below.</summary>
    public static void Fill(ScaleMapping mapping, MethodologyForm before, MethodologyForm after, Criteria criteria)
    {
        for (var i = 0; i < before.Levels.Count && after.Levels.Count > 0; i++)
        {
            var known = mapping.Levels.GetValueOrDefault(before.Levels[i].Key);
            if (known is null || known.Length > 0 && Place(after, known) is null)
                mapping.Levels[before.Levels[i].Key] = MappingTable.TierLike(before.Levels, i, after.Levels).Key;
        }

        if (!mapping.HasLevels)
            (mapping.ExceptionMonths, mapping.AcceptUpTo, mapping.ExceptionUpTo) = (criteria.ExceptionMonths, after.Criteria?.AcceptUpTo, after.Criteria?.ExceptionUpTo);
        var decided = mapping.HasLevels ? mapping.Handling : [];
        mapping.Handling = after.Levels.Select((level, at) => (level.Key, Handling: decided.TryGetValue(level.Key, out var handling) ? handling : Proposed(at))).ToDictionary(p => p.Key, p => p.Handling);

        Handling Proposed(int at) => before.Levels.Count == 0
            ? Criteria.Usual(at, after.Levels.Count)
            : before.Levels.Where(old => Place(after, mapping.Levels.GetValueOrDefault(old.Key)) is { } place && place <= at).Select(old => criteria.For(old.Key, null)).DefaultIfEmpty(Handling.Acceptable).Max();
    }

    private static int? Place(MethodologyForm form, string? level)
    {
        for (var i = 0; i < form.Levels.Count; i++)
        {
            if (form.Levels[i].Key == level)
                return i;
        }

        return null;
    }
}

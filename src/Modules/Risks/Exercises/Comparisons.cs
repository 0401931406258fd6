using System.Collections.Concurrent;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>Lays exercises side by side. Scoped.</summary>
internal sealed class Comparisons(WorkspaceContext ws, Methods methods, ComparisonCache cache)
{
    /// <summary>Two exercises as they are stored; kept until the workspace changes, unless a method is missing, which may come back without a change.</summary>
    public async Task<Comparison> OfAsync(Exercise before, Exercise now, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        var bridge = await BridgeAsync(session, before, now, cancellationToken);
        return await (methods.Form(before) is null || methods.Form(now) is null ? ComputeAsync() : cache.Get(KeyOf(before, now), head.Sequence, _ => ComputeAsync()).Task);

        async Task<Comparison> ComputeAsync()
        {
            var origins = await OriginsAsync(session);
            var earlier = new Dictionary<string, RiskBrief>(StringComparer.Ordinal);
            await foreach (var risk in StreamAsync(session, before.Id))
                earlier.TryAdd(origins(risk.Id), RiskBrief.Of(risk));

            var pairs = new List<(RiskBrief?, RiskBrief?, IReadOnlyList<string>)>();
            await foreach (var risk in StreamAsync(session, now.Id))
            {
                earlier.Remove(origins(risk.Id), out var old);
                pairs.Add((old, RiskBrief.Of(risk), []));
            }

            pairs.AddRange(earlier.Values.Select(old => ((RiskBrief?)old, (RiskBrief?)null, (IReadOnlyList<string>)[])));
            return Comparison.Of(pairs, before.Criteria, now.Criteria, bridge);
        }
    }

    /// <summary>Keeps the comparison of an exercise with the one that was just made from it, so that its risks are not read again.</summary>
    /// <param name="plan">The change.</param>
    /// <param name="pairs">Risks before and now, in the order of <see cref="StreamAsync"/>.</param>
    /// <param name="state">State of the store after the change.</param>
    public void Keep(ChangePlan plan, IReadOnlyList<(RiskBrief?, RiskBrief?, IReadOnlyList<string>)> pairs, long state) =>
        cache.Get(KeyOf(plan.Source, plan.Result), state, _ => Task.FromResult(Comparison.Of(pairs, plan.Source.Criteria, plan.Result.Criteria, plan.Levels)));

    private string KeyOf(Exercise before, Exercise now) => $"{ws.Workspace.Id}/{before.Id}@{before.Version}/{now.Id}@{now.Version}";

    /// <summary>The mapping of levels that was entered when the method was changed; else levels are compared only where both have the same.</summary>
    public async Task<LevelBridge> BridgeAsync(IDocumentSession session, Exercise before, Exercise now, CancellationToken cancellationToken)
    {
        var (old, form) = (methods.Form(before), methods.Form(now));
        if (await session.FindAsync<MethodChange>(now.ChangeId, cancellationToken) is { } change && change.SourceId == before.Id)
            return Bridge(old, form, change.Mapping);
        return LevelBridge.Same(old, form, before.MethodologyId == now.MethodologyId);
    }

    public static LevelBridge Bridge(Abstractions.Methodologies.MethodologyForm? before, Abstractions.Methodologies.MethodologyForm? now, ScaleMapping mapping) =>
        new(LevelBridge.Keys(before), LevelBridge.Keys(now), mapping.Levels, mapping.Bounds, mapping.SameUnit);

    /// <summary>Risks that count: dismissed ones were looked at and put away.</summary>
    public static IAsyncEnumerable<Risk> StreamAsync(IDocumentSession session, string exerciseId) =>
        session.StreamAsync<Risk>(Query.All.Where("exercise", exerciseId).WhereNot("state", RiskState.Dismissed).OrderBy("ref"));

    /// <summary>The first risk of the chain that a risk was carried over from: two risks of one origin are the same risk in two exercises.</summary>
    public static async Task<Func<string, string>> OriginsAsync(IDocumentSession session)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in await session.GroupAsync<Risk>(Query.All.WhereAny("predecessor"), "id", "predecessor"))
            links[(string)group.Values[0]!] = (string)group.Values[1]!;
        return id =>
        {
            for (var steps = 0; links.TryGetValue(id, out var before) && steps <= links.Count; steps++)
                id = before;
            return id;
        };
    }
}

/// <summary>Keeps the last few comparisons, since ten thousand risks are not read again for each page of the list. One that takes long goes on while the reader is told how far it is. Singleton.</summary>
internal sealed class ComparisonCache(TimeProvider time)
{
    private const int Most = 6;
    private const int LargestKept = 30_000;
    private readonly ConcurrentDictionary<string, Work> kept = new(StringComparer.Ordinal);

    /// <summary>The comparison as of a state of the store; begins it when nobody did.</summary>
    /// <param name="key">What is compared, with its workspace.</param>
    /// <param name="state">State of the store; an older answer is thrown away.</param>
    /// <param name="compute">Computes it, and reports how many risks are done.</param>
    public Work Get(string key, long state, Func<Work, Task<Comparison>> compute)
    {
        var work = kept.AddOrUpdate(key, _ => new(state, time.GetTimestamp()), (_, known) => known.State == state && !known.HasFailed ? known : new(state, time.GetTimestamp()));
        work.Begin(compute, () => kept.TryRemove(new(key, work)));
        foreach (var old in kept.Where(k => k.Key != key).OrderByDescending(k => k.Value.Since).Skip(Most - 1))
            kept.TryRemove(old);
        return work;
    }

    internal sealed class Work(long state, long since)
    {
        private readonly Lock gate = new();
        private Task<Comparison>? task;
        private long done;

        public long State => state;

        public long Since => since;

        /// <summary>The answer.</summary>
        public Task<Comparison> Task => task!;

        public bool HasFailed => task is { IsCompletedSuccessfully: false, IsCompleted: true };

        /// <summary>Risks computed so far.</summary>
        public long Done => Interlocked.Read(ref done);

        public void Count() => Interlocked.Increment(ref done);

        internal void Begin(Func<Work, Task<Comparison>> compute, Action forget)
        {
            lock (gate)
                task ??= System.Threading.Tasks.Task.Run(() => RunAsync(compute, forget));
        }

        private async Task<Comparison> RunAsync(Func<Work, Task<Comparison>> compute, Action forget)
        {
            var answer = await compute(this);
            if (answer.Rows.Count > LargestKept)
                forget();
            return answer;
        }
    }
}

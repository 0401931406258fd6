using System.Collections.Concurrent;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>Proof that nothing was overlooked: asset groups by classes of threat.</summary>
internal sealed record CoverageModel(IReadOnlyList<AssetGroup> Groups, IReadOnlyList<Choice> Classes, IReadOnlyDictionary<string, CoverageEntry> Cells)
{
    public CoverageEntry At(AssetGroup group, Choice threatClass) => Cells[Exercise.Cell(group.Id, threatClass.Value)];

    public int Count(CellState state) => Cells.Values.Count(c => c.State == state);

    public int Looked => Cells.Count - Count(CellState.Open);
}

/// <param name="State">What is known of the cell.</param>
/// <param name="Risks">Risks of the group in this class, dismissed ones left out.</param>
/// <param name="Decision">Mark or dismissal recorded, or null.</param>
internal sealed record CoverageEntry(CellState State, long Risks, CoverageCell? Decision);

/// <summary>State of a cell of the coverage matrix.</summary>
public enum CellState { Open, Considered, Dismissed }

/// <summary>Makes coverage matrices.</summary>
internal sealed class CoverageMaps(ThreatDirectory threats, CoverageCache cache)
{
    public async Task<CoverageModel> OfAsync(IDocumentSession session, Exercise exercise, CancellationToken cancellationToken)
    {
        var groups = new List<AssetGroup>();
        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All.Where("state", "active").OrderBy("ref"), cancellationToken))
            groups.Add(group);

        var head = await session.HeadAsync(cancellationToken);
        var risks = await cache.GetAsync(exercise.Id, head.Sequence, () => CountAsync(session, exercise, groups));
        var cells = groups.SelectMany(_ => threats.Classes, (g, c) => Exercise.Cell(g.Id, c.Value)).ToDictionary(key => key, key =>
        {
            var (count, decision) = (risks.GetValueOrDefault(key), exercise.Coverage.GetValueOrDefault(key));
            var state = count > 0 || decision is { State: CoverageState.Considered } ? CellState.Considered : decision is { State: CoverageState.Dismissed } ? CellState.Dismissed : CellState.Open;
            return new CoverageEntry(state, count, decision);
        });
        return new(groups, threats.Classes, cells);
    }

    /// <summary>Risks by cell, dismissed ones left out.</summary>
    private static async Task<Dictionary<string, long>> CountAsync(IDocumentSession session, Exercise exercise, List<AssetGroup> groups)
    {
        var counts = await session.GroupAsync<Risk>(Query.All.Where("exercise", exercise.Id).WhereNot("state", RiskState.Dismissed), "assets", "class");
        var named = groups.Select(g => g.Id).ToHashSet();
        // Answered from the fields in memory: no asset is read.
        var groupOf = counts.Any(c => c.Values[0] is string id && !named.Contains(id))
            ? (await session.GroupAsync<Asset>(Query.All.WhereAny("group"), "id", "group")).ToDictionary(g => (string)g.Values[0]!, g => (string)g.Values[1]!)
            : [];
        var risks = new Dictionary<string, long>();
        foreach (var count in counts)
        {
            if (count.Values is not [string id, string threatClass])
                continue;
            var group = named.Contains(id) ? id : groupOf.GetValueOrDefault(id);
            if (group is not null)
                risks[Exercise.Cell(group, threatClass)] = risks.GetValueOrDefault(Exercise.Cell(group, threatClass)) + count.Count;
        }

        return risks;
    }
}

/// <summary>Keeps the counts of each exercise's matrix for as long as nothing was written in its workspace. Singleton.</summary>
internal sealed class CoverageCache
{
    private const int Most = 50;
    private readonly ConcurrentDictionary<string, (long Sequence, Dictionary<string, long> Risks)> kept = new();

    public async Task<Dictionary<string, long>> GetAsync(string exerciseId, long sequence, Func<Task<Dictionary<string, long>>> count)
    {
        if (kept.TryGetValue(exerciseId, out var known) && known.Sequence == sequence)
            return known.Risks;
        if (kept.Count >= Most)
            kept.Clear();
        var risks = await count();
        kept[exerciseId] = (sequence, risks);
        return risks;
    }
}

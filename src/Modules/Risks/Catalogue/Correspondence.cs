using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Risks.Catalogues;

/// <summary>What becomes of a row in another edition.</summary>
public enum RowFate
{
    /// <summary>One row follows, and it follows this row alone.</summary>
    OneToOne,

    /// <summary>Several rows follow.</summary>
    Split,

    /// <summary>One row follows, and it joins others.</summary>
    Merged,

    /// <summary>Several rows follow, and one of them joins others.</summary>
    SplitAndMerged,

    /// <summary>Nothing follows.</summary>
    NoSuccessor,
}

/// <summary>A row with what follows it. <paramref name="Confirmed"/> is false when a pair on the way, or the want of one, was not confirmed against the publications.</summary>
internal sealed record Following(CatalogueItem From, IReadOnlyList<CatalogueItem> To, RowFate Fate, bool Confirmed, string? Relationship);

/// <summary>How the rows of one catalogue correspond to those of another, by one mapping or a chain of them.</summary>
internal sealed class Correspondence
{
    private readonly HashSet<(string From, string To)> unconfirmed = [];

    private Correspondence(Catalogue from, Catalogue to) => (From, To) = (from, to);

    public Catalogue From { get; }

    public Catalogue To { get; }

    /// <summary>Catalogues on the way, both ends left out.</summary>
    public required IReadOnlyList<Catalogue> Through { get; init; }

    /// <summary>Where each mapping on the way comes from.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Rows of the kinds that the mappings speak of, in the order of the catalogue.</summary>
    public required IReadOnlyList<Following> Rows { get; init; }

    /// <summary>Rows of the other catalogue that follow nothing.</summary>
    public required IReadOnlyList<CatalogueItem> New { get; init; }

    /// <summary>Whether the pair was confirmed on all of its way.</summary>
    public bool IsConfirmed(string from, string to) => !unconfirmed.Contains((from, to));

    /// <summary>The shortest way between two catalogues; mappings are read in both directions. Null when there is none.</summary>
    public static Correspondence? Between(IEnumerable<CatalogueMapping> mappings, Func<string?, Catalogue?> find, string? from, string? to)
    {
        if (find(from) is not { } first || find(to) is not { } last || first.Id == last.Id)
            return null;
        var steps = mappings.SelectMany(m => new[] { Step.Along(m), Step.Against(m) }).ToList();
        var ways = new Dictionary<string, Step?>(StringComparer.Ordinal) { [first.Id] = null };
        var open = new Queue<string>([first.Id]);
        while (open.TryDequeue(out var at) && !ways.ContainsKey(last.Id))
        {
            foreach (var step in steps.Where(s => s.From == at && !ways.ContainsKey(s.To) && find(s.To) is not null))
            {
                ways[step.To] = step;
                open.Enqueue(step.To);
            }
        }

        if (!ways.TryGetValue(last.Id, out var found))
            return null;
        List<Step> way = [];
        for (var at = found; at is not null; at = ways[at.From])
            way.Insert(0, at);
        return Make(first, last, way, find);
    }

    private static Correspondence Make(Catalogue first, Catalogue last, List<Step> way, Func<string?, Catalogue?> find)
    {
        var pairs = way[0].Pairs;
        foreach (var step in way.Skip(1))
        {
            var next = step.Pairs.ToLookup(p => p.From);
            pairs = [.. pairs.SelectMany(p => p.To is null ? [p]
                : next[p.To].Any() ? next[p.To].Select(n => new Pair(p.From, n.To, p.Confirmed && n.Confirmed, null))
                : [new Pair(p.From, null, p.Confirmed, null)])];
        }

        var rows = first.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        var targets = last.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
        pairs = [.. pairs.Where(p => rows.ContainsKey(p.From) && (p.To is null || targets.ContainsKey(p.To)))];
        var followers = pairs.Where(p => p.To is not null).GroupBy(p => (p.From, To: p.To!)).Select(g => (g.Key.From, g.Key.To, Confirmed: g.Any(p => p.Confirmed), g.First().Relationship)).ToList();
        var after = followers.ToLookup(p => p.From);
        var before = followers.ToLookup(p => p.To);
        var without = pairs.Where(p => p.To is null).ToLookup(p => p.From);
        var kindsFrom = pairs.Select(p => rows[p.From].Kind).ToHashSet();
        var kindsTo = followers.Select(p => targets[p.To].Kind).ToHashSet();

        Following Follow(CatalogueItem item)
        {
            var to = after[item.Id].ToList();
            var joins = to.Exists(t => before[t.To].Count() > 1);
            var fate = to.Count == 0 ? RowFate.NoSuccessor : (to.Count > 1, joins) switch
            {
                (false, false) => RowFate.OneToOne,
                (true, false) => RowFate.Split,
                (false, true) => RowFate.Merged,
                _ => RowFate.SplitAndMerged,
            };
            var confirmed = to.Count > 0 ? to.TrueForAll(t => t.Confirmed) : without[item.Id].Any(p => p.Confirmed);
            return new(item, [.. to.Select(t => targets[t.To])], fate, confirmed, to is [{ Relationship: { } stated }] ? stated : null);
        }

        var made = new Correspondence(first, last)
        {
            Through = [.. way.Skip(1).Select(s => find(s.From)!)],
            Sources = [.. way.Select(s => s.Source)],
            Rows = [.. first.Items.Where(i => kindsFrom.Contains(i.Kind)).Select(Follow)],
            New = [.. last.Items.Where(i => kindsTo.Contains(i.Kind) && !before[i.Id].Any())],
        };
        made.unconfirmed.UnionWith(followers.Where(f => !f.Confirmed).Select(f => (f.From, f.To)));
        return made;
    }

    private sealed record Pair(string From, string? To, bool Confirmed, string? Relationship);

    private sealed record Step(string From, string To, string Source, IReadOnlyList<Pair> Pairs)
    {
        public static Step Along(CatalogueMapping m) => new(m.From, m.To, m.Source, [.. m.Rows.Select(r => new Pair(r.From, r.To, r.Confirmed, r.Relationship))]);

        /// <summary>Rows without a successor say nothing backwards.</summary>
        public static Step Against(CatalogueMapping m) => new(m.To, m.From, m.Source, [.. m.Rows.Where(r => r.To is not null).Select(r => new Pair(r.To!, r.From, r.Confirmed, r.Relationship switch { "subset" => "superset", "superset" => "subset", var same => same }))]);
    }
}

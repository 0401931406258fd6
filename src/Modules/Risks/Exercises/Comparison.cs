using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>What became of a risk since the exercise before.</summary>
public enum RiskMove { New, Gone, Worse, Better, Recast, Anew, Unrated, Same }

/// <summary>Whether the criteria of two exercises ask for the same.</summary>
public enum Flip { None, ToTreat, Stricter, Looser }

/// <summary>What a comparison needs of a risk; small, since there may be many.</summary>
/// <param name="Id">Id; null while it does not exist.</param>
/// <param name="Order">Greater is worse; null when unrated.</param>
/// <param name="Option">What was decided about it, or null.</param>
/// <param name="ByException">Whether it is retained by an exception.</param>
internal sealed record RiskBrief(string? Id, string Reference, string Title, string? OwnerId, string? Level, double? Value, double? Order, TreatmentOption? Option = null, bool ByException = false)
{
    public static RiskBrief Of(Risk risk) => Of(risk, risk.Current);

    /// <summary>The risk under a rating that is not its own (yet).</summary>
    public static RiskBrief Of(Risk risk, Rating? rating) => new(risk.Id, risk.Reference, risk.Title, risk.OwnerId, rating?.Level, rating?.Value, rating?.Order, risk.Treatment?.Option, risk.Treatment?.ByException ?? false);
}

/// <summary>A risk in two exercises.</summary>
/// <param name="Before">Null when new.</param>
/// <param name="Now">Null when gone.</param>
/// <param name="Move">What happened.</param>
/// <param name="HandlingBefore">What the criteria asked before; null when unrated.</param>
/// <param name="HandlingNow">What they ask now.</param>
/// <param name="Missing">Preview of a change of method: keys of what is asked anew.</param>
internal sealed record ComparedRisk(RiskBrief? Before, RiskBrief? Now, RiskMove Move, Handling? HandlingBefore, Handling? HandlingNow, IReadOnlyList<string> Missing)
{
    /// <summary>Place among the risks rated in both, worst first; null when not rated in both.</summary>
    public Place? RankBefore { get; init; }

    public Place? RankNow { get; init; }

    /// <summary>Level before; where the method gives numbers only, the level of the other side that the number counts as; empty for none.</summary>
    public string LevelBefore { get; init; } = "";

    public string LevelNow { get; init; } = "";

    /// <summary>Places that the risk went up (towards worse); negative is down.</summary>
    public double Climbed => RankBefore is { } before && RankNow is { } now ? before.Middle - now.Middle : 0;

    /// <summary>Whether the decision of before may stand: retaining needs criteria that allow it. Null without a decision or a rating.</summary>
    public bool? DecisionStands => Before?.Option is { } option && HandlingNow is { } asked ? Stands(option, Before.ByException, asked) : null;

    public static bool Stands(TreatmentOption option, bool byException, Handling asked) => option != TreatmentOption.Retain || asked == Handling.Acceptable || byException && asked == Handling.ByException;

    public RiskBrief Any => Now ?? Before!;

    public Flip Flip => (HandlingBefore, HandlingNow) switch
    {
        (null, _) or (_, null) => Flip.None,
        (Handling.Acceptable, Handling.MustTreat) => Flip.ToTreat,
        var (before, now) => now > before ? Flip.Stricter : now < before ? Flip.Looser : Flip.None,
    };
}

/// <summary>Two exercises side by side.</summary>
/// <param name="Rows">One row a risk: changed first, then by place.</param>
/// <param name="Tau">Kendall's tau-b of the risks rated in both; null where it is not defined.</param>
/// <param name="Both">How many are rated in both.</param>
/// <param name="HasBounds">Whether numbers of one side count as levels of the other.</param>
internal sealed record Comparison(IReadOnlyList<ComparedRisk> Rows, double? Tau, int Both, bool HasBounds)
{
    public static Comparison Of(IEnumerable<(RiskBrief? Before, RiskBrief? Now, IReadOnlyList<string> Missing)> pairs, Criteria before, Criteria now, LevelBridge levels)
    {
        static Handling? Asked(Criteria criteria, RiskBrief? risk) => risk?.Order is null ? null : criteria.For(risk.Level, risk.Value);
        var rows = pairs.Select(p => new ComparedRisk(p.Before, p.Now, MoveOf(p.Before, p.Now, p.Missing, levels), Asked(before, p.Before), Asked(now, p.Now), p.Missing) { LevelBefore = levels.CountsBefore(p.Before), LevelNow = levels.CountsNow(p.Now) }).ToList();

        var both = Enumerable.Range(0, rows.Count).Where(i => rows[i] is { Before.Order: not null, Now.Order: not null }).ToList();
        var placesBefore = RankCorrelation.Places([.. both.Select(i => rows[i].Before!.Order!.Value)]);
        var placesNow = RankCorrelation.Places([.. both.Select(i => rows[i].Now!.Order!.Value)]);
        for (var i = 0; i < both.Count; i++)
            rows[both[i]] = rows[both[i]] with { RankBefore = placesBefore[i], RankNow = placesNow[i] };

        return new(
            [.. rows.OrderBy(r => r.Move).ThenBy(r => r.RankNow?.First ?? int.MaxValue).ThenBy(r => r.RankBefore?.First ?? int.MaxValue).ThenBy(r => r.Any.Reference, StringComparer.Ordinal)],
            RankCorrelation.TauB(both.Select(i => (rows[i].Before!.Order!.Value, rows[i].Now!.Order!.Value))),
            both.Count,
            levels.HasBounds);
    }

    /// <summary>What the coefficient says: last part of the key <c>compare.tau.is.…</c>.</summary>
    public string Verdict => Tau switch { null => "none", >= 0.95 => "same", >= 0.7 => "strong", >= 0.4 => "medium", >= 0.1 => "weak", > -0.1 => "no", _ => "reverse" };

    public int Count(RiskMove move) => Rows.Count(r => r.Move == move);

    public int Count(Flip flip) => Rows.Count(r => r.Flip == flip);

    /// <summary>The same for two comparisons that say the same of every risk.</summary>
    public string Print()
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (var row in Rows)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{row.Any.Id}|{row.Move}|{row.Before?.Level}|{row.Now?.Level}|{row.Now?.Order}|{row.HandlingNow}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>How many risks went from one level to another; empty keys stand for risks without level.</summary>
    public IReadOnlyDictionary<(string Before, string Now), int> ByLevel() =>
        Rows.Where(r => r.RankNow is not null).GroupBy(r => (r.LevelBefore, r.LevelNow)).ToDictionary(g => g.Key, g => g.Count());

    private static RiskMove MoveOf(RiskBrief? before, RiskBrief? now, IReadOnlyList<string> missing, LevelBridge levels) => (before, now) switch
    {
        (null, _) => RiskMove.New,
        (_, null) => RiskMove.Gone,
        _ when missing.Count > 0 && before.Order is not null => RiskMove.Anew,
        _ when before.Order is null || now.Order is null => RiskMove.Unrated,
        _ => levels.Compare(before, now) switch { null => RiskMove.Recast, > 0 => RiskMove.Worse, < 0 => RiskMove.Better, _ => RiskMove.Same },
    };
}

/// <summary>Which level of one method counts as which of another. What is not mapped is not compared.</summary>
/// <param name="Before">Levels before, lowest first; empty where the method gives numbers only.</param>
/// <param name="Now">Levels now, lowest first; empty where the method gives numbers only.</param>
/// <param name="Levels">Level before to the level now that counts as the same.</param>
/// <param name="Bounds">Where one side has numbers only: from which number on a level of the other is reached.</param>
/// <param name="SameUnit">Where both have numbers only: whether they may be compared as they are.</param>
internal sealed record LevelBridge(IReadOnlyList<string> Before, IReadOnlyList<string> Now, IReadOnlyDictionary<string, string> Levels, IReadOnlyDictionary<string, double> Bounds, bool SameUnit)
{
    /// <summary>Of one scale with itself; nothing is compared when the two differ.</summary>
    public static LevelBridge Same(MethodologyForm? before, MethodologyForm? now, bool sameMethod)
    {
        var (old, current) = (Keys(before), Keys(now));
        var alike = before is not null && now is not null && sameMethod && old.SequenceEqual(current);
        return new(old, current, alike ? old.ToDictionary(k => k) : [], new Dictionary<string, double>(), alike && old.Count == 0);
    }

    public static IReadOnlyList<string> Keys(MethodologyForm? form) => [.. (form?.Levels ?? []).Select(l => l.Key)];

    /// <summary>1 worse, -1 better, 0 the same, null not comparable.</summary>
    public int? Compare(RiskBrief before, RiskBrief now)
    {
        if (Before.Count == 0 && Now.Count == 0)
            return SameUnit && before.Value is { } old && now.Value is { } value ? Math.Abs(value - old) <= 1e-9 * Math.Max(Math.Abs(value), Math.Abs(old)) ? 0 : value.CompareTo(old) : null;
        var counts = Before.Count == 0 ? Reached(Now, before.Value) : Now.Count == 0 ? At(Before, before.Level) : At(Now, Levels.GetValueOrDefault(before.Level ?? ""));
        var stands = Now.Count == 0 ? Reached(Before, now.Value) : At(Now, now.Level);
        return stands?.CompareTo(counts) is { } sign && counts is not null ? Math.Sign(sign) : null;
    }

    /// <summary>Whether numbers of one side count as levels of the other.</summary>
    public bool HasBounds => Bounds.Count > 0;

    public string CountsBefore(RiskBrief? before) => before?.Level ?? (Before.Count == 0 ? Counts(Now, before?.Value) : "");

    public string CountsNow(RiskBrief? now) => now?.Level ?? (Now.Count == 0 ? Counts(Before, now?.Value) : "");

    private string Counts(IReadOnlyList<string> levels, double? value) => Reached(levels, value) is { } reached && reached < levels.Count ? levels[reached] : "";

    private static int? At(IReadOnlyList<string> levels, string? level)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i] == level)
                return i;
        }

        return null;
    }

    /// <summary>The highest level whose bound is reached; null where no bound was given.</summary>
    private int? Reached(IReadOnlyList<string> levels, double? value)
    {
        if (value is null || Bounds.Count == 0)
            return null;
        var reached = 0;
        for (var i = 1; i < levels.Count; i++)
        {
            if (Bounds.TryGetValue(levels[i], out var bound) && bound <= value)
                reached = i;
        }

        return reached;
    }
}

namespace IsmsModular.Risks.Exercises;

/// <summary>A slope chart of places: one line a risk, from its place before to its place now. With many risks those are drawn that moved most, and those that go the same way as one.</summary>
/// <param name="Lines">Lines, from the best place before.</param>
/// <param name="Of">How many risks are rated in both.</param>
/// <param name="Height">Height of the drawing.</param>
internal sealed record SlopeChart(IReadOnlyList<SlopeLine> Lines, int Of, int Height)
{
    public const int Width = 640;
    public const int Left = 195;
    public const int Right = 445;
    public const int Top = 44;
    public const int Most = 40;
    private const int Gap = 19;

    public static SlopeChart From(Comparison comparison, int most = Most)
    {
        var rated = comparison.Rows.Where(r => r.RankNow is not null).ToList();
        // Among many, risks that go the same way are one line.
        var bundles = rated.Count <= most ? rated.Select(r => (Risk: r, Count: 1)) : rated.GroupBy(r => (r.RankBefore, r.RankNow)).Select(g => (Risk: g.First(), Count: g.Count()));
        var drawn = bundles.OrderByDescending(b => Math.Abs(b.Risk.Climbed)).ThenBy(b => b.Risk.RankNow!.Middle).ThenBy(b => b.Risk.RankBefore!.Middle).Take(most).OrderBy(b => b.Risk.RankBefore!.Middle).ThenBy(b => b.Risk.RankNow!.Middle).ToList();
        var tall = Math.Max(drawn.Count * Gap, 120);
        var last = Math.Max(1, rated.Count);
        double Y(Place place) => Top + (last == 1 ? 0 : (place.Middle - 1) * (tall - Gap) / (double)(last - 1));

        var left = Spread([.. drawn.Select(b => Y(b.Risk.RankBefore!))], tall);
        var right = Spread([.. drawn.Select(b => Y(b.Risk.RankNow!))], tall);
        return new([.. drawn.Select((b, i) => new SlopeLine(b.Risk, b.Count, Y(b.Risk.RankBefore!), Y(b.Risk.RankNow!), left[i], right[i]))], rated.Count, Top + tall + 8);
    }

    /// <summary>How many risks the lines stand for.</summary>
    public int Drawn => Lines.Sum(l => l.Count);

    /// <summary>Moves labels apart so that none covers another, and none leaves the drawing.</summary>
    private static double[] Spread(double[] at, int tall)
    {
        var order = Enumerable.Range(0, at.Length).OrderBy(i => at[i]).ThenBy(i => i).ToArray();
        var placed = (double[])at.Clone();
        for (var i = 1; i < order.Length; i++)
            placed[order[i]] = Math.Max(placed[order[i]], placed[order[i - 1]] + Gap);
        double bottom = Top + tall - Gap;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            placed[order[i]] = Math.Min(placed[order[i]], bottom);
            bottom = placed[order[i]] - Gap;
        }

        return placed;
    }
}

/// <param name="Risk">The risk, or one of those that go the same way.</param>
/// <param name="Count">How many go this way.</param>
/// <param name="From">Height of its place before.</param>
/// <param name="To">Height of its place now.</param>
/// <param name="LabelFrom">Height of its label on the left.</param>
/// <param name="LabelTo">Height of its label on the right.</param>
internal sealed record SlopeLine(ComparedRisk Risk, int Count, double From, double To, double LabelFrom, double LabelTo);

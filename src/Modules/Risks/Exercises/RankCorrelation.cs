namespace IsmsModular.Risks.Exercises;

/// <summary>How far two rankings of the same things agree: Kendall's tau-b (M. G. Kendall, 1945). It takes ties into account, which scales of few steps are full of.</summary>
internal static class RankCorrelation
{
    /// <summary>Kendall's tau-b over pairs of values: 1 when both put any two things in the same order, -1 when in the opposite order, 0 without connection. Only order counts, so the two may be in different units.</summary>
    /// <param name="pairs">The two values of each thing; all are numbers.</param>
    /// <returns>-1 to 1; <c>null</c> (not defined) for fewer than two things, or where one side ranks all alike.</returns>
    /// <remarks>Counts in n log n steps (W. R. Knight, 1966): sorted by the first value, the swaps that a merge sort by the second needs are the pairs in opposite order.</remarks>
    public static double? TauB(IEnumerable<(double Before, double Now)> pairs)
    {
        var sorted = pairs.OrderBy(p => p.Before).ThenBy(p => p.Now).ToArray();
        var all = Pairs(sorted.Length);
        var tiedBefore = Runs(sorted, (a, b) => a.Before == b.Before);
        var tiedInBoth = Runs(sorted, (a, b) => a == b);
        var now = Array.ConvertAll(sorted, p => p.Now);
        var opposite = Sort(now, new double[now.Length], 0, now.Length);
        var tiedNow = Runs(now, (a, b) => a == b);
        if (all == tiedBefore || all == tiedNow)
            return null;

        var agreeing = all - tiedBefore - tiedNow + tiedInBoth - opposite;
        return Math.Clamp((agreeing - opposite) / (Math.Sqrt(all - tiedBefore) * Math.Sqrt(all - tiedNow)), -1, 1);
    }

    /// <summary>Places from 1, greatest value first; equal values share a range of places (1, 2–3, 2–3, 4).</summary>
    public static Place[] Places(IReadOnlyList<double> values)
    {
        var places = new Place[values.Count];
        var order = Enumerable.Range(0, values.Count).OrderByDescending(i => values[i]).ToArray();
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && values[order[to]] == values[order[from]])
                to++;
            for (var i = from; i < to; i++)
                places[order[i]] = new(from + 1, to);
            from = to;
        }

        return places;
    }

    private static double Pairs(long of) => of * (of - 1) / 2;

    /// <summary>Pairs within runs of equal neighbours.</summary>
    private static double Runs<T>(T[] sorted, Func<T, T, bool> equal)
    {
        double pairs = 0;
        for (var from = 0; from < sorted.Length;)
        {
            var to = from + 1;
            while (to < sorted.Length && equal(sorted[from], sorted[to]))
                to++;
            pairs += Pairs(to - from);
            from = to;
        }

        return pairs;
    }

    /// <summary>Sorts a part by merging, and counts how many pairs stood in the wrong order.</summary>
    private static double Sort(double[] values, double[] room, int from, int to)
    {
        if (to - from < 2)
            return 0;
        var middle = (from + to) / 2;
        var swaps = Sort(values, room, from, middle) + Sort(values, room, middle, to);
        var (left, right) = (from, middle);
        for (var at = from; at < to; at++)
        {
            if (right >= to || left < middle && values[left] <= values[right])
            {
                room[at] = values[left++];
            }
            else
            {
                swaps += middle - left;
                room[at] = values[right++];
            }
        }

        Array.Copy(room, from, values, from, to - from);
        return swaps;
    }
}

/// <summary>Place in a ranking, from 1; things of equal rank share the places from first to last.</summary>
internal sealed record Place(int First, int Last)
{
    /// <summary>Middle of the shared places: what movements are measured by, so that breaking a tie moves nobody on the whole.</summary>
    public double Middle => (First + Last) / 2d;

    public override string ToString() => First == Last ? $"{First}" : $"{First}–{Last}";
}

namespace IsmsModular.Abstractions.Methodologies;

/// <summary>Base scores of the Common Vulnerability Scoring System (FIRST), for methods that take a CVSS vector as an input.</summary>
public static class Cvss
{
    /// <summary>The base score of a vector: <c>CVSS:3.1/AV:N/…</c>, <c>CVSS:3.0/AV:N/…</c>, or version 2 without prefix (<c>AV:N/AC:L/Au:N/…</c>, also in parentheses).</summary>
    /// <param name="vector">The vector. Its base metrics are needed, in any order; temporal and environmental metrics are read over.</param>
    /// <returns>0.0 to 10.0 with one decimal, or <c>null</c> when the text is no such vector.</returns>
    public static double? BaseScore(string? vector)
    {
        var parts = (vector ?? "").Trim().TrimStart('(').TrimEnd(')').Split('/');
        var version = parts[0].ToUpperInvariant() switch { "CVSS:3.1" => 31, "CVSS:3.0" => 30, _ => 2 };
        var metrics = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in version == 2 ? parts : parts.AsSpan(1))
        {
            if (part.Split(':') is not [{ Length: > 0 } metric, { Length: > 0 } value] || !metrics.TryAdd(metric, value.ToUpperInvariant()))
                return null;
        }

        return version == 2 ? Second(metrics) : Third(metrics, version);
    }

    private static double? Third(Dictionary<string, string> metrics, int version)
    {
        bool? changes = metrics.GetValueOrDefault("S") switch { "C" => true, "U" => false, _ => null };
        var isChanged = changes == true;
        var vector = Weight(metrics, "AV", ("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2));
        var complexity = Weight(metrics, "AC", ("L", 0.77), ("H", 0.44));
        var privileges = Weight(metrics, "PR", ("N", 0.85), ("L", isChanged ? 0.68 : 0.62), ("H", isChanged ? 0.5 : 0.27));
        var interaction = Weight(metrics, "UI", ("N", 0.85), ("R", 0.62));
        var missed = 1.0 as double?;
        foreach (var property in new[] { "C", "I", "A" })
            missed *= 1 - Weight(metrics, property, ("H", 0.56), ("L", 0.22), ("N", 0));
        if (changes is null || 8.22 * vector * complexity * privileges * interaction is not { } exploitability || 1 - missed is not { } harm)
            return null;
        var impact = isChanged ? (7.52 * (harm - 0.029)) - (3.25 * Math.Pow(harm - 0.02, 15)) : 6.42 * harm;
        if (impact <= 0)
            return 0;
        var score = Math.Min((isChanged ? 1.08 : 1) * (impact + exploitability), 10);
        return version == 30 ? Math.Ceiling(Math.Round(score * 10, 8)) / 10 : RoundUp(score);
    }

    private static double? Second(Dictionary<string, string> metrics)
    {
        var missed = 1.0 as double?;
        foreach (var property in new[] { "C", "I", "A" })
            missed *= 1 - Weight(metrics, property, ("N", 0), ("P", 0.275), ("C", 0.66));
        var access = Weight(metrics, "AV", ("L", 0.395), ("A", 0.646), ("N", 1));
        var complexity = Weight(metrics, "AC", ("H", 0.35), ("M", 0.61), ("L", 0.71));
        var authentication = Weight(metrics, "Au", ("M", 0.45), ("S", 0.56), ("N", 0.704));
        if (20 * access * complexity * authentication is not { } exploitability || 10.41 * (1 - missed) is not { } impact)
            return null;
        return impact == 0 ? 0 : Math.Round(Math.Round(((0.6 * impact) + (0.4 * exploitability) - 1.5) * 1.176, 9), 1, MidpointRounding.AwayFromZero);
    }

    private static double? Weight(Dictionary<string, string> metrics, string metric, params ReadOnlySpan<(string Value, double Weight)> weights)
    {
        var given = metrics.GetValueOrDefault(metric);
        foreach (var (value, weight) in weights)
        {
            if (value == given)
                return weight;
        }

        return null;
    }

    /// <summary>Up to one decimal, as version 3.1 defines it: in whole hundred-thousandths, so that 4.000002 stays 4.0.</summary>
    private static double RoundUp(double score)
    {
        var whole = (int)Math.Round(score * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000.0 : ((whole / 10_000) + 1) / 10.0;
    }
}

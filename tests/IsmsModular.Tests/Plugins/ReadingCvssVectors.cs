using IsmsModular.Abstractions.Methodologies;

namespace IsmsModular.Tests.Plugins;

public sealed class ReadingCvssVectors
{
    private static readonly (string Metric, string[] Values)[] Metrics = [("AV", ["N", "A", "L", "P"]), ("AC", ["L", "H"]), ("PR", ["N", "L", "H"]), ("UI", ["N", "R"]), ("S", ["U", "C"]), ("C", ["H", "L", "N"]), ("I", ["H", "L", "N"]), ("A", ["H", "L", "N"])];

    /// <summary>Every vector that there is, against the equations of the specification in decimal arithmetic, where nothing is lost to binary fractions.</summary>
    [Fact]
    public void Every_base_vector_of_version_3_1_has_the_score_of_the_specification()
    {
        var vectors = Metrics.Aggregate(new[] { Array.Empty<string>() }.AsEnumerable(), (so, m) => so.SelectMany(s => m.Values.Select(v => s.Append(v).ToArray()))).ToList();
        Assert.Equal(2592, vectors.Count);
        Assert.All(vectors, v => Assert.Equal((double)Exact(v), Cvss.BaseScore("CVSS:3.1/" + string.Join('/', Metrics.Zip(v).Select(m => $"{m.First.Metric}:{m.Second}")))));
    }

    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 9.6)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H", 9.0)]
    [InlineData("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10)]
    [InlineData("cvss:3.1/a:h/i:h/c:h/s:u/ui:n/pr:n/ac:l/av:n", 9.8)]
    [InlineData(" CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O ", 9.8)]
    [InlineData("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5)]
    [InlineData("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 10)]
    [InlineData("AV:L/AC:H/Au:M/C:N/I:N/A:N", 0)]
    public void Known_vectors_have_their_scores(string vector, double score) => Assert.Equal(score, Cvss.BaseScore(vector));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("9.8")]
    [InlineData("CVSS:3.1/")]
    [InlineData("CVSS:3.1/AV:N")]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H")]
    [InlineData("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
    [InlineData("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")]
    public void What_is_no_vector_has_no_score(string? text) => Assert.Null(Cvss.BaseScore(text));

    private static decimal Exact(string[] v)
    {
        var changed = v[4] == "C";
        decimal Of(int metric, params decimal[] weights) => weights[Array.IndexOf(Metrics[metric].Values, v[metric])];
        decimal Harm(int metric) => 1 - Of(metric, 0.56m, 0.22m, 0m);
        var harm = 1 - (Harm(5) * Harm(6) * Harm(7));
        var impact = changed ? (7.52m * (harm - 0.029m)) - (3.25m * Power(harm - 0.02m, 15)) : 6.42m * harm;
        if (impact <= 0)
            return 0;
        var exploitability = 8.22m * Of(0, 0.85m, 0.62m, 0.55m, 0.2m) * Of(1, 0.77m, 0.44m) * (changed ? Of(2, 0.85m, 0.68m, 0.5m) : Of(2, 0.85m, 0.62m, 0.27m)) * Of(3, 0.85m, 0.62m);
        var score = Math.Min(10, (changed ? 1.08m : 1) * (impact + exploitability));
        var whole = (long)Math.Round(score * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000m : ((whole / 10_000) + 1) / 10m;
    }

    private static decimal Power(decimal number, int times) => Enumerable.Repeat(number, times).Aggregate(1m, (a, b) => a * b);
}

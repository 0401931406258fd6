using FsCheck.Xunit;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Tests.Risks;

public sealed class AgreeingOnRanks
{
    [Fact]
    public void Is_one_for_the_same_order_and_minus_one_for_the_opposite()
    {
        Assert.Equal(1, RankCorrelation.TauB([(1, 10), (2, 200), (3, 3000)]));
        Assert.Equal(-1, RankCorrelation.TauB([(1, 9), (2, 8), (3, 7)]));
    }

    [Fact]
    public void Is_worked_by_hand_without_ties()
    {
        // Pairs: (1,2)+ (1,4)+ (1,3)+ (2,4)+ (2,3)+ (4,3)-, so (5 - 1) / 6.
        Assert.Equal(4 / 6d, RankCorrelation.TauB([(1, 1), (2, 2), (3, 4), (4, 3)])!.Value, 12);
    }

    [Fact]
    public void Is_worked_by_hand_with_ties()
    {
        // Before 1 1 2 3, now 1 2 2 3. Six pairs: one tied before, one tied now, four agree, none disagrees: 4 / sqrt(5 * 5).
        Assert.Equal(0.8, RankCorrelation.TauB([(1, 1), (1, 2), (2, 2), (3, 3)])!.Value, 12);
        // Before 1 1 2, now 1 1 2: the pair tied in both counts on neither side: 2 / sqrt(2 * 2).
        Assert.Equal(1, RankCorrelation.TauB([(1, 1), (1, 1), (2, 2)])!.Value, 12);
        // Before 1 2 3 3, now 2 1 1 3: of six pairs (1,2)- (1,3a)- (1,3b)+ (2,3a) tied now (2,3b)+ (3a,3b) tied before: 0 / sqrt(5 * 5).
        Assert.Equal(0, RankCorrelation.TauB([(1, 2), (2, 1), (3, 1), (3, 3)])!.Value, 12);
    }

    [Fact]
    public void Is_not_defined_where_one_side_ranks_all_alike_or_nothing_can_be_compared()
    {
        Assert.Null(RankCorrelation.TauB([]));
        Assert.Null(RankCorrelation.TauB([(1, 1)]));
        Assert.Null(RankCorrelation.TauB([(1, 5), (2, 5), (3, 5)]));
        Assert.Null(RankCorrelation.TauB([(4, 1), (4, 2)]));
        Assert.Null(RankCorrelation.TauB([(4, 4), (4, 4)]));
    }

    [Property(MaxTest = 500)]
    public bool Agrees_with_counting_every_pair((byte, byte)[] given)
    {
        // Few steps, so that there are ties of every kind.
        var pairs = given.Select(p => (Before: (double)(p.Item1 % 5), Now: (double)(p.Item2 % 7))).ToArray();
        var (expected, found) = (ByCounting(pairs), RankCorrelation.TauB(pairs));
        return expected is null ? found is null : found is { } tau && Math.Abs(tau - expected.Value) < 1e-12 && tau is >= -1 and <= 1;
    }

    [Property(MaxTest = 200)]
    public bool Does_not_depend_on_the_order_of_the_risks_or_which_side_is_first((byte, byte)[] given)
    {
        var pairs = given.Select(p => ((double)(p.Item1 % 6), (double)(p.Item2 % 6))).ToArray();
        var tau = RankCorrelation.TauB(pairs);
        var other = RankCorrelation.TauB(pairs.Reverse().Select(p => (p.Item2, p.Item1)));
        return tau is null ? other is null : Math.Abs(tau.Value - other!.Value) < 1e-12;
    }

    [Fact]
    public void Takes_a_hundred_thousand_risks()
    {
        var pairs = Enumerable.Range(0, 100_000).Select(i => ((double)i, (double)(i ^ 1)));
        // Each pair of neighbours is swapped, all other pairs agree.
        Assert.Equal(1 - (4 * 50_000d / (100_000d * 99_999d)), RankCorrelation.TauB(pairs)!.Value, 12);
    }

    [Fact]
    public void Equal_ranks_share_their_places()
    {
        Assert.Equal(["4", "1", "2–3", "2–3"], RankCorrelation.Places([1, 9, 5, 5]).Select(p => p.ToString()));
        Assert.Equal([2.5, 2.5], RankCorrelation.Places([1, 9, 5, 5]).Skip(2).Select(p => p.Middle));
    }

    [Fact]
    public void A_chart_of_many_draws_those_that_go_the_same_way_as_one_line()
    {
        static RiskBrief At(int i, double order) => new($"{i}", $"RISK-{i:0000}", "Risk", null, null, order, order);
        Comparison Of(int risks) => Comparison.Of(Enumerable.Range(0, risks).Select(i => ((RiskBrief?)At(i, i % 3), (RiskBrief?)At(i, i % 2), (IReadOnlyList<string>)[])), new(), new(), LevelBridge.Same(null, null, false));

        var few = SlopeChart.From(Of(30));
        Assert.Equal((30, 30), (few.Lines.Count, few.Drawn));
        // Three places before, two now: six ways.
        var many = SlopeChart.From(Of(600));
        Assert.Equal((6, 600, 600), (many.Lines.Count, many.Drawn, many.Of));
        // No label covers another, and none leaves the drawing.
        foreach (var labels in new[] { few.Lines.Select(l => l.LabelFrom), few.Lines.Select(l => l.LabelTo) }.Select(l => l.Order().ToList()))
        {
            Assert.All(labels.Zip(labels.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 15));
            Assert.InRange(labels[0], 0, few.Height);
            Assert.InRange(labels[^1], 0, few.Height);
        }
    }

    private static double? ByCounting((double Before, double Now)[] pairs)
    {
        double agree = 0, disagree = 0, tiedBefore = 0, tiedNow = 0, all = 0;
        for (var i = 0; i < pairs.Length; i++)
        {
            for (var j = i + 1; j < pairs.Length; j++)
            {
                var (before, now) = (Math.Sign(pairs[i].Before - pairs[j].Before), Math.Sign(pairs[i].Now - pairs[j].Now));
                all++;
                agree += before * now > 0 ? 1 : 0;
                disagree += before * now < 0 ? 1 : 0;
                tiedBefore += before == 0 ? 1 : 0;
                tiedNow += now == 0 ? 1 : 0;
            }
        }

        return all == tiedBefore || all == tiedNow ? null : (agree - disagree) / Math.Sqrt((all - tiedBefore) * (all - tiedNow));
    }
}

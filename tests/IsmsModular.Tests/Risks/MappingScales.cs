using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Tests.Risks;

public sealed class MappingScales
{
    private static readonly string[] Five = ["very-low", "low", "medium", "high", "very-high"];

    [Fact]
    public void The_residual_criterion_goes_along_where_its_level_counts_as_another_or_the_unit_is_the_same()
    {
        var mapping = new ScaleMapping { Levels = { ["medium"] = "moderate", ["high"] = "" } };
        Assert.Equal("moderate", mapping.Criteria(new() { ResidualLevel = "medium" }, false).ResidualLevel);
        Assert.Null(mapping.Criteria(new() { ResidualLevel = "high", ResidualValue = 5000 }, false).ResidualLevel);
        Assert.Null(mapping.Criteria(new() { ResidualValue = 5000 }, false).ResidualValue);
        mapping.SameUnit = true;
        Assert.Equal(5000, mapping.Criteria(new() { ResidualValue = 5000 }, false).ResidualValue);
    }

    [Fact]
    public void Steps_of_the_same_number_are_matched_one_by_one()
    {
        var mapping = Proposed(Choice("likelihood", FactorRole.Likelihood, Five), Choice("frequency", FactorRole.Likelihood, ["a", "b", "c", "d", "e"]));
        Assert.Equal("in:likelihood", mapping.Sources["frequency"]);
        Assert.Equal(["a", "b", "c", "d", "e"], Five.Select(t => mapping.Values[$"frequency|in:likelihood|{t}|frequency"]));
    }

    [Fact]
    public void Steps_of_another_number_are_matched_by_their_place_and_never_downwards()
    {
        var mapping = Proposed(Choice("impact", FactorRole.Consequence, Five), Choice("impact", FactorRole.Consequence, ["l", "m", "h"]));
        Assert.Equal(["l", "m", "m", "h", "h"], Five.Select(t => mapping.Values[$"impact|in:impact|{t}|impact"]));
    }

    [Fact]
    public void Steps_with_numbers_at_the_same_ends_are_matched_by_number()
    {
        var before = Choice("impact", FactorRole.Consequence, ["1", "5", "10"], 1, 5, 10);
        var after = Choice("impact", FactorRole.Consequence, ["1", "2", "6", "10"], 1, 2, 6, 10);
        var mapping = Proposed(before, after);
        Assert.Equal(["1", "6", "10"], new[] { "1", "5", "10" }.Select(t => mapping.Values[$"impact|in:impact|{t}|impact"]));
    }

    [Fact]
    public void Steps_become_numbers_of_a_scale_with_ends_but_never_money()
    {
        var scored = Proposed(Choice("likelihood", FactorRole.Likelihood, Five), Number("exploitability", FactorRole.Likelihood, 0, 10));
        Assert.Equal(["0", "2", "5", "8", "10"], Five.Select(t => scored.Values[$"exploitability|in:likelihood|{t}|exploitability"]));

        var money = Proposed(Choice("impact", FactorRole.Consequence, Five), Number("loss", FactorRole.Consequence, 0, null));
        Assert.Equal("in:impact", money.Sources["loss"]);
        Assert.Empty(money.Values);
    }

    [Fact]
    public void What_has_no_likeness_is_asked_anew()
    {
        var mapping = Proposed(Choice("likelihood", FactorRole.Likelihood, Five), Choice("ease", FactorRole.Vulnerability, ["l", "h"]));
        Assert.Equal("", mapping.Sources["ease"]);
    }

    [Fact]
    public void What_was_decided_is_kept_when_proposed_again()
    {
        var table = Table(Choice("likelihood", FactorRole.Likelihood, Five), Choice("likelihood", FactorRole.Likelihood, Five));
        var mapping = new ScaleMapping { Sources = { ["likelihood"] = "in:likelihood" }, Values = { ["likelihood|in:likelihood|low|likelihood"] = "high", ["likelihood|in:likelihood|high|likelihood"] = "" } };
        table.Propose(mapping);
        Assert.Equal("high", mapping.Values["likelihood|in:likelihood|low|likelihood"]);
        Assert.Equal("", mapping.Values["likelihood|in:likelihood|high|likelihood"]);
        Assert.Equal("medium", mapping.Values["likelihood|in:likelihood|medium|likelihood"]);
    }

    [Fact]
    public void A_step_becomes_a_range_that_was_entered_and_an_empty_step_is_missing()
    {
        var range = new Factor { Key = "loss", Name = "Loss", Kind = FactorKind.Record, Role = FactorRole.Consequence, Fields = [Number("low", FactorRole.Other, 0, null), Number("mode", FactorRole.Other, 0, null), Number("high", FactorRole.Other, 0, null)] };
        var table = Table(Choice("impact", FactorRole.Consequence, Five), range);
        var mapping = new ScaleMapping { Sources = { ["loss"] = "in:impact" } };
        foreach (var (field, value) in new[] { ("low", "1000"), ("mode", "5000"), ("high", "20000") })
            mapping.Values[$"loss|in:impact|high|loss.{field}"] = value;
        Assert.Empty(table.Check(mapping));

        var values = table.Carry(mapping, Rated("impact", FactorValue.Text("high")), null);
        Assert.Empty(table.Missing(values));
        Assert.Equal("""{"low":1000,"mode":5000,"high":20000}""", table.Read(values, [])["loss"].ToString());
        // The old value may be stored by key, by label or by its place.
        Assert.Equal(values, table.Carry(mapping, Rated("impact", FactorValue.Text("HIGH")), null));
        Assert.Equal(values, table.Carry(mapping, Rated("impact", FactorValue.Number(3)), null));

        Assert.Equal(["loss"], table.Missing(table.Carry(mapping, Rated("impact", FactorValue.Text("low")), null)).Select(p => p.Key));
    }

    [Fact]
    public void A_half_filled_row_a_word_for_a_number_and_a_number_out_of_range_are_refused_beside_their_fields()
    {
        var range = new Factor { Key = "share", Name = "Share", Kind = FactorKind.Record, Role = FactorRole.Consequence, Fields = [Number("low", FactorRole.Other, 0, 1), Number("high", FactorRole.Other, 0, 1)] };
        var table = Table(Choice("impact", FactorRole.Consequence, Five), range);
        var mapping = new ScaleMapping { Sources = { ["share"] = "in:impact" }, Values = { ["share|in:impact|low|share.low"] = "0.1", ["share|in:impact|high|share.low"] = "much", ["share|in:impact|high|share.high"] = "2" } };
        Assert.Equal(
            [("swap.value.needed", "Values[share|in:impact|low|share.high]"), ("rate.number", "Values[share|in:impact|high|share.low]"), ("rate.range", "Values[share|in:impact|high|share.high]")],
            table.Check(mapping).Select(e => (e.Message, e.Field!)));

        Assert.Equal("swap.values.needed", Assert.Single(table.Check(new() { Sources = { ["share"] = "in:impact" } })).Message);
        Assert.Equal("swap.source.unknown", Assert.Single(table.Check(new() { Sources = { ["share"] = "in:nothing" } })).Message);
    }

    [Fact]
    public void A_number_reaches_the_highest_step_whose_bound_it_meets()
    {
        var table = Table(Number("ale", FactorRole.Consequence, 0, null), Choice("impact", FactorRole.Consequence, ["low", "medium", "high"]));
        var mapping = new ScaleMapping { Sources = { ["impact"] = "in:ale" }, Values = { ["impact|in:ale|medium|impact"] = "1000", ["impact|in:ale|high|impact"] = "50000" } };
        Assert.Empty(table.Check(mapping));
        string? At(double value) => table.Carry(mapping, Rated("ale", FactorValue.Number(value)), null).GetValueOrDefault("impact");
        Assert.Equal(["low", "low", "medium", "medium", "high", "high"], new[] { 0, 999.99, 1000, 49_999, 50_000, 1e9 }.Select(At));

        mapping.Values["impact|in:ale|high|impact"] = "1000";
        Assert.Equal("swap.bounds.order", Assert.Single(table.Check(mapping)).Message);
    }

    [Fact]
    public void A_number_becomes_a_range_by_multiples()
    {
        var range = new Factor { Key = "loss", Name = "Loss", Kind = FactorKind.Record, Role = FactorRole.Consequence, Fields = [Number("low", FactorRole.Other, 0, null), Number("high", FactorRole.Other, 0, null)] };
        var table = Table(Number("sle", FactorRole.Consequence, 0, null), range);
        var mapping = new ScaleMapping { Sources = { ["loss"] = "in:sle" }, Values = { ["loss|in:sle|times|loss.low"] = "0.5", ["loss|in:sle|times|loss.high"] = "3" } };
        Assert.Empty(table.Check(mapping));
        Assert.Equal(["50", "300"], table.Carry(mapping, Rated("sle", FactorValue.Number(100)), null).Values);
    }

    [Fact]
    public void One_value_for_every_risk_and_the_value_of_the_assets_can_be_sources()
    {
        var table = new MappingTable(Form(Choice("likelihood", FactorRole.Likelihood, Five)), Form(Choice("asset", FactorRole.AssetValue, ["1", "2", "3"]), Number("draws", FactorRole.Other, 1, 100)), [new ScaleTier("Low", ""), new ScaleTier("Medium", ""), new ScaleTier("High", "")]);
        var mapping = new ScaleMapping { Sources = { ["draws"] = MappingSource.Everywhere }, Values = { ["draws|all|*|draws"] = "50" } };
        table.Propose(mapping);
        Assert.Equal(MappingSource.AssetValue, mapping.Sources["asset"]);
        var values = table.Carry(mapping, Rated("likelihood", FactorValue.Text("low")), assetValue: 2);
        Assert.Equal(("2", "50"), (values["asset"], values["draws"]));
        Assert.Equal(["asset"], table.Missing(table.Carry(mapping, Rated("likelihood", FactorValue.Text("low")), assetValue: null)).Select(p => p.Key));
    }

    [Fact]
    public void Worked_out_values_and_the_level_itself_can_be_sources()
    {
        var before = new MethodologyForm { Factors = [Choice("likelihood", FactorRole.Likelihood, Five)], Levels = Tiers(["low", "high"]), Outputs = [new Output { Key = "score", Name = "Score" }] };
        var table = new MappingTable(before, Form(Number("loss", FactorRole.Consequence, 0, null), Choice("band", FactorRole.Other, ["a", "b"])), []);
        var mapping = new ScaleMapping { Sources = { ["loss"] = MappingSource.OfLevel, ["band"] = "out:score" }, Values = { ["loss|level|low|loss"] = "10", ["loss|level|high|loss"] = "1000", ["band|out:score|b|band"] = "4" } };
        Assert.Empty(table.Check(mapping));
        var rating = Rated("likelihood", FactorValue.Text("low"));
        (rating.Level, rating.Outputs) = ("high", new() { ["score"] = FactorValue.Number(4) });
        var values = table.Carry(mapping, rating, null);
        Assert.Equal(("1000", "b"), (values["loss"], values["band"]));
    }

    [Fact]
    public void Levels_rise_and_fall_by_the_mapping_and_nothing_is_claimed_without_one()
    {
        LevelBridge Bridge(params (string, string)[] levels) => new(["low", "high"], ["l", "m", "h"], levels.ToDictionary(l => l.Item1, l => l.Item2), new Dictionary<string, double>(), false);
        static RiskBrief At(string? level, double? value = null) => new("id", "RISK-1", "", null, level, value, 1);
        var bridge = Bridge(("low", "l"), ("high", "h"));
        Assert.Equal((1, 0, -1), (bridge.Compare(At("low"), At("m")), bridge.Compare(At("high"), At("h")), bridge.Compare(At("high"), At("m"))));
        Assert.Null(Bridge(("low", "l")).Compare(At("high"), At("h")));
        Assert.Null(Bridge(("low", "")).Compare(At("low"), At("h")));

        var money = new LevelBridge(["low", "medium", "high"], [], new Dictionary<string, string>(), new Dictionary<string, double> { ["medium"] = 100, ["high"] = 1000 }, false);
        Assert.Equal((0, 1, -1), (money.Compare(At("medium"), At(null, 100)), money.Compare(At("low"), At(null, 5000)), money.Compare(At("high"), At(null, 99))));
        Assert.Null((money with { Bounds = new Dictionary<string, double>() }).Compare(At("low"), At(null, 5000)));
        var numbers = new LevelBridge([], [], new Dictionary<string, string>(), new Dictionary<string, double>(), true);
        Assert.Equal((1, 0), (numbers.Compare(At(null, 1), At(null, 2)), numbers.Compare(At(null, 3), At(null, 3))));
        Assert.Null((numbers with { SameUnit = false }).Compare(At(null, 1), At(null, 2)));
    }

    private static ScaleMapping Proposed(Factor before, Factor after)
    {
        var mapping = new ScaleMapping();
        Table(before, after).Propose(mapping);
        return mapping;
    }

    private static MappingTable Table(Factor before, Factor after) => new(Form(before), Form(after), []);

    private static MethodologyForm Form(params Factor[] factors) => new() { Factors = factors, Levels = [] };

    private static Factor Choice(string key, FactorRole role, string[] tiers, params double[] values) => new() { Key = key, Name = key, Kind = FactorKind.Choice, Role = role, Tiers = Tiers(tiers, values) };

    private static Tier[] Tiers(string[] keys, params double[] values) => [.. keys.Select((k, i) => new Tier { Key = k, Label = k, Value = values.Length > 0 ? values[i] : null })];

    private static Factor Number(string key, FactorRole role, double? least, double? most) => new() { Key = key, Name = key, Kind = FactorKind.Number, Role = role, Minimum = least, Maximum = most };

    private static Rating Rated(string key, FactorValue value) => new() { MethodologyId = "m", MethodologyVersion = "1", Inputs = new() { [key] = value } };
}

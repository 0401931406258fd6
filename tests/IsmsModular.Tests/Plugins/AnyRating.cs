using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Plugins.Declared;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Register;

namespace IsmsModular.Tests.Plugins;

/// <summary>What holds for every methodology that ships, whatever is rated.</summary>
public sealed class AnyRating
{
    /// <summary>Factors that lower a risk when they rise, or neither raise nor lower it: what a partner does well, how the method is set, a threshold.</summary>
    private static readonly HashSet<string> NotRising =
    [
        "ebios-rm-stakeholder.maturity", "ebios-rm-stakeholder.trust", "simplerisk.model", "simplerisk.levels", "pert.gamma", "fair.cs", "fair.iterations", "fair.seed",
        "fair-frequency.cs", "fair-frequency.iterations", "fair-frequency.seed", "lognormal-ale.p5", "lognormal-loss.p5",
    ];

    private static IReadOnlyList<IMethodologyHandle> Methods => Shipped.Catalog.Methodologies;

    [Property(MaxTest = 40)]
    public void Gives_the_same_result_twice_and_for_inputs_in_any_order(int seed) => Assert.All(Methods, method =>
    {
        var inputs = Case(method, seed);
        var once = Written(method, inputs);
        Assert.Equal(once, Written(method, inputs));
        Assert.Equal(once, Written(method, inputs.Reverse().ToDictionary(p => p.Key, p => p.Value)));
    });

    [Property(MaxTest = 40)]
    public void Stays_unrated_while_anything_needed_is_not_given(int seed) => Assert.All(Methods, method =>
    {
        foreach (var factor in Form(method).Factors.Where(f => f is { Needed: true, Preset: null }))
        {
            foreach (var nothing in new[] { FactorValue.None, FactorValue.Text(" ") })
                Assert.Null(Rate(method, new Dictionary<string, FactorValue>(Case(method, seed)) { [factor.Key] = nothing }));
            Assert.Null(Rate(method, Case(method, seed).Where(p => p.Key != factor.Key).ToDictionary()));
        }
    });

    [Property(MaxTest = 60)]
    public void Is_never_lower_when_a_factor_rises(int seed) => Assert.All(Methods, method =>
    {
        var inputs = Case(method, seed);
        var order = Rate(method, inputs)!.Order;
        foreach (var factor in Form(method).Factors.Where(f => inputs.ContainsKey(f.Key) && !NotRising.Contains($"{method.Id}.{f.Key}")))
        {
            var raised = new Dictionary<string, FactorValue>(inputs) { [factor.Key] = Raised(factor, inputs[factor.Key]) };
            Assert.True(Rate(method, Fitting(method.Id, raised))!.Order >= order - (1e-9 * Math.Abs(order)), $"{method.Id}: {factor.Key}");
        }
    });

    [Fact]
    public void Is_the_same_on_many_threads()
    {
        var cases = Methods.SelectMany(m => Enumerable.Range(0, 20).Select(i => (Method: m, Inputs: Case(m, i)))).ToList();
        var expected = cases.Select(c => Written(c.Method, c.Inputs)).ToList();
        var wrong = new ConcurrentBag<string>();
        Parallel.For(0, 4 * cases.Count, i =>
        {
            if (Written(cases[i % cases.Count].Method, cases[i % cases.Count].Inputs) != expected[i % cases.Count])
                wrong.Add(cases[i % cases.Count].Method.Id);
        });
        Assert.Empty(wrong);
    }

    /// <summary>What the page writes into its fields and reads back rates the same.</summary>
    [Property(MaxTest = 40)]
    public void Comes_through_the_fields_of_a_page_unchanged(int seed) => Assert.All(Methods, method =>
    {
        var (form, inputs) = (Form(method), Case(method, seed));
        foreach (var factor in form.Factors.Where(f => f.Kind == FactorKind.Record && inputs.GetValueOrDefault(f.Key)?.AsNumber is not null))
            inputs[factor.Key] = FactorValue.Record(new[] { "low", "mode", "high" }.ToDictionary(k => k, _ => inputs[factor.Key]));
        List<Error> errors = [];
        var read = RatingForm.Read(form, RatingForm.Write(form, inputs), errors);
        Assert.Empty(errors);
        Assert.Equal(Written(method, inputs), Written(method, read));
    });

    [Fact]
    public void Has_a_level_for_every_case_where_a_method_asks_for_choices_alone()
    {
        foreach (var method in Methods.Where(m => Form(m) is { Levels.Count: > 0 } f && f.Factors.All(x => x is { Kind: FactorKind.Choice, Needed: true }) && f.Factors.Aggregate(1L, (n, x) => n * x.Tiers.Count) < 2000))
        {
            var form = Form(method);
            Assert.All(Combinations(form.Factors), c => Assert.Contains(form.Levels, l => l.Key == Rate(method, c)!.Level));
        }
    }

    [Property(MaxTest = 200)]
    public void A_number_lies_in_exactly_one_band(int seed)
    {
        var random = new Random(seed);
        var edges = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (double)random.Next(-20, 20)).Distinct().Order().Select(at => (At: at, Inside: random.Next(2) == 0)).ToList();
        var number = random.Next(2) == 0 ? edges[random.Next(edges.Count)].At : random.Next(-25, 25) + random.NextDouble();
        var method = DeclaredMethodology.Parse("m", new JsonObject
        {
            ["id"] = "m", ["version"] = "1.0.0", ["name"] = "M", ["summary"] = "S", ["source"] = "T", ["confidence"] = "after",
            ["scales"] = new JsonObject { ["level"] = new JsonArray([.. Enumerable.Range(0, edges.Count + 1).Select(i => JsonValue.Create($"L{i}"))]) },
            ["factors"] = new JsonArray(new JsonObject { ["key"] = "n", ["name"] = "N", ["kind"] = "number" }),
            ["levels"] = "level",
            ["steps"] = new JsonArray(new JsonObject { ["key"] = "level", ["kind"] = "band", ["of"] = "n", ["scale"] = "level", ["bands"] = new JsonArray([.. edges.Select(e => new JsonObject { [e.Inside ? "upTo" : "below"] = e.At }), new JsonObject()]) }),
            ["level"] = "level",
        });
        bool Above(int edge) => edges[edge].Inside ? number > edges[edge].At : number >= edges[edge].At;
        var holding = Enumerable.Range(0, edges.Count + 1).Where(band => (band == 0 || Above(band - 1)) && (band == edges.Count || !Above(band))).ToList();
        Assert.Equal($"l{Assert.Single(holding)}", method.Evaluate(null, Shipped.Inputs(("n", FactorValue.Number(number))))!.Level);
    }

    [Property(MaxTest = 100)]
    public void A_grid_with_a_hole_is_refused_at_its_place(int seed)
    {
        var random = new Random(seed);
        var parameters = Shipped.Catalog.Methodology("matrix")!.DefaultParameters;
        var (row, column) = (random.Next(5), random.Next(5));
        var line = parameters["grid"]![row]!.AsArray();
        switch (random.Next(3))
        {
            case 0: line[column] = null; break;
            case 1: line.RemoveAt(column); break;
            default: line[column] = random.Next(5, 100); break;
        }

        var refused = Shipped.Catalog.Methodology("matrix")!.Describe(parameters);
        Assert.False(refused.Succeeded);
        Assert.StartsWith($"grid[{row}]", refused.Errors[0].Field, StringComparison.Ordinal);
    }

    private static MethodologyForm Form(IMethodologyHandle method) => method.Describe(null).Value;

    private static MethodologyResult? Rate(IMethodologyHandle method, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var rated = method.Evaluate(null, inputs);
        Assert.True(rated.Succeeded, $"{method.Id}: {string.Join("; ", rated.Errors)} {JsonSerializer.Serialize(inputs)}");
        return rated.Value.Result;
    }

    private static string Written(IMethodologyHandle method, IReadOnlyDictionary<string, FactorValue> inputs) => JsonSerializer.Serialize(Rate(method, inputs));

    private static Dictionary<string, FactorValue> Case(IMethodologyHandle method, int seed)
    {
        var random = new Random(seed);
        return Fitting(method.Id, Form(method).Factors.Where(f => f.Needed || random.Next(2) == 0 || f.Role is FactorRole.Likelihood or FactorRole.Consequence).ToDictionary(f => f.Key, f => Value(f, random)));
    }

    private static FactorValue Value(Factor factor, Random random) => factor.Kind switch
    {
        FactorKind.Choice => FactorValue.Text(factor.Tiers[random.Next(factor.Tiers.Count)].Key),
        FactorKind.Text => FactorValue.Text("T" + random.Next(1000).ToString(CultureInfo.InvariantCulture)),
        FactorKind.List => FactorValue.List([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => factor.Fields is [{ Key: "" } plain] ? Value(plain, random) : Record(factor, random))]),
        FactorKind.Record => Record(factor, random),
        _ => Number(factor, random),
    };

    private static FactorValue Record(Factor factor, Random random) => FactorValue.Record(factor.Fields.Where(f => f.Needed || random.Next(2) == 0).ToDictionary(f => f.Key, f => Value(f, random)));

    /// <summary>A number that the factor allows; whole where its range has whole ends further apart than one.</summary>
    private static FactorValue Number(Factor factor, Random random)
    {
        var (low, high) = (factor.Minimum ?? 1, Math.Min(factor.Maximum ?? 1000, 1000));
        return FactorValue.Number(high - low > 1 ? random.Next((int)low, (int)high + 1) : low + (Math.Round(random.NextDouble(), 3) * (high - low)));
    }

    private static FactorValue Raised(Factor factor, FactorValue value)
    {
        if (value.AsList is { } list)
            return FactorValue.List([.. list.Select(v => Raised(factor.Fields is [{ Key: "" } plain] ? plain : factor, v))]);
        if (value.AsRecord is { } record)
            return FactorValue.Record(record.ToDictionary(p => p.Key, p => p.Key == "gamma" ? p.Value : Raised(factor.Fields.First(f => f.Key == p.Key), p.Value)));
        if (factor.Kind == FactorKind.Choice)
            return FactorValue.Text(factor.Tiers[Math.Min(factor.Tiers.Count - 1, factor.Tiers.ToList().FindIndex(t => t.Key == value.AsText) + 1)].Key);
        return value.AsNumber is { } number ? FactorValue.Number(Math.Min(factor.Maximum ?? double.MaxValue, number + (factor.Maximum - factor.Minimum is <= 1 ? 0.1 : 1))) : value;
    }

    /// <summary>Makes what was drawn fit together: points in order, either a frequency or a probability. In FAIR each estimate becomes its most likely value, since draws alone are not ordered.</summary>
    private static Dictionary<string, FactorValue> Fitting(string method, Dictionary<string, FactorValue> inputs)
    {
        switch (method)
        {
            case "fair" or "fair-frequency":
                foreach (var (key, value) in inputs.ToList())
                    inputs[key] = value.AsRecord?["mode"] ?? value;
                inputs.TryAdd("tef", FactorValue.Number(3));
                inputs.TryAdd("vulnerability", FactorValue.Number(0.5));
                inputs["iterations"] = FactorValue.Number(1000);
                break;
            case "pert":
                foreach (var (key, number) in new[] { "low", "mode", "high" }.Zip(new[] { "low", "mode", "high" }.Select(k => inputs[k].AsNumber!.Value).Order()))
                    inputs[key] = FactorValue.Number(number);
                break;
            case "lognormal-ale" or "lognormal-loss":
                inputs.Remove("probability");
                inputs["p5"] = FactorValue.Number(0.5);
                inputs["p95"] = FactorValue.Number(Math.Max(1, inputs["p95"].AsNumber!.Value));
                break;
            case "ale":
                inputs.TryAdd("sle", FactorValue.Number(100));
                break;
            case "monarc":
                inputs.TryAdd("c", FactorValue.Text("2"));
                inputs["threat_c"] = FactorValue.Text("yes");
                break;
            case "monarc-operational" when inputs["impacts"].AsRecord is { Count: 0 }:
                inputs["impacts"] = FactorValue.Record(new Dictionary<string, FactorValue> { ["legal"] = FactorValue.Text("1") });
                break;
            case "owasp-risk-rating":
                inputs.TryAdd("technical_impact", FactorValue.Record(new[] { "confidentiality", "integrity", "availability", "accountability" }.ToDictionary(k => k, _ => FactorValue.Number(4))));
                break;
            case "simplerisk":
                inputs["levels"] = FactorValue.Number(10);
                break;
        }

        return inputs;
    }

    private static IEnumerable<Dictionary<string, FactorValue>> Combinations(IReadOnlyList<Factor> factors) => factors.Aggregate(
        new[] { new Dictionary<string, FactorValue>() }.AsEnumerable(),
        (so, factor) => so.SelectMany(s => factor.Tiers.Select(t => new Dictionary<string, FactorValue>(s) { [factor.Key] = FactorValue.Text(t.Key) })));
}

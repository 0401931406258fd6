using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Plugins.Quantitative;

namespace IsmsModular.Plugins.Fair;

/// <summary>How often times how much, each as an estimate in three points, simulated year by year.</summary>
internal sealed class FairMethod : IRiskMethodology
{
    private static readonly (string Key, double At, string Name)[] Percentiles = [("p10", 0.1, "Nine in ten years are worse than"), ("p50", 0.5, "Half of the years are worse than"), ("p90", 0.9, "One in ten years is worse than"), ("p95", 0.95, "One in twenty years is worse than"), ("p99", 0.99, "One in a hundred years is worse than")];

    private readonly MethodologyForm form = new()
    {
        Factors = Tree.Factors(
            ("lef", "Times a year. Leave it empty to build it from threat events and the share that succeeds.", FactorRole.Likelihood),
            ("lm", "In the workspace's currency. Leave it empty to build it from primary and secondary loss.", FactorRole.Consequence),
            ("tef", "Times a year that the threat tries. Leave it empty to build it from contacts and the share that acts.", FactorRole.Other),
            ("vulnerability", "0 to 1. Leave it empty to compare the threat's strength with the defence.", FactorRole.Other),
            ("contact", "Times a year that the threat meets the asset.", FactorRole.Other),
            ("action", "0 to 1: of the contacts, how many lead to an attempt.", FactorRole.Other),
            ("tc", "On the same scale as the defence, such as 0 to 1.", FactorRole.Other),
            ("cs", "On the same scale as the threat, such as 0 to 1.", FactorRole.Other),
            ("primary", "What the event itself costs: repair, work, replacement.", FactorRole.Other),
            ("slef", "0 to 1: how often others react, such as customers and regulators.", FactorRole.Other),
            ("slem", "What their reaction costs: fines, claims, lost business.", FactorRole.Other)),
        Levels = [],
        Outputs =
        [
            new Output { Key = "risk", Name = Tree.NameOf("risk") },
            .. new[] { "lef", "lm", "tef", "vulnerability" }.Select(k => new Output { Key = k, Name = Tree.NameOf(k) }),
            .. Percentiles.Select(p => new Output { Key = p.Key, Name = Words.Of(p.Name) }),
            new Output { Key = "curve", Name = Words.Of("Loss exceedance curve"), IsCurve = true },
        ],
    };

    public string Id => "fair";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Words.Of("FAIR"),
        Summary = Words.Of("How often a loss occurs and how much it costs, each as lowest, most likely and highest, or built from the parts below; thousands of simulated years give the loss to be expected and how bad a bad year is. It gives money a year, no words for levels."),
        Source = "After Open FAIR; BetaPERT and tree as published for pyfair (Hive Systems, MIT)",
        Confidence = "published",
    };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var tree = new Tree(form.Factors, inputs);
        if (tree.Of("risk") is not { } losses)
            return null;
        var mean = Tree.Rounded(losses.Average());
        var sorted = losses.Order().ToArray();
        double Quantile(double at) => Tree.Rounded(sorted[Math.Min(sorted.Length - 1, (int)(at * sorted.Length))]);
        var outputs = new Dictionary<string, FactorValue> { ["risk"] = FactorValue.Number(mean) };
        foreach (var node in new[] { "lef", "lm", "tef", "vulnerability" })
            outputs[node] = tree.MeanOf(node);
        if (tree.Count > 1)
        {
            foreach (var (key, at, _) in Percentiles)
                outputs[key] = FactorValue.Number(Quantile(at));
        }

        if (tree.IsRandom)
            outputs["curve"] = Curve.Of(Quantile, 1);
        return new()
        {
            Value = mean,
            Order = mean,
            Outputs = outputs,
            Steps = tree.Count == 1 ? tree.Steps : [.. tree.Steps, .. Percentiles.Select(p => new Abstractions.Plugins.Message("", "{0} {1}", Words.Of(p.Name), Given.Words(Quantile(p.At))))],
        };
    }
}

/// <summary>The left half of the tree alone: how often.</summary>
internal sealed class FairFrequencyMethod : IRiskMethodology
{
    private static readonly string[] Nodes = ["lef", "tef", "vulnerability"];

    private readonly MethodologyForm form = new()
    {
        Factors = Tree.Factors(
            ("tef", "Times a year that the threat tries. Leave it empty to build it from contacts and the share that acts.", FactorRole.Threat),
            ("vulnerability", "0 to 1. Leave it empty to compare the threat's strength with the defence.", FactorRole.Vulnerability),
            ("contact", "Times a year that the threat meets the asset.", FactorRole.Other),
            ("action", "0 to 1: of the contacts, how many lead to an attempt.", FactorRole.Other),
            ("tc", "On the same scale as the defence, such as 0 to 1.", FactorRole.Other),
            ("cs", "On the same scale as the threat, such as 0 to 1.", FactorRole.Other)),
        Levels = [],
        Outputs = [.. Nodes.Select(k => new Output { Key = k, Name = Tree.NameOf(k) })],
    };

    public string Id => "fair-frequency";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Words.Of("FAIR, frequency alone"),
        Summary = Words.Of("The left half of FAIR, as far as what is given leads: threat events, the share that succeeds, loss events a year. For work on one part of the tree; for a register use FAIR as a whole."),
        Source = "After Open FAIR; tree as published for pyfair (Hive Systems, MIT)",
        Confidence = "published",
    };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var tree = new Tree(form.Factors, inputs);
        if (Array.Find(Nodes, n => tree.Of(n) is not null) is not { } known)
            return null;
        var value = tree.MeanOf(known).AsNumber!.Value;
        return new() { Value = value, Order = value, Outputs = Nodes.ToDictionary(n => n, tree.MeanOf), Steps = tree.Steps };
    }
}

/// <summary>Mean and spread of one estimate in three points.</summary>
internal sealed class PertMethod : IRiskMethodology
{
    private readonly MethodologyForm form = new()
    {
        Factors =
        [
            new Factor { Key = "low", Name = Words.Of("Lowest"), Help = Words.Of("A year that is better than this is hardly thinkable."), Kind = FactorKind.Number },
            new Factor { Key = "mode", Name = Words.Of("Most likely"), Help = Words.Of("The year that you would expect."), Kind = FactorKind.Number, Role = FactorRole.Consequence },
            new Factor { Key = "high", Name = Words.Of("Highest"), Help = Words.Of("A year that is worse than this is hardly thinkable."), Kind = FactorKind.Number },
            new Factor { Key = "gamma", Name = Words.Of("Weight of the most likely"), Help = Words.Of("4 is usual; more trusts the most likely value more."), Kind = FactorKind.Number, Minimum = 0, Maximum = 1000, Preset = FactorValue.Number(Estimate.Gamma) },
        ],
        Levels = [],
        Outputs = [new Output { Key = "mean", Name = Words.Of("Mean") }, new Output { Key = "stdev", Name = Words.Of("Spread (standard deviation)") }],
    };

    public string Id => "pert";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Words.Of("Three-point estimate (PERT)"),
        Summary = Words.Of("Lowest, most likely and highest loss a year give the mean to be expected and its spread. Quick money figures without a simulation. It gives a number, no words for levels."),
        Source = "BetaPERT as published for pyfair (Hive Systems, MIT)",
        Confidence = "published",
    };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = new Given(form.Factors, inputs);
        if (given.Number("low") is not { } low || given.Number("mode") is not { } mode || given.Number("high") is not { } high || given.Number("gamma") is not { } gamma)
            return null;
        var mean = Estimate.OfPoints(low, mode, high, gamma, "mode").Mean;
        var spread = (high - low) / (gamma + 2);
        return new()
        {
            Value = mean,
            Order = mean,
            Outputs = new Dictionary<string, FactorValue> { ["mean"] = FactorValue.Number(mean), ["stdev"] = FactorValue.Number(spread) },
            Steps =
            [
                Words.Of("Mean = ({0} + {1} × {2} + {3}) ÷ ({1} + 2) = {4}", Given.Words(low), Given.Words(gamma), Given.Words(mode), Given.Words(high), Given.Words(mean)),
                Words.Of("Spread = ({0} − {1}) ÷ ({2} + 2) = {3}", Given.Words(high), Given.Words(low), Given.Words(gamma), Given.Words(spread)),
            ],
        };
    }
}

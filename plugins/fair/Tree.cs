using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Plugins.Quantitative;

namespace IsmsModular.Plugins.Fair;

/// <summary>The tree of FAIR: each node is given, or follows from those below it. Every node draws from a stream of its own, so that what is said of one does not change the draws of another.</summary>
internal sealed class Tree
{
    /// <summary>Share of a year's contacts or of losses: 0 to 1.</summary>
    private static readonly string[] Shares = ["vulnerability", "action", "slef"];

    private static readonly string[] Nodes = ["lef", "lm", "tef", "vulnerability", "contact", "action", "tc", "cs", "primary", "slef", "slem"];

    private readonly Dictionary<string, double[]> drawn = new(StringComparer.Ordinal);
    private readonly List<Message> steps = [];

    public Tree(IReadOnlyList<Factor> factors, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = new Given(factors, inputs);
        var estimates = new Dictionary<string, Estimate>(StringComparer.Ordinal);
        foreach (var factor in factors.Where(f => Nodes.Contains(f.Key)))
        {
            if (given.Value(factor.Key) is { } value)
                estimates[factor.Key] = Estimate.Read(value, factor);
        }

        // What is random runs as often as asked; what was drawn elsewhere is used once each.
        var (iterations, seed) = (given.Whole("iterations"), given.Whole("seed"));
        Count = estimates.Values.Any(e => e.IsRandom) ? iterations : Math.Max(1, estimates.Values.Select(e => e.Count).DefaultIfEmpty(1).Max());
        foreach (var (key, estimate) in estimates)
            drawn[key] = estimate.Draw(Count, unchecked((seed * 1009) + Array.IndexOf(Nodes, key)));
        IsRandom = Count == iterations && estimates.Values.Any(e => e.IsRandom);
        if (IsRandom)
            steps.Add(Words.Of("{0} years are simulated, seed {1}", Given.Words(Count), seed.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        Join("tef", (c, a) => c * a, "contact", "action", "{0} = contacts {1} × share that acts {2}");
        if (!drawn.ContainsKey("vulnerability") && Of("tc") is { } strength && Of("cs") is { } resistance)
        {
            var share = strength.Zip(resistance).Count(p => p.First >= p.Second) / (double)Count;
            drawn["vulnerability"] = [.. Enumerable.Repeat(share, Count)];
            steps.Add(Words.Of("{0} = share of the years in which the threat is at least as strong as the defence = {1}", NameOf("vulnerability"), Given.Words(share)));
        }

        Join("lef", (t, v) => t * v, "tef", "vulnerability", "{0} = threat events {1} × share that succeeds {2}");
        Join("secondary", (f, m) => f * m, "slef", "slem", "{0} = share {1} × size {2}");
        Join("lm", (p, s) => p + s, "primary", "secondary", "{0} = primary {1} + secondary {2}");
        if (!drawn.ContainsKey("lm") && Of("primary") is { } primary && !drawn.ContainsKey("slef") && !drawn.ContainsKey("slem"))
            drawn["lm"] = primary;
        Join("risk", (f, m) => f * m, "lef", "lm", "{0} = loss events {1} × loss of one {2}");
    }

    /// <summary>Years simulated.</summary>
    public int Count { get; }

    /// <summary>Whether anything was drawn.</summary>
    public bool IsRandom { get; }

    public IReadOnlyList<Message> Steps => steps;

    /// <summary>Values of a node, or null when it is neither given nor follows.</summary>
    public double[]? Of(string node) => drawn.GetValueOrDefault(node);

    /// <summary>Mean of a node, to twelve digits so that it is the same on every machine.</summary>
    public FactorValue MeanOf(string node) => Of(node) is { } values ? FactorValue.Number(Rounded(values.Average())) : FactorValue.None;

    public static double Rounded(double number) => double.Parse(number.ToString("G12", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What every method of the tree asks for these nodes, then how it is simulated.</summary>
    public static IReadOnlyList<Factor> Factors(params (string Key, string Help, FactorRole Role)[] nodes) =>
    [
        .. nodes.Select(n => new Factor
        {
            Key = n.Key,
            Name = NameOf(n.Key),
            Help = Words.Of(n.Help),
            Kind = FactorKind.Record,
            Role = n.Role,
            Needed = false,
            Minimum = 0,
            Maximum = MaximumOf(n.Key),
            Fields = [Point("low", "Lowest", n.Key), Point("mode", "Most likely", n.Key), Point("high", "Highest", n.Key), new Factor { Key = "gamma", Name = Words.Of("Weight of the most likely"), Kind = FactorKind.Number, Minimum = 0, Maximum = 1000, Needed = false, Preset = FactorValue.Number(Estimate.Gamma) }],
        }),
        new Factor { Key = "iterations", Name = Words.Of("Years simulated"), Help = Words.Of("More years make the tail of the curve smoother."), Kind = FactorKind.Number, Minimum = 100, Maximum = 100_000, Preset = FactorValue.Number(10_000) },
        new Factor { Key = "seed", Name = Words.Of("Seed"), Help = Words.Of("The same seed gives the same result for ever."), Kind = FactorKind.Number, Minimum = 0, Maximum = 1_000_000, Preset = FactorValue.Number(1) },
    ];

    public static Message NameOf(string node) => Words.Of(node switch
    {
        "lef" => "Loss events a year",
        "lm" => "Loss of one event",
        "tef" => "Threat events a year",
        "vulnerability" => "Share of threat events that succeed",
        "contact" => "Contacts a year",
        "action" => "Share of contacts that act",
        "tc" => "Strength of the threat",
        "cs" => "Strength of the defence",
        "primary" => "Primary loss of one event",
        "slef" => "Share of events with secondary loss",
        "slem" => "Secondary loss of one event",
        "secondary" => "Secondary loss",
        _ => "Loss a year",
    });

    private static double? MaximumOf(string node) => Shares.Contains(node) ? 1 : null;

    private static Factor Point(string key, string name, string node) => new() { Key = key, Name = Words.Of(name), Kind = FactorKind.Number, Minimum = 0, Maximum = MaximumOf(node) };

    private void Join(string node, Func<double, double, double> rule, string first, string second, string story)
    {
        if (drawn.ContainsKey(node) || Of(first) is not { } a || Of(second) is not { } b)
            return;
        drawn[node] = [.. a.Zip(b, rule)];
        steps.Add(new Message("", "{0} = {1}", Words.Of(story, NameOf(node), Given.Words(a.Average()), Given.Words(b.Average())), Given.Words(drawn[node].Average())));
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace AcmeLoss;

/// <summary>Expected loss a year: how often, times what one event costs, less what controls save.</summary>
internal sealed class LossMethod : IRiskMethodology
{
    private static readonly Tier[] Levels =
    [
        new() { Key = "low", Label = Say("Low"), Colour = "#4caf50" },
        new() { Key = "medium", Label = Say("Medium"), Colour = "#ffb300" },
        new() { Key = "high", Label = Say("High"), Colour = "#e53935" },
    ];

    private static readonly Tier[] Controls =
    [
        new() { Key = "none", Label = Say("None"), Value = 0, Anchor = Say("Nothing holds the event back.") },
        new() { Key = "some", Label = Say("Some"), Value = 0.5, Anchor = Say("Half of the loss is avoided.") },
        new() { Key = "strong", Label = Say("Strong"), Value = 0.9, Anchor = Say("Nine tenths of the loss are avoided.") },
    ];

    private static readonly MethodologyForm Form = new()
    {
        Factors =
        [
            new() { Key = "frequency", Name = Say("Events a year"), Help = Say("Once in ten years is 0.1."), Kind = FactorKind.Number, Minimum = 0, Maximum = 365, Role = FactorRole.Likelihood },
            new() { Key = "cost", Name = Say("Cost of one event"), Kind = FactorKind.Number, Minimum = 0, Maximum = 1e12, Role = FactorRole.Consequence },
            new() { Key = "controls", Name = Say("Controls"), Kind = FactorKind.Choice, Tiers = Controls, Needed = false, Role = FactorRole.Vulnerability },
        ],
        Levels = Levels,
        Outputs = [new() { Key = "loss", Name = Say("Loss a year") }],
    };

    // Stored with every result: never reused for another method, and a new version for every change of the rules.
    public string Id => "acme-loss";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Say("Expected loss"),
        Summary = Say("How often an event occurs, times what it costs, less what controls save."),
        Source = "ACME's risk policy, 2026",
        Confidence = "published",
    };

    // A fresh copy each time: whoever gets it may change it.
    public JsonObject DefaultParameters => new() { ["edges"] = new JsonArray(10_000, 100_000) };

    public MethodologyForm Describe(JsonObject? parameters)
    {
        _ = Edges(parameters);
        return Form;
    }

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var edges = Edges(parameters);
        var frequency = Number(inputs, Form.Factors[0]);
        var cost = Number(inputs, Form.Factors[1]);
        var controls = Choice(inputs, Form.Factors[2]);

        // Unrated stays unrated: null, never zero.
        if (frequency is null || cost is null)
            return null;

        var loss = frequency.Value * cost.Value * (1 - (controls?.Value ?? 0));
        var level = Levels[loss <= edges[0] ? 0 : loss <= edges[1] ? 1 : 2];
        return new()
        {
            Level = level.Key,
            Value = loss,
            Order = loss,
            Outputs = new Dictionary<string, FactorValue> { ["loss"] = FactorValue.Number(loss) },
            Steps =
            [
                new("acme-loss.step.loss", "{0} events a year × {1} = {2}", Text(frequency.Value), Text(cost.Value), Text(frequency.Value * cost.Value)),
                new("acme-loss.step.controls", "Controls ({0}) leave {1}", (controls ?? Controls[0]).Label, Text(loss)),
                new("acme-loss.step.level", "{0} lies in {1}", Text(loss), level.Label),
            ],
        };
    }

    /// <summary>Upper edges of low and medium. A wrong parameter is refused with its name.</summary>
    private static double[] Edges(JsonObject? parameters)
    {
        if (parameters?["edges"] is not { } given)
            return [10_000, 100_000];
        var edges = given is JsonArray { Count: 2 } list ? list.Select(e => e.Deserialize<FactorValue>()?.AsNumber ?? double.NaN).ToArray() : [];
        return edges.Length == 2 && edges[0] > 0 && edges[1] > edges[0]
            ? edges
            : throw new MethodologyException("edges", Say("Two rising amounts are needed."));
    }

    private static double? Number(IReadOnlyDictionary<string, FactorValue> inputs, Factor factor)
    {
        var given = inputs.GetValueOrDefault(factor.Key) ?? FactorValue.None;
        if (given.IsNone)
            return null;
        return given.AsNumber is { } number && number >= factor.Minimum && number <= factor.Maximum
            ? number
            : throw new MethodologyException(factor.Key, new("acme-loss.number", "A number from {0} to {1} is needed.", Text(factor.Minimum!.Value), Text(factor.Maximum!.Value)));
    }

    /// <summary>A tier is given by key, by ordinal (0 is the lowest) or by its English label.</summary>
    private static Tier? Choice(IReadOnlyDictionary<string, FactorValue> inputs, Factor factor)
    {
        var given = inputs.GetValueOrDefault(factor.Key) ?? FactorValue.None;
        if (given.IsNone)
            return null;
        var found = given.AsNumber is { } ordinal
            ? factor.Tiers.Where((_, i) => i == ordinal)
            : factor.Tiers.Where(t => given.AsText is { } text && (t.Key == text || t.Label.Fallback == text));
        return found.FirstOrDefault() ?? throw new MethodologyException(factor.Key, Say("None, some or strong is needed."));
    }

    /// <summary>Words by key: the plugin's id, a dot and the English text. Translations are in <c>locales</c>.</summary>
    private static Message Say(string english) => new("acme-loss." + english, english);

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}

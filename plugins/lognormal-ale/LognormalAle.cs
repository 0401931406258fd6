using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Plugins.Quantitative;

namespace IsmsModular.Plugins.Lognormal;

/// <summary>How often times a lognormal size of loss, in closed form: nothing is simulated.</summary>
internal sealed class LognormalAle : IRiskMethodology
{
    private static readonly (string Key, double Above, string Name)[] Percentiles = [("p50", 0.5, "Half of the years are worse than"), ("p90", 0.1, "One in ten years is worse than"), ("p95_year", 0.05, "One in twenty years is worse than"), ("p99", 0.01, "One in a hundred years is worse than")];

    private readonly MethodologyForm form = new()
    {
        Factors =
        [
            new Factor { Key = "frequency", Name = Size.Text("Events a year"), Help = Size.Text("Once in ten years is 0.1. Or give a probability."), Kind = FactorKind.Number, Minimum = 0, Needed = false, Role = FactorRole.Likelihood },
            new Factor { Key = "probability", Name = Size.Text("Probability of the event in a year"), Help = Size.Text("0 to 1: it happens once or not at all. In place of events a year."), Kind = FactorKind.Number, Minimum = 0, Maximum = 1, Needed = false },
            .. Size.Factors,
            new Factor { Key = "threshold", Name = Size.Text("Loss to look at"), Help = Size.Text("How probable is a year with a greater loss than this?"), Kind = FactorKind.Number, Minimum = 0, Needed = false },
        ],
        Levels = [],
        Outputs =
        [
            new Output { Key = "ale", Name = Size.Text("Loss a year") },
            new Output { Key = "mean", Name = Size.Text("Mean loss of one event") },
            new Output { Key = "no_loss", Name = Size.Text("Probability of a year without loss") },
            new Output { Key = "exceedance", Name = Size.Text("Probability of a greater loss in a year") },
            .. Percentiles.Select(p => new Output { Key = p.Key, Name = Size.Text(p.Name) }),
            new Output { Key = "curve", Name = Size.Text("Loss exceedance curve"), IsCurve = true },
        ],
    };

    public string Id => "lognormal-ale";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Size.Text("Lognormal ALE"),
        Summary = Size.Text("How often an event occurs, and a range that its loss stays in nine times of ten; most losses are small, some are very great. It gives the loss to be expected a year and the curve of worse years (by the greatest loss of the year), no words for levels."),
        Source = "Formulas as published for riskquant (Netflix, Apache-2.0) and CISO Assistant",
        Confidence = "published",
    };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = new Given(form.Factors, inputs);
        var (probability, frequency, threshold) = (given.Number("probability"), given.Number("frequency"), given.Number("threshold"));
        if (probability is not null && frequency is not null)
            throw new MethodologyException("probability", Size.Text("Give events a year or a probability, not both."));
        if (Size.Read(given) is not { } size || (probability ?? frequency) is not { } often)
            return null;

        // Probability that the greatest loss of a year is above: once or not at all, or a number of events by Poisson.
        double Above(double one) => probability is not null ? often * one : 1 - Math.Exp(-often * one);
        double One(double year) => probability is not null ? year / often : -Math.Log(1 - year) / often;
        var some = Above(1);
        double Worse(double year) => year >= some ? 0 : size.WithAbove(One(year));

        var ale = often * size.Mean;
        var outputs = new Dictionary<string, FactorValue>
        {
            ["ale"] = FactorValue.Number(ale),
            ["mean"] = FactorValue.Number(size.Mean),
            ["no_loss"] = FactorValue.Number(1 - some),
            ["exceedance"] = threshold is { } loss ? FactorValue.Number(Above(size.Above(loss))) : FactorValue.None,
        };
        foreach (var (key, above, _) in Percentiles)
            outputs[key] = FactorValue.Number(Worse(above));
        if (often > 0)
            outputs["curve"] = Curve.Of(year => Worse(1 - year), some);
        return new()
        {
            Value = ale,
            Order = ale,
            Outputs = outputs,
            Steps =
            [
                size.Story(),
                Size.Text("Loss a year = {0} × {1} = {2}", Given.Words(often), Given.Words(size.Mean), Given.Words(ale)),
                .. threshold is { } asked ? [Size.Text("A year with a loss above {0} has the probability {1}", Given.Words(asked), Given.Words(outputs["exceedance"].AsNumber!.Value))] : Array.Empty<Message>(),
                .. Percentiles.Select(p => new Message("", "{0} {1}", Size.Text(p.Name), Given.Words(Worse(p.Above)))),
            ],
        };
    }
}

/// <summary>The size of one loss alone.</summary>
internal sealed class LognormalLoss : IRiskMethodology
{
    private readonly MethodologyForm form = new()
    {
        Factors = Size.Factors,
        Levels = [],
        Outputs = [new Output { Key = "mean", Name = Size.Text("Mean loss of one event") }],
    };

    public string Id => "lognormal-loss";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new()
    {
        Name = Size.Text("Lognormal loss of one event"),
        Summary = Size.Text("The mean of a loss whose size is given as a range that holds nine times of ten, whatever its frequency. For single losses; for losses a year use lognormal ALE."),
        Source = "Formulas as published for riskquant (Netflix, Apache-2.0)",
        Confidence = "published",
    };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs) =>
        Size.Read(new Given(form.Factors, inputs)) is { } size
            ? new() { Value = size.Mean, Order = size.Mean, Outputs = new Dictionary<string, FactorValue> { ["mean"] = FactorValue.Number(size.Mean) }, Steps = [size.Story()] }
            : null;
}

using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Plugins.Quantitative;
using MathNet.Numerics.Distributions;

namespace IsmsModular.Plugins.Lognormal;

/// <summary>A lognormal size of loss by its 5th and 95th percentile.</summary>
internal readonly record struct Size(double Mu, double Sigma)
{
    /// <summary>95th percentile of the standard normal distribution.</summary>
    private const double Z95 = 1.6448536269514722;

    public double Mean => Math.Exp(Mu + (Sigma * Sigma / 2));

    public static Message Text(string english, params Message[] arguments) => new("lognormal-ale." + english, english, arguments);

    public static IReadOnlyList<Factor> Factors { get; } =
    [
        new Factor { Key = "p5", Name = Text("Small loss"), Help = Text("One loss in twenty is smaller (5th percentile). In the workspace's currency."), Kind = FactorKind.Number, Minimum = 0 },
        new Factor { Key = "p95", Name = Text("Great loss"), Help = Text("One loss in twenty is greater (95th percentile)."), Kind = FactorKind.Number, Minimum = 0, Role = FactorRole.Consequence },
    ];

    /// <summary>Reads both percentiles; null when one is missing.</summary>
    public static Size? Read(Given given)
    {
        if (given.Number("p5") is not { } low || given.Number("p95") is not { } high)
            return null;
        if (low <= 0)
            throw new MethodologyException("p5", Text("Must be greater than zero."));
        if (high <= low)
            throw new MethodologyException("p95", Text("Must be greater than the small loss."));
        return new((Math.Log(low) + Math.Log(high)) / 2, (Math.Log(high) - Math.Log(low)) / (2 * Z95));
    }

    /// <summary>Probability that one loss is greater.</summary>
    public double Above(double loss) => loss <= 0 ? 1 : Normal.CDF(0, 1, (Mu - Math.Log(loss)) / Sigma);

    /// <summary>The loss that one loss in so many is greater than.</summary>
    public double WithAbove(double probability) => Math.Exp(Mu - (Sigma * Normal.InvCDF(0, 1, probability)));

    public Message Story() => Text("Mean loss of one event = {0} (µ {1}, σ {2})", Given.Words(Mean), Given.Words(Mu), Given.Words(Sigma));
}

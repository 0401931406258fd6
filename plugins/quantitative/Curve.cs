using IsmsModular.Abstractions.Methodologies;

namespace IsmsModular.Plugins.Quantitative;

/// <summary>Points of a loss exceedance curve.</summary>
internal static class Curve
{
    /// <summary>Probabilities of a worse year at which the curve has points, likeliest first.</summary>
    private static readonly double[] Exceedances = [0.999, 0.99, 0.975, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.075, 0.05, 0.025, 0.01, 0.005, 0.001];

    /// <param name="quantile">The loss that a year stays below with a probability.</param>
    /// <param name="most">Probability of any loss.</param>
    public static FactorValue Of(Func<double, double> quantile, double most) =>
        FactorValue.List([.. Exceedances.Select(e => e * most).Select(e => FactorValue.Record(new Dictionary<string, FactorValue>
        {
            ["loss"] = FactorValue.Number(quantile(1 - e)),
            ["probability"] = FactorValue.Number(Math.Round(e, 9)),
        }))]);
}

using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Plugins.Quantitative;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace IsmsModular.Plugins.Fair;

/// <summary>What is known about a number: one value, values drawn elsewhere, or a three-point estimate (BetaPERT).</summary>
internal sealed class Estimate
{
    /// <summary>Usual weight of the most likely value.</summary>
    public const double Gamma = 4;

    private readonly double[] values;

    private Estimate(double[] values, (double Low, double Mode, double High, double Gamma)? points = null)
    {
        this.values = values;
        Points = points;
    }

    /// <summary>Values when they were drawn elsewhere.</summary>
    public int Count => values.Length;

    public bool IsRandom => Points is not null;

    public (double Low, double Mode, double High, double Gamma)? Points { get; }

    /// <summary>Mean by formula: (low + γ·mode + high) ÷ (γ + 2) for three points.</summary>
    public double Mean => Points is { } p ? (p.Low + (p.Gamma * p.Mode) + p.High) / (p.Gamma + 2) : values.Average();

    /// <summary>Reads a number, a list of numbers, or a record with low, mode, high and gamma.</summary>
    public static Estimate Read(FactorValue value, Factor factor)
    {
        if (value.AsList is { } list)
            return new([.. list.Select((item, i) => Given.NumberOf(item, factor, $"{factor.Key}[{i}]"))]);
        if (value.AsRecord is not { } record)
            return new([Given.NumberOf(value, factor, factor.Key)]);
        if (record.Keys.FirstOrDefault(k => factor.Fields.All(f => f.Key != k)) is { } unknown)
            throw new MethodologyException($"{factor.Key}.{unknown}", new("plugins.input.unknown", "The method does not ask for it; it asks for {0}.", string.Join(", ", factor.Fields.Select(f => f.Key))));
        double Point(string key) => record.GetValueOrDefault(key) is { IsNone: false } point
            ? Given.NumberOf(point, factor.Fields.First(f => f.Key == key), $"{factor.Key}.{key}")
            : throw new MethodologyException($"{factor.Key}.{key}", Words.Of("Lowest, most likely and highest belong together: give all three."));
        var gamma = record.GetValueOrDefault("gamma") is { IsNone: false } ? Point("gamma") : Gamma;
        return OfPoints(Point("low"), Point("mode"), Point("high"), gamma, $"{factor.Key}.mode");
    }

    public static Estimate OfPoints(double low, double mode, double high, double gamma, string field)
    {
        if (!(low <= mode && mode <= high))
            throw new MethodologyException(field, Words.Of("The most likely value lies between the lowest and the highest."));
        return low == high ? new([low]) : new([], (low, mode, high, gamma));
    }

    /// <summary>So many values: drawn by the seed, or those given in turn.</summary>
    public double[] Draw(int count, int seed)
    {
        if (Points is not { } p)
            return [.. Enumerable.Range(0, count).Select(i => values[i % values.Length])];
        var random = new MersenneTwister(seed, false);
        var (width, drawn) = (p.High - p.Low, new double[count]);
        var (alpha, beta) = (1 + (p.Gamma * (p.Mode - p.Low) / width), 1 + (p.Gamma * (p.High - p.Mode) / width));
        for (var i = 0; i < count; i++)
            drawn[i] = p.Low + (width * Beta.Sample(random, alpha, beta));
        return drawn;
    }
}

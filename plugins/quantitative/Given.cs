using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Quantitative;

/// <summary>What was given to a method, by the keys of its factors; an input that no factor asks for is a mistake.</summary>
internal sealed class Given
{
    private readonly IReadOnlyDictionary<string, FactorValue> inputs;
    private readonly IReadOnlyList<Factor> factors;

    public Given(IReadOnlyList<Factor> factors, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        (this.factors, this.inputs) = (factors, inputs);
        if (inputs.Keys.FirstOrDefault(k => factors.All(f => f.Key != k)) is { } unknown)
            throw new MethodologyException(unknown, new Message("plugins.input.unknown", "The method does not ask for it; it asks for {0}.", string.Join(", ", factors.Select(f => f.Key))));
    }

    /// <summary>The value, the factor's preset when none was given, or null.</summary>
    public FactorValue? Value(string key)
    {
        var value = inputs.GetValueOrDefault(key);
        if (value is null or { IsNone: true } || (value.AsText is { } text && string.IsNullOrWhiteSpace(text)) || value.AsList is { Count: 0 })
            value = factors.First(f => f.Key == key).Preset;
        return value is null or { IsNone: true } ? null : value;
    }

    /// <summary>A number within the factor's bounds, or null.</summary>
    public double? Number(string key) => Value(key) is { } value ? NumberOf(value, factors.First(f => f.Key == key), key) : null;

    /// <summary>A whole number within the factor's bounds.</summary>
    public int Whole(string key) => Number(key) is { } number && number == Math.Floor(number)
        ? (int)number
        : throw new MethodologyException(key, new Message("plugins.input.whole", "A whole number from {0} to {1} is needed.", Shown(factors.First(f => f.Key == key).Minimum), Shown(factors.First(f => f.Key == key).Maximum)));

    public static double NumberOf(FactorValue value, Factor factor, string field)
    {
        var number = value.AsNumber ?? (double.TryParse(value.AsText, NumberStyles.Float, CultureInfo.InvariantCulture, out var written) ? written : null);
        if (number is { } n && double.IsFinite(n) && !(n < factor.Minimum) && !(n > factor.Maximum))
            return n;
        throw new MethodologyException(field, (factor.Minimum, factor.Maximum) is (null, null)
            ? new Message("plugins.input.number", "A number is needed.")
            : new Message("plugins.input.range", "A number from {0} to {1} is needed.", Shown(factor.Minimum), Shown(factor.Maximum)));
    }

    public static string Shown(double? edge) => edge?.ToString("0.######", CultureInfo.InvariantCulture) ?? "∞";

    /// <summary>A number for a step: thousands apart, cents dropped where they say nothing.</summary>
    public static string Words(double number) => Math.Abs(number) switch
    {
        >= 1000 => number.ToString("#,0", CultureInfo.InvariantCulture),
        _ => number.ToString("0.######", CultureInfo.InvariantCulture),
    };
}

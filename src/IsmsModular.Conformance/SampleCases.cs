using System.Text.Json;
using System.Text.Json.Serialization;
using IsmsModular.Abstractions.Methodologies;

namespace IsmsModular.Conformance;

/// <summary>Inputs made from a method's own form, always the same ones.</summary>
internal sealed class SampleCases(MethodologyForm form)
{
    public static JsonSerializerOptions Json { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private uint state = 20220101;

    /// <summary>The first gives every factor, the second only what is needed, the others a mixture.</summary>
    public IEnumerable<IReadOnlyDictionary<string, FactorValue>> Make(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var inputs = new Dictionary<string, FactorValue>(StringComparer.Ordinal);
            for (var f = 0; f < form.Factors.Count; f++)
            {
                // In every second case numbers grow from factor to factor: a lowest, a likely and a highest value fit then.
                var factor = form.Factors[f];
                if (factor.Needed || i == 0 || (i > 1 && Next(3) > 0))
                    inputs[factor.Key] = Value(factor, i % 2 == 0 ? 0 : f);
            }

            yield return inputs;
        }
    }

    /// <summary>Values of the wrong shape. Those that are certain must be refused.</summary>
    public static IEnumerable<(FactorValue Value, bool Certainly)> Wrong(Factor factor)
    {
        var text = FactorValue.Text("\u2205 no such thing");
        var list = FactorValue.List([FactorValue.Text("\u2205")]);
        var record = FactorValue.Record(new Dictionary<string, FactorValue> { ["\u2205"] = FactorValue.Text("\u2205") });
        switch (factor.Kind)
        {
            case FactorKind.Choice:
                return [(text, true), (FactorValue.Text(""), false), (FactorValue.Number(-1), false), (FactorValue.Number(1e9), true), (FactorValue.Number(0.5), false), (list, true), (record, true)];
            case FactorKind.Number:
                List<(FactorValue, bool)> wrong = [(text, true), (list, false), (record, false), (FactorValue.Number(double.NaN), true), (FactorValue.Number(double.PositiveInfinity), true)];
                if (factor.Minimum is { } least)
                    wrong.Add((FactorValue.Number(least - 1), true));
                if (factor.Maximum is { } most)
                    wrong.Add((FactorValue.Number(most + 1), true));
                return wrong;
            case FactorKind.List:
                return [(text, true), (FactorValue.List([text, record]), true), (record, false), (FactorValue.List([]), false), (FactorValue.Number(-1e9), false)];
            case FactorKind.Record:
                return [(text, true), (list, false), (record, false), (FactorValue.Number(-1e9), false)];
            default:
                return [(list, false), (record, false), (FactorValue.Number(1), false)];
        }
    }

    /// <param name="factor">What is asked.</param>
    /// <param name="rank">Place among the numbers of a record: they are given in ascending order.</param>
    private FactorValue Value(Factor factor, int rank) => factor.Kind switch
    {
        FactorKind.Choice when factor.Tiers.Count > 0 => FactorValue.Text(factor.Tiers[Next(factor.Tiers.Count)].Key),
        FactorKind.Number => FactorValue.Number(Number(factor, rank)),
        FactorKind.Text => FactorValue.Text("words"),
        FactorKind.List => FactorValue.List([.. Enumerable.Range(0, 1 + Next(3)).Select(_ => Element(factor))]),
        FactorKind.Record => Record(factor),
        _ => FactorValue.None,
    };

    private FactorValue Element(Factor list) => list.Fields is [{ Key: "" } plain] ? Value(plain, 0) : Record(list);

    private FactorValue Record(Factor factor) => FactorValue.Record(factor.Fields.Select((f, i) => (f.Key, Value: Value(f, i))).ToDictionary(f => f.Key, f => f.Value));

    /// <summary>Whole numbers where the bounds leave room for them.</summary>
    private double Number(Factor factor, int rank)
    {
        var (low, high) = (factor.Minimum ?? Math.Min(1, factor.Maximum ?? 1), factor.Maximum ?? Math.Max(10, (factor.Minimum ?? 0) + 10));
        var part = Math.Clamp((rank + (Next(4) / 4.0)) / 8, 0, 1);
        var number = low + (part * (high - low));
        return high - low >= 4 ? Math.Round(number) : number;
    }

    private int Next(int below)
    {
        state = (state * 1664525) + 1013904223;
        return (int)((state >> 8) % (uint)below);
    }
}

using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>A declared methodology under fixed parameters. Immutable.</summary>
internal sealed class CompiledMethodology(
    MethodologyForm form,
    IReadOnlyList<DeclaredFactor> factors,
    IReadOnlyList<DeclaredStep> steps,
    IReadOnlyList<(string Key, Place Place)> outputs,
    Place? level,
    Place? value,
    Place order)
{
    public MethodologyForm Form { get; } = form;

    public MethodologyResult? Evaluate(IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = Match(inputs);
        var slots = new Dictionary<string, Slot>(factors.Count + steps.Count, StringComparer.Ordinal);
        foreach (var factor in factors)
            slots[factor.Factor.Key] = Read(factor, given.GetValueOrDefault(factor.Factor.Key) ?? FactorValue.None);
        if (factors.Any(f => f.Factor.Needed && slots[f.Factor.Key].IsNone))
            return null;

        var explained = new List<Message>(steps.Count);
        foreach (var step in steps)
        {
            var slot = step.Compute(slots);
            slots[step.Place.Key] = slot;
            if (!slot.IsNone)
                explained.Add(step.Explain(slots, slot));
        }

        if (slots[order.Key].Number is not { } rank || (level is not null && slots[level.Key].IsNone))
            return null;
        return new()
        {
            Level = level is null ? null : level.Scale![slots[level.Key].Tier].Key,
            Value = value is null ? null : slots[value.Key].Number,
            Order = ReferenceEquals(order, level) ? slots[order.Key].Tier : rank,
            Outputs = outputs.ToDictionary(o => o.Key, o => Show(o.Place, slots[o.Place.Key]), StringComparer.Ordinal),
            Steps = explained,
        };
    }

    /// <summary>Sorts inputs to factors by key, then by other ways to write the key; an input that no factor asks for is a mistake.</summary>
    private Dictionary<string, FactorValue> Match(IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = new Dictionary<string, FactorValue>(StringComparer.Ordinal);
        foreach (var (name, input) in inputs)
        {
            var factor = factors.FirstOrDefault(f => f.Factor.Key == name)
                ?? factors.FirstOrDefault(f => !inputs.ContainsKey(f.Factor.Key) && (Scale.Same(f.Factor.Key, name) || f.Aliases.Any(a => Scale.Same(a, name))))
                ?? throw new MethodologyException(name, new Message("plugins.input.unknown", "The method does not ask for it; it asks for {0}.", string.Join(", ", factors.Select(f => f.Factor.Key))));
            if (!given.TryAdd(factor.Factor.Key, input))
                throw new MethodologyException(name, new Message("plugins.input.twice", "It is given twice."));
        }

        return given;
    }

    private static Slot Read(DeclaredFactor declared, FactorValue input)
    {
        var factor = declared.Factor;
        if (input.IsNone || input.AsText is { } text && string.IsNullOrWhiteSpace(text))
            return default;
        switch (factor.Kind)
        {
            case FactorKind.Choice:
                var tier = Scale.Find(factor.Tiers, input, factor.Key);
                return new(factor.Tiers[tier].Value ?? tier, tier);
            case FactorKind.List:
                return ReadList(declared, input);
            default:
                return new(ReadNumber(input, factor, declared.IsWhole, factor.Key));
        }
    }

    private static Slot ReadList(DeclaredFactor declared, FactorValue input)
    {
        var factor = declared.Factor;
        if (input.AsList is not { } items || (declared.Count is { } count && items.Count != count))
            throw new MethodologyException(factor.Key, new Message("plugins.input.list", "A list of {0} numbers is needed.", declared.Count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""));
        if (items.Count == 0 || items.Any(i => i.IsNone))
            return default;
        return new(null, -1, [.. items.Select((item, i) => ReadNumber(item, factor.Fields[0], declared.IsWhole, $"{factor.Key}[{i}]"))]);
    }

    private static double ReadNumber(FactorValue input, Factor factor, bool isWhole, string field)
    {
        var number = input.AsNumber
            ?? (double.TryParse(input.AsText, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var written) ? written : null as double?);
        if (number is not { } n || !double.IsFinite(n) || n < factor.Minimum || n > factor.Maximum || (isWhole && Math.Floor(n) != n))
            throw new MethodologyException(field, NumberNeeded(factor, isWhole));
        return n;
    }

    private static Message NumberNeeded(Factor factor, bool isWhole)
    {
        string Show(double? edge) => edge?.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture) ?? "∞";
        return (factor.Minimum, factor.Maximum, isWhole) switch
        {
            (null, null, _) => new("plugins.input.number", "A number is needed."),
            (_, _, true) => new("plugins.input.whole", "A whole number from {0} to {1} is needed.", Show(factor.Minimum), Show(factor.Maximum)),
            _ => new("plugins.input.range", "A number from {0} to {1} is needed.", Show(factor.Minimum), Show(factor.Maximum)),
        };
    }

    private static FactorValue Show(Place place, Slot slot) => slot switch
    {
        { IsNone: true } => FactorValue.None,
        { Tier: >= 0 } when place.Scale is not null => FactorValue.Text(place.Scale[slot.Tier].Label.Fallback!),
        { Many: { } many } => FactorValue.List([.. many.Select(FactorValue.Number)]),
        _ => FactorValue.Number(slot.Number!.Value),
    };
}

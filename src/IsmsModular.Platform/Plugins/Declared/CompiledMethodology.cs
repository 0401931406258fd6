using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>A declared methodology under fixed parameters. Immutable.</summary>
internal sealed class CompiledMethodology(
    MethodologyForm form,
    IReadOnlyList<DeclaredFactor> factors,
    IReadOnlyList<DeclaredStep> steps,
    IReadOnlyList<DeclaredOutput> outputs,
    IReadOnlyList<(string Criterion, Place Place)> criteria,
    Place? level,
    bool isLevelOptional,
    Place? value,
    Place order)
{
    public MethodologyForm Form { get; } = form;

    public MethodologyResult? Evaluate(IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = Match(inputs);
        var slots = new Dictionary<string, Slot>(factors.Count + steps.Count, StringComparer.Ordinal);
        foreach (var factor in factors)
            Keep(slots, factor, DeclaredInput.Read(factor, given.GetValueOrDefault(factor.Factor.Key) ?? FactorValue.None, factor.Factor.Key));
        if (factors.Any(f => f.Factor.Needed && slots[f.Factor.Key].IsNone))
            return null;

        var explained = new List<Message>(steps.Count);
        foreach (var step in steps)
        {
            var slot = step.Compute(slots);
            if (!slot.Numbers.All(double.IsFinite))
                throw new MethodologyException(step.From.First().Key, new Message("plugins.input.great", "The numbers are too great or too small to compute {0}.", step.Place.Name));
            slots[step.Place.Key] = slot;
            // A constant is told by the steps that use it.
            if (!slot.IsNone && step is not ConstantStep)
                explained.Add(step.Explain(slots, slot));
        }

        if (slots[order.Key].Number is not { } rank || (level is not null && !isLevelOptional && slots[level.Key].IsNone))
            return null;
        return new()
        {
            Level = level is null || slots[level.Key].IsNone ? null : level.Scale![slots[level.Key].Tier].Key,
            Value = value is null ? null : slots[value.Key].Number,
            Order = ReferenceEquals(order, level) ? slots[order.Key].Tier : rank,
            Outputs = outputs.ToDictionary(o => o.Key, o => Show(o, slots), StringComparer.Ordinal),
            Criteria = criteria.Where(c => slots[c.Place.Key].Number is not null).ToDictionary(c => c.Criterion, c => slots[c.Place.Key].Number!.Value, StringComparer.Ordinal),
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

    /// <summary>Keeps a factor's value, and each field of a list or record under its own name.</summary>
    private static void Keep(Dictionary<string, Slot> slots, DeclaredFactor factor, Slot read)
    {
        var key = factor.Factor.Key;
        slots[key] = read;
        for (var f = 0; f < factor.Fields.Count; f++)
        {
            var field = $"{key}.{factor.Fields[f].Factor.Key}";
            if (factor.Factor.Kind == FactorKind.Record)
                slots[field] = read.Many?[f] ?? default;
            else if (factor.Fields[f].Factor.Key.Length > 0)
                slots[field] = read.Many is { } rows ? new(null, -1, [.. rows.Select(r => r.Many![f])]) : default;
        }
    }

    private static FactorValue Show(DeclaredOutput output, Dictionary<string, Slot> slots)
    {
        var (place, slot) = (output.Place, slots[output.Place.Key]);
        if (slot.Many is not { } rows)
            return Show(place, slot, output.IsNumber);
        var shown = rows.Select(r => Show(place, r, output.IsNumber)).ToList();
        var labels = output.Labels ?? (output.By is { } by ? slots[by.Key].Many?.Select(l => l.Text ?? "").ToList() : null);
        return labels is not null && labels.Count == shown.Count && labels.Distinct(StringComparer.Ordinal).Count() == shown.Count
            ? FactorValue.Record(labels.Zip(shown).Where(p => !p.Second.IsNone).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal))
            : FactorValue.List(shown);
    }

    private static FactorValue Show(Place place, Slot slot, bool isNumber) => slot switch
    {
        { IsNone: true } => FactorValue.None,
        { Tier: >= 0 } when place.Scale is not null && !isNumber => FactorValue.Text(place.Scale[slot.Tier].Label.Fallback!),
        { Text: { } text } => FactorValue.Text(text),
        { Many: { } many } => FactorValue.List([.. many.Select(m => Show(place, m, isNumber))]),
        _ => FactorValue.Number(slot.Number!.Value),
    };
}

/// <summary>A named output.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Place">Where its value is.</param>
/// <param name="By">Text field whose words name the rows of a list, or <c>null</c>.</param>
/// <param name="Labels">Keys of a record's fields, when its rows are fields.</param>
/// <param name="IsNumber">Whether a tier is shown by its number.</param>
internal sealed record DeclaredOutput(string Key, Place Place, Place? By, IReadOnlyList<string>? Labels, bool IsNumber);

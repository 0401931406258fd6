using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Value of a factor or step while a case is rated: nothing, a number, a tier of a scale (with its number), or numbers.</summary>
internal readonly record struct Slot(double? Number, int Tier = -1, IReadOnlyList<double>? Many = null)
{
    public bool IsNone => Number is null && Many is null;

    public IEnumerable<double> Numbers => Many ?? (Number is { } n ? [n] : []);
}

/// <summary>What a step or output can refer to.</summary>
internal sealed record Place(string Key, Message Name, IReadOnlyList<Tier>? Scale, bool IsList);

/// <summary>A factor with the ways its key may be written.</summary>
internal sealed record DeclaredFactor(Factor Factor, IReadOnlyList<string> Aliases, bool IsWhole, int? Count);

/// <summary>A step: named, computed from places before it.</summary>
internal abstract record DeclaredStep(Place Place)
{
    public abstract Slot Compute(IReadOnlyDictionary<string, Slot> slots);

    public abstract Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result);

    protected static string Show(double number) => number.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A place with its value: <c>Impact “High”</c>, or <c>Impact High (3)</c> where the number counts.</summary>
    protected static Message Show(Place place, Slot slot, bool withNumber)
    {
        if (slot.IsNone)
            return new Message("plugins.step.none", "{0} not rated", place.Name);
        if (place.Scale is not null && slot.Tier >= 0)
        {
            var label = place.Scale[slot.Tier].Label;
            var number = Show(slot.Number!.Value);
            return (withNumber, label.Fallback == number) switch
            {
                (false, _) => new Message("", "{0} “{1}”", place.Name, label),
                (true, true) => new Message("", "{0} {1}", place.Name, label),
                _ => new Message("", "{0} {1} ({2})", place.Name, label, number),
            };
        }

        return new Message("", "{0} {1}", place.Name, string.Join(", ", slot.Numbers.Select(Show)));
    }
}

/// <summary>Looks up a tier (or a number) by row and column.</summary>
internal sealed record GridStep(Place Place, Place Rows, Place Columns, double[][] Cells) : DeclaredStep(Place)
{
    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots)
    {
        var (row, column) = (slots[Rows.Key], slots[Columns.Key]);
        if (row.IsNone || column.IsNone)
            return default;
        var cell = Cells[row.Tier][column.Tier];
        return Place.Scale is { } scale ? new(scale[(int)cell].Value ?? cell, (int)cell) : new(cell);
    }

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new(
        "plugins.step.grid",
        "{0} with {1} gives {2}",
        Show(Rows, slots[Rows.Key], false),
        Show(Columns, slots[Columns.Key], false),
        Show(Place, result, false));
}

internal enum Operation
{
    Sum,
    Product,
    Quotient,
    Maximum,
    Minimum,
    Mean,
}

/// <summary>Arithmetic over the numbers of several places.</summary>
internal sealed record ArithmeticStep(Place Place, Operation Operation, IReadOnlyList<Place> Of, double? WhenZero) : DeclaredStep(Place)
{
    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots)
    {
        var isWhole = Operation is Operation.Product or Operation.Quotient or Operation.Sum;
        if (isWhole && Of.Any(p => slots[p.Key].IsNone))
            return default;
        var numbers = Of.SelectMany(p => slots[p.Key].Numbers).ToList();
        if (numbers.Count == 0)
            return default;
        return new(Operation switch
        {
            Operation.Sum => numbers.Sum(),
            Operation.Product => numbers.Aggregate(1.0, (a, b) => a * b),
            Operation.Maximum => numbers.Max(),
            Operation.Minimum => numbers.Min(),
            Operation.Mean => numbers.Sum() / numbers.Count,
            _ => Divide(numbers),
        });
    }

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result)
    {
        var parts = Of.Select(p => Show(p, slots[p.Key], true)).ToArray();
        var places = Enumerable.Range(0, parts.Length).Select(i => $"{{{i}}}");
        Message Joined(string sign) => new("", string.Join(sign, places), parts);
        var expression = Operation switch
        {
            Operation.Sum => Joined(" + "),
            Operation.Product => Joined(" × "),
            Operation.Quotient => Joined(" ÷ "),
            Operation.Maximum => new Message("plugins.step.maximum", "greatest of {0}", Joined(", ")),
            Operation.Minimum => new Message("plugins.step.minimum", "least of {0}", Joined(", ")),
            _ => new Message("plugins.step.mean", "mean of {0}", Joined(", ")),
        };
        return new("", "{0} = {1} = {2}", Place.Name, expression, Show(result.Number ?? 0));
    }

    private double Divide(List<double> numbers)
    {
        var divisor = numbers.Skip(1).Aggregate(1.0, (a, b) => a * b);
        return divisor != 0
            ? numbers[0] / divisor
            : WhenZero ?? throw new MethodologyException(Of[1].Key, new Message("plugins.input.zero", "Must not be zero: it divides."));
    }
}

/// <summary>Upper edge of a band; it belongs to the band when <paramref name="IsInside"/>.</summary>
internal sealed record BandEdge(double At, bool IsInside);

/// <summary>Turns a number into a tier: one band a tier, lowest first; each band begins where the one before it ends, so there is no gap and no overlap.</summary>
internal sealed record BandStep(Place Place, Place Of, IReadOnlyList<BandEdge> Edges) : DeclaredStep(Place)
{
    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots)
    {
        if (slots[Of.Key].Number is not { } number)
            return default;
        var tier = 0;
        while (tier < Edges.Count && (Edges[tier].IsInside ? number > Edges[tier].At : number >= Edges[tier].At))
            tier++;
        return new(Place.Scale![tier].Value ?? tier, tier);
    }

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new(
        "plugins.step.band",
        "{0} lies in the band of {1}",
        Show(Of, slots[Of.Key], false),
        Show(Place, result, false));
}

/// <summary>A number that is always the same.</summary>
internal sealed record ConstantStep(Place Place, double Value) : DeclaredStep(Place)
{
    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) => new(Value);

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new("", "{0} = {1}", Place.Name, Show(Value));
}

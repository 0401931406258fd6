using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Value of a factor or step while a case is rated: nothing, a number, a tier of a scale (with its number), a text, or one value for each row of a list or field of a record.</summary>
internal readonly record struct Slot(double? Number, int Tier = -1, IReadOnlyList<Slot>? Many = null, string? Text = null)
{
    public bool IsNone => Number is null && Many is null && Text is null;

    /// <summary>Every number in it; rows without one are left out.</summary>
    public IEnumerable<double> Numbers => Many?.SelectMany(s => s.Numbers) ?? (Number is { } n ? [n] : []);
}

/// <summary>What a step or output can refer to.</summary>
/// <param name="Key">Name in the file; a field of a list is <c>threats.ease</c>.</param>
/// <param name="Name">Words.</param>
/// <param name="Scale">Its tiers, or <c>null</c>.</param>
/// <param name="Rows">Of what it has one value for each: a list, or the fields of a record; <c>null</c> for a single value.</param>
/// <param name="HasNumber">Whether it stands for a number: false for a text and for a list of records.</param>
internal sealed record Place(string Key, Message Name, IReadOnlyList<Tier>? Scale, string? Rows = null, bool HasNumber = true)
{
    public bool IsList => Rows is not null;
}

/// <summary>A factor, or a field of one, with the ways it may be written.</summary>
internal sealed record DeclaredFactor(Factor Factor, IReadOnlyList<DeclaredFactor> Fields)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public bool IsWhole { get; init; }

    /// <summary>Length that a list must have.</summary>
    public int? Count { get; init; }

    /// <summary>Number that stands for not rated.</summary>
    public double? Unrated { get; init; }

    /// <summary>Whether a number means a tier's value rather than its ordinal.</summary>
    public bool IsByValue { get; init; }
}

/// <summary>A step: named, computed from places before it.</summary>
internal abstract record DeclaredStep(Place Place)
{
    /// <summary>What it is computed from.</summary>
    public abstract IEnumerable<Place> From { get; }

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

        return new Message("", "{0} {1}", place.Name, slot.Text ?? string.Join(", ", slot.Numbers.Select(Show)));
    }
}

/// <summary>Looks up a tier (or a number) by row and column.</summary>
internal sealed record GridStep(Place Place, Place Rows, Place Columns, double[][] Cells) : DeclaredStep(Place)
{
    public override IEnumerable<Place> From => [Rows, Columns];

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
    Difference,
    Quotient,
    Maximum,
    Minimum,
    Mean,
}

/// <summary>Arithmetic over the numbers of several places.</summary>
internal sealed record ArithmeticStep(Place Place, Operation Operation, IReadOnlyList<Place> Of, double? WhenZero) : DeclaredStep(Place)
{
    public override IEnumerable<Place> From => Of;

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots)
    {
        var isWhole = Operation is Operation.Product or Operation.Quotient or Operation.Sum or Operation.Difference;
        if (isWhole && Of.Any(p => slots[p.Key].IsNone))
            return default;
        var numbers = Of.SelectMany(p => slots[p.Key].Numbers).ToList();
        if (numbers.Count == 0)
            return default;
        return new(Operation switch
        {
            Operation.Sum => numbers.Sum(),
            Operation.Product => numbers.Aggregate(1.0, (a, b) => a * b),
            Operation.Difference => numbers[0] - numbers.Skip(1).Sum(),
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
            Operation.Difference => Joined(" − "),
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
    public override IEnumerable<Place> From => [Of];

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
    public override IEnumerable<Place> From => [];

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) => new(Value);

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new("", "{0} = {1}", Place.Name, Show(Value));
}

/// <summary>A number to so many decimals, halves away from zero.</summary>
internal sealed record RoundStep(Place Place, Place Of, int Digits) : DeclaredStep(Place)
{
    // From here on a number has no decimals, and soon no place in a decimal.
    private const double WholeFrom = 1e16;

    public override IEnumerable<Place> From => [Of];

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) =>
        slots[Of.Key].Number is { } number ? new(Math.Abs(number) < WholeFrom ? (double)Math.Round((decimal)number, Digits, MidpointRounding.AwayFromZero) : number) : default;

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new("", "{0} = {1}", Place.Name, Show(result.Number ?? 0));
}

/// <summary>The first of several places that has a value.</summary>
internal sealed record FirstStep(Place Place, IReadOnlyList<Place> Of) : DeclaredStep(Place)
{
    public override IEnumerable<Place> From => Of;

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) => Of.Select(p => slots[p.Key]).FirstOrDefault(s => !s.IsNone);

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => new("", "{0}", Show(Place, result, true));
}

/// <summary>Ranks the rows of a list: the greatest number is 1, equal numbers share a rank, and no rank is left out.</summary>
internal sealed record RankStep(Place Place, Place Of) : DeclaredStep(Place)
{
    public override IEnumerable<Place> From => [Of];

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots)
    {
        if (slots[Of.Key].Many is not { } rows)
            return default;
        var order = rows.Select(r => r.Number).OfType<double>().Distinct().OrderDescending().ToList();
        return new(null, -1, [.. rows.Select(r => r.Number is { } number ? new Slot(order.IndexOf(number) + 1) : default)]);
    }

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => Show(Place, result, false);
}

/// <summary>A step taken for each row of a list, or for each field of records of the same fields; single values hold for every row.</summary>
internal sealed record EachStep(DeclaredStep Step, string Rows) : DeclaredStep(Step.Place with { Rows = Rows })
{
    private const int ShownRows = 20;

    public override IEnumerable<Place> From => Step.From;

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) =>
        Count(slots) is { } count ? new(null, -1, [.. Enumerable.Range(0, count).Select(i => Step.Compute(Row(slots, i)))]) : default;

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result)
    {
        var rows = Enumerable.Range(0, Math.Min(result.Many!.Count, ShownRows)).Where(i => !result.Many[i].IsNone).Select(i => Step.Explain(Row(slots, i), result.Many[i])).ToArray();
        return new("", string.Join("; ", Enumerable.Range(0, rows.Length).Select(i => $"{{{i}}}")) + (result.Many.Count > ShownRows ? "; …" : ""), rows);
    }

    private int? Count(IReadOnlyDictionary<string, Slot> slots)
    {
        var counts = From.Where(p => p.Rows == Rows).Select(p => slots[p.Key].Many?.Count).ToList();
        return counts.TrueForAll(c => c is not null && c == counts[0]) ? counts[0] : null;
    }

    private Dictionary<string, Slot> Row(IReadOnlyDictionary<string, Slot> slots, int row) =>
        From.DistinctBy(p => p.Key).ToDictionary(p => p.Key, p => p.Rows == Rows ? slots[p.Key].Many![row] : slots[p.Key], StringComparer.Ordinal);
}

/// <summary>A step that counts only while a place is not zero; else it has no value.</summary>
internal sealed record WhenStep(DeclaredStep Step, Place Condition) : DeclaredStep(Step.Place)
{
    public override IEnumerable<Place> From => [.. Step.From, Condition];

    public override Slot Compute(IReadOnlyDictionary<string, Slot> slots) => slots[Condition.Key].Number is { } flag and not 0 && double.IsFinite(flag) ? Step.Compute(slots) : default;

    public override Message Explain(IReadOnlyDictionary<string, Slot> slots, Slot result) => Step.Explain(slots, result);
}

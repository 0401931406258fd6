using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Results;

namespace IsmsModular.Risks.Register;

/// <summary>Between a method's factors and the fields of a form. Nested values have flat names: <c>threats.0.ease</c>.</summary>
internal static class RatingForm
{
    /// <summary>Blank rows offered below the filled ones of a list.</summary>
    public const int BlankRows = 2;

    /// <summary>Reads what was typed. Factors without a value are none; a number that is none is an error.</summary>
    public static Dictionary<string, FactorValue> Read(MethodologyForm form, IReadOnlyDictionary<string, string?> typed, List<Error> errors) =>
        form.Factors.ToDictionary(f => f.Key, f => Read(f, f.Key, typed, errors));

    /// <summary>Writes stored values as fields of the form.</summary>
    public static Dictionary<string, string?> Write(IReadOnlyDictionary<string, FactorValue> values)
    {
        var fields = new Dictionary<string, string?>();
        foreach (var (key, value) in values)
            Write(key, value, fields);
        return fields;
    }

    /// <summary>How many rows of a list are filled.</summary>
    public static int Rows(string path, IReadOnlyDictionary<string, string?> typed)
    {
        var rows = 0;
        while (typed.Any(t => !string.IsNullOrWhiteSpace(t.Value) && (t.Key == $"{path}.{rows}" || t.Key.StartsWith($"{path}.{rows}.", StringComparison.Ordinal))))
            rows++;
        return rows;
    }

    private static FactorValue Read(Factor factor, string path, IReadOnlyDictionary<string, string?> typed, List<Error> errors)
    {
        switch (factor.Kind)
        {
            case FactorKind.Record:
                var fields = factor.Fields.ToDictionary(f => f.Key, f => Read(f, $"{path}.{f.Key}", typed, errors));
                return fields.Values.All(v => v.IsNone) ? FactorValue.None : FactorValue.Record(fields);
            case FactorKind.List:
                var rows = Enumerable.Range(0, Rows(path, typed)).Select(i => Row(factor, $"{path}.{i}", typed, errors)).ToList();
                return rows.Count == 0 ? FactorValue.None : FactorValue.List(rows);
            default:
                return Single(factor, path, typed.GetValueOrDefault(path), errors);
        }
    }

    private static FactorValue Row(Factor list, string path, IReadOnlyDictionary<string, string?> typed, List<Error> errors) =>
        list.Fields.Count == 1 && list.Fields[0].Key.Length == 0
            ? Single(list.Fields[0], path, typed.GetValueOrDefault(path), errors)
            : FactorValue.Record(list.Fields.ToDictionary(f => f.Key, f => Read(f, $"{path}.{f.Key}", typed, errors)));

    private static FactorValue Single(Factor factor, string path, string? text, List<Error> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return FactorValue.None;
        if (factor.Kind != FactorKind.Number)
            return FactorValue.Text(text.Trim());
        if (!double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            errors.Add(Error.Invalid("rate.number", $"Values[{path}]"));
            return FactorValue.None;
        }

        if (number < factor.Minimum || number > factor.Maximum)
            errors.Add(Error.Invalid("rate.range", $"Values[{path}]", Text(factor.Minimum), Text(factor.Maximum)));
        return FactorValue.Number(number);
    }

    private static string Text(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "…";

    private static void Write(string path, FactorValue value, Dictionary<string, string?> fields)
    {
        if (value.AsRecord is { } record)
        {
            foreach (var (key, inner) in record)
                Write($"{path}.{key}", inner, fields);
        }
        else if (value.AsList is { } list)
        {
            for (var i = 0; i < list.Count; i++)
                Write($"{path}.{i}", list[i], fields);
        }
        else if (!value.IsNone)
        {
            fields[path] = value.ToString();
        }
    }
}

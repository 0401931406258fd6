using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Register;

/// <summary>Between a method's factors and the fields of a form. Nested values have flat names: <c>threats.0.ease</c>.</summary>
internal static class RatingForm
{
    /// <summary>Blank rows offered where no row can be added.</summary>
    public const int BlankRows = 2;

    /// <summary>Rows that a list may have.</summary>
    private const int MostRows = 200;

    /// <summary>Reads what was typed. Factors without a value are none, and so is a preset that was left as it is; a number that is none is an error.</summary>
    public static Dictionary<string, FactorValue> Read(MethodologyForm form, IReadOnlyDictionary<string, string?> typed, List<Error> errors) =>
        form.Factors.ToDictionary(f => f.Key, f => Read(f, f.Key, typed, errors) is var value && Same(value, f.Preset) ? FactorValue.None : value);

    /// <summary>Writes stored values as fields of the form, and presets where nothing is stored.</summary>
    public static Dictionary<string, string?> Write(MethodologyForm? form, IReadOnlyDictionary<string, FactorValue> values)
    {
        var fields = new Dictionary<string, string?>();
        foreach (var (key, value) in values)
            Write(form?.Factors.FirstOrDefault(f => f.Key == key), key, value, fields);
        foreach (var factor in form?.Factors.Where(f => f.Preset is not null && values.GetValueOrDefault(f.Key) is null or { IsNone: true }) ?? [])
            Write(factor, factor.Key, factor.Preset!, fields);
        return fields;
    }

    /// <summary>Writes stored values as fields of a form.</summary>
    public static Dictionary<string, string?> Write(IReadOnlyDictionary<string, FactorValue> values) => Write(null, values);

    /// <summary>How many rows of a list are filled, up to the last one.</summary>
    public static int Rows(string path, IReadOnlyDictionary<string, string?> typed) =>
        typed.Where(t => !string.IsNullOrWhiteSpace(t.Value)).Select(t => RowOf(t.Key, path) + 1 ?? 0).DefaultIfEmpty(0).Max();

    /// <summary>How many rows of a list are shown: those that are filled, those asked for, and at least one.</summary>
    public static int Rows(string path, RateModel.Command input) => Math.Clamp(Math.Max(Rows(path, input.Values), input.Rows.GetValueOrDefault(path)), 1, MostRows);

    /// <summary>One more row.</summary>
    public static void Add(string path, RateModel.Command input) => input.Rows[path] = Rows(path, input) + 1;

    /// <summary>Takes a row out, such as <c>threats.2</c>; those below move up.</summary>
    public static void Remove(string row, RateModel.Command input)
    {
        var cut = row.LastIndexOf('.');
        if (cut < 0 || !int.TryParse(row.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return;
        var path = row[..cut];
        input.Rows[path] = Rows(path, input) - 1;
        input.Values = Without(input.Values, path, index);
        input.Rows = Without(input.Rows, path, index);
    }

    /// <summary>Ordinal of the tier that was typed: by key or label, else by ordinal.</summary>
    public static int? Chosen(Factor factor, string? text) => string.IsNullOrWhiteSpace(text)
        ? null
        : Methods.Ordinal(factor.Tiers, FactorValue.Text(text)) ?? (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? Methods.Ordinal(factor.Tiers, FactorValue.Number(ordinal)) : null);

    /// <summary>The flat name of what a method calls <c>threats[2].ease</c>.</summary>
    public static string NameOf(string field) => field.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

    private static Dictionary<string, T> Without<T>(Dictionary<string, T> fields, string path, int index)
    {
        var kept = new Dictionary<string, T>();
        foreach (var (key, value) in fields)
        {
            if (RowOf(key, path) is not { } row || row < index)
                kept[key] = value;
            else if (row > index)
                kept[$"{path}.{row - 1}{key[$"{path}.{row}".Length..]}"] = value;
        }

        return kept;
    }

    /// <summary>Number of the row of a list that a field belongs to, or null.</summary>
    private static int? RowOf(string key, string path)
    {
        if (!key.StartsWith(path + ".", StringComparison.Ordinal))
            return null;
        var rest = key[(path.Length + 1)..].Split('.')[0];
        return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row < MostRows ? row : null;
    }

    private static bool Same(FactorValue value, FactorValue? preset) => preset is not null && value.ToJson()?.ToJsonString() == preset.ToJson()?.ToJsonString();

    private static FactorValue Read(Factor factor, string path, IReadOnlyDictionary<string, string?> typed, List<Error> errors)
    {
        switch (factor.Kind)
        {
            case FactorKind.Record:
                var fields = factor.Fields.ToDictionary(f => f.Key, f => Read(f, $"{path}.{f.Key}", typed, errors));
                return fields.Values.All(v => v.IsNone) ? FactorValue.None : FactorValue.Record(fields);
            case FactorKind.List:
                var rows = Enumerable.Range(0, Rows(path, typed)).Select(i => Row(factor, $"{path}.{i}", typed, errors)).Where(r => !r.IsNone).ToList();
                return rows.Count == 0 ? FactorValue.None : FactorValue.List(rows);
            default:
                return Single(factor, path, typed.GetValueOrDefault(path), errors);
        }
    }

    /// <summary>A row; none when all of it is blank.</summary>
    private static FactorValue Row(Factor list, string path, IReadOnlyDictionary<string, string?> typed, List<Error> errors)
    {
        if (list.Fields.Count == 1 && list.Fields[0].Key.Length == 0)
            return Single(list.Fields[0], path, typed.GetValueOrDefault(path), errors);
        var fields = list.Fields.ToDictionary(f => f.Key, f => Read(f, $"{path}.{f.Key}", typed, errors));
        return fields.Values.All(v => v.IsNone) ? FactorValue.None : FactorValue.Record(fields);
    }

    private static FactorValue Single(Factor factor, string path, string? text, List<Error> errors)
    {
        if (string.IsNullOrWhiteSpace(text))
            return FactorValue.None;
        if (factor.Kind != FactorKind.Number)
            return FactorValue.Text(text.Trim());
        if (factor.Helper == FactorHelper.Cvss && Cvss.BaseScore(text) is not null)
            return FactorValue.Text(text.Trim());
        if (!double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            errors.Add(Error.Invalid(factor.Helper == FactorHelper.Cvss ? "rate.cvss" : "rate.number", $"Values[{path}]"));
            return FactorValue.None;
        }

        if (number < factor.Minimum || number > factor.Maximum)
            errors.Add(Error.Invalid("rate.range", $"Values[{path}]", Text(factor.Minimum), Text(factor.Maximum)));
        return FactorValue.Number(number);
    }

    private static string Text(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "…";

    private static void Write(Factor? factor, string path, FactorValue value, Dictionary<string, string?> fields)
    {
        if (value.AsRecord is { } record)
        {
            foreach (var (key, inner) in record)
                Write(factor?.Fields.FirstOrDefault(f => f.Key == key), $"{path}.{key}", inner, fields);
        }
        else if (value.AsList is { } list)
        {
            for (var i = 0; i < list.Count; i++)
                Write(factor?.Fields is [{ Key: "" } plain] ? plain : factor, $"{path}.{i}", list[i], fields);
        }
        else if (factor is { Kind: FactorKind.Record } && value.AsNumber is not null)
        {
            // One number for an estimate: lowest, most likely and highest are the same.
            foreach (var part in factor.Fields.Where(f => f is { Kind: FactorKind.Number, Needed: true, Preset: null }))
                fields[$"{path}.{part.Key}"] = value.ToString();
        }
        else if (!value.IsNone)
        {
            fields[path] = factor is { Kind: FactorKind.Choice } && value.AsNumber is not null && Methods.Ordinal(factor.Tiers, value) is { } tier ? factor.Tiers[tier].Key : value.ToString();
        }
    }
}

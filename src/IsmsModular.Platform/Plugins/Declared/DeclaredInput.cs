using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Reads what was given for a factor. What is not given, or stands for not rated, is none; a list or record of which a needed part is none is none as a whole.</summary>
internal static class DeclaredInput
{
    private const int MostRows = 1000;

    /// <param name="declared">The factor.</param>
    /// <param name="input">What was given.</param>
    /// <param name="field">Its path, for errors.</param>
    public static Slot Read(DeclaredFactor declared, FactorValue input, string field)
    {
        var factor = declared.Factor;
        if (IsNone(input))
            input = factor.Preset ?? FactorValue.None;
        if (IsNone(input) || (declared.Unrated is { } unrated && NumberOf(input) == unrated))
            return default;
        switch (factor.Kind)
        {
            case FactorKind.Choice:
                var tier = declared.IsByValue && NumberOf(input) is { } value ? ByValue(factor, value, field) : Scale.Find(factor.Tiers, input, field);
                return new(factor.Tiers[tier].Value ?? tier, tier);
            case FactorKind.List:
                return ReadList(declared, input, field);
            case FactorKind.Record:
                return ReadRecord(declared.Fields, input, field);
            case FactorKind.Text:
                return new(null, -1, null, (input.AsText ?? input.ToString()).Trim());
            default:
                return new(ReadNumber(declared, input, field));
        }
    }

    private static bool IsNone(FactorValue input) => input.IsNone || input.AsList is { Count: 0 } || (input.AsText is { } text && string.IsNullOrWhiteSpace(text));

    private static Slot ReadList(DeclaredFactor declared, FactorValue input, string field)
    {
        if (input.AsList is not { } items || (declared.Count is { } count && items.Count != count) || items.Count > MostRows)
        {
            throw new MethodologyException(field, declared.Count is { } needed
                ? new Message("plugins.input.list", "A list of {0} numbers is needed.", needed.ToString(CultureInfo.InvariantCulture))
                : new Message("plugins.input.rows", "A list of up to {0} rows is needed.", MostRows.ToString(CultureInfo.InvariantCulture)));
        }

        var isPlain = declared.Fields is [{ Factor.Key: "" }];
        var rows = items.Select((item, i) => isPlain ? Read(declared.Fields[0], item, $"{field}[{i}]") : ReadRecord(declared.Fields, item, $"{field}[{i}]")).ToList();
        return rows.Count == 0 || rows.Exists(r => r.IsNone) ? default : new(null, -1, rows);
    }

    /// <summary>A record by the keys of its fields, or a list of their values in order.</summary>
    private static Slot ReadRecord(IReadOnlyList<DeclaredFactor> fields, FactorValue input, string path)
    {
        if (IsNone(input))
            return default;
        if (input.AsList is { } items && items.Count <= fields.Count)
            input = FactorValue.Record(items.Select((item, i) => (fields[i].Factor.Key, Item: item)).ToDictionary(p => p.Key, p => p.Item));
        if (input.AsRecord is not { } record)
            throw new MethodologyException(path, new Message("plugins.input.record", "A record is needed, with {0}.", string.Join(", ", fields.Select(f => f.Factor.Key))));
        var given = fields.ToDictionary(f => f.Factor.Key, _ => FactorValue.None, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in record)
        {
            if (!given.ContainsKey(name))
                throw new MethodologyException($"{path}.{name}", new Message("plugins.input.unknown", "The method does not ask for it; it asks for {0}.", string.Join(", ", fields.Select(f => f.Factor.Key))));
            given[name] = value;
        }

        var read = fields.Select(f => Read(f, given[f.Factor.Key], $"{path}.{f.Factor.Key}")).ToList();
        return fields.Zip(read).Any(p => p.First.Factor.Needed && p.Second.IsNone) ? default : new(null, -1, read);
    }

    private static double ReadNumber(DeclaredFactor declared, FactorValue input, string field)
    {
        var factor = declared.Factor;
        var number = NumberOf(input) ?? (factor.Helper == FactorHelper.Cvss ? Cvss.BaseScore(input.AsText) : null);
        if (number is not { } n || !double.IsFinite(n) || n < factor.Minimum || n > factor.Maximum || (declared.IsWhole && Math.Floor(n) != n))
            throw new MethodologyException(field, NumberNeeded(factor, declared.IsWhole));
        return n;
    }

    private static int ByValue(Factor factor, double value, string field)
    {
        var tier = factor.Tiers.ToList().FindIndex(t => t.Value == value);
        return tier >= 0 ? tier : throw new MethodologyException(field, new Message(
            "plugins.input.value",
            "{0} is none of: {1}.",
            value.ToString("0.######", CultureInfo.InvariantCulture),
            string.Join(", ", factor.Tiers.Select(t => $"{t.Value?.ToString("0.######", CultureInfo.InvariantCulture)} ({t.Label})"))));
    }

    private static double? NumberOf(FactorValue input) =>
        input.AsNumber ?? (double.TryParse(input.AsText, NumberStyles.Float, CultureInfo.InvariantCulture, out var written) ? written : null);

    private static Message NumberNeeded(Factor factor, bool isWhole)
    {
        string Show(double? edge) => edge?.ToString("0.######", CultureInfo.InvariantCulture) ?? "∞";
        return (factor.Helper, factor.Minimum, factor.Maximum, isWhole) switch
        {
            (FactorHelper.Cvss, _, _, _) => new("plugins.input.cvss", "A number from {0} to {1} or a CVSS vector (3.1, 3.0 or 2) with all its base metrics is needed.", Show(factor.Minimum), Show(factor.Maximum)),
            (_, null, null, _) => new("plugins.input.number", "A number is needed."),
            (_, _, _, true) => new("plugins.input.whole", "A whole number from {0} to {1} is needed.", Show(factor.Minimum), Show(factor.Maximum)),
            _ => new("plugins.input.range", "A number from {0} to {1} is needed.", Show(factor.Minimum), Show(factor.Maximum)),
        };
    }
}

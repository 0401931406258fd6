using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Register;

/// <summary>A given value in the reader's words: tiers by their labels, records by the names of their fields, a list line by line.</summary>
internal static class FactorWords
{
    public static IEnumerable<string> Lines(IWords words, Factor? factor, FactorValue value) => value.AsList is { } rows && rows.Any(r => r.AsRecord is not null)
        ? rows.Select((row, i) => $"{i + 1}. {Of(words, factor, row)}")
        : [Of(words, factor, value)];

    public static string Of(IWords words, Factor? factor, FactorValue value)
    {
        if (value.IsNone)
            return "–";
        if (value.AsList is { } rows)
            return string.Join("; ", rows.Select(r => Of(words, factor?.Fields is [{ Key: "" } plain] ? plain : factor, r)));
        if (value.AsRecord is { } record)
            return string.Join(" · ", record.Where(f => !f.Value.IsNone).Select(f => (Field: factor?.Fields.FirstOrDefault(x => x.Key == f.Key), f.Key, f.Value)).Select(f => $"{(f.Field is null ? f.Key : words.Of(f.Field.Name))}: {Of(words, f.Field, f.Value)}"));
        if (factor is not null && Methods.Ordinal(factor.Tiers, value) is { } tier)
            return words.Of(factor.Tiers[tier].Label);
        if (value.AsNumber is { } number)
            return Math.Abs(number) < 1e15 ? words.Number((decimal)number, Fewest(number, 0, 3)) : value.ToString();
        return factor?.Helper == FactorHelper.Cvss && Cvss.BaseScore(value.AsText) is { } score ? $"{value} ({words.Number((decimal)score, 1)})" : value.ToString();
    }

    /// <summary>Decimals of a result: none or two, and between -1 and 1 as many as tell it from nothing, six at the most.</summary>
    public static int Decimals(double number) => number % 1 == 0 ? 0 : Fewest(number, 2, 2);

    private static int Fewest(double number, int least, int most)
    {
        most = Math.Abs(number) < 1 ? 6 : most;
        return Enumerable.Range(least, most - least).FirstOrDefault(d => Math.Round(number, d) == number, most);
    }
}

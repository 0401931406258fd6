using System.Globalization;
using System.Text.RegularExpressions;

namespace IsmsModular.Platform.Imports;

/// <summary>Text of cells: what the CSV export adds is what the import takes away, and figures and dates as people type them.</summary>
public static partial class CellText
{
    /// <summary>Year before which no date is taken.</summary>
    public const int FirstYear = 1900;

    /// <summary>Year after which no date is taken.</summary>
    public const int LastYear = 2999;

    private static readonly string[] DateFormats = ["yyyy-MM-dd", "yyyy-M-d", "d/M/yyyy", "d.M.yyyy", "d-M-yyyy", "d/M/yy", "yyyy-MM-dd HH:mm", "d MMM yyyy", "d MMMM yyyy"];

    /// <summary>Puts <c>'</c> before text that a spreadsheet would run as a formula: text that starts with <c>= + - @</c>, tab or return, also behind further <c>'</c>.</summary>
    public static string Guard(string text) => Dangerous().IsMatch(text) ? "'" + text : text;

    /// <summary>Takes away exactly what <see cref="Guard"/> added.</summary>
    public static string Unguard(string text) => text is ['\'', ..] && Dangerous().IsMatch(text) ? text[1..] : text;

    /// <summary>Whether it reads as thousands in groups: <c>1,234</c>, <c>1.234</c>.</summary>
    internal static bool IsGrouped(string text) => Grouped().IsMatch(text);

    /// <summary>A whole number of 0 or more: <c>12</c>, <c>1,234</c>, <c>1.234</c>, <c>12,0</c>.</summary>
    public static bool TryWhole(string text, out int number)
    {
        var plain = Grouped().IsMatch(text) ? Separators().Replace(text, "") : ZeroFraction().Replace(text, "");
        return int.TryParse(plain, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>An amount with decimal point or comma: <c>1234.5</c>, <c>1234,5</c>, <c>1,234.50</c>, <c>1.234,50</c>. A single separator before three digits groups thousands.</summary>
    public static bool TryAmount(string text, out decimal number)
    {
        var plain = Blanks().Replace(text, "");
        var last = plain.LastIndexOfAny([',', '.']);
        if (Grouped().IsMatch(plain))
            plain = Separators().Replace(plain, "");
        else if (last >= 0)
            plain = plain[..last].Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal) + "." + plain[(last + 1)..];
        return decimal.TryParse(plain, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A date: <c>2026-07-01</c>, or day first: <c>1/7/2026</c>, <c>1.7.2026</c>, <c>1 Jul 2026</c>.</summary>
    public static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text.Trim(), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && IsNear(date);

    /// <summary>Whether a spreadsheet knows the day, and others can be reckoned from it: <see cref="FirstYear"/> to <see cref="LastYear"/>.</summary>
    public static bool IsNear(DateOnly day) => day.Year is >= FirstYear and <= LastYear;

    /// <summary>Yes or no, in English or Bahasa Malaysia.</summary>
    public static bool TryYesNo(string text, out bool yes)
    {
        var word = Normal(text);
        yes = word is "yes" or "y" or "ya" or "true" or "benar" or "1" or "x";
        return yes || word is "no" or "n" or "tidak" or "false" or "palsu" or "0" or "-";
    }

    /// <summary>Letters and digits in lower case, for comparing headers and words.</summary>
    public static string Normal(string text) => NotWord().Replace(text.Normalize(System.Text.NormalizationForm.FormC).ToLowerInvariant(), "") is { Length: > 0 } word ? word : text.Trim();

    /// <summary>Those that a text means by their words: by the same words but for case, else by the same letters and digits. Several when signs alone tell them apart and the text leaves them out.</summary>
    public static IReadOnlyList<T> Meant<T>(string text, IEnumerable<T> among, Func<T, IEnumerable<string?>> words)
    {
        List<T> Fitting(Func<string, bool> fits) => [.. among.Where(a => words(a).OfType<string>().Any(fits))];
        var normal = Normal(text);
        return Fitting(w => string.Equals(w.Trim(), text.Trim(), StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } same ? same : Fitting(w => Normal(w) == normal);
    }

    /// <summary>A text of at most so many characters: what is longer ends with … and is never cut between the halves of a surrogate pair.</summary>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1).TrimEnd(), "…");

    /// <summary>Place of the first character that cannot be kept (a control character or half of a surrogate pair), or -1.</summary>
    public static int FirstUnfit(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' || (char.IsControl(c) && c is not ('\t' or '\n' or '\r')))
                return i;
        }

        return -1;
    }

    [GeneratedRegex(@"\A'*[=+\-@\t\r]")]
    private static partial Regex Dangerous();

    [GeneratedRegex(@"\A[1-9]\d{0,2}([.,'\s]\d{3})+\z")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"[.,'\s]")]
    private static partial Regex Separators();

    [GeneratedRegex(@"[.,]0+\z")]
    private static partial Regex ZeroFraction();

    [GeneratedRegex(@"\s")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"[^\p{L}\p{N}]")]
    private static partial Regex NotWord();
}

using System.Globalization;
using System.Text;
using System.Xml;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Shared;

/// <summary>Text, cells and colours as every format of ours shows them.</summary>
internal static class ReportText
{
    /// <summary>Format of a number between -1 and 1.</summary>
    public const string Small = "0.00####";

    /// <summary>Leaves out what XML cannot hold (control characters, lone surrogates) and makes line ends one character.</summary>
    public static string Clean(string text)
    {
        var good = true;
        for (var i = 0; i < text.Length && good; i++)
            good = text[i] != '\r' && XmlConvert.IsXmlChar(text[i]);
        if (good)
            return text;

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                clean.Append(text[i]).Append(text[++i]);
            else if (text[i] == '\r')
                clean.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
            else if (XmlConvert.IsXmlChar(text[i]))
                clean.Append(text[i]);
        }

        return clean.ToString();
    }

    /// <summary>At most <paramref name="length"/> characters, never half of a surrogate pair.</summary>
    public static string Limit(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var end = length - 1;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>A word of the report's furniture, English when the report brings none.</summary>
    public static string Word(this ReportDocument report, string key, string english) => report.Words.TryGetValue(key, out var word) && word.Length > 0 ? word : english;

    /// <summary>A cell in words.</summary>
    public static string Shown(this ReportDocument report, ReportCell cell) => cell.Value switch
    {
        string text => text,
        double number => Number(number),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool yes => yes ? report.Word("yes", "Yes") : report.Word("no", "No"),
        _ => "",
    };

    /// <summary>A number with at most two decimals, a small one with as many as tell it from nothing, six at the most.</summary>
    public static string Number(double number) => number.ToString(number == Math.Floor(number) ? "#,##0" : Math.Abs(number) >= 1 ? "#,##0.00" : Small, CultureInfo.InvariantCulture);

    /// <summary>When the report was made.</summary>
    public static string Made(this ReportDocument report) => report.MadeAt.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    /// <summary>Columns on the page, and columns written under each row, with their places. Without one of the former all are on the page.</summary>
    public static (IReadOnlyList<(ReportColumn Column, int Index)> Main, IReadOnlyList<(ReportColumn Column, int Index)> Details) Split(this ReportTable table)
    {
        var all = table.Columns.Select((c, i) => (Column: c, Index: i)).ToLookup(c => c.Column.IsDetail);
        return all[false].Any() ? ([.. all[false]], [.. all[true]]) : ([.. all[true]], []);
    }

    /// <summary><c>RRGGBB</c>, or <c>null</c> when it is not a colour.</summary>
    public static string? Hex(string? colour) =>
        colour is ['#', ..] && colour.Length == 7 && int.TryParse(colour.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _) ? colour[1..].ToUpperInvariant() : null;

    /// <summary>Black or white, whichever is easier to read on the colour (WCAG relative luminance).</summary>
    public static string ReadableOn(string hex)
    {
        double Channel(int at)
        {
            var c = int.Parse(hex.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0;
            return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }

        var luminance = 0.2126 * Channel(0) + 0.7152 * Channel(2) + 0.0722 * Channel(4);
        return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? "000000" : "FFFFFF";
    }
}

using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Shared;

/// <summary>Widths of the columns on a page.</summary>
internal static class ColumnWidths
{
    /// <summary>How many rows are looked at before the first is written.</summary>
    public const int Looked = 60;

    /// <summary>Shares of the page as the columns ask for, but no column narrower than its longest word where there is room for that.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="room">Width of all, in any unit.</param>
    /// <param name="longest">Width of the longest word of a column, by its place, in that unit.</param>
    public static double[] Fit(IReadOnlyList<ReportColumn> columns, double room, Func<int, double> longest)
    {
        var whole = columns.Sum(c => c.Width);
        var widths = columns.Select(c => room * c.Width / whole).ToArray();
        var least = columns.Select((_, i) => Math.Min(room / columns.Count * 1.6, longest(i))).ToArray();
        if (least.Sum() >= room)
            return [.. least.Select(l => l * room / least.Sum())];
        for (var round = 0; round < columns.Count; round++)
        {
            var missing = widths.Select((w, i) => Math.Max(0, least[i] - w)).Sum();
            if (missing < 0.01)
                break;
            var spare = widths.Select((w, i) => Math.Max(0, w - least[i])).Sum();
            for (var i = 0; i < widths.Length; i++)
                widths[i] = widths[i] < least[i] ? least[i] : widths[i] - (Math.Max(0, widths[i] - least[i]) * missing / spare);
        }

        return widths;
    }
}

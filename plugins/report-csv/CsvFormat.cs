using System.Globalization;
using System.Text;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Csv;

/// <summary>The tables of a report as comma-separated text (RFC 4180, UTF-8 with a mark, so that Excel reads it), a blank line between two tables. Text that a spreadsheet would take for a formula gets an apostrophe in front, also behind apostrophes of its own; the importer strips exactly that.</summary>
internal sealed class CsvFormat : IReportFormat
{
    public string Key => "csv";

    public string Name => "Comma-separated text";

    public string MediaType => "text/csv; charset=utf-8";

    public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(true), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        var first = true;
        foreach (var table in report.Blocks.Select(AsTable).OfType<ReportTable>())
        {
            if (!first)
                await writer.WriteLineAsync();
            first = false;
            await writer.WriteLineAsync(string.Join(',', table.Columns.Select(c => Text(c.Title))));
            foreach (var row in table.Rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteLineAsync(string.Join(',', row.Select(c => Cell(c, report))));
            }
        }
    }

    /// <summary>A figure is written as its figures.</summary>
    private static ReportTable? AsTable(ReportBlock block) => block switch { ReportTable table => table, ReportHeatMap map => map.AsTable(), ReportChart chart => chart.AsTable(), _ => null };

    private static string Cell(ReportCell cell, ReportDocument report) => cell.Value switch
    {
        string text => Text(text),
        double number => number.ToString("0.################", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool yes => Text(report.Words.GetValueOrDefault(yes ? "yes" : "no") ?? (yes ? "yes" : "no")),
        _ => "",
    };

    private static string Text(string text)
    {
        if (text.TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n;") >= 0 || text != text.Trim() ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}

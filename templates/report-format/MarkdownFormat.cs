using System.Globalization;
using System.Text;
using IsmsModular.Abstractions.Reports;

namespace AcmeMarkdown;

/// <summary>Reports as Markdown. Keeps no state: several reports are rendered at once.</summary>
internal sealed class MarkdownFormat : IReportFormat
{
    public string Key => "md";

    public string Name => "Markdown";

    public string MediaType => "text/markdown";

    public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        await writer.WriteLineAsync($"# {Line(report.Title)}");
        await writer.WriteLineAsync();
        await writer.WriteLineAsync(Line($"{report.Organisation}, {report.MadeAt:yyyy-MM-dd HH:mm}"));
        foreach (var block in report.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteLineAsync();
            await WriteAsync(writer, block, cancellationToken);
        }
    }

    /// <summary>A kind of block that is not known here, from a later version of the contract, is left out.</summary>
    private static Task WriteAsync(StreamWriter writer, ReportBlock block, CancellationToken cancellationToken) => block switch
    {
        ReportHeading heading => writer.WriteLineAsync($"{new string('#', heading.Level + 1)} {Line(heading.Text)}"),
        ReportParagraph paragraph => writer.WriteLineAsync(paragraph.Emphasis ? $"> {Line(paragraph.Text)}" : Escape(paragraph.Text)),
        ReportFields fields => writer.WriteLineAsync(string.Join("\n", fields.Fields.Select(f => $"- **{Line(f.Key)}**: {Line(f.Value)}"))),
        ReportTable table => WriteAsync(writer, table, cancellationToken),
        ReportHeatMap map => WriteAsync(writer, map.AsTable(), cancellationToken),
        ReportChart chart => WriteAsync(writer, chart.AsTable(), cancellationToken),
        ReportFigure figure => writer.WriteLineAsync($"*{Line(figure.Title)}*: {Line(figure.Description)}"),
        ReportPageBreak => writer.WriteLineAsync("---"),
        _ => Task.CompletedTask,
    };

    /// <summary>Rows are pulled one by one and written at once: a long table is never held in memory.</summary>
    private static async Task WriteAsync(StreamWriter writer, ReportTable table, CancellationToken cancellationToken)
    {
        await writer.WriteLineAsync($"**{Line(table.Name)}**");
        await writer.WriteLineAsync();
        await writer.WriteLineAsync(Row(table.Columns.Select(c => c.Title)));
        await writer.WriteLineAsync(Row(table.Columns.Select(_ => "---")));
        foreach (var row in table.Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteLineAsync(Row(row.Select(Text)));
        }
    }

    private static string Row(IEnumerable<string> cells) => "| " + string.Join(" | ", cells.Select(c => Line(c).Replace("|", "\\|", StringComparison.Ordinal))) + " |";

    private static string Text(ReportCell cell) => cell.Value switch
    {
        null => "",
        bool yes => yes ? "yes" : "no",
        double number => number.ToString(CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        var text => text.ToString()!,
    };

    private static string Line(string text) => Escape(text).ReplaceLineEndings(" ");

    private static string Escape(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Json;

/// <summary>The whole report as data, in the shape that docs/report-json.md tells. Members are only ever added within a version.</summary>
internal sealed class JsonFormat : IReportFormat
{
    private const int Version = 1;
    private const int FlushAt = 1 << 16;

    public string Key => "json";

    public string Name => "JSON";

    public string MediaType => "application/json";

    public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        await using var w = new Utf8JsonWriter(output, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        w.WriteStartObject();
        w.WriteString("format", "ismsmodular-report");
        w.WriteNumber("version", Version);
        w.WriteString("title", Clean(report.Title));
        w.WriteString("subtitle", Clean(report.Subtitle));
        w.WriteString("language", report.Language);
        w.WriteString("organisation", Clean(report.Organisation));
        w.WriteString("madeAt", report.MadeAt.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
        w.WriteString("headHash", report.HeadHash);
        w.WriteString("marking", Clean(report.Marking));
        w.WriteStartArray("blocks");
        foreach (var block in report.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            w.WriteStartObject();
            Write(w, block, cancellationToken);
            w.WriteEndObject();
            await w.FlushAsync(cancellationToken);
        }

        w.WriteEndArray();
        if (report.Controls is { } controls)
            Write(w, controls);
        w.WriteEndObject();
        await w.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter w, ReportBlock block, CancellationToken cancellationToken)
    {
        switch (block)
        {
            case ReportHeading heading:
                w.WriteString("kind", "heading");
                w.WriteNumber("level", heading.Level);
                w.WriteString("text", Clean(heading.Text));
                break;
            case ReportParagraph paragraph:
                w.WriteString("kind", "paragraph");
                w.WriteString("text", Clean(paragraph.Text));
                w.WriteBoolean("emphasis", paragraph.Emphasis);
                break;
            case ReportFields fields:
                w.WriteString("kind", "fields");
                w.WriteStartArray("fields");
                foreach (var (name, value) in fields.Fields)
                {
                    w.WriteStartObject();
                    w.WriteString("name", Clean(name));
                    w.WriteString("value", Clean(value));
                    w.WriteEndObject();
                }

                w.WriteEndArray();
                break;
            case ReportTable table:
                w.WriteString("kind", "table");
                Write(w, table, cancellationToken);
                break;
            case ReportHeatMap map:
                w.WriteString("kind", "heatMap");
                w.WriteString("title", Clean(map.Title));
                w.WriteString("description", Clean(map.Description));
                w.WriteString("vertical", Clean(map.Vertical));
                w.WriteString("horizontal", Clean(map.Horizontal));
                Texts(w, "rows", map.Rows);
                Texts(w, "columns", map.Columns);
                w.WriteStartArray("cells");
                foreach (var row in map.Cells)
                {
                    w.WriteStartArray();
                    foreach (var cell in row)
                    {
                        w.WriteStartObject();
                        w.WritePropertyName("value");
                        Value(w, cell);
                        w.WriteString("colour", cell.Colour);
                        w.WriteEndObject();
                    }

                    w.WriteEndArray();
                }

                w.WriteEndArray();
                break;
            case ReportChart chart:
                w.WriteString("kind", "chart");
                w.WriteString("title", Clean(chart.Title));
                w.WriteString("description", Clean(chart.Description));
                w.WriteString("drawnAs", JsonNamingPolicy.CamelCase.ConvertName(chart.Kind.ToString()));
                Axis(w, "horizontal", chart.Horizontal);
                Axis(w, "vertical", chart.Vertical);
                w.WriteStartArray("series");
                foreach (var series in chart.Series)
                {
                    w.WriteStartObject();
                    w.WriteString("name", Clean(series.Name));
                    w.WriteStartArray("points");
                    foreach (var point in series.Points)
                    {
                        w.WriteStartObject();
                        Number(w, "x", point.X);
                        Number(w, "y", point.Y);
                        if (point.Label is not null)
                            w.WriteString("label", Clean(point.Label));
                        w.WriteEndObject();
                    }

                    w.WriteEndArray();
                    w.WriteEndObject();
                }

                w.WriteEndArray();
                break;
            case ReportFigure figure:
                w.WriteString("kind", "figure");
                w.WriteString("title", Clean(figure.Title));
                w.WriteString("description", Clean(figure.Description));
                w.WriteBase64String("png", [.. figure.Png]);
                break;
            case ReportPageBreak:
                w.WriteString("kind", "pageBreak");
                break;
            default:
                w.WriteString("kind", "other");
                break;
        }
    }

    private static void Write(Utf8JsonWriter w, ReportTable table, CancellationToken cancellationToken)
    {
        w.WriteString("name", Clean(table.Name));
        w.WriteStartArray("columns");
        foreach (var column in table.Columns)
        {
            w.WriteStartObject();
            w.WriteString("title", Clean(column.Title));
            w.WriteBoolean("detail", column.IsDetail);
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            w.WriteStartArray();
            foreach (var cell in row)
                Value(w, cell);
            w.WriteEndArray();
            // Rows go to the file as they come.
            if (w.BytesPending > FlushAt)
                w.Flush();
        }

        w.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter w, ReportControls controls)
    {
        w.WriteStartObject("controls");
        w.WriteString("revision", Clean(controls.Revision));
        w.WriteBoolean("approved", controls.Approved);
        w.WriteString("catalogue", controls.Catalogue.Id);
        w.WriteString("edition", controls.Catalogue.Edition);
        w.WriteString("scope", Clean(controls.Scope));
        w.WriteStartArray("controls");
        foreach (var control in controls.Controls)
        {
            w.WriteStartObject();
            w.WriteString("id", control.Id);
            w.WriteString("catalogue", control.Catalogue);
            w.WriteString("title", Clean(control.Title));
            if (control.Applicable is { } applicable)
                w.WriteBoolean("applicable", applicable);
            else
                w.WriteNull("applicable");
            w.WriteString("status", control.Status is { } status ? JsonNamingPolicy.CamelCase.ConvertName(status.ToString()) : null);
            Texts(w, "reasons", control.Reasons);
            w.WriteString("exclusionReason", Clean(control.ExclusionReason));
            Texts(w, "implementations", control.Implementations);
            Texts(w, "tasks", control.Tasks);
            Texts(w, "risks", control.Risks);
            w.WriteString("documents", Clean(control.Documents));
            w.WriteString("note", Clean(control.Note));
            w.WriteEndObject();
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static void Axis(Utf8JsonWriter w, string name, ReportAxis axis)
    {
        w.WriteStartObject(name);
        w.WriteString("title", Clean(axis.Title));
        w.WriteBoolean("logarithmic", axis.Logarithmic);
        w.WriteBoolean("percent", axis.Percent);
        if (axis.Categories is { } words)
            Texts(w, "categories", words);
        w.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter w, string name, IEnumerable<string> texts)
    {
        w.WriteStartArray(name);
        foreach (var text in texts)
            w.WriteStringValue(Clean(text));
        w.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter w, ReportCell cell)
    {
        switch (cell.Value)
        {
            case string text:
                w.WriteStringValue(Clean(text));
                break;
            case double number when double.IsFinite(number):
                w.WriteNumberValue(number);
                break;
            case DateOnly date:
                w.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case bool yes:
                w.WriteBooleanValue(yes);
                break;
            default:
                w.WriteNullValue();
                break;
        }
    }

    private static void Number(Utf8JsonWriter w, string name, double number)
    {
        if (double.IsFinite(number))
            w.WriteNumber(name, number);
        else
            w.WriteNull(name);
    }

    /// <summary>Half of a surrogate pair alone is no character: the writer would refuse it.</summary>
    private static string? Clean(string? text)
    {
        if (text is null || !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return text;
        var clean = new System.Text.StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune != System.Text.Rune.ReplacementChar)
                clean.Append(rune.ToString());
        }

        return clean.ToString();
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace IsmsModular.Platform.Imports;

/// <summary>A column of a list export.</summary>
/// <param name="Header">Words of the header, already translated.</param>
/// <param name="Value">Value of the cell: text, number, date, yes or no, or <c>null</c>.</param>
public sealed record ExportColumn<T>(string Header, Func<T, object?> Value);

/// <summary>
/// Plain export of a list as CSV or XLSX; the whole filter, not the page. A list page offers it by <c>&lt;list-bar export="@Ws.Url("risks/assets")"&gt;</c> and answers in <c>OnGetAsync</c>:
/// <code>
/// if (ListExport.Wanted(Request) is { } format)
///     return await ListExport.FileAsync(format, "assets", columns, session.StreamAsync&lt;Asset&gt;(List.ToQuery(), cancellationToken), cancellationToken);
/// </code>
/// CSV: UTF-8 with BOM, comma, <c>'</c> before text that a spreadsheet would run (<see cref="CellText.Guard"/>). XLSX: typed cells, frozen header, filter.
/// Rows are written to a temporary file as they come, so that a large list does not fill the memory.
/// </summary>
public static class ListExport
{
    /// <summary>Content type of XLSX.</summary>
    public const string XlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(",;\t\"\r\n");

    /// <summary>Format asked for by <c>?format=csv|xlsx</c>, or <c>null</c>.</summary>
    public static string? Wanted(HttpRequest request) => request.Query["format"].ToString() is "csv" or "xlsx" ? request.Query["format"].ToString() : null;

    /// <summary>The file as an answer to the request.</summary>
    /// <param name="format"><c>csv</c> or <c>xlsx</c>.</param>
    /// <param name="name">Name of the file without ending, such as <c>assets</c>.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task<IActionResult> FileAsync<T>(string format, string name, IReadOnlyList<ExportColumn<T>> columns, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var written = false;
        try
        {
            await WriteAsync(format, file, columns, rows, cancellationToken);
            written = true;
        }
        finally
        {
            if (!written)
                await file.DisposeAsync();
        }

        file.Position = 0;
        return new FileStreamResult(file, format == "csv" ? "text/csv; charset=utf-8" : XlsxType) { FileDownloadName = $"{name}.{format}" };
    }

    /// <summary>Writes the list to a stream.</summary>
    public static Task WriteAsync<T>(string format, Stream stream, IReadOnlyList<ExportColumn<T>> columns, IAsyncEnumerable<T> rows, CancellationToken cancellationToken) =>
        format == "csv" ? CsvAsync(stream, columns, rows, cancellationToken) : XlsxAsync(stream, columns, rows, cancellationToken);

    private static async Task CsvAsync<T>(Stream stream, IReadOnlyList<ExportColumn<T>> columns, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(true), leaveOpen: true) { NewLine = "\r\n" };
        await writer.WriteLineAsync(string.Join(',', columns.Select(c => Csv(c.Header))));
        await foreach (var row in rows.WithCancellation(cancellationToken))
            await writer.WriteLineAsync(string.Join(',', columns.Select(c => Csv(c.Value(row)))));
    }

    private static string Csv(object? value)
    {
        var text = value is string typed ? CellText.Guard(typed) : Text(value);
        return text.AsSpan().IndexOfAny(NeedQuotes) >= 0 || text is [' ', ..] or [.., ' '] ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool yes => yes ? "yes" : "no",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // With its distance from UTC: a file leaves the page that says which zone is meant.
        DateTimeOffset moment => moment.ToString("yyyy-MM-dd HH:mmzzz", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static async Task XlsxAsync<T>(Stream stream, IReadOnlyList<ExportColumn<T>> columns, IAsyncEnumerable<T> rows, CancellationToken cancellationToken)
    {
        await using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (path, xml) in XlsxParts.Fixed)
            await PartAsync(zip, path, xml);
        await using var part = await zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await using var writer = XmlWriter.Create(part, new() { Async = true, Encoding = new UTF8Encoding(false), ConformanceLevel = ConformanceLevel.Fragment });
        var last = TableColumn.LetterOf(Math.Max(columns.Count, 1) - 1);
        await writer.WriteRawAsync($"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{"\n"}<worksheet xmlns="{XlsxParts.Main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>""");
        for (var c = 0; c < columns.Count; c++)
            await writer.WriteRawAsync(FormattableString.Invariant($"""<col min="{c + 1}" max="{c + 1}" width="{Math.Clamp(columns[c].Header.Length + 6, 12, 40)}" customWidth="1"/>"""));
        await writer.WriteRawAsync("</cols><sheetData>");
        await RowAsync(writer, 1, columns.Select(c => (object?)c.Header), bold: true);
        var number = 1;
        await foreach (var row in rows.WithCancellation(cancellationToken))
            await RowAsync(writer, ++number, columns.Select(c => c.Value(row)), bold: false);
        await writer.WriteRawAsync(FormattableString.Invariant($"""</sheetData><autoFilter ref="A1:{last}{number}"/></worksheet>"""));
    }

    private static async Task RowAsync(XmlWriter writer, int number, IEnumerable<object?> values, bool bold)
    {
        await writer.WriteRawAsync(FormattableString.Invariant($"""<row r="{number}">"""));
        var column = 0;
        foreach (var value in values)
        {
            var address = FormattableString.Invariant($"{TableColumn.LetterOf(column++)}{number}");
            if (value is int or long or decimal or double)
            {
                await writer.WriteRawAsync($"""<c r="{address}"><v>{Text(value)}</v></c>""");
            }
            else if (Text(value) is { Length: > 0 } text)
            {
                await writer.WriteRawAsync($"""<c r="{address}" s="{(bold ? 1 : 2)}" t="inlineStr"><is><t xml:space="preserve">""");
                await writer.WriteStringAsync(XlsxTable.Encode(CellText.Cut(text, ImportLimits.CellCharacters)));
                await writer.WriteRawAsync("</t></is></c>");
            }
        }

        await writer.WriteRawAsync("</row>");
    }

    private static async Task PartAsync(ZipArchive zip, string path, string xml)
    {
        await using var part = await zip.CreateEntry(path, CompressionLevel.Fastest).OpenAsync();
        await part.WriteAsync(Encoding.UTF8.GetBytes(xml));
    }
}

/// <summary>Parts of a workbook that never change.</summary>
internal static class XlsxParts
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private const string Head = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    private const string Links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public static IReadOnlyList<(string Path, string Xml)> Fixed { get; } =
    [
        ("[Content_Types].xml", $"""{Head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"""),
        ("_rels/.rels", $"""{Head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Links}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""),
        ("xl/workbook.xml", $"""{Head}<workbook xmlns="{Main}" xmlns:r="{Links}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""),
        ("xl/_rels/workbook.xml.rels", $"""{Head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Links}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{Links}/styles" Target="styles.xml"/></Relationships>"""),
        ("xl/styles.xml", $"""{Head}<styleSheet xmlns="{Main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE6ECF5"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs></styleSheet>"""),
    ];
}

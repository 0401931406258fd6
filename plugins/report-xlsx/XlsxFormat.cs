using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Office;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Xlsx;

/// <summary>A workbook: first a sheet about the report, then one sheet for each table with a frozen, filtered header row. Rows go straight to the file.</summary>
internal sealed partial class XlsxFormat : IReportFormat
{
    private const int MaximumRows = 1_048_576;
    private const int MaximumCell = 32_767;
    private const string Sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    public string Key => "xlsx";

    public string Name => "Excel workbook";

    public string MediaType => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        using var package = new OfficePackage(output, report.MadeAt);
        new Workbook(report, package, cancellationToken).Write();
        return Task.CompletedTask;
    }

    private sealed record Sheet(string Name, int Columns, int Rows, bool IsTable);

    private sealed partial class Workbook(ReportDocument report, OfficePackage package, CancellationToken cancellationToken)
    {
        private readonly List<Sheet> sheets = [];
        private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        private readonly XlsxStyles styles = new();

        public void Write()
        {
            var about = UniqueName(report.Word("about", "About"));
            var tables = report.Blocks.Select(b => (Block: b, Table: AsTable(b))).Where(t => t.Table is not null).Select(t => (t.Block, Table: t.Table!, Name: UniqueName(t.Table!.Name))).ToList();

            sheets.Add(new(about, 2, 0, false));
            package.Add("xl/worksheets/sheet1.xml", Sheets + "worksheet+xml", w => WriteAbout(w, tables.ToDictionary(t => t.Block, t => t.Name)));
            foreach (var (_, table, name) in tables)
                WriteTable(table, name);

            package.Add("xl/styles.xml", Sheets + "styles+xml", styles.Write);
            package.Add("xl/workbook.xml", Sheets + "sheet.main+xml", WriteWorkbook);
            package.Relate("xl/workbook.xml", [
                .. sheets.Select((_, i) => ($"rId{i + 1}", "worksheet", $"worksheets/sheet{i + 1}.xml")),
                ($"rId{sheets.Count + 1}", "styles", "styles.xml")]);
            package.Finish("xl/workbook.xml", report);
        }

        /// <summary>A figure is a sheet of its figures.</summary>
        private static ReportTable? AsTable(ReportBlock block) => block switch { ReportTable table => table, ReportHeatMap map => map.AsTable(), ReportChart chart => chart.AsTable(), _ => null };

        private void WriteTable(ReportTable table, string name)
        {
            using var rows = table.Rows.GetEnumerator();
            var more = rows.MoveNext();
            do
            {
                var written = 1;
                package.Add($"xl/worksheets/sheet{sheets.Count + 1}.xml", Sheets + "worksheet+xml", w =>
                {
                    WriteStart(w, frozen: true, table.Columns.Select(c => Math.Clamp(c.Width * 12, 6, 100)));
                    w.WriteStartElement(new SheetData());
                    w.WriteStartElement(new Row { RowIndex = 1U });
                    for (var i = 0; i < table.Columns.Count; i++)
                        WriteText(w, i, 1, table.Columns[i].Title, XlsxStyles.Header);
                    w.WriteEndElement();
                    while (more && written < MaximumRows)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        written++;
                        w.WriteStartElement(new Row { RowIndex = (uint)written });
                        var cells = rows.Current;
                        for (var i = 0; i < cells.Count && i < table.Columns.Count; i++)
                            WriteCell(w, i, written, cells[i]);
                        w.WriteEndElement();
                        more = rows.MoveNext();
                    }

                    w.WriteEndElement();
                    if (table.Columns.Count > 0)
                        w.WriteElement(new AutoFilter { Reference = $"A1:{Column(table.Columns.Count - 1)}{written}" });
                    WriteEnd(w, landscape: true);
                });
                sheets.Add(new(name, table.Columns.Count, written, true));
                if (more)
                    name = UniqueName(table.Name);
            }
            while (more);
        }

        private void WriteAbout(OpenXmlWriter w, Dictionary<ReportBlock, string> tables)
        {
            WriteStart(w, frozen: false, [28, 100]);
            var links = new List<(int Row, string Sheet)>();
            var row = 0;
            w.WriteStartElement(new SheetData());

            void Line(string? left, string? right, uint leftStyle, uint rightStyle)
            {
                row++;
                w.WriteStartElement(new Row { RowIndex = (uint)row });
                if (!string.IsNullOrEmpty(left))
                    WriteText(w, 0, row, left, leftStyle);
                if (!string.IsNullOrEmpty(right))
                    WriteText(w, 1, row, right, rightStyle);
                w.WriteEndElement();
            }

            void Field(string name, string value) => Line(name, value, XlsxStyles.Label, XlsxStyles.Wrapped);

            Line(report.Title, null, XlsxStyles.Title, 0);
            if (report.Subtitle is not null)
                Line(report.Subtitle, null, XlsxStyles.Plain, 0);
            row++;
            Field(report.Word("organisation", "Organisation"), report.Organisation);
            Field(report.Word("madeAt", "Made at"), report.Made());
            if (report.HeadHash is not null)
                Field(report.Word("headHash", "Head hash of the activity log"), report.HeadHash);
            if (report.Marking is not null)
                Field(report.Word("marking", "Marking"), report.Marking);
            foreach (var block in report.Blocks)
            {
                switch (block)
                {
                    case ReportHeading heading:
                        row++;
                        Line(heading.Text, null, heading.Level == 1 ? XlsxStyles.Heading : XlsxStyles.Label, 0);
                        break;
                    case ReportParagraph paragraph:
                        Line(null, paragraph.Text, 0, paragraph.Emphasis ? XlsxStyles.Note : XlsxStyles.Wrapped);
                        break;
                    case ReportFields fields:
                        foreach (var (name, value) in fields.Fields)
                            Field(name, value);
                        break;
                    case ReportFigure figure:
                        Field(figure.Title, figure.Description);
                        break;
                    case ReportTable or ReportHeatMap or ReportChart:
                        if (block is ReportChart chart)
                            Field(chart.Title, chart.Description);
                        Line(null, "→ " + tables[block], 0, XlsxStyles.Link);
                        links.Add((row, tables[block]));
                        break;
                }
            }

            w.WriteEndElement();
            if (links.Count > 0)
            {
                w.WriteStartElement(new Hyperlinks());
                foreach (var (at, sheet) in links)
                    w.WriteElement(new Hyperlink { Reference = $"B{at}", Location = $"'{sheet.Replace("'", "''", StringComparison.Ordinal)}'!A1", Display = sheet });
                w.WriteEndElement();
            }

            WriteEnd(w, landscape: report.Landscape);
            sheets[0] = sheets[0] with { Rows = row };
        }

        private static void WriteStart(OpenXmlWriter w, bool frozen, IEnumerable<double> widths)
        {
            w.WriteStartElement(new Worksheet());
            w.WriteElement(new SheetProperties(new PageSetupProperties { FitToPage = true }));
            w.WriteStartElement(new SheetViews());
            w.WriteStartElement(new SheetView { WorkbookViewId = 0U, ShowGridLines = frozen, TabSelected = frozen ? null : true });
            if (frozen)
            {
                w.WriteElement(new Pane { VerticalSplit = 1D, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen });
                w.WriteElement(new Selection { Pane = PaneValues.BottomLeft, ActiveCell = "A2", SequenceOfReferences = new ListValue<StringValue> { InnerText = "A2" } });
            }

            w.WriteEndElement();
            w.WriteEndElement();
            w.WriteElement(new SheetFormatProperties { DefaultRowHeight = 15D });
            var columns = widths.ToArray();
            if (columns.Length == 0)
                return;
            w.WriteStartElement(new Columns());
            for (var i = 0; i < columns.Length; i++)
                w.WriteElement(new Column { Min = (uint)i + 1, Max = (uint)i + 1, Width = columns[i], CustomWidth = true });
            w.WriteEndElement();
        }

        private void WriteEnd(OpenXmlWriter w, bool landscape)
        {
            w.WriteElement(new PageMargins { Left = 0.5, Right = 0.5, Top = 0.75, Bottom = 0.75, Header = 0.3, Footer = 0.3 });
            w.WriteElement(new PageSetup { PaperSize = 9U, Orientation = landscape ? OrientationValues.Landscape : OrientationValues.Portrait, FitToWidth = 1U, FitToHeight = 0U });
            static string Escape(string text, int length) => ReportText.Limit(ReportText.Clean(text).Replace('\n', ' '), length).Replace("&", "&&", StringComparison.Ordinal);
            w.WriteStartElement(new HeaderFooter());
            w.WriteElement(new OddHeader($"&L{Escape(report.Organisation, 60)}&R{Escape(report.Title, 60)}"));
            w.WriteElement(new OddFooter($"&L{Escape(report.Marking ?? "", 50)}&R{Escape(report.Word("page", "Page"), 20)} &P {Escape(report.Word("of", "of"), 20)} &N"));
            w.WriteEndElement();
            w.WriteEndElement();
        }

        private void WriteCell(OpenXmlWriter w, int column, int row, ReportCell cell)
        {
            var colour = ReportText.Hex(cell.Colour);
            switch (cell.Value)
            {
                case string text:
                    WriteText(w, column, row, text, colour is null ? XlsxStyles.Wrapped : styles.Fill(colour));
                    break;
                case double number when double.IsFinite(number):
                    var style = number == Math.Floor(number) ? XlsxStyles.Integer : Math.Abs(number) >= 1 ? XlsxStyles.Decimal : XlsxStyles.Small;
                    WriteValue(w, column, row, number.ToString("R", CultureInfo.InvariantCulture), null, style);
                    break;
                case double number:
                    WriteText(w, column, row, number.ToString(CultureInfo.InvariantCulture), XlsxStyles.Wrapped);
                    break;
                case DateOnly date when date >= new DateOnly(1900, 3, 1):
                    WriteValue(w, column, row, (date.DayNumber - new DateOnly(1899, 12, 30).DayNumber).ToString(CultureInfo.InvariantCulture), null, XlsxStyles.Date);
                    break;
                case DateOnly date:
                    WriteText(w, column, row, date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), XlsxStyles.Wrapped);
                    break;
                case bool yes:
                    WriteText(w, column, row, yes ? report.Word("yes", "Yes") : report.Word("no", "No"), XlsxStyles.Wrapped);
                    break;
                default:
                    if (colour is not null)
                        w.WriteElement(new Cell { CellReference = Column(column) + row, StyleIndex = styles.Fill(colour) });
                    break;
            }
        }

        private static void WriteText(OpenXmlWriter w, int column, int row, string text, uint style)
        {
            // A reader takes _x0041_ for the character of that number: the underscore is written as its own number.
            text = EscapedCharacter().Replace(ReportText.Limit(ReportText.Clean(text), MaximumCell), "_x005F$0");
            w.WriteStartElement(new Cell { CellReference = Column(column) + row.ToString(CultureInfo.InvariantCulture), StyleIndex = style, DataType = CellValues.InlineString });
            w.WriteStartElement(new InlineString());
            w.WriteElement(new DocumentFormat.OpenXml.Spreadsheet.Text(text) { Space = SpaceProcessingModeValues.Preserve });
            w.WriteEndElement();
            w.WriteEndElement();
        }

        private static void WriteValue(OpenXmlWriter w, int column, int row, string value, CellValues? type, uint style)
        {
            var cell = new Cell { CellReference = Column(column) + row.ToString(CultureInfo.InvariantCulture), StyleIndex = style, CellValue = new CellValue(value) };
            if (type is not null)
                cell.DataType = type.Value;
            w.WriteElement(cell);
        }

        private void WriteWorkbook(OpenXmlWriter w)
        {
            w.WriteStartElement(new DocumentFormat.OpenXml.Spreadsheet.Workbook());
            w.WriteStartElement(new BookViews());
            w.WriteElement(new WorkbookView { ActiveTab = sheets.Count > 1 ? 0U : null });
            w.WriteEndElement();
            w.WriteStartElement(new DocumentFormat.OpenXml.Spreadsheet.Sheets());
            for (var i = 0; i < sheets.Count; i++)
                w.WriteElement(new DocumentFormat.OpenXml.Spreadsheet.Sheet { Name = sheets[i].Name, SheetId = (uint)i + 1, Id = $"rId{i + 1}" });
            w.WriteEndElement();
            if (sheets.Any(s => s is { IsTable: true, Columns: > 0 }))
            {
                w.WriteStartElement(new DefinedNames());
                foreach (var (sheet, i) in sheets.Select((s, i) => (s, i)).Where(p => p.s is { IsTable: true, Columns: > 0 }))
                    w.WriteElement(new DefinedName($"{Quoted(sheet)}!$A$1:${Column(sheet.Columns - 1)}${sheet.Rows}") { Name = "_xlnm._FilterDatabase", LocalSheetId = (uint)i, Hidden = true });
                foreach (var (sheet, i) in sheets.Select((s, i) => (s, i)).Where(p => p.s is { IsTable: true, Columns: > 0 }))
                    w.WriteElement(new DefinedName($"{Quoted(sheet)}!$1:$1") { Name = "_xlnm.Print_Titles", LocalSheetId = (uint)i });
                w.WriteEndElement();
            }

            w.WriteEndElement();
        }

        private static string Quoted(Sheet sheet) => "'" + sheet.Name.Replace("'", "''", StringComparison.Ordinal) + "'";

        /// <summary>At most 31 characters, none of <c>: \ / ? * [ ]</c>, no apostrophe at an end, and no second of the same name.</summary>
        private string UniqueName(string wanted)
        {
            var clean = new string([.. ReportText.Clean(wanted).Select(c => c is ':' or '\\' or '/' or '?' or '*' or '[' or ']' or '\n' or '\t' ? ' ' : c)]).Trim(' ', '\'');
            if (clean.Length == 0 || clean.Equals("History", StringComparison.OrdinalIgnoreCase))
                clean = "Sheet";
            var name = ReportText.Limit(clean, 31).Trim(' ', '\'');
            for (var n = 2; !names.Add(name); n++)
                name = ReportText.Limit(clean, 31 - $" ({n})".Length) + $" ({n})";
            return name;
        }

        private static string Column(int index)
        {
            var name = "";
            for (var n = index + 1; n > 0; n = (n - 1) / 26)
                name = (char)('A' + (n - 1) % 26) + name;
            return name;
        }

        [GeneratedRegex("_x[0-9A-Fa-f]{4}_")]
        private static partial Regex EscapedCharacter();
    }
}

using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Imports;
using IsmsModular.Plugins.Csv;
using IsmsModular.Plugins.Docx;
using IsmsModular.Plugins.Xlsx;
using MiniExcelLibs;
using S = DocumentFormat.OpenXml.Spreadsheet;
using W = DocumentFormat.OpenXml.Wordprocessing;

namespace IsmsModular.Tests.Reports;

public sealed partial class RenderingReports
{
    private const string Languages = "நீர் சுத்திகரிப்பு · 水处理厂 · Loji rawatan air · 😀";

    [Fact]
    public async Task A_workbook_is_valid_and_opens_in_another_reader()
    {
        var file = await Render(new XlsxFormat(), Example());
        using (var workbook = SpreadsheetDocument.Open(file, false))
            AssertValid(workbook);

        var rows = MiniExcel.Query(file, useHeaderRow: true, sheetName: "Risks").Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal(Languages, rows[0]["Title"]);
        Assert.Equal("=1+1", rows[1]["Title"]);
        Assert.Equal(new DateTime(2026, 2, 3), rows[0]["Due"]);
        Assert.Equal(1234.5, rows[0]["Cost"]);
        Assert.Equal("Yes", rows[0]["Done"]);
    }

    [Fact]
    public async Task A_workbook_has_a_sheet_about_the_report_and_a_filtered_frozen_sheet_for_each_table()
    {
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), Example()), false);
        var sheets = workbook.WorkbookPart!.Workbook.Sheets!.Elements<S.Sheet>().ToList();
        Assert.Equal(["About", "Risks", "risks (2)", "A very long name of a table th…", "Map of <risks>", "Loss exceedance Line", "Loss exceedance Step", "Loss exceedance Points", "Before & after", "By level"], sheets.Select(s => s.Name!.Value));
        var risks = ((WorksheetPart)workbook.WorkbookPart.GetPartById(sheets[1].Id!)).Worksheet;
        Assert.Equal(S.PaneStateValues.Frozen, risks.Descendants<S.Pane>().Single().State!.Value);
        Assert.Equal("A1:E4", risks.Descendants<S.AutoFilter>().Single().Reference!.Value);
        Assert.Equal(S.OrientationValues.Landscape, risks.Descendants<S.PageSetup>().Single().Orientation!.Value);
        Assert.Contains("&P", risks.Descendants<S.OddFooter>().Single().Text, StringComparison.Ordinal);
        Assert.Contains("Fish && Chips", risks.Descendants<S.OddHeader>().Single().Text, StringComparison.Ordinal);
        Assert.Contains(workbook.WorkbookPart.Workbook.DefinedNames!.Elements<S.DefinedName>(), n => n.Name == "_xlnm.Print_Titles" && n.Text == "'Risks'!$1:$1");
        Assert.Contains(Example().HeadHash!, ((WorksheetPart)workbook.WorkbookPart.GetPartById(sheets[0].Id!)).Worksheet.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_never_a_formula()
    {
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), Example()), false);
        foreach (var part in workbook.WorkbookPart!.WorksheetParts)
        {
            Assert.Empty(part.Worksheet.Descendants<S.CellFormula>());
            Assert.All(part.Worksheet.Descendants<S.Cell>().Where(c => c.InlineString is not null), c => Assert.Equal(S.CellValues.InlineString, c.DataType!.Value));
        }
    }

    [Fact]
    public async Task A_level_is_a_word_on_its_colour_that_can_be_read()
    {
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), Example()), false);
        var styles = workbook.WorkbookPart!.WorkbookStylesPart!.Stylesheet;
        S.Cell LevelIn(int row) => workbook.WorkbookPart.WorksheetParts.SelectMany(p => p.Worksheet.Descendants<S.Cell>()).First(c => c.CellReference == $"B{row}" && c.InnerText is "High" or "Low");
        string? Fill(S.Cell cell) => styles.Fills!.Elements<S.Fill>().ElementAt((int)Format(cell).FillId!.Value).PatternFill!.ForegroundColor!.Rgb;
        string? Font(S.Cell cell) => styles.Fonts!.Elements<S.Font>().ElementAt((int)Format(cell).FontId!.Value).Color!.Rgb;
        S.CellFormat Format(S.Cell cell) => styles.CellFormats!.Elements<S.CellFormat>().ElementAt((int)cell.StyleIndex!.Value);
        Assert.Equal(("FF8B0000", "FFFFFFFF"), (Fill(LevelIn(2)), Font(LevelIn(2))));
        Assert.Equal(("FFA8E6A1", "FF000000"), (Fill(LevelIn(3)), Font(LevelIn(3))));
    }

    [Fact]
    public async Task A_document_is_valid_and_has_links_to_its_chapters_and_repeated_table_headers()
    {
        using var document = WordprocessingDocument.Open(await Render(new DocxFormat(), Example()), false);
        AssertValid(document);
        var body = document.MainDocumentPart!.Document.Body!;
        var anchors = body.Descendants<W.Hyperlink>().Select(h => h.Anchor!.Value).ToList();
        Assert.Equal(2, anchors.Count);
        Assert.All(anchors, a => Assert.Single(body.Descendants<W.BookmarkStart>(), b => b.Name == a));
        Assert.Equal(3, body.Descendants<W.TableHeader>().Count());
        Assert.All(body.Descendants<W.TableRow>(), r => Assert.NotEmpty(r.Descendants<W.CantSplit>()));
        Assert.Contains(body.Descendants<W.Shading>(), s => s.Fill == "8B0000");
        Assert.Contains(Languages, body.InnerText, StringComparison.Ordinal);
        Assert.EndsWith(Example().HeadHash!, body.InnerText, StringComparison.Ordinal);
        Assert.Empty(document.MainDocumentPart.DocumentSettingsPart!.Settings.Descendants<W.UpdateFieldsOnOpen>());
    }

    [Fact]
    public async Task A_document_names_organisation_title_marking_and_pages_on_each_page()
    {
        using var document = WordprocessingDocument.Open(await Render(new DocxFormat(), Example()), false);
        var header = document.MainDocumentPart!.HeaderParts.Single().Header.InnerText;
        var footer = document.MainDocumentPart.FooterParts.Single().Footer;
        Assert.Contains("Fish & Chips", header, StringComparison.Ordinal);
        Assert.Contains("Risk register", header, StringComparison.Ordinal);
        Assert.Contains("Confidential", footer.InnerText, StringComparison.Ordinal);
        Assert.Equal([" PAGE ", " NUMPAGES "], footer.Descendants<W.FieldCode>().Select(f => f.Text));
        Assert.Equal(W.PageOrientationValues.Landscape, document.MainDocumentPart.Document.Descendants<W.PageSize>().Single().Orient!.Value);
        Assert.Equal("Risk register", document.PackageProperties.Title);
    }

    [Fact]
    public async Task A_column_that_has_no_room_on_paper_is_written_under_its_row()
    {
        using var document = WordprocessingDocument.Open(await Render(new DocxFormat(), Example()), false);
        var table = document.MainDocumentPart!.Document.Descendants<W.Table>().First(t => t.InnerText.Contains("=1+1", StringComparison.Ordinal));
        Assert.Equal(["Title", "Level", "Due", "Cost"], table.Elements<W.TableRow>().First().Elements<W.TableCell>().Select(c => c.InnerText));
        Assert.Equal("Done: Yes", table.Elements<W.TableRow>().ElementAt(2).InnerText);
    }

    [Theory]
    [InlineData("a\u0000b\u0007c", "abc")]
    [InlineData("lone HALF surrogate", "lone  surrogate")]
    [InlineData("two\r\nlines", "two\nlines")]
    [InlineData("_x0041_", "_x0041_")]
    public async Task Characters_that_break_office_files_are_left_out(string typed, string shown)
    {
        var report = With(new ReportTable { Name = "T", Columns = [new("A")], Rows = [[ReportCell.Of(typed.Replace("HALF", "\ud83d", StringComparison.Ordinal))]] });
        using (var document = WordprocessingDocument.Open(await Render(new DocxFormat(), report), false))
            AssertValid(document);
        var file = await Render(new XlsxFormat(), report);
        using (var workbook = SpreadsheetDocument.Open(file, false))
            AssertValid(workbook);
        var row = MiniExcel.Query(file, useHeaderRow: true, sheetName: "T").Cast<IDictionary<string, object?>>().Single();
        Assert.Equal(shown, row["A"]);
    }

    [Fact]
    public async Task A_long_text_is_cut_at_what_a_cell_holds()
    {
        var report = With(new ReportTable { Name = "T", Columns = [new("A")], Rows = [[ReportCell.Of(new string('x', 32_766) + "😀yz")]] });
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), report), false);
        AssertValid(workbook);
        var text = workbook.WorkbookPart!.WorksheetParts.SelectMany(p => p.Worksheet.Descendants<S.Cell>()).Single(c => c.CellReference == "A2" && c.InnerText.StartsWith("xxx", StringComparison.Ordinal)).InnerText;
        Assert.True(text.Length <= 32_767);
        Assert.EndsWith("x…", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_table_still_has_its_header()
    {
        var report = With(new ReportTable { Name = "T", Columns = [new("A"), new("B")], Rows = [] });
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), report), false);
        AssertValid(workbook);
        using var document = WordprocessingDocument.Open(await Render(new DocxFormat(), report), false);
        AssertValid(document);
        Assert.Equal("A,B\r\n", await Csv(report));
    }

    [Fact]
    public async Task Comma_separated_text_quotes_and_disarms()
    {
        var report = With(new ReportTable
        {
            Name = "T",
            Columns = [new("Name"), new("Count"), new("On"), new("Yes")],
            Rows = [[ReportCell.Of("a,\"b\""), ReportCell.Of(-2.5), ReportCell.Of(new DateOnly(2026, 1, 2)), ReportCell.Of(true)], [ReportCell.Of("=cmd()"), ReportCell.Empty, ReportCell.Empty, ReportCell.Of(false)]],
        });
        Assert.Equal("Name,Count,On,Yes\r\n\"a,\"\"b\"\"\",-2.5,2026-01-02,yes\r\n'=cmd(),,,no\r\n", await Csv(report));
    }

    [Theory]
    [InlineData("=A1", "'=A1")]
    [InlineData("'=A1", "''=A1")]
    [InlineData("''-1", "'''-1")]
    [InlineData("'tis", "'tis")]
    [InlineData("'", "'")]
    public async Task What_comma_separated_text_disarms_the_import_reads_as_it_was(string typed, string written)
    {
        var report = With(new ReportTable { Name = "T", Columns = [new("A")], Rows = [[ReportCell.Of(typed)]] });
        Assert.Equal($"A\r\n{written}\r\n", await Csv(report));
        Assert.Equal(typed, CellText.Unguard(written));
    }

    [Theory]
    [InlineData(0.004, "0.004")]
    [InlineData(-0.001, "-0.001")]
    [InlineData(0.5, "0.50")]
    [InlineData(1.25, "1.25")]
    [InlineData(1234.5, "1,234.50")]
    [InlineData(0, "0")]
    public async Task A_small_number_is_not_shown_as_nothing(double number, string shown)
    {
        var report = With(new ReportTable { Name = "T", Columns = [new("A")], Rows = [[ReportCell.Of(number)]] });
        using (var document = WordprocessingDocument.Open(await Render(new DocxFormat(), report), false))
            Assert.Equal(shown, document.MainDocumentPart!.Document.Descendants<W.TableCell>().Last().InnerText);
        using var workbook = SpreadsheetDocument.Open(await Render(new XlsxFormat(), report), false);
        AssertValid(workbook);
        var sheet = (WorksheetPart)workbook.WorkbookPart!.GetPartById(workbook.WorkbookPart.Workbook.Sheets!.Elements<S.Sheet>().Last().Id!);
        var styles = workbook.WorkbookPart.WorkbookStylesPart!.Stylesheet;
        var format = styles.CellFormats!.Elements<S.CellFormat>().ElementAt((int)sheet.Worksheet.Descendants<S.Cell>().Single(c => c.CellReference == "A2").StyleIndex!.Value).NumberFormatId!.Value;
        // 3 and 4 are known to every reader.
        var code = format switch { 3 => "#,##0", 4 => "#,##0.00", _ => styles.NumberingFormats!.Elements<S.NumberingFormat>().Single(f => f.NumberFormatId! == format).FormatCode!.Value };
        Assert.Equal(shown, number.ToString(code, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<string> Csv(ReportDocument report)
    {
        var bytes = (await Render(new CsvFormat(), report)).ToArray();
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]);
        return Encoding.UTF8.GetString(bytes[3..]);
    }

    internal static ReportDocument With(ReportTable table) => new() { Title = "T", Language = "en", Organisation = "O", MadeAt = Made, Blocks = [table] };

    private static DateTimeOffset Made => new(2026, 11, 25, 14, 0, 0, TimeSpan.FromHours(8));

    internal static ReportDocument Example(string title = "Risk register", string subtitle = "Exercise 2") => new()
    {
        Title = title,
        Subtitle = subtitle,
        Language = "ms",
        Organisation = "Fish & Chips <Ltd>",
        MadeAt = Made,
        HeadHash = string.Concat(Enumerable.Repeat("0123456789abcdef", 4)),
        Marking = "Confidential",
        Landscape = true,
        Blocks =
        [
            new ReportHeading(1, "First"),
            new ReportParagraph(Languages + "\nsecond line"),
            new ReportFields([new("Edition", "2013"), new("Scope", "Everything"), new("Nothing", "")]),
            new ReportHeading(2, "Risks"),
            Table("Risks"),
            Table("risks"),
            new ReportPageBreak(),
            new ReportHeading(3, "Deep"),
            Table("A very long name of a table that no sheet: [can] hold"),
            new ReportFigure("Heat map", Png, "Two high risks"),
            Map,
            Chart(ReportChartKind.Line), Chart(ReportChartKind.Step), Chart(ReportChartKind.Points),
            new ReportChart { Title = "Before & after", Description = "D", Horizontal = new("Exercise") { Categories = ["EX-01", "EX-02"] }, Vertical = new("Rank"), Series = [new("R-1", [new(0, 3, "R-1 <3>"), new(1, 1, "R-1")]), new("R-2", [new(0, 1), new(1, 2)]) { Colour = "#aa0000" }] },
            new ReportChart { Title = "By level", Description = "D", Kind = ReportChartKind.Bars, Horizontal = new("Level") { Categories = ["Low", "High"] }, Vertical = new("Risks"), Series = [new("Now", [new(0, 3, "3"), new(1, 4, "4")])] },
        ],
    };

    private static ReportHeatMap Map => new()
    {
        Title = "Map of <risks>",
        Vertical = "Likelihood",
        Horizontal = "Impact",
        Rows = ["Rare", "Likely"],
        Columns = ["Small", "Great"],
        Cells = [[ReportCell.Of("", "#a8e6a1"), ReportCell.Of("2", "#ffd166")], [ReportCell.Of("", "#ffd166"), ReportCell.Of("7", "#8b0000")]],
    };

    private static ReportChart Chart(ReportChartKind kind) => new()
    {
        Title = "Loss exceedance " + kind,
        Description = "One chance in ten of losing more than RM 100,000 in a year.",
        Kind = kind,
        Horizontal = new("Loss in a year (RM)") { Logarithmic = true },
        Vertical = new("Chance of more") { Percent = true, Minimum = 0, Maximum = 1 },
        Series = [new("Inherent", [new(1_000, 0.9), new(10_000, 0.5), new(100_000, 0.1), new(1_000_000, 0.01)]), new("Residual", [new(0, 1), new(1_000, 0.4), new(50_000, 0.02)])],
    };

    private static ReportTable Table(string name) => new()
    {
        Name = name,
        Columns = [new("Title", 3), new("Level"), new("Due"), new("Cost"), new("Done") { IsDetail = true }],
        Rows =
        [
            [ReportCell.Of(Languages), ReportCell.Of("High", "#8b0000"), ReportCell.Of(new DateOnly(2026, 2, 3)), ReportCell.Of(1234.5), ReportCell.Of(true)],
            [ReportCell.Of("=1+1"), ReportCell.Of("Low", "#a8e6a1"), ReportCell.Of(new DateOnly(1850, 2, 3)), ReportCell.Of(12d), ReportCell.Of(false)],
            [ReportCell.Of(double.NaN.ToString(System.Globalization.CultureInfo.InvariantCulture)), ReportCell.Of("", "#000000"), ReportCell.Empty, ReportCell.Of(double.PositiveInfinity), ReportCell.Empty],
        ],
    };

    private static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    internal static async Task<MemoryStream> Render(IReportFormat format, ReportDocument report)
    {
        var output = new MemoryStream();
        await format.RenderAsync(report, output, TestContext.Current.CancellationToken);
        output.Position = 0;
        return output;
    }

    private static void AssertValid(OpenXmlPackage package) =>
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(package).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}").Take(1));
}

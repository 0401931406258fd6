using System.IO.Compression;
using System.Text;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Tests.Imports;

public sealed class ReadingATable
{
    [Theory]
    [InlineData("Name,Owner\nPump,Head of Operations\n")]
    [InlineData("Name;Owner\r\nPump;Head of Operations")]
    [InlineData("\uFEFFName\tOwner\nPump\tHead of Operations\n")]
    [InlineData("sep=;\nName;Owner\nPump;Head of Operations\n")]
    [InlineData("\"Name\",\"Owner\"\n\"Pump\",\"Head of Operations\"\n")]
    public async Task Takes_every_separator_with_and_without_byte_order_mark(string csv)
    {
        var table = (await Read(csv)).Value;
        Assert.Equal(["Name", "Owner"], table.Columns.Select(c => c.Header));
        Assert.Equal(["Pump", "Head of Operations"], Assert.Single(table.Rows).Cells);
        Assert.Empty(table.Problems);
    }

    [Fact]
    public async Task Numbers_rows_as_a_spreadsheet_does()
    {
        var table = (await Read("Name,Place\n\nPump,\"Hall 1\nnorth\"\nValve,Hall 2\n")).Value;
        Assert.Equal([3, 4], table.Rows.Select(r => r.Number));
        Assert.Equal("Hall 1\nnorth", table.Rows[0].Cells[1]);
    }

    [Fact]
    public async Task Refuses_one_long_text_that_is_named_over_and_over()
    {
        var text = new string('x', 32_000);
        var row = Enumerable.Repeat<object?>(text, 100).ToArray();
        var bomb = Workbook.Of([[.. Enumerable.Range(0, 100).Select(i => (object?)("H" + i))], .. Enumerable.Repeat(row, 25)]);
        Assert.Equal("import.file.unpacked", Refused(await Read(bomb)).Item1);
    }

    [Fact]
    public async Task Takes_no_odd_character_for_a_separator() =>
        Assert.Equal("Name", Assert.Single((await Read("sep=\"\nName\nPump\n")).Value.Columns).Header);

    [Fact]
    public async Task Keeps_an_inch_mark_inside_text()
    {
        var table = (await Read("Name,Place\n19\" rack,Hall 1\nPump,Hall 2\n")).Value;
        Assert.Equal(["19\" rack", "Pump"], table.Rows.Select(r => r.Cells[0]));
        Assert.Empty(table.Problems);
    }

    [Fact]
    public async Task Honours_the_address_of_cells_in_a_workbook()
    {
        var table = (await Read(Workbook.Of(["Name", "Owner", "Units", "Seen"], [], ["Pump", null, 12, new DateOnly(2026, 7, 1)]))).Value;
        var row = Assert.Single(table.Rows);
        Assert.Equal(3, row.Number);
        Assert.Equal(["Pump", "", "12", "2026-07-01"], row.Cells);
    }

    [Fact]
    public async Task Takes_the_sheet_of_a_workbook_that_holds_the_headers_it_looks_for()
    {
        var book = Zip(
            ("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Cover" sheetId="1" r:id="rId1"/><sheet name="Old" sheetId="2" state="hidden" r:id="rId2"/><sheet name="Assets" sheetId="3" r:id="rId3"/></sheets></workbook>"""),
            ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/a.xml"/><Relationship Id="rId2" Type="x" Target="worksheets/b.xml"/><Relationship Id="rId3" Type="x" Target="/xl/worksheets/c.xml"/></Relationships>"""),
            ("xl/worksheets/a.xml", SheetXml(Cells("Inventory of 2026", "Confidential"))),
            ("xl/worksheets/b.xml", SheetXml(Cells("Name", "Owner") + Cells("Scrapped", "Nobody"))),
            ("xl/worksheets/c.xml", SheetXml("<row/>" + Cells("Name", "Owner") + Cells("Pump", "Head of Operations"))));
        var table = (await TableReader.ReadAsync(new MemoryStream(book), new HashSet<string> { "name", "owner" }, null, CancellationToken.None)).Value;
        Assert.Equal(["Pump", "Head of Operations"], Assert.Single(table.Rows).Cells);
        Assert.Equal("import.file.norows", Refused(await Read(book)).Message);

        // A person may choose another of the visible ones.
        Assert.Equal(["Cover", "Assets"], table.Sheets);
        Assert.Equal("Assets", table.Sheet);
        Assert.Equal("import.file.norows", Refused(await TableReader.ReadAsync(new MemoryStream(book), new HashSet<string> { "name" }, null, CancellationToken.None, "Cover")).Message);
        Assert.Equal("import.file.nosheet", Refused(await TableReader.ReadAsync(new MemoryStream(book), null, null, CancellationToken.None, "Old")).Message);

        static string Cells(params string[] texts) => $"<row>{string.Concat(texts.Select(t => $"<c t=\"inlineStr\"><is><t>{t}</t></is></c>"))}</row>";
    }

    [Fact]
    public async Task Counts_empty_cells_that_have_no_address()
    {
        static string Cell(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";
        var table = (await Read(Sheet("<row>" + Cell("Name") + Cell("Owner") + Cell("Place") + "</row><row>" + Cell("Pump") + "<c/>" + Cell("Hall") + "</row>"))).Value;
        Assert.Equal(["Pump", "", "Hall"], Assert.Single(table.Rows).Cells);
    }

    [Theory]
    [InlineData("2026-07-01T00:00:00", "2026-07-01")]
    [InlineData("2026-07-01T08:30:00.000Z", "2026-07-01 08:30")]
    [InlineData("2026-07-01", "2026-07-01")]
    public async Task Takes_dates_that_a_workbook_writes_in_words(string written, string date)
    {
        var table = (await Read(Sheet($"<row><c r=\"A1\"><v>1</v></c></row><row><c r=\"A2\" t=\"d\"><v>{written}</v></c></row>"))).Value;
        Assert.Equal([date], Assert.Single(table.Rows).Cells);
        Assert.True(CellText.TryDate(table.Rows[0].Cells[0], out _));
    }

    [Theory]
    [InlineData("Asset inventory, June 2026\nName;Owner;Place\nPump;Nobody;Hall\n")]
    [InlineData("Pumps, tanks; valves, filters\nName\tOwner\tPlace\nPump\tNobody\tHall\n")]
    public async Task Takes_the_separator_of_the_header_that_it_looks_for_not_of_a_title(string csv)
    {
        var table = (await TableReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), new HashSet<string> { "name", "owner" }, null, CancellationToken.None)).Value;
        Assert.Equal(["Pump", "Nobody", "Hall"], Assert.Single(table.Rows).Cells);
    }

    [Theory]
    [InlineData("Inventory of 2026\n\nConfidential;draft\nName;Owner;Place\nPump;Nobody;Hall\n", "Name", 5)]
    [InlineData("Name;Owner;Place\nPump;Nobody;Hall\n", "Name", 2)]
    [InlineData("Thing;Boss;Spot\nName;Owner;Hall\n", "Thing", 2)]
    [InlineData("Thing\nName;Owner;Hall\n", "Name", 0)]
    [InlineData("Thing;Boss\nPump;Nobody\n", "Thing", 2)]
    public async Task Finds_the_header_below_a_title_and_takes_no_row_for_one(string csv, string header, int firstRow)
    {
        var read = await TableReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)), new HashSet<string> { "name", "owner" }, null, CancellationToken.None);
        if (firstRow == 0)
        {
            Assert.Equal("import.file.norows", Refused(read).Message);
            return;
        }

        Assert.Equal((header, firstRow), (read.Value.Columns[0].Header, Assert.Single(read.Value.Rows).Number));
    }

    [Fact]
    public async Task Gives_all_rows_of_a_merged_cell_its_text()
    {
        var table = (await Read(Workbook.WithMerged("B2:B3", ["Name", "Place"], ["Pump", "Hall"], ["Valve"], ["Tank"]))).Value;
        Assert.Equal(["Hall", "Hall", null], table.Rows.Select(r => r[1]));
    }

    [Fact]
    public async Task Does_bounded_work_for_merged_cells()
    {
        var merges = string.Concat(Enumerable.Repeat("""<mergeCell ref="A1:A40000"/>""", 40_000));
        var rows = string.Concat(Enumerable.Range(0, 40_000).Select(i => """<row><c t="inlineStr"><is><t>x</t></is></c></row>"""));
        var sheet = SheetXml(rows).Replace("</worksheet>", $"<mergeCells>{merges}</mergeCells></worksheet>", StringComparison.Ordinal);
        var read = await Read(Zip(
            ("xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"""),
            ("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/a.xml"/></Relationships>"""),
            ("xl/worksheets/a.xml", sheet)));
        Assert.Equal(39_999, read.Value.Rows.Count);
    }

    [Fact]
    public async Task Takes_UTF_16_with_its_mark()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
            Assert.Equal("Penapis «ą»", (await Read([.. encoding.GetPreamble(), .. encoding.GetBytes("Name\tOwner\r\nPenapis «ą»\tNobody\r\n")])).Value.Rows[0][0]);
    }

    [Fact]
    public async Task Says_of_a_file_named_xlsx_that_it_is_no_workbook()
    {
        Assert.Equal("import.file.notworkbook", Refused(await TableReader.ReadAsync(new MemoryStream("Name,Owner\nPump,Nobody"u8.ToArray()), null, "Inventory.XLSX", CancellationToken.None)).Message);
        Assert.True((await TableReader.ReadAsync(new MemoryStream("Name,Owner\nPump,Nobody"u8.ToArray()), null, "inventory.csv", CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task Names_the_first_row_that_is_not_utf8()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("Name\nPump\n"), .. Encoding.Latin1.GetBytes("Überwachung\n")];
        Assert.Equal(("import.file.encoding", "3"), Refused(await Read(bytes)));
    }

    [Fact]
    public async Task Refuses_a_csv_that_was_cut_in_the_middle_of_a_cell() =>
        Assert.Equal(("import.file.cut", "3"), Refused(await Read("Name,Place\nPump,\"Hall 1\"\nValve,\"Hall")));

    [Theory]
    [InlineData("", "import.file.empty")]
    [InlineData("  \n \n", "import.file.empty")]
    [InlineData("Name,Owner\n", "import.file.norows")]
    [InlineData("%PDF-1.7 something", "import.file.kind")]
    [InlineData("Name\0Owner\n", "import.file.kind")]
    [InlineData("PK\u0003\u0004 not a workbook at all", "import.file.damaged")]
    public async Task Says_what_is_wrong_with_a_file_that_is_no_table(string content, string message) =>
        Assert.Equal(message, Refused(await Read(content)).Message);

    [Fact]
    public async Task Tells_old_and_protected_workbooks_from_damaged_ones() =>
        Assert.Equal("import.file.ole", Refused(await Read([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1])).Message);

    [Fact]
    public async Task Refuses_a_zip_that_is_no_workbook() =>
        Assert.Equal("import.file.notxlsx", Refused(await Read(Zip(("readme.txt", "hello")))).Message);

    [Fact]
    public async Task Refuses_a_workbook_that_was_cut()
    {
        var whole = Workbook.Of(["Name"], ["Pump"]);
        for (var length = 4; length < whole.Length; length += 97)
            Assert.False((await Read(whole[..length])).Succeeded);
    }

    [Fact]
    public async Task Stops_a_workbook_that_unpacks_to_more_than_the_limit()
    {
        var bomb = Zip(("xl/workbook.xml", WorkbookXml), ("xl/_rels/workbook.xml.rels", RelsXml), ("xl/worksheets/sheet1.xml", SheetXml("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + new string('A', (int)ImportLimits.UnpackedBytes + 1) + "</t></is></c></row>")));
        Assert.True(bomb.Length < 2_000_000);
        Assert.Equal("import.file.unpacked", Refused(await Read(bomb)).Message);
    }

    [Fact]
    public async Task Resolves_no_entity()
    {
        var sheet = "<!DOCTYPE worksheet [<!ENTITY file SYSTEM \"file:///etc/hostname\">]>" + SheetXml("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&file;</t></is></c></row>");
        Assert.Equal("import.file.damaged", Refused(await Read(Zip(("xl/workbook.xml", WorkbookXml), ("xl/_rels/workbook.xml.rels", RelsXml), ("xl/worksheets/sheet1.xml", sheet)))).Message);
    }

    [Fact]
    public async Task Refuses_more_rows_or_columns_than_the_limit()
    {
        Assert.Equal("import.file.rows", Refused(await Read("Name\n" + string.Concat(Enumerable.Repeat("Pump\n", ImportLimits.Rows + 1)))).Message);
        Assert.Equal("import.file.columns", Refused(await Read(string.Join(',', Enumerable.Range(0, ImportLimits.Columns + 1)) + "\nPump\n")).Message);
        Assert.Equal("import.file.columns", Refused(await Read(Zip(("xl/workbook.xml", WorkbookXml), ("xl/_rels/workbook.xml.rels", RelsXml), ("xl/worksheets/sheet1.xml", SheetXml("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>"))))).Message);
    }

    [Fact]
    public async Task Names_row_and_column_of_control_characters_and_long_cells()
    {
        var table = (await Read($"Name,Place\nPump,Hall\nVal\u0007ve,{new string('x', ImportLimits.CellCharacters + 1)}\n")).Value;
        Assert.Equal([(3, "Name", "import.cell.control"), (3, "Place", "import.cell.long")], table.Problems.Select(p => (p.Row, p.Column!, p.Message)));
    }

    [Fact]
    public async Task Names_rows_with_more_cells_than_the_header_but_not_a_trailing_separator()
    {
        var table = (await Read("Name;Place;\nPump;Hall;\nValve;Hall;x;y\n")).Value;
        Assert.Equal([(3, "import.row.extra")], table.Problems.Select(p => (p.Row, p.Message)));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+60 3")]
    [InlineData("-5 °C")]
    [InlineData("@home")]
    [InlineData("'=quoted")]
    [InlineData("''@twice")]
    [InlineData("'plain")]
    [InlineData("plain, with; separators\tand \"quotes\"\nand lines")]
    public async Task Takes_back_exactly_what_the_export_wrote(string text)
    {
        ExportColumn<string>[] columns = [new("Name", t => t), new("End", _ => "x")];
        foreach (var format in new[] { "csv", "xlsx" })
        {
            using var stream = new MemoryStream();
            await ListExport.WriteAsync(format, stream, columns, One(text), CancellationToken.None);
            var table = (await Read(stream.ToArray())).Value;
            Assert.Equal(text, table.Rows[0].Cells[0]);
            if (format == "csv")
                Assert.DoesNotContain(Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n")[1].TrimStart('"')[0], "=+-@\t\r");
        }
    }

    [Fact]
    public async Task Cuts_no_character_in_halves_when_it_exports_a_long_text()
    {
        ExportColumn<string>[] columns = [new("Name", t => t)];
        using var stream = new MemoryStream();
        await ListExport.WriteAsync("xlsx", stream, columns, One(new string('x', ImportLimits.CellCharacters - 1) + "😀😀"), CancellationToken.None);
        Assert.Equal(-1, CellText.FirstUnfit((await Read(stream.ToArray())).Value.Rows[0].Cells[0]));
    }

    [Fact]
    public async Task Exported_workbook_is_valid()
    {
        ExportColumn<int>[] columns = [new("Name", n => $"=row {n}"), new("Units", n => n), new("Empty", _ => null), new("On", _ => new DateOnly(2026, 7, 1))];
        using var stream = new MemoryStream();
        await ListExport.WriteAsync("xlsx", stream, columns, Enumerable.Range(1, 3).ToAsyncEnumerable(), CancellationToken.None);
        stream.Position = 0;
        using var document = DocumentFormat.OpenXml.Packaging.SpreadsheetDocument.Open(stream, false);
        Assert.Empty(new DocumentFormat.OpenXml.Validation.OpenXmlValidator().Validate(document).Select(e => e.Description));
        Assert.Empty(document.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<DocumentFormat.OpenXml.Spreadsheet.CellFormula>());
    }

    [Theory]
    [InlineData("12", 12)]
    [InlineData("1,234", 1234)]
    [InlineData("1.234.567", 1234567)]
    [InlineData("12,0", 12)]
    [InlineData("0.125", null)]
    [InlineData("12.5", null)]
    [InlineData("-3", null)]
    [InlineData("twelve", null)]
    public void Reads_whole_numbers_as_people_write_them(string text, int? number) => Assert.Equal(number, CellText.TryWhole(text, out var n) ? n : null);

    [Theory]
    [InlineData("1234,5", "1234.5")]
    [InlineData("1.234,50", "1234.50")]
    [InlineData("1,234.50", "1234.50")]
    [InlineData("0.125", "0.125")]
    [InlineData("1 234", "1234")]
    public void Reads_amounts_with_decimal_comma(string text, string number)
    {
        Assert.True(CellText.TryAmount(text, out var n));
        Assert.Equal(decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture), n);
    }

    [Fact]
    public async Task Takes_no_fraction_of_a_workbook_for_thousands()
    {
        var row = (await Read(Workbook.Of(["A", "B", "C"], [2.125, "2.125", 2125]))).Value.Rows[0];
        Assert.Equal((false, true, true), (row.TryWhole(0, out _), row.TryWhole(1, out var typed), row.TryWhole(2, out var whole)));
        Assert.Equal((2125, 2125), (typed, whole));
        var merged = (await Read(Workbook.WithMerged("A2:A3", ["A", "B"], [2.125, 1], [null, 2]))).Value.Rows[1];
        Assert.Equal(("2.125", false), (merged[0], merged.TryWhole(0, out _)));
    }

    [Theory]
    [InlineData("> rm 10,000", "> RM 10,000")]
    [InlineData("-1", "-1")]
    [InlineData("1", "1")]
    [InlineData("RM 10,000", "≤ RM 10,000; > RM 10,000")]
    [InlineData("very-low", "Very low")]
    [InlineData("no such", "")]
    public void Tells_words_apart_by_their_signs_where_letters_do_not(string text, string meant) =>
        Assert.Equal(meant, string.Join("; ", CellText.Meant(text, ["≤ RM 10,000", "> RM 10,000", "-1", "1", "Very low"], w => [w])));

    private const string WorkbookXml = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>""";
    private const string RelsXml = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>""";

    private static string SheetXml(string rows) => $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>""";

    private static byte[] Sheet(string rows) => Zip(("xl/workbook.xml", WorkbookXml), ("xl/_rels/workbook.xml.rels", RelsXml), ("xl/worksheets/sheet1.xml", SheetXml(rows)));

    private static byte[] Zip(params (string Name, string Text)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        await Task.CompletedTask;
        yield return text;
    }

    private static Task<Result<Table>> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static Task<Result<Table>> Read(byte[] bytes) => TableReader.ReadAsync(new MemoryStream(bytes), CancellationToken.None);

    private static (string Message, string? Argument) Refused(Result<Table> result)
    {
        var error = Assert.Single(result.Errors);
        return (error.Message, error.Arguments.FirstOrDefault());
    }
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using IsmsModular.Platform.Imports;

namespace IsmsModular.Tests.Imports;

/// <summary>Whatever is uploaded, the answer is a table or a sentence, never an exception.</summary>
public sealed class AnyFile
{
    private static readonly byte[] Whole = Workbook.Of(["Name", "Units", "On"], ["Pump", 12, new DateOnly(2026, 7, 1)], [], ["Valve", null, "x"]);

    [Property(MaxTest = 500)]
    public bool Of_bytes_is_answered(byte[] bytes) => Answers(bytes ?? []);

    [Property(MaxTest = 500)]
    public bool Of_text_is_answered(string text) => Answers(System.Text.Encoding.UTF8.GetBytes(text ?? ""));

    [Property(MaxTest = 1000)]
    public bool Of_a_workbook_with_spoilt_bytes_is_answered(ushort at, byte with, ushort second, byte withSecond)
    {
        var spoilt = Whole.ToArray();
        spoilt[at % spoilt.Length] = with;
        spoilt[second % spoilt.Length] = withSecond;
        return Answers(spoilt);
    }

    [Property(MaxTest = 300)]
    public Property Of_a_workbook_with_spoilt_parts_is_answered()
    {
        string[] pieces = ["<row>", "<row r=\"-1\">", "<row r=\"99999999999\">", "</row>", "<c>", "<c r=\"1A\" t=\"s\">", "<c r=\"ZZZZZZZZ1\" t=\"b\">", "<c t=\"e\">", "<c s=\"99\">", "</c>", "<v>", "<v>-7</v>", "<v>1e308</v>", "<v>NaN</v>", "<v>x", "</v>", "<is><t>_xD800_</t></is>", "<is>", "&amp;", "&#1;"];
        return Prop.ForAll(Gen.Elements(pieces).ArrayOf().ToArbitrary(), parts => Answers(Sheet(string.Concat(parts))));
    }

    [Property(MaxTest = 300)]
    public Property Written_by_the_export_reads_back_the_same(bool asCsv)
    {
        var cell = Gen.OneOf(Gen.Elements("=1+1", "'=x", "''+", "@", "-", "a;b", "\"", "a\"\"b", "line\nline", "\t", "'", "1,5", "sep=;", "_x0041_", "_x005F_x0041_"), ArbMap.Default.GeneratorFor<string>().Where(t => t is not null && CellText.FirstUnfit(t) < 0 && !t.Contains('\r')));
        var rows = cell.ArrayOf(3).ArrayOf(4);
        return Prop.ForAll(rows.ToArbitrary(), table =>
        {
            ExportColumn<string[]>[] columns = [new("One", r => r[0]), new("Two", r => r[1]), new("Three", r => r[2])];
            using var stream = new MemoryStream();
            ListExport.WriteAsync(asCsv ? "csv" : "xlsx", stream, columns, table.ToAsyncEnumerable(), CancellationToken.None).GetAwaiter().GetResult();
            var read = TableReader.ReadAsync(new MemoryStream(stream.ToArray()), CancellationToken.None).GetAwaiter().GetResult();
            var expected = table.Select(r => r.Select(c => c.Trim()).ToArray()).Where(r => r.Any(c => c.Length > 0)).ToList();
            if (expected.Count == 0)
                return read.Errors.Single().Message == "import.file.norows";
            return read.Value.Problems.Count == 0 && read.Value.Rows.Select(r => string.Join('\u0001', r.Cells.Concat(["", "", ""]).Take(3))).SequenceEqual(expected.Select(r => string.Join('\u0001', r)));
        });
    }

    private static bool Answers(byte[] bytes)
    {
        var read = TableReader.ReadAsync(new MemoryStream(bytes), CancellationToken.None).GetAwaiter().GetResult();
        return read.Succeeded ? read.Value.Columns.Count > 0 : read.Errors.Single().Message.StartsWith("import.", StringComparison.Ordinal);
    }

    private static byte[] Sheet(string rows)
    {
        var stream = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create))
        {
            foreach (var (name, text) in new[]
            {
                ("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" r:id=\"r1\"/></sheets></workbook>"),
                ("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Target=\"s.xml\"/></Relationships>"),
                ("xl/s.xml", $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"),
            })
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(text);
            }
        }

        return stream.ToArray();
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Imports;

/// <summary>A visible sheet of an XLSX: the first, or the one that holds most of the headers looked for; read part by part: nothing is unpacked to disk, no entity or document type is allowed, and the unpacked size is bounded whatever the archive claims.</summary>
internal static partial class XlsxTable
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string StrictMain = "http://purl.oclc.org/ooxml/spreadsheetml/main";

    private static readonly string[] IsoFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly XmlReaderSettings Xml = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = true,
    };

    public static Result<Table> Read(byte[] bytes, IReadOnlySet<string>? known = null, string? wanted = null)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes, false), ZipArchiveMode.Read);
            if (zip.GetEntry("xl/workbook.xml") is null)
                return Error.Invalid("import.file.notxlsx");
            return new Reading(zip).Sheet(known, wanted);
        }
        catch (TooLargeException)
        {
            return Error.Invalid("import.file.unpacked", null, (ImportLimits.UnpackedBytes / 1024 / 1024).ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is InvalidDataException or XmlException or EndOfStreamException or IOException or NotSupportedException)
        {
            return Error.Invalid("import.file.damaged");
        }
    }

    /// <summary>Letters of a cell's address to a place from 0; -1 when there are none.</summary>
    internal static int ColumnOf(string? address)
    {
        var column = 0;
        foreach (var c in address ?? "")
        {
            if (c is < 'A' or > 'Z' || column > 100_000)
                break;
            column = (column * 26) + (c - 'A' + 1);
        }

        return column - 1;
    }

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escaped();

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial Regex EscapeStart();

    [GeneratedRegex("""\[[^\]]*\]|"[^"]*"|\\.|_.""")]
    private static partial Regex Literal();

    /// <summary>Keeps text that looks like an escape (<c>_x0041_</c>) from being taken for one.</summary>
    internal static string Encode(string text) => text.Contains("_x", StringComparison.Ordinal) ? EscapeStart().Replace(text, "_x005F_") : text;

    private static string Decode(string text) =>
        text.Contains("_x", StringComparison.Ordinal) ? Escaped().Replace(text, m => ((char)int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()) : text;

    private sealed class Reading(ZipArchive zip)
    {
        private readonly Budget budget = new(ImportLimits.UnpackedBytes);
        private readonly List<string> shared = [];
        private readonly HashSet<int> dateStyles = [];
        private TableBuilder table = new();
        private bool from1904;

        public Result<Table> Sheet(IReadOnlySet<string>? known, string? wanted)
        {
            var sheets = Sheets();
            if (sheets.Count == 0)
                return Error.Invalid("import.file.notxlsx");
            ReadShared();
            ReadStyles();
            var chosen = wanted is null ? -1 : sheets.FindIndex(s => s.Name == wanted);
            if (wanted is not null && chosen < 0)
                return Error.Invalid("import.file.nosheet", null, wanted, string.Join(", ", sheets.Select(s => s.Name)));
            var (sheetName, sheet) = chosen >= 0 ? sheets[chosen] : known is null || sheets.Count == 1 ? sheets[0] : sheets.MaxBy(s => Headers(s.Part, known));
            // Cells read to choose a sheet are no part of the table.
            table = new(known);
            using var xml = Open(sheet);
            var number = 0;
            List<(int Column, int First, int Last)> merges = [];
            while (xml.Read())
            {
                if (Is(xml, "mergeCell") && merges.Count < ImportLimits.Rows && Merged(xml.GetAttribute("ref")) is { } range)
                    merges.Add(range);
                if (!Is(xml, "row"))
                    continue;
                number = int.TryParse(xml.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > number ? given : number + 1;
                if (table.Add(number, Row(xml, number)) is { } error)
                    return error;
            }

            var built = table.Build();
            merges.ForEach(m => table.Merge(m.Column, m.First, m.Last));
            return built.Succeeded ? built.Value with { Sheets = [.. sheets.Select(s => s.Name)], Sheet = sheetName } : built;
        }

        private List<string> Row(XmlReader xml, int number)
        {
            List<string> cells = [];
            if (xml.IsEmptyElement)
                return cells;
            var next = 0;
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (!Is(xml, "c"))
                    continue;
                var column = ColumnOf(xml.GetAttribute("r")) is var at and >= 0 ? at : next;
                next = column + 1;
                var text = Cell(xml, number, column);
                if (text.Length == 0)
                    continue;
                // One place beyond the limit is enough for the table to refuse the row.
                column = Math.Min(column, ImportLimits.Columns);
                while (cells.Count <= column)
                    cells.Add("");
                cells[column] = text;
            }

            return cells;
        }

        private string Cell(XmlReader xml, int row, int column)
        {
            if (xml.IsEmptyElement)
                return "";
            var type = xml.GetAttribute("t") ?? "n";
            var isDate = int.TryParse(xml.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out var style) && dateStyles.Contains(style);
            var depth = xml.Depth;
            string? value = null;
            StringBuilder? inline = null;
            while (xml.Read() && xml.Depth > depth)
            {
                if (Is(xml, "v"))
                    value = Content(xml);
                else if (Is(xml, "t"))
                    (inline ??= new()).Append(Content(xml));
                else if (Is(xml, "rPh"))
                    Skip(xml);
            }

            switch (type)
            {
                case "s":
                    return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < shared.Count ? shared[index] : "";
                case "inlineStr":
                    return Decode(inline?.ToString() ?? "");
                case "b":
                    return value == "1" ? "true" : "false";
                case "e":
                    table.Problem(new(row, TableColumn.LetterOf(column), "import.cell.error", value ?? ""));
                    return "";
                case "d" when DateTimeOffset.TryParseExact(value, IsoFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment):
                    return Moment(moment.DateTime);
                case "str" or "d":
                    return Decode(value ?? "");
                default:
                    var number = Number(value, isDate);
                    if (CellText.IsGrouped(number))
                        table.Fraction(row, column);
                    return number;
            }
        }

        private string Number(string? value, bool isDate)
        {
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                return value ?? "";
            var day = number + (from1904 ? 1462 : 0);
            if (isDate && number > 0 && day < 2_958_466)
                return Moment(DateTime.FromOADate(day));
            return Math.Abs(number) < 1e27 ? ((decimal)number).ToString(CultureInfo.InvariantCulture) : value!;
        }

        private static string Moment(DateTime moment) => moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

        /// <summary>The most of the known headers that one of the first rows holds.</summary>
        private int Headers(ZipArchiveEntry sheet, IReadOnlySet<string> known)
        {
            var (most, rows) = (0, 0);
            using var xml = Open(sheet);
            while (rows < TableBuilder.HeaderWithin && xml.Read())
            {
                if (!Is(xml, "row") || Row(xml, 0) is not { Count: > 0 } cells)
                    continue;
                most = Math.Max(most, TableBuilder.Count(cells, known));
                rows++;
            }

            return most;
        }

        /// <summary>A merged cell that goes over several rows, such as <c>A3:A9</c>.</summary>
        private static (int Column, int First, int Last)? Merged(string? range) =>
            range?.Split(':') is [var from, var to] && ColumnOf(from) is var column and >= 0 && column < ImportLimits.Columns
            && int.TryParse(from.AsSpan().TrimStart(Letters), NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(to.AsSpan().TrimStart(Letters), NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last > first ? (column, first, last) : null;

        private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

        /// <summary>Visible sheets in the order in which the workbook shows them.</summary>
        private List<(string Name, ZipArchiveEntry Part)> Sheets()
        {
            List<(string Name, string? Id)> named = [];
            using (var xml = Open(zip.GetEntry("xl/workbook.xml")!))
            {
                while (xml.Read())
                {
                    if (Is(xml, "workbookPr"))
                        from1904 = xml.GetAttribute("date1904") is "1" or "true";
                    else if (Is(xml, "sheet") && (xml.GetAttribute("state") is null or "visible"))
                        named.Add((xml.GetAttribute("name") ?? "", xml.GetAttribute("id", "http://schemas.openxmlformats.org/officeDocument/2006/relationships") ?? xml.GetAttribute("id", "http://purl.oclc.org/ooxml/officeDocument/relationships")));
                }
            }

            if (zip.GetEntry("xl/_rels/workbook.xml.rels") is not { } rels)
                return [];
            Dictionary<string, string> targets = [];
            using var links = Open(rels);
            while (links.Read())
            {
                if (links.NodeType == XmlNodeType.Element && links.LocalName == "Relationship" && links.GetAttribute("Id") is { } id && links.GetAttribute("Target") is { } target)
                    targets[id] = target.StartsWith('/') ? target[1..] : "xl/" + target;
            }

            return [.. named.Select(s => (s.Name, Part: s.Id is not null && targets.TryGetValue(s.Id, out var path) ? zip.GetEntry(path) : null)).Where(s => s.Part is not null).Select(s => (s.Name, s.Part!))];
        }

        private void ReadShared()
        {
            if (zip.GetEntry("xl/sharedStrings.xml") is not { } entry)
                return;
            using var xml = Open(entry);
            StringBuilder text = new();
            var inside = false;
            while (xml.Read())
            {
                if (Is(xml, "si"))
                {
                    if (xml.IsEmptyElement)
                        shared.Add("");
                    else
                        inside = true;
                }
                else if (inside && Is(xml, "rPh"))
                {
                    Skip(xml);
                }
                else if (inside && Is(xml, "t"))
                {
                    text.Append(Content(xml));
                }
                else if (inside && xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "si")
                {
                    shared.Add(Decode(text.ToString()));
                    text.Clear();
                    inside = false;
                }
            }
        }

        private void ReadStyles()
        {
            if (zip.GetEntry("xl/styles.xml") is not { } entry)
                return;
            HashSet<int> dateFormats = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
            using var xml = Open(entry);
            var inCells = false;
            var style = 0;
            while (xml.Read())
            {
                if (Is(xml, "numFmt") && int.TryParse(xml.GetAttribute("numFmtId"), out var id) && Literal().Replace(xml.GetAttribute("formatCode") ?? "", "").Any(c => c is 'y' or 'Y' or 'd' or 'D' or 'h' or 'H'))
                    dateFormats.Add(id);
                else if (xml.LocalName == "cellXfs")
                    inCells = xml.NodeType == XmlNodeType.Element;
                else if (inCells && Is(xml, "xf"))
                {
                    if (int.TryParse(xml.GetAttribute("numFmtId"), out var format) && dateFormats.Contains(format))
                        dateStyles.Add(style);
                    style++;
                }
            }
        }

        private XmlReader Open(ZipArchiveEntry entry) => XmlReader.Create(new BoundedStream(entry.Open(), budget), Xml);

        private static bool Is(XmlReader xml, string name) => xml.NodeType == XmlNodeType.Element && xml.LocalName == name && (xml.NamespaceURI is Main or StrictMain);

        /// <summary>Text of an element; leaves the reader on its end.</summary>
        private static string Content(XmlReader xml)
        {
            if (xml.IsEmptyElement)
                return "";
            StringBuilder text = new();
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace or XmlNodeType.CDATA)
                    text.Append(xml.Value);
            }

            return text.ToString();
        }

        private static void Skip(XmlReader xml)
        {
            if (xml.IsEmptyElement)
                return;
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
            }
        }
    }

    private sealed class Budget(long bytes)
    {
        public void Take(int read)
        {
            bytes -= read;
            if (bytes < 0)
                throw new TooLargeException();
        }
    }

    private sealed class TooLargeException : Exception;

    private sealed class BoundedStream(Stream inner, Budget budget) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            budget.Take(read);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

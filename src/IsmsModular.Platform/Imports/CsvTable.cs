using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using CsvHelper.Configuration;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Imports;

/// <summary>CSV in UTF-8, or in UTF-16 with a byte order mark; the separator is the one under which one of the first rows has most of the headers looked for, else the one that the first line with any uses most.</summary>
internal static class CsvTable
{
    public static Result<Table> Read(byte[] given, IReadOnlySet<string>? known = null)
    {
        if (Unicode.ToUtf8(given) is not { } bytes)
            return Error.Invalid("import.file.utf16");
        if (bytes.AsSpan().Contains((byte)0))
            return Error.Invalid("import.file.kind");
        if (!Utf8.IsValid(bytes))
            return Error.Invalid("import.file.encoding", null, RowOfFirstBadByte(bytes).ToString(CultureInfo.InvariantCulture));
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        if (string.IsNullOrWhiteSpace(text))
            return Error.Invalid("import.file.empty");

        var separator = Separator(text, known);
        if (UnclosedRow(text, separator) is var row and > 0)
            return Error.Invalid("import.file.cut", null, row.ToString(CultureInfo.InvariantCulture));

        var table = new TableBuilder(known);
        var strayQuote = false;
        // A quotation mark inside unquoted text (19" rack) is text; after a closing one it means that the row is broken.
        using var parser = Parser(text, separator, field => strayQuote |= field.StartsWith('"'));
        var first = true;
        while (parser.Read())
        {
            if (first && parser.Record is [{ } directive, ..] && directive.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            {
                first = false;
                continue;
            }

            first = false;
            var cells = parser.Record!.Select(CellText.Unguard).ToArray();
            if (strayQuote)
                table.Problem(new(parser.Row, null, "import.row.quote"));
            strayQuote = false;
            if (table.Add(parser.Row, cells) is { } error)
                return error;
        }

        return table.Build();
    }

    private static CsvParser Parser(string text, char separator, Action<string> bad) => new(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture)
    {
        Delimiter = separator.ToString(),
        HasHeaderRecord = false,
        IgnoreBlankLines = false,
        BadDataFound = found => bad(found.Field),
    });

    /// <summary>Row in which a quotation mark opens that never closes, or 0: a cut file.</summary>
    private static int UnclosedRow(string text, char separator)
    {
        var (row, fieldStart, quoted, opened) = (1, true, false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    i++;
                else if (c == '"')
                    quoted = false;
                continue;
            }

            if (fieldStart && c == '"')
                (quoted, opened) = (true, row);
            if (c == '\n')
                row++;
            fieldStart = c == separator || c is '\r' or '\n';
        }

        return quoted ? opened : 0;
    }

    private static char Separator(string text, IReadOnlySet<string>? known)
    {
        var line = text.AsSpan()[..(text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length)];
        if (line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && line.Length == 5 && ",;\t|".Contains(line[4], StringComparison.Ordinal))
            return line[4];
        Span<int> counts = stackalloc int[3];
        var quoted = false;
        foreach (var c in text.AsSpan().TrimStart())
        {
            if (c == '"')
                quoted = !quoted;
            else if (c is '\r' or '\n' && !quoted && counts.ContainsAnyExcept(0))
                break;
            else if (!quoted && ",;\t".IndexOf(c, StringComparison.Ordinal) is var which and >= 0)
                counts[which]++;
        }

        var most = counts[1] > counts[0] && counts[1] >= counts[2] ? ';' : counts[2] > counts[0] ? '\t' : ',';
        return known is null ? most : new[] { most, ',', ';', '\t' }.MaxBy(s => Headers(text, s, known));
    }

    /// <summary>The most of the known headers that one of the first rows holds.</summary>
    private static int Headers(string text, char separator, IReadOnlySet<string> known)
    {
        using var parser = Parser(text, separator, _ => { });
        var most = 0;
        for (var row = 0; row < TableBuilder.HeaderWithin && parser.Read(); row++)
            most = Math.Max(most, TableBuilder.Count(parser.Record!, known));
        return most;
    }

    private static int RowOfFirstBadByte(byte[] bytes)
    {
        var row = 1;
        var start = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != (byte)'\n')
                continue;
            if (!Utf8.IsValid(bytes.AsSpan(start, i - start)))
                return row;
            row++;
            start = i + 1;
        }

        return row;
    }
}

using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Imports;

/// <summary>What an imported file may hold at the most.</summary>
public static class ImportLimits
{
    /// <summary>Bytes of the file.</summary>
    public const long FileBytes = 20 * 1024 * 1024;

    /// <summary>Bytes of an unpacked XLSX, all parts together.</summary>
    public const long UnpackedBytes = 120 * 1024 * 1024;

    /// <summary>Rows below the header.</summary>
    public const int Rows = 50_000;

    /// <summary>Columns.</summary>
    public const int Columns = 200;

    /// <summary>Characters of all cells together.</summary>
    public const long Characters = 60 * 1024 * 1024;

    /// <summary>Characters of a cell, as in a spreadsheet.</summary>
    public const int CellCharacters = 32_767;
}

/// <summary>A file as a table of text: a header and rows, whatever its type was.</summary>
/// <param name="Columns">Columns of the header row, in order.</param>
/// <param name="Rows">Rows that hold anything.</param>
/// <param name="Problems">Cells that cannot be taken as they are.</param>
public sealed record Table(IReadOnlyList<TableColumn> Columns, IReadOnlyList<TableRow> Rows, IReadOnlyList<RowProblem> Problems)
{
    /// <summary>Visible sheets of the workbook in its order; empty for CSV.</summary>
    public IReadOnlyList<string> Sheets { get; init; } = [];

    /// <summary>The sheet that was read, or <c>null</c>.</summary>
    public string? Sheet { get; init; }
}

/// <summary>A column.</summary>
/// <param name="Index">Place, from 0.</param>
/// <param name="Header">Words of the header; the letter of the column when it has none.</param>
public sealed record TableColumn(int Index, string Header)
{
    /// <summary>Letter of the column as a spreadsheet shows it: A, B … AA.</summary>
    public string Letter { get; } = LetterOf(Index);

    /// <summary>Letter of a place from 0.</summary>
    public static string LetterOf(int index) => index < 26 ? ((char)('A' + index)).ToString() : LetterOf((index / 26) - 1) + (char)('A' + (index % 26));
}

/// <summary>A row.</summary>
/// <param name="Number">Its number in the file as a spreadsheet shows it, from 1; the header has one too.</param>
/// <param name="Cells">Text of each cell, trimmed; shorter than the header when the end is empty.</param>
public sealed record TableRow(int Number, IReadOnlyList<string> Cells)
{
    /// <summary>Text of a column, or <c>null</c> when it is empty or not mapped.</summary>
    public string? this[int? column] => column is { } c && c < Cells.Count && Cells[c].Length > 0 ? Cells[c] : null;

    /// <summary>Row and column of what a workbook holds as a number with a fraction although it looks like grouped thousands, such as <c>2.125</c>.</summary>
    internal IReadOnlySet<(int Row, int Column)> Fractions { get; init; } = System.Collections.Immutable.ImmutableHashSet<(int, int)>.Empty;

    /// <summary>The whole number in a column, as <see cref="CellText.TryWhole"/> reads it.</summary>
    public bool TryWhole(int? column, out int number)
    {
        number = 0;
        return column is { } c && !Fractions.Contains((Number, c)) && CellText.TryWhole(this[c] ?? "", out number);
    }
}

/// <summary>What is wrong in a row. The message is a key of the locales.</summary>
/// <param name="Row">Number of the row in the file.</param>
/// <param name="Column">Header of the column, or <c>null</c> for the whole row.</param>
/// <param name="Message">Key.</param>
/// <param name="Arguments">Arguments.</param>
public sealed record RowProblem(int Row, string? Column, string Message, params string[] Arguments);

/// <summary>Reads CSV (comma, semicolon or tab; UTF-8 with or without BOM) and XLSX into a <see cref="Table"/>, within <see cref="ImportLimits"/>. The type is told by the content, not by the name.</summary>
public static class TableReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">Content.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <returns>The table, or one error that says what is wrong with the file as a whole.</returns>
    public static Task<Result<Table>> ReadAsync(Stream file, CancellationToken cancellationToken) => ReadAsync(file, null, null, cancellationToken);

    /// <summary>Reads a file whose headers are known.</summary>
    /// <param name="file">Content.</param>
    /// <param name="known">Headers that are looked for, as <see cref="ImportMap.Headers"/> gives them: of a workbook's visible sheets, the first one with most of them is read. Without them the first visible sheet.</param>
    /// <param name="name">Name of the file, to say what it should have been; <c>null</c> when it is not known.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <param name="sheet">Visible sheet of a workbook to read, chosen by a person; <c>null</c> to choose by the headers.</param>
    /// <returns>The table, or one error that says what is wrong with the file as a whole.</returns>
    public static async Task<Result<Table>> ReadAsync(Stream file, IReadOnlySet<string>? known, string? name, CancellationToken cancellationToken, string? sheet = null)
    {
        var read = await ReadBytesAsync(file, cancellationToken);
        return read is { } bytes ? Read(bytes, known, name, sheet) : Error.Invalid("import.file.toobig", null, (ImportLimits.FileBytes / 1024 / 1024).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Result<Table> Read(byte[] bytes, IReadOnlySet<string>? known, string? name, string? sheet) => bytes switch
    {
        [] => Error.Invalid("import.file.empty"),
        [0x50, 0x4B, 0x03 or 0x05, ..] => XlsxTable.Read(bytes, known, sheet),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Error.Invalid("import.file.ole"),
        [0x25, 0x50, 0x44, 0x46, ..] or [0x1F, 0x8B, ..] or [0x89, 0x50, 0x4E, 0x47, ..] => Error.Invalid("import.file.kind"),
        _ when name?.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) == true => Error.Invalid("import.file.notworkbook"),
        _ => CsvTable.Read(bytes, known),
    };

    private static async Task<byte[]?> ReadBytesAsync(Stream file, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        for (int n; (n = await file.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (copy.Length + n > ImportLimits.FileBytes)
                return null;
            copy.Write(buffer, 0, n);
        }

        return copy.ToArray();
    }
}

/// <summary>Collects cells into a table and keeps the limits; both readers feed it. Rows above the header, such as a title, are passed over where the headers are known.</summary>
/// <param name="known">Headers that are looked for, or <c>null</c>.</param>
internal sealed class TableBuilder(IReadOnlySet<string>? known = null)
{
    /// <summary>Rows in which the header is looked for.</summary>
    public const int HeaderWithin = 20;

    private const int LongestHeader = 200;
    private const int MostMergedCells = 1_000_000;
    private readonly List<TableColumn> columns = [];
    private readonly List<TableRow> rows = [];
    private readonly List<RowProblem> problems = [];
    private readonly HashSet<(int Row, int Column)> fractions = [];
    private readonly List<(int Number, IReadOnlyList<string> Raw)> waiting = [];
    private bool hasHeader;
    private long characters;
    private int merged;

    /// <summary>Adds a row; answers an error when the table as a whole is too large.</summary>
    public Error? Add(int number, IReadOnlyList<string> raw)
    {
        if (hasHeader || known is null)
            return Take(number, raw);
        if (raw.All(string.IsNullOrWhiteSpace))
            return null;
        waiting.Add((number, raw));
        return Count(raw, known) >= 2 || waiting.Count == HeaderWithin ? Settle() : null;
    }

    /// <summary>How many of the headers looked for a row has.</summary>
    public static int Count(IReadOnlyList<string> raw, IReadOnlySet<string>? known) =>
        known is null ? 0 : raw.Where(c => c.Length <= LongestHeader && CellText.FirstUnfit(c) < 0).Select(CellText.Normal).Where(known.Contains).Distinct().Count();

    /// <summary>Takes what waited. The header is the last of it where that has headers that are known and those above have none and fewer cells, as titles do; else the first.</summary>
    private Error? Settle()
    {
        if (waiting.Count == 0)
            return null;
        static int Filled(IReadOnlyList<string> raw) => raw.Count(c => !string.IsNullOrWhiteSpace(c));
        var header = waiting[^1].Raw;
        var isBelowTitles = Count(header, known) >= 2 && waiting.SkipLast(1).All(w => Count(w.Raw, known) == 0 && Filled(w.Raw) < Filled(header));
        var taken = isBelowTitles ? waiting[^1..] : [.. waiting];
        waiting.Clear();
        if (isBelowTitles)
            problems.Clear();
        return taken.Select(w => Take(w.Number, w.Raw)).FirstOrDefault(e => e is not null);
    }

    private Error? Take(int number, IReadOnlyList<string> raw)
    {
        var count = raw.Count;
        while (count > 0 && string.IsNullOrWhiteSpace(raw[count - 1]))
            count--;
        if (count == 0)
            return null;
        if (count > ImportLimits.Columns)
            return Error.Invalid("import.file.columns", null, Text(ImportLimits.Columns), Text(number));
        if (!hasHeader)
            return AddHeader(raw, count);
        if (rows.Count == ImportLimits.Rows)
            return Error.Invalid("import.file.rows", null, Text(ImportLimits.Rows));

        // A few bytes can name one long shared text a million times: what is kept is counted, before it is copied.
        for (var c = 0; c < count; c++)
            characters += raw[c].Length;
        if (characters > ImportLimits.Characters)
            return Error.Invalid("import.file.unpacked", null, Text((int)(ImportLimits.Characters / 1024 / 1024)));

        var cells = new string[count];
        for (var c = 0; c < count; c++)
            cells[c] = Checked(number, c, raw[c].Trim());
        if (count > columns.Count)
            problems.Add(new(number, null, "import.row.extra", TableColumn.LetterOf(count - 1)));
        rows.Add(new(number, cells) { Fractions = fractions });
        return null;
    }

    public void Problem(RowProblem problem) => problems.Add(problem);

    public void Fraction(int row, int column) => fractions.Add((row, column));

    /// <summary>Gives the rows of a merged cell what its first row says. The work is bounded: what lies beyond stays empty.</summary>
    public void Merge(int column, int first, int last)
    {
        var at = rows.BinarySearch(new TableRow(first, []), ByNumber);
        if (at < 0 || rows[at][column] is not { } text)
            return;
        for (var i = at + 1; i < rows.Count && rows[i].Number <= last && ++merged <= MostMergedCells; i++)
        {
            if (rows[i][column] is not null || (characters += text.Length) > ImportLimits.Characters)
                continue;
            var cells = rows[i].Cells.ToList();
            while (cells.Count <= column)
                cells.Add("");
            cells[column] = text;
            rows[i] = rows[i] with { Cells = cells };
            if (fractions.Contains((first, column)))
                fractions.Add((rows[i].Number, column));
        }
    }

    private static Comparer<TableRow> ByNumber { get; } = Comparer<TableRow>.Create((a, b) => a.Number.CompareTo(b.Number));

    /// <summary>What was read; an error when there is nothing.</summary>
    public Result<Table> Build() => Settle() is { } error ? error : !hasHeader ? Error.Invalid("import.file.empty") : rows.Count == 0 ? Error.Invalid("import.file.norows") : new Table(columns, rows, problems);

    private Error? AddHeader(IReadOnlyList<string> raw, int count)
    {
        hasHeader = true;
        for (var c = 0; c < count; c++)
        {
            var header = raw[c].Trim();
            if (header.Length > LongestHeader || CellText.FirstUnfit(header) >= 0)
                return Error.Invalid("import.file.header", null, TableColumn.LetterOf(c));
            columns.Add(new(c, header.Length > 0 ? header : TableColumn.LetterOf(c)));
        }

        return null;
    }

    private string Checked(int row, int column, string text)
    {
        if (text.Length > ImportLimits.CellCharacters)
        {
            problems.Add(new(row, HeaderOf(column), "import.cell.long", Text(ImportLimits.CellCharacters)));
            return "";
        }

        if (CellText.FirstUnfit(text) is var at and >= 0)
        {
            problems.Add(new(row, HeaderOf(column), "import.cell.control", $"U+{(int)text[at]:X4}"));
            return "";
        }

        return text;
    }

    private string HeaderOf(int column) => column < columns.Count ? columns[column].Header : TableColumn.LetterOf(column);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

namespace IsmsModular.Abstractions.Reports;

/// <summary>Renders the one report model to a file type. Implementations are thread-safe and keep no state between calls.</summary>
public interface IReportFormat
{
    /// <summary>Stable key and file extension, such as <c>xlsx</c>.</summary>
    string Key { get; }

    /// <summary>Name shown to people, such as <c>Excel workbook</c>.</summary>
    string Name { get; }

    /// <summary>Media type of the file.</summary>
    string MediaType { get; }

    /// <summary>End of the file's name without a leading dot; the key when not said otherwise.</summary>
    string Extension => Key;

    /// <summary>Whether it writes a statement of applicability as data (<see cref="ReportDocument.Controls"/>) instead of blocks. Such a format is offered with reports that have one, and with no other.</summary>
    bool NeedsControls => false;

    /// <summary>Writes the whole report. Rows are pulled one by one: a format must not hold them all where its file type can be streamed.</summary>
    Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken);
}

/// <summary>A report: data about it, and blocks in reading order. Texts are in the report's language and already formatted for people, except typed cells.</summary>
public sealed class ReportDocument
{
    /// <summary>Title on the first page.</summary>
    public required string Title { get; init; }

    /// <summary>Second line: organisation, revision.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Language code, such as <c>en</c> or <c>ms</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Name of the workspace, repeated in the header of each page.</summary>
    public required string Organisation { get; init; }

    /// <summary>When the report was made, in the workspace's time zone.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Head hash of the activity log when the report was made: 64 hexadecimal digits.</summary>
    public string? HeadHash { get; init; }

    /// <summary>Classification or marking printed in the footer, or <c>null</c>.</summary>
    public string? Marking { get; init; }

    /// <summary>Whether pages lie on their side.</summary>
    public bool Landscape { get; init; }

    /// <summary>Words of the furniture in the report's language: <c>about</c>, <c>contents</c>, <c>headHash</c>, <c>madeAt</c>, <c>no</c>, <c>of</c>, <c>organisation</c>, <c>page</c>, <c>yes</c>. A format has English words for those that are missing.</summary>
    public IReadOnlyDictionary<string, string> Words { get; init; } = new Dictionary<string, string>();

    /// <summary>The blocks.</summary>
    public required IReadOnlyList<ReportBlock> Blocks { get; init; }

    /// <summary>The statement of applicability as data, when the report is one.</summary>
    public ReportControls? Controls { get; init; }

    /// <summary>The workspace's own template for the format that is about to render, or <c>null</c>.</summary>
    public ReportTemplate? Template { get; private set; }

    /// <summary>The same report, to be rendered on a template.</summary>
    public ReportDocument On(ReportTemplate? template)
    {
        var copy = (ReportDocument)MemberwiseClone();
        copy.Template = template;
        return copy;
    }
}

/// <summary>A file of the workspace that a report is rendered on, such as a Word document with its logo, header and styles. The program checked it when it was stored.</summary>
/// <param name="open">Opens the file; each call a stream of its own, which the caller disposes of.</param>
public sealed class ReportTemplate(Func<Stream> open)
{
    /// <summary>Opens the file.</summary>
    public Stream Open() => open();
}

/// <summary>A piece of a report.</summary>
public abstract class ReportBlock;

/// <summary>A heading.</summary>
public sealed class ReportHeading(int level, string text) : ReportBlock
{
    /// <summary>1 (chapter) to 3.</summary>
    public int Level { get; } = level;

    /// <summary>Words.</summary>
    public string Text { get; } = text;
}

/// <summary>A paragraph.</summary>
public sealed class ReportParagraph(string text, bool emphasis = false) : ReportBlock
{
    /// <summary>Words; line breaks are kept.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it stands out as a note.</summary>
    public bool Emphasis { get; } = emphasis;
}

/// <summary>Name and value pairs, such as the data of a statement's head.</summary>
public sealed class ReportFields(IReadOnlyList<KeyValuePair<string, string>> fields) : ReportBlock
{
    /// <summary>Pairs in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; } = fields;
}

/// <summary>A table. In a workbook each table is a sheet.</summary>
public sealed class ReportTable : ReportBlock
{
    /// <summary>Caption, and name of the sheet.</summary>
    public required string Name { get; init; }

    /// <summary>Columns.</summary>
    public required IReadOnlyList<ReportColumn> Columns { get; init; }

    /// <summary>Rows, pulled once or more; each has as many cells as there are columns.</summary>
    public required IEnumerable<IReadOnlyList<ReportCell>> Rows { get; init; }
}

/// <summary>A column of a table.</summary>
public sealed class ReportColumn(string title, double width = 1)
{
    /// <summary>Words in the header row.</summary>
    public string Title { get; } = title;

    /// <summary>Width relative to the other columns; 1 is about 12 characters.</summary>
    public double Width { get; } = width;

    /// <summary>A column like the others in a workbook; on paper, where it would not fit, its value is written under the row.</summary>
    public bool IsDetail { get; init; }
}

/// <summary>A typed cell: text, number, date, yes or no, or empty.</summary>
public sealed class ReportCell
{
    private ReportCell(object? value, string? colour = null)
    {
        Value = value;
        Colour = colour;
    }

    /// <summary><c>string</c>, <c>double</c>, <see cref="DateOnly"/>, <c>bool</c> or <c>null</c>.</summary>
    public object? Value { get; }

    /// <summary>Background as <c>#rrggbb</c> (levels of risk), or <c>null</c>.</summary>
    public string? Colour { get; }

    /// <summary>Nothing.</summary>
    public static ReportCell Empty { get; } = new(null);

    /// <summary>A text, never a formula.</summary>
    public static ReportCell Of(string? text, string? colour = null) => string.IsNullOrEmpty(text) && colour is null ? Empty : new(text, colour);

    /// <summary>A number.</summary>
    public static ReportCell Of(double? number) => number is null ? Empty : new(number.Value);

    /// <summary>A date.</summary>
    public static ReportCell Of(DateOnly? date) => date is null ? Empty : new(date.Value);

    /// <summary>Yes or no.</summary>
    public static ReportCell Of(bool? yes) => yes is null ? Empty : new(yes.Value);
}

/// <summary>A picture with its figures in words.</summary>
public sealed class ReportFigure(string title, byte[] png, string description) : ReportBlock
{
    /// <summary>Caption.</summary>
    public string Title { get; } = title;

    /// <summary>Picture as PNG.</summary>
    public IReadOnlyList<byte> Png { get; } = png;

    /// <summary>What it shows, for who cannot see it.</summary>
    public string Description { get; } = description;
}

/// <summary>What follows starts on a new page.</summary>
public sealed class ReportPageBreak : ReportBlock;

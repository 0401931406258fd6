namespace IsmsModular.Abstractions.Reports;

/// <summary>A grid of coloured cells between two axes, such as a heat map of risks. Drawn by each format in its own way, so that its words stay text.</summary>
public sealed class ReportHeatMap : ReportBlock
{
    /// <summary>Caption.</summary>
    public required string Title { get; init; }

    /// <summary>What it shows, for who cannot see it; <c>null</c> when caption and cells say enough.</summary>
    public string? Description { get; init; }

    /// <summary>Words of the axis that goes up.</summary>
    public required string Vertical { get; init; }

    /// <summary>Words of the axis that goes to the right.</summary>
    public required string Horizontal { get; init; }

    /// <summary>Steps of the vertical axis, lowest first: the last is drawn at the top.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Steps of the horizontal axis, lowest first: the last is drawn at the right.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>For each of <see cref="Rows"/> a list with a cell for each of <see cref="Columns"/>: text (a count, a word) and colour.</summary>
    public required IReadOnlyList<IReadOnlyList<ReportCell>> Cells { get; init; }

    /// <summary>The same as a table, highest row first, for formats that cannot draw.</summary>
    public ReportTable AsTable() => new()
    {
        Name = Title,
        Columns = [new(Vertical, 1.5), .. Columns.Select(c => new ReportColumn(c))],
        Rows = [.. Rows.Select((name, i) => (IReadOnlyList<ReportCell>)[ReportCell.Of(name), .. Cells[i]]).Reverse()],
    };
}

/// <summary>How the points of a chart are drawn.</summary>
public enum ReportChartKind
{
    /// <summary>A line through the points of each series: curves, slope charts.</summary>
    Line,

    /// <summary>A line that keeps the last value until the next point: exceedance curves of few points.</summary>
    Step,

    /// <summary>Points alone.</summary>
    Points,

    /// <summary>Upright bars side by side; the horizontal axis has categories.</summary>
    Bars,
}

/// <summary>A chart as data: axes and series of points. Drawn by each format in its own way.</summary>
public sealed class ReportChart : ReportBlock
{
    /// <summary>Caption.</summary>
    public required string Title { get; init; }

    /// <summary>What it shows in words, for who cannot see it.</summary>
    public required string Description { get; init; }

    /// <summary>How points are drawn.</summary>
    public ReportChartKind Kind { get; init; }

    /// <summary>The axis to the right.</summary>
    public required ReportAxis Horizontal { get; init; }

    /// <summary>The axis that goes up.</summary>
    public required ReportAxis Vertical { get; init; }

    /// <summary>The series, in the order of the key.</summary>
    public required IReadOnlyList<ReportSeries> Series { get; init; }

    /// <summary>The points as a table of series, label, horizontal and vertical value, for formats that cannot draw.</summary>
    public ReportTable AsTable() => new()
    {
        Name = Title,
        Columns = [new("", 2), new(Horizontal.Title, 1.5), new(Vertical.Title, 1.5)],
        Rows = [.. Series.SelectMany(s => s.Points.Select(p => (IReadOnlyList<ReportCell>)
        [
            ReportCell.Of(p.Label is null ? s.Name : $"{s.Name}: {p.Label}"),
            Horizontal.Categories is { } words && p.X >= 0 && p.X < words.Count ? ReportCell.Of(words[(int)p.X]) : ReportCell.Of(p.X),
            ReportCell.Of(p.Y),
        ]))],
    };
}

/// <summary>An axis of a chart.</summary>
public sealed class ReportAxis(string title)
{
    /// <summary>What is measured, with its unit: <c>Loss in a year (RM)</c>.</summary>
    public string Title { get; } = title;

    /// <summary>Least value shown; from the points when <c>null</c>.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest value shown; from the points when <c>null</c>.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether equal distances are equal ratios; values of 0 and below are then left out.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Whether values are shares of one and shown as per cent.</summary>
    public bool Percent { get; init; }

    /// <summary>Words for the values 0, 1, 2 … of a horizontal axis, or <c>null</c> for numbers: a slope chart has two.</summary>
    public IReadOnlyList<string>? Categories { get; init; }
}

/// <summary>A series of a chart.</summary>
public sealed class ReportSeries(string name, IReadOnlyList<ReportPoint> points)
{
    /// <summary>Name in the key.</summary>
    public string Name { get; } = name;

    /// <summary>Points from left to right.</summary>
    public IReadOnlyList<ReportPoint> Points { get; } = points;

    /// <summary>Colour as <c>#rrggbb</c>; one of the format's own when <c>null</c>.</summary>
    public string? Colour { get; init; }
}

/// <summary>A point of a chart.</summary>
/// <param name="X">Value to the right; the number of a category counts from 0.</param>
/// <param name="Y">Value upwards.</param>
/// <param name="Label">Words written beside it, or <c>null</c>.</param>
public sealed record ReportPoint(double X, double Y, string? Label = null);

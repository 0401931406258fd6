using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Register;

/// <summary>How many rated risks fall into each cell of the method's two axes; each cell leads to its risks. Drawn by <c>/Pages/Risks/Register/_HeatMap.cshtml</c>.</summary>
/// <param name="Vertical">Name of the axis drawn upwards.</param>
/// <param name="Horizontal">Name of the axis drawn to the right.</param>
/// <param name="Rows">Tiers upwards, lowest first.</param>
/// <param name="Columns">Tiers to the right, lowest first.</param>
/// <param name="Cells">Every cell.</param>
/// <param name="Outside">Rated risks without a place on the axes.</param>
internal sealed record HeatMapModel(string Vertical, string Horizontal, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<HeatCell> Cells, long Outside)
{
    public HeatCell At(int y, int x) => Cells[(y * Columns.Count) + x];
}

/// <param name="Y">Ordinal upwards, 0 = lowest.</param>
/// <param name="X">Ordinal to the right, 0 = lowest.</param>
/// <param name="Count">Risks in it.</param>
/// <param name="Colour">Colour of its level, <c>#rrggbb</c>.</param>
/// <param name="Ink">Colour of the text on it.</param>
/// <param name="Level">Word of its level, or null.</param>
/// <param name="Url">The register filtered by this cell.</param>
internal sealed record HeatCell(int Y, int X, long Count, string Colour, string Ink, string? Level, string Url);

/// <summary>Makes heat maps.</summary>
internal sealed class HeatMaps(Methods methods, WorkspaceContext ws, IWords words)
{
    private const string Grey = "#dfe3e8";

    /// <summary>The heat map of an exercise; null where its method names no axes.</summary>
    public async Task<HeatMapModel?> OfAsync(IDocumentSession session, Exercise exercise)
    {
        if (methods.AxesOf(exercise) is not { } axes)
            return null;
        var (rows, columns) = (axes.Vertical.Tiers, axes.Horizontal.Tiers);

        var counts = (await session.GroupAsync<Risk>(Query.All.Where("exercise", exercise.Id).Where("state", RiskState.Rated), "y", "x")).ToDictionary(g => (Number(g.Values[0]), Number(g.Values[1])), g => g.Count);
        var grid = methods.Grid(exercise);
        var levels = new LevelWords(methods.Form(exercise), words);
        var cells = new List<HeatCell>();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < columns.Count; x++)
            {
                var level = grid.GetValueOrDefault((y, x));
                var colour = Contrast.IsColour(levels.Colour(level)) ? levels.Colour(level)! : Grey;
                cells.Add(new(y, x, counts.GetValueOrDefault((y, x)), colour, Contrast.InkOn(colour), levels.Of(level), ws.Url("risks/register", ("f.exercise", exercise.Id), ("f.y", $"{y}"), ("f.x", $"{x}"), ("f.state", "rated"))));
            }
        }

        return new(
            words.Of(axes.Vertical.Name),
            words.Of(axes.Horizontal.Name),
            [.. rows.Select(t => words.Of(t.Label))],
            [.. columns.Select(t => words.Of(t.Label))],
            cells,
            counts.Values.Sum() - cells.Sum(c => c.Count));
    }

    private static int Number(object? value) => value is decimal number ? (int)number : -1;
}

/// <summary>Readable ink for any background (WCAG 2.2, relative luminance).</summary>
internal static class Contrast
{
    private const string Dark = "#111827";
    private const string Light = "#ffffff";

    public static bool IsColour(string? text) => text is { Length: 7 } && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);

    public static string InkOn(string colour) => Ratio(colour, Dark) >= Ratio(colour, Light) ? Dark : Light;

    /// <summary>1 to 21.</summary>
    public static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var share = Convert.ToInt32(colour.Substring(at, 2), 16) / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }
}

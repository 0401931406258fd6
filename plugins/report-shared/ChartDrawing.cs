using System.Globalization;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Shared;

/// <summary>Where a text stands at its point.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>What a chart is drawn with. The origin is the upper left corner.</summary>
internal interface IChartPen
{
    double Measure(string text, double size);

    void Text(string text, double x, double y, double size, string colour, TextAnchor anchor);

    void Line(IReadOnlyList<(double X, double Y)> points, string colour, double width, double[] dashes);

    void Box(double x, double y, double width, double height, string colour);

    void Dot(double x, double y, double radius, string colour);
}

/// <summary>Draws a chart: grid, axes, series that differ by colour and by dashes, key below. All formats draw the same.</summary>
internal sealed class ChartDrawing(ReportChart chart, IChartPen pen, double width, double height)
{
    private const double Size = 8;
    private const string Ink = "#1f2933", Quiet = "#52606d", Grid = "#e4e7eb";

    private static readonly string[] Palette = ["#1f4e78", "#c2410c", "#2e7d4f", "#7a4ea3", "#a16207", "#0f766e", "#be185d", "#475569"];
    private static readonly double[][] Dashes = [[], [5, 2], [2, 2], [7, 2, 2, 2]];

    private readonly bool hasBars = chart.Kind == ReportChartKind.Bars;
    private readonly List<(bool IsBefore, double X, double Y)> labels = [];
    private Scale across = null!, up = null!;
    private double left, right, top, bottom;

    /// <summary>Colour of a series.</summary>
    public static string ColourOf(ReportSeries series, int index) => ReportText.Hex(series.Colour) is { } hex ? "#" + hex : Palette[index % Palette.Length];

    public void Draw()
    {
        var points = chart.Series.SelectMany(s => s.Points).ToList();
        up = new Scale(chart.Vertical, points.Select(p => p.Y), fromZero: hasBars);
        across = new Scale(chart.Horizontal, points.Select(p => p.X), fromZero: false);
        var key = Key();
        left = up.Ticks.Select(t => pen.Measure(up.Words(t), Size)).DefaultIfEmpty(0).Max() + 8;
        var labels = hasBars ? 0 : chart.Series.Where(s => s.Points is [.., { Label: not null }]).Select(s => pen.Measure(s.Points[^1].Label!, Size)).DefaultIfEmpty(0).Max();
        right = width - Math.Max(10, Math.Min(width / 3, labels + 8));
        top = Size + 10;
        bottom = height - (key.Rows * (Size + 5)) - (2 * Size) - 14;

        pen.Text(chart.Vertical.Title, 0, Size, Size, Quiet, TextAnchor.Start);
        foreach (var tick in up.Ticks)
        {
            pen.Line([(left, Y(tick)), (right, Y(tick))], Grid, 0.6, []);
            pen.Text(up.Words(tick), left - 5, Y(tick) + (Size / 3), Size, Quiet, TextAnchor.End);
        }

        var free = double.MinValue;
        foreach (var tick in across.Ticks)
        {
            var words = across.Words(tick);
            var half = pen.Measure(words, Size) / 2;
            if (!hasBars)
                pen.Line([(X(tick), top), (X(tick), bottom)], Grid, 0.6, []);
            if (X(tick) - half < free + 4)
                continue;
            pen.Text(words, X(tick), bottom + Size + 4, Size, Quiet, TextAnchor.Middle);
            free = X(tick) + half;
        }

        pen.Text(chart.Horizontal.Title, (left + right) / 2, bottom + (2 * Size) + 8, Size, Quiet, TextAnchor.Middle);
        for (var i = 0; i < chart.Series.Count; i++)
            Series(chart.Series[i], i);
        pen.Line([(left, top), (left, bottom), (right, bottom)], Quiet, 0.8, []);
        foreach (var (x, row, i) in key.Places)
        {
            var y = height - ((key.Rows - row) * (Size + 5)) + Size;
            var colour = ColourOf(chart.Series[i], i);
            if (hasBars)
                pen.Box(x, y - Size + 1, 12, Size, colour);
            else if (chart.Kind == ReportChartKind.Points)
                pen.Dot(x + 6, y - 3, 2.2, colour);
            else
                pen.Line([(x, y - 3), (x + 14, y - 3)], colour, 1.6, Dashes[i % Dashes.Length]);
            pen.Text(chart.Series[i].Name, x + 18, y, Size, Ink, TextAnchor.Start);
        }
    }

    private void Series(ReportSeries series, int index)
    {
        var colour = ColourOf(series, index);
        var shown = series.Points.Where(p => across.Takes(p.X) && up.Takes(p.Y)).ToList();
        if (hasBars)
        {
            var slot = (right - left) / Math.Max(1, across.Span + 1);
            var bar = slot * 0.7 / chart.Series.Count;
            foreach (var p in shown)
            {
                var (x, y) = (X(p.X) - (slot * 0.35) + (index * bar), Y(p.Y));
                var zero = Y(up.Nearest(0));
                pen.Box(x, Math.Min(y, zero), bar * 0.92, Math.Abs(zero - y), colour);
                if (p.Label is not null)
                    pen.Text(p.Label, x + (bar / 2), Math.Min(y, zero) - 2, Size - 1, Ink, TextAnchor.Middle);
            }

            return;
        }

        List<(double X, double Y)> line = [];
        foreach (var p in shown)
        {
            if (chart.Kind == ReportChartKind.Step && line.Count > 0)
                line.Add((X(p.X), line[^1].Y));
            line.Add((X(p.X), Y(p.Y)));
        }

        if (chart.Kind != ReportChartKind.Points && line.Count > 1)
            pen.Line(line, colour, 1.6, Dashes[index % Dashes.Length]);
        if (chart.Kind == ReportChartKind.Points || shown.Count <= 12)
            foreach (var p in shown)
                pen.Dot(X(p.X), Y(p.Y), 2.2, colour);
        for (var i = 0; i < shown.Count; i++)
        {
            if (shown[i].Label is not { } label)
                continue;
            var isBefore = i == 0 && shown.Count > 1 && across.Categories;
            var x = X(shown[i].X) + (isBefore ? -5 : 5);
            var y = Y(shown[i].Y) + (Size / 3);
            // Points that share a place have their words below each other.
            while (labels.Exists(l => l.IsBefore == isBefore && Math.Abs(l.X - x) < 1 && Math.Abs(l.Y - y) < Size) && y + Size < bottom)
                y += Size;
            labels.Add((isBefore, x, y));
            pen.Text(label, x, y, Size, Ink, isBefore ? TextAnchor.End : TextAnchor.Start);
        }
    }

    /// <summary>The key flows over as many rows as it needs; one series alone needs none.</summary>
    private (List<(double X, int Row, int Series)> Places, int Rows) Key()
    {
        List<(double, int, int)> places = [];
        if (chart.Series.Count < 2 || chart.Series.Count > 24)
            return (places, 0);
        var (x, row) = (0.0, 0);
        for (var i = 0; i < chart.Series.Count; i++)
        {
            var wide = pen.Measure(chart.Series[i].Name, Size) + 30;
            if (x > 0 && x + wide > width)
                (x, row) = (0, row + 1);
            places.Add((x, row, i));
            x += wide;
        }

        return (places, row + 1);
    }

    private double X(double value)
    {
        if (hasBars)
            return left + ((value - across.Low + 0.5) * (right - left) / Math.Max(1, across.Span + 1));
        // Between categories there is room at both ends for words.
        var (from, to) = across.Categories ? (left + ((right - left) * 0.18), right - ((right - left) * 0.06)) : (left, right);
        return from + (across.Share(value) * (to - from));
    }

    private double Y(double value) => bottom - (up.Share(value) * (bottom - top));

    /// <summary>An axis: from where to where, and where its lines stand.</summary>
    private sealed class Scale
    {
        private readonly ReportAxis axis;
        private readonly bool logarithmic;

        public Scale(ReportAxis axis, IEnumerable<double> values, bool fromZero)
        {
            this.axis = axis;
            logarithmic = axis.Logarithmic;
            if (axis.Categories is { Count: > 0 } words)
            {
                (Low, High, Ticks) = (0, words.Count - 1, [.. Enumerable.Range(0, words.Count).Select(i => (double)i)]);
                return;
            }

            var known = values.Where(v => double.IsFinite(v) && (!logarithmic || v > 0)).ToList();
            if (fromZero)
                known.Add(0);
            var (low, high) = (axis.Minimum ?? known.DefaultIfEmpty(logarithmic ? 1 : 0).Min(), axis.Maximum ?? known.DefaultIfEmpty(1).Max());
            if (logarithmic && low <= 0)
                low = known.DefaultIfEmpty(1).Min();
            if (high <= low)
                high = logarithmic ? low * 10 : low + 1;
            if (logarithmic)
            {
                (Low, High) = (axis.Minimum ?? Math.Pow(10, Math.Floor(Math.Log10(low))), axis.Maximum ?? Math.Pow(10, Math.Ceiling(Math.Log10(high) - 1e-9)));
                if (Low <= 0)
                    Low = low;
                Ticks = [.. Enumerable.Range((int)Math.Ceiling(Math.Log10(Low) - 1e-9), 40).Select(e => Math.Pow(10, e)).TakeWhile(t => t <= High * 1.000001)];
                return;
            }

            var step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 5)));
            step *= ((high - low) / 5 / step) switch { > 5 => 10, > 2 => 5, > 1 => 2, _ => 1 };
            (Low, High) = (axis.Minimum ?? Math.Floor((low / step) + 1e-9) * step, axis.Maximum ?? Math.Ceiling((high / step) - 1e-9) * step);
            var first = Math.Ceiling((Low / step) - 1e-9);
            Ticks = [.. Enumerable.Range(0, 30).Select(i => (first + i) * step).TakeWhile(t => t <= High + (step * 1e-6))];
        }

        public double Low { get; }

        public double High { get; }

        public double Span => High - Low;

        public bool Categories => axis.Categories is { Count: > 0 };

        public IReadOnlyList<double> Ticks { get; }

        public bool Takes(double value) => double.IsFinite(value) && (!logarithmic || value > 0);

        public double Nearest(double value) => Math.Clamp(value, Low, High);

        public double Share(double value)
        {
            value = Nearest(value);
            if (High <= Low)
                return 0.5;
            return logarithmic ? Math.Log10(value / Low) / Math.Log10(High / Low) : (value - Low) / (High - Low);
        }

        public string Words(double tick)
        {
            if (axis.Categories is { Count: > 0 } words)
                return words[(int)tick];
            return axis.Percent ? (tick * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%" : tick.ToString(Math.Abs(tick) >= 1000 ? "#,##0" : "0.####", CultureInfo.InvariantCulture);
        }
    }
}

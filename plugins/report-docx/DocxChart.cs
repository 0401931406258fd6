using System.Globalization;
using DocumentFormat.OpenXml;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;
using A = DocumentFormat.OpenXml.Drawing;
using C = DocumentFormat.OpenXml.Drawing.Charts;

namespace IsmsModular.Plugins.Docx;

/// <summary>A chart as Word's own, so that a reader may restyle it. Its values stand in the chart itself, without a workbook.</summary>
internal static class DocxChart
{
    private const uint Across = 1, Up = 2;
    private const int Smallest = 800;

    private static readonly A.PresetLineDashValues[] Dashes = [A.PresetLineDashValues.Solid, A.PresetLineDashValues.Dash, A.PresetLineDashValues.SystemDot, A.PresetLineDashValues.DashDot];

    public static C.ChartSpace Build(ReportChart chart)
    {
        var plot = new C.PlotArea(new C.Layout());
        if (chart.Kind == ReportChartKind.Bars)
        {
            var bars = new C.BarChart(new C.BarDirection { Val = C.BarDirectionValues.Column }, new C.BarGrouping { Val = C.BarGroupingValues.Clustered }, new C.VaryColors { Val = false });
            bars.Append(chart.Series.Select((s, i) => new C.BarChartSeries(
                [.. Head(s, i), Fill(s, i), new C.InvertIfNegative { Val = false }, new C.CategoryAxisData(Words(chart.Horizontal, s)), new C.Values(Numbers(s.Points.Select(p => p.Y)))])));
            bars.Append(new C.GapWidth { Val = 60 }, new C.AxisId { Val = Across }, new C.AxisId { Val = Up });
            plot.Append(bars, Category(chart.Horizontal), Value(Up, Across, chart.Vertical, C.AxisPositionValues.Left));
        }
        else if (chart.Horizontal.Categories is not null)
        {
            var lines = new C.LineChart(new C.Grouping { Val = C.GroupingValues.Standard }, new C.VaryColors { Val = false });
            lines.Append(chart.Series.Select((s, i) => new C.LineChartSeries(
                [.. Head(s, i), Line(s, i, true), Marker(s, i), new C.CategoryAxisData(Words(chart.Horizontal, s)), new C.Values(Numbers(s.Points.Select(p => p.Y))), new C.Smooth { Val = false }])));
            lines.Append(new C.ShowMarker { Val = true }, new C.AxisId { Val = Across }, new C.AxisId { Val = Up });
            plot.Append(lines, Category(chart.Horizontal), Value(Up, Across, chart.Vertical, C.AxisPositionValues.Left));
        }
        else
        {
            var scatter = new C.ScatterChart(new C.ScatterStyle { Val = C.ScatterStyleValues.LineMarker }, new C.VaryColors { Val = false });
            scatter.Append(chart.Series.Select((s, i) =>
            {
                var points = chart.Kind == ReportChartKind.Step ? Steps(s.Points) : s.Points;
                var dots = chart.Kind == ReportChartKind.Points;
                return new C.ScatterChartSeries(
                    [.. Head(s, i), Line(s, i, !dots), dots ? Marker(s, i) : new C.Marker(new C.Symbol { Val = C.MarkerStyleValues.None }), new C.XValues(Numbers(points.Select(p => p.X))), new C.YValues(Numbers(points.Select(p => p.Y))), new C.Smooth { Val = false }]);
            }));
            scatter.Append(new C.AxisId { Val = Across }, new C.AxisId { Val = Up });
            plot.Append(scatter, Value(Across, Up, chart.Horizontal, C.AxisPositionValues.Bottom), Value(Up, Across, chart.Vertical, C.AxisPositionValues.Left));
        }

        var whole = new C.Chart(new C.AutoTitleDeleted { Val = true }, plot);
        if (chart.Series.Count > 1)
            whole.Append(new C.Legend(new C.LegendPosition { Val = C.LegendPositionValues.Bottom }, new C.Overlay { Val = false }));
        whole.Append(new C.PlotVisibleOnly { Val = true }, new C.DisplayBlanksAs { Val = C.DisplayBlanksAsValues.Gap });
        return new C.ChartSpace(new C.RoundedCorners { Val = false }, whole, new C.TextProperties(
            new A.BodyProperties(), new A.Paragraph(new A.ParagraphProperties(new A.DefaultRunProperties { FontSize = Smallest }), new A.EndParagraphRunProperties { Language = "en-GB" })));
    }

    private static IEnumerable<ReportPoint> Steps(IReadOnlyList<ReportPoint> points) =>
        points.SelectMany((p, i) => i == 0 ? [p] : new[] { new ReportPoint(p.X, points[i - 1].Y), p });

    private static IEnumerable<OpenXmlElement> Head(ReportSeries series, int index) =>
    [
        new C.Index { Val = (uint)index }, new C.Order { Val = (uint)index },
        new C.SeriesText(new C.NumericValue(ReportText.Clean(series.Name))),
    ];

    private static string Hex(ReportSeries series, int index) => ChartDrawing.ColourOf(series, index)[1..];

    private static C.ChartShapeProperties Fill(ReportSeries series, int index) => new(new A.SolidFill(new A.RgbColorModelHex { Val = Hex(series, index) }));

    private static C.ChartShapeProperties Line(ReportSeries series, int index, bool drawn) => new(drawn
        ? new A.Outline(new A.SolidFill(new A.RgbColorModelHex { Val = Hex(series, index) }), new A.PresetDash { Val = Dashes[index % Dashes.Length] }) { Width = 22225 }
        : new A.Outline(new A.NoFill()));

    private static C.Marker Marker(ReportSeries series, int index) => new(
        new C.Symbol { Val = C.MarkerStyleValues.Circle }, new C.Size { Val = 5 },
        new C.ChartShapeProperties(new A.SolidFill(new A.RgbColorModelHex { Val = Hex(series, index) }), new A.Outline(new A.NoFill())));

    private static C.StringLiteral Words(ReportAxis axis, ReportSeries series)
    {
        var words = series.Points.Select(p => axis.Categories is { } c && p.X >= 0 && p.X < c.Count ? c[(int)p.X] : p.X.ToString(CultureInfo.InvariantCulture)).ToList();
        var literal = new C.StringLiteral(new C.PointCount { Val = (uint)words.Count });
        literal.Append(words.Select((word, i) => new C.StringPoint(new C.NumericValue(ReportText.Clean(word))) { Index = (uint)i }));
        return literal;
    }

    private static C.NumberLiteral Numbers(IEnumerable<double> numbers)
    {
        var all = numbers.ToList();
        var literal = new C.NumberLiteral(new C.FormatCode("General"), new C.PointCount { Val = (uint)all.Count });
        literal.Append(all.Select((number, i) => (number, i)).Where(p => double.IsFinite(p.number)).Select(p => new C.NumericPoint(new C.NumericValue(p.number.ToString("R", CultureInfo.InvariantCulture))) { Index = (uint)p.i }));
        return literal;
    }

    private static C.CategoryAxis Category(ReportAxis axis) => new(
        new C.AxisId { Val = Across }, new C.Scaling(new C.Orientation { Val = C.OrientationValues.MinMax }), new C.Delete { Val = false }, new C.AxisPosition { Val = C.AxisPositionValues.Bottom },
        Title(axis.Title), new C.NumberingFormat { FormatCode = "General", SourceLinked = false }, new C.MajorTickMark { Val = C.TickMarkValues.None }, new C.MinorTickMark { Val = C.TickMarkValues.None }, new C.TickLabelPosition { Val = C.TickLabelPositionValues.Low },
        new C.CrossingAxis { Val = Up }, new C.Crosses { Val = C.CrossesValues.AutoZero });

    private static C.ValueAxis Value(uint id, uint other, ReportAxis axis, C.AxisPositionValues position)
    {
        var scaling = new C.Scaling();
        if (axis.Logarithmic)
            scaling.Append(new C.LogBase { Val = 10D });
        scaling.Append(new C.Orientation { Val = C.OrientationValues.MinMax });
        if (axis.Maximum is { } maximum)
            scaling.Append(new C.MaxAxisValue { Val = maximum });
        if (axis.Minimum is { } minimum && (!axis.Logarithmic || minimum > 0))
            scaling.Append(new C.MinAxisValue { Val = minimum });
        return new(
            new C.AxisId { Val = id }, scaling, new C.Delete { Val = false }, new C.AxisPosition { Val = position },
            new C.MajorGridlines(new C.ChartShapeProperties(new A.Outline(new A.SolidFill(new A.RgbColorModelHex { Val = "E4E7EB" })) { Width = 6350 })),
            Title(axis.Title), new C.NumberingFormat { FormatCode = axis.Percent ? "0%" : "#,##0.##", SourceLinked = false }, new C.MajorTickMark { Val = C.TickMarkValues.None }, new C.MinorTickMark { Val = C.TickMarkValues.None }, new C.TickLabelPosition { Val = C.TickLabelPositionValues.Low },
            new C.CrossingAxis { Val = other }, new C.Crosses { Val = axis.Logarithmic ? C.CrossesValues.Minimum : C.CrossesValues.AutoZero }, new C.CrossBetween { Val = id == Up ? C.CrossBetweenValues.Between : C.CrossBetweenValues.MidpointCategory });
    }

    private static C.Title Title(string words) => new(
        new C.ChartText(new C.RichText(new A.BodyProperties(), new A.Paragraph(new A.ParagraphProperties(new A.DefaultRunProperties { FontSize = Smallest, Bold = false }), new A.Run(new A.RunProperties { Language = "en-GB", FontSize = Smallest, Bold = false }, new A.Text(ReportText.Clean(words)))))),
        new C.Overlay { Val = false });
}

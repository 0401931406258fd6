using System.Globalization;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Heat maps, charts and pictures.</summary>
internal sealed partial class PdfReport
{
    private void WriteMap(ReportHeatMap map, bool withCaption)
    {
        const double size = 8;
        var names = 12 + map.Rows.SelectMany(r => Wrapped(r, TextWidth * 0.25, size, true).Lines).Select(l => l.Width).DefaultIfEmpty(0).Max();
        var cell = Math.Min(84, (TextWidth - names) / Math.Max(1, map.Columns.Count));
        var heads = map.Columns.Select(c => Wrapped(c, cell - 4, size, true, 8)).ToList();
        var deep = heads.Select(h => h.Lines.Count).DefaultIfEmpty(1).Max() * size * 1.3;
        // Many tiers make low rows: the map stands whole on one page.
        var high = Math.Min(26, (Floor - Top - deep - 64) / Math.Max(1, map.Rows.Count));
        var (named, counted) = (Math.Min(size, high / 1.25), Math.Min(size + 1, high / 1.25));
        Need((map.Rows.Count * high) + deep + 64);
        var table = tags.Open(document, "Table");
        if (withCaption)
            Paragraph(map.Title, 9, Grey, true, "Caption", table);
        var left = Side + names;
        Artifact(() => Draw(Fit(map.Vertical + " ↑", TextWidth, size), Side, y + size, size, Grey));
        y += size * 1.8;
        for (var row = map.Rows.Count - 1; row >= 0; row--)
        {
            var tr = tags.Open(table, "TR");
            var name = Wrapped(map.Rows[row], names - 8, named, true, Math.Max(1, (int)((high + 4) / (named * 1.25))));
            InMap(tr, "TH", "/A<</O/Table/Scope/Row>>", name, named, Side, names - 8, high, Ink1, end: true);
            for (var column = 0; column < map.Columns.Count; column++)
            {
                var value = map.Cells[row][column];
                var x = left + (column * cell);
                var hex = ReportText.Hex(value.Colour);
                Artifact(() => ink.Box(x + 0.75, y + 0.75, cell - 1.5, high - 1.5, hex ?? Soft));
                InMap(tr, "TD", "", Wrapped(report.Shown(value), cell - 6, counted, true), counted, x, cell, high, hex is null ? Ink1 : ReportText.ReadableOn(hex));
            }

            tags.Close(tr);
            y += high;
        }

        var foot = tags.Open(table, "TR");
        for (var column = 0; column < heads.Count; column++)
            InMap(foot, "TH", "/A<</O/Table/Scope/Column>>", heads[column], size, left + (column * cell), cell, deep + 4, Ink1);
        tags.Close(foot);
        y += deep + 8;
        var across = Fit(map.Horizontal + " →", cell * map.Columns.Count, size);
        Artifact(() => Draw(across, left + (((cell * map.Columns.Count) - across.Lines[0].Width) / 2), y + size, size, Grey));
        y += size * 2;
        tags.Close(table);
        if (!string.IsNullOrEmpty(map.Description))
            Paragraph(map.Description, 8.5, Grey, false, "P");
        y += 6;
    }

    private void InMap(Tags.Element row, string type, string more, Wrap text, double size, double x, double room, double high, string colour, bool end = false)
    {
        var element = tags.Open(row, type, more);
        if (text.Glyphs.Length > 0)
        {
            Marked(element, () =>
            {
                var at = y + ((high - (text.Lines.Count * size * 1.25)) / 2);
                foreach (var line in text.Lines)
                {
                    Draw(text, line, end ? x + room - line.Width : x + ((room - line.Width) / 2), at + (size * 0.98), size, colour);
                    at += size * 1.25;
                }
            });
        }

        tags.Close(element);
    }

    private void WriteChart(ReportChart chart)
    {
        var (wide, high) = (Math.Min(TextWidth, 500), 250.0);
        Need(high + 40);
        Paragraph(chart.Title, 9, Grey, true, "P");
        var figure = tags.Open(document, "Figure", $"/Alt {PdfFile.Text(ReportText.Clean(chart.Description))}");
        Marked(figure, () => new ChartDrawing(chart, new Pen(this, Side, y), wide, high).Draw());
        tags.Close(figure);
        y += high + 12;
    }

    private void WritePicture(ReportFigure figure)
    {
        if (PngPicture.Read(figure.Png) is not { } png)
        {
            Paragraph($"{figure.Title}: {figure.Description}", Body, Grey, false, "P");
            return;
        }

        // A pixel is three quarters of a point.
        var scale = Math.Min(0.75, Math.Min(TextWidth / png.Width, (Floor - Top - 40) / png.Height));
        var (wide, high) = (png.Width * scale, png.Height * scale);
        Need(high + 24);
        pictures.Add((png.Write(file), wide, high));
        var element = tags.Open(document, "Figure", $"/Alt {PdfFile.Text(ReportText.Clean(figure.Description))}");
        Marked(element, () => ink.Raw("q ").Number(wide).Raw("0 0 ").Number(high).X(Side).Y(y + high).Raw("cm /P").Raw((pictures.Count - 1).ToString(CultureInfo.InvariantCulture)).Raw(" Do Q\n"));
        tags.Close(element);
        y += high + 4;
        Paragraph(figure.Title, 9, Grey, true, "Caption");
    }

    private sealed class Pen(PdfReport page, double left, double top) : IChartPen
    {
        public double Measure(string text, double size) => page.Fit(text, 10_000, size).Lines[0].Width;

        public void Text(string text, double x, double y, double size, string colour, TextAnchor anchor)
        {
            var fitted = page.Fit(text, 10_000, size);
            var shift = anchor switch { TextAnchor.Middle => fitted.Lines[0].Width / 2, TextAnchor.End => fitted.Lines[0].Width, _ => 0 };
            page.Draw(fitted, left + x - shift, top + y, size, Hex(colour));
        }

        public void Line(IReadOnlyList<(double X, double Y)> points, string colour, double width, double[] dashes)
        {
            page.ink.Raw("q ").Stroke(Hex(colour)).Number(width).Raw("w 1 j [");
            foreach (var dash in dashes)
                page.ink.Number(dash);
            page.ink.Raw("] 0 d ");
            for (var i = 0; i < points.Count; i++)
                page.ink.X(left + points[i].X).Y(top + points[i].Y).Raw(i == 0 ? "m " : "l ");
            page.ink.Raw("S Q\n");
        }

        public void Box(double x, double y, double width, double height, string colour) => page.ink.Box(left + x, top + y, width, height, Hex(colour));

        public void Dot(double x, double y, double radius, string colour)
        {
            // A point as a line of no length with a round end.
            page.ink.Raw("q 1 J ").Stroke(Hex(colour)).Number(radius * 2).Raw("w ").X(left + x).Y(top + y).Raw("m ").X(left + x).Y(top + y).Raw("l S Q\n");
        }

        private static string Hex(string colour) => ReportText.Hex(colour) ?? Ink1;
    }
}

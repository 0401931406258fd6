using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Html;

/// <summary>One file that any browser reads without a network: contents as links, print style, nothing from outside and no script. Every text is encoded.</summary>
internal sealed class HtmlFormat : IReportFormat
{
    private static readonly string Style = ReadStyle();

    public string Key => "html";

    public string Name => "Web page";

    public string MediaType => "text/html; charset=utf-8";

    public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        new Page(report, writer, cancellationToken).Write();
    }

    private static string ReadStyle()
    {
        using var reader = new StreamReader(typeof(HtmlFormat).Assembly.GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }

    private sealed class Page(ReportDocument report, TextWriter w, CancellationToken cancellationToken)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
        private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Except("<>&\"'+`")]);

        public void Write()
        {
            w.Write($"""<!DOCTYPE html>{"\n"}<html lang="{Encoded(report.Language)}">{"\n"}<head>{"\n"}<meta charset="utf-8">{"\n"}<meta name="viewport" content="width=device-width, initial-scale=1">{"\n"}""");
            w.Write("""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">""");
            w.Write($"\n<title>{Encoded(report.Title)} – {Encoded(report.Organisation)}</title>\n<style>\n{Style}</style>\n</head>\n<body>\n");
            w.Write($"<header class=\"front\">\n<h1>{Encoded(report.Title)}</h1>\n");
            if (!string.IsNullOrEmpty(report.Subtitle))
                w.Write($"<p class=\"subtitle\">{Encoded(report.Subtitle)}</p>\n");
            w.Write($"<p class=\"quiet\">{Encoded(report.Organisation)} · {Encoded(report.Word("madeAt", "Made at"))} {Encoded(report.Made())}");
            if (!string.IsNullOrEmpty(report.Marking))
                w.Write($" <span class=\"marking\">{Encoded(report.Marking)}</span>");
            w.Write("</p>\n</header>\n");
            WriteContents();
            w.Write("<main>\n");
            WriteBlocks();
            w.Write("</main>\n");
            if (report.HeadHash is not null)
                w.Write($"<footer>{Encoded(report.Word("headHash", "Head hash of the activity log"))}:<br><code>{Encoded(report.HeadHash)}</code></footer>\n");
            w.Write("</body>\n</html>\n");
        }

        private void WriteContents()
        {
            var entries = report.Blocks.OfType<ReportHeading>().Select((h, i) => (Heading: h, Number: i + 1)).Where(e => e.Heading.Level == 1).ToList();
            if (entries.Count < 2)
                return;
            w.Write($"<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">{Encoded(report.Word("contents", "Contents"))}</h2>\n<ol>\n");
            foreach (var (heading, number) in entries)
                w.Write($"<li><a href=\"#s{number}\">{Encoded(heading.Text)}</a></li>\n");
            w.Write("</ol>\n</nav>\n");
        }

        private void WriteBlocks()
        {
            var headings = 0;
            string? said = null;
            foreach (var block in report.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (block)
                {
                    case ReportHeading h:
                        var tag = $"h{Math.Clamp(h.Level, 1, 3) + 1}";
                        w.Write($"<{tag} id=\"s{++headings}\">{Encoded(h.Text)}</{tag}>\n");
                        break;
                    case ReportParagraph p:
                        w.Write($"<p{(p.Emphasis ? " class=\"note\"" : "")}>{Lines(p.Text)}</p>\n");
                        break;
                    case ReportFields { Fields.Count: > 0 } f:
                        w.Write("<dl>\n");
                        foreach (var (name, value) in f.Fields)
                            w.Write($"<dt>{Encoded(name)}</dt><dd>{Lines(value)}</dd>\n");
                        w.Write("</dl>\n");
                        break;
                    case ReportTable t:
                        WriteTable(t, withCaption: said != t.Name);
                        break;
                    case ReportHeatMap m:
                        WriteMap(m, withCaption: said != m.Title);
                        break;
                    case ReportChart c:
                        WriteChart(c);
                        break;
                    case ReportFigure f:
                        w.Write($"<figure><img alt=\"{Encoded(f.Description)}\" src=\"data:image/png;base64,{Convert.ToBase64String([.. f.Png])}\"><figcaption>{Encoded(f.Title)}</figcaption></figure>\n");
                        break;
                    case ReportPageBreak:
                        w.Write("<div class=\"pagebreak\"></div>\n");
                        break;
                }

                said = (block as ReportHeading)?.Text ?? said;
            }
        }

        private void WriteTable(ReportTable table, bool withCaption)
        {
            var (main, details) = table.Split();
            if (main.Count == 0)
                return;
            w.Write("<div class=\"wide\"><table>\n");
            if (withCaption)
                w.Write($"<caption>{Encoded(table.Name)}</caption>\n");
            w.Write("<thead><tr>");
            foreach (var (column, _) in main)
                w.Write($"<th scope=\"col\">{Encoded(column.Title)}</th>");
            w.Write("</tr></thead>\n<tbody>\n");
            foreach (var row in table.Rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                w.Write("<tr>");
                foreach (var (_, index) in main)
                    WriteCell(row[index]);
                w.Write("</tr>\n");
                var first = true;
                foreach (var (column, index) in details)
                {
                    var value = report.Shown(row[index]);
                    if (value.Length == 0)
                        continue;
                    w.Write(first ? $"<tr class=\"more\"><td colspan=\"{main.Count}\">" : " · ");
                    w.Write($"<b>{Encoded(column.Title)}:</b> {Lines(value)}");
                    first = false;
                }

                if (!first)
                    w.Write("</td></tr>\n");
            }

            w.Write("</tbody>\n</table></div>\n");
        }

        private void WriteCell(ReportCell cell)
        {
            w.Write("<td");
            if (cell.Value is double)
                w.Write(" class=\"n\"");
            Paint(cell.Colour);
            w.Write('>');
            w.Write(Lines(report.Shown(cell)));
            w.Write("</td>");
        }

        private void Paint(string? colour)
        {
            if (ReportText.Hex(colour) is { } hex)
                w.Write($" class=\"level\" style=\"background:#{hex};color:#{ReportText.ReadableOn(hex)}\"");
        }

        private void WriteMap(ReportHeatMap map, bool withCaption)
        {
            w.Write("<div class=\"wide\"><table class=\"map\">\n");
            if (withCaption)
                w.Write($"<caption>{Encoded(map.Title)}</caption>\n");
            w.Write("<tbody>\n");
            for (var y = map.Rows.Count - 1; y >= 0; y--)
            {
                w.Write("<tr>");
                if (y == map.Rows.Count - 1)
                    w.Write($"<th scope=\"rowgroup\" rowspan=\"{map.Rows.Count}\">{Encoded(map.Vertical)} ↑</th>");
                w.Write($"<th scope=\"row\">{Encoded(map.Rows[y])}</th>");
                foreach (var cell in map.Cells[y])
                {
                    w.Write("<td");
                    Paint(cell.Colour);
                    w.Write($">{Lines(report.Shown(cell))}</td>");
                }

                w.Write("</tr>\n");
            }

            w.Write("</tbody>\n<tfoot><tr><td colspan=\"2\"></td>");
            foreach (var column in map.Columns)
                w.Write($"<th scope=\"col\">{Encoded(column)}</th>");
            w.Write($"</tr>\n<tr><td colspan=\"2\"></td><th colspan=\"{map.Columns.Count}\">{Encoded(map.Horizontal)} →</th></tr></tfoot>\n</table></div>\n");
            if (!string.IsNullOrEmpty(map.Description))
                w.Write($"<p class=\"quiet\">{Lines(map.Description)}</p>\n");
        }

        private void WriteChart(ReportChart chart)
        {
            const int width = 520, height = 300;
            w.Write($"<figure><figcaption>{Encoded(chart.Title)}</figcaption>\n<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Encoded(chart.Description)}\" xmlns=\"http://www.w3.org/2000/svg\" font-family=\"inherit\">\n");
            new ChartDrawing(chart, new SvgPen(w), width, height).Draw();
            w.Write("</svg>\n</figure>\n");
        }

        private static string Lines(string text) => Encoded(text).Replace("\n", "<br>", StringComparison.Ordinal);

        /// <summary>Line ends stay: the encoder would write them as numbers.</summary>
        private static string Encoded(string text)
        {
            var clean = ReportText.Clean(text);
            return clean.AsSpan().ContainsAnyExcept(Plain) ? Encoder.Encode(clean).Replace("&#xA;", "\n", StringComparison.Ordinal) : clean;
        }
    }

    private sealed class SvgPen(TextWriter w) : IChartPen
    {
        /// <summary>Near enough for room beside an axis: the reader's font is not known.</summary>
        public double Measure(string text, double size) => text.Sum(c => c >= 0x2e80 ? 1.0 : 0.56) * size;

        public void Text(string text, double x, double y, double size, string colour, TextAnchor anchor) =>
            w.Write($"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" fill=\"{colour}\" text-anchor=\"{anchor switch { TextAnchor.Middle => "middle", TextAnchor.End => "end", _ => "start" }}\">{HtmlEncoder.Default.Encode(ReportText.Clean(text))}</text>\n");

        public void Line(IReadOnlyList<(double X, double Y)> points, string colour, double width, double[] dashes) =>
            w.Write($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"{N(width)}\"{(dashes.Length > 0 ? $" stroke-dasharray=\"{string.Join(' ', dashes.Select(N))}\"" : "")} points=\"{string.Join(' ', points.Select(p => N(p.X) + "," + N(p.Y)))}\"/>\n");

        public void Box(double x, double y, double width, double height, string colour) =>
            w.Write($"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{colour}\"/>\n");

        public void Dot(double x, double y, double radius, string colour) =>
            w.Write($"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{colour}\"/>\n");

        private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
    }
}

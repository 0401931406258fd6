using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Office;
using IsmsModular.Plugins.Shared;
using A = DocumentFormat.OpenXml.Drawing;
using Pic = DocumentFormat.OpenXml.Drawing.Pictures;
using Wp = DocumentFormat.OpenXml.Drawing.Wordprocessing;

namespace IsmsModular.Plugins.Docx;

/// <summary>A document: title, contents as links, chapters, tables whose header is repeated on each page, header with organisation and title, footer with marking and page. Rows go straight to the file.</summary>
internal sealed class DocxFormat : IReportFormat
{
    public string Key => "docx";

    public string Name => "Word document";

    public string MediaType => "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    public Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        using var package = new OfficePackage(output, report.MadeAt);
        new Body(report, package, cancellationToken).Write();
        return Task.CompletedTask;
    }

    private sealed class Body(ReportDocument report, OfficePackage package, CancellationToken cancellationToken)
    {
        private const string Words = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

        // A4 in twentieths of a point, with margins of 2 cm.
        private const int Short = 11906, Long = 16838, Margin = 1134;

        private readonly List<ReportHeading> headings = [.. report.Blocks.OfType<ReportHeading>()];
        private readonly List<ReportFigure> figures = [.. report.Blocks.OfType<ReportFigure>()];
        private readonly List<ReportChart> charts = [.. report.Blocks.OfType<ReportChart>()];
        private int TextWidth => (report.Landscape ? Long : Short) - 2 * Margin;

        public void Write()
        {
            package.Add("word/document.xml", Words + "document.main+xml", WriteDocument);
            for (var i = 0; i < figures.Count; i++)
                package.Add($"word/media/figure{i + 1}.png", "image/png", [.. figures[i].Png]);
            for (var i = 0; i < charts.Count; i++)
                package.Add($"word/charts/chart{i + 1}.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", w => w.WriteElement(DocxChart.Build(charts[i])));
            package.Add("word/styles.xml", Words + "styles+xml", w => w.WriteElement(DocxStyles.Build(report.Language)));
            package.Add("word/settings.xml", Words + "settings+xml", w => w.WriteElement(new Settings(
                new Zoom { Percent = "100" },
                new Compatibility(new CompatibilitySetting { Name = CompatSettingNameValues.CompatibilityMode, Uri = "http://schemas.microsoft.com/office/word", Val = "15" }),
                new ThemeFontLanguages { Val = DocxStyles.LanguageTag(report.Language), EastAsia = "zh-CN", Bidi = "ta-IN" })));
            package.Add("word/header1.xml", Words + "header+xml", w => w.WriteElement(new Header(Furniture("Header", report.Organisation, [Text(report.Title)]))));
            package.Add("word/footer1.xml", Words + "footer+xml", w => w.WriteElement(new Footer(Furniture("Footer", report.Marking ?? "",
                [Text(report.Word("page", "Page") + " "), .. Field("PAGE"), Text(" " + report.Word("of", "of") + " "), .. Field("NUMPAGES")]))));
            package.Relate("word/document.xml", [
                ("rIdStyles", "styles", "styles.xml"), ("rIdSettings", "settings", "settings.xml"), ("rIdHeader", "header", "header1.xml"), ("rIdFooter", "footer", "footer1.xml"),
                .. figures.Select((_, i) => ($"rIdFigure{i + 1}", "image", $"media/figure{i + 1}.png")),
                .. charts.Select((_, i) => ($"rIdChart{i + 1}", "chart", $"charts/chart{i + 1}.xml"))]);
            package.Finish("word/document.xml", report);
        }

        private void WriteDocument(OpenXmlWriter w)
        {
            w.WriteStartElement(new Document());
            w.WriteStartElement(new DocumentFormat.OpenXml.Wordprocessing.Body());
            w.WriteElement(Paragraph("Title", report.Title));
            if (!string.IsNullOrEmpty(report.Subtitle))
                w.WriteElement(Paragraph("Subtitle", report.Subtitle));
            w.WriteElement(Paragraph("Quiet", $"{report.Organisation} · {report.Word("madeAt", "Made at")} {report.Made()}"));
            WriteContents(w);

            int heading = 0, figure = 0, chart = 0;
            ReportBlock? before = null;
            foreach (var block in report.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (block)
                {
                    case ReportHeading h:
                        w.WriteElement(Marked($"Heading{Math.Clamp(h.Level, 1, 3)}", h.Text, ++heading));
                        break;
                    case ReportParagraph p:
                        w.WriteElement(Paragraph(p.Emphasis ? "Note" : "Normal", p.Text));
                        break;
                    case ReportFields f when f.Fields.Count > 0:
                        WriteFields(w, f);
                        break;
                    case ReportTable t:
                        // A heading that says the same is caption enough.
                        WriteTable(w, t, withCaption: (before as ReportHeading)?.Text != t.Name);
                        break;
                    case ReportHeatMap m:
                        WriteMap(w, m, withCaption: (before as ReportHeading)?.Text != m.Title);
                        break;
                    case ReportChart c:
                        w.WriteElement(KeptCaption(c.Title));
                        w.WriteElement(Chart(c, ++chart));
                        break;
                    case ReportFigure f:
                        w.WriteElement(Picture(f, ++figure));
                        w.WriteElement(Paragraph("Caption", f.Title));
                        break;
                    case ReportPageBreak:
                        w.WriteElement(new Paragraph(new Run(new Break { Type = BreakValues.Page })));
                        break;
                }

                before = block;
            }

            if (report.HeadHash is not null)
            {
                w.WriteElement(Paragraph("Quiet", report.Word("headHash", "Head hash of the activity log") + ":"));
                w.WriteElement(Paragraph("Hash", report.HeadHash));
            }

            w.WriteElement(new SectionProperties(
                new HeaderReference { Type = HeaderFooterValues.Default, Id = "rIdHeader" },
                new FooterReference { Type = HeaderFooterValues.Default, Id = "rIdFooter" },
                report.Landscape ? new PageSize { Width = Long, Height = Short, Orient = PageOrientationValues.Landscape } : new PageSize { Width = Short, Height = Long },
                new PageMargin { Top = 1418, Bottom = 1134, Left = Margin, Right = Margin, Header = 567, Footer = 567, Gutter = 0 }));
            w.WriteEndElement();
            w.WriteEndElement();
        }

        /// <summary>Links without page numbers: those would be right only after the reader's Word has counted.</summary>
        private void WriteContents(OpenXmlWriter w)
        {
            var entries = headings.Select((h, i) => (Heading: h, Number: i + 1)).Where(e => e.Heading.Level <= 2).ToList();
            if (entries.Count < 2)
                return;
            w.WriteElement(Paragraph("ContentsHeading", report.Word("contents", "Contents")));
            foreach (var (heading, number) in entries)
            {
                var run = Text(heading.Text);
                run.RunProperties = new RunProperties(new RunStyle { Val = "Hyperlink" });
                w.WriteElement(new Paragraph(
                    new ParagraphProperties(new ParagraphStyleId { Val = $"Contents{Math.Clamp(heading.Level, 1, 2)}" }),
                    new Hyperlink(run) { Anchor = Bookmark(number), History = true }));
            }
        }

        private void WriteFields(OpenXmlWriter w, ReportFields fields)
        {
            int[] widths = [TextWidth * 28 / 100, TextWidth - TextWidth * 28 / 100];
            StartTable(w, "Fields", widths, "");
            foreach (var (name, value) in fields.Fields)
                w.WriteElement(new TableRow(
                    new TableRowProperties(new CantSplit()),
                    Cell(widths[0], Styled("FieldName", [Text(name)])),
                    Cell(widths[1], Styled("TableText", Lines(value)))));
            w.WriteEndElement();
            w.WriteElement(Paragraph("Gap", ""));
        }

        private void WriteTable(OpenXmlWriter w, ReportTable table, bool withCaption)
        {
            var (main, details) = table.Split();
            if (main.Count == 0)
                return;

            if (withCaption)
                w.WriteElement(KeptCaption(table.Name));
            var whole = main.Sum(c => c.Column.Width);
            var widths = main.Select(c => (int)(TextWidth * c.Column.Width / whole)).ToArray();
            widths[^1] += TextWidth - widths.Sum();
            StartTable(w, "Register", widths, table.Name);
            var head = new TableRow(new TableRowProperties(new CantSplit(), new TableHeader()));
            head.Append(main.Select((c, i) => Shaded(Cell(widths[i], Styled("TableHead", [Text(c.Column.Title)])), DocxStyles.Blue)));
            w.WriteElement(head);
            foreach (var cells in table.Rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var notes = details.Select(d => (d.Column.Title, Value: report.Shown(cells[d.Index]))).Where(d => d.Value.Length > 0).ToList();
                var row = new TableRow(new TableRowProperties(new CantSplit()));
                row.Append(main.Select((c, i) => Filled(widths[i], cells[c.Index], keep: notes.Count > 0)));
                w.WriteElement(row);
                if (notes.Count > 0)
                    w.WriteElement(new TableRow(new TableRowProperties(new CantSplit()), Details(notes, main.Count)));
            }

            w.WriteEndElement();
            w.WriteElement(Paragraph("Gap", ""));
        }

        private static TableCell Details(List<(string Title, string Value)> notes, int span)
        {
            var paragraph = Styled("TableDetail", notes.SelectMany((n, i) =>
            {
                var name = Text((i > 0 ? "  ·  " : "") + n.Title + ": ");
                name.RunProperties = new RunProperties(new Bold());
                return Lines(n.Value).Prepend(name);
            }));
            return Shaded(new TableCell(new TableCellProperties(new GridSpan { Val = span }), paragraph), "F5F7FA");
        }

        /// <summary>A map is a table of coloured cells: its words can be searched and copied.</summary>
        private void WriteMap(OpenXmlWriter w, ReportHeatMap map, bool withCaption)
        {
            if (withCaption)
                w.WriteElement(KeptCaption(map.Title));
            var cell = Math.Min(1800, (TextWidth - 3000) / Math.Max(1, map.Columns.Count));
            int[] widths = [1200, 1800, .. map.Columns.Select(_ => cell)];
            StartTable(w, "Fields", widths, map.Description ?? map.Title);
            static TableCell Centred(int width, string text) => Cell(width, Styled("MapText", [Text(text)]));
            for (var y = map.Rows.Count - 1; y >= 0; y--)
            {
                var axis = Centred(widths[0], y == map.Rows.Count - 1 ? map.Vertical + " ↑" : "");
                axis.TableCellProperties!.Append(new VerticalMerge { Val = y == map.Rows.Count - 1 ? MergedCellValues.Restart : MergedCellValues.Continue });
                var row = new TableRow(new TableRowProperties(new CantSplit(), new TableRowHeight { Val = 480, HeightType = HeightRuleValues.AtLeast }), axis, Centred(widths[1], map.Rows[y]));
                foreach (var (value, x) in map.Cells[y].Select((c, x) => (c, x)))
                {
                    var run = Text(report.Shown(value));
                    var filled = Cell(widths[x + 2], Styled("MapText", [run]));
                    if (ReportText.Hex(value.Colour) is { } colour)
                    {
                        Shaded(filled, colour);
                        run.RunProperties = new RunProperties(new Bold(), new Color { Val = ReportText.ReadableOn(colour) });
                    }

                    filled.TableCellProperties!.Append(new TableCellVerticalAlignment { Val = TableVerticalAlignmentValues.Center });
                    row.Append(filled);
                }

                w.WriteElement(row);
            }

            var foot = new TableRow(new TableRowProperties(new CantSplit()), Centred(widths[0], ""), Centred(widths[1], ""));
            foot.Append(map.Columns.Select((c, x) => Centred(widths[x + 2], c)));
            w.WriteElement(foot);
            var wide = Centred(widths.Skip(2).Sum(), map.Horizontal + " →");
            wide.TableCellProperties!.Append(new GridSpan { Val = Math.Max(1, map.Columns.Count) });
            w.WriteElement(new TableRow(new TableRowProperties(new CantSplit()), Centred(widths[0], ""), Centred(widths[1], ""), wide));
            w.WriteEndElement();
            w.WriteElement(Paragraph(string.IsNullOrEmpty(map.Description) ? "Gap" : "Quiet", map.Description ?? ""));
        }

        private Paragraph Chart(ReportChart chart, int number)
        {
            var (width, height) = (Math.Min(TextWidth * 635L, 17L * 360_000), 9L * 360_000);
            return new Paragraph(new Run(new Drawing(new Wp.Inline(
                new Wp.Extent { Cx = width, Cy = height },
                new Wp.DocProperties { Id = (uint)(1000 + number), Name = ReportText.Clean(chart.Title), Description = ReportText.Clean(chart.Description) },
                new A.Graphic(new A.GraphicData(new DocumentFormat.OpenXml.Drawing.Charts.ChartReference { Id = $"rIdChart{number}" }) { Uri = "http://schemas.openxmlformats.org/drawingml/2006/chart" }))
            { DistanceFromTop = 0U, DistanceFromBottom = 0U, DistanceFromLeft = 0U, DistanceFromRight = 0U })));
        }

        private static void StartTable(OpenXmlWriter w, string style, int[] widths, string description)
        {
            w.WriteStartElement(new Table());
            var properties = new TableProperties(
                new TableStyle { Val = style },
                new TableWidth { Width = widths.Sum().ToString(CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa },
                new TableLayout { Type = TableLayoutValues.Fixed },
                new TableLook { FirstRow = style == "Register", NoHorizontalBand = true, NoVerticalBand = true });
            if (description.Length > 0)
                properties.Append(new TableCaption { Val = ReportText.Clean(description) });
            w.WriteElement(properties);
            var grid = new TableGrid();
            grid.Append(widths.Select(x => new GridColumn { Width = x.ToString(CultureInfo.InvariantCulture) }));
            w.WriteElement(grid);
        }

        private TableCell Filled(int width, ReportCell cell, bool keep)
        {
            var runs = Lines(report.Shown(cell)).ToList();
            var paragraph = Styled(cell.Value is double ? "TableNumber" : "TableText", runs);
            if (keep)
                paragraph.ParagraphProperties!.InsertAfter(new KeepNext(), paragraph.ParagraphProperties.ParagraphStyleId);
            var filled = Cell(width, paragraph);
            if (ReportText.Hex(cell.Colour) is { } colour)
            {
                Shaded(filled, colour);
                foreach (var run in runs)
                    run.RunProperties = new RunProperties(new Bold(), new Color { Val = ReportText.ReadableOn(colour) });
            }

            return filled;
        }

        private static TableCell Shaded(TableCell cell, string colour)
        {
            cell.TableCellProperties!.Append(new Shading { Val = ShadingPatternValues.Clear, Color = "auto", Fill = colour });
            return cell;
        }

        private static TableCell Cell(int width, Paragraph paragraph) =>
            new(new TableCellProperties(new TableCellWidth { Width = width.ToString(CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa }), paragraph);

        private static Paragraph KeptCaption(string text)
        {
            var caption = Paragraph("Caption", text);
            caption.ParagraphProperties!.InsertAfter(new KeepNext(), caption.ParagraphProperties.ParagraphStyleId);
            return caption;
        }

        private static Paragraph Marked(string style, string text, int number)
        {
            var paragraph = Styled(style, [new BookmarkStart { Id = number.ToString(CultureInfo.InvariantCulture), Name = Bookmark(number) }]);
            paragraph.Append(Lines(text));
            paragraph.Append(new BookmarkEnd { Id = number.ToString(CultureInfo.InvariantCulture) });
            return paragraph;
        }

        private static string Bookmark(int number) => $"_Section{number}";

        private static Paragraph Paragraph(string style, string text) => Styled(style, Lines(text));

        private static Paragraph Styled(string style, IEnumerable<OpenXmlElement> content)
        {
            var paragraph = new Paragraph { ParagraphProperties = new ParagraphProperties(new ParagraphStyleId { Val = style }) };
            paragraph.Append(content);
            return paragraph;
        }

        private static Run Text(string text) => new(new Text(ReportText.Clean(text).Replace('\n', ' ')) { Space = SpaceProcessingModeValues.Preserve });

        private static IEnumerable<Run> Lines(string text)
        {
            if (text.Length == 0)
                yield break;
            var run = new Run();
            var first = true;
            foreach (var line in ReportText.Clean(text).Split('\n'))
            {
                if (!first)
                    run.Append(new Break());
                first = false;
                run.Append(new Text(line) { Space = SpaceProcessingModeValues.Preserve });
            }

            yield return run;
        }

        private Paragraph Furniture(string style, string left, IEnumerable<Run> right)
        {
            var paragraph = new Paragraph(
                new ParagraphProperties(
                    new ParagraphStyleId { Val = style },
                    new Tabs(new TabStop { Val = TabStopValues.Right, Position = TextWidth })),
                Text(left),
                new Run(new TabChar()));
            paragraph.Append(right);
            return paragraph;
        }

        private static IEnumerable<Run> Field(string instruction) =>
        [
            new(new FieldChar { FieldCharType = FieldCharValues.Begin }),
            new(new FieldCode($" {instruction} ") { Space = SpaceProcessingModeValues.Preserve }),
            new(new FieldChar { FieldCharType = FieldCharValues.Separate }),
            new(new Text("1")),
            new(new FieldChar { FieldCharType = FieldCharValues.End }),
        ];

        private Paragraph Picture(ReportFigure figure, int number)
        {
            // Width and height stand at fixed places of a PNG's first chunk. 9525 EMU are one pixel, 635 one twentieth of a point.
            var png = figure.Png;
            long Size(int at) => Math.Max(1, (png[at] << 24) | (png[at + 1] << 16) | (png[at + 2] << 8) | png[at + 3]) * 9525L;
            var (width, height) = png.Count > 24 ? (Size(16), Size(20)) : (9525L, 9525L);
            var largest = TextWidth * 635L;
            if (width > largest)
                (width, height) = (largest, height * largest / width);
            var name = ReportText.Clean(figure.Title);
            return new Paragraph(new Run(new Drawing(new Wp.Inline(
                new Wp.Extent { Cx = width, Cy = height },
                new Wp.DocProperties { Id = (uint)number, Name = name, Description = ReportText.Clean(figure.Description) },
                new A.Graphic(new A.GraphicData(new Pic.Picture(
                    new Pic.NonVisualPictureProperties(new Pic.NonVisualDrawingProperties { Id = (uint)number, Name = name }, new Pic.NonVisualPictureDrawingProperties()),
                    new Pic.BlipFill(new A.Blip { Embed = $"rIdFigure{number}" }, new A.Stretch(new A.FillRectangle())),
                    new Pic.ShapeProperties(new A.Transform2D(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = width, Cy = height }), new A.PresetGeometry(new A.AdjustValueList()) { Preset = A.ShapeTypeValues.Rectangle })))
                { Uri = "http://schemas.openxmlformats.org/drawingml/2006/picture" }))
            { DistanceFromTop = 0U, DistanceFromBottom = 0U, DistanceFromLeft = 0U, DistanceFromRight = 0U })));
        }
    }
}

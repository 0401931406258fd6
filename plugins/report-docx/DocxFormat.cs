using System.Globalization;
using System.Xml;
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

        private const string Namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

        private readonly List<ReportHeading> headings = [.. report.Blocks.OfType<ReportHeading>()];
        private readonly List<ReportFigure> figures = [.. report.Blocks.OfType<ReportFigure>()];
        private readonly List<ReportChart> charts = [.. report.Blocks.OfType<ReportChart>()];
        private readonly DocxTemplate? template = DocxTemplate.Of(report);
        private readonly DocxRows rows = new();
        private DocxStyleSheet styles = null!;
        private DocxSection section = null!;

        private int TextWidth => section.TextWidth;

        public void Write()
        {
            styles = new(report.Language, template);
            section = new(report.Landscape, template);
            package.Add("word/document.xml", Words + "document.main+xml", (XmlWriter w) => WriteDocument(w));
            List<(string Id, string Type, string Target)> relations = [("rIdStyles", "styles", "styles.xml"), ("rIdSettings", "settings", "settings.xml")];
            for (var i = 0; i < figures.Count; i++)
            {
                package.Add($"word/media/report-figure{i + 1}.png", "image/png", [.. figures[i].Png]);
                relations.Add(($"rIdFigure{i + 1}", "image", $"media/report-figure{i + 1}.png"));
            }

            for (var i = 0; i < charts.Count; i++)
            {
                package.Add($"word/charts/report-chart{i + 1}.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", (XmlWriter w) => DocxChart.Build(charts[i]).WriteTo(w));
                relations.Add(($"rIdChart{i + 1}", "chart", $"charts/report-chart{i + 1}.xml"));
            }

            package.Add("word/styles.xml", Words + "styles+xml", (XmlWriter w) => styles.Xml.WriteTo(w));
            var settings = new Settings(new Zoom { Percent = "100" });
            if (template?.EvenAndOdd == true)
                settings.Append(new EvenAndOddHeaders());
            settings.Append(
                new Compatibility(new CompatibilitySetting { Name = CompatSettingNameValues.CompatibilityMode, Uri = "http://schemas.microsoft.com/office/word", Val = "15" }),
                new ThemeFontLanguages { Val = DocxStyles.LanguageTag(report.Language), EastAsia = "zh-CN", Bidi = "ta-IN" });
            package.Add("word/settings.xml", Words + "settings+xml", (XmlWriter w) => settings.WriteTo(w));
            if (section.OwnHeader)
            {
                package.Add("word/report-header.xml", Words + "header+xml", (XmlWriter w) => new Header(Furniture("Header", report.Organisation, [Text(report.Title)])).WriteTo(w));
                relations.Add((DocxSection.OwnHeaderId, "header", "report-header.xml"));
            }

            if (section.OwnFooter)
            {
                package.Add("word/report-footer.xml", Words + "footer+xml", (XmlWriter w) => new Footer(Furniture("Footer", report.Marking ?? "",
                    [Text(report.Word("page", "Page") + " "), .. Field("PAGE"), Text(" " + report.Word("of", "of") + " "), .. Field("NUMPAGES")])).WriteTo(w));
                relations.Add((DocxSection.OwnFooterId, "footer", "report-footer.xml"));
            }

            if (template is not null)
            {
                foreach (var (path, type, content) in template.Parts)
                    package.Add(path, type, content);
                foreach (var (part, targets) in template.PartRelations)
                    package.Relate(part, [.. targets.Select(t => (t.Id, t.Type, t.Target))], [.. targets.Where(t => t.IsExternal).Select(t => t.Id)]);
                relations.AddRange(template.Relations.Select(t => (t.Id, t.Type, t.Target)));
            }

            package.Relate("word/document.xml", [.. relations], [.. template?.Relations.Where(t => t.IsExternal).Select(t => t.Id) ?? []]);
            package.Finish("word/document.xml", report);
        }

        private static void Put(XmlWriter w, OpenXmlElement element) => element.WriteTo(w);

        private void WriteDocument(XmlWriter w)
        {
            w.WriteStartElement("w", "document", Namespace);
            w.WriteAttributeString("xmlns", "r", null, Relations);
            w.WriteStartElement("w", "body", Namespace);
            template?.Before.ForEach(b => b.WriteTo(w));
            if (template?.ShowsTitle != true)
            {
                Put(w, Paragraph("Title", report.Title));
                if (!string.IsNullOrEmpty(report.Subtitle))
                    Put(w, Paragraph("Subtitle", report.Subtitle));
            }

            Put(w, Paragraph("Quiet", $"{report.Organisation} · {report.Word("madeAt", "Made at")} {report.Made()}"));
            WriteContents(w);

            int heading = 0, figure = 0, chart = 0;
            string? said = null;
            foreach (var block in report.Blocks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                switch (block)
                {
                    case ReportHeading h:
                        Put(w, Marked($"Heading{Math.Clamp(h.Level, 1, 3)}", h.Text, ++heading));
                        break;
                    case ReportParagraph p:
                        Put(w, Paragraph(p.Emphasis ? "Note" : "Normal", p.Text));
                        break;
                    case ReportFields f when f.Fields.Count > 0:
                        WriteFields(w, f);
                        break;
                    case ReportTable t:
                        // A heading that says the same is caption enough.
                        WriteTable(w, t, withCaption: said != t.Name);
                        break;
                    case ReportHeatMap m:
                        WriteMap(w, m, withCaption: said != m.Title);
                        break;
                    case ReportChart c:
                        Put(w, KeptCaption(c.Title));
                        Put(w, Chart(c, ++chart));
                        break;
                    case ReportFigure f:
                        Put(w, Picture(f, ++figure));
                        Put(w, Paragraph("Caption", f.Title));
                        break;
                    case ReportPageBreak:
                        Put(w, new Paragraph(new Run(new Break { Type = BreakValues.Page })));
                        break;
                }

                said = (block as ReportHeading)?.Text ?? said;
            }

            if (report.HeadHash is not null)
            {
                Put(w, Paragraph("Quiet", report.Word("headHash", "Head hash of the activity log") + ":"));
                Put(w, Paragraph("Hash", report.HeadHash));
            }

            template?.After.ForEach(b => b.WriteTo(w));
            section.Xml.WriteTo(w);
            w.WriteEndElement();
            w.WriteEndElement();
        }

        /// <summary>Links without page numbers: those would be right only after the reader's Word has counted.</summary>
        private void WriteContents(XmlWriter w)
        {
            var entries = headings.Select((h, i) => (Heading: h, Number: i + 1)).Where(e => e.Heading.Level <= 2).ToList();
            if (entries.Count < 2)
                return;
            Put(w, Paragraph("ContentsHeading", report.Word("contents", "Contents")));
            foreach (var (heading, number) in entries)
            {
                var run = Text(heading.Text);
                run.RunProperties = new RunProperties(new RunStyle { Val = styles["Hyperlink"] });
                Put(w, new Paragraph(
                    new ParagraphProperties(new ParagraphStyleId { Val = styles[$"Contents{Math.Clamp(heading.Level, 1, 2)}"] }),
                    new Hyperlink(run) { Anchor = Bookmark(number), History = true }));
            }
        }

        private void WriteFields(XmlWriter w, ReportFields fields)
        {
            int[] widths = [TextWidth * 28 / 100, TextWidth - TextWidth * 28 / 100];
            StartTable(w, "Fields", widths, "");
            foreach (var (name, value) in fields.Fields)
                Put(w, new TableRow(
                    new TableRowProperties(new CantSplit()),
                    Cell(widths[0], Styled("FieldName", [Text(name)])),
                    Cell(widths[1], Styled("TableText", Lines(value)))));
            w.WriteEndElement();
            Put(w, Paragraph("Gap", ""));
        }

        private void WriteTable(XmlWriter w, ReportTable table, bool withCaption)
        {
            var (main, details) = table.Split();
            if (main.Count == 0)
                return;

            if (withCaption)
                Put(w, KeptCaption(table.Name));
            using var source = table.Rows.GetEnumerator();
            List<IReadOnlyList<ReportCell>> looked = [];
            while (looked.Count < ColumnWidths.Looked && source.MoveNext())
                looked.Add(source.Current);
            var widths = ColumnWidths.Fit([.. main.Select(c => c.Column)], TextWidth, i => looked.Select(r => Longest(report.Shown(r[main[i].Index]))).Append(Longest(main[i].Column.Title)).Max()).Select(x => (int)x).ToArray();
            widths[^1] += TextWidth - widths.Sum();
            StartTable(w, "Register", widths, table.Name);
            var head = new TableRow(new TableRowProperties(new CantSplit(), new TableHeader()));
            head.Append(main.Select((c, i) => Shaded(Cell(widths[i], Styled("TableHead", [Text(c.Column.Title)])), styles.HeaderFill)));
            Put(w, head);
            var shown = main.Select((c, i) => (c.Index, Cell: rows.Cell(widths[i], styles["TableText"]), Number: rows.Cell(widths[i], styles["TableNumber"]))).ToArray();
            var under = rows.Under(main.Count, styles["TableDetail"]);
            foreach (var cells in looked)
                WriteRow(cells);
            while (source.MoveNext())
                WriteRow(source.Current);
            w.WriteEndElement();
            Put(w, Paragraph("Gap", ""));

            void WriteRow(IReadOnlyList<ReportCell> cells)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var hasNotes = false;
                foreach (var (_, index) in details)
                    hasNotes |= cells[index].Value is not (null or "");
                rows.StartRow();
                foreach (var (index, cell, number) in shown)
                    rows.Add(cells[index].Value is double ? number : cell, report.Shown(cells[index]), ReportText.Hex(cells[index].Colour), keep: hasNotes);
                rows.EndRow();
                if (hasNotes)
                {
                    rows.StartUnder(under);
                    foreach (var (column, index) in details)
                        rows.AddNote(column.Title, report.Shown(cells[index]));
                    rows.EndUnder();
                }

                rows.Flush(w);
            }
        }

        /// <summary>About the width of the longest word in a table's letters, in twentieths of a point: the reader's font is not known.</summary>
        private static int Longest(string text)
        {
            const int letter = 90, wide = 175, margins = 190;
            int longest = 0, at = 0;
            foreach (var c in text.Length > 400 ? text.AsSpan(0, 400) : text.AsSpan())
            {
                at = char.IsWhiteSpace(c) || c is '-' or '/' ? 0 : c >= '\u2e80' ? wide : at + letter;
                longest = Math.Max(longest, at);
            }

            return longest + margins;
        }

        /// <summary>A map is a table of coloured cells: its words can be searched and copied.</summary>
        private void WriteMap(XmlWriter w, ReportHeatMap map, bool withCaption)
        {
            if (withCaption)
                Put(w, KeptCaption(map.Title));
            var cell = Math.Min(1800, (TextWidth - 3000) / Math.Max(1, map.Columns.Count));
            int[] widths = [1200, 1800, .. map.Columns.Select(_ => cell)];
            StartTable(w, "Fields", widths, map.Description ?? map.Title);
            TableCell Centred(int width, string text) => Cell(width, Styled("MapText", [Text(text)]));
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

                Put(w, row);
            }

            var foot = new TableRow(new TableRowProperties(new CantSplit()), Centred(widths[0], ""), Centred(widths[1], ""));
            foot.Append(map.Columns.Select((c, x) => Centred(widths[x + 2], c)));
            Put(w, foot);
            var wide = Centred(widths.Skip(2).Sum(), map.Horizontal + " →");
            wide.TableCellProperties!.Append(new GridSpan { Val = Math.Max(1, map.Columns.Count) });
            Put(w, new TableRow(new TableRowProperties(new CantSplit()), Centred(widths[0], ""), Centred(widths[1], ""), wide));
            w.WriteEndElement();
            Put(w, Paragraph(string.IsNullOrEmpty(map.Description) ? "Gap" : "Quiet", map.Description ?? ""));
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

        private void StartTable(XmlWriter w, string style, int[] widths, string description)
        {
            w.WriteStartElement("w", "tbl", Namespace);
            var properties = new TableProperties(
                new TableStyle { Val = styles[style] },
                new TableWidth { Width = widths.Sum().ToString(CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa },
                new TableLayout { Type = TableLayoutValues.Fixed },
                new TableLook { FirstRow = style == "Register", NoHorizontalBand = true, NoVerticalBand = true });
            if (description.Length > 0)
                properties.Append(new TableCaption { Val = ReportText.Clean(description) });
            Put(w, properties);
            var grid = new TableGrid();
            grid.Append(widths.Select(x => new GridColumn { Width = x.ToString(CultureInfo.InvariantCulture) }));
            Put(w, grid);
        }

        private static TableCell Shaded(TableCell cell, string colour)
        {
            cell.TableCellProperties!.Append(new Shading { Val = ShadingPatternValues.Clear, Color = "auto", Fill = colour });
            return cell;
        }

        private static TableCell Cell(int width, Paragraph paragraph) =>
            new(new TableCellProperties(new TableCellWidth { Width = width.ToString(CultureInfo.InvariantCulture), Type = TableWidthUnitValues.Dxa }), paragraph);

        private Paragraph KeptCaption(string text)
        {
            var caption = Paragraph("Caption", text);
            caption.ParagraphProperties!.InsertAfter(new KeepNext(), caption.ParagraphProperties.ParagraphStyleId);
            return caption;
        }

        private Paragraph Marked(string style, string text, int number)
        {
            var paragraph = Styled(style, [new BookmarkStart { Id = number.ToString(CultureInfo.InvariantCulture), Name = Bookmark(number) }]);
            paragraph.Append(Lines(text));
            paragraph.Append(new BookmarkEnd { Id = number.ToString(CultureInfo.InvariantCulture) });
            return paragraph;
        }

        private static string Bookmark(int number) => $"_Section{number}";

        private Paragraph Paragraph(string style, string text) => Styled(style, Lines(text));

        private Paragraph Styled(string style, IEnumerable<OpenXmlElement> content)
        {
            var paragraph = new Paragraph { ParagraphProperties = new ParagraphProperties(new ParagraphStyleId { Val = styles[style] }) };
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
                    new ParagraphStyleId { Val = styles[style] },
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

using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;

namespace IsmsModular.Plugins.Docx;

/// <summary>Styles of a document; a reader restyles the whole by changing these.</summary>
internal static class DocxStyles
{
    public const string Blue = "1F4E78";
    private const string Grey = "52606D";

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string LanguageTag(string language) => language switch { "ms" => "ms-MY", "en" => "en-GB", _ => language };

    public static Styles Build(string language)
    {
        var styles = new Styles(new DocDefaults(
            new RunPropertiesDefault(new RunPropertiesBaseStyle(
                new RunFonts { Ascii = "Calibri", HighAnsi = "Calibri", EastAsia = "Microsoft YaHei", ComplexScript = "Nirmala UI" },
                new FontSize { Val = "21" },
                new FontSizeComplexScript { Val = "21" },
                new Languages { Val = LanguageTag(language), EastAsia = "zh-CN", Bidi = "ta-IN" })),
            new ParagraphPropertiesDefault(new ParagraphPropertiesBaseStyle(new SpacingBetweenLines { After = "120", Line = "264", LineRule = LineSpacingRuleValues.Auto }))));

        styles.Append(
            Paragraph("Normal", "Normal", null, isDefault: true),
            Paragraph("Title", "Title", 52, colour: Blue, bold: true, after: 60),
            Paragraph("Subtitle", "Subtitle", 28, colour: Grey, after: 60),
            Paragraph("Heading1", "heading 1", 32, colour: Blue, bold: true, before: 360, outline: 0),
            Paragraph("Heading2", "heading 2", 26, colour: Blue, bold: true, before: 280, outline: 1),
            Paragraph("Heading3", "heading 3", 22, colour: Blue, bold: true, before: 200, outline: 2),
            Paragraph("ContentsHeading", "Contents heading", 26, colour: Blue, bold: true, before: 240),
            Paragraph("Contents1", "Contents 1", null, after: 40),
            Paragraph("Contents2", "Contents 2", null, after: 20, indent: 284),
            Paragraph("Caption", "caption", 19, colour: Grey, bold: true, before: 200, after: 80),
            Paragraph("Note", "Note", null, colour: Grey, italic: true),
            Paragraph("Quiet", "Quiet", 19, colour: Grey),
            Paragraph("Hash", "Hash", 17, colour: Grey, font: "Consolas"),
            Paragraph("Gap", "Gap", 12, after: 0),
            Paragraph("TableHead", "Table head", 17, colour: "FFFFFF", bold: true, after: 0),
            Paragraph("TableText", "Table text", 17, after: 0),
            Paragraph("TableNumber", "Table number", 17, after: 0, right: true),
            Paragraph("MapText", "Map text", 17, after: 0, centred: true),
            Paragraph("TableDetail", "Table detail", 15, colour: Grey, after: 0),
            Paragraph("FieldName", "Field name", 19, bold: true, after: 0),
            Paragraph("Header", "header", 17, colour: Grey, after: 0, rule: new BottomBorder { Val = BorderValues.Single, Size = 4U, Space = 4U, Color = "D5DAE1" }),
            Paragraph("Footer", "footer", 17, colour: Grey, after: 0, rule: new TopBorder { Val = BorderValues.Single, Size = 4U, Space = 4U, Color = "D5DAE1" }),
            new Style(new StyleName { Val = "Default Paragraph Font" }, new UIPriority { Val = 1 }, new SemiHidden()) { Type = StyleValues.Character, StyleId = "DefaultParagraphFont", Default = true },
            new Style(new StyleName { Val = "Hyperlink" }, new BasedOn { Val = "DefaultParagraphFont" }, new StyleRunProperties(new Color { Val = Blue }, new Underline { Val = UnderlineValues.Single })) { Type = StyleValues.Character, StyleId = "Hyperlink" },
            new Style(
                new StyleName { Val = "Normal Table" },
                new UIPriority { Val = 99 },
                new StyleTableProperties(Margins())) { Type = StyleValues.Table, StyleId = "TableNormal", Default = true },
            Table("Fields", "Fields"),
            Table("Register", "Register"));
        return styles;
    }

    private static Style Paragraph(string id, string name, int? halfPoints, string? colour = null, bool bold = false, bool italic = false, int? before = null, int? after = null, int? indent = null, int? outline = null, bool right = false, bool centred = false, string? font = null, bool isDefault = false, OpenXmlElement? rule = null)
    {
        var style = new Style { Type = StyleValues.Paragraph, StyleId = id, CustomStyle = name is "Normal" or "Title" or "Subtitle" or "caption" or "header" or "footer" || outline is not null ? null : true };
        if (isDefault)
            style.Default = true;
        style.Append(new StyleName { Val = name });
        if (!isDefault)
            style.Append(new BasedOn { Val = "Normal" });
        if (outline is not null || id == "ContentsHeading")
            style.Append(new NextParagraphStyle { Val = "Normal" });
        style.Append(new PrimaryStyle());

        var layout = new StyleParagraphProperties();
        if (outline is not null || id == "ContentsHeading")
            layout.Append(new KeepNext(), new KeepLines());
        if (rule is not null)
            layout.Append(new ParagraphBorders(rule));
        if (before is not null || after is not null)
            layout.Append(new SpacingBetweenLines { Before = Number(before ?? 0), After = Number(after ?? 120) });
        if (indent is not null)
            layout.Append(new Indentation { Left = Number(indent.Value) });
        if (right || centred)
            layout.Append(new Justification { Val = right ? JustificationValues.Right : JustificationValues.Center });
        if (outline is not null)
            layout.Append(new OutlineLevel { Val = outline.Value });
        if (layout.HasChildren)
            style.Append(layout);

        var run = new StyleRunProperties();
        if (font is not null)
            run.Append(new RunFonts { Ascii = font, HighAnsi = font });
        if (bold)
            run.Append(new Bold(), new BoldComplexScript());
        if (italic)
            run.Append(new Italic(), new ItalicComplexScript());
        if (colour is not null)
            run.Append(new Color { Val = colour });
        if (halfPoints is not null)
            run.Append(new FontSize { Val = Number(halfPoints.Value) }, new FontSizeComplexScript { Val = Number(halfPoints.Value) });
        if (run.HasChildren)
            style.Append(run);
        return style;
    }

    private static Style Table(string id, string name)
    {
        static T Line<T>() where T : BorderType, new() => new() { Val = BorderValues.Single, Size = 4U, Space = 0U, Color = "D5DAE1" };
        return new Style(
            new StyleName { Val = name },
            new BasedOn { Val = "TableNormal" },
            new StyleTableProperties(
                new TableBorders(Line<TopBorder>(), Line<LeftBorder>(), Line<BottomBorder>(), Line<RightBorder>(), Line<InsideHorizontalBorder>(), Line<InsideVerticalBorder>()),
                Margins()))
        { Type = StyleValues.Table, StyleId = id, CustomStyle = true };
    }

    private static TableCellMarginDefault Margins() => new(
        new TopMargin { Width = "40", Type = TableWidthUnitValues.Dxa },
        new TableCellLeftMargin { Width = 85, Type = TableWidthValues.Dxa },
        new BottomMargin { Width = "40", Type = TableWidthUnitValues.Dxa },
        new TableCellRightMargin { Width = 85, Type = TableWidthValues.Dxa });
}

using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Spreadsheet;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Xlsx;

/// <summary>Cell styles of a workbook: the fixed ones below, and one for each level colour that turns up while rows are written.</summary>
internal sealed class XlsxStyles
{
    public const uint Plain = 0, Wrapped = 1, Header = 2, Title = 3, Heading = 4, Label = 5, Note = 6, Link = 7, Integer = 8, Decimal = 9, Date = 10, Small = 11;
    private const uint FirstColour = 12;
    private const uint DateFormat = 164, SmallFormat = 165;

    private readonly List<string> colours = [];
    private readonly Dictionary<string, uint> styleOf = [];

    /// <summary>Style of a cell in this colour (<c>RRGGBB</c>).</summary>
    public uint Fill(string colour)
    {
        if (!styleOf.TryGetValue(colour, out var style))
        {
            styleOf[colour] = style = FirstColour + (uint)colours.Count;
            colours.Add(colour);
        }

        return style;
    }

    public void Write(OpenXmlWriter writer)
    {
        static Font Font(double size, string? colour = null, bool bold = false, bool italic = false, bool underlined = false)
        {
            var font = new Font();
            if (bold)
                font.Append(new Bold());
            if (italic)
                font.Append(new Italic());
            if (underlined)
                font.Append(new Underline());
            font.Append(new FontSize { Val = size }, new Color { Rgb = "FF" + (colour ?? "1F2933") }, new FontName { Val = "Calibri" }, new FontFamilyNumbering { Val = 2 });
            return font;
        }

        static Fill Solid(string colour) => new(new PatternFill(new ForegroundColor { Rgb = "FF" + colour }, new BackgroundColor { Indexed = 64U }) { PatternType = PatternValues.Solid });
        static Alignment Wrap() => new() { Vertical = VerticalAlignmentValues.Top, WrapText = true };
        static CellFormat Format(uint font, uint fill = 0, uint border = 0, uint number = 0, bool wrap = true) => new(wrap ? [Wrap()] : [])
        {
            FontId = font, FillId = fill, BorderId = border, NumberFormatId = number, FormatId = 0U,
            ApplyFont = true, ApplyFill = fill > 0, ApplyBorder = border > 0, ApplyNumberFormat = number > 0, ApplyAlignment = wrap,
        };
        static T Side<T>() where T : BorderPropertiesType, new() => new() { Style = BorderStyleValues.Thin, Color = new Color { Rgb = "FFD5DAE1" } };

        // Fonts 0 to 6, then black and white for the colours. Fills 0 and 1 are fixed by the file format, 2 is the header's.
        var fonts = new Fonts(Font(11), Font(11, "FFFFFF", bold: true), Font(18, "1F4E78", bold: true), Font(14, "1F4E78", bold: true), Font(11, bold: true), Font(11, "52606D", italic: true), Font(11, "1F4E78", underlined: true), Font(11, "000000", bold: true), Font(11, "FFFFFF", bold: true));
        var fills = new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }), new Fill(new PatternFill { PatternType = PatternValues.Gray125 }), Solid("1F4E78"));
        fills.Append(colours.Select(Solid));
        var borders = new Borders(
            new Border(new LeftBorder(), new RightBorder(), new TopBorder(), new BottomBorder(), new DiagonalBorder()),
            new Border(Side<LeftBorder>(), Side<RightBorder>(), Side<TopBorder>(), Side<BottomBorder>(), new DiagonalBorder()));
        var formats = new CellFormats(
            Format(0, wrap: false), Format(0, border: 1), Format(1, fill: 2, border: 1), Format(2, wrap: false), Format(3, wrap: false), Format(4), Format(5), Format(6, wrap: false),
            Format(0, border: 1, number: 3), Format(0, border: 1, number: 4), Format(0, border: 1, number: DateFormat), Format(0, border: 1, number: SmallFormat));
        formats.Append(colours.Select((c, i) => Format(ReportText.ReadableOn(c) == "000000" ? 7U : 8U, fill: 3U + (uint)i, border: 1)));

        writer.WriteElement(new Stylesheet(
            new NumberingFormats(new NumberingFormat { NumberFormatId = DateFormat, FormatCode = "yyyy\\-mm\\-dd" }, new NumberingFormat { NumberFormatId = SmallFormat, FormatCode = ReportText.Small }) { Count = 2U },
            fonts, fills, borders,
            new CellStyleFormats(new CellFormat { NumberFormatId = 0U, FontId = 0U, FillId = 0U, BorderId = 0U }),
            formats,
            new CellStyles(new CellStyle { Name = "Normal", FormatId = 0U, BuiltinId = 0U })));
    }
}

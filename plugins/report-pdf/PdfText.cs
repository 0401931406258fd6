using System.Globalization;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Lines of text: breaking and drawing.</summary>
internal sealed partial class PdfReport
{
    private const int Remembered = 5000, ShortText = 60;

    /// <summary>A shaped text cut into lines.</summary>
    private sealed record Wrap(string Text, Glyph[] Glyphs, List<TextLine> Lines);

    /// <summary>Glyphs of a line; the width is in points and without the spaces at its end.</summary>
    private readonly record struct TextLine(int Start, int End, double Width);

    /// <summary>The same words come again and again in a register: levels, names, states.</summary>
    private Glyph[] Shape(string text, bool bold)
    {
        if (text.Length > ShortText)
            return fonts.Shape(text, bold);
        if (known.TryGetValue((text, bold), out var glyphs))
            return glyphs;
        glyphs = fonts.Shape(text, bold);
        if (known.Count < Remembered)
            known[(text, bold)] = glyphs;
        return glyphs;
    }

    private Wrap Wrapped(string text, double room, double size, bool bold)
    {
        text = ReportText.Clean(text);
        var glyphs = Shape(text, bold);
        return new(text, glyphs, Cut(glyphs, room * 1000 / size, size));
    }

    /// <summary>At most <paramref name="most"/> lines, cut with an ellipsis when there is more.</summary>
    private Wrap Wrapped(string text, double room, double size, bool bold, int most)
    {
        var whole = Wrapped(text, room, size, bold);
        while (whole.Lines.Count > most && text.Length > 2)
        {
            text = ReportText.Limit(text, Math.Max(2, text.Length * 9 / 10));
            whole = Wrapped(text, room, size, bold);
        }

        return whole;
    }

    private static List<TextLine> Cut(ReadOnlySpan<Glyph> glyphs, double room, double size)
    {
        List<TextLine> lines = [];
        int start = 0, lastBreak = -1;
        double at = 0, shown = 0, atBreak = 0, shownAtBreak = 0;
        for (var i = 0; i < glyphs.Length; i++)
        {
            ref readonly var glyph = ref glyphs[i];
            if (glyph.Marks.HasFlag(GlyphMarks.NewLine))
            {
                lines.Add(new(start, i, shown * size / 1000));
                (start, lastBreak, at, shown) = (i + 1, -1, 0, 0);
                continue;
            }

            var isSpace = (glyph.Marks & GlyphMarks.Space) != 0;
            if (!isSpace && at + glyph.Advance > room && i > start)
            {
                if (lastBreak > start)
                {
                    lines.Add(new(start, lastBreak, shownAtBreak * size / 1000));
                    (start, at) = (lastBreak, at - atBreak);
                }
                else if ((glyph.Marks & GlyphMarks.Joined) == 0)
                {
                    // A word that is longer than the line is cut where the line ends.
                    lines.Add(new(start, i, shown * size / 1000));
                    (start, at) = (i, 0);
                }

                lastBreak = -1;
            }

            at += glyph.Advance;
            if (!isSpace)
                shown = at;
            if ((glyph.Marks & GlyphMarks.BreakAfter) != 0)
                (lastBreak, atBreak, shownAtBreak) = (i + 1, at, shown);
        }

        lines.Add(new(start, glyphs.Length, shown * size / 1000));
        return lines;
    }

    /// <summary>One line, cut with an ellipsis when there is more.</summary>
    private Wrap Fit(string text, double room, double size)
    {
        text = text.Replace('\n', ' ');
        var whole = Wrapped(text, double.MaxValue / 1e9, size, false);
        while (whole.Lines[0].Width > room && text.Length > 1)
        {
            text = ReportText.Limit(text, Math.Max(2, text.Length * 9 / 10));
            whole = Wrapped(text, double.MaxValue / 1e9, size, false);
        }

        return whole;
    }

    private void Draw(Wrap wrap, double x, double baseline, double size, string colour) => Draw(wrap, wrap.Lines[0], x, baseline, size, colour);

    private void Draw(Wrap wrap, TextLine line, double x, double baseline, double size, string colour)
    {
        if (line.End <= line.Start)
            return;
        var glyphs = wrap.Glyphs;
        ink.Fill(colour).Raw("BT 1 0 0 1 ").X(x).Y(baseline).Raw("Tm ");
        var font = -1;
        var open = false;
        var inSpan = false;
        double rise = 0;
        for (var i = line.Start; i < line.End; i++)
        {
            ref readonly var glyph = ref glyphs[i];
            void Shut()
            {
                if (open)
                    ink.Raw(">] TJ ");
                open = false;
            }

            if (inSpan && (glyph.Marks & GlyphMarks.Joined) == 0)
            {
                Shut();
                ink.Raw("EMC ");
                inSpan = false;
            }

            if ((glyph.Marks & GlyphMarks.Cluster) != 0)
            {
                Shut();
                ink.Raw("/Span <</ActualText ").Raw(PdfFile.Text(Characters(wrap, i))).Raw(">> BDC ");
                inSpan = true;
            }

            if (glyph.Font != font)
            {
                Shut();
                if (FontFaces.IsOutlined(glyph.Font) != FontFaces.IsOutlined(font))
                    ink.Raw(FontFaces.IsOutlined(glyph.Font) ? "2 Tr " : "0 Tr ").Stroke(colour).Number(size / 28).Raw("w ");
                font = glyph.Font;
                ink.Raw("/F").Raw(font.ToString(CultureInfo.InvariantCulture)).Raw(" ").Number(size).Raw("Tf ");
            }

            if (glyph.Up != rise)
            {
                Shut();
                rise = glyph.Up;
                ink.Number(rise * size / 1000).Raw("Ts ");
            }

            if (!open)
            {
                ink.Raw("[<");
                open = true;
            }

            if (glyph.Right != 0)
                ink.Raw(">").Number(-glyph.Right).Raw("<");
            ink.Hex(glyph.Code);
            if (glyph.Kern + glyph.Right != 0)
                ink.Raw(">").Number(glyph.Kern + glyph.Right).Raw("<");
        }

        if (open)
            ink.Raw(">] TJ ");
        if (inSpan)
            ink.Raw("EMC ");
        if (rise != 0)
            ink.Raw("0 Ts ");
        if (FontFaces.IsOutlined(font))
            ink.Raw("0 Tr ");
        ink.Raw("ET\n");
    }

    /// <summary>Characters that the glyphs of one cluster stand for.</summary>
    private static string Characters(Wrap wrap, int first)
    {
        var next = first + 1;
        while (next < wrap.Glyphs.Length && (wrap.Glyphs[next].Marks & GlyphMarks.Joined) != 0)
            next++;
        return wrap.Text[wrap.Glyphs[first].At..(next < wrap.Glyphs.Length ? wrap.Glyphs[next].At : wrap.Text.Length)];
    }
}

using System.Globalization;
using System.Text;
using HarfBuzzSharp;
using Buffer = HarfBuzzSharp.Buffer;

namespace IsmsModular.Plugins.Pdf;

/// <summary>A glyph of a shaped text. Measures are in thousandths of the font's size.</summary>
/// <param name="Font">Index of the font.</param>
/// <param name="Code">Code in that font of this document.</param>
/// <param name="Advance">To the next glyph.</param>
/// <param name="Kern">How much less than its own width that is.</param>
/// <param name="Right">Moved to the right.</param>
/// <param name="Up">Moved up.</param>
/// <param name="At">Index of its first character.</param>
/// <param name="Marks">What may be done at it.</param>
internal readonly record struct Glyph(byte Font, ushort Code, short Advance, short Kern, short Right, short Up, int At, GlyphMarks Marks);

[Flags]
internal enum GlyphMarks : byte
{
    None = 0,

    /// <summary>A line may end after it.</summary>
    BreakAfter = 1,

    /// <summary>A space, which is not counted at the end of a line.</summary>
    Space = 2,

    /// <summary>A line ends here.</summary>
    NewLine = 4,

    /// <summary>Belongs to the glyph before: no break between.</summary>
    Joined = 8,

    /// <summary>First of several glyphs for several characters: the text is written beside them.</summary>
    Cluster = 16,
}

/// <summary>Text to glyphs, and the codes that one document uses of each font. A code stands for a glyph and the characters it is shown for, so that copying gives what was typed. Simple scripts go by table, others through HarfBuzz.</summary>
internal sealed class Fonts : IDisposable
{
    private readonly FontFaces faces;
    private readonly Font[] shapers;
    private readonly Dictionary<(ushort Glyph, string Text), ushort>[] codes;
    private readonly List<(ushort Glyph, string Text, int Width)>[] used;
    private readonly Slot[][] slots = [new Slot[char.MaxValue + 1], new Slot[char.MaxValue + 1]];
    private readonly List<Glyph> shaped = [];
    private readonly Buffer buffer = new();

    public Fonts(FontFaces faces)
    {
        this.faces = faces;
        shapers = [.. faces.All.Select(f => new Font(f.Face))];
        foreach (var shaper in shapers)
            shaper.SetFunctionsOpenType();
        codes = [.. faces.All.Select(_ => new Dictionary<(ushort, string), ushort>())];
        // Code 0 is what a font shows for what it does not have.
        used = [.. faces.All.Select(_ => new List<(ushort, string, int)> { (0, "", 0) })];
    }

    private enum Kind : byte
    {
        Unknown,
        Simple,
        Complex,
    }

    /// <summary>Glyphs of a text. Line ends are glyphs of their own.</summary>
    public Glyph[] Shape(string text, bool bold)
    {
        shaped.Clear();
        var table = slots[bold ? 1 : 0];
        for (var i = 0; i < text.Length; i++)
        {
            ref var slot = ref table[text[i]];
            if (slot.Kind == Kind.Unknown)
                slot = Look(text[i], bold);
            if (slot.Kind == Kind.Complex)
            {
                shaped.Clear();
                ShapeComplex(text, bold);
                return [.. shaped];
            }

            shaped.Add(new(slot.Font, slot.Code, slot.Width, 0, 0, 0, i, Breaks(text, i)));
        }

        return [.. shaped];
    }

    /// <summary>Writes the fonts that were used; gives the resource dictionary's entries.</summary>
    public string Write(PdfFile file)
    {
        var resources = new StringBuilder();
        for (var i = 0; i < faces.All.Count; i++)
        {
            if (used[i].Count > 1)
                resources.Append(CultureInfo.InvariantCulture, $"/F{i} {Write(file, faces.All[i], used[i])} 0 R");
        }

        return resources.ToString();
    }

    public void Dispose()
    {
        buffer.Dispose();
        foreach (var shaper in shapers)
            shaper.Dispose();
    }

    private Slot Look(char c, bool bold)
    {
        if (c == '\n')
            return new(Kind.Simple, 0, 0, 0);
        if (c == '\t')
            return Look(' ', bold);
        var category = CharUnicodeInfo.GetUnicodeCategory(c);
        var family = Family(c);
        var simple = !char.IsSurrogate(c) && family != 1
            && category is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            && c is < '\u0590' or >= '\u1e00';
        if (!simple)
            return new(Kind.Complex, 0, 0, 0);
        var font = family + (bold ? FontFaces.Families : 0);
        shapers[font].TryGetNominalGlyph(c, out var glyph);
        var width = Width(font, glyph);
        return new(Kind.Simple, (byte)font, CodeOf(font, (ushort)glyph, c.ToString()), (short)width);
    }

    private int Width(int font, uint glyph) => faces.All[font].PerMille(shapers[font].GetHorizontalGlyphAdvance(glyph));

    /// <summary>The first font that has a character; the first of all when none has.</summary>
    private int Family(int rune)
    {
        for (var i = 0; i < FontFaces.Families; i++)
        {
            if (shapers[i].TryGetNominalGlyph(rune, out var glyph) && glyph != 0)
                return i;
        }

        return 0;
    }

    private void ShapeComplex(string text, bool bold)
    {
        var start = 0;
        var family = -1;
        for (var i = 0; i < text.Length;)
        {
            var rune = Rune.GetRuneAt(text, i);
            if (text[i] == '\n')
            {
                Run(text, start, i, family, bold);
                shaped.Add(new(0, 0, 0, 0, 0, 0, i, GlyphMarks.NewLine));
                (start, family) = (++i, -1);
                continue;
            }

            // Marks, joiners and spaces stay with what is before them where that font has them.
            var stays = family >= 0 && (rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
                && shapers[family].TryGetNominalGlyph(rune.Value, out _);
            var wanted = stays ? family : Family(rune.Value);
            if (wanted != family && family >= 0)
            {
                Run(text, start, i, family, bold);
                start = i;
            }

            family = wanted;
            i += rune.Utf16SequenceLength;
        }

        Run(text, start, text.Length, family, bold);
    }

    private void Run(string text, int start, int end, int family, bool bold)
    {
        if (end <= start)
            return;
        var font = family + (bold ? FontFaces.Families : 0);
        buffer.ClearContents();
        buffer.AddUtf16(text.AsSpan(), start, end - start);
        buffer.GuessSegmentProperties();
        buffer.Direction = Direction.LeftToRight;
        shapers[font].Shape(buffer);
        var infos = buffer.GetGlyphInfoSpan();
        var places = buffer.GetGlyphPositionSpan();
        for (var i = 0; i < infos.Length;)
        {
            var count = 1;
            while (i + count < infos.Length && infos[i + count].Cluster == infos[i].Cluster)
                count++;
            var at = (int)infos[i].Cluster;
            var after = i + count < infos.Length ? (int)infos[i + count].Cluster : end;
            var characters = text[at..after];
            for (var k = 0; k < count; k++)
            {
                var glyph = (ushort)infos[i + k].Codepoint;
                var place = places[i + k];
                var face = faces.All[font];
                var (own, advance) = (Width(font, glyph), face.PerMille(place.XAdvance));
                var marks = (k > 0 ? GlyphMarks.Joined : GlyphMarks.None) | (k == 0 && count > 1 ? GlyphMarks.Cluster : GlyphMarks.None);
                if (k == count - 1)
                    marks |= Breaks(text, after - 1);
                shaped.Add(new((byte)font, CodeOf(font, glyph, k == 0 ? characters : ""), (short)advance, (short)(own - advance), (short)face.PerMille(place.XOffset), (short)face.PerMille(place.YOffset), at, marks));
            }

            i += count;
        }
    }

    private ushort CodeOf(int font, ushort glyph, string text)
    {
        if (codes[font].TryGetValue((glyph, text), out var code))
            return code;
        // A document with more different characters in one font than there are codes shows the rest as missing.
        if (used[font].Count > ushort.MaxValue)
            return 0;
        code = (ushort)used[font].Count;
        used[font].Add((glyph, text, Width(font, glyph)));
        return codes[font][(glyph, text)] = code;
    }

    /// <summary>Where a line may end: after spaces, hyphens and slashes between letters, and around Chinese characters but for their punctuation.</summary>
    private static GlyphMarks Breaks(string text, int i)
    {
        var c = text[i];
        if (c == '\n')
            return GlyphMarks.NewLine;
        if (c is ' ' or '\t')
            return GlyphMarks.Space | GlyphMarks.BreakAfter;
        if (i + 1 >= text.Length)
            return GlyphMarks.None;
        var next = text[i + 1];
        if (c is '-' or '/' or '–' or '—' or '_' && char.IsLetter(next) && i > 0 && char.IsLetterOrDigit(text[i - 1]))
            return GlyphMarks.BreakAfter;
        static bool IsWide(char x) => x is (>= '\u2e80' and <= '\u9fff') or (>= '\uac00' and <= '\ud7a3') or (>= '\uf900' and <= '\ufaff') or (>= '\uff00' and <= '\uffef');
        if ((IsWide(c) || IsWide(next)) && !"，。、；：？！）」』】》〉”’".Contains(next, StringComparison.Ordinal) && !"（「『【《〈“‘".Contains(c, StringComparison.Ordinal) && next is not (' ' or '\n'))
            return GlyphMarks.BreakAfter;
        return GlyphMarks.None;
    }

    private static int Write(PdfFile file, FontFace face, List<(ushort Glyph, string Text, int Width)> used)
    {
        var subset = FontSubset.Of(face, used.Select(u => u.Glyph));
        var name = $"{FontSubset.Prefix(used.Select(u => u.Glyph))}+{face.Name}";
        var program = file.WriteStream(string.Create(CultureInfo.InvariantCulture, $"/Length1 {subset.Length}"), subset);
        var descriptor = file.Write(string.Create(CultureInfo.InvariantCulture,
            $"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{string.Join(' ', face.Box)}]/ItalicAngle 0/Ascent {face.Ascent}/Descent {face.Descent}/CapHeight {face.Ascent * 2 / 3}/StemV 80/FontFile2 {program} 0 R>>"));

        var map = new byte[used.Count * 2];
        var widths = new StringBuilder();
        var unicode = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        for (var i = 0; i < used.Count; i++)
        {
            (map[2 * i], map[(2 * i) + 1]) = ((byte)(used[i].Glyph >> 8), (byte)used[i].Glyph);
            widths.Append(CultureInfo.InvariantCulture, $"{used[i].Width} ");
        }

        foreach (var part in used.Select((u, i) => (u.Text, Code: i)).Skip(1).Chunk(100))
        {
            unicode.Append(CultureInfo.InvariantCulture, $"{part.Length} beginbfchar\n");
            foreach (var (text, code) in part)
                unicode.Append(CultureInfo.InvariantCulture, $"<{code:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>\n");
            unicode.Append("endbfchar\n");
        }

        unicode.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        var toGlyph = file.WriteStream("", map);
        var toUnicode = file.WriteStream("", Encoding.ASCII.GetBytes(unicode.ToString()));
        var descendant = file.Write(string.Create(CultureInfo.InvariantCulture,
            $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 0/W[0[{widths}]]/CIDToGIDMap {toGlyph} 0 R>>"));
        return file.Write(string.Create(CultureInfo.InvariantCulture, $"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {toUnicode} 0 R>>"));
    }

    private readonly record struct Slot(Kind Kind, byte Font, ushort Code, short Width);
}

using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Fields and tables.</summary>
internal sealed partial class PdfReport
{
    private const double Cell = 7.6, Detail = 7.0, Pad = 3.2, RowPad = 2.8;

    private void WriteFields(ReportFields fields)
    {
        var first = Math.Min(TextWidth * 0.28, 190);
        var table = tags.Open(document, "Table");
        foreach (var (name, value) in fields.Fields)
        {
            var row = tags.Open(table, "TR");
            List<Part> parts =
            [
                new(Wrapped(name, first - Pad, 8.5, true), Side, 8.5, Ink1, tags.Open(row, "TH", "/A<</O/Table/Scope/Row>>")),
                new(Wrapped(value, TextWidth - first - Pad, 8.5, false), Side + first, 8.5, Ink1, tags.Open(row, "TD")),
            ];
            WriteRow(parts, null, () => { }, keep: 0);
            Artifact(() => ink.Line(Side, y, width - Side, y, 0.4, Line));
            tags.Close(row);
        }

        tags.Close(table);
        y += 8;
    }

    private void WriteTable(ReportTable table, bool withCaption)
    {
        var (main, details) = table.Split();
        if (main.Count == 0)
            return;
        using var rows = table.Rows.GetEnumerator();
        List<IReadOnlyList<ReportCell>> looked = [];
        while (looked.Count < ColumnWidths.Looked && rows.MoveNext())
            looked.Add(rows.Current);
        var widths = ColumnWidths.Fit([.. main.Select(c => c.Column)], TextWidth, i => looked.Select(r => Longest(report.Shown(r[main[i].Index]), false)).Append(Longest(main[i].Column.Title, true)).Max() + (2 * Pad) + 0.5);

        // A header that took most of the page would leave no room for rows.
        var head = main.Select((c, i) => Wrapped(c.Column.Title, widths[i] - (2 * Pad), Cell, true, (int)((Floor - Top) * 0.4 / (Cell * 1.3)))).ToList();
        var high = (head.Max(h => h.Lines.Count) * Cell * 1.3) + (2 * RowPad);
        var element = tags.Open(document, "Table");
        if (withCaption)
        {
            Need(high + 54);
            Paragraph(table.Name, 9, Grey, true, "Caption", element);
        }

        Need(high + 30);
        var numbers = main.Select(c => looked.Exists(r => r[c.Index].Value is double) && looked.TrueForAll(r => r[c.Index].Value is double or null)).ToArray();
        void Again() => WriteHead(element, head, high, numbers, widths, first: false);

        WriteHead(element, head, high, numbers, widths, first: true);
        foreach (var row in looked)
            WriteRow(element, main, details, widths, row, Again);
        while (rows.MoveNext())
            WriteRow(element, main, details, widths, rows.Current, Again);
        tags.Close(element);
        y += 10;
    }

    private double Longest(string text, bool bold)
    {
        double longest = 0, at = 0;
        foreach (var glyph in Shape(ReportText.Clean(text.Length > 400 ? ReportText.Limit(text, 400) : text), bold))
        {
            if ((glyph.Marks & GlyphMarks.Space) == 0)
                longest = Math.Max(longest, at += glyph.Advance);
            if ((glyph.Marks & (GlyphMarks.BreakAfter | GlyphMarks.NewLine)) != 0)
                at = 0;
        }

        return longest * Cell / 1000;
    }

    /// <summary>The header row; repeats of it on later pages are not read out again.</summary>
    private void WriteHead(Tags.Element table, List<Wrap> head, double high, bool[] numbers, double[] widths, bool first)
    {
        Artifact(() => ink.Box(Side, y, TextWidth, high, Blue));
        var row = first ? tags.Open(table, "TR") : null;
        var x = Side;
        var top = y;
        for (var i = 0; i < head.Count; i++)
        {
            void DrawIt()
            {
                var at = top + RowPad;
                foreach (var line in head[i].Lines)
                {
                    Draw(head[i], line, numbers[i] ? x + widths[i] - Pad - line.Width : x + Pad, at + (Cell * 0.98), Cell, "FFFFFF");
                    at += Cell * 1.3;
                }
            }

            if (row is null)
            {
                Artifact(DrawIt);
            }
            else
            {
                var cell = tags.Open(row, "TH", "/A<</O/Table/Scope/Column>>");
                Marked(cell, DrawIt);
                tags.Close(cell);
            }

            x += widths[i];
        }

        if (row is not null)
            tags.Close(row);
        y = top + high;
    }

    private void WriteRow(Tags.Element table, IReadOnlyList<(ReportColumn Column, int Index)> main, IReadOnlyList<(ReportColumn Column, int Index)> details, double[] widths, IReadOnlyList<ReportCell> cells, Action again)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = tags.Open(table, "TR");
        List<Part> parts = new(main.Count);
        var x = Side;
        for (var i = 0; i < main.Count; i++)
        {
            var value = cells[main[i].Index];
            var hex = ReportText.Hex(value.Colour);
            var wrap = Wrapped(report.Shown(value), widths[i] - (2 * Pad), Cell, hex is not null);
            parts.Add(new(wrap, x + Pad, Cell, hex is null ? Ink1 : ReportText.ReadableOn(hex), tags.Open(row, "TD"), value.Value is double ? widths[i] - (2 * Pad) : 0, hex, x, widths[i]));
            x += widths[i];
        }

        var notes = Notes(details, cells);
        var under = notes.Text.Length == 0 ? null : new Part(Wrapped(notes, TextWidth - 12), Side + 8, Detail, "3E4C59", null!);
        WriteRow(parts, null, again, keep: under is null ? 0 : Math.Min(under.Wrap.Lines.Count, 3) * Detail * 1.3);
        tags.Close(row);
        if (under is not null)
        {
            row = tags.Open(table, "TR");
            WriteRow([under with { Element = tags.Open(row, "TD", $"/A<</O/Table/ColSpan {main.Count}>>") }], Soft, again, keep: 0);
            tags.Close(row);
        }

        Artifact(() => ink.Line(Side, y, width - Side, y, 0.5, Line));
    }

    /// <summary>Columns without room on the page, one after the other; their names stand out.</summary>
    private (string Text, List<(int From, int To)> Bold) Notes(IReadOnlyList<(ReportColumn Column, int Index)> details, IReadOnlyList<ReportCell> cells)
    {
        var text = new System.Text.StringBuilder();
        List<(int, int)> bold = [];
        foreach (var (column, index) in details)
        {
            var value = report.Shown(cells[index]);
            if (value.Length == 0)
                continue;
            if (text.Length > 0)
                text.Append("  ·  ");
            var from = text.Length;
            text.Append(ReportText.Clean(column.Title)).Append(": ");
            bold.Add((from, text.Length));
            text.Append(ReportText.Clean(value));
        }

        return (text.ToString(), bold);
    }

    private Wrap Wrapped((string Text, List<(int From, int To)> Bold) notes, double room)
    {
        var glyphs = new List<Glyph>(notes.Text.Length);
        void Add(int from, int to, bool bold)
        {
            if (to <= from)
                return;
            foreach (var glyph in Shape(notes.Text[from..to], bold))
                glyphs.Add(glyph with { At = glyph.At + from });
        }

        var at = 0;
        foreach (var (from, to) in notes.Bold)
        {
            Add(at, from, false);
            Add(from, to, true);
            at = to;
        }

        Add(at, notes.Text.Length, false);
        var all = glyphs.ToArray();
        return new(notes.Text, all, Cut(all, room * 1000 / Detail, Detail));
    }

    /// <summary>A cell of the row that is being drawn. <paramref name="Right"/> is the room in which a number stands at the right, or 0.</summary>
    private sealed record Part(Wrap Wrap, double X, double Size, string Colour, Tags.Element Element, double Right = 0, string? Background = null, double BoxX = 0, double BoxWidth = 0);

    /// <summary>Draws the cells of a row and closes them. A row that does not fit goes to the next page whole; one higher than a page is cut between lines.</summary>
    private void WriteRow(List<Part> parts, string? background, Action again, double keep)
    {
        double Line1(Part p) => p.Size * 1.3;
        var whole = parts.Max(p => p.Wrap.Lines.Count * Line1(p)) + (2 * RowPad);
        if (y + whole + keep > Floor && (whole + keep < (Floor - Top) * 0.6 || y + 60 > Floor))
        {
            NewPage();
            again();
        }

        var from = 0;
        var most = parts.Max(p => p.Wrap.Lines.Count);
        var line = parts.Max(Line1);
        do
        {
            var count = Math.Clamp((int)((Floor - y - (2 * RowPad)) / line), 1, most - from);
            if (count < most - from && Floor - y < 40)
            {
                NewPage();
                again();
                continue;
            }

            var high = (parts.Max(p => Math.Min(count, p.Wrap.Lines.Count - from) * Line1(p)) is var h && h > 0 ? h : line) + (2 * RowPad);
            if (background is not null || parts.Exists(p => p.Background is not null))
            {
                Artifact(() =>
                {
                    if (background is not null)
                        ink.Box(Side, y, TextWidth, high, background);
                    foreach (var part in parts)
                    {
                        if (part.Background is { } hex)
                            ink.Box(part.BoxX, y, part.BoxWidth, high, hex);
                    }
                });
            }

            foreach (var part in parts)
            {
                if (from >= part.Wrap.Lines.Count || part.Wrap.Glyphs.Length == 0)
                    continue;
                var top = y + RowPad;
                var number = Tags.Mark(part.Element, pages[^1].Id, marks);
                ink.Raw("/").Raw(part.Element.Type).Raw(" <</MCID ").Number(number).Raw(">> BDC\n");
                for (var i = from; i < Math.Min(from + count, part.Wrap.Lines.Count); i++)
                {
                    var text = part.Wrap.Lines[i];
                    Draw(part.Wrap, text, part.Right > 0 ? part.X + part.Right - text.Width : part.X, top + (part.Size * 0.98), part.Size, part.Colour);
                    top += Line1(part);
                }

                ink.Raw("EMC\n");
            }

            y += high;
            from += count;
            if (from < most)
            {
                NewPage();
                again();
            }
        }
        while (from < most);

        foreach (var part in parts)
            tags.Close(part.Element);
    }
}

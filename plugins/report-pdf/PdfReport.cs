using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Lays out one report. A page is written when it is full; what is known only at the end (page n of m, numbers in the contents) is a second layer of each page.</summary>
internal sealed partial class PdfReport
{
    private const string Blue = "1F4E78", Ink1 = "1F2933", Grey = "52606D", Line = "D5DAE1", Soft = "F5F7FA";
    private const double Short = 595.28, Long = 841.89, Side = 42, Top = 58, Bottom = 48, Body = 9.5, Leading = 1.38;

    private readonly ReportDocument report;
    private readonly PdfFile file;
    private readonly Fonts fonts;
    private readonly CancellationToken cancellationToken;
    private readonly Tags tags;
    private readonly Tags.Element document;
    private readonly Ink ink;
    private readonly double width, height;
    private readonly int pagesId, resourcesId;
    private readonly List<Page> pages = [];
    private readonly List<Entry> outline = [];
    private readonly List<Link> links = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<(string, bool), Glyph[]> known = [];
    private readonly List<(int Id, double Width, double Height)> pictures = [];
    private double y;

    public PdfReport(ReportDocument report, PdfFile file, Fonts fonts, CancellationToken cancellationToken)
    {
        (this.report, this.file, this.fonts, this.cancellationToken) = (report, file, fonts, cancellationToken);
        (width, height) = report.Landscape ? (Long, Short) : (Short, Long);
        ink = new(height);
        (pagesId, resourcesId) = (file.Reserve(), file.Reserve());
        tags = new(file);
        document = tags.OpenDocument();
    }

    private double TextWidth => width - (2 * Side);

    private double Floor => height - Bottom;

    /// <summary>A page that is being written or was.</summary>
    private sealed record Page(int Id, int Content)
    {
        public int Key { get; set; }
    }

    /// <summary>A heading's place, for bookmarks and contents.</summary>
    private sealed record Entry(int Level, string Text, int Page, double Y);

    /// <summary>A line of the contents: leads to the heading of that number.</summary>
    private sealed record Link(int Page, double Y, double Height, double Right, int Heading, Tags.Element Element);

    public void Write()
    {
        StartPage();
        WriteFront();
        string? said = null;
        foreach (var block in report.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteBlock(block, said);
            said = (block as ReportHeading)?.Text ?? said;
        }

        if (report.HeadHash is not null)
        {
            Need(40);
            y += 10;
            Paragraph(report.Word("headHash", "Head hash of the activity log") + ": " + report.HeadHash, 8, Grey, false, "P");
        }

        EndPage();
        Finish();
    }

    private void WriteFront()
    {
        y = Top + 4;
        Paragraph(report.Title, 24, Blue, true, "Title");
        if (!string.IsNullOrEmpty(report.Subtitle))
            Paragraph(report.Subtitle, 13, Grey, false, "P");
        Paragraph($"{report.Organisation} · {report.Word("madeAt", "Made at")} {report.Made()}", Body, Grey, false, "P");
        Artifact(() => ink.Box(Side, y + 2, TextWidth, 1.6, Blue));
        y += 14;
        WriteContents();
    }

    private void WriteContents()
    {
        var headings = report.Blocks.OfType<ReportHeading>().Select((h, i) => (Heading: h, Number: i)).Where(e => e.Heading.Level <= 2).ToList();
        if (headings.Count < 2)
            return;
        var contents = tags.Open(document, "TOC");
        Paragraph(report.Word("contents", "Contents"), 12, Blue, true, "Caption", contents);
        foreach (var (heading, number) in headings)
        {
            var indent = heading.Level == 1 ? 0 : 14;
            var item = tags.Open(contents, "TOCI");
            var link = tags.Open(item, "Link");
            var lines = Wrapped(heading.Text, TextWidth - indent - 40, Body, heading.Level == 1);
            Need(lines.Lines.Count * Body * Leading);
            var top = y;
            Marked(link, () =>
            {
                foreach (var line in lines.Lines)
                {
                    Draw(lines, line, Side + indent, y + Body, Body, Ink1);
                    y += Body * 1.45;
                }
            });
            links.Add(new(pages.Count - 1, top, y - top, Side + indent + lines.Lines[^1].Width + 4, number, link));
            tags.Close(item);
        }

        tags.Close(contents);
        y += 10;
    }

    private void WriteBlock(ReportBlock block, string? said)
    {
        switch (block)
        {
            case ReportHeading h:
                WriteHeading(h);
                break;
            case ReportParagraph { Emphasis: true } p:
                var (at, page) = (y, pages.Count);
                Paragraph(p.Text, Body, Grey, false, "P", left: Side + 10);
                if (page == pages.Count)
                    Artifact(() => ink.Box(Side, at, 2.5, y - at - 4, Blue));
                break;
            case ReportParagraph p:
                Paragraph(p.Text, Body, Ink1, false, "P");
                break;
            case ReportFields { Fields.Count: > 0 } f:
                WriteFields(f);
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
                WritePicture(f);
                break;
            case ReportPageBreak when y > Top + 1:
                NewPage();
                break;
        }
    }

    private void WriteHeading(ReportHeading heading)
    {
        var level = Math.Clamp(heading.Level, 1, 3);
        var size = level switch { 1 => 15.0, 2 => 12.0, _ => 10.5 };
        var lines = Wrapped(heading.Text, TextWidth, size, true);
        // A heading keeps some of what follows with it.
        Need((lines.Lines.Count * size * Leading) + 60);
        if (y > Top + 1)
            y += level == 1 ? 16 : 10;
        outline.Add(new(level, heading.Text, pages.Count - 1, y));
        var element = tags.Open(document, "H" + level.ToString(CultureInfo.InvariantCulture));
        Marked(element, () => DrawLines(lines, Side, size, Blue));
        tags.Close(element);
        y += 5;
    }

    private void Paragraph(string text, double size, string colour, bool bold, string type, Tags.Element? parent = null, double left = Side)
    {
        var shaped = Wrapped(text, TextWidth - (left - Side), size, bold);
        var element = tags.Open(parent ?? document, type is "Title" ? "P" : type);
        for (var from = 0; from < shaped.Lines.Count;)
        {
            Need(size * Leading);
            var count = Math.Clamp((int)((Floor - y) / (size * Leading)), 1, shaped.Lines.Count - from);
            var part = shaped with { Lines = shaped.Lines.GetRange(from, count) };
            Marked(element, () => DrawLines(part, left, size, colour));
            from += count;
        }

        tags.Close(element);
        y += 5;
    }

    private void DrawLines(Wrap wrap, double x, double size, string colour)
    {
        foreach (var line in wrap.Lines)
        {
            Draw(wrap, line, x, y + (size * 1.02), size, colour);
            y += size * Leading;
        }
    }

    private void Need(double room)
    {
        if (y + room > Floor && y > Top + 1)
            NewPage();
    }

    private void NewPage()
    {
        EndPage();
        StartPage();
    }

    private void StartPage()
    {
        cancellationToken.ThrowIfCancellationRequested();
        pages.Add(new(file.Reserve(), file.Reserve()));
        y = Top;
    }

    private void EndPage()
    {
        file.WriteStream(pages[^1].Content, "", ink.Content);
        ink.Clear();
        pages[^1].Key = tags.EndPage(marks);
        marks.Clear();
    }

    private void Artifact(Action draw)
    {
        ink.Raw("/Artifact BMC\n");
        draw();
        ink.Raw("EMC\n");
    }

    private void Marked(Tags.Element element, Action draw)
    {
        var number = Tags.Mark(element, pages[^1].Id, marks);
        ink.Raw("/").Raw(element.Type).Raw(" <</MCID ").Number(number).Raw(">> BDC\n");
        draw();
        ink.Raw("EMC\n");
    }

    private void Finish()
    {
        var linkElements = new List<int>();
        var annotations = new Dictionary<int, List<int>>();
        foreach (var link in links)
        {
            var target = outline[link.Heading];
            var id = file.Write(string.Create(CultureInfo.InvariantCulture,
                $"<</Type/Annot/Subtype/Link/Rect[{Side:0.##} {height - link.Y - link.Height:0.##} {width - Side:0.##} {height - link.Y:0.##}]/Border[0 0 0]/F 4/StructParent {pages.Count + linkElements.Count}/Contents {PdfFile.Text(target.Text)}/Dest[{pages[target.Page].Id} 0 R/XYZ 0 {height - target.Y + 8:0.##} null]>>"));
            Tags.Refer(link.Element, id, pages[link.Page].Id);
            linkElements.Add(link.Element.Id);
            tags.Close(link.Element);
            if (!annotations.TryGetValue(link.Page, out var list))
                annotations[link.Page] = list = [];
            list.Add(id);
        }

        for (var i = 0; i < pages.Count; i++)
        {
            WriteFurniture(i);
            var late = file.WriteStream("", ink.Content);
            ink.Clear();
            var annots = annotations.TryGetValue(i, out var ids) ? $"/Annots[{string.Join(' ', ids.Select(a => a.ToString(CultureInfo.InvariantCulture) + " 0 R"))}]" : "";
            file.Write(pages[i].Id, string.Create(CultureInfo.InvariantCulture,
                $"<</Type/Page/Parent {pagesId} 0 R/MediaBox[0 0 {width:0.##} {height:0.##}]/Resources {resourcesId} 0 R/Contents[{pages[i].Content} 0 R {late} 0 R]/StructParents {pages[i].Key}/Tabs/S{annots}>>"));
        }

        file.Write(pagesId, string.Create(CultureInfo.InvariantCulture, $"<</Type/Pages/Count {pages.Count}/Kids[{string.Join(' ', pages.Select(p => p.Id.ToString(CultureInfo.InvariantCulture) + " 0 R"))}]>>"));
        var xObjects = string.Concat(pictures.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"/P{i} {p.Id} 0 R")));
        file.Write(resourcesId, $"<</Font<<{fonts.Write(file)}>>/XObject<<{xObjects}>>>>");
        var structure = tags.Finish(document, linkElements);
        var bookmarks = WriteOutline();
        var utc = report.MadeAt.ToUniversalTime();
        var date = utc.ToString("'(D:'yyyyMMddHHmmss'Z)'", CultureInfo.InvariantCulture);
        var information = file.Write($"<</Title {PdfFile.Text(ReportText.Clean(report.Title))}/Author {PdfFile.Text(ReportText.Clean(report.Organisation))}/Subject {PdfFile.Text(ReportText.Clean(report.Subtitle ?? ""))}/Creator(IsmsModular)/Producer(IsmsModular)/CreationDate{date}/ModDate{date}>>");
        var metadata = file.Reserve();
        file.WritePacked(metadata, "/Type/Metadata/Subtype/XML", Encoding.UTF8.GetBytes(Xmp(utc)));
        var catalogue = file.Write(string.Create(CultureInfo.InvariantCulture,
            $"<</Type/Catalog/Pages {pagesId} 0 R/Lang({Language()})/MarkInfo<</Marked true>>/ViewerPreferences<</DisplayDocTitle true>>/StructTreeRoot {structure} 0 R/Metadata {metadata} 0 R{(bookmarks == 0 ? "" : $"/Outlines {bookmarks} 0 R/PageMode/UseOutlines")}>>"));
        var id16 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{report.Title}\n{report.Organisation}\n{report.HeadHash}\n{utc:O}")).AsSpan(0, 16));
        file.Finish(catalogue, information, id16);
    }

    private string Language() => new([.. report.Language.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')]);

    private string Xmp(DateTimeOffset utc)
    {
        static string Escaped(string text) => System.Security.SecurityElement.Escape(ReportText.Clean(text))!;
        var time = utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"""
            <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang="x-default">{Escaped(report.Title)}</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>{Escaped(report.Organisation)}</rdf:li></rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>{Escaped(report.Language)}</rdf:li></rdf:Bag></dc:language>
            <xmp:CreateDate>{time}</xmp:CreateDate><xmp:ModifyDate>{time}</xmp:ModifyDate><xmp:CreatorTool>IsmsModular</xmp:CreatorTool><pdf:Producer>IsmsModular</pdf:Producer>
            </rdf:Description></rdf:RDF></x:xmpmeta>
            <?xpacket end="r"?>
            """.ReplaceLineEndings("\n");
    }

    /// <summary>Header, footer, and the page numbers of the contents.</summary>
    private void WriteFurniture(int index)
    {
        ink.Raw("/Artifact <</Type/Pagination>> BDC\n");
        const double size = 8;
        if (index > 0)
        {
            var title = Fit(report.Title, TextWidth * 0.55, size);
            Draw(Fit(report.Organisation, TextWidth * 0.4, size), Side, 34, size, Grey);
            Draw(title, width - Side - title.Lines[0].Width, 34, size, Grey);
            ink.Line(Side, 40, width - Side, 40, 0.6, Line);
        }

        ink.Line(Side, height - 36, width - Side, height - 36, 0.6, Line);
        Draw(Fit(report.Marking ?? "", TextWidth * 0.6, size), Side, height - 25, size, Grey);
        var number = Fit(string.Create(CultureInfo.InvariantCulture, $"{report.Word("page", "Page")} {index + 1} {report.Word("of", "of")} {pages.Count}"), TextWidth * 0.35, size);
        Draw(number, width - Side - number.Lines[0].Width, height - 25, size, Grey);
        foreach (var link in links.Where(l => l.Page == index))
        {
            var page = Fit((outline[link.Heading].Page + 1).ToString(CultureInfo.InvariantCulture), 40, Body);
            var baseline = link.Y + link.Height - (Body * 0.45);
            Draw(page, width - Side - page.Lines[0].Width, baseline, Body, Ink1);
            ink.Raw("q [0.6 2.4] 0 d 1 J ");
            ink.Line(link.Right, baseline - 0.5, width - Side - page.Lines[0].Width - 5, baseline - 0.5, 0.6, "9AA5B1");
            ink.Raw("Q\n");
        }

        ink.Raw("EMC\n");
    }

    private int WriteOutline()
    {
        if (outline.Count == 0)
            return 0;
        var root = file.Reserve();
        var ids = outline.Select(_ => file.Reserve()).ToList();
        // A heading belongs to the nearest one above it of a lower level.
        var parents = new int[outline.Count];
        var open = new Stack<int>();
        for (var i = 0; i < outline.Count; i++)
        {
            while (open.Count > 0 && outline[open.Peek()].Level >= outline[i].Level)
                open.Pop();
            parents[i] = open.Count > 0 ? open.Peek() : -1;
            open.Push(i);
        }

        var children = Enumerable.Range(0, outline.Count).ToLookup(i => parents[i]);
        for (var i = 0; i < outline.Count; i++)
        {
            var siblings = children[parents[i]].ToList();
            var at = siblings.IndexOf(i);
            var own = children[i].ToList();
            var entry = outline[i];
            file.Write(ids[i], string.Create(CultureInfo.InvariantCulture, $"<</Title {PdfFile.Text(ReportText.Clean(entry.Text))}/Parent {(parents[i] < 0 ? root : ids[parents[i]])} 0 R/Dest[{pages[entry.Page].Id} 0 R/XYZ 0 {height - entry.Y + 8:0.##} null]")
                + (at > 0 ? $"/Prev {ids[siblings[at - 1]]} 0 R" : "") + (at < siblings.Count - 1 ? $"/Next {ids[siblings[at + 1]]} 0 R" : "")
                + (own.Count > 0 ? $"/First {ids[own[0]]} 0 R/Last {ids[own[^1]]} 0 R/Count {-own.Count}" : "") + ">>");
        }

        var tops = children[-1].ToList();
        file.Write(root, $"<</Type/Outlines/First {ids[tops[0]]} 0 R/Last {ids[tops[^1]]} 0 R/Count {tops.Count}>>");
        return root;
    }
}

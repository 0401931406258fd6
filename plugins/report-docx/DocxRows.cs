using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Docx;

/// <summary>Rows of large tables as text: a register has a million cells, and an object for each of them would take most of the time.</summary>
internal sealed class DocxRows
{
    private const string Run = "<w:r>", Space = "<w:t xml:space=\"preserve\">", KeepNext = "<w:keepNext/>";

    private readonly StringBuilder text = new();
    private bool hasNote;

    /// <summary>Beginning of a cell up to what differs.</summary>
    internal sealed record CellHead(string Width, string Style);

    public CellHead Cell(int width, string style) => new(
        string.Create(CultureInfo.InvariantCulture, $"<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>"),
        $"</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{WebUtility.HtmlEncode(style)}\"/>");

    /// <summary>Beginning of the row that holds what has no room above.</summary>
    public string Under(int span, string style) => string.Create(CultureInfo.InvariantCulture,
        $"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F5F7FA\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{WebUtility.HtmlEncode(style)}\"/></w:pPr>");

    public void StartRow() => text.Append("<w:tr><w:trPr><w:cantSplit/></w:trPr>");

    public void Add(CellHead head, string shown, string? hex, bool keep)
    {
        text.Append(head.Width);
        if (hex is not null)
            text.Append("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"").Append(hex).Append("\"/>");
        text.Append(head.Style).Append(keep ? KeepNext : "").Append("</w:pPr>");
        if (shown.Length > 0)
        {
            text.Append(Run);
            if (hex is not null)
                text.Append("<w:rPr><w:b/><w:color w:val=\"").Append(ReportText.ReadableOn(hex)).Append("\"/></w:rPr>");
            Lines(shown);
            text.Append("</w:r>");
        }

        text.Append("</w:p></w:tc>");
    }

    public void EndRow() => text.Append("</w:tr>");

    public void StartUnder(string head)
    {
        hasNote = false;
        text.Append(head);
    }

    public void AddNote(string title, string shown)
    {
        if (shown.Length == 0)
            return;
        text.Append("<w:r><w:rPr><w:b/></w:rPr>").Append(Space).Append(hasNote ? "  ·  " : "");
        Escape(ReportText.Clean(title).Replace('\n', ' '));
        text.Append(": </w:t></w:r>").Append(Run);
        Lines(shown);
        text.Append("</w:r>");
        hasNote = true;
    }

    public void EndUnder() => text.Append("</w:p></w:tc></w:tr>");

    /// <summary>Gives what was gathered to the file.</summary>
    public void Flush(XmlWriter w)
    {
        foreach (var chunk in text.GetChunks())
            w.WriteRaw(chunk.Span.ToArray(), 0, chunk.Length);
        text.Clear();
    }

    private void Lines(string shown)
    {
        text.Append(Space);
        Escape(ReportText.Clean(shown));
        text.Append("</w:t>");
    }

    /// <summary>Line ends become breaks.</summary>
    private void Escape(string clean)
    {
        var from = 0;
        for (var i = 0; i < clean.Length; i++)
        {
            var written = clean[i] switch { '<' => "&lt;", '>' => "&gt;", '&' => "&amp;", '\n' => "</w:t><w:br/>" + Space, _ => null };
            if (written is null)
                continue;
            text.Append(clean, from, i - from).Append(written);
            from = i + 1;
        }

        text.Append(clean, from, clean.Length - from);
    }
}

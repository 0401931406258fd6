using System.Globalization;
using System.Xml.Linq;

namespace IsmsModular.Plugins.Docx;

/// <summary>Page of a document: its size and margins, and which header and footer it has. A template gives margins and its own header and footer; what it lacks is ours.</summary>
internal sealed class DocxSection
{
    public const string OwnHeaderId = "rIdReportHeader", OwnFooterId = "rIdReportFooter";

    // A4 in twentieths of a point, with margins of 2 cm.
    private const int Short = 11906, Long = 16838, Margin = 1134;

    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static readonly XNamespace R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public DocxSection(bool landscape, DocxTemplate? template)
    {
        var theirs = template?.Section;
        Xml = new XElement(W + "sectPr", new XAttribute(XNamespace.Xmlns + "w", W.NamespaceName), new XAttribute(XNamespace.Xmlns + "r", R.NamespaceName));
        foreach (var kind in new[] { "headerReference", "footerReference" })
        {
            var references = theirs?.Elements(W + kind).Where(e => template!.Relations.Exists(t => t.Id == (string?)e.Attribute(R + "id"))).Select(e => new XElement(e)).ToList() ?? [];
            Xml.Add(references);
            if (references.Exists(e => (string?)e.Attribute(W + "type") is null or "default"))
                continue;
            var isHeader = kind == "headerReference";
            Xml.Add(new XElement(W + kind, new XAttribute(W + "type", "default"), new XAttribute(R + "id", isHeader ? OwnHeaderId : OwnFooterId)));
            (OwnHeader, OwnFooter) = (OwnHeader || isHeader, OwnFooter || !isHeader);
        }

        var size = theirs?.Element(W + "pgSz");
        var (one, other) = (Number(size, "w", Short), Number(size, "h", Long));
        var (wide, high) = landscape ? (Math.Max(one, other), Math.Min(one, other)) : (Math.Min(one, other), Math.Max(one, other));
        Xml.Add(new XElement(W + "pgSz", new XAttribute(W + "w", wide), new XAttribute(W + "h", high), landscape ? new XAttribute(W + "orient", "landscape") : null));
        Xml.Add(theirs?.Element(W + "pgMar") is { } margins
            ? new XElement(margins)
            : new XElement(W + "pgMar", Attributes(("top", 1418), ("right", Margin), ("bottom", 1134), ("left", Margin), ("header", 567), ("footer", 567), ("gutter", 0))));
        if (theirs?.Element(W + "titlePg") is { } first)
            Xml.Add(new XElement(first));
        var own = Xml.Element(W + "pgMar");
        TextWidth = Math.Max(3000, wide - Number(own, "left", Margin) - Number(own, "right", Margin) - Number(own, "gutter", 0));
    }

    /// <summary>The section's properties.</summary>
    public XElement Xml { get; }

    /// <summary>Whether the header is ours.</summary>
    public bool OwnHeader { get; }

    /// <summary>Whether the footer is ours.</summary>
    public bool OwnFooter { get; }

    /// <summary>Room for text, in twentieths of a point.</summary>
    public int TextWidth { get; }

    private static IEnumerable<XAttribute> Attributes(params (string Name, int Value)[] values) => values.Select(v => new XAttribute(W + v.Name, v.Value));

    private static int Number(XElement? element, string name, int otherwise) =>
        int.TryParse((string?)element?.Attribute(W + name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? Math.Abs(number) : otherwise;
}

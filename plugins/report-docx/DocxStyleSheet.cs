using System.Xml.Linq;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Docx;

/// <summary>The styles of one document: ours, or the template's with ours for what it lacks. Word knows its own styles by their English names whatever their ids are.</summary>
internal sealed class DocxStyleSheet
{
    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    private readonly Dictionary<string, string> ids = [];

    public DocxStyleSheet(string language, DocxTemplate? template)
    {
        Xml = XElement.Parse(DocxStyles.Build(language).OuterXml);
        foreach (var style in Xml.Elements(W + "style"))
            ids[Id(style)] = Id(style);
        if (template is null)
            return;

        var theirs = new XElement(template.Styles);
        var byName = theirs.Elements(W + "style").GroupBy(Key).ToDictionary(g => g.Key, g => Id(g.First()));
        var taken = theirs.Elements(W + "style").Select(Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var style in Xml.Elements(W + "style"))
            ids[Id(style)] = byName.GetValueOrDefault(Key(style)) ?? (taken.Contains(Id(style)) ? "Report" + Id(style) : Id(style));
        foreach (var style in Xml.Elements(W + "style").Where(s => !byName.ContainsKey(Key(s))))
        {
            var added = new XElement(style);
            added.SetAttributeValue(W + "styleId", this[Id(style)]);
            // Only the template has defaults.
            added.SetAttributeValue(W + "default", null);
            foreach (var reference in added.Elements().Where(e => e.Name.LocalName is "basedOn" or "next" or "link"))
                reference.SetAttributeValue(W + "val", this[(string?)reference.Attribute(W + "val") ?? ""]);
            theirs.Add(added);
        }

        Xml = theirs;
        var heading = theirs.Elements(W + "style").FirstOrDefault(s => Id(s) == this["Heading1"]);
        HeaderFill = ReportText.Hex("#" + (string?)heading?.Element(W + "rPr")?.Element(W + "color")?.Attribute(W + "val")) is { } colour && ReportText.ReadableOn(colour) == "FFFFFF" ? colour : DocxStyles.Blue;
    }

    /// <summary>The styles part.</summary>
    public XElement Xml { get; }

    /// <summary>Background of table headers: the colour of headings where white can be read on it.</summary>
    public string HeaderFill { get; } = DocxStyles.Blue;

    /// <summary>Id in this document of one of our styles.</summary>
    public string this[string style] => ids.GetValueOrDefault(style, style);

    private static string Id(XElement style) => (string?)style.Attribute(W + "styleId") ?? "";

    private static string Key(XElement style) => $"{(string?)style.Attribute(W + "type")}:{((string?)style.Element(W + "name")?.Attribute(W + "val"))?.ToLowerInvariant()}";
}

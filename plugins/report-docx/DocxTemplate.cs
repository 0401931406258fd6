using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Docx;

/// <summary>What a report takes from the workspace's own document: styles, theme, numbering, headers and footers with their pictures, page margins, and the text before and after the report.</summary>
internal sealed partial class DocxTemplate
{
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static readonly XNamespace W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static readonly XNamespace R = Relationships;
    private static readonly string[] Kept = ["header", "footer", "theme", "numbering", "image", "hyperlink"];

    private readonly ZipArchive zip;
    private readonly Dictionary<string, string> words;
    private readonly Dictionary<string, string> types = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> defaults = new(StringComparer.OrdinalIgnoreCase);

    private DocxTemplate(ZipArchive zip, ReportDocument report)
    {
        this.zip = zip;
        words = new(StringComparer.OrdinalIgnoreCase)
        {
            ["{{title}}"] = report.Title,
            ["{{subtitle}}"] = report.Subtitle ?? "",
            ["{{organisation}}"] = report.Organisation,
            ["{{date}}"] = report.MadeAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["{{classification}}"] = report.Marking ?? "",
        };
        foreach (var type in Xml("[Content_Types].xml")!.Elements())
        {
            var kind = (string?)type.Attribute("ContentType") ?? "";
            if (type.Name.LocalName == "Override")
                types[((string?)type.Attribute("PartName") ?? "").TrimStart('/')] = kind;
            else
                defaults[(string?)type.Attribute("Extension") ?? ""] = kind;
        }

        ReadDocument();
        Styles = Xml("word/styles.xml") ?? new XElement(W + "styles");
    }

    /// <summary>Parts to carry over, with their content types.</summary>
    public List<(string Path, string Type, byte[] Content)> Parts { get; } = [];

    /// <summary>Relationships of parts that are carried over.</summary>
    public List<(string Part, List<Related> Targets)> PartRelations { get; } = [];

    /// <summary>Relationships of the document.</summary>
    public List<Related> Relations { get; } = [];

    /// <summary>Styles as they are in the template.</summary>
    public XElement Styles { get; }

    /// <summary>Section of the template: page, margins, which header and footer.</summary>
    public XElement? Section { get; private set; }

    /// <summary>Text before the report.</summary>
    public List<XElement> Before { get; } = [];

    /// <summary>Text after the report.</summary>
    public List<XElement> After { get; } = [];

    /// <summary>Whether the template shows the title itself.</summary>
    public bool ShowsTitle { get; private set; }

    /// <summary>Whether odd and even pages differ.</summary>
    public bool EvenAndOdd { get; private set; }

    /// <summary>Reads the template of a report; <c>null</c> without one.</summary>
    public static DocxTemplate? Of(ReportDocument report)
    {
        if (report.Template is null)
            return null;
        using var file = report.Template.Open();
        using var zip = new ZipArchive(file, ZipArchiveMode.Read);
        return new(zip, report);
    }

    private void ReadDocument()
    {
        var document = Xml("word/document.xml") ?? throw new InvalidDataException("The template has no document.");
        var body = document.Element(W + "body") ?? new XElement(W + "body");
        Section = body.Elements(W + "sectPr").LastOrDefault();
        EvenAndOdd = Xml("word/settings.xml")?.Element(W + "evenAndOddHeaders") is not null;
        ReadText(body);
        ShowsTitle = Before.Exists(e => e.Value.Contains("{{title}}", StringComparison.OrdinalIgnoreCase));
        Before.ForEach(Fill);
        After.ForEach(Fill);

        // Only what is used is carried over: pictures of a text that is left out stay behind.
        var used = Before.Concat(After).Append(Section ?? new XElement("none")).SelectMany(e => e.DescendantsAndSelf().Attributes()).Where(a => a.Name.Namespace == R).Select(a => a.Value).ToHashSet();
        foreach (var related in RelationsOf("word/document.xml"))
        {
            if (related.Kind is "theme" or "numbering" || used.Contains(related.Id))
            {
                Relations.Add(related);
                if (!related.IsExternal)
                    Carry(related.Path);
            }
        }
    }

    /// <summary>The text around the line that says where the report stands; without such a line none of it is taken.</summary>
    private void ReadText(XElement body)
    {
        var blocks = body.Elements().Where(e => e.Name != W + "sectPr").ToList();
        var place = blocks.FindIndex(b => b.Name == W + "p" && b.Value.Contains("{{content}}", StringComparison.OrdinalIgnoreCase));
        if (place < 0)
            return;
        Before.AddRange(blocks.Take(place));
        After.AddRange(blocks.Skip(place + 1));
        foreach (var block in Before.Concat(After))
        {
            // Notes and comments are parts of their own and stay behind.
            block.Descendants().Where(e => e.Name.LocalName is "footnoteReference" or "endnoteReference" or "commentReference" or "commentRangeStart" or "commentRangeEnd" or "bookmarkStart" or "bookmarkEnd").Remove();
        }
    }

    private void Carry(string path)
    {
        if (Parts.Exists(p => p.Path == path) || zip.GetEntry(path) is not { } entry)
            return;
        byte[] content;
        if (path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
        {
            var xml = Xml(path)!;
            if (xml.Name == W + "hdr" || xml.Name == W + "ftr")
                Fill(xml);
            content = Bytes(xml);
        }
        else
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            content = bytes.ToArray();
        }

        Parts.Add((path, types.GetValueOrDefault(path) ?? defaults.GetValueOrDefault(Path.GetExtension(path).TrimStart('.')) ?? "application/xml", content));
        var targets = RelationsOf(path).Where(r => r.Kind is "image" or "hyperlink").ToList();
        if (targets.Count > 0)
            PartRelations.Add((path, targets));
        foreach (var target in targets.Where(t => !t.IsExternal))
            Carry(target.Path);
    }

    /// <summary>Puts words in place of placeholders, which Word may have cut over several runs.</summary>
    private void Fill(XElement root)
    {
        foreach (var paragraph in root.DescendantsAndSelf(W + "p").ToList())
        {
            var texts = paragraph.Descendants(W + "t").Where(t => t.Ancestors(W + "p").First() == paragraph).ToList();
            var whole = string.Concat(texts.Select(t => t.Value));
            // From the end, so that places before stay where they are; what was put in is not looked at again.
            foreach (var found in Placeholder().Matches(whole).Reverse())
            {
                if (words.TryGetValue(found.Value, out var value))
                    Replace(texts, found.Index, found.Length, ReportText.Clean(value).Replace('\n', ' '));
            }
        }
    }

    private static void Replace(List<XElement> texts, int at, int length, string value)
    {
        var start = 0;
        var isFirst = true;
        foreach (var text in texts)
        {
            var (from, to) = (Math.Max(at, start), Math.Min(at + length, start + text.Value.Length));
            var old = text.Value;
            if (from < to)
            {
                text.Value = old[..(from - start)] + (isFirst ? value : "") + old[(to - start)..];
                text.SetAttributeValue(XNamespace.Xml + "space", "preserve");
                isFirst = false;
            }

            start += old.Length;
        }
    }

    private IEnumerable<Related> RelationsOf(string part)
    {
        var folder = part[..(part.LastIndexOf('/') + 1)];
        foreach (var relation in Xml($"{folder}_rels/{part[folder.Length..]}.rels")?.Elements() ?? [])
        {
            var (id, type, target) = ((string?)relation.Attribute("Id") ?? "", (string?)relation.Attribute("Type") ?? "", (string?)relation.Attribute("Target") ?? "");
            var kind = type[(type.LastIndexOf('/') + 1)..];
            if (!Kept.Contains(kind))
                continue;
            var isExternal = string.Equals((string?)relation.Attribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase);
            yield return new(id, kind, target, isExternal, isExternal ? "" : target.StartsWith('/') ? target[1..] : folder + target);
        }
    }

    private XElement? Xml(string path)
    {
        if (zip.GetEntry(path) is not { } entry)
            return null;
        using var stream = entry.Open();
        using var reader = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        return XElement.Load(reader);
    }

    private static byte[] Bytes(XElement xml)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new() { Encoding = new UTF8Encoding(false) }))
            xml.WriteTo(writer);
        return bytes.ToArray();
    }

    [GeneratedRegex(@"\{\{[A-Za-z]+\}\}")]
    private static partial Regex Placeholder();

    /// <summary>A relationship. <paramref name="Path"/> is empty for one that leads outside.</summary>
    internal sealed record Related(string Id, string Kind, string Target, bool IsExternal, string Path)
    {
        public string Type => $"{Relationships}/{Kind}";
    }
}

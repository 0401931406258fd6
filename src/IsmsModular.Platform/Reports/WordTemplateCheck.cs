using System.IO.Compression;
using System.Text;
using System.Xml;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Reports;

/// <summary>Looks through a Word document before it is kept as a template: nothing in it may run, reach outside, hide another file or be out of proportion.</summary>
internal static class WordTemplateCheck
{
    private const int MostParts = 500, MostDepth = 200;
    private const long MostUnpacked = 40 << 20;
    private const string Package = "http://schemas.openxmlformats.org/package/2006/";
    private const string Words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    /// <summary>Namespace of the text in Strict Open XML, of which reports would take neither text nor header.</summary>
    private const string StrictWords = "http://purl.oclc.org/ooxml/wordprocessingml/main";

    private static readonly string[] Pictures = ["png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff"];
    private static readonly string[] Commands = ["INCLUDEPICTURE", "INCLUDETEXT", "DDE", "DDEAUTO", "LINK", "IMPORT", "MACROBUTTON", "DATABASE", "RD"];

    /// <summary>What is wrong with the file, or <c>null</c>.</summary>
    public static Error? Check(Stream content)
    {
        if (content.Length > WordTemplates.MostBytes)
            return Wrong("size", (WordTemplates.MostBytes >> 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
        try
        {
            using var zip = new ZipArchive(content, ZipArchiveMode.Read, leaveOpen: true);
            return Look(zip);
        }
        catch (Exception error) when (error is InvalidDataException or XmlException or IOException or ArgumentException)
        {
            return Wrong("damaged");
        }
    }

    private static Error? Look(ZipArchive zip)
    {
        if (zip.Entries.Count > MostParts)
            return Wrong("parts", MostParts.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (zip.Entries.Any(e => !names.Add(e.FullName) || e.FullName.Contains('\\', StringComparison.Ordinal) || e.FullName.StartsWith('/') || e.FullName.Split('/').Contains("..")))
            return Wrong("damaged");
        if (!names.Contains("[Content_Types].xml") || !names.Contains("word/document.xml"))
            return Wrong("kind");

        var left = MostUnpacked;
        var isWord = false;
        foreach (var entry in zip.Entries.Where(e => !e.FullName.EndsWith('/')))
        {
            using var bytes = new MemoryStream();
            using (var packed = entry.Open())
            {
                // What the archive says about sizes is not believed.
                var buffer = new byte[1 << 16];
                for (int read; (read = packed.Read(buffer)) > 0;)
                {
                    if ((left -= read) < 0)
                        return Wrong("unpacked", (MostUnpacked >> 20).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    bytes.Write(buffer, 0, read);
                }
            }

            bytes.Position = 0;
            var name = entry.FullName;
            if (name.Contains("vbaProject", StringComparison.OrdinalIgnoreCase) || name.Contains("vbaData", StringComparison.OrdinalIgnoreCase) || name.Contains("/activeX/", StringComparison.OrdinalIgnoreCase))
                return Wrong("macros", name);
            if (name.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase))
                return Wrong("embedded", name);
            if (name.Contains("/media/", StringComparison.OrdinalIgnoreCase) && !Pictures.Contains(Path.GetExtension(name).TrimStart('.').ToLowerInvariant()))
                return Wrong("picture", name, "PNG, JPEG");
            if (name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase))
            {
                if (LookAt(name, bytes, ref isWord) is { } wrong)
                    return wrong;
            }
        }

        return isWord ? null : Wrong("kind");
    }

    private static Error? LookAt(string name, Stream part, ref bool isWord)
    {
        var fields = new StringBuilder();
        var command = -1;
        using var xml = XmlReader.Create(part, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostUnpacked });
        while (xml.Read())
        {
            if (xml.Depth > MostDepth)
                return Wrong("damaged");
            if (command >= 0 && xml.Depth <= command)
                command = -1;
            // A command may be cut over several runs, and within one by comments.
            if (command >= 0 && xml.NodeType is XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace or XmlNodeType.CDATA)
                fields.Append(xml.Value);
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.NamespaceURI == StrictWords)
                return Wrong("strict");
            switch (xml.LocalName)
            {
                case "Override" or "Default" when xml.NamespaceURI == Package + "content-types":
                    var type = xml.GetAttribute("ContentType") ?? "";
                    if (type.Contains("macro", StringComparison.OrdinalIgnoreCase) || type.Contains("vba", StringComparison.OrdinalIgnoreCase) || type.Contains("activeX", StringComparison.OrdinalIgnoreCase))
                        return Wrong("macros", type);
                    // The document's kind stands beside its name, or is that of all files that end so.
                    isWord |= (string.Equals(xml.GetAttribute("PartName"), "/word/document.xml", StringComparison.OrdinalIgnoreCase) || string.Equals(xml.GetAttribute("Extension"), "xml", StringComparison.OrdinalIgnoreCase))
                        && type is "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml" or "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml";
                    break;
                case "Relationship" when xml.NamespaceURI == Package + "relationships":
                    if (Relationship(name, xml) is { } wrong)
                        return wrong;
                    break;
                case "altChunk" when xml.NamespaceURI == Words:
                    return Wrong("embedded", name);
                case "fldSimple" when xml.NamespaceURI == Words:
                    fields.Append(' ').Append(xml.GetAttribute("instr", xml.NamespaceURI));
                    break;
                case "instrText" when xml.NamespaceURI == Words && !xml.IsEmptyElement:
                    command = command < 0 ? xml.Depth : command;
                    break;
                case "fldChar":
                    fields.Append(' ');
                    break;
            }
        }

        var refused = fields.ToString().Split([' ', '\t', '\n', '"'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(w => Commands.Contains(w.ToUpperInvariant()));
        return refused is null ? null : Wrong("field", refused, name);
    }

    private static Error? Relationship(string name, XmlReader xml)
    {
        var (type, target) = (xml.GetAttribute("Type") ?? "", xml.GetAttribute("Target") ?? "");
        if (type.EndsWith("/aFChunk", StringComparison.OrdinalIgnoreCase) || type.EndsWith("/oleObject", StringComparison.OrdinalIgnoreCase) || type.EndsWith("/package", StringComparison.OrdinalIgnoreCase) || type.EndsWith("/control", StringComparison.OrdinalIgnoreCase) || type.EndsWith("/subDocument", StringComparison.OrdinalIgnoreCase))
            return Wrong("embedded", name);
        if (type.Contains("vba", StringComparison.OrdinalIgnoreCase))
            return Wrong("macros", name);
        var isWebLink = type.EndsWith("/hyperlink", StringComparison.Ordinal) && Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "mailto";
        return string.Equals(xml.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase) && !isWebLink ? Wrong("external", CellText.Cut(target, 200), name) : null;
    }

    private static Error Wrong(string what, params string[] arguments) => Error.Invalid("template.error." + what, "File", arguments);
}

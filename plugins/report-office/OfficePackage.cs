using System.IO.Compression;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Shared;

namespace IsmsModular.Plugins.Office;

/// <summary>Writes an Office file part by part straight into the output: nothing is held back, so that memory does not grow with the rows.</summary>
internal sealed class OfficePackage : IDisposable
{
    private const string Relationship = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    private const string RelationshipsNamespace = "http://schemas.openxmlformats.org/package/2006/relationships";
    private const string ContentTypesNamespace = "http://schemas.openxmlformats.org/package/2006/content-types";

    private readonly ZipArchive zip;
    private readonly DateTimeOffset madeAt;
    private readonly List<(string Path, string Type)> parts = [];

    public OfficePackage(Stream output, DateTimeOffset madeAt)
    {
        this.madeAt = madeAt;
        zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
    }

    /// <summary>Adds a part whose root and content are written with the Open XML writer.</summary>
    public void Add(string path, string contentType, Action<OpenXmlWriter> write)
    {
        parts.Add((path, contentType));
        using var stream = Open(path);
        using var writer = OpenXmlWriter.Create(stream, new UTF8Encoding(false));
        writer.WriteStartDocument(true);
        write(writer);
    }

    /// <summary>Adds a part that is written as XML.</summary>
    public void Add(string path, string contentType, Action<XmlWriter> write)
    {
        parts.Add((path, contentType));
        using var xml = Xml(path);
        write(xml);
    }

    /// <summary>Adds a picture or another part as it is.</summary>
    public void Add(string path, string contentType, byte[] content)
    {
        parts.Add((path, contentType));
        using var stream = Open(path);
        stream.Write(content);
    }

    /// <summary>Adds relationships of a part, or of the package when <paramref name="part"/> is empty. Targets are relative to the part.</summary>
    public void Relate(string part, params (string Id, string Type, string Target)[] relationships) => Relate(part, relationships, []);

    /// <summary>Adds relationships of which those with an id in <paramref name="external"/> lead outside.</summary>
    public void Relate(string part, IReadOnlyList<(string Id, string Type, string Target)> relationships, IReadOnlyList<string> external)
    {
        var folder = part.Length == 0 ? "" : part[..(part.LastIndexOf('/') + 1)];
        using var xml = Xml($"{folder}_rels/{part[folder.Length..]}.rels");
        xml.WriteStartElement("Relationships", RelationshipsNamespace);
        foreach (var (id, type, target) in relationships)
        {
            xml.WriteStartElement("Relationship", RelationshipsNamespace);
            xml.WriteAttributeString("Id", id);
            xml.WriteAttributeString("Type", type.StartsWith("http", StringComparison.Ordinal) ? type : Relationship + type);
            xml.WriteAttributeString("Target", target);
            if (external.Contains(id))
                xml.WriteAttributeString("TargetMode", "External");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>Ends the file: properties, package relationships, content types.</summary>
    /// <param name="main">Path of the main part.</param>
    /// <param name="report">Where title, organisation, time and language come from.</param>
    public void Finish(string main, ReportDocument report)
    {
        parts.Add(("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"));
        using (var xml = Xml("docProps/core.xml"))
        {
            const string core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
            const string dc = "http://purl.org/dc/elements/1.1/";
            const string terms = "http://purl.org/dc/terms/";
            xml.WriteStartElement("cp", "coreProperties", core);
            xml.WriteElementString("dc", "title", dc, ReportText.Clean(report.Title));
            xml.WriteElementString("dc", "subject", dc, ReportText.Clean(report.Subtitle ?? ""));
            xml.WriteElementString("dc", "creator", dc, ReportText.Clean(report.Organisation));
            xml.WriteElementString("dc", "language", dc, report.Language);
            foreach (var name in new[] { "created", "modified" })
            {
                xml.WriteStartElement("dcterms", name, terms);
                xml.WriteAttributeString("xsi", "type", "http://www.w3.org/2001/XMLSchema-instance", "dcterms:W3CDTF");
                xml.WriteString(madeAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        Relate("",
            ("rId1", "officeDocument", main),
            ("rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"));

        using (var xml = Xml("[Content_Types].xml"))
        {
            xml.WriteStartElement("Types", ContentTypesNamespace);
            foreach (var (extension, type) in new[] { ("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml"), ("png", "image/png") })
            {
                xml.WriteStartElement("Default", ContentTypesNamespace);
                xml.WriteAttributeString("Extension", extension);
                xml.WriteAttributeString("ContentType", type);
                xml.WriteEndElement();
            }

            foreach (var (path, type) in parts)
            {
                xml.WriteStartElement("Override", ContentTypesNamespace);
                xml.WriteAttributeString("PartName", "/" + path);
                xml.WriteAttributeString("ContentType", type);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }
    }

    public void Dispose() => zip.Dispose();

    private Stream Open(string path)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = madeAt.Year is >= 1980 and <= 2107 ? madeAt : new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    private XmlWriter Xml(string path) => XmlWriter.Create(Open(path), new() { Encoding = new UTF8Encoding(false), CloseOutput = true });
}

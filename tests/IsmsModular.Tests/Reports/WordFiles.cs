using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using A = DocumentFormat.OpenXml.Drawing;
using Pic = DocumentFormat.OpenXml.Drawing.Pictures;
using Wp = DocumentFormat.OpenXml.Drawing.Wordprocessing;

namespace IsmsModular.Tests.Reports;

/// <summary>Word documents as an organisation might upload them.</summary>
internal static class WordFiles
{
    public const string HeadingId = "Tajuk1";

    private static byte[] Png { get; } = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /// <summary>A template of a house: own headings under a localised id, a header with a logo and cut placeholders, a footer, wide margins, a cover.</summary>
    public static byte[] Template(bool cover = true)
    {
        using var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            var styles = main.AddNewPart<StyleDefinitionsPart>();
            styles.Styles = new Styles(
                new DocDefaults(new RunPropertiesDefault(new RunPropertiesBaseStyle(new RunFonts { Ascii = "Georgia", HighAnsi = "Georgia" }))),
                new Style(new StyleName { Val = "Normal" }) { Type = StyleValues.Paragraph, StyleId = "Biasa", Default = true },
                new Style(new StyleName { Val = "heading 1" }, new BasedOn { Val = "Biasa" }, new StyleRunProperties(new Color { Val = "7A1F3D" }, new FontSize { Val = "40" })) { Type = StyleValues.Paragraph, StyleId = HeadingId },
                new Style(new StyleName { Val = "House table" }) { Type = StyleValues.Paragraph, StyleId = "TableText" });

            var header = main.AddNewPart<HeaderPart>("rId7");
            var logo = header.AddImagePart(ImagePartType.Png, "rId1");
            logo.FeedData(new MemoryStream(Png));
            header.Header = new Header(new Paragraph(
                new Run(Picture("rId1")),
                new Run(new Text("{{organ")), new Run(new Text("isation}} / {{Title}} / {{classi")), new Run(new Text("fication}}") { Space = SpaceProcessingModeValues.Preserve })));
            main.AddNewPart<FooterPart>("rId8").Footer = new Footer(new Paragraph(new Run(new Text("House footer {{date}}"))));

            var body = new Body();
            if (cover)
            {
                var picture = main.AddImagePart(ImagePartType.Png, "rId9");
                picture.FeedData(new MemoryStream(Png));
                body.Append(new Paragraph(new Run(Picture("rId9"))), new Paragraph(new Run(new Text("Cover of {{title}}, {{subtitle}}"))), new Paragraph(new Run(new Text("{{content}}"))), new Paragraph(new Run(new Text("The end of it"))));
            }
            else
            {
                body.Append(new Paragraph(new Run(new Text("Text that is not asked for"))));
            }

            body.Append(new SectionProperties(
                new HeaderReference { Type = HeaderFooterValues.Default, Id = "rId7" },
                new FooterReference { Type = HeaderFooterValues.Default, Id = "rId8" },
                new PageSize { Width = 11906, Height = 16838 },
                new PageMargin { Top = 2000, Bottom = 1500, Left = 2222, Right = 1111, Header = 700, Footer = 700, Gutter = 0 }));
            main.Document = new Document(body);
        }

        return file.ToArray();
    }

    /// <summary>The template with a part added or exchanged.</summary>
    public static byte[] With(string path, string content) => With(path, Encoding.UTF8.GetBytes(content));

    public static byte[] With(string path, byte[] content, byte[]? of = null)
    {
        using var file = new MemoryStream();
        file.Write(of ?? Template());
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(path)?.Delete();
            using var entry = zip.CreateEntry(path, CompressionLevel.Optimal).Open();
            entry.Write(content);
        }

        return file.ToArray();
    }

    /// <summary>The template with a text of one part exchanged.</summary>
    public static byte[] Changed(string path, string from, string to)
    {
        using var zip = new ZipArchive(new MemoryStream(Template()));
        using var reader = new StreamReader(zip.GetEntry(path)!.Open());
        var text = reader.ReadToEnd();
        return text.Contains(from, StringComparison.Ordinal) ? With(path, text.Replace(from, to, StringComparison.Ordinal)) : throw new ArgumentException($"{path} has no {from}: {text}", nameof(from));
    }

    private static Drawing Picture(string id) => new(new Wp.Inline(
        new Wp.Extent { Cx = 95250, Cy = 95250 },
        new Wp.DocProperties { Id = 9U, Name = "Logo" },
        new A.Graphic(new A.GraphicData(new Pic.Picture(
            new Pic.NonVisualPictureProperties(new Pic.NonVisualDrawingProperties { Id = 0U, Name = "Logo" }, new Pic.NonVisualPictureDrawingProperties()),
            new Pic.BlipFill(new A.Blip { Embed = id }, new A.Stretch(new A.FillRectangle())),
            new Pic.ShapeProperties(new A.Transform2D(new A.Offset { X = 0, Y = 0 }, new A.Extents { Cx = 95250, Cy = 95250 }), new A.PresetGeometry(new A.AdjustValueList()) { Preset = A.ShapeTypeValues.Rectangle })))
        { Uri = "http://schemas.openxmlformats.org/drawingml/2006/picture" })) { DistanceFromTop = 0U, DistanceFromBottom = 0U, DistanceFromLeft = 0U, DistanceFromRight = 0U });
}

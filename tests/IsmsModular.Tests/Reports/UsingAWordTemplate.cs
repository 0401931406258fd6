using System.IO.Compression;
using System.Net;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Rights;
using IsmsModular.Plugins.Docx;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Reports;

public sealed class UsingAWordTemplate(IsmsApp app)
{
    [Fact]
    public async Task A_report_gets_styles_header_logo_footer_margins_and_cover_of_the_template()
    {
        using var document = await RenderAsync(WordFiles.Template());
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}").Take(1));
        var main = document.MainDocumentPart!;
        var header = main.HeaderParts.Single();
        Assert.Equal("Fish & Chips <Ltd> / Risk register / Confidential", header.Header.InnerText);
        Assert.Single(header.ImageParts);
        Assert.Equal("House footer 2026-11-25", main.FooterParts.Single().Footer.InnerText);
        var body = main.Document.Body!;
        Assert.StartsWith("Cover of Risk register, Exercise 2", body.InnerText, StringComparison.Ordinal);
        Assert.EndsWith("The end of it", body.InnerText, StringComparison.Ordinal);
        Assert.Contains(body.Descendants<Paragraph>(), p => p.ParagraphProperties?.ParagraphStyleId?.Val == WordFiles.HeadingId && p.InnerText == "First");
        Assert.DoesNotContain(body.Descendants<Paragraph>(), p => p.ParagraphProperties?.ParagraphStyleId?.Val == "Title");
        Assert.Equal(("2222", "1111"), (body.Descendants<PageMargin>().Single().Left!.InnerText, body.Descendants<PageMargin>().Single().Right!.InnerText));
        Assert.Equal((16838U, 11906U), (body.Descendants<PageSize>().Single().Width!.Value, body.Descendants<PageSize>().Single().Height!.Value));
        Assert.Contains(body.Descendants<Shading>(), s => s.Fill == "7A1F3D");
        // Every style that is used is there, the template's where it has one of that name.
        var styles = main.StyleDefinitionsPart!.Styles!.Elements<Style>().Select(s => s.StyleId!.Value!).ToList();
        Assert.All(body.Descendants<ParagraphStyleId>().Select(s => s.Val!.Value!).Distinct(), s => Assert.Contains(s, styles));
        Assert.Equal(styles.Count, styles.Distinct().Count());
        Assert.Contains("Georgia", main.StyleDefinitionsPart.Styles.OuterXml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_a_template_without_a_place_for_the_report_is_left_out()
    {
        using var document = await RenderAsync(WordFiles.Template(cover: false));
        Assert.DoesNotContain("not asked for", document.MainDocumentPart!.Document.InnerText, StringComparison.Ordinal);
        Assert.Contains("Risk register", document.MainDocumentPart.Document.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_looks_like_a_placeholder_stands_as_it_was_typed()
    {
        using var document = await RenderAsync(WordFiles.Template(), RenderingReports.Example("{{{date}}", "{{{subtitle}} of {{title}}"));
        Assert.StartsWith("Cover of {{{date}}, {{{subtitle}} of {{title}}", document.MainDocumentPart!.Document.Body!.InnerText, StringComparison.Ordinal);
        Assert.Equal("Fish & Chips <Ltd> / {{{date}} / Confidential", document.MainDocumentPart.HeaderParts.Single().Header.InnerText);
    }

    [Fact]
    public async Task An_administrator_uploads_downloads_replaces_and_removes_it_and_reports_follow()
    {
        var work = await app.NewWorkspaceAsync();
        using var browser = await work.SignedInAsync(Role.Ciso);
        Assert.Equal("", await HouseFooterAsync(work, browser));
        var house = WordFiles.Template();
        var page = await browser.PostAsync(work.Url("template"), [], files: [("Input.File", "House.docx", house)]);
        Assert.True(page.Status == HttpStatusCode.SeeOther, page.Body);
        Assert.StartsWith("House footer", await HouseFooterAsync(work, browser), StringComparison.Ordinal);

        var shown = await browser.GetAsync(work.Url("template"));
        Assert.Contains("House.docx", shown.Body, StringComparison.Ordinal);
        Assert.Equal(house, (await browser.GetAsync(work.Url("template") + "?handler=download")).Bytes);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(work.Url("template"), new() { ["Input.Seen"] = "1" }, files: [("Input.File", "Other.docx", WordFiles.Changed("word/footer1.xml", "House", "Other"))])).Status);
        Assert.StartsWith("Other footer", await HouseFooterAsync(work, browser), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(work.Url("template") + "?handler=Remove", new() { ["Seen"] = "2" }, form: work.Url("template"))).Status);
        Assert.Equal("", await HouseFooterAsync(work, browser));
    }

    [Fact]
    public async Task Whoever_does_not_administer_the_workspace_cannot_change_it()
    {
        var work = await app.NewWorkspaceAsync();
        using var browser = await work.SignedInAsync(Role.InternalAuditor);
        var page = await browser.PostAsync(work.Url("template"), new() { ["Input.Seen"] = "0" }, files: [("Input.File", "House.docx", WordFiles.Template())], form: "/help");
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
    }

    [Theory]
    [InlineData("not a document", "Word document")]
    [InlineData("zip without a document", "no Word document")]
    [InlineData("cut", "damaged")]
    [InlineData("workbook", "no Word document")]
    [InlineData("macros by name", "macros")]
    [InlineData("macros by type", "macros")]
    [InlineData("attached template", "reaches outside")]
    [InlineData("remote picture", "reaches outside")]
    [InlineData("alternative chunk", "embedded")]
    [InlineData("object", "embedded")]
    [InlineData("field that reads a file", "INCLUDEPICTURE")]
    [InlineData("field cut over runs", "DDEAUTO")]
    [InlineData("field cut by a comment", "INCLUDEPICTURE")]
    [InlineData("field of a strict file", "not Strict Open XML")]
    [InlineData("strict footer", "not Strict Open XML")]
    [InlineData("entity", "damaged")]
    [InlineData("nested", "damaged")]
    [InlineData("nested in a command", "damaged")]
    [InlineData("command around another", "INCLUDEPICTURE")]
    [InlineData("bomb", "Unpacked")]
    [InlineData("metafile", "picture")]
    [InlineData("path", "damaged")]
    [InlineData("huge", "larger than")]
    [InlineData("many parts", "parts")]
    public async Task A_hostile_file_is_refused_with_a_reason_and_nothing_is_stored(string kind, string reason)
    {
        var work = await app.NewWorkspaceAsync();
        using var browser = await work.SignedInAsync(Role.Ciso);
        var page = await browser.PostAsync(work.Url("template"), [], files: [("Input.File", "x.docx", Hostile(kind))]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(reason, WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
        Assert.Contains("No template yet", page.Body, StringComparison.Ordinal);
    }

    private static byte[] Hostile(string kind)
    {
        const string w = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
        string Document(string content) => $"<w:document {w}><w:body><w:p>{content}</w:p></w:body></w:document>";
        string Relation(string type, string target) => $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rIdX\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>";
        return kind switch
        {
            "not a document" => "MZ not a document"u8.ToArray(),
            "zip without a document" => Zip(("a.txt", "a"u8.ToArray())),
            "cut" => WordFiles.Template()[..^40],
            "workbook" => Zip(("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"u8.ToArray()), ("word/document.xml", "<a/>"u8.ToArray())),
            "macros by name" => WordFiles.With("word/vbaProject.bin", "x"),
            "macros by type" => WordFiles.Changed("[Content_Types].xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
            "attached template" => WordFiles.With("word/_rels/settings.xml.rels", Relation("attachedTemplate", "file://server/share/evil.dotm")),
            "remote picture" => WordFiles.With("word/_rels/footer1.xml.rels", Relation("image", "https://example.org/track.png")),
            "alternative chunk" => WordFiles.With("word/document.xml", $"<w:document {w}><w:body><w:altChunk/></w:body></w:document>"),
            "object" => WordFiles.With("word/embeddings/oleObject1.bin", "x"),
            "field that reads a file" => WordFiles.With("word/document.xml", Document("<w:fldSimple w:instr=' INCLUDEPICTURE \"file:///etc/passwd\" '/>")),
            "field cut over runs" => WordFiles.With("word/document.xml", Document("<w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText> DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r>")),
            "field cut by a comment" => WordFiles.With("word/document.xml", Document("<w:r><w:instrText>INCLUDE<!-- -->PICT<![CDATA[URE]]> \"https://example.org/track.png\"</w:instrText></w:r>")),
            "field of a strict file" => WordFiles.With("word/document.xml", Document("<w:r><w:instrText>DDEAUTO c:\\x</w:instrText></w:r>").Replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main", StringComparison.Ordinal)),
            "strict footer" => WordFiles.Changed("word/footer1.xml", "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"),
            "entity" => WordFiles.With("word/document.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
            "nested" => WordFiles.With("word/document.xml", string.Concat(Enumerable.Repeat("<a>", 10_000)) + string.Concat(Enumerable.Repeat("</a>", 10_000))),
            "nested in a command" => WordFiles.With("word/document.xml", Document($"<w:r><w:instrText>{string.Concat(Enumerable.Repeat("<a>", 10_000))}{string.Concat(Enumerable.Repeat("</a>", 10_000))}</w:instrText></w:r>")),
            "command around another" => WordFiles.With("word/document.xml", Document("<w:r><w:instrText>INCLUDE<w:instrText>PICT</w:instrText>URE</w:instrText></w:r>")),
            "bomb" => WordFiles.With("word/media/a.png", new byte[60 << 20]),
            "metafile" => WordFiles.With("word/media/a.emf", "x"),
            "path" => WordFiles.With("../../evil.xml", "<a/>"),
            "huge" => WordFiles.With("word/media/a.png", Noise(6 << 20)),
            "many parts" => Zip([.. Enumerable.Range(0, 600).Select(i => ($"word/{i}.xml", "<a/>"u8.ToArray()))]),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return file.ToArray();
    }

    private static async Task<string> HouseFooterAsync(TestWorkspace work, TestBrowser browser)
    {
        var taken = await browser.PostAsync(work.Url("reports"), new() { ["Input.Name"] = "asset-inventory", ["Input.Format"] = "docx", ["Input.Language"] = "en" });
        Assert.Equal(HttpStatusCode.OK, taken.Status);
        using var document = WordprocessingDocument.Open(new MemoryStream(taken.Bytes), false);
        return document.MainDocumentPart!.FooterParts.Select(f => f.Footer.InnerText).FirstOrDefault(t => t.Contains("footer", StringComparison.Ordinal)) ?? "";
    }

    private static async Task<WordprocessingDocument> RenderAsync(byte[] template, ReportDocument? report = null)
    {
        var output = new MemoryStream();
        await new DocxFormat().RenderAsync((report ?? RenderingReports.Example()).On(new ReportTemplate(() => new MemoryStream(template))), output, TestContext.Current.CancellationToken);
        output.Position = 0;
        return WordprocessingDocument.Open(output, false);
    }
}

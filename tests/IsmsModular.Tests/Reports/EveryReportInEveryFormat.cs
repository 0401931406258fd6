using System.Text.Json;
using AngleSharp.Html.Parser;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using IsmsModular.Platform.Reports;
using Microsoft.Extensions.DependencyInjection;
using UglyToad.PdfPig;

namespace IsmsModular.Tests.Reports;

/// <summary>The sample organisation's reports, as whoever takes them away gets them: through the desk, from the plugins as they ship.</summary>
public sealed class EveryReportInEveryFormat(TheSampleOrganisation.Built sample) : IClassFixture<TheSampleOrganisation.Built>
{
    [Theory]
    [InlineData("en")]
    [InlineData("ms")]
    public async Task Is_a_whole_file_of_its_kind(string language)
    {
        var pairs = await sample.RunAsync(s => Task.FromResult(s.GetRequiredService<ReportDesk>().Offered.SelectMany(r => s.GetRequiredService<ReportDesk>().FormatsOf(r).Select(f => (Report: r.Name, Format: f.Key))).ToList()));
        Assert.Superset(new HashSet<string> { "docx", "pdf", "xlsx", "html", "csv", "json", "oscal-catalog", "oscal-component", "oscal-ssp" }, pairs.Select(p => p.Format).ToHashSet());
        foreach (var (report, format) in pairs)
        {
            await using var file = await sample.RunAsync(async s => (await s.GetRequiredService<ReportDesk>().TakeAsync(report, format, new(), language, default)).Value);
            var content = new MemoryStream();
            await file.Content.CopyToAsync(content);
            content.Position = 0;
            Assert.True(content.Length > 200, $"{report} as {format}");
            Check(format, language, content);
        }
    }

    [Fact]
    public async Task A_format_for_statements_is_refused_for_another_report_with_those_that_serve()
    {
        var refused = await sample.RunAsync(async s => await s.GetRequiredService<ReportDesk>().TakeAsync("risk-register", "oscal-ssp", new(), null, default));
        Assert.Equal("report.error.needscontrols", Assert.Single(refused.Errors).Message);
    }

    private static void Check(string format, string language, MemoryStream content)
    {
        switch (format)
        {
            case "docx":
                using (var document = WordprocessingDocument.Open(content, false))
                    AssertValid(document);
                break;
            case "xlsx":
                using (var workbook = SpreadsheetDocument.Open(content, false))
                    AssertValid(workbook);
                break;
            case "pdf":
                using (var pdf = PdfDocument.Open(content.ToArray()))
                    Assert.All(pdf.GetPages(), p => Assert.NotEmpty(p.Letters));
                break;
            case "html":
                var page = new HtmlParser(new() { IsStrictMode = true }).ParseDocument(content);
                Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
                Assert.NotEmpty(page.QuerySelectorAll("td"));
                break;
            case "csv":
                Assert.Contains(',', new StreamReader(content).ReadLine()!);
                break;
            case "oscal-catalog" or "oscal-component" or "oscal-ssp":
                OscalSchemas.AssertValid(format["oscal-".Length..], JsonDocument.Parse(content).RootElement);
                break;
            default:
                using (var json = JsonDocument.Parse(content))
                    Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
                break;
        }
    }

    private static void AssertValid(OpenXmlPackage package) =>
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(package).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}").Take(1));
}

using System.Net;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Tests.App;
using IsmsModular.Web.Pages.InWorkspace;
using MiniExcelLibs;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Reports;

public sealed class TakingReportsAway(IsmsApp app)
{
    [Theory]
    [InlineData("xlsx")]
    [InlineData("docx")]
    public async Task An_auditor_downloads_the_asset_inventory(string format)
    {
        var work = await WithAssets();
        using var browser = await work.SignedInAsync(Role.InternalAuditor);
        var file = await browser.PostAsync(work.Url("reports"), new() { ["Input.Name"] = "asset-inventory", ["Input.Format"] = format, ["Input.Language"] = "en" });
        Assert.Equal(HttpStatusCode.OK, file.Status);
        Assert.Contains($"{work.Slug}-asset-inventory-", file.Headers["Content-Disposition"], StringComparison.Ordinal);
        using var content = new MemoryStream(file.Bytes);
        using OpenXmlPackage package = format == "xlsx" ? SpreadsheetDocument.Open(content, false) : WordprocessingDocument.Open(content, false);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(package).Select(e => e.Description));
    }

    [Fact]
    public async Task The_report_is_in_the_language_that_was_asked_for()
    {
        var work = await WithAssets();
        var sheets = await Sheets(work, "ms");
        Assert.Contains("Aset", sheets);
        Assert.Contains("Assets", await Sheets(work, "en"));
    }

    [Fact]
    public async Task Every_record_is_in_it_but_retired_ones()
    {
        var work = await WithAssets();
        var names = MiniExcel.Query(await Take(work, "en"), useHeaderRow: true, sheetName: "Assets").Cast<IDictionary<string, object?>>().Select(r => r["Asset"]?.ToString()).ToList();
        Assert.Equal(["Chlorine doser", "பம்ப் நிலையம்"], names);
    }

    [Fact]
    public async Task Taking_a_report_is_written_into_the_activity_log()
    {
        var work = await WithAssets();
        await Take(work, "en");
        var log = await work.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().ActivityAsync(new(Action: "report.take")));
        Assert.Contains("asset-inventory", Assert.Single(log.Entries).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_read_reports_is_refused()
    {
        var work = await app.NewWorkspaceAsync();
        using var browser = await work.SignedInAsync(Role.Employee);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(work.Url("reports"))).Status);
    }

    [Theory]
    [InlineData("no-such-report", "xlsx", HttpStatusCode.NotFound)]
    [InlineData("asset-inventory", "exe", HttpStatusCode.UnprocessableEntity)]
    [InlineData("risk-register", "xlsx", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_said(string name, string format, HttpStatusCode status)
    {
        var work = await app.NewWorkspaceAsync();
        using var browser = await work.SignedInAsync(Role.Ciso);
        var page = await browser.PostAsync(work.Url("reports"), new() { ["Input.Name"] = name, ["Input.Format"] = format });
        Assert.Equal(status, page.Status);
    }

    private async Task<TestWorkspace> WithAssets()
    {
        var work = await app.NewWorkspaceAsync();
        await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            foreach (var asset in new[] { new Asset { Name = "Chlorine doser", Type = AssetType.Physical, Units = 3 }, new Asset { Name = "பம்ப் நிலையம்" }, new Asset { Name = "Old", State = AssetState.Retired } })
            {
                session.Next("ASSET", n => asset.Reference = $"ASSET-{n:0000}");
                session.Add(asset, "asset.add");
            }

            Assert.True((await session.SaveAsync()).Succeeded);
            return true;
        });
        return work;
    }

    private static async Task<Stream> Take(TestWorkspace work, string language)
    {
        var taken = await work.SendAsync(new Web.Pages.InWorkspace.Reports.Take("asset-inventory", "xlsx", null, language));
        Assert.True(taken.Succeeded, string.Join("; ", taken.Errors.Select(e => e.Message + string.Join(",", e.Arguments))));
        var copy = new MemoryStream();
        await using (taken.Value)
            await taken.Value.Content.CopyToAsync(copy);
        copy.Position = 0;
        return copy;
    }

    private static async Task<IReadOnlyList<string>> Sheets(TestWorkspace work, string language) => MiniExcel.GetSheetNames(await Take(work, language));
}

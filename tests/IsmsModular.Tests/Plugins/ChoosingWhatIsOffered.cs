using System.Net;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plugins;

public sealed class ChoosingWhatIsOffered(IsmsApp app)
{
    [Fact]
    public async Task What_is_withheld_can_be_chosen_nowhere_in_this_workspace_and_everywhere_else()
    {
        var work = await app.NewWorkspaceAsync();
        var other = await app.NewWorkspaceAsync();
        var saved = await WithholdAsync(work, "dread", "report-csv", "threats-iso27005");
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);

        var (methods, formats, threats) = await work.RunAsync(OfferedAsync);
        Assert.DoesNotContain("dread", methods);
        Assert.Contains("matrix", methods);
        Assert.DoesNotContain("csv", formats);
        Assert.DoesNotContain(threats, t => t.StartsWith("threats-iso27005", StringComparison.Ordinal));
        Assert.DoesNotContain(">DREAD", (await (await work.SignedInAsync(Role.WorkspaceAdministrator)).GetAsync(work.Url("settings"))).Body, StringComparison.Ordinal);

        (methods, formats, threats) = await other.RunAsync(OfferedAsync);
        Assert.Contains("dread", methods);
        Assert.Contains("csv", formats);
        Assert.NotEmpty(threats);
    }

    [Fact]
    public async Task What_is_in_use_stays_and_the_page_says_where()
    {
        var work = await app.NewWorkspaceAsync();
        var page = await (await work.SignedInAsync(Role.WorkspaceAdministrator)).GetAsync(work.Url("offers"));
        Assert.Contains("methodology of new exercises", page.Text, StringComparison.Ordinal);
        var refused = await WithholdAsync(work, "matrix");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("cannot be taken away", refused.Text, StringComparison.Ordinal);
        Assert.Contains("matrix", (await work.RunAsync(OfferedAsync)).Methods);
    }

    [Fact]
    public async Task One_report_format_stays()
    {
        var work = await app.NewWorkspaceAsync();
        var formats = app.Services.GetRequiredService<IPluginCatalog>().Formats.Select(f => f.PluginId).Distinct().ToArray();
        Assert.Contains("at least one report format", (await WithholdAsync(work, formats)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_reads_the_settings_cannot_choose()
    {
        var work = await app.NewWorkspaceAsync();
        var reader = await work.SignedInAsync(Role.LeadTeam);
        var page = await reader.GetAsync(work.Url("offers"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync(work.Url("offers"), new() { ["Input.Shown"] = "dread", ["Input.Seen"] = "1" }, form: "/help")).Status);
    }

    private static async Task<TestPage> WithholdAsync(TestWorkspace work, params string[] plugins)
    {
        var browser = await work.SignedInAsync(Role.WorkspaceAdministrator);
        var seen = (await browser.GetAsync(work.Url("offers"))).Hidden("Input.Seen");
        return await browser.PostAsync(work.Url("offers"), new() { ["Input.Seen"] = seen }, more: plugins.Select(p => ("Input.Shown", p)));
    }

    private static async Task<(IReadOnlyList<string> Methods, IReadOnlyList<string> Formats, IReadOnlyList<string> Threats)> OfferedAsync(IServiceProvider services) =>
    (
        (await services.GetRequiredService<IWorkspaceMethodologies>().AllAsync(default)).Select(m => m.Id).ToList(),
        services.GetRequiredService<ReportDesk>().Formats.Select(f => f.Key).ToList(),
        services.GetRequiredService<ThreatDirectory>().Threats.Select(t => t.Value).ToList()
    );
}

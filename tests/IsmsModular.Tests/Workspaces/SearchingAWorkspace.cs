using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Contracts;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Workspaces;

public sealed class SearchingAWorkspace(IsmsApp app)
{
    [Fact]
    public async Task Finds_records_of_every_kind_by_their_words_and_links_to_them()
    {
        var home = await FilledAsync();
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var found = await browser.GetAsync(home.Url("search?q=network"));
        Assert.Equal(HttpStatusCode.OK, found.Status);
        foreach (var path in new[] { "risks/assets/detail", "risks/groups/detail", "risks/register/detail" })
            Assert.Contains(home.Url(path), found.Body, StringComparison.Ordinal);
        Assert.Contains(home.Url("risks/assets?q=network"), found.Body, StringComparison.Ordinal);

        Assert.Contains(home.Url("organisation/people/detail"), (await browser.GetAsync(home.Url("search?q=laboratory head"))).Body, StringComparison.Ordinal);
        Assert.Contains(home.Url("risks/catalogue/item"), (await browser.GetAsync(home.Url("search?q=segregation duties"))).Body, StringComparison.Ordinal);
        Assert.Contains("Nothing found", (await browser.GetAsync(home.Url("search?q=zeppelin"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url("search"))).Status);
        Assert.DoesNotContain("<script>alert", (await browser.GetAsync(home.Url("search?q=<script>alert(1)</script>"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opens_the_record_of_a_whole_reference()
    {
        var home = await FilledAsync();
        var risk = (await home.QueryAsync<IsmsModular.Risks.Register.Risk>()).First(r => r.Reference == "RISK-0003");
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        Assert.Equal(home.Url($"risks/register/detail?id={risk.Id}"), (await browser.GetAsync(home.Url("search?q=risk-0003"))).Location);
        Assert.StartsWith(home.Url("risks/catalogue/item?key="), (await browser.GetAsync(home.Url("search?q=A.5.3"))).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_only_what_the_reader_may_read_in_this_workspace()
    {
        var home = await FilledAsync();
        var other = await app.NewWorkspaceAsync("stranger");
        using var employee = await home.SignedInAsync(Role.Employee);
        var hidden = await employee.GetAsync(home.Url("search?q=network head"));
        Assert.DoesNotContain("risks/register/detail", hidden.Body, StringComparison.Ordinal);
        using var stranger = await other.SignedInAsync(Role.LeadTeam);
        Assert.Contains("Nothing found", (await stranger.GetAsync(other.Url("search?q=network head"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(home.Url("search?q=network head"))).Status);
    }

    private async Task<TestWorkspace> FilledAsync()
    {
        var home = await app.NewWorkspaceAsync();
        await home.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(120, 60, 1, null, TestContext.Current.CancellationToken));
        return home;
    }
}

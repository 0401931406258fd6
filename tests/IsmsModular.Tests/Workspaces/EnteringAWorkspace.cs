using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.Accounts;
using IsmsModular.Tests.App;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Workspaces;

public sealed class EnteringAWorkspace(IsmsApp app)
{
    [Fact]
    public async Task Answers_404_to_members_of_another_one_and_to_system_administrators()
    {
        var mine = await app.NewWorkspaceAsync();
        var theirs = await app.NewWorkspaceAsync();
        using var browser = await mine.SignedInAsync(Role.Ciso, Role.WorkspaceAdministrator);
        var (_, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        using var administrator = await app.SignInAsync(admin);

        foreach (var path in (string[])["organisation/people", "settings", "members", "activity", "no/such/page"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(theirs.Url(path))).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync(mine.Url(path))).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(mine.Url("settings"))).Status);
    }

    [Fact]
    public async Task Answers_403_to_a_member_without_the_right_of_the_page()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.Employee);
        var refused = await browser.GetAsync(home.Url("organisation/people"));

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("You have no right to see this", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_answers_an_id_of_another_workspace()
    {
        var mine = await app.NewWorkspaceAsync();
        var theirs = await app.NewWorkspaceAsync();
        var stranger = await theirs.MemberAsync("Stranger", Role.Ciso);
        using var browser = await mine.SignedInAsync(Role.Ciso);

        foreach (var path in (string[])["organisation/people/detail", "organisation/people/edit", "history"])
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{mine.Url(path)}?id={stranger.PersonId}")).Status);
    }

    [Fact]
    public async Task Ends_after_the_last_day_of_the_membership_in_the_workspace_s_time_zone()
    {
        var clock = new MovedClock();
        await using var own = await IsmsApp.StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        var home = await own.NewWorkspaceAsync(timeZone: "Pacific/Auckland");
        var member = await home.MemberAsync("Hired auditor", Role.ExternalReader);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland")).DateTime);
        await own.AsConsoleAsync(new SetMembership.Command(home.Workspace.Id, member.AccountId, [Role.ExternalReader], Until: today));
        using var browser = await member.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url("organisation/people"))).Status);

        clock.By = TimeSpan.FromDays(1);
        using var next = await member.SignInAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await next.GetAsync(home.Url("organisation/people"))).Status);
    }

    [Fact]
    public async Task Only_reads_an_archived_one()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.Ciso);
        Assert.True((await app.AsConsoleAsync(new ChangeWorkspace.Archive(home.Workspace.Id, true))).Succeeded);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url("organisation/people"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(home.Url("organisation/people/edit"))).Status);
    }
}

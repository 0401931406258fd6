using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Accounts;

public sealed class Sessions(IsmsApp app)
{
    [Fact]
    public async Task End_when_the_password_changes_but_for_the_one_that_changed_it()
    {
        var (_, user) = await app.NewAccountAsync();
        using var here = await app.SignInAsync(user);
        using var elsewhere = await app.SignInAsync(user);

        var wrong = await here.PostAsync("/account/password", new() { ["Input.Old"] = "not the present one", ["Input.New"] = "another long phrase" });
        Assert.Contains("not your present password", wrong.Text, StringComparison.Ordinal);
        var changed = await here.PostAsync("/account/password", new() { ["Input.Old"] = IsmsApp.Password, ["Input.New"] = "another long phrase" });

        Assert.Equal("/account", changed.Location);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
        Assert.Contains("/sign-in", (await elsewhere.GetAsync("/account")).Location!, StringComparison.Ordinal);
        using var again = await app.SignInAsync(user, "another long phrase");
    }

    [Fact]
    public async Task End_when_the_account_is_deactivated()
    {
        var (id, user) = await app.NewAccountAsync();
        using var browser = await app.SignInAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        Assert.True((await app.AsConsoleAsync(new ChangeAccount.Deactivate(id))).Succeeded);

        Assert.Contains("/sign-in", (await browser.GetAsync("/account")).Location!, StringComparison.Ordinal);
        using var late = app.Browser();
        var refused = await late.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = IsmsApp.Password });
        Assert.Contains("User name or password is wrong", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_when_rights_change()
    {
        var home = await app.NewWorkspaceAsync();
        var member = await home.MemberAsync("Somebody", Role.Ciso);
        using var browser = await member.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url("organisation/people"))).Status);

        await app.AsConsoleAsync(new SetMembership.Command(home.Workspace.Id, member.AccountId, [Role.Employee]));

        Assert.Contains("/sign-in", (await browser.GetAsync(home.Url("organisation/people"))).Location!, StringComparison.Ordinal);
        using var again = await member.SignInAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await again.GetAsync(home.Url("organisation/people"))).Status);
    }

    [Fact]
    public async Task End_at_sign_out()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = await app.SignInAsync(user);

        await browser.PostAsync("/sign-out", []);

        Assert.Contains("/sign-in", (await browser.GetAsync("/account")).Location!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Survive_a_restart()
    {
        await using var own = await IsmsApp.StartAsync();
        var (_, user) = await own.NewAccountAsync();
        using var browser = await own.SignInAsync(user);
        await own.RestartAsync();

        browser.Client.DefaultRequestHeaders.Host = null;
        var answer = await browser.GetAsync(new Uri(own.Address, "/account").ToString());

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task Tell_htmx_to_leave_the_page_when_they_have_ended()
    {
        using var browser = app.Browser();
        var answer = await browser.GetAsync("/account", htmx: true);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("/sign-in", answer.Headers["HX-Redirect"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_24_hours_after_the_sign_in_however_busy_they_are()
    {
        var clock = new MovedClock();
        await using var own = await IsmsApp.StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        var home = await own.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", Role.WorkspaceAdministrator);
        using var browser = await boss.SignInAsync();
        foreach (var hours in (int[])[7, 14, 21])
        {
            clock.By = TimeSpan.FromHours(hours);
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        }

        // Renewing the session after a change of rights does not start it anew.
        var url = $"{home.Url("members/edit")}?account={boss.AccountId}";
        var renewed = await browser.PostAsync(url, new() { ["Input.Seen"] = (await browser.GetAsync(url)).Hidden("Input.Seen"), ["Input.Roles"] = "WorkspaceAdministrator" });
        Assert.Equal(HttpStatusCode.SeeOther, renewed.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
        clock.By = TimeSpan.FromHours(25);
        Assert.Contains("/sign-in", (await browser.GetAsync("/account")).Location!, StringComparison.Ordinal);
    }
}

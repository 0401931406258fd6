using System.Net;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Accounts;

public sealed class AdministeringAccounts(IsmsApp app)
{
    [Fact]
    public async Task Is_closed_to_everybody_else()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = await app.SignInAsync(user);
        foreach (var url in (string[])["/admin", "/admin/accounts", "/admin/accounts/add", "/admin/workspaces", "/admin/activity"])
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(url)).Status);
    }

    [Fact]
    public async Task The_last_administrator_can_not_be_removed()
    {
        await using var own = await IsmsApp.StartAsync();
        var (id, _) = await own.NewAccountAsync("Only one", isSystemAdministrator: true);

        var refused = await own.AsConsoleAsync(new ChangeAccount.Deactivate(id));
        Assert.Equal("account.lastadministrator", refused.Errors.Single().Message);
        var demoted = await own.AsConsoleAsync(new ChangeAccount.Edit(id, "Only one", false, 1));
        Assert.Equal("account.lastadministrator", demoted.Errors.Single().Message);

        await own.NewAccountAsync("Second", isSystemAdministrator: true);
        Assert.True((await own.AsConsoleAsync(new ChangeAccount.Deactivate(id))).Succeeded);
    }

    [Fact]
    public async Task Two_administrators_who_remove_each_other_at_the_same_moment_do_not_leave_none()
    {
        await using var own = await IsmsApp.StartAsync();
        string? left = null;
        for (var round = 0; round < 10; round++)
        {
            var (one, _) = await own.NewAccountAsync("One", isSystemAdministrator: true);
            var (other, _) = await own.NewAccountAsync("Other", isSystemAdministrator: true);
            if (left is not null)
                Assert.True((await own.AsConsoleAsync(new ChangeAccount.Deactivate(left))).Succeeded);
            await Task.WhenAll(own.AsConsoleAsync(new ChangeAccount.Deactivate(one)), own.AsConsoleAsync(new ChangeAccount.Deactivate(other)));
            var active = await own.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System).QueryAsync<Account>(Query.All.Where("administrator", true).Where("state", AccountState.Active), TestContext.Current.CancellationToken);
            left = Assert.Single(active.Items).Id;
        }
    }

    [Fact]
    public async Task Two_accounts_can_not_share_a_name()
    {
        var (_, user) = await app.NewAccountAsync();
        var again = await app.AsConsoleAsync(new AddAccount.Command(user.ToUpperInvariant(), "Same", Password: IsmsApp.Password));

        Assert.Equal((ErrorKind.Invalid, "account.taken", "UserName"), (again.Errors.Single().Kind, again.Errors.Single().Message, again.Errors.Single().Field));
    }

    [Fact]
    public async Task Shows_every_page_without_errors()
    {
        var (id, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        var home = await app.NewWorkspaceAsync();
        using var browser = await app.SignInAsync(admin);
        foreach (var url in (string[])["/", "/account", "/account/password", "/admin/accounts", "/admin/accounts/add", "/admin/accounts/detail?id=" + id, $"/admin/accounts/membership?account={id}", $"/admin/accounts/membership?account={id}&workspace={home.Workspace.Id}", "/admin/workspaces", "/admin/workspaces/add", "/admin/workspaces/edit?id=" + home.Workspace.Id, "/admin/activity", "/admin/activity?format=csv"])
        {
            var page = await browser.GetAsync(url);
            Assert.True(page.Status == HttpStatusCode.OK, $"{url}: {page.Status}");
        }

        var given = await browser.PostAsync($"/admin/accounts/membership?account={id}&workspace={home.Workspace.Id}", new() { ["Input.Roles"] = "Ciso" });
        Assert.Equal("/admin/accounts/detail?id=" + id, given.Location);
        using var again = await app.SignInAsync(admin);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync(home.Url("settings"))).Status);
    }
}

using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Workspaces;

public sealed class AdministeringAWorkspace(IsmsApp app)
{
    [Fact]
    public async Task Saves_settings_and_refuses_wrong_ones_beside_their_fields()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);
        var page = await browser.GetAsync(home.Url("settings"));
        Dictionary<string, string?> form = new()
        {
            ["Input.Seen"] = page.Hidden("Input.Seen"), ["Input.Name"] = "Renamed Berhad", ["Input.TimeZone"] = "Europe/Berlin", ["Input.Currency"] = "euro",
            ["Input.Language"] = "ms", ["Input.Catalogue"] = "iso27001-2013-annex-a", ["Input.Methodology"] = "matrix",
        };

        var refused = await browser.PostAsync(home.Url("settings"), form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Three capital letters", refused.Text, StringComparison.Ordinal);
        Assert.Contains("Renamed Berhad", refused.Body, StringComparison.Ordinal);

        form["Input.Currency"] = "EUR";
        var saved = await browser.PostAsync(home.Url("settings"), form);
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var stored = await home.RunAsync(s => Task.FromResult(((Platform.Workspaces.WorkspaceContext)s.GetService(typeof(Platform.Workspaces.WorkspaceContext))!).Workspace));
        Assert.Equal(("Renamed Berhad", "Europe/Berlin", "EUR", "ms", "iso27001-2013-annex-a"), (stored.Name, stored.TimeZone, stored.Currency, stored.Language, stored.Catalogue));

        // The form of before is stale now.
        var stale = await browser.PostAsync(home.Url("settings"), form);
        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
    }

    [Fact]
    public async Task Gives_memberships_by_user_name_and_keeps_one_administrator()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", Role.WorkspaceAdministrator);
        using var browser = await boss.SignInAsync();
        var (_, user) = await app.NewAccountAsync("Analyst");

        var unknown = await browser.PostAsync(home.Url("members/edit"), new() { ["Input.UserName"] = "nobody-at-all", ["Input.Roles"] = "LeadTeam" });
        Assert.Contains("No active account of this name", unknown.Text, StringComparison.Ordinal);
        var given = await browser.PostAsync(home.Url("members/edit"), new() { ["Input.UserName"] = user, ["Input.Roles"] = "LeadTeam" });
        Assert.Equal(home.Url("members"), given.Location);
        Assert.Contains("Analyst", (await browser.GetAsync(home.Url("members"))).Text, StringComparison.Ordinal);
        using var analyst = await app.SignInAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await analyst.GetAsync(home.Url("organisation/people"))).Status);

        var last = await browser.PostAsync($"{home.Url("members/edit")}?account={boss.AccountId}&handler=Remove", [], form: $"{home.Url("members/edit")}?account={boss.AccountId}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, last.Status);
        Assert.Contains("last member who administers", last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_the_log_and_the_history_of_a_record_in_words()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Head of ICT", Role.Ciso);
        using var browser = await boss.SignInAsync();
        var form = await browser.GetAsync($"{home.Url("organisation/people/edit")}?id={boss.PersonId}");
        await browser.PostAsync(home.Url("organisation/people/edit"), new() { ["Input.Id"] = boss.PersonId, ["Input.Seen"] = form.Hidden("Input.Seen"), ["Input.Name"] = "Head of Digital", ["Input.Roles"] = "TopManagement" }, form: $"{home.Url("organisation/people/edit")}?id={boss.PersonId}");

        var history = (await browser.GetAsync($"{home.Url("history")}?id={boss.PersonId}")).Text;
        Assert.Contains("Person changed", history, StringComparison.Ordinal);
        Assert.Contains("Name or post Head of ICT Head of Digital", history, StringComparison.Ordinal);
        Assert.Contains("Top management", history, StringComparison.Ordinal);
        var log = await browser.GetAsync(home.Url("activity") + "?action=person.edit");
        Assert.Contains("Head of Digital", log.Text, StringComparison.Ordinal);
        var csv = await browser.GetAsync(home.Url("activity") + "?action=person.edit&format=csv");
        Assert.Equal(2, csv.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Sets_the_parameters_of_the_methodology_value_by_value()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);
        var page = await browser.GetAsync(home.Url("settings"));
        Dictionary<string, string?> form = new()
        {
            ["Input.Seen"] = page.Hidden("Input.Seen"), ["Input.Name"] = "Acme", ["Input.TimeZone"] = "Asia/Kuala_Lumpur", ["Input.Currency"] = "MYR", ["Input.Language"] = "en",
            ["Input.Catalogue"] = "iso27001-2022-annex-a", ["Input.Methodology"] = "matrix", ["Input.ParametersOf"] = "matrix", ["Input.Parameters[rows/0/label]"] = "Hardly ever", ["Input.Parameters[grid/0/0]"] = "x",
        };

        var refused = await browser.PostAsync(home.Url("settings"), form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("This cannot be read", refused.Text, StringComparison.Ordinal);

        form["Input.Parameters[grid/0/0]"] = "1";
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(home.Url("settings"), form)).Status);
        var stored = await home.RunAsync(s => Task.FromResult(((Platform.Workspaces.WorkspaceContext)s.GetService(typeof(Platform.Workspaces.WorkspaceContext))!).Workspace.MethodologyParameters!));
        Assert.Equal(("Hardly ever", 1), ((string?)stored["rows"]![0]!["label"], (int)stored["grid"]![0]![0]!));
        Assert.Equal(["grid", "rows"], stored.Select(p => p.Key).Order());
    }
}

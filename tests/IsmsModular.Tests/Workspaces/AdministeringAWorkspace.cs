using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Tests.App;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

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
    public async Task An_address_ends_where_it_seems_to_end()
    {
        var refused = await app.AsConsoleAsync(new CreateWorkspace.Command("Acme", $"acme-{Document.NewId()[^8..].ToLowerInvariant()}\n", null));
        Assert.Equal("workspace.slug.wrong", refused.Errors.Single().Message);
    }

    [Fact]
    public async Task What_may_have_been_saved_is_read_again()
    {
        var home = await app.NewWorkspaceAsync();
        var directory = app.Services.GetRequiredService<SystemDirectory>();
        var session = app.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.Console);
        var workspace = (await directory.WorkspaceAsync(home.Slug, TestContext.Current.CancellationToken))!;
        session.Update(new Workspace { Id = workspace.Id, Slug = workspace.Slug, Name = "Renamed" }, workspace.Version, "workspace.rename");
        await Assert.ThrowsAsync<StoreException>(() => directory.SaveAsync(DoubtfulSession.Over(session), TestContext.Current.CancellationToken));
        Assert.Equal("Renamed", (await directory.WorkspaceAsync(home.Slug, TestContext.Current.CancellationToken))!.Name);
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
        Assert.Equal(home.Url("members"), (await browser.PostAsync(home.Url("members/edit"), new() { ["Input.UserName"] = user, ["Input.Roles"] = "LeadTeam" })).Location);
        Assert.Contains("Analyst", (await browser.GetAsync(home.Url("members"))).Text, StringComparison.Ordinal);
        using var analyst = await app.SignInAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await analyst.GetAsync(home.Url("organisation/people"))).Status);

        var last = await browser.PostAsync($"{home.Url("members/edit")}?account={boss.AccountId}&handler=Remove", [], form: $"{home.Url("members/edit")}?account={boss.AccountId}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, last.Status);
        Assert.Contains("last member who administers", last.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_as_another_administrator_only_who_can_sign_in_today()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", Role.WorkspaceAdministrator);
        var past = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime).AddDays(-2);
        var (gone, _) = await app.NewAccountAsync("Gone");
        Assert.True((await app.AsConsoleAsync(new SetMembership.Command(home.Workspace.Id, gone, [Role.WorkspaceAdministrator], null, past))).Succeeded);
        using var browser = await boss.SignInAsync();
        var own = $"{home.Url("members/edit")}?account={boss.AccountId}";

        Assert.Contains("last member who administers", (await ChangeAsync(browser, own, ["LeadTeam"])).Text, StringComparison.Ordinal);
        var ended = await browser.PostAsync(own, new() { ["Input.Seen"] = (await browser.GetAsync(own)).Hidden("Input.Seen"), ["Input.Roles"] = "WorkspaceAdministrator", ["Input.Until"] = past.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) });
        Assert.Contains("last member who administers", ended.Text, StringComparison.Ordinal);
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
        foreach (var days in (string[])["from=0001-01-01", "until=9999-12-31", "from=2026-02-31", "before=99999999999999999999"])
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"{home.Url("activity")}?action=person.edit&{days}")).Status);
        var csv = await browser.GetAsync(home.Url("activity") + "?action=person.edit&format=csv");
        Assert.Equal(2, csv.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("+08:00,", csv.Body, StringComparison.Ordinal);
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

        form["Input.Parameters[grid/0/0]"] = null;
        form["Input.Parameters[grid]"] = """[{"a":1,"a":2}]""";
        refused = await browser.PostAsync(home.Url("settings"), form);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("This cannot be read", refused.Text, StringComparison.Ordinal);

        form["Input.Parameters[grid]"] = null;
        form["Input.Parameters[grid/0/0]"] = "1";
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(home.Url("settings"), form)).Status);
        var stored = await home.RunAsync(s => Task.FromResult(((Platform.Workspaces.WorkspaceContext)s.GetService(typeof(Platform.Workspaces.WorkspaceContext))!).Workspace.MethodologyParameters!));
        Assert.Equal(("Hardly ever", 1), ((string?)stored["rows"]![0]!["label"], (int)stored["grid"]![0]![0]!));
        Assert.Equal(["grid", "rows"], stored.Select(p => p.Key).Order());
    }

    [Fact]
    public async Task Nobody_gives_himself_a_role_that_approves_or_accepts()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", Role.WorkspaceAdministrator, Role.Ciso);
        using var browser = await boss.SignInAsync();
        var own = $"{home.Url("members/edit")}?account={boss.AccountId}";

        foreach (var role in (string[])["TopManagement", "RiskOwner"])
        {
            var refused = await ChangeAsync(browser, own, ["WorkspaceAdministrator", "Ciso", role]);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.Contains("Nobody gives himself the right to approve or accept", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, own, ["WorkspaceAdministrator", "LeadTeam"])).Status);
        Assert.Equal([Role.LeadTeam, Role.WorkspaceAdministrator], (await MembershipAsync(home, boss)).Roles);
    }

    [Fact]
    public async Task Nobody_who_decides_lengthens_his_own_time_unless_an_exception_is_recorded()
    {
        var home = await app.NewWorkspaceAsync();
        var (id, user) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        var end = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime).AddMonths(1);
        Assert.True((await app.AsConsoleAsync(new SetMembership.Command(home.Workspace.Id, id, [Role.WorkspaceAdministrator, Role.RiskOwner], null, end))).Succeeded);
        using var browser = await app.SignInAsync(user);
        async Task<TestPage> Until(string url, DateOnly? until) =>
            await browser.PostAsync(url, new() { ["Input.Seen"] = (await browser.GetAsync(url)).Hidden("Input.Seen"), ["Input.Until"] = until?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) }, more: [("Input.Roles", "WorkspaceAdministrator"), ("Input.Roles", "RiskOwner")]);

        string[] ways = [$"{home.Url("members/edit")}?account={id}", $"/admin/accounts/membership?account={id}&workspace={home.Workspace.Id}"];
        foreach (var url in ways)
        {
            foreach (var later in new DateOnly?[] { end.AddDays(1), null })
            {
                var refused = await Until(url, later);
                Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
                Assert.Contains("lengthens his own time", refused.Text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await Until(ways[0], end.AddDays(-1))).Status);
        var chief = await home.MemberAsync("Chief Executive", Role.TopManagement);
        Assert.True((await home.SendAsync(new Web.Pages.Inbox.SegregationModel.Command { Reason = "A firm of two people", Until = end }, chief)).Succeeded);
        Assert.Equal(HttpStatusCode.SeeOther, (await Until(ways[0], end.AddMonths(1))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await Until(ways[1], null)).Status);
    }

    [Fact]
    public async Task Two_administrators_who_remove_each_other_at_the_same_moment_do_not_leave_none()
    {
        for (var round = 0; round < 5; round++)
        {
            var home = await app.NewWorkspaceAsync();
            var one = await home.MemberAsync("One", Role.WorkspaceAdministrator);
            var other = await home.MemberAsync("Other", Role.WorkspaceAdministrator);
            await Task.WhenAll(home.SendAsync(new Web.Pages.InWorkspace.Members.Edit.Remove(other.AccountId), one), home.SendAsync(new Web.Pages.InWorkspace.Members.Edit.Remove(one.AccountId), other));
            Assert.Single(await home.RunAsync(s => s.GetRequiredService<Memberships>().InAsync(home.Workspace.Id, TestContext.Current.CancellationToken)));
        }
    }

    [Fact]
    public async Task Nobody_takes_another_person_to_decide_as()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", Role.WorkspaceAdministrator, Role.RiskOwner);
        var absent = await home.RunAsync(s => s.GetRequiredService<IPeople>().EnsureAsync("Head of Water", null, [Role.RiskOwner]));
        using var browser = await boss.SignInAsync();
        var own = $"{home.Url("members/edit")}?account={boss.AccountId}";

        var refused = await ChangeAsync(browser, own, ["WorkspaceAdministrator", "RiskOwner"], absent.Value);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("another person to decide as", refused.Text, StringComparison.Ordinal);
        Assert.Equal(boss.PersonId, (await MembershipAsync(home, boss)).PersonId);

        // Without a role that decides, the person is a mere name.
        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, own, ["WorkspaceAdministrator"], absent.Value)).Status);
    }

    [Fact]
    public async Task A_person_is_linked_to_one_account()
    {
        var home = await app.NewWorkspaceAsync();
        var owner = await home.MemberAsync("Head of ICT", Role.RiskOwner);
        var analyst = await home.MemberAsync("Analyst", Role.LeadTeam);
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);

        var refused = await ChangeAsync(browser, $"{home.Url("members/edit")}?account={analyst.AccountId}", ["LeadTeam"], owner.PersonId);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Another member is linked to this person already", refused.Text, StringComparison.Ordinal);

        var (_, namesake) = await app.NewAccountAsync("Head of ICT");
        var byName = await browser.PostAsync(home.Url("members/edit"), new() { ["Input.UserName"] = namesake, ["Input.Roles"] = "RiskOwner" });
        Assert.Contains("Another member is linked to this person already", byName.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_the_workspace_says_who_had_which_roles_before_and_after()
    {
        var home = await app.NewWorkspaceAsync();
        var member = await home.MemberAsync("Analyst", Role.LeadTeam);
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);
        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, $"{home.Url("members/edit")}?account={member.AccountId}", ["TopManagement", "Ciso"])).Status);

        var entry = Assert.Single(await home.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().HistoryAsync(member.AccountId)));
        var data = JsonNode.Parse(entry.Data!)!;
        Assert.Equal("membership.edit", entry.Action);
        Assert.Equal(["leadTeam"], data["before"]!["roles"]!.AsArray().Select(r => (string?)r));
        Assert.Equal(["topManagement", "ciso"], data["after"]!["roles"]!.AsArray().Select(r => (string?)r));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url("activity") + "?action=membership.edit")).Status);
    }

    [Fact]
    public async Task The_second_of_two_who_change_a_membership_is_told()
    {
        var home = await app.NewWorkspaceAsync();
        var member = await home.MemberAsync("Analyst", Role.LeadTeam);
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);
        var url = $"{home.Url("members/edit")}?account={member.AccountId}";
        var seen = (await browser.GetAsync(url)).Hidden("Input.Seen");
        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, url, ["Consultant"])).Status);

        var late = await browser.PostAsync(url, new() { ["Input.Seen"] = seen, ["Input.Roles"] = "TopManagement" });

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal([Role.Consultant], (await MembershipAsync(home, member)).Roles);

        // The system administrator neither: with a page that was opened before, or where no membership was seen.
        var (_, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        using var administrator = await app.SignInAsync(admin);
        var outside = $"/admin/accounts/membership?account={member.AccountId}";
        foreach (var (address, version) in new[] { ($"{outside}&workspace={home.Workspace.Id}", seen), (outside, "0") })
        {
            var old = await administrator.PostAsync(address, new() { ["Input.Seen"] = version, ["Input.WorkspaceId"] = home.Workspace.Id, ["Input.Roles"] = "TopManagement" });
            Assert.Equal(HttpStatusCode.Conflict, old.Status);
        }

        Assert.Equal([Role.Consultant], (await MembershipAsync(home, member)).Roles);
    }

    [Fact]
    public async Task The_system_administrator_gives_the_one_person_of_a_firm_every_role()
    {
        var (id, user) = await app.NewAccountAsync("Sole proprietor", isSystemAdministrator: true);
        using var browser = await app.SignInAsync(user);
        var slug = "sole-" + Document.NewId()[^8..].ToLowerInvariant();
        var workspace = await app.AsConsoleAsync(new CreateWorkspace.Command("Sole", slug, id));
        var url = $"/admin/accounts/membership?account={id}&workspace={workspace.Value.Id}";
        using var again = await app.SignInAsync(user);

        var given = await again.PostAsync(url, new() { ["Input.Seen"] = (await again.GetAsync(url)).Hidden("Input.Seen") }, more: Enum.GetNames<Role>().Select(r => ("Input.Roles", r)));

        Assert.Equal(HttpStatusCode.SeeOther, given.Status);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync($"/w/{slug}/inbox")).Status);
    }

    [Fact]
    public async Task An_archived_workspace_gets_no_more_members()
    {
        var home = await app.NewWorkspaceAsync();
        var (id, _) = await app.NewAccountAsync("Latecomer");
        Assert.True((await app.AsConsoleAsync(new ChangeWorkspace.Archive(home.Workspace.Id, true))).Succeeded);

        var refused = await app.AsConsoleAsync(new SetMembership.Command(home.Workspace.Id, id, [Role.Employee]));

        Assert.Equal("membership.archived", Assert.Single(refused.Errors).Message);
        Assert.DoesNotContain(await home.RunAsync(s => s.GetRequiredService<IPeople>().AllAsync()), p => p.Name == "Latecomer");
    }

    private static async Task<TestPage> ChangeAsync(TestBrowser browser, string url, string[] roles, string? personId = null) =>
        await browser.PostAsync(url, new() { ["Input.Seen"] = (await browser.GetAsync(url)).Hidden("Input.Seen"), ["Input.PersonId"] = personId }, more: roles.Select(r => ("Input.Roles", r)));

    private static async Task<Membership> MembershipAsync(TestWorkspace home, TestMember member) =>
        (await home.RunAsync(s => s.GetRequiredService<SystemDirectory>().MembershipAsync(member.AccountId, home.Workspace.Id, TestContext.Current.CancellationToken)))!;
}

/// <summary>Saves, and then the disk fails: nobody knows whether it is saved.</summary>
public class DoubtfulSession : DispatchProxy
{
    private IDocumentSession inner = null!;

    /// <summary>Puts one over a session.</summary>
    public static IDocumentSession Over(IDocumentSession session)
    {
        var doubtful = Create<IDocumentSession, DoubtfulSession>();
        ((DoubtfulSession)(object)doubtful).inner = session;
        return doubtful;
    }

    /// <inheritdoc />
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IDocumentSession.SaveAsync) ? SaveAsync() : targetMethod.Invoke(inner, args);

    private async Task<Result<LogHead>> SaveAsync()
    {
        await inner.SaveAsync();
        throw new StoreException("The disk failed.") { MayBeSaved = true };
    }
}

using System.Net;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Tests.Accounts;

public sealed partial class Inviting(IsmsApp app)
{
    [Fact]
    public async Task Shows_the_link_once_and_the_link_works_once()
    {
        var (_, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        using var browser = await app.SignInAsync(admin);
        var user = $"new-{Document.NewId()[^8..]}";
        var added = await browser.PostAsync("/admin/accounts/add", new() { ["Input.Id"] = Document.NewId(), ["Input.Name"] = "Newcomer", ["Input.UserName"] = user });
        var shown = await browser.GetAsync(added.Location!);
        var link = Link().Match(shown.Body).Groups[1].Value;
        Assert.NotEmpty(link);
        Assert.DoesNotContain("/account/invitation?token", (await browser.GetAsync(added.Location!)).Body, StringComparison.Ordinal);

        using var guest = app.Browser();
        var weak = await guest.PostAsync(link, new() { ["Input.Token"] = link.Split('=')[1], ["Input.Password"] = "short" }, form: link);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.Status);
        var accepted = await guest.PostAsync("/account/invitation", new() { ["Input.Token"] = link.Split('=')[1], ["Input.Password"] = "my own long phrase" }, form: link);
        Assert.Equal("/", accepted.Location);
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync("/account")).Status);

        using var late = app.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await late.GetAsync(link)).Status);
    }

    [Fact]
    public async Task A_double_click_shows_a_link_that_works()
    {
        var (_, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        using var browser = await app.SignInAsync(admin);
        Dictionary<string, string?> form = new() { ["Input.Id"] = Document.NewId(), ["Input.Name"] = "Newcomer", ["Input.UserName"] = $"new-{Document.NewId()[^8..]}" };
        await browser.PostAsync("/admin/accounts/add", form);

        var added = await browser.PostAsync("/admin/accounts/add", form);

        Assert.Equal(HttpStatusCode.SeeOther, added.Status);
        var link = Link().Match((await browser.GetAsync(added.Location!)).Body).Groups[1].Value;
        using var guest = app.Browser();
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync(link)).Status);
    }

    [Fact]
    public async Task A_new_link_ends_the_one_before()
    {
        var added = await app.AsConsoleAsync(new AddAccount.Command($"invited-{Document.NewId()[^8..]}", "Invited"));
        var again = await app.AsConsoleAsync(new ChangeAccount.Invite(added.Value.Id));
        using var guest = app.Browser();

        var gone = await guest.GetAsync("/account/invitation?token=" + added.Value.Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Contains("ask your administrator for a new link", gone.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync("/account/invitation?token=" + again.Value)).Status);
    }

    [Fact]
    public async Task A_link_ends_when_the_password_is_changed()
    {
        var (id, user) = await app.NewAccountAsync();
        var link = "/account/invitation?token=" + (await app.AsConsoleAsync(new ChangeAccount.Invite(id))).Value;
        using var browser = await app.SignInAsync(user);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).Status);

        await browser.PostAsync("/account/password", new() { ["Input.Old"] = IsmsApp.Password, ["Input.New"] = "another long phrase" });

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(link)).Status);
    }

    [Fact]
    public async Task The_link_ends_after_72_hours()
    {
        var clock = new MovedClock();
        await using var own = await IsmsApp.StartAsync(b => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(b.Services, clock));
        var added = await own.AsConsoleAsync(new AddAccount.Command("late@example.org", "Late"));
        using var guest = own.Browser();
        clock.By = TimeSpan.FromHours(71);
        Assert.Equal(HttpStatusCode.OK, (await guest.GetAsync("/account/invitation?token=" + added.Value.Token)).Status);
        clock.By = TimeSpan.FromHours(73);
        Assert.Equal(HttpStatusCode.NotFound, (await guest.GetAsync("/account/invitation?token=" + added.Value.Token)).Status);
    }

    [Fact]
    public async Task No_secret_reaches_the_log()
    {
        var added = await app.AsConsoleAsync(new AddAccount.Command($"secret-{Document.NewId()[^8..]}", "Secret"));
        var log = (await app.SystemLogAsync()).Where(e => e.DocumentId == added.Value.Id).ToList();

        Assert.NotEmpty(log);
        Assert.All(log, e =>
        {
            Assert.DoesNotContain(Invitation.Hash(added.Value.Token!), e.Data ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("passwordHash", e.Data ?? "", StringComparison.Ordinal);
            Assert.DoesNotContain("securityStamp", e.Data ?? "", StringComparison.Ordinal);
        });
    }

    [GeneratedRegex("(/account/invitation\\?token=[0-9a-f]+)")]
    private static partial Regex Link();
}

/// <summary>The real clock, moved.</summary>
internal sealed class MovedClock : TimeProvider
{
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
}

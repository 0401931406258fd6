using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Accounts;

public sealed class SigningIn(IsmsApp app)
{
    [Fact]
    public async Task Opens_the_page_that_was_asked_for()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();
        var asked = await browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.Redirect, asked.Status);
        Assert.Contains("/sign-in?to=%2Faccount", asked.Location!, StringComparison.Ordinal);

        var signedIn = await browser.PostAsync(new Uri(asked.Location!).PathAndQuery, new() { ["Input.UserName"] = user.ToUpperInvariant(), ["Input.Password"] = IsmsApp.Password, ["To"] = "/account" });

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
        Assert.Equal("/account", signedIn.Location);
    }

    [Fact]
    public async Task Does_not_tell_an_unknown_name_from_a_wrong_password()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();
        var wrong = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = "not this one at all" });
        var unknown = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = "nobody@example.org", ["Input.Password"] = "not this one at all" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);
        Assert.Contains("User name or password is wrong", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("User name or password is wrong", unknown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forty_parallel_wrong_guesses_are_checked_five_times()
    {
        await using var own = await IsmsApp.StartAsync();
        var (id, user) = await own.NewAccountAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            using var browser = own.Browser();
            await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = $"wrong guess number {i}" });
        }));

        var log = await own.SystemLogAsync();
        Assert.Equal(5, log.Count(e => e.Action == "account.signin.wrong" && e.DocumentId == id));
        // The lockout is in the log at once; the tries that follow are counted, not listed.
        Assert.Equal(1, log.Count(e => e.Action == "account.signin.locked" && e.DocumentId == id));
        await own.Services.GetRequiredService<FailedSignIns>().WriteEndedAsync(TestContext.Current.CancellationToken, all: true);
        var counted = (await own.SystemLogAsync()).First(e => e.Action == "account.signin.locked" && e.DocumentId == id);
        Assert.Contains("34 × 127.0.0.1", counted.Reason, StringComparison.Ordinal);
        using var late = own.Browser();
        var right = await late.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = IsmsApp.Password });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, right.Status);
    }

    [Fact]
    public async Task Guesses_at_names_do_not_flood_the_log()
    {
        var clock = new MovedClock();
        await using var own = await IsmsApp.StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        using var browser = own.Browser();
        async Task Guess(int times)
        {
            for (var i = 0; i < times; i++)
                await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = $"nobody-{i}", ["Input.Password"] = "not this one at all" });
        }

        async Task<List<string?>> Reasons() => [.. (await own.SystemLogAsync()).Where(e => e.Action == "account.signin.unknown").Select(e => e.Reason).Reverse()];
        await Guess(10);
        Assert.Equal([null], await Reasons());

        // When the window is over, the count is written, and a new one begins.
        clock.By = FailedSignIns.Window;
        await Guess(1);
        Assert.Equal(2, (await Reasons()).Count);
        Assert.StartsWith("10 × 127.0.0.1", (await Reasons())[1], StringComparison.Ordinal);
        await Guess(2);
        Assert.Equal(3, (await Reasons()).Count);
    }

    [Fact]
    public async Task Does_not_tell_a_locked_account_from_an_unknown_name()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();
        async Task<string> Try(string name)
        {
            var answer = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = name, ["Input.Password"] = "not this one at all" });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            return answer.Text.Replace(name, "", StringComparison.Ordinal);
        }

        for (var i = 0; i < 5; i++)
            await Try(user);

        Assert.Equal(await Try("nobody@example.org"), await Try(user));
    }

    [Fact]
    public async Task Opens_a_page_whose_address_has_letters_beyond_ASCII()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();

        var signedIn = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = IsmsApp.Password, ["To"] = "/account?q=Büro" });

        Assert.Equal((HttpStatusCode.SeeOther, "/account?q=B%C3%BCro"), (signedIn.Status, signedIn.Location));
    }
}

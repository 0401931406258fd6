using System.Net;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Security;

public sealed class EveryAnswer(IsmsApp app)
{
    [Fact]
    public async Task Forbids_inline_script_and_style_and_is_not_kept()
    {
        using var browser = app.Browser();
        foreach (var url in (string[])["/sign-in", "/no-such-page"])
        {
            var page = await browser.GetAsync(url);
            var csp = page.Headers["Content-Security-Policy"];
            Assert.Contains("script-src 'self';", csp, StringComparison.Ordinal);
            Assert.Contains("style-src 'self';", csp, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", csp, StringComparison.Ordinal);
            Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
            Assert.Equal("no-store", page.Headers["Cache-Control"]);
            Assert.Contains("HX-Request", page.Headers["Vary"], StringComparison.Ordinal);
            Assert.False(page.Headers.ContainsKey("Server"));
        }
    }

    [Fact]
    public async Task To_a_post_without_antiforgery_token_is_400()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = await app.SignInAsync(user);
        foreach (var url in (string[])["/account", "/sign-out", "/sign-in", "/account/password"])
        {
            var answer = await browser.SendAsync(url, [("Input.Name", "Forged")]);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains("This request could not be understood", answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task To_another_host_name_is_400()
    {
        using var browser = app.Browser();
        browser.Client.DefaultRequestHeaders.Host = "evil.example.com";
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync("/sign-in")).Status);
    }

    [Fact]
    public async Task To_the_health_check_needs_no_account()
    {
        using var browser = app.Browser();
        Assert.Equal("ok", (await browser.GetAsync("/health")).Body);
    }

    [Fact]
    public async Task To_the_command_line_s_address_is_404_from_the_network()
    {
        using var browser = app.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync("/command-line", [])).Status);
    }

    [Fact]
    public async Task Sends_nobody_to_another_site_after_sign_in()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();
        var signedIn = await browser.PostAsync("/sign-in?to=https%3A%2F%2Fevil.example.com", new() { ["Input.UserName"] = user, ["Input.Password"] = IsmsApp.Password, ["To"] = "//evil.example.com" });
        Assert.Equal("/", signedIn.Location);
    }

    [Fact]
    public async Task To_a_body_that_is_too_large_is_413()
    {
        using var browser = app.Browser();
        var page = await browser.GetAsync("/sign-in");
        var answer = await browser.SendAsync("/sign-in", [("Input.UserName", new string('x', 3_000_000)), ("__RequestVerificationToken", page.Hidden("__RequestVerificationToken")!)]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Contains("That is too large", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_its_cookies_from_scripts()
    {
        var (_, user) = await app.NewAccountAsync();
        using var browser = app.Browser();
        var signedIn = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = user, ["Input.Password"] = IsmsApp.Password });
        var cookie = signedIn.Headers["Set-Cookie"];
        Assert.Contains("isms=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }
}

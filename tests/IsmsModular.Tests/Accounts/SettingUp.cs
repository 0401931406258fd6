using System.Net;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Accounts;

public sealed class SettingUp
{
    [Fact]
    public async Task Needs_the_code_of_the_console_and_closes_the_door_behind_the_first_account()
    {
        await using var app = await IsmsApp.StartAsync();
        var code = app.Services.GetRequiredService<SetupCode>().Printed;
        using var browser = app.Browser();
        Assert.Equal("/setup", (await browser.GetAsync("/")).Location);

        var guessed = await browser.PostAsync("/setup", Form("AAAA-BBBB-CCCC"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, guessed.Status);
        Assert.Contains("not the code printed on the console", guessed.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Head of ICT\"", guessed.Body, StringComparison.Ordinal);

        var made = await browser.PostAsync("/setup", Form(code.ToLowerInvariant()));
        Assert.Equal("/admin/workspaces/add", made.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/admin/workspaces/add")).Status);

        using var second = app.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync("/setup")).Status);
        Assert.Equal("/sign-in", (await second.GetAsync("/")).Location);
    }

    [Fact]
    public async Task Refuses_a_password_that_is_short_or_among_the_first_ones_tried()
    {
        await using var app = await IsmsApp.StartAsync();
        var code = app.Services.GetRequiredService<SetupCode>().Printed;
        using var browser = app.Browser();

        Assert.Contains("12 characters or more", (await browser.PostAsync("/setup", Form(code, "short"))).Text, StringComparison.Ordinal);
        Assert.Contains("among the first", (await browser.PostAsync("/setup", Form(code, "password1234"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guessing_the_code_is_slowed_down()
    {
        await using var app = await IsmsApp.StartAsync();
        using var browser = app.Browser();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
            answers.Add((await browser.PostAsync("/setup", Form($"GUESS{i}"))).Status);

        Assert.Equal(10, answers.Count(a => a == HttpStatusCode.UnprocessableEntity));
        Assert.Equal(2, answers.Count(a => a == HttpStatusCode.TooManyRequests));
    }

    private static Dictionary<string, string?> Form(string code, string password = IsmsApp.Password) =>
        new() { ["Input.Code"] = code, ["Input.Name"] = "Head of ICT", ["Input.UserName"] = "head@example.org", ["Input.Password"] = password };
}

using System.Net;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>What holds on each page. A new page is found by itself: the tour follows the program's own links.</summary>
public sealed partial class EveryPage(Tour tour, IsmsApp app) : IClassFixture<Tour>
{
    /// <summary>Pages that no link leads to on purpose, and why.</summary>
    private static readonly Dictionary<string, string> NotLinked = new(StringComparer.OrdinalIgnoreCase)
    {
        ["account/invitation"] = "opened by the secret link of an invitation",
        ["admin"] = "sends on to the accounts",
        ["error"] = "shown as part of a failed request",
        ["language"] = "answers the language switch and has no page",
        ["w/{slug}/inbox/scan"] = "answers with a file, where a decision has a scanned signature",
        ["w/{slug}/risks/files/download"] = "answers with a file, where a record has one as evidence",
        ["setup"] = "exists on the first start only",
        ["sign-out"] = "answers the account menu; opened by hand it asks",
    };

    [Fact]
    public void Is_reached_by_a_link() => None(tour.Pages.Where(p => p.Value is null && !NotLinked.ContainsKey(p.Key)).Select(p => p.Key));

    [Fact]
    public void Has_no_dead_link() => None(tour.DeadLinks);

    [Fact]
    public void Is_open_to_everybody() => None(tour.Barriers);

    [Fact]
    public void Fits_a_phone() => None(tour.TooWide);

    [Fact]
    public void Shows_words_and_no_keys() => None(tour.BareKeys);

    [Fact]
    public void Leaves_no_error_on_the_console() => None(tour.Console);

    [Fact]
    public void Leaves_no_error_in_the_log() => None(app.Log.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal)));

    [Fact]
    public async Task Does_not_exist_for_an_account_of_another_workspace()
    {
        var (stranger, _) = await StrangerAsync();
        List<string> open = [];
        foreach (var url in tour.Read.Keys)
            if ((await stranger.GetAsync(url)).Status != HttpStatusCode.NotFound)
                open.Add(url);
        None(open);
    }

    [Fact]
    public async Task Takes_no_id_of_another_workspace_by_address_or_form()
    {
        var (stranger, home) = await StrangerAsync();
        var before = await HeadAsync(tour.Work);
        var token = (await stranger.GetAsync("/help")).Hidden("__RequestVerificationToken")!;
        List<string> open = [];
        foreach (var (url, page) in tour.Read)
        {
            var own = url.Replace("/w/" + tour.Work.Slug, "/w/" + home.Slug, StringComparison.Ordinal);
            var names = Id().IsMatch(url);
            if (names && (await stranger.GetAsync(own)).Status != HttpStatusCode.NotFound)
                open.Add("GET " + own);
            foreach (Match form in PostForm().Matches(page.Body))
            {
                var action = Action().Match(form.Value) is { Success: true } given ? WebUtility.HtmlDecode(given.Groups[1].Value).Replace("/w/" + tour.Work.Slug, "/w/" + home.Slug, StringComparison.Ordinal) : own;
                var fields = Fields(form.Value).Where(f => f.Name != "__RequestVerificationToken").ToList();
                // Who confirmed it is read for an exclusion only, and the form includes.
                fields.RemoveAll(f => f.Name == "Input.ConfirmedById");
                // A form for something new carries one id that nobody has yet.
                var foreign = names ? fields.Any(f => Id().IsMatch(f.Value)) : fields.Any(f => f.Name != "Input.Id" && Id().IsMatch(f.Value));
                if (!foreign || !action.StartsWith("/w/", StringComparison.Ordinal))
                    continue;
                var answer = await stranger.SendAsync(action, [.. fields, ("__RequestVerificationToken", token)]);
                if ((int)answer.Status is < 400 or >= 500)
                    open.Add($"POST {action} answers {(int)answer.Status}: {string.Join(", ", fields.Where(f => Id().IsMatch(f.Value)).Select(f => f.Name).Distinct())}");
            }
        }

        None(open);
        Assert.Equal(before, await HeadAsync(tour.Work));
    }

    private async Task<(TestBrowser Browser, TestWorkspace Home)> StrangerAsync()
    {
        var home = await app.NewWorkspaceAsync("stranger");
        return (await home.SignedInAsync(Enum.GetValues<Role>()), home);
    }

    private static Task<string?> HeadAsync(TestWorkspace work) => work.RunAsync(async s => (await s.GetRequiredService<WorkspaceContext>().OpenSession().HeadAsync())?.Hash);

    /// <summary>What a form would send: hidden fields as they are, everything that offers ids with the first of them.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(string form)
    {
        foreach (Match input in Input().Matches(form))
        {
            var (name, value, type) = (Attribute(input.Value, "name"), Attribute(input.Value, "value") ?? "", Attribute(input.Value, "type"));
            if (name is not null && (type is not ("checkbox" or "radio") || input.Value.Contains("checked", StringComparison.Ordinal) || Id().IsMatch(value)))
                yield return (name, type is "text" or "email" ? "x" : value);
        }

        foreach (Match area in Area().Matches(form))
            if (Attribute(area.Value, "name") is { } name)
                yield return (name, "some words");
        foreach (Match select in Select().Matches(form))
        {
            var options = Option().Matches(select.Value).Select(o => WebUtility.HtmlDecode(o.Groups[1].Value)).Where(v => v.Length > 0).ToList();
            if (Attribute(select.Value, "name") is { } name && options.Count > 0)
                yield return (name, options.Find(o => Id().IsMatch(o)) ?? options[0]);
        }
    }

    private static string? Attribute(string tag, string name) => Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } m ? WebUtility.HtmlDecode(m.Groups[1].Value) : null;

    [GeneratedRegex("[0-7][0-9A-HJKMNP-TV-Z]{25}")]
    private static partial Regex Id();

    [GeneratedRegex("<form\\b[^>]*method=\"post\".*?</form>", RegexOptions.Singleline)]
    private static partial Regex PostForm();

    [GeneratedRegex("^<form\\b[^>]*\\saction=\"([^\"]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input\\b[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("<textarea\\b[^>]*>")]
    private static partial Regex Area();

    [GeneratedRegex("<select\\b.*?</select>", RegexOptions.Singleline)]
    private static partial Regex Select();

    [GeneratedRegex("<option\\b[^>]*value=\"([^\"]*)\"")]
    private static partial Regex Option();

    private static void None(IEnumerable<string> wrong)
    {
        var list = wrong.Distinct().Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0)
            Assert.Fail($"{list.Count}:\n" + string.Join('\n', list));
    }
}

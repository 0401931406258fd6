using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using IsmsModular.Tests.App;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests;

/// <summary>People at their own computers.</summary>
internal static class Seats
{
    /// <summary>Opens a window and signs in by typing.</summary>
    public static async Task<IPage> SignInAsync(this Chromium chromium, Uri address, string userName, string password = IsmsApp.Password, Screen screen = Screen.Wide)
    {
        var window = await chromium.WindowAsync(address, screen);
        var page = await window.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.EnterAsync("Input.UserName", userName);
        await page.EnterAsync("Input.Password", password);
        await page.SendAsync();
        await Expect(page.Locator(".account-menu")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Types into a field of a form.</summary>
    public static Task EnterAsync(this IPage page, string field, string text) => page.Locator($"main [name='{field}']").FillAsync(text);

    /// <summary>Chooses an option by its words (their beginning is enough).</summary>
    public static async Task ChooseAsync(this IPage page, string field, string words)
    {
        var options = await page.Locator($"main select[name='{field}'] option").AllInnerTextsAsync();
        var match = options.FirstOrDefault(o => o.Trim().StartsWith(words, StringComparison.Ordinal)) ?? throw new InvalidOperationException($"{field} offers {string.Join(" | ", options)}, not {words}.");
        await page.Locator($"main select[name='{field}']").SelectOptionAsync(new SelectOptionValue { Label = match.Trim() });
    }

    /// <summary>Ticks a box or a radio of a group by the words beside it.</summary>
    public static Task TickAsync(this IPage page, string field, string words) =>
        page.Locator("main label", new() { Has = page.Locator($"input[name='{field}']"), HasText = words }).First.Locator("input").CheckAsync();

    /// <summary>Sends the page's form by its main button.</summary>
    public static Task SendAsync(this IPage page) => page.Locator("main form[method=post] .form-actions button[type=submit]").First.ClickAsync();

    /// <summary>Presses a link or button by its words.</summary>
    public static Task PressAsync(this IPage page, string words) =>
        page.Locator("main a, main button").Filter(new() { HasText = words }).Filter(new() { Visible = true }).First.ClickAsync();

    /// <summary>Answers the question before what cannot be taken back.</summary>
    public static Task ConfirmAsync(this IPage page) => page.Locator("dialog.confirm .btn-danger").ClickAsync();

    /// <summary>Nothing on the page shuts anybody out.</summary>
    public static async Task IsOpenToEverybodyAsync(this IPage page)
    {
        var result = await page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa") });
        Assert.Equal([], result.Violations.Select(v => $"{page.Url} {v.Id}: {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"));
    }

    /// <summary>What stands on the page.</summary>
    public static Task ReadsAsync(this IPage page, string words) => Expect(page.Locator("main")).ToContainTextAsync(words);
}

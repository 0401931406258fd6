using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>What surrounds each page: language, light and dark, menus, navigation on a phone, and all of it without scripts.</summary>
public sealed class UsingTheShell(IsmsApp app, Chromium chromium)
{
    [Fact]
    public async Task Language_changes_at_once_and_stays()
    {
        var page = await SignedInAsync();
        await page.GotoAsync("/help");
        await page.GetByRole(AriaRole.Button, new() { Name = "BM" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ms");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Bantuan");
        await page.GotoAsync("/?all=true");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "ms");
    }

    [Fact]
    public async Task Dark_is_kept_on_this_machine()
    {
        var page = await SignedInAsync();
        await page.GotoAsync("/help");
        await page.Locator("[data-theme-switch]").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
    }

    [Fact]
    public async Task On_paper_nothing_of_the_shell_is_left()
    {
        var page = await SignedInAsync();
        await page.GotoAsync("/help");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".skip-link")).ToBeHiddenAsync();
        await Expect(page.Locator(".account-menu")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Escape_closes_a_menu_and_gives_the_focus_back()
    {
        var page = await SignedInAsync();
        var menu = page.Locator(".account-menu > summary");
        await menu.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeHiddenAsync();
        await Expect(menu).ToBeFocusedAsync();
    }

    [Fact]
    public async Task On_a_phone_the_journey_opens_over_the_page()
    {
        var work = await app.NewWorkspaceAsync("phone");
        var member = await work.MemberAsync("Head of ICT", Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, member.UserName, screen: Screen.Phone);
        await page.GotoAsync(work.Url("risks/exercises"));
        await Expect(page.Locator("#journey")).ToBeHiddenAsync();
        await page.Locator("[data-nav-open]").ClickAsync();
        await Expect(page.Locator("#journey a[aria-current=page]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#journey")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task What_was_typed_is_not_lost_by_a_click()
    {
        var work = await app.NewWorkspaceAsync("guard");
        var member = await work.MemberAsync("Head of ICT", Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, member.UserName);
        await page.GotoAsync(work.Url("risks/exercises/edit"));
        await page.Locator("main form input[type=text]").First.FillAsync("Half a thought");
        var asked = false;
        page.Dialog += async (_, dialog) =>
        {
            asked = dialog.Type == "beforeunload";
            await dialog.DismissAsync();
        };
        await page.Locator("#journey a").First.ClickAsync();
        await page.WaitForTimeoutAsync(300);
        Assert.True(asked);
        await Expect(page).ToHaveURLAsync(new Regex("exercises/edit"));
    }

    [Fact]
    public async Task Without_scripts_one_signs_in_reads_and_signs_out()
    {
        var (_, user) = await app.NewAccountAsync("Careful reader");
        var window = await chromium.WindowAsync(app.Address, script: false);
        var page = await window.NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator("[name='Input.UserName']").FillAsync(user);
        await page.Locator("[name='Input.Password']").FillAsync(IsmsApp.Password);
        await page.Locator("form.card button[type=submit]").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Help" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Help");
        await page.Locator(".account-menu > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("[name='Input.Password']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_answered_beside_the_form_and_to_a_screen_reader()
    {
        var (_, user) = await app.NewAccountAsync("Forgetful");
        var page = await (await chromium.WindowAsync(app.Address)).NewPageAsync();
        await page.GotoAsync("/sign-in");
        await page.Locator("[name='Input.UserName']").FillAsync(user);
        await page.Locator("[name='Input.Password']").FillAsync("not the password");
        await page.Locator("form.card button[type=submit]").ClickAsync();
        var notice = page.GetByRole(AriaRole.Alert);
        await Expect(notice).ToContainTextAsync("wrong");
        await Expect(notice).ToBeFocusedAsync();
        await Expect(page.Locator("[name='Input.UserName']")).ToHaveValueAsync(user);
        await Expect(page.Locator("[name='Input.Password']")).ToHaveValueAsync("");
    }

    private async Task<IPage> SignedInAsync()
    {
        var (_, user) = await app.NewAccountAsync("Somebody");
        return await chromium.SignInAsync(app.Address, user);
    }
}

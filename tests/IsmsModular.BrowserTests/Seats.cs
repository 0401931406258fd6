using IsmsModular.Tests.App;
using Microsoft.Playwright;

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
        await page.Locator("[name='Input.UserName']").FillAsync(userName);
        await page.Locator("[name='Input.Password']").FillAsync(password);
        await page.Locator("form.card button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".account-menu")).ToBeVisibleAsync();
        return page;
    }
}

using IsmsModular.Tests.App;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Samples;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>What a first-time user sees after <c>./isms serve --sample</c>.</summary>
public sealed class TheSample(Chromium chromium)
{
    /// <summary>Set it to make the README's picture anew.</summary>
    private const string Pictures = "ISMS_PICTURES";

    [Fact]
    public async Task Opens_on_a_dashboard_that_says_where_the_organisation_stands()
    {
        var clock = new SettableClock();
        await using var app = await IsmsApp.StartAsync(b => b.Services.AddSingleton<TimeProvider>(clock));
        await new SampleOrganisation().BuildAsync(new(app.Services, clock, IsmsApp.Password), CancellationToken.None);
        clock.Set(TimeProvider.System.GetUtcNow());

        var page = await chromium.SignInAsync(app.Address, "ciso");
        await page.GotoAsync("/w/rwto");
        await Expect(page.Locator("h1")).ToContainTextAsync("Regional Water Treatment Operator");
        await page.ReadsAsync("71");
        var folder = Environment.GetEnvironmentVariable(Pictures) is null ? Path.Combine(Pages.Tour.Root(), "artifacts", "screens") : Path.Combine(Pages.Tour.Root(), "docs", "images");
        Directory.CreateDirectory(folder);
        await page.SetViewportSizeAsync(1360, 1000);
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "dashboard.png") });

        foreach (var account in new[] { "chief.executive", "head.operations", "internal.auditor" })
        {
            var seat = await chromium.SignInAsync(app.Address, account);
            await seat.GotoAsync("/w/rwto");
            await Expect(seat.Locator("h1")).ToBeVisibleAsync();
        }
    }
}

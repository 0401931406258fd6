using IsmsModular.BrowserTests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace IsmsModular.BrowserTests;

/// <summary>One browser for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        // Patience for a busy machine; nothing waits that long by itself.
        Assertions.SetDefaultExpectTimeout(60_000);
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>Runs a walk; when it fails, every window is photographed into <c>artifacts/failed</c>.</summary>
    public async Task WalkAsync(string name, Func<Task> walk)
    {
        try
        {
            await walk();
        }
        catch
        {
            foreach (var (page, i) in browser!.Contexts.SelectMany(c => c.Pages).Select((p, i) => (p, i)))
                await page.ScreenshotAsync(new() { Path = Path.Combine(Pages.Tour.Root(), "artifacts", "failed", $"{name}-{i}.png"), FullPage = true });
            throw;
        }
    }

    /// <summary>A window of its own, with its own cookies, without motion.</summary>
    public async Task<IBrowserContext> WindowAsync(Uri address, Screen screen = Screen.Wide, string locale = "en-GB", bool script = true)
    {
        var window = await browser!.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            Locale = locale,
            JavaScriptEnabled = script,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = screen == Screen.Phone ? new() { Width = 390, Height = 844 } : new() { Width = 1360, Height = 900 },
        });
        window.SetDefaultTimeout(180_000);
        return window;
    }
}

/// <summary>Size of a window.</summary>
public enum Screen
{
    Wide,
    Phone,
}

using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>An agency publishes a sector catalogue; a consultant brings it in and decides on its controls.</summary>
public sealed class ExtendingByAFile(IsmsApp app, Chromium chromium)
{
    private const string Sector = """{"id":"water","edition":"2026","name":"Water sector guide","kind":"sectorGuide","extends":"iso27001-2022-annex-a","source":"Water regulator, 2026","items":[{"id":"W.7.1","parent":"A.7","kind":"control","title":"Pump rooms locked"},{"id":"W.8.1","parent":"A.8","kind":"control","title":"Dosing watched","confirmed":false}]}""";

    [Fact]
    public Task Brings_the_guide_in_from_its_file_and_decides_on_its_controls_in_the_statement() => chromium.WalkAsync(nameof(ExtendingByAFile), async () =>
    {
        var desk = await PlanDesk.OpenAsync(app);
        var page = await chromium.SignInAsync(app.Address, desk.Analyst.UserName);

        await page.GotoAsync(desk.Home.Url("risks/catalogue/all"));
        await page.PressAsync("Import a catalogue");
        await page.Locator("main input[type=file]").SetInputFilesAsync(new FilePayload { Name = "water.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(Sector) });
        await page.SendAsync();
        await page.ReadsAsync("Water sector guide");
        await page.ReadsAsync("Pump rooms locked");
        await page.Locator("#confirm button[type=submit]").ClickAsync();

        await page.ReadsAsync("Catalogues in use");
        await page.TickAsync("Input.Extensions", "Water sector guide");
        await page.SendAsync();
        await page.ReadsAsync("95");
        await page.ReadsAsync("Water sector guide");
        await page.PressAsync("Dosing watched");
        await page.ReadsAsync("not confirmed");
        await page.TickAsync("Input.Decision", "Included");
        await page.TickAsync("Input.Kinds", "Law");
        await page.TickAsync("Input.Status", "To be implemented");
        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = "Dosing watched" })).ToContainTextAsync("Included");

        // Taken away it would leave a decision without its control.
        await page.GotoAsync(desk.Home.Url("risks/catalogue/choose"));
        await page.Locator("main label", new() { HasText = "Water sector guide" }).Locator("input").UncheckAsync();
        await page.SendAsync();
        await page.ReadsAsync("cannot be taken away");
    });
}

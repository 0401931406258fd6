using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>An approved plan, and one of its risks moves on.</summary>
public sealed class ChangingARiskAfterApproval(IsmsApp app, Chromium chromium)
{
    [Fact]
    public Task Makes_its_owners_slice_stale_and_lets_the_others_stand() => chromium.WalkAsync(nameof(ChangingARiskAfterApproval), async () =>
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs, _, _) = await desk.ApprovedAsync();
        var page = await chromium.SignInAsync(app.Address, desk.Analyst.UserName);

        await page.GotoAsync(desk.Home.Url("risks/plan"));
        await page.ReadsAsync("3 of 3 decided");
        await page.GotoAsync(desk.Home.Url("risks/treatment/edit?id=" + mine.Id));
        await page.EnterAsync("Input.CostOnce", "250000");
        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();

        await page.GotoAsync(desk.Home.Url("risks/plan"));
        await page.ReadsAsync("2 of 3 decided");
        await page.ReadsAsync("owners who must accept again: 1");
        await page.GotoAsync(desk.Home.Url("risks/register"));
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = mine.Reference })).ToContainTextAsync("Changed since accepted");
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = theirs.Reference })).ToContainTextAsync("Accepted");
    });
}

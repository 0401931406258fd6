using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>An organisation that was certified by the edition of 2005 moves to that of 2013.</summary>
public sealed class MovingFrom2005(IsmsApp app, Chromium chromium)
{
    private const string Of2005 = "iso27001-2005-annex-a";

    [Fact]
    public Task Looks_ahead_moves_and_takes_over_what_is_proposed() => chromium.WalkAsync(nameof(MovingFrom2005), async () =>
    {
        var desk = await PlanDesk.OpenAsync(app);
        RiskDesk.Ok(await desk.Home.SendAsync(new EditionModel.Switch { To = Of2005, Seen = (await desk.Home.SendAsync(new EditionModel.AskWays())).Seen }));
        foreach (var control in new[] { "A.5.1.1", "A.5.1.2", "A.6.1.1" })
            RiskDesk.Ok(await desk.Home.SendAsync(new DecideModel.Command { Control = $"{Of2005}/{control}", Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], LawWords = "Act 854", Status = SoaStatus.InPlace }, desk.Analyst));
        var officer = await desk.Home.MemberAsync("Officer for the move", Role.Ciso);
        var page = await chromium.SignInAsync(app.Address, officer.UserName);

        await page.GotoAsync(desk.Home.Url("risks/soa/edition"));
        await page.ChooseAsync("to", "ISO/IEC 27001:2013");
        await page.PressAsync("See what becomes of it");
        await page.ReadsAsync("This is only a look ahead");
        await page.ReadsAsync("Without a successor in this edition");
        await page.Locator("#switch button[type=submit]").ClickAsync();

        await page.ReadsAsync("Take over what is proposed below");
        await Expect(page.Locator("main input[name='Input.Keys']:checked")).ToHaveCountAsync(2);
        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();
        await page.GotoAsync(desk.Home.Url("risks/soa"));
        await page.ReadsAsync("ISO/IEC 27001:2013 Annex A");
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = "A.5.1.1" }).First).ToContainTextAsync("Included");
        Assert.Equal(3, (await desk.Home.QueryAsync<SoaRow>()).Count(r => r.Catalogue == Of2005));
    });
}

using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Methodologies;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>A methodology of four tiers, from nothing to a risk that is rated by it.</summary>
public sealed class BuildingAMethodology(IsmsApp app, Chromium chromium)
{
    [Fact]
    public Task Leads_from_new_to_a_rated_risk() => chromium.WalkAsync(nameof(BuildingAMethodology), async () =>
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var ciso = await desk.Home.MemberAsync("Security Officer", Role.Ciso, Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, ciso.UserName);

        // Begin with four tiers that are ready.
        await page.GotoAsync(desk.Home.Url("risks/methodologies"));
        await page.PressAsync("New methodology");
        await page.EnterAsync("Input.Name", "Water works matrix");
        await page.TickAsync("Input.Start", "4 tiers, ready to use");
        await page.SendAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("Water works matrix");
        await page.IsOpenToEverybodyAsync();

        // What is typed shows at once what comes out, without being saved.
        await page.Locator("#try-likelihood").SelectOptionAsync(new SelectOptionValue { Label = "High" });
        // The answer draws this part anew: what is chosen next is chosen in what it drew.
        await Expect(page.Locator(".method-result")).ToContainTextAsync("Still missing: Impact");
        await page.Locator("#try-impact").SelectOptionAsync(new SelectOptionValue { Label = "Very high" });
        await Expect(page.Locator(".method-result")).ToContainTextAsync("gives Level of risk “Very high”");
        await page.Locator("select[name='Input.Method.Steps[0].Cells[2][3]']").SelectOptionAsync(new SelectOptionValue { Label = "Medium" });
        await Expect(page.Locator(".method-result")).ToContainTextAsync("gives Level of risk “Medium”");
        await Expect(page.Locator("#preview")).ToContainTextAsync("a worse answer gives a lower level");
        await page.Locator("select[name='Input.Method.Steps[0].Cells[2][3]']").SelectOptionAsync(new SelectOptionValue { Label = "Very high" });
        await page.Locator("input[name='Input.Method.Scales[0].Tiers[3].Label']").FillAsync("Almost certain");

        // A fifth tier leaves holes that are said beside their cells; the program proposes what is missing.
        await page.Locator("#do-tier-add-0").ClickAsync();
        await page.Locator("input[name='Input.Method.Scales[0].Tiers[4].Label']").FillAsync("Certain");
        await page.PressAsync("Publish");
        await page.ReadsAsync("A level is missing here.");
        await page.Locator("#do-tier-remove-0-4").ClickAsync();
        await Expect(page.Locator("input[name='Input.Method.Scales[0].Tiers[4].Label']")).ToHaveCountAsync(0);
        await Expect(page.Locator("#preview")).ToContainTextAsync("Ready to publish");
        await page.PressAsync("Publish");
        await page.ReadsAsync("Version 1");
        await page.IsOpenToEverybodyAsync();
        Assert.Equal(1, Assert.Single(await desk.Home.QueryAsync<OwnMethodology>()).Number);

        // Use it in an assessment.
        await page.GotoAsync(desk.Home.Url("risks/exercises/edit"));
        await page.EnterAsync("Input.Name", "By our own method");
        await page.ChooseAsync("Input.MethodologyId", "Water works matrix");
        await page.ReadsAsync("Own methodology of the organisation");
        await Expect(page.Locator(".criteria-table")).ToContainTextAsync("Very high");
        await page.SendAsync();
        await page.PressAsync("Start");
        await page.ConfirmAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();

        // Rate a risk by it.
        var exercise = (await desk.Home.QueryAsync<IsmsModular.Risks.Exercises.Exercise>()).Single(e => e.Name == "By our own method");
        var described = desk.Described();
        described.ExerciseId = exercise.Id;
        RiskDesk.Ok(await desk.Home.SendAsync(described, desk.Analyst));
        await page.GotoAsync(desk.Home.Url("risks/register/rate?id=" + described.Id));
        await page.TickAsync("Input.Values[likelihood]", "Almost certain");
        await page.TickAsync("Input.Values[impact]", "High");
        foreach (var factor in new[] { "likelihood", "impact" })
        {
            await page.EnterAsync($"Input.Reasons[{factor}]", "Seen twice this year");
            await page.EnterAsync($"Input.Sources[{factor}]", "Incident log");
        }

        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();
        var risk = await desk.RiskAsync(described.Id);
        Assert.Equal(("own/water-works-matrix", "1", "high"), (risk.Current!.MethodologyId, risk.Current.MethodologyVersion, risk.Current.Level));

        // And every stored result comes out the same.
        await page.GotoAsync(desk.Home.Url("risks/recheck"));
        await page.PressAsync("Check now");
        await page.ReadsAsync("Every stored result comes out the same");
    });
}

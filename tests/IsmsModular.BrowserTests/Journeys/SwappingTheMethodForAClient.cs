using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>A consultant takes a client's assessment from the five by five matrix to FAIR, and reads what it changes.</summary>
public sealed class SwappingTheMethodForAClient(IsmsApp app, Chromium chromium)
{
    private static readonly string[] Steps = ["very-low", "low", "medium", "high", "very-high"];
    private static readonly string[][] TimesAYear = [["0.01", "0.02", "0.05"], ["0.05", "0.1", "0.2"], ["0.2", "0.5", "1"], ["1", "2", "3"], ["3", "6", "12"]];
    private static readonly string[][] Loss = [["500", "2000", "10000"], ["5000", "20000", "60000"], ["40000", "120000", "400000"], ["200000", "800000", "3000000"], ["1000000", "4000000", "15000000"]];

    [Fact]
    public Task From_the_matrix_to_money_with_ranges_and_the_comparison_is_read() => chromium.WalkAsync(nameof(SwappingTheMethodForAClient), async () =>
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("very-high", "low", "Phishing of one account");
        await desk.RatedAsync("low", "very-high", "Fire in the control room");
        await desk.RatedAsync("medium", "medium", "Historian is lost");
        await desk.RatedAsync("high", "medium", "Supplier is late");
        await desk.AddAsync("Not looked at yet");
        var consultant = await desk.Home.MemberAsync("Consultant", Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, consultant.UserName);

        // 1: the method.
        await page.GotoAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        await page.PressAsync("Change the method");
        await page.EnterAsync("Input.Name", "Yearly, in money");
        await page.Locator("main select[name='Input.MethodologyId']").SelectOptionAsync("fair");
        await page.EnterAsync("Input.MethodReason", "The board decides in money a year");
        await page.SendAsync();

        // 2: each step becomes a range. Half a row is not enough, and says so beside the field.
        await Expect(page).ToHaveURLAsync(new Regex("swap/factors"));
        await FillAsync(page, "lef", "likelihood", TimesAYear);
        await FillAsync(page, "lm", "impact", Loss[..4]);
        await page.EnterAsync("Input.Values[lm|in:impact|very-high|lm.low]", "1000000");
        await page.SendAsync();
        await Expect(page.Locator("main .field-error").First).ToContainTextAsync("Fill the whole row");
        await page.IsOpenToEverybodyAsync();
        await FillAsync(page, "lm", "impact", Loss);
        await page.SendAsync();

        // 3: from which sum on a risk counts as which old level, and what may be retained.
        await Expect(page).ToHaveURLAsync(new Regex("swap/levels"));
        foreach (var (step, bound) in new[] { ("low", "1000"), ("medium", "20000"), ("high", "150000"), ("very-high", "1000000") })
            await page.EnterAsync($"Input.Bounds[{step}]", bound);
        await page.EnterAsync("Input.AcceptUpTo", "100000");
        await page.EnterAsync("Input.ExceptionUpTo", "300000");
        // Back and forth: nothing is lost.
        await page.PressAsync("Back");
        await Expect(page).ToHaveURLAsync(new Regex("swap/factors"));
        await Expect(page.Locator("main [name='Input.Values[lm|in:impact|very-high|lm.high]']")).ToHaveValueAsync("15000000");
        await page.SendAsync();
        await Expect(page.Locator("main [name='Input.AcceptUpTo']")).ToHaveValueAsync("100000");
        await page.SendAsync();

        // 4: the preview.
        await Expect(page).ToHaveURLAsync(new Regex("swap/preview"));
        await Expect(page.Locator("main .slope-svg")).ToBeVisibleAsync();
        await page.ReadsAsync("Rated by carrying over, each marked until an assessor confirms it: 4");
        await page.ReadsAsync("Kendall's tau-b");
        await page.ChooseAsync("f.move", "Not rated in both");
        await Expect(page).ToHaveURLAsync(new Regex("f.move=unrated"));
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = "Not looked at yet" })).ToBeVisibleAsync();
        await Expect(page.Locator("main .compare-table tbody tr")).ToHaveCountAsync(1);
        await page.PressAsync("Make the new assessment");

        // The comparison.
        await Expect(page).ToHaveURLAsync(new Regex("exercises/compare"));
        await page.ReadsAsync("What changed since the assessment before");
        await Expect(page.Locator("main .compare-table tbody tr").Filter(new() { HasText = "Phishing of one account" })).ToBeVisibleAsync();
        await page.ReadsAsync("Agreement of ranks");
        await page.IsOpenToEverybodyAsync();

        // The old assessment says what it said.
        await page.GotoAsync(desk.Home.Url("risks/register?f.exercise=" + desk.ExerciseId));
        await Expect(page.Locator("main tbody tr").Filter(new() { HasText = "Historian is lost" })).ToContainTextAsync("Medium");
    });

    private static async Task FillAsync(IPage page, string part, string source, string[][] ranges)
    {
        foreach (var (range, i) in ranges.Select((r, i) => (r, i)))
        {
            foreach (var (value, field) in range.Zip(["low", "mode", "high"]))
                await page.EnterAsync($"Input.Values[{part}|in:{source}|{Steps[i]}|{part}.{field}]", value);
        }
    }
}

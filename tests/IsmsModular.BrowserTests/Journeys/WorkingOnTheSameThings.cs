using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Contracts;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>Two people, or a long list, and nothing is lost or half written.</summary>
public sealed class WorkingOnTheSameThings(IsmsApp app, Chromium chromium)
{
    [Fact]
    public Task The_second_to_save_a_risk_sees_both_versions_and_chooses() => chromium.WalkAsync(nameof(WorkingOnTheSameThings), async () =>
    {
        var work = await app.NewWorkspaceAsync("two");
        await work.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(5, 3, 1, null, TestContext.Current.CancellationToken));
        var first = await OpenAsync(work, "Analyst A");
        var second = await OpenAsync(work, "Analyst B");

        await first.EnterAsync("Input.Title", "Written by the first");
        await first.SendAsync();
        await Expect(first.Locator("[data-flash]")).ToBeVisibleAsync();

        await second.EnterAsync("Input.Title", "Written by the second");
        await second.SendAsync();
        var notice = second.Locator(".conflict-notice");
        await Expect(notice).ToContainTextAsync("Written by the first");
        await Expect(notice).ToContainTextAsync("Written by the second");
        await Expect(second.Locator("main [name='Input.Title']")).ToHaveValueAsync("Written by the second");

        await second.IsOpenToEverybodyAsync();

        await notice.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(second.Locator("[data-flash]")).ToBeVisibleAsync();
        await Expect(second.Locator("h1")).ToContainTextAsync("Written by the second");
    });

    [Fact]
    public Task Of_500_rows_the_12_bad_ones_are_all_named_and_nothing_is_written_until_they_are_right() => chromium.WalkAsync("Import", async () =>
    {
        var work = await app.NewWorkspaceAsync("list");
        var member = await work.MemberAsync("Keeper of the list", Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, member.UserName);
        int[] nameless = [4, 90, 200, 401], typeless = [7, 150, 333, 480], uncounted = [12, 222, 260, 499];

        await UploadAsync(page, work, i => [nameless.Contains(i) ? null : $"Device {i}", typeless.Contains(i) ? "no such type" : "physical", uncounted.Contains(i) ? "many" : "2"]);
        await page.ReadsAsync("12 problems in 12 rows");
        foreach (var row in nameless.Concat(typeless).Concat(uncounted))
            await Expect(page.Locator("#problems tr").Filter(new() { Has = page.GetByRole(AriaRole.Cell, new() { Name = (row + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), Exact = true }) })).ToHaveCountAsync(1);
        await page.GotoAsync(work.Url("risks/assets"));
        await page.ReadsAsync("No assets yet");

        await UploadAsync(page, work, i => [$"Device {i}", "physical", "2"]);
        await page.SendAsync();
        await Expect(page.Locator(".list-count")).ToContainTextAsync("500");
    });

    private async Task<IPage> OpenAsync(TestWorkspace work, string name)
    {
        var member = await work.MemberAsync(name, Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, member.UserName);
        await page.GotoAsync(work.Url("risks/register") + "?sort=ref");
        await page.Locator("main tbody a[href*='register/detail']").First.ClickAsync();
        await page.Locator("main .page-actions a[href*='register/edit']").First.ClickAsync();
        return page;
    }

    private static async Task UploadAsync(IPage page, TestWorkspace work, Func<int, object?[]> row)
    {
        await page.GotoAsync(work.Url("risks/assets/import"));
        await page.Locator("main input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "inventory.xlsx",
            MimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Buffer = Workbook.Of([["Name", "Type", "Quantity"], .. Enumerable.Range(1, 500).Select(row)]),
        });
        await page.SendAsync();
        await page.Locator("main form .form-actions button").ClickAsync();
    }
}

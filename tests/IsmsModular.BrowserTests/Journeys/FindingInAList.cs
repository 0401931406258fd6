using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Contracts;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>Search, filter, sort and page through a list; the address keeps it all.</summary>
public sealed class FindingInAList(IsmsApp app, Chromium chromium)
{
    [Fact]
    public Task Narrows_while_typing_and_keeps_the_focus() => chromium.WalkAsync(nameof(FindingInAList), async () =>
    {
        var page = await OpenAsync();
        await page.Locator("#list-q").PressSequentiallyAsync("ASSET-0007");
        await Expect(page).ToHaveURLAsync(new Regex(@"[?&]q=ASSET-0007"));
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("#list-q")).ToBeFocusedAsync();
        Assert.DoesNotContain("f.state=&", page.Url, StringComparison.Ordinal);

        await page.Locator(".chip").First.ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex(@"[?&]q="));
        await Expect(page.Locator("main tbody tr")).ToHaveCountAsync(50);
    });

    [Fact]
    public Task Filters_sorts_and_pages_and_goes_back_with_the_browser() => chromium.WalkAsync(nameof(FindingInAList), async () =>
    {
        var page = await OpenAsync();
        await page.Locator("[id='list-f-type']").SelectOptionAsync("software");
        await Expect(page.Locator(".chip")).ToHaveCountAsync(1);
        await page.GoBackAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(0);
        await page.Locator("th a", new() { HasText = "Name" }).ClickAsync();
        await Expect(page.Locator("th[aria-sort]")).ToContainTextAsync("Name");
        var first = await page.Locator("main tbody tr").First.InnerTextAsync();
        await page.Locator(".list-pager a[rel=next]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("after="));
        await Expect(page.Locator("main tbody tr").First).Not.ToHaveTextAsync(first);
        await page.Locator(".list-pager a[rel=prev]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("before="));
        Assert.Equal(first, await page.Locator("main tbody tr").First.InnerTextAsync());
    });

    [Fact]
    public Task Is_found_again_as_it_was_left() => chromium.WalkAsync(nameof(FindingInAList), async () =>
    {
        var page = await OpenAsync();
        await page.Locator("[id='list-f-type']").SelectOptionAsync("physical");
        await Expect(page.Locator(".chip")).ToHaveCountAsync(1);
        await page.Locator("main tbody td a").First.ClickAsync();
        await page.Locator("a.page-up").ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(1);
        await Expect(page).ToHaveURLAsync(new Regex("f.type=physical"));

        var home = page.Url.Split("/risks/")[0];
        await page.GotoAsync(home + "/risks/register?q=RISK-0001");
        await page.Locator("main tbody td a").First.ClickAsync();
        await page.Locator("a.page-up").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex(@"[?&]q=RISK-0001"));

        await page.GotoAsync(home + "/risks/soa?f.status=planned");
        await page.Locator("main tbody td a").First.ClickAsync();
        await page.TickAsync("Input.Status", "In place");
        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();
        Assert.EndsWith("/risks/soa?f.status=planned", page.Url, StringComparison.Ordinal);
    });

    private async Task<IPage> OpenAsync()
    {
        var work = await app.NewWorkspaceAsync("list");
        await work.RunAsync(s => s.GetRequiredService<ILargeSample>().GenerateAsync(80, 1, 1, null, TestContext.Current.CancellationToken));
        var member = await work.MemberAsync("Keeper of the list", Role.LeadTeam);
        var page = await chromium.SignInAsync(app.Address, member.UserName);
        await page.GotoAsync(work.Url("risks/assets"));
        return page;
    }
}

using System.Text;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace IsmsModular.BrowserTests.Journeys;

/// <summary>The program's main job from end to end, each person under an own account: the first start, an asset list, an assessed and treated risk, the statement of applicability and the plan approved, both taken away as files.</summary>
public sealed partial class FromFirstStartToApprovedPlan(Chromium chromium)
{
    private const string Home = "/w/river";
    private const string Elsewhere = "/w/hills";

    /// <summary>Addresses of the workspace that were opened on the way.</summary>
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);

    [Fact]
    public Task Is_one_walk_through_the_pages() => chromium.WalkAsync(nameof(FromFirstStartToApprovedPlan), async () =>
    {
        await using var app = await IsmsApp.StartAsync();

        var admin = await SetUpAsync(app);
        var ciso = await InviteAsync(app, admin, "Chief of Security", "ciso@river.example");
        await MakeWorkspaceAsync(admin, "Chief of Security");
        await GiveRolesAsync(admin, "Chief of Security", "Chief information security officer", "Workspace administrator");
        var owner = await InviteAsync(app, admin, "Head of Operations", "operations@river.example");
        await GiveRolesAsync(admin, "Head of Operations", "Risk owner");
        var director = await InviteAsync(app, admin, "Director General", "director@river.example");
        await GiveRolesAsync(admin, "Director General", "Top management");

        await ImportAssetsAsync(ciso);
        await AssessAsync(ciso);
        await TreatAsync(ciso);
        await StateApplicabilityAsync(ciso);
        await DecideAsync(director, "director@river.example", "SoA");
        await ciso.GotoAsync(Home + "/risks/soa");
        await ciso.ReadsAsync("SOA-R01");
        await Expect(ciso.Locator("main .status-pill.tone-success").First).ToBeVisibleAsync();

        await PlanAsync(ciso);
        await DecideAsync(director, "director@river.example", "RTP");
        await DecideAsync(owner, "operations@river.example", "RTP");
        await ciso.GotoAsync(Home + "/risks/plan");
        await ciso.ReadsAsync("RTP-R01");

        await ChangeAfterApprovalAsync(ciso, owner);

        await TakeAwayAsync(ciso, "soa", "xlsx");
        await TakeAwayAsync(ciso, "soa", "docx");
        await KeepStrangersOutAsync(app, admin, ciso);
        Assert.DoesNotContain(app.Log.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));
    });

    private async Task<IPage> SetUpAsync(IsmsApp app)
    {
        var page = await (await chromium.WindowAsync(app.Address)).NewPageAsync();
        await page.GotoAsync("/");
        await page.EnterAsync("Input.Code", app.Services.GetRequiredService<SetupCode>().Printed);
        await page.EnterAsync("Input.Name", "System administrator");
        await page.EnterAsync("Input.UserName", "admin@river.example");
        await page.EnterAsync("Input.Password", IsmsApp.Password);
        await page.SendAsync();
        await Expect(page.Locator(".account-menu")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>The administrator adds an account; its holder opens the link and chooses a password.</summary>
    private async Task<IPage> InviteAsync(IsmsApp app, IPage admin, string name, string userName)
    {
        await admin.GotoAsync("/admin/accounts/add");
        await admin.EnterAsync("Input.Name", name);
        await admin.EnterAsync("Input.UserName", userName);
        await admin.SendAsync();
        var link = new Uri(await admin.Locator("#invitation").InputValueAsync());
        var page = await (await chromium.WindowAsync(app.Address)).NewPageAsync();
        page.FrameNavigated += (_, frame) =>
        {
            if (frame.ParentFrame is null && new Uri(frame.Url) is { PathAndQuery: var address } && address.StartsWith(Home, StringComparison.Ordinal))
                lock (visited)
                    visited.Add(address.Split('#')[0]);
        };
        await page.GotoAsync(link.PathAndQuery);
        await page.EnterAsync("Input.Password", IsmsApp.Password);
        await page.SendAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("invitation"));
        if (page.Url.Contains("sign-in", StringComparison.Ordinal))
        {
            await page.EnterAsync("Input.UserName", userName);
            await page.EnterAsync("Input.Password", IsmsApp.Password);
            await page.SendAsync();
        }

        await Expect(page.Locator(".account-menu")).ToBeVisibleAsync();
        return page;
    }

    private static async Task MakeWorkspaceAsync(IPage admin, string firstMember, string name = "River Water Board", string slug = "river")
    {
        await admin.GotoAsync("/admin/workspaces/add");
        await admin.EnterAsync("Input.Name", name);
        await admin.EnterAsync("Input.Slug", slug);
        await admin.ChooseAsync("Input.FirstMember", firstMember);
        await admin.SendAsync();
        await Expect(admin.Locator("[data-flash]")).ToBeVisibleAsync();
    }

    private static async Task GiveRolesAsync(IPage admin, string name, params string[] roles)
    {
        await admin.GotoAsync("/admin/accounts");
        await admin.PressAsync(name);
        var edit = admin.Locator("main table a", new() { HasText = "Edit" });
        if (await edit.CountAsync() > 0)
        {
            await edit.First.ClickAsync();
        }
        else
        {
            await admin.PressAsync("Add a membership");
            await admin.ChooseAsync("Input.WorkspaceId", "River Water Board");
        }

        foreach (var role in roles)
            await admin.TickAsync("Input.Roles", role);
        await admin.SendAsync();
        await Expect(admin.Locator("[data-flash]")).ToBeVisibleAsync();
    }

    private static async Task ImportAssetsAsync(IPage ciso)
    {
        await SignInAgainAsync(ciso, "ciso@river.example");
        await ciso.GotoAsync(Home + "/risks/assets/import");
        await ciso.Locator("main input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "assets.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("name;type;group;owner;identifier\nPump controller 1;physical;Controllers;Head of Operations;SN-1\nPump controller 2;physical;Controllers;Head of Operations;SN-2\nWater quality data;information;Data;Head of Operations;DB-1\n"),
        });
        await ciso.SendAsync();
        await ciso.Locator("main form .form-actions button").ClickAsync();
        await ciso.Locator("main input[type=checkbox][name=groups]").CheckAsync();
        await ciso.PressAsync("Check again");
        await ciso.SendAsync();
        await ciso.ReadsAsync("Pump controller 2");
    }

    private static async Task AssessAsync(IPage ciso)
    {
        await ciso.GotoAsync(Home + "/risks/exercises/edit");
        await ciso.EnterAsync("Input.Name", "First assessment");
        await ciso.SendAsync();
        await ciso.PressAsync("Start");
        await ciso.ConfirmAsync();
        await Expect(ciso.Locator("[data-flash]")).ToBeVisibleAsync();
        await ciso.Locator("main a.btn-primary").First.ClickAsync();
        await ciso.EnterAsync("Input.Title", "Flood stops the pumps");
        await ciso.EnterAsync("Find", "Controllers");
        await ciso.Locator("main .picker-found input[name='Input.GroupIds']").First.CheckAsync();
        await ciso.Locator("main select[name='Input.Threat']").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await ciso.EnterAsync("Input.VulnerabilityWords", "The controllers stand below the flood line");
        await ciso.Locator("main input[type=checkbox][name='Input.HarmsA']").CheckAsync();
        await ciso.ChooseAsync("Input.OwnerId", "Head of Operations");
        await ciso.SendAsync();
        await ciso.Locator("main .page-actions a.btn-primary").ClickAsync();
        await RateAsync(ciso, "High", "High");
    }

    private static async Task RateAsync(IPage ciso, string likelihood, string impact)
    {
        foreach (var (key, tier) in new[] { ("likelihood", likelihood), ("impact", impact) })
        {
            await ciso.TickAsync($"Input.Values[{key}]", tier);
            await ciso.EnterAsync($"Input.Reasons[{key}]", "Seen twice in ten years");
            await ciso.EnterAsync($"Input.Sources[{key}]", "Incident reports");
        }

        await ciso.SendAsync();
        await Expect(ciso.Locator("[data-flash]")).ToBeVisibleAsync();
    }

    private static async Task TreatAsync(IPage ciso)
    {
        // The rated risk leads on to its treatment by itself.
        await ciso.TickAsync("Input.Option", "Modify");
        await ciso.EnterAsync("Input.Reason", "Raising the cabinets is cheap");
        await ciso.Locator("main input[name='Input.Controls'][value$='A.7.5']").CheckAsync();
        await ciso.SendAsync();
        await ciso.ReadsAsync("Level that comes out");
        await RateAsync(ciso, "Low", "Low");
    }

    private static async Task StateApplicabilityAsync(IPage ciso)
    {
        await ciso.GotoAsync(Home + "/risks/soa?f.decision=-");
        await ciso.EvaluateAsync("() => { for (const box of document.querySelectorAll('main input[name=k]')) box.checked = true; }");
        await ciso.Locator("main .card-footer button[type=submit]").ClickAsync();
        await ciso.TickAsync("Input.Decision", "Included");
        await ciso.TickAsync("Input.Kinds", "Good practice");
        await ciso.EnterAsync("Input.PracticeWords", "Kept by every water board");
        await ciso.TickAsync("Input.Status", "In place");
        await ciso.SendAsync();
        await ciso.GotoAsync(Home + "/risks/soa/submit");
        await ciso.EnterAsync("Input.ScopeStatement", "Water supply of the river region");
        await ciso.EnterAsync("Input.ChangeNote", "First statement");
        await ciso.SendAsync();
        await Expect(ciso.Locator("[data-flash]")).ToBeVisibleAsync();
    }

    private static async Task PlanAsync(IPage ciso)
    {
        await ciso.GotoAsync(Home + "/risks/plan/edit");
        await ciso.EnterAsync("Input.Title", "Raise the cabinets above the flood line");
        await ciso.TickAsync("Input.RiskIds", "Flood");
        await ciso.Locator("main input[name='Input.ControlKeys'][value$='A.7.5']").CheckAsync();
        await ciso.ChooseAsync("Input.ResponsibleId", "Head of Operations");
        await ciso.ChooseAsync("Input.AccountableId", "Director General");
        await ciso.EnterAsync("Input.DueOn", "2030-06-30");
        await ciso.SendAsync();
        await ciso.GotoAsync(Home + "/risks/plan/submit");
        await ciso.EnterAsync("Input.ChangeNote", "First plan");
        await ciso.SendAsync();
        await Expect(ciso.Locator("[data-flash]")).ToBeVisibleAsync();
        await ciso.IsOpenToEverybodyAsync();
    }

    private static async Task DecideAsync(IPage page, string userName, string subject)
    {
        await SignInAgainAsync(page, userName);
        await page.GotoAsync(Home + "/inbox");
        await page.Locator("main table a", new() { HasText = subject }).First.ClickAsync();
        foreach (var box in await page.Locator("main input[name='Input.Slots']").AllAsync())
            await box.CheckAsync();
        await page.Locator("main input[name='Input.Outcome']").First.CheckAsync();
        await page.SendAsync();
        await Expect(page.Locator("[data-flash]")).ToBeVisibleAsync();
    }

    /// <summary>The cost of an accepted risk changes: its owner has to accept again, the approval of top management stands.</summary>
    private static async Task ChangeAfterApprovalAsync(IPage ciso, IPage owner)
    {
        await owner.GotoAsync(Home + "/inbox?tab=decided");
        await owner.Locator("main table a", new() { HasText = "RTP" }).First.ClickAsync();
        var decisions = owner.Locator("main table.list-table").First;
        await Expect(decisions.Locator(".tone-success")).ToHaveCountAsync(2);

        await ciso.GotoAsync(Home + "/risks/register");
        await ciso.Locator("main table a", new() { HasText = "Flood" }).First.ClickAsync();
        await ciso.Locator("main a[href*='treatment/edit']").First.ClickAsync();
        await ciso.EnterAsync("Input.CostOnce", "5000");
        await ciso.SendAsync();
        await Expect(ciso.Locator("[data-flash]")).ToBeVisibleAsync();
        await ciso.GotoAsync(Home + "/risks/plan");
        await Expect(ciso.Locator("main .status-pill.tone-warning", new() { HasText = "accept again" })).ToBeVisibleAsync();

        await owner.ReloadAsync();
        await Expect(decisions.Locator("tr", new() { HasText = "Accept residual risk" }).Locator(".status-pill")).ToContainTextAsync("Stale");
        await Expect(decisions.Locator("tr", new() { HasText = "Approve" }).Locator(".status-pill")).ToContainTextAsync("Stands");
    }

    /// <summary>Journey 4: somebody with every right in another workspace is told that nothing of this one exists: no address of the whole walk, none of its ids under the own address, none of its ids in a form.</summary>
    private async Task KeepStrangersOutAsync(IsmsApp app, IPage admin, IPage ciso)
    {
        var stranger = await InviteAsync(app, admin, "Consultant elsewhere", "stranger@hills.example");
        await MakeWorkspaceAsync(admin, "Consultant elsewhere", "Hills Gas Board", "hills");
        var directory = app.Services.GetRequiredService<Web.Workspaces.SystemDirectory>();
        var hills = (await directory.WorkspaceAsync("hills", TestContext.Current.CancellationToken))!;
        var account = (await app.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System).QueryAsync<Account>(Query.All.Where("key", Account.Key("stranger@hills.example")), TestContext.Current.CancellationToken)).Items[0];
        Assert.True((await app.AsConsoleAsync(new Web.Workspaces.SetMembership.Command(hills.Id, account.Id, [.. Enum.GetValues<Role>()]))).Succeeded);
        await stranger.GotoAsync("/sign-in");
        await stranger.EnterAsync("Input.UserName", "stranger@hills.example");
        await stranger.EnterAsync("Input.Password", IsmsApp.Password);
        await stranger.SendAsync();
        await stranger.GotoAsync(Elsewhere + "/risks/assets");
        Assert.Contains(Elsewhere, stranger.Url, StringComparison.Ordinal);

        string[] addresses;
        lock (visited)
            addresses = [.. visited.Order(StringComparer.Ordinal)];
        Assert.True(addresses.Length > 20, $"Only {addresses.Length} addresses were opened on the way.");
        List<string> open = [];
        foreach (var address in addresses)
        {
            if (await stranger.GotoAsync(address) is { Status: not 404 } answer)
                open.Add($"GET {address} answers {answer.Status}");
            if (Id().IsMatch(address) && await stranger.GotoAsync(Elsewhere + address[Home.Length..]) is { Status: not 404 } other)
                open.Add($"GET {Elsewhere}{address[Home.Length..]} answers {other.Status}");
        }

        await stranger.GotoAsync(Elsewhere + "/risks/exercises/edit");
        var forms = 0;
        foreach (var address in addresses)
        {
            if (await ciso.GotoAsync(address) is not { Status: 200 })
                continue;
            foreach (var form in await ciso.EvaluateAsync<Form[]>(CollectForms))
            {
                var named = Id().IsMatch(address);
                var fields = form.Fields.Where(f => f[0] is not ("__RequestVerificationToken" or "Input.ConfirmedById")).ToArray();
                // A form for something new carries one id that nobody has yet.
                if (!fields.Any(f => (named || f[0] != "Input.Id") && Id().IsMatch(f[1])))
                    continue;
                forms++;
                var status = await stranger.EvaluateAsync<int>(SendForm, new { action = form.Action.Replace(Home, Elsewhere, StringComparison.Ordinal), fields });
                if (status is < 400 or >= 500)
                    open.Add($"POST {form.Action} answers {status}");
            }
        }

        Assert.True(forms > 5, $"Only {forms} forms carry ids.");
        Assert.Equal([], open);
    }

    /// <summary>What each posted form of a page would send, with every id that it offers.</summary>
    private const string CollectForms = """
        () => [...document.querySelectorAll('main form')].filter(f => f.method === 'post').map(f => {
          const fields = [];
          for (const e of f.elements) {
            if (!e.name || e.type === 'file' || e.type === 'submit') continue;
            const id = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
            if ((e.type === 'checkbox' || e.type === 'radio') && !e.checked && !id.test(e.value)) continue;
            const value = e.tagName === 'SELECT' ? ([...e.options].map(o => o.value).find(v => id.test(v)) ?? e.value) : e.tagName === 'TEXTAREA' || e.type === 'text' ? (e.value || 'some words') : e.value;
            fields.push([e.name, value ?? '']);
          }
          const to = new URL(f.action);
          return { action: to.pathname + to.search, fields };
        })
        """;

    /// <summary>Sends such a form from the stranger's own window, with the stranger's own token.</summary>
    private const string SendForm = """
        async ({ action, fields }) => {
          const body = new URLSearchParams(fields);
          body.append('__RequestVerificationToken', document.querySelector('input[name=__RequestVerificationToken]').value);
          const answer = await fetch(action, { method: 'POST', body, redirect: 'manual' });
          return answer.type === 'opaqueredirect' ? 303 : answer.status;
        }
        """;

    /// <summary>A form as it stands on a page.</summary>
    private sealed class Form
    {
        public string Action { get; set; } = "";

        public string[][] Fields { get; set; } = [];
    }

    [GeneratedRegex("[0-7][0-9A-HJKMNP-TV-Z]{25}")]
    private static partial Regex Id();

    /// <summary>A change of rights ended the session.</summary>
    private static async Task SignInAgainAsync(IPage page, string userName)
    {
        await page.GotoAsync(Home);
        if (!page.Url.Contains("sign-in", StringComparison.Ordinal))
            return;
        await page.EnterAsync("Input.UserName", userName);
        await page.EnterAsync("Input.Password", IsmsApp.Password);
        await page.SendAsync();
    }

    private static async Task TakeAwayAsync(IPage ciso, string report, string format)
    {
        await ciso.GotoAsync(Home + "/reports");
        var form = ciso.Locator("main form", new() { Has = ciso.Locator($"input[name='Input.Name'][value='{report}']") });
        var download = await ciso.RunAndWaitForDownloadAsync(() => form.Locator($"button[value='{format}']").ClickAsync());
        await using var file = File.OpenRead(await download.PathAsync());
        Assert.Equal((byte)'P', file.ReadByte());
        Assert.EndsWith("." + format, download.SuggestedFilename, StringComparison.Ordinal);
    }
}

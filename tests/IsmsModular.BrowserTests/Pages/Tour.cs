using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>Goes through the program by its own links, as somebody with every role, and opens one page of each kind in the browser: light, dark, and on a phone.</summary>
public sealed partial class Tour(IsmsApp app, Chromium chromium) : IAsyncLifetime
{
    private readonly Dictionary<string, string> found = new(StringComparer.Ordinal);

    /// <summary>Folder of the screenshots.</summary>
    public static string Screens { get; } = Path.Combine(Root(), "artifacts", "screens");

    /// <summary>Pages of the program by route, and whether the tour reached them.</summary>
    public IReadOnlyDictionary<string, string?> Pages { get; private set; } = new Dictionary<string, string?>();

    /// <summary>The workspace that was gone through.</summary>
    public TestWorkspace Work { get; private set; } = null!;

    /// <summary>Pages of the workspace as they were read, by address.</summary>
    public Dictionary<string, TestPage> Read { get; } = new(StringComparer.Ordinal);

    /// <summary>Links that lead nowhere.</summary>
    public ConcurrentQueue<string> DeadLinks { get; } = new();

    /// <summary>What axe found.</summary>
    public ConcurrentQueue<string> Barriers { get; } = new();

    /// <summary>Errors on the browser's console.</summary>
    public ConcurrentQueue<string> Console { get; } = new();

    /// <summary>Pages wider than a phone.</summary>
    public ConcurrentQueue<string> TooWide { get; } = new();

    /// <summary>Keys shown instead of words.</summary>
    public ConcurrentQueue<string> BareKeys { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var work = Work = await app.NewWorkspaceAsync("tour");
        var (adminId, admin) = await app.NewAccountAsync("Information Security Officer", isSystemAdministrator: true);
        await app.AsConsoleAsync(new Web.Workspaces.SetMembership.Command(work.Workspace.Id, adminId, [.. Enum.GetValues<Role>()]));
        var templates = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null && !e.RoutePattern.RawText!.EndsWith("Index", StringComparison.OrdinalIgnoreCase))
            .Select(e => e.RoutePattern).DistinctBy(p => p.RawText, StringComparer.OrdinalIgnoreCase).ToList();
        using (var browser = await app.SignInAsync(admin))
            await CrawlAsync(browser, ["/?all=true", "/help", await SampleRecords.PluginAsync(browser), .. app.Services.GetRequiredService<ModuleSet>().Navigation.Select(n => work.Url(n.Path)), .. (await SampleRecords.AddAsync(work, browser)).Select(work.Url)], work.Slug, templates);
        using (var stranger = app.Browser())
            await CrawlAsync(stranger, ["/sign-in"], work.Slug, templates);
        Pages = templates.ToDictionary(t => t.RawText!.Trim('/'), t => found.GetValueOrDefault(t.RawText!), StringComparer.OrdinalIgnoreCase);

        if (Directory.Exists(Screens))
            Directory.Delete(Screens, true);
        Directory.CreateDirectory(Screens);
        // Before anybody signs in: a right that is given ends the sessions of its account.
        var forms = await RatingForms.AddAsync(app, adminId);
        var wide = await chromium.SignInAsync(app.Address, admin);
        var narrow = await chromium.SignInAsync(app.Address, admin, screen: Screen.Phone);
        var open = await (await chromium.WindowAsync(app.Address)).NewPageAsync();
        foreach (var page in new[] { wide, narrow, open })
            page.Console += (_, message) => { if (message.Type == "error") Console.Enqueue($"{page.Url}: {message.Text}"); };
        foreach (var (route, url) in Pages.Where(p => p.Value is not null))
            await LookAsync(route, url!, url!.StartsWith("/sign-in", StringComparison.Ordinal) ? open : wide, narrow);
        foreach (var (name, url) in forms)
            await LookAsync(name, url, wide, narrow);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task LookAsync(string route, string url, IPage wide, IPage narrow)
    {
        var name = route.Length == 0 ? "start" : route.Replace("w/{slug}", "workspace", StringComparison.OrdinalIgnoreCase).Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
        await wide.GotoAsync(url);
        if (wide.Url.Contains("/sign-in", StringComparison.Ordinal) && !url.StartsWith("/sign-in", StringComparison.Ordinal))
            DeadLinks.Enqueue($"{url} asks to sign in");
        var text = await wide.InnerTextAsync("body");
        foreach (var key in BareKey().Matches(text).Select(m => m.Value).Where(k => !k.Contains("example", StringComparison.Ordinal) && !k.EndsWith(".csv", StringComparison.Ordinal)).Distinct())
            BareKeys.Enqueue($"{url}: {key}");
        foreach (var theme in new[] { "light", "dark" })
        {
            await wide.EvaluateAsync("t => document.documentElement.setAttribute('data-bs-theme', t)", theme);
            await PhotographAsync(wide, 1360, $"{name}-{theme}");
            var result = await wide.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa") });
            foreach (var violation in result.Violations)
                Barriers.Enqueue($"{url} ({theme}) {violation.Id}: {string.Join(" | ", violation.Nodes.Take(3).Select(n => n.Html))}");
        }

        await narrow.GotoAsync(url);
        await PhotographAsync(narrow, 390, $"{name}-phone");
        if (await narrow.EvaluateAsync<int>("() => document.documentElement.scrollWidth") > 390)
            TooWide.Enqueue(url);
    }

    /// <summary>The whole page in one picture: the window is made as high as the page, so that nothing sticks in the middle.</summary>
    private static async Task PhotographAsync(IPage page, int width, string name)
    {
        var height = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight");
        await page.SetViewportSizeAsync(width, Math.Clamp(height, 844, 12_000));
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, name + ".png") });
        await page.SetViewportSizeAsync(width, 900);
    }

    private async Task CrawlAsync(TestBrowser browser, IEnumerable<string> starts, string slug, List<RoutePattern> templates)
    {
        var queue = new Queue<(string Url, string From)>(starts.Select(s => (s, "the start")));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var perRoute = new Dictionary<string, int>(StringComparer.Ordinal);
        while (queue.TryDequeue(out var next))
        {
            var url = next.Url.Split('#')[0];
            if (!seen.Add(url))
                continue;
            var route = templates.Find(t => Matches(t, url.Split('?')[0]))?.RawText ?? "?" + url.Split('?')[0];
            // Three pages of a kind are enough.
            perRoute[route] = perRoute.GetValueOrDefault(route) + 1;
            if (perRoute[route] > 3)
                continue;
            var page = await browser.GetAsync(url);
            if (page.Status is HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.Redirect)
            {
                if (page.Location is { } to && to.StartsWith('/'))
                    queue.Enqueue((to, url));
                continue;
            }

            if (page.Status != HttpStatusCode.OK)
            {
                DeadLinks.Enqueue($"{url} answers {(int)page.Status}, linked from {next.From}");
                continue;
            }

            if (page.Headers.GetValueOrDefault("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) != true)
                continue;
            if (found.TryAdd(route, url) && url.StartsWith("/w/", StringComparison.Ordinal))
                Read[url] = page;
            foreach (var href in Href().Matches(page.Body).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)))
            {
                if (href.Length == 0)
                    DeadLinks.Enqueue($"an empty link on {url}");
                else if (href.StartsWith('/') && !href.StartsWith("/lib/", StringComparison.Ordinal) && !href.StartsWith("/css/", StringComparison.Ordinal) && !href.StartsWith("/img/", StringComparison.Ordinal) && (!href.StartsWith("/w/", StringComparison.Ordinal) || href.StartsWith("/w/" + slug, StringComparison.Ordinal)))
                    queue.Enqueue((href, url));
            }
        }
    }

    private static bool Matches(RoutePattern pattern, string path)
    {
        var parts = path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        var segments = pattern.PathSegments;
        return parts.Length == segments.Count && !segments.Where((s, i) => !(s.Parts[0] is RoutePatternParameterPart || (s.Parts[0] is RoutePatternLiteralPart l && l.Content.Equals(parts[i], StringComparison.OrdinalIgnoreCase)))).Any();
    }

    internal static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "IsmsModular.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    [GeneratedRegex("<a\\b[^>]*\\shref=\"([^\"]*)\"")]
    private static partial Regex Href();

    // asset.name, enum.role.ciso: a key that has no words is shown as it is.
    [GeneratedRegex(@"(?<![\w./@-])[a-z][a-zA-Z]+\.[a-z][a-zA-Z]+(?:\.[a-zA-Z]+)*(?![\w/@-])")]
    private static partial Regex BareKey();
}

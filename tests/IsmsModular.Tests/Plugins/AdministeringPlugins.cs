using System.Net;
using System.Security.Cryptography;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plugins;

public sealed class AdministeringPlugins(IsmsApp shared)
{
    [Fact]
    public async Task The_program_comes_up_and_shows_why_a_plugin_is_not_used()
    {
        await using var app = await StartWithCodeAsync("throw while loading");
        var page = await (await AdministratorAsync(app)).GetAsync("/admin/plugins");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("misbehaving", page.Text, StringComparison.Ordinal);
        Assert.Contains("waits for an administrator", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switching_a_code_plugin_on_says_what_it_may_do_and_takes_effect_at_once()
    {
        await using var app = await StartWithCodeAsync("");
        var browser = await AdministratorAsync(app);
        var asked = await browser.GetAsync("/admin/plugins/detail?id=misbehaving");
        Assert.Contains("same trust as the program itself", asked.Text, StringComparison.Ordinal);

        var posted = await SwitchAsync(browser, "true");
        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        Assert.NotNull(app.Services.GetRequiredService<IPluginCatalog>().Methodology("misbehaving"));
        Assert.Contains(await app.SystemLogAsync(), e => e.Action == "plugin.enable");

        await app.RestartAsync();
        Assert.NotNull(app.Services.GetRequiredService<IPluginCatalog>().Methodology("misbehaving"));
        await SwitchAsync(await AdministratorAsync(app), "false");
        Assert.Null(app.Services.GetRequiredService<IPluginCatalog>().Methodology("misbehaving"));
    }

    [Fact]
    public async Task A_plugin_that_throws_when_switched_on_is_shown_as_faulted()
    {
        await using var app = await StartWithCodeAsync("throw while loading");
        var browser = await AdministratorAsync(app);
        await SwitchAsync(browser, "true");
        Assert.Contains("I do not like this host.", (await browser.GetAsync("/admin/plugins")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "disabled")]
    [InlineData(true, "active")]
    public async Task An_older_version_that_came_with_an_earlier_program_stays_in_use_where_signatures_are_demanded(bool came, string state)
    {
        await using var app = await IsmsApp.StartAsync();
        Assert.NotEmpty(app.Services.GetRequiredService<IPluginCatalog>().Plugins);
        using var made = new PluginFolder();
        made.AddCode("");
        var folder = Path.Combine(app.DataFolder, "plugins", "misbehaving");
        Directory.Move(Path.Combine(made.Plugins, "misbehaving"), folder);
        var version = Path.GetFileName(Assert.Single(Directory.GetDirectories(folder)));
        var session = app.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System);
        var shipped = (await session.FindAsync<ShippedEarlier>(ShippedEarlier.OnlyId, TestContext.Current.CancellationToken))!;
        Assert.Contains("matrix/1.0.0", shipped.Manifests.Keys);
        if (came)
            shipped.Manifests[$"misbehaving/{version}"] = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, version, "plugin.json"), TestContext.Current.CancellationToken)));
        session.Update(shipped, shipped.Version, "test.edit");
        session.Add(new PluginPolicy { Id = PluginPolicy.OnlyId, OnlySigned = true }, "test.add");
        await session.SaveAsync(TestContext.Current.CancellationToken);

        await app.RestartAsync();

        Assert.Equal(state, app.Services.GetRequiredService<IPluginCatalog>().Plugins.Single(p => p.Id == "misbehaving").State.ToString(), ignoreCase: true);
    }

    [Fact]
    public async Task The_list_is_searched_filtered_and_taken_away()
    {
        var browser = await AdministratorAsync(shared);
        var found = await browser.GetAsync("/admin/plugins?q=annex&f.kind=catalogue");
        Assert.Contains("iso27001-2022-annex-a", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("report-csv", found.Text, StringComparison.Ordinal);
        Assert.Contains("No plugin is like that", (await browser.GetAsync("/admin/plugins?q=nosuchplugin")).Text, StringComparison.Ordinal);
        var file = await browser.GetAsync("/admin/plugins?f.kind=report-format&format=csv");
        Assert.Contains("report-csv", file.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("iso27001", file.Body, StringComparison.Ordinal);
        Assert.Contains("exactly as in their manifests", (await browser.PostAsync("/admin/plugins?handler=Verify", [], form: "/admin/plugins")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_systems_administrator_sees_plugins()
    {
        var member = await (await shared.NewWorkspaceAsync()).SignedInAsync(Role.Ciso, Role.WorkspaceAdministrator);
        Assert.NotEqual(HttpStatusCode.OK, (await member.GetAsync("/admin/plugins")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await (await AdministratorAsync(shared)).GetAsync("/admin/plugins/detail?id=nosuch")).Status);
    }

    private static Task<TestPage> SwitchAsync(TestBrowser browser, string enabled) => browser.PostAsync($"/admin/plugins/detail?id=misbehaving&handler=Switch&enabled={enabled}", [], form: "/admin/plugins/detail?id=misbehaving");

    private static async Task<TestBrowser> AdministratorAsync(IsmsApp app) => await app.SignInAsync((await app.NewAccountAsync("Administrator", isSystemAdministrator: true)).UserName);

    private static async Task<IsmsApp> StartWithCodeAsync(string behaviour)
    {
        var app = await IsmsApp.StartAsync();
        using var made = new PluginFolder();
        made.AddCode(behaviour);
        Directory.CreateDirectory(Path.Combine(app.DataFolder, "plugins"));
        Directory.Move(Path.Combine(made.Plugins, "misbehaving"), Path.Combine(app.DataFolder, "plugins", "misbehaving"));
        await app.RestartAsync();
        return app;
    }
}

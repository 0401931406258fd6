using System.Net;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Tests.App;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(IsmsApp))]

namespace IsmsModular.Tests.App;

/// <summary>The real program over a temporary data folder, on a real port of loopback. One for all tests: take it as a constructor parameter and open a workspace of your own. A test that needs its own program starts one with <see cref="StartAsync"/>.</summary>
public sealed class IsmsApp : IAsyncLifetime
{
    /// <summary>Password of every account that the harness makes.</summary>
    public const string Password = "correct horse battery";

    private readonly string folder = Path.Combine(Path.GetTempPath(), "isms-" + Document.NewId()[^12..].ToLowerInvariant());
    private WebApplication? app;

    /// <summary>Address of the running program.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Data folder.</summary>
    public string DataFolder => folder;

    /// <summary>The program's services; open a scope.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>What the program logged at warning or above.</summary>
    public LogKeeper Log { get; } = new();

    /// <summary>Starts a program of one's own; dispose it.</summary>
    public static async Task<IsmsApp> StartAsync(Action<WebApplicationBuilder>? adjust = null)
    {
        var own = new IsmsApp();
        await own.StartAsync(adjust, null);
        return own;
    }

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => await StartAsync(null, null);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Stops and starts again on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync(null, null);
    }

    /// <summary>A new workspace; the slug gets a suffix so that tests do not meet.</summary>
    public async Task<TestWorkspace> NewWorkspaceAsync(string name = "acme", string timeZone = "Asia/Kuala_Lumpur")
    {
        var slug = $"{name}-{Document.NewId()[^8..].ToLowerInvariant()}";
        var workspace = await AsConsoleAsync(new CreateWorkspace.Command(name, slug, null, timeZone));
        return new TestWorkspace(this, workspace.Value);
    }

    /// <summary>A new account with <see cref="Password"/>.</summary>
    /// <returns>Id and user name.</returns>
    public async Task<(string Id, string UserName)> NewAccountAsync(string name = "Somebody", bool isSystemAdministrator = false)
    {
        var user = $"{Document.NewId()[^10..].ToLowerInvariant()}@example.org";
        var added = await AsConsoleAsync(new AddAccount.Command(user, name, isSystemAdministrator, Password));
        return (added.Value.Id, user);
    }

    /// <summary>A browser in which the account is signed in.</summary>
    public async Task<TestBrowser> SignInAsync(string userName, string password = Password)
    {
        var browser = Browser();
        var signedIn = await browser.PostAsync("/sign-in", new() { ["Input.UserName"] = userName, ["Input.Password"] = password });
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
        return browser;
    }

    /// <summary>A browser in which nobody is signed in.</summary>
    public TestBrowser Browser() => new(Address);

    /// <summary>Sends a command as the command line does, outside workspaces.</summary>
    public async Task<Result<T>> AsConsoleAsync<T>(IRequest<Result<T>> command)
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command);
    }

    /// <summary>Entries of the system's activity log, newest first.</summary>
    public async Task<IReadOnlyList<ActivityEntry>> SystemLogAsync() =>
        (await Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System).ActivityAsync(new(Size: 500))).Entries;

    private async Task StartAsync(Action<WebApplicationBuilder>? adjust, string? url)
    {
        app = IsmsHost.Create(new() { DataFolder = folder, Urls = [url ?? "http://127.0.0.1:0"], SecretsPerMinute = 100_000 }, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Log);
            adjust?.Invoke(builder);
        });
        await app.StartAsync();
        Address = new(app.Urls.First(u => u.StartsWith("http://127", StringComparison.Ordinal)));
    }

    private async Task StopAsync()
    {
        if (app is null)
            return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }
}

/// <summary>A workspace of a test.</summary>
public sealed class TestWorkspace(IsmsApp app, Workspace workspace)
{
    /// <summary>The workspace as created.</summary>
    public Workspace Workspace { get; } = workspace;

    /// <summary>Part of the address.</summary>
    public string Slug => Workspace.Slug;

    /// <summary>The program.</summary>
    public IsmsApp App { get; } = app;

    /// <summary>Address of a page: <c>Url("risks/assets")</c>.</summary>
    public string Url(string path) => $"/w/{Slug}/{path}".TrimEnd('/');

    /// <summary>A member with these roles, with its account and its person.</summary>
    public async Task<TestMember> MemberAsync(string name, params Role[] roles)
    {
        var (accountId, userName) = await App.NewAccountAsync(name);
        var membership = await App.AsConsoleAsync(new SetMembership.Command(Workspace.Id, accountId, [.. roles]));
        return new(this, accountId, userName, name, membership.Value.PersonId!, roles);
    }

    /// <summary>A browser in which a new member with these roles is signed in.</summary>
    public async Task<TestBrowser> SignedInAsync(params Role[] roles)
    {
        var member = await MemberAsync($"{roles.FirstOrDefault()} {Document.NewId()[^6..]}", roles);
        return await member.SignInAsync();
    }

    /// <summary>Runs something inside the workspace as the console or as a member: <c>work.RunAsync(s =&gt; s.GetRequiredService&lt;IPeople&gt;().AllAsync())</c>.</summary>
    public async Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> act, TestMember? by = null)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<WorkspaceContext>();
        var user = scope.ServiceProvider.GetRequiredService<CurrentUser>();
        var stored = (await scope.ServiceProvider.GetRequiredService<SystemDirectory>().WorkspaceAsync(Slug, TestContext.Current.CancellationToken))!;
        if (by is null)
        {
            user.BecomeConsole();
            context.Enter(stored, Actor.Console, [], null, console: true);
        }
        else
        {
            user.Become((await scope.ServiceProvider.GetRequiredService<SystemDirectory>().AccountAsync(by.AccountId, TestContext.Current.CancellationToken))!);
            context.Enter(stored, user.Actor, by.Roles, by.PersonId);
        }

        return await act(scope.ServiceProvider);
    }

    /// <summary>Sends a command or query as the console, or as a member.</summary>
    public Task<T> SendAsync<T>(IRequest<T> request, TestMember? by = null) =>
        RunAsync(s => s.GetRequiredService<IMediator>().Send(request), by);

    /// <summary>Reads a stored document.</summary>
    internal Task<T?> FindAsync<T>(string id)
        where T : Document => RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().FindAsync<T>(id));

    /// <summary>Reads stored documents.</summary>
    internal Task<IReadOnlyList<T>> QueryAsync<T>(Query? query = null)
        where T : Document => RunAsync(async s => (await s.GetRequiredService<WorkspaceContext>().OpenSession().QueryAsync<T>((query ?? Query.All).Take(1000))).Items);
}

/// <summary>A member of a test's workspace.</summary>
public sealed record TestMember(TestWorkspace Home, string AccountId, string UserName, string Name, string PersonId, IReadOnlyList<Role> Roles)
{
    /// <summary>A browser in which the member is signed in.</summary>
    public Task<TestBrowser> SignInAsync() => Home.App.SignInAsync(UserName);
}

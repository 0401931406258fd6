using System.Net;
using IsmsModular.Platform.Rights;
using IsmsModular.Tests.App;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Security;

/// <summary>Asks every page that the program has, found by itself.</summary>
public sealed class EveryPage(IsmsApp app)
{
    private static readonly string[] Open = ["", "index", "setup", "sign-in", "error", "language", "account/invitation", "help"];

    private IEnumerable<string> Routes => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null).Select(e => e.RoutePattern.RawText!).Distinct();

    [Fact]
    public async Task Is_closed_to_who_is_not_signed_in()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = app.Browser();
        foreach (var route in Routes.Where(r => !Open.Contains(r)))
        {
            var answer = await browser.GetAsync("/" + route.Replace("{slug}", home.Slug, StringComparison.Ordinal));
            Assert.True(answer.Location?.Contains("/sign-in?to=", StringComparison.Ordinal) == true, $"{route} answered {answer.Status}");
        }
    }

    [Fact]
    public async Task Of_a_workspace_is_not_there_for_who_is_no_member()
    {
        var mine = await app.NewWorkspaceAsync();
        var theirs = await app.NewWorkspaceAsync();
        using var browser = await mine.SignedInAsync([.. Enum.GetValues<Role>()]);
        var routes = Routes.Where(r => r.Contains("{slug}", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count > 10);
        foreach (var route in routes)
        {
            var answer = await browser.GetAsync("/" + route.Replace("{slug}", theirs.Slug, StringComparison.Ordinal));
            Assert.True(answer.Status == HttpStatusCode.NotFound, $"{route} answered {answer.Status}");
        }
    }

    [Fact]
    public async Task Of_a_workspace_answers_a_member_with_every_role_without_an_error()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync([.. Enum.GetValues<Role>()]);
        foreach (var route in Routes.Where(r => r.Contains("{slug}", StringComparison.Ordinal)))
        {
            var answer = await browser.GetAsync("/" + route.Replace("{slug}", home.Slug, StringComparison.Ordinal));
            Assert.True((int)answer.Status is 200 or 302 or 303 or 404, $"{route} answered {answer.Status}");
        }
    }
}

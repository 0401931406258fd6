using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages;

/// <summary>Start: the only workspace at once, else the list of one's own; on the very first start the set-up.</summary>
[AllowAnonymous]
public sealed class Index(IMediator mediator, ICurrentUser user) : PageModel
{
    /// <summary>Name and slug of the workspaces of this account.</summary>
    public IReadOnlyList<(string Name, string Slug)> Mine { get; private set; } = [];

    /// <summary>Whether this account may create workspaces.</summary>
    public bool MayAdd => user.IsSystemAdministrator;

    /// <summary>Shows the way.</summary>
    public async Task<IActionResult> OnGetAsync(bool all, CancellationToken cancellationToken)
    {
        if (user.AccountId is null)
            return LocalRedirect(await mediator.Send(new Setup.Query(), cancellationToken) ? "/setup" : "/sign-in");
        Mine = await mediator.Send(new Query(), cancellationToken);
        return Mine is [var only] && !all ? LocalRedirect("/w/" + only.Slug) : Page();
    }

    /// <summary>Which workspaces may I enter?</summary>
    public sealed record Query : IQuery<IReadOnlyList<(string Name, string Slug)>>;

    internal sealed class Handler(ICurrentUser user, Memberships memberships, TimeProvider time) : IQueryHandler<Query, IReadOnlyList<(string Name, string Slug)>>
    {
        public async Task<IReadOnlyList<(string Name, string Slug)>> Handle(Query request, CancellationToken cancellationToken) =>
            user.AccountId is { } id ? [.. (await memberships.OfAsync(id, time, cancellationToken)).Select(m => (m.Workspace.Name, m.Workspace.Slug))] : [];
    }
}

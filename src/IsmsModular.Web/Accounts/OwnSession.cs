using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Accounts;

/// <summary>Keeps the session alive of somebody who just changed the own rights, which ends all sessions of the account.</summary>
internal static class OwnSession
{
    public static async Task KeepOwnSessionAsync(this PageModel page, IMediator mediator, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(), cancellationToken) is { } principal)
            await page.HttpContext.SignInAsync(principal, (await page.HttpContext.AuthenticateAsync()).Properties);
    }

    internal sealed record Query : IQuery<System.Security.Claims.ClaimsPrincipal?>;

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user) : IQueryHandler<Query, System.Security.Claims.ClaimsPrincipal?>
    {
        public async Task<System.Security.Claims.ClaimsPrincipal?> Handle(Query request, CancellationToken cancellationToken) =>
            await stores.System.OpenSession(user.Actor).FindAsync<Account>(user.AccountId, cancellationToken) is { State: AccountState.Active } me ? SignInGate.PrincipalOf(me.Id, me.Name, me.SecurityStamp) : null;
    }
}

using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace IsmsModular.Web.Pages.Account;

/// <summary>Whoever holds the one-time link chooses a password.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.Secrets)]
public sealed class Invitation(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new("", "");

    /// <summary>Name of the account.</summary>
    public string Name { get; private set; } = "";

    /// <summary>User name of the account.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>Whether the link was used, has ended or was never made.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Shows the form while the link is good.</summary>
    public async Task<IActionResult> OnGetAsync(string? token, CancellationToken cancellationToken) => await ShowAsync(token, cancellationToken);

    /// <summary>Sets the password and signs in.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (!result.Succeeded)
        {
            var page = await ShowAsync(Input.Token, cancellationToken);
            return IsGone ? page : this.Refused(result);
        }

        await HttpContext.SignInAsync(SignInGate.PrincipalOf(result.Value.Id, result.Value.Name, result.Value.Stamp));
        return this.Done("/", "invitation.done");
    }

    private async Task<PageResult> ShowAsync(string? token, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(token ?? ""), cancellationToken) is not { } invited)
        {
            IsGone = true;
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }

        (Name, UserName) = (invited.Name, invited.UserName);
        Input = Input with { Token = token! };
        return Page();
    }

    /// <summary>Whose link is this?</summary>
    public sealed record Query(string Token) : IQuery<Invited?>;

    /// <summary>The invited account.</summary>
    public sealed record Invited(string Name, string UserName);

    internal sealed class QueryHandler(Invitations invitations) : IQueryHandler<Query, Invited?>
    {
        public async Task<Invited?> Handle(Query request, CancellationToken cancellationToken) =>
            await invitations.FindAsync(request.Token, cancellationToken) is { } account ? new(account.Name, account.UserName) : null;
    }

    /// <summary>The link's token and the password chosen.</summary>
    [AllowAnonymous]
    public sealed record Command(string Token, string Password) : ICommand<SignIn.Welcome>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Password).IsGoodPassword();
    }

    internal sealed class Handler(Invitations invitations, IStoreDirectory stores, SystemDirectory directory, IPasswordHasher<Accounts.Account> hasher) : ICommandHandler<Command, SignIn.Welcome>
    {
        public async Task<Result<SignIn.Welcome>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await invitations.FindAsync(request.Token, cancellationToken) is not { } account)
                return Error.NotFound();
            account.PasswordHash = hasher.HashPassword(account, request.Password);
            account.SecurityStamp = Document.NewId();
            (account.InvitationHash, account.InvitationUntil, account.AccessFailedCount, account.LockedUntil) = (null, null, 0, null);
            var session = stores.System.OpenSession(new(account.Id, account.Name));
            // Of two who hold the link, the version lets one through.
            session.Update(account, account.Version, "account.invitation.accept");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? new SignIn.Welcome(account.Id, account.Name, account.SecurityStamp, account.Language) : saved.Errors.ToList();
        }
    }
}

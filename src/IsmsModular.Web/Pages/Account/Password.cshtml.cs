using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace IsmsModular.Web.Pages.Account;

/// <summary>Changes one's own password; every other session of the account ends.</summary>
[SignedIn]
[EnableRateLimiting(RateLimits.Secrets)]
public sealed class Password(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new("", "");

    /// <summary>Shows the form.</summary>
    public void OnGet()
    {
    }

    /// <summary>Changes it and keeps this session alive.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (!result.Succeeded)
            return this.Refused(result);
        await HttpContext.SignInAsync(SignInGate.PrincipalOf(result.Value.Id, result.Value.Name, result.Value.Stamp));
        return this.Done("/account", "account.password.changed");
    }

    /// <summary>The old password and the new.</summary>
    [SignedIn]
    public sealed record Command(string Old, string New) : ICommand<SignIn.Welcome>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Old).NotEmpty().WithMessage("validation.required").MaximumLength(Passwords.Most).WithMessage("validation.long");
            RuleFor(c => c.New).IsGoodPassword();
        }
    }

    internal sealed class Handler(SignInCheck check, IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, IPasswordHasher<Accounts.Account> hasher) : ICommandHandler<Command, SignIn.Welcome>
    {
        public async Task<Result<SignIn.Welcome>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Accounts.Account>(user.AccountId, cancellationToken) is not { } account)
                return Error.NotFound();
            var (outcome, checkedAccount) = await check.TryAsync(account.UserName, request.Old, cancellationToken);
            if (outcome != SignInOutcome.Welcome)
                return Error.Invalid(outcome == SignInOutcome.Locked ? "account.locked" : "account.password.wrong", nameof(request.Old));
            account = checkedAccount!;
            account.PasswordHash = hasher.HashPassword(account, request.New);
            account.SecurityStamp = Document.NewId();
            (account.InvitationHash, account.InvitationUntil) = (null, null);
            session.Update(account, account.Version, "account.password");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? new SignIn.Welcome(account.Id, account.Name, account.SecurityStamp, account.Language) : saved.Errors.ToList();
        }
    }
}

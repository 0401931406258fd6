using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Web;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Security;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace IsmsModular.Web.Pages.Account;

/// <summary>Opens a session with user name and password.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.Secrets)]
public sealed class SignIn(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new("", "");

    /// <summary>Page that was asked for.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    /// <summary>Shows the form.</summary>
    public void OnGet()
    {
    }

    /// <summary>Checks the password.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (!result.Succeeded)
            return this.Refused(result);
        var account = result.Value;
        await HttpContext.SignInAsync(SignInGate.PrincipalOf(account.Id, account.Name, account.Stamp));
        if (account.Language is { } language)
            LanguageChoice.Remember(Response, language);
        return this.Done(Url.IsLocalUrl(To) ? To : "/");
    }

    /// <summary>User name and password.</summary>
    [AllowAnonymous]
    public sealed record Command(string UserName, string Password) : ICommand<Welcome>;

    /// <summary>The session to open.</summary>
    public sealed record Welcome(string Id, string Name, string Stamp, string? Language);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.UserName).NotEmpty().WithMessage("validation.required").MaximumLength(200).WithMessage("validation.long");
            RuleFor(c => c.Password).NotEmpty().WithMessage("validation.required").MaximumLength(Passwords.Most).WithMessage("validation.long");
        }
    }

    internal sealed class Handler(SignInCheck check) : ICommandHandler<Command, Welcome>
    {
        public async Task<Result<Welcome>> Handle(Command request, CancellationToken cancellationToken)
        {
            var (outcome, account) = await check.TryAsync(request.UserName, request.Password, cancellationToken);
            // One sentence for all: only an account that exists can be locked.
            return outcome == SignInOutcome.Welcome ? new Welcome(account!.Id, account.Name, account.SecurityStamp, account.Language) : Error.Invalid("account.wrong");
        }
    }
}

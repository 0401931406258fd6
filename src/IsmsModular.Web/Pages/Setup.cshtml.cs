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

namespace IsmsModular.Web.Pages;

/// <summary>First start: whoever reads the console makes the first account, which administers the system.</summary>
[AllowAnonymous]
[EnableRateLimiting(RateLimits.Setup)]
public sealed class Setup(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new("", "", "", "");

    /// <summary>Shows the form, once.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        await mediator.Send(new Query(), cancellationToken) ? Page() : NotFound();

    /// <summary>Makes the account and signs it in.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await mediator.Send(new Query(), cancellationToken))
            return NotFound();
        var result = await mediator.Send(Input, cancellationToken);
        if (!result.Succeeded)
            return this.Refused(result);
        await HttpContext.SignInAsync(SignInGate.PrincipalOf(result.Value.Id, result.Value.Name, result.Value.Stamp));
        return this.Done("/admin/workspaces/add", "setup.done");
    }

    /// <summary>Does the program wait for its first account?</summary>
    public sealed record Query : IQuery<bool>;

    internal sealed class QueryHandler(SetupCode setup) : IQueryHandler<Query, bool>
    {
        public Task<bool> Handle(Query request, CancellationToken cancellationToken) => setup.IsNeededAsync(cancellationToken);
    }

    /// <summary>The code of the console, and the first account.</summary>
    [AllowAnonymous]
    public sealed record Command(string Code, string Name, string UserName, string Password) : ICommand<Account.SignIn.Welcome>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(SetupCode setup)
        {
            RuleFor(c => c.Code).Must(setup.Matches).WithMessage("setup.code.wrong");
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.UserName).IsUserName();
            RuleFor(c => c.Password).IsGoodPassword();
        }
    }

    internal sealed class Handler(SetupCode setup, SignInGate gate, IStoreDirectory stores, SystemDirectory directory, IPasswordHasher<Accounts.Account> hasher) : ICommandHandler<Command, Account.SignIn.Welcome>
    {
        public Task<Result<Account.SignIn.Welcome>> Handle(Command request, CancellationToken cancellationToken) => gate.OneByOne("setup", async () =>
        {
            // Two who know the code come one after the other; the second finds the door closed.
            if (!await setup.IsNeededAsync(cancellationToken))
                return (Result<Account.SignIn.Welcome>)Platform.Results.Error.NotFound();
            var account = new Accounts.Account { UserName = request.UserName.Trim(), Name = request.Name.Trim(), IsSystemAdministrator = true };
            account.PasswordHash = hasher.HashPassword(account, request.Password);
            var session = stores.System.OpenSession(new(account.Id, account.Name));
            session.Add(account, "system.setup");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? new Account.SignIn.Welcome(account.Id, account.Name, account.SecurityStamp, null) : saved.Errors.ToList();
        }, cancellationToken);
    }
}

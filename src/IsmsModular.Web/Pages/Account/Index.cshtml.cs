using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Account;

/// <summary>One's own account: name and language.</summary>
[SignedIn]
public sealed class Index(IMediator mediator, IWords words) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new("", null, 0);

    /// <summary>Languages to choose from.</summary>
    public IReadOnlyList<Choice> Languages => [new("", words["account.language.workspace"]), .. WordBook.Languages.Select(l => new Choice(l, words["language." + l]))];

    /// <summary>Shows the account.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(), cancellationToken) is not { } input)
            return NotFound();
        Input = input;
        return Page();
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (!result.Succeeded)
            return this.Refused(result);
        if (Input.Language is { } language)
            LanguageChoice.Remember(Response, language);
        return this.Done("/account", "common.saved");
    }

    /// <summary>My account.</summary>
    public sealed record Query : IQuery<Command?>;

    internal sealed class QueryHandler(IStoreDirectory stores, ICurrentUser user) : IQueryHandler<Query, Command?>
    {
        public async Task<Command?> Handle(Query request, CancellationToken cancellationToken) =>
            await stores.System.OpenSession(user.Actor).FindAsync<Accounts.Account>(user.AccountId, cancellationToken) is { } account ? new(account.Name, account.Language, account.Version) : null;
    }

    /// <summary>Changes name and language.</summary>
    [SignedIn]
    public sealed record Command(string Name, string? Language, long Seen) : ICommand<Done>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.Language).IsLanguage().When(c => !string.IsNullOrEmpty(c.Language));
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Accounts.Account>(user.AccountId, cancellationToken) is not { } account)
                return Error.NotFound();
            (account.Name, account.Language) = (request.Name.Trim(), string.IsNullOrEmpty(request.Language) ? null : request.Language);
            session.Update(account, request.Seen, "account.profile");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

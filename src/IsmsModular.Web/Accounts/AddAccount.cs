using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Identity;

namespace IsmsModular.Web.Accounts;

/// <summary>Adds an account: with a password from the command line, else with an invitation.</summary>
internal static class AddAccount
{
    [Requires(Area.System, Verb.Administer)]
    public sealed record Command(string UserName, string Name, bool IsSystemAdministrator = false, string? Password = null, string? Id = null) : ICommand<Added>;

    /// <param name="Id">The account.</param>
    /// <param name="Token">Secret of the invitation, shown once; null with a password.</param>
    public sealed record Added(string Id, string? Token);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.UserName).IsUserName();
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.Password).IsGoodPassword().When(c => c.Password is not null);
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value").When(c => c.Id is not null);
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, IPasswordHasher<Account> hasher, TimeProvider time) : ICommandHandler<Command, Added>
    {
        public async Task<Result<Added>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            // A double click: the first one added it, and its link was shown to nobody.
            if (request.Password is null && await session.FindAsync<Account>(request.Id, cancellationToken) is { State: AccountState.Invited } added && Account.Key(added.UserName) == Account.Key(request.UserName))
            {
                var again = Invitation.Issue(added, time);
                session.Update(added, added.Version, "account.invite");
                var issued = await directory.SaveAsync(session, cancellationToken);
                return issued.Succeeded ? new Added(added.Id, again) : issued.Errors.ToList();
            }

            if (await session.CountAsync<Account>(Query.All.Where("key", Account.Key(request.UserName)), cancellationToken) > 0)
                return Error.Invalid("account.taken", nameof(request.UserName));
            var account = new Account
            {
                Id = request.Id ?? Document.NewId(),
                UserName = request.UserName.Trim(),
                Name = request.Name.Trim(),
                IsSystemAdministrator = request.IsSystemAdministrator,
            };
            string? token = null;
            if (request.Password is { } password)
                account.PasswordHash = hasher.HashPassword(account, password);
            else
                token = Invitation.Issue(account, time);
            session.Add(account, token is null ? "account.add" : "account.invite");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? new Added(account.Id, token) : saved.Errors.ToList();
        }
    }
}

/// <summary>One-time links by which somebody chooses a password. Only a hash of the token is kept.</summary>
internal static class Invitation
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(72);

    /// <summary>Makes a new token; an older one stops working.</summary>
    public static string Issue(Account account, TimeProvider time)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        account.InvitationHash = Hash(token);
        account.InvitationUntil = time.GetUtcNow() + Life;
        return token;
    }

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>Finds the account of an invitation.</summary>
internal sealed class Invitations(IStoreDirectory stores, TimeProvider time)
{
    /// <summary>The account, while the link is neither used, replaced nor older than 72 hours.</summary>
    public async Task<Account?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token))
            return null;
        var found = (await stores.System.OpenSession(Actor.System).QueryAsync<Account>(Query.All.Where("invitation", Invitation.Hash(token)).Take(1), cancellationToken)).Items.FirstOrDefault();
        return found is { DeactivatedAt: null } && found.InvitationUntil > time.GetUtcNow() ? found : null;
    }
}

/// <summary>Rules for the fields of accounts.</summary>
internal static class AccountRules
{
    public static IRuleBuilderOptions<T, string?> IsUserName<T>(this IRuleBuilder<T, string?> rule) => rule
        .NotEmpty().WithMessage("validation.required")
        .Must(n => n is null || (n.Trim().Length is >= 3 and <= 100 && !n.Trim().Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))).WithMessage("account.username.wrong");

    public static IRuleBuilderOptions<T, string?> IsPersonName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(n => !string.IsNullOrWhiteSpace(n)).WithMessage("validation.required")
        .MaximumLength(120).WithMessage("validation.long");
}

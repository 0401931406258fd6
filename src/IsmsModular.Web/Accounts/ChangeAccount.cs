using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Identity;

namespace IsmsModular.Web.Accounts;

/// <summary>What the system administrator does to an account. Each ends the account's sessions.</summary>
internal static class ChangeAccount
{
    /// <summary>Name and whether it administers the system.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Edit(string Id, string Name, bool IsSystemAdministrator, long Seen) : ICommand<Done>;

    /// <summary>A new one-time link, also for who forgot the password. The old password works until the link is used.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Invite(string Id) : ICommand<string>;

    /// <summary>No sign-in any more; memberships stay, the log keeps the name.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Deactivate(string Id) : ICommand<Done>;

    /// <summary>Sign-in again, with the old password.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Reactivate(string Id) : ICommand<Done>;

    /// <summary>Ends a lockout.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Unlock(string Id) : ICommand<Done>;

    /// <summary>Sets a password from the command line, also of a deactivated last administrator, who then works again.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record ResetPassword(string UserName, string Password) : ICommand<Done>;

    internal sealed class EditValidator : AbstractValidator<Edit>
    {
        public EditValidator() => RuleFor(c => c.Name).IsPersonName();
    }

    internal sealed class ResetValidator : AbstractValidator<ResetPassword>
    {
        public ResetValidator() => RuleFor(c => c.Password).IsGoodPassword();
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user, IPasswordHasher<Account> hasher, TimeProvider time)
        : ICommandHandler<Edit, Done>, ICommandHandler<Invite, string>, ICommandHandler<Deactivate, Done>, ICommandHandler<Reactivate, Done>, ICommandHandler<Unlock, Done>, ICommandHandler<ResetPassword, Done>
    {
        private const int Attempts = 6;

        public Task<Result<Done>> Handle(Edit request, CancellationToken cancellationToken) => Change(request.Id, "account.edit", async (session, account) =>
        {
            if (account.IsSystemAdministrator && !request.IsSystemAdministrator && !await AnotherAdministers(session, account, cancellationToken))
                return Error.Invalid("account.lastadministrator", nameof(request.IsSystemAdministrator));
            account.Name = request.Name.Trim();
            account.IsSystemAdministrator = request.IsSystemAdministrator;
            return Done.Yes;
        }, cancellationToken, request.Seen);

        public async Task<Result<string>> Handle(Invite request, CancellationToken cancellationToken)
        {
            var token = "";
            var done = await Change(request.Id, "account.invite", (_, account) =>
            {
                if (account.DeactivatedAt is not null)
                    return Task.FromResult<Result<Done>>(Error.Invalid("account.unknown"));
                token = Invitation.Issue(account, time);
                return Task.FromResult<Result<Done>>(Done.Yes);
            }, cancellationToken, endsSessions: false);
            return done.Succeeded ? token : done.Errors.ToList();
        }

        public Task<Result<Done>> Handle(Deactivate request, CancellationToken cancellationToken) => Change(request.Id, "account.deactivate", async (session, account) =>
        {
            if (!await AnotherAdministers(session, account, cancellationToken))
                return Error.Invalid("account.lastadministrator");
            account.DeactivatedAt ??= time.GetUtcNow();
            (account.InvitationHash, account.InvitationUntil) = (null, null);
            return Done.Yes;
        }, cancellationToken);

        public Task<Result<Done>> Handle(Reactivate request, CancellationToken cancellationToken) => Change(request.Id, "account.reactivate", account => account.DeactivatedAt = null, cancellationToken);

        public Task<Result<Done>> Handle(Unlock request, CancellationToken cancellationToken) => Change(request.Id, "account.unlock", account => (account.AccessFailedCount, account.LockedUntil) = (0, null), cancellationToken);

        public async Task<Result<Done>> Handle(ResetPassword request, CancellationToken cancellationToken)
        {
            var found = (await stores.System.OpenSession(user.Actor).QueryAsync<Account>(Query.All.Where("key", Account.Key(request.UserName)).Take(1), cancellationToken)).Items.FirstOrDefault();
            return found is null ? Error.NotFound("account.unknown", nameof(request.UserName)) : await Change(found.Id, "account.password.reset", account =>
            {
                account.PasswordHash = hasher.HashPassword(account, request.Password);
                (account.AccessFailedCount, account.LockedUntil, account.DeactivatedAt, account.InvitationHash, account.InvitationUntil) = (0, null, null, null, null);
            }, cancellationToken);
        }

        private Task<Result<Done>> Change(string id, string action, Action<Account> change, CancellationToken cancellationToken) => Change(id, action, (_, account) =>
        {
            change(account);
            return Task.FromResult<Result<Done>>(Done.Yes);
        }, cancellationToken);

        private async Task<Result<Done>> Change(string id, string action, Func<IDocumentSession, Account, Task<Result<Done>>> change, CancellationToken cancellationToken, long? seen = null, bool endsSessions = true)
        {
            for (var attempt = 1; ; attempt++)
            {
                var session = stores.System.OpenSession(user.Actor);
                if (await session.FindAsync<Account>(id, cancellationToken) is not { } account)
                    return Error.NotFound();
                var changed = await change(session, account);
                if (!changed.Succeeded)
                    return changed;
                if (endsSessions)
                    account.SecurityStamp = Document.NewId();
                session.Update(account, seen ?? account.Version, action);
                var saved = await directory.SaveAsync(session, cancellationToken);
                if (saved.Succeeded)
                    return Done.Yes;
                // The administrator who stays was changed at this moment, if only by a sign-in: look again.
                if (attempt == Attempts || !saved.Errors.All(e => e.Kind == ErrorKind.Conflict && e.Stored is Account { Id: var other } && other != id))
                    return saved.Errors.ToList();
            }
        }

        /// <summary>Whether somebody else administers the system too. That account is guarded, so that two who remove each other at the same moment cannot both succeed.</summary>
        private static async Task<bool> AnotherAdministers(IDocumentSession session, Account account, CancellationToken cancellationToken)
        {
            if (account is not { IsSystemAdministrator: true, State: AccountState.Active })
                return true;
            var another = (await session.QueryAsync<Account>(Query.All.Where("administrator", true).Where("state", AccountState.Active).WhereNot("key", Account.Key(account.UserName)).OrderBy("key").Take(1), cancellationToken)).Items;
            foreach (var one in another)
                session.Guard(one);
            return another.Count > 0;
        }
    }
}

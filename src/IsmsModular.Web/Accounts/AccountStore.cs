using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Identity;

namespace IsmsModular.Web.Accounts;

/// <summary>ASP.NET Core Identity on our store: passwords, security stamp and lockout. Every save is a log entry under <see cref="Account.Action"/>.</summary>
internal sealed class AccountStore(IStoreDirectory stores, SystemDirectory directory, ICurrentUser user) : IUserPasswordStore<Account>, IUserSecurityStampStore<Account>, IUserLockoutStore<Account>
{
    public async Task<IdentityResult> CreateAsync(Account account, CancellationToken cancellationToken)
    {
        var session = stores.System.OpenSession(user.Actor);
        session.Add(account, account.Action);
        return await Save(session, cancellationToken);
    }

    public async Task<IdentityResult> UpdateAsync(Account account, CancellationToken cancellationToken)
    {
        var session = stores.System.OpenSession(user.AccountId is null ? new Actor(account.Id, account.Name) : user.Actor);
        session.Update(account, account.Version, account.Action);
        return await Save(session, cancellationToken);
    }

    public Task<IdentityResult> DeleteAsync(Account account, CancellationToken cancellationToken) => throw new NotSupportedException("Accounts are deactivated, never deleted: the log names them.");

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) => stores.System.OpenSession(Actor.System).FindAsync<Account>(userId, cancellationToken);

    public async Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        (await stores.System.OpenSession(Actor.System).QueryAsync<Account>(Query.All.Where("key", Account.Key(normalizedUserName)).Take(1), cancellationToken)).Items.FirstOrDefault();

    public Task<string> GetUserIdAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(account.Id);

    public Task<string?> GetUserNameAsync(Account account, CancellationToken cancellationToken) => Task.FromResult<string?>(account.UserName);

    public Task SetUserNameAsync(Account account, string? userName, CancellationToken cancellationToken) => Set(() => account.UserName = userName!);

    public Task<string?> GetNormalizedUserNameAsync(Account account, CancellationToken cancellationToken) => Task.FromResult<string?>(Account.Key(account.UserName));

    public Task SetNormalizedUserNameAsync(Account account, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetPasswordHashAsync(Account account, string? passwordHash, CancellationToken cancellationToken) => Set(() => account.PasswordHash = passwordHash);

    public Task<string?> GetPasswordHashAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(account.PasswordHash);

    public Task<bool> HasPasswordAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(account.PasswordHash is not null);

    public Task SetSecurityStampAsync(Account account, string stamp, CancellationToken cancellationToken) => Set(() => account.SecurityStamp = stamp);

    public Task<string?> GetSecurityStampAsync(Account account, CancellationToken cancellationToken) => Task.FromResult<string?>(account.SecurityStamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(account.LockedUntil);

    public Task SetLockoutEndDateAsync(Account account, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Set(() => account.LockedUntil = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(++account.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(Account account, CancellationToken cancellationToken) => Set(() => account.AccessFailedCount = 0);

    public Task<int> GetAccessFailedCountAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(account.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(Account account, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(Account account, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private static Task Set(Action set)
    {
        set();
        return Task.CompletedTask;
    }

    private async Task<IdentityResult> Save(IDocumentSession session, CancellationToken cancellationToken)
    {
        var saved = await directory.SaveAsync(session, cancellationToken);
        return saved.Succeeded ? IdentityResult.Success : IdentityResult.Failed([.. saved.Errors.Select(e => new IdentityError { Code = e.Message, Description = e.Message })]);
    }
}

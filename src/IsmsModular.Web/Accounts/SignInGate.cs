using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace IsmsModular.Web.Accounts;

/// <summary>What a sign-in came to.</summary>
internal enum SignInOutcome
{
    Welcome,
    Wrong,
    Locked,
}

/// <summary>Checks passwords, one at a time for each account, so that parallel guesses cannot pass the lockout.</summary>
internal sealed class SignInGate
{
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string StampClaim = "stamp";

    private readonly SemaphoreSlim[] gates = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Runs one check after the other for the same user name.</summary>
    public async Task<T> OneByOne<T>(string userName, Func<Task<T>> check, CancellationToken cancellationToken)
    {
        var gate = gates[(uint)Account.Key(userName).GetHashCode(StringComparison.Ordinal) % gates.Length];
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await check();
        }
        finally
        {
            gate.Release();
        }
    }

    public static ClaimsPrincipal PrincipalOf(string id, string name, string stamp) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), new(StampClaim, stamp)], Scheme));
}

/// <summary>The password check with its log entries.</summary>
internal sealed class SignInCheck(UserManager<Account> accounts, IPasswordHasher<Account> hasher, SignInGate gate, FailedSignIns failed, IHttpContextAccessor request, TimeProvider time)
{
    private static readonly Account Nobody = new() { UserName = "nobody", Name = "nobody" };
    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<Account>().HashPassword(Nobody, Passwords.Random()));

    /// <summary>Checks a password; nobody learns whether the account exists, is deactivated or locked, or the password was wrong.</summary>
    public Task<(SignInOutcome Outcome, Account? Account)> TryAsync(string userName, string password, CancellationToken cancellationToken) =>
        gate.OneByOne(userName, () => Check(userName, password, cancellationToken), cancellationToken);

    private async Task<(SignInOutcome, Account?)> Check(string userName, string password, CancellationToken cancellationToken)
    {
        var account = await accounts.FindByNameAsync(userName);
        if (account is null || account.State != AccountState.Active)
        {
            hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
            await failed.NoteAsync("account.signin.unknown", account, request.HttpContext?.Connection.RemoteIpAddress, cancellationToken);
            return (SignInOutcome.Wrong, null);
        }

        if (await accounts.IsLockedOutAsync(account))
        {
            hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);
            await failed.NoteAsync("account.signin.locked", account, request.HttpContext?.Connection.RemoteIpAddress, cancellationToken);
            return (SignInOutcome.Locked, account);
        }

        if (await accounts.CheckPasswordAsync(account, password))
        {
            account.Action = "account.signin";
            account.AccessFailedCount = 0;
            account.LastSignInAt = time.GetUtcNow();
            await accounts.UpdateAsync(account);
            return (SignInOutcome.Welcome, account);
        }

        account.Action = "account.signin.wrong";
        await accounts.AccessFailedAsync(account);
        return (await accounts.IsLockedOutAsync(account) ? SignInOutcome.Locked : SignInOutcome.Wrong, account);
    }
}

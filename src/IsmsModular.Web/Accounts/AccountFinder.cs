using IsmsModular.Platform.Store;

namespace IsmsModular.Web.Accounts;

/// <summary>Finds accounts by what is typed at sign-in.</summary>
internal sealed class AccountFinder(IStoreDirectory stores)
{
    /// <summary>Id of the account, or null.</summary>
    public async Task<string?> IdOfAsync(string userName, CancellationToken cancellationToken) =>
        (await stores.System.OpenSession(Actor.System).QueryAsync<Account>(Query.All.Where("key", Account.Key(userName)).Take(1), cancellationToken)).Items.FirstOrDefault()?.Id;
}

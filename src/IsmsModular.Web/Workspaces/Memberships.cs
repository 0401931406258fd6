using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Security;

namespace IsmsModular.Web.Workspaces;

/// <summary>Gives and takes memberships. The person is saved in the workspace first, the membership in the system file second: a stop in between leaves a person without an account, which is nothing wrong.</summary>
internal sealed class Memberships(IServiceProvider services, SystemDirectory directory, IStoreDirectory stores, ICurrentUser user)
{
    /// <summary>Puts a new or changed membership into the session; the account's sessions end with the save, since its rights change.</summary>
    /// <param name="session">Session of the system file; the caller saves it through <see cref="SystemDirectory.SaveAsync"/>.</param>
    /// <param name="workspace">Workspace, stored already or not yet.</param>
    /// <param name="accountId">Who.</param>
    /// <param name="roles">Roles, replacing those held.</param>
    /// <param name="personId">Person of the workspace; null keeps the one linked, or takes the one of the account's name, made when there is none.</param>
    /// <param name="until">Last day, or null.</param>
    /// <param name="field">Field that names the account, for errors.</param>
    /// <param name="seen">Version of the membership that was seen, 0 when there was none; null to change it whatever its version.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Result<Membership>> GiveAsync(IDocumentSession session, Workspace workspace, string accountId, IReadOnlyList<Role> roles, string? personId, DateOnly? until, string field, long? seen, CancellationToken cancellationToken)
    {
        if (workspace.ArchivedAt is not null)
            return Error.Invalid("membership.archived");
        if (await session.FindAsync<Account>(accountId, cancellationToken) is not { DeactivatedAt: null } account)
            return Error.Invalid("account.unknown", field);
        var known = await directory.MembershipAsync(accountId, workspace.Id, cancellationToken);
        var person = await PersonAsync(workspace, account, personId ?? known?.PersonId, roles, cancellationToken);
        if (!person.Succeeded)
            return person.Errors.ToList();
        // Who decides in a person's name must be one account.
        var others = (await session.QueryAsync<Membership>(Query.All.Where("workspace", workspace.Id).Take(1000), cancellationToken)).Items;
        if (others.Any(m => m.PersonId == person.Value && m.AccountId != accountId))
            return Error.Invalid("membership.person.taken", "PersonId");

        var membership = known is null
            ? new Membership { AccountId = accountId, WorkspaceId = workspace.Id }
            : (await session.FindAsync<Membership>(known.Id, cancellationToken))!;
        (membership.Roles, membership.PersonId, membership.Until) = ([.. roles.Distinct().Order()], person.Value, until);
        if (known is null)
            session.Add(membership, "membership.add");
        else
            session.Update(membership, seen ?? membership.Version, "membership.edit");
        account.SecurityStamp = Document.NewId();
        session.Update(account, account.Version, "account.rights");
        return membership;
    }

    /// <summary>Puts the end of a membership into the session.</summary>
    public async Task<Result<Done>> TakeAsync(IDocumentSession session, string workspaceId, string accountId, CancellationToken cancellationToken)
    {
        var known = await directory.MembershipAsync(accountId, workspaceId, cancellationToken);
        if (known is null || await session.FindAsync<Membership>(known.Id, cancellationToken) is not { } membership)
            return Error.NotFound();
        session.Remove(membership, membership.Version, "membership.remove");
        if (await session.FindAsync<Account>(accountId, cancellationToken) is { } account)
        {
            account.SecurityStamp = Document.NewId();
            session.Update(account, account.Version, "account.rights");
        }

        return Done.Yes;
    }

    /// <summary>Members of a workspace by name, with those whose time is over.</summary>
    public async Task<IReadOnlyList<(Account Account, Membership Membership)>> InAsync(string workspaceId, CancellationToken cancellationToken)
    {
        var session = stores.System.OpenSession(user.Actor);
        var members = (await session.QueryAsync<Membership>(Query.All.Where("workspace", workspaceId).Take(1000), cancellationToken)).Items;
        var accounts = await session.FindManyAsync<Account>(members.Select(m => m.AccountId), cancellationToken);
        return [.. members.Where(m => accounts.ContainsKey(m.AccountId)).Select(m => (accounts[m.AccountId], m)).OrderBy(m => m.Item1.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>People of a workspace, from outside it.</summary>
    public Task<IReadOnlyList<PersonSummary>> PeopleOfAsync(Workspace workspace, CancellationToken cancellationToken) =>
        InsideAsync(workspace, people => people.AllAsync(cancellationToken: cancellationToken));

    /// <summary>Workspaces that an account may enter today, by name.</summary>
    public async Task<IReadOnlyList<(Workspace Workspace, Membership Membership)>> OfAsync(string accountId, TimeProvider time, CancellationToken cancellationToken) =>
        [.. (await directory.MembershipsOfAsync(accountId, cancellationToken)).Where(m => !m.Membership.HasEnded(m.Workspace, time))];

    private Task<Result<string>> PersonAsync(Workspace workspace, Account account, string? personId, IReadOnlyList<Role> roles, CancellationToken cancellationToken) => InsideAsync(workspace, async people =>
    {
        if (personId is null)
            return await people.EnsureAsync(account.Name, account.UserName.Contains('@') ? account.UserName : null, roles, cancellationToken);
        return await people.FindAsync(personId, cancellationToken) is { } found ? (Result<string>)found.Id : Error.Invalid("person.unknown", "PersonId");
    });

    private async Task<T> InsideAsync<T>(Workspace workspace, Func<IPeople, Task<T>> ask)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter(workspace, user.Actor, [], null);
        return await ask(scope.ServiceProvider.GetRequiredService<IPeople>());
    }
}

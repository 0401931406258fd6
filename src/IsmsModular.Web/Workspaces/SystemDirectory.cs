using System.Collections.Concurrent;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.Workspaces;

/// <summary>What each request asks of the system file, remembered until something in it is saved: account by id, workspace by slug, membership. All saves of these go through <see cref="SaveAsync"/>.</summary>
internal sealed class SystemDirectory(IStoreDirectory stores)
{
    private Memory memory = new();

    public static DocumentMap<Workspace> Workspaces { get; } = new DocumentMap<Workspace>("system_workspaces")
        .Unique("slug", w => w.Slug)
        .Text("name", w => w.Name)
        .Field("state", w => w.ArchivedAt is null ? "active" : "archived");

    public static DocumentMap<Membership> Memberships { get; } = new DocumentMap<Membership>("system_memberships")
        .Unique("key", m => m.AccountId + "/" + m.WorkspaceId)
        .Field("account", m => m.AccountId)
        .Field("workspace", m => m.WorkspaceId)
        .Field("person", m => m.PersonId)
        .Field("until", m => m.Until)
        .Field("role", m => m.Roles.Select(r => FieldValue.Normalise(r)!.ToString()!));

    public Task<Account?> AccountAsync(string id, CancellationToken cancellationToken) =>
        Remember(m => m.Accounts, id, s => s.FindAsync<Account>(id, cancellationToken));

    public Task<Workspace?> WorkspaceAsync(string slug, CancellationToken cancellationToken) =>
        Remember(m => m.Workspaces, slug, async s => (await s.QueryAsync<Workspace>(Query.All.Where("slug", slug).Take(1), cancellationToken)).Items.FirstOrDefault());

    public Task<Membership?> MembershipAsync(string accountId, string workspaceId, CancellationToken cancellationToken) =>
        Remember(m => m.Memberships, accountId + "/" + workspaceId, async s => (await s.QueryAsync<Membership>(Query.All.Where("key", accountId + "/" + workspaceId).Take(1), cancellationToken)).Items.FirstOrDefault());

    /// <summary>Every membership of an account with its workspace, ended ones too, by the workspace's name.</summary>
    public async Task<IReadOnlyList<(Workspace Workspace, Membership Membership)>> MembershipsOfAsync(string accountId, CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref memory).MembershipsOf;
        if (known.TryGetValue(accountId, out var found))
            return found;
        var session = stores.System.OpenSession(Actor.System);
        var memberships = (await session.QueryAsync<Membership>(Query.All.Where("account", accountId).Take(1000), cancellationToken)).Items;
        var workspaces = await session.FindManyAsync<Workspace>(memberships.Select(m => m.WorkspaceId), cancellationToken);
        return known.GetOrAdd(accountId, [.. memberships.Where(m => workspaces.ContainsKey(m.WorkspaceId)).Select(m => (workspaces[m.WorkspaceId], m)).OrderBy(p => p.Item1.Name, StringComparer.OrdinalIgnoreCase)]);
    }

    /// <summary>Saves a session of the system file and forgets what was remembered.</summary>
    public async Task<Result<LogHead>> SaveAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.SaveAsync(cancellationToken);
        }
        finally
        {
            // What was read before the save lands in the memory that is dropped here, also when nobody knows whether it was saved.
            Volatile.Write(ref memory, new());
        }
    }

    private async Task<T?> Remember<T>(Func<Memory, ConcurrentDictionary<string, T>> part, string key, Func<IDocumentSession, Task<T?>> load)
        where T : Document
    {
        var known = part(Volatile.Read(ref memory));
        if (known.TryGetValue(key, out var found))
            return found;
        var loaded = await load(stores.System.OpenSession(Actor.System));
        return loaded is null ? null : known.GetOrAdd(key, loaded);
    }

    private sealed class Memory
    {
        public ConcurrentDictionary<string, Account> Accounts { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Workspace> Workspaces { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Membership> Memberships { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, IReadOnlyList<(Workspace Workspace, Membership Membership)>> MembershipsOf { get; } = new(StringComparer.Ordinal);
    }
}

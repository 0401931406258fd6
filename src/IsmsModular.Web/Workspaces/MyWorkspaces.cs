using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Security;

namespace IsmsModular.Web.Workspaces;

/// <summary>Workspaces by the caller's memberships.</summary>
internal sealed class MyWorkspaces(ICurrentUser user, SystemDirectory directory, IStoreDirectory stores, TimeProvider time) : IMyWorkspaces
{
    public async Task<IReadOnlyList<Workspace>> AllAsync(CancellationToken cancellationToken)
    {
        if (user.AccountId == Actor.Console.Id)
            return await stores.System.OpenSession(Actor.Console).StreamAsync<Workspace>(Query.All.Where("state", "active").OrderBy("name"), cancellationToken).ToListAsync(cancellationToken);
        if (user.AccountId is not { } account)
            return [];
        return [.. (await directory.MembershipsOfAsync(account, cancellationToken))
            .Where(m => m.Workspace.ArchivedAt is null && !m.Membership.HasEnded(m.Workspace, time))
            .Select(m => m.Workspace)];
    }
}

using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.Workspaces;

/// <summary>What the layout shows around each page.</summary>
internal sealed class ShellData(CurrentUser user, WorkspaceContext workspace, Memberships memberships, TimeProvider time) : IShellData
{
    public async Task<Shell> GetAsync(CancellationToken cancellationToken = default)
    {
        if (user.AccountId is not { } accountId)
            return new(null, [], [], null);
        var mine = await memberships.OfAsync(accountId, time, cancellationToken);
        ShellLink[] system = user.IsSystemAdministrator
            ? [new("admin.accounts", "/admin/accounts", "users"), new("admin.workspaces", "/admin/workspaces", "building"), new("plugins.title", "/admin/plugins", "puzzle"), new("admin.activity", "/admin/activity", "history")]
            : [];
        var head = workspace.IsSet ? await workspace.OpenSession().HeadAsync(cancellationToken) : null;
        return new(user.Name, [.. mine.Select(m => new ShellWorkspace(m.Workspace.Name, m.Workspace.Slug))], system, head?.Hash);
    }
}

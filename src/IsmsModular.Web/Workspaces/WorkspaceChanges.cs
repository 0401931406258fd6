using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Web.Workspaces;

/// <summary>Saves settings of the current workspace to the system file.</summary>
internal sealed class WorkspaceChanges(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace) : IWorkspaceChanges
{
    public async Task<Result<Done>> SaveAsync(Action<Workspace> change, long seen, string action, string? reason, CancellationToken cancellationToken)
    {
        var session = stores.System.OpenSession(workspace.Actor);
        if (await session.FindAsync<Workspace>(workspace.Workspace.Id, cancellationToken) is not { } stored)
            return Error.NotFound();
        change(stored);
        session.Update(stored, seen, action, reason);
        var saved = await directory.SaveAsync(session, cancellationToken);
        return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
    }
}

using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Workspaces;

/// <summary>Changes the settings of the current workspace from a module. The caller checks the right. Scoped.</summary>
public interface IWorkspaceChanges
{
    /// <summary>Saves a change of the settings.</summary>
    /// <param name="change">What changes.</param>
    /// <param name="seen">Version that the user saw; a stale one is a conflict.</param>
    /// <param name="action">Action code for the system's log.</param>
    /// <param name="reason">Reason, or <c>null</c>.</param>
    /// <param name="cancellationToken">Token.</param>
    Task<Result<Done>> SaveAsync(Action<Workspace> change, long seen, string action, string? reason, CancellationToken cancellationToken);
}

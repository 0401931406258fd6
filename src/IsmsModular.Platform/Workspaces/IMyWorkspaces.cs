namespace IsmsModular.Platform.Workspaces;

/// <summary>The workspaces that the caller may see. Scoped.</summary>
public interface IMyWorkspaces
{
    /// <summary>Workspaces of which the caller is a member today, by name; for the command line all of them. Archived ones are left out.</summary>
    Task<IReadOnlyList<Workspace>> AllAsync(CancellationToken cancellationToken = default);
}

using IsmsModular.Platform.Plugins;

namespace IsmsModular.Risks.Contracts;

/// <summary>The methodologies of the current workspace: those of active plugins and its own published ones. Scoped.</summary>
public interface IWorkspaceMethodologies
{
    /// <summary>What new work may take: the newest version of each; retired ones are left out.</summary>
    Task<IReadOnlyList<IMethodologyHandle>> AllAsync(CancellationToken cancellationToken = default);

    /// <summary>A methodology by key; a stored result asks for its own version, new work for none (newest). Retired ones and old versions are found as well.</summary>
    Task<IMethodologyHandle?> FindAsync(string id, string? version = null, CancellationToken cancellationToken = default);
}

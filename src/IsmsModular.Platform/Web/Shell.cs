namespace IsmsModular.Platform.Web;

/// <summary>What the layout shows around a page beside navigation. The host answers it; scoped.</summary>
public interface IShellData
{
    /// <summary>The shell for the current request.</summary>
    Task<Shell> GetAsync(CancellationToken cancellationToken = default);
}

/// <summary>How many approvals and decisions wait for the current user in the current workspace. Scoped.</summary>
public interface IInboxCount
{
    /// <summary>The count; 0 outside a workspace.</summary>
    Task<int> CountAsync(CancellationToken cancellationToken = default);
}

/// <summary>What stands around a page.</summary>
/// <param name="UserName">Name of who is signed in; <c>null</c> for nobody.</param>
/// <param name="Workspaces">Workspaces that the user may enter, by name.</param>
/// <param name="SystemLinks">Pages of the system's administration that the user may open.</param>
/// <param name="LogHead">Hash of the newest entry of the workspace's activity log, in hex; <c>null</c> outside a workspace.</param>
public sealed record Shell(string? UserName, IReadOnlyList<ShellWorkspace> Workspaces, IReadOnlyList<ShellLink> SystemLinks, string? LogHead);

/// <summary>A workspace to switch to.</summary>
public sealed record ShellWorkspace(string Name, string Slug);

/// <summary>A link of the shell.</summary>
/// <param name="Title">Key of the words in the locales.</param>
/// <param name="Path">Address, such as <c>/system/accounts</c>.</param>
/// <param name="Icon">Name of a Tabler icon.</param>
public sealed record ShellLink(string Title, string Path, string Icon);

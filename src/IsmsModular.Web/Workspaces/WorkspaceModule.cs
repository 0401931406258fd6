using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Web.Workspaces;

/// <summary>The host's own pages inside a workspace.</summary>
internal sealed class WorkspaceModule : IModule
{
    public string Name => "workspace";

    public IEnumerable<DocumentMap> Documents => [WordTemplate.Map];

    public IEnumerable<NavigationEntry> Navigation =>
    [
        new(910, "stage.report", "nav.activity", "activity", "history", Area.ActivityLog),
        new(980, "stage.settings", "nav.members", "members", "users", Area.Workspace),
        new(990, "stage.settings", "nav.settings", "settings", "settings", Area.Workspace),
    ];

    public void Register(IServiceCollection services)
    {
    }
}

using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>One plugin: its versions, what it offers, who uses it, and the switches.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Detail(IPluginCatalog catalog, IPluginAdministration plugins, IMediator mediator) : PageModel
{
    /// <summary>Versions, newest state first.</summary>
    public IReadOnlyList<PluginStatus> Versions { get; private set; } = [];

    /// <summary>Where it is used, so that a removal would be refused.</summary>
    public IReadOnlyList<PluginUses> Uses { get; private set; } = [];

    /// <summary>Workspaces whose pages the administrator may open.</summary>
    public IReadOnlySet<string> Open { get; private set; } = new HashSet<string>();

    /// <summary>Whether any version is in use.</summary>
    public bool IsOn => Versions.Any(v => v.State == PluginState.Active);

    /// <summary>Whether a version waits or is switched off.</summary>
    public bool CanSwitchOn => Versions.Any(v => v.State == PluginState.Disabled);

    /// <summary>Whether a version holds code.</summary>
    public bool HasCode => Versions.Any(v => v.HasCode);

    /// <summary>Whether a version comes with the program.</summary>
    public bool IsShipped(PluginStatus version) => plugins.IsShipped(version.Id, version.Version);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) => await LoadAsync(id, cancellationToken) ? Page() : NotFound();

    /// <summary>Switches it on or off.</summary>
    public async Task<IActionResult> OnPostSwitchAsync(string? id, bool enabled, CancellationToken cancellationToken) =>
        await EndAsync(id, await mediator.Send(new Switch(id ?? "", enabled), cancellationToken), enabled ? "plugins.enabled" : "plugins.disabled", cancellationToken);

    /// <summary>Removes a version.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(string? id, string? version, CancellationToken cancellationToken) =>
        await EndAsync(id, await mediator.Send(new Remove(id ?? "", version ?? ""), cancellationToken), "plugins.removed", cancellationToken);

    /// <summary>Puts a shipped version back as it came.</summary>
    public async Task<IActionResult> OnPostRestoreAsync(string? id, string? version, CancellationToken cancellationToken) =>
        await EndAsync(id, await mediator.Send(new Restore(id ?? "", version ?? ""), cancellationToken), "plugins.restored", cancellationToken);

    private async Task<IActionResult> EndAsync(string? id, Result<Done> result, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(catalog.Plugins.Any(p => p.Id == id) ? "/admin/plugins/detail?id=" + id : "/admin/plugins", flash, id);
        return await LoadAsync(id, cancellationToken) ? this.Refused(result) : NotFound();
    }

    private async Task<bool> LoadAsync(string? id, CancellationToken cancellationToken)
    {
        Versions = [.. catalog.Plugins.Where(p => p.Id == id)];
        if (Versions.Count == 0)
            return false;
        Uses = await plugins.UsesAsync(id!, null, cancellationToken);
        Open = await mediator.Send(new OwnWorkspaces(), cancellationToken);
        return true;
    }

    /// <summary>Switches a plugin on or off.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Switch(string Id, bool Enabled) : ICommand<Done>;

    /// <summary>Removes a version of a plugin; all that did not come with the program when none is named.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Remove(string Id, string? Version) : ICommand<Done>;

    /// <summary>Puts a shipped version back.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed record Restore(string Id, string Version) : ICommand<Done>;

    /// <summary>Workspaces that the reader is a member of.</summary>
    public sealed record OwnWorkspaces : IQuery<IReadOnlySet<string>>;

    internal sealed class OwnHandler(SystemDirectory directory, ICurrentUser user) : IQueryHandler<OwnWorkspaces, IReadOnlySet<string>>
    {
        public async Task<IReadOnlySet<string>> Handle(OwnWorkspaces request, CancellationToken cancellationToken) =>
            user.AccountId is { } account ? (await directory.MembershipsOfAsync(account, cancellationToken)).Select(m => m.Workspace.Id).ToHashSet() : [];
    }

    internal sealed class Handler(IPluginAdministration plugins, ICurrentUser user) : ICommandHandler<Switch, Done>, ICommandHandler<Remove, Done>, ICommandHandler<Restore, Done>
    {
        public Task<Result<Done>> Handle(Switch command, CancellationToken cancellationToken) => plugins.SwitchAsync(user.Actor, command.Id, command.Enabled, cancellationToken);

        public Task<Result<Done>> Handle(Remove command, CancellationToken cancellationToken) => plugins.RemoveAsync(user.Actor, command.Id, command.Version, cancellationToken);

        public Task<Result<Done>> Handle(Restore command, CancellationToken cancellationToken) => plugins.RestoreAsync(user.Actor, command.Id, command.Version, cancellationToken);
    }
}

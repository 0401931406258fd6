using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin;

/// <summary>What extends the program: every plugin with its state and reason, to be switched on and off.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class PluginsModel(IPluginCatalog catalog, IMediator mediator) : PageModel
{
    /// <summary>Every plugin found.</summary>
    public IReadOnlyList<PluginStatus> Plugins => catalog.Plugins;

    /// <summary>Plugin whose switch is to be confirmed, or <c>null</c>.</summary>
    public PluginStatus? Asked { get; private set; }

    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Lists; with <paramref name="id"/> asks whether to switch that plugin.</summary>
    public IActionResult OnGet(string? id = null)
    {
        Asked = id is null ? null : Plugins.FirstOrDefault(p => p.Id == id);
        if (id is not null && Asked is null)
            return NotFound();
        Input = new() { Id = id ?? "", Enabled = Asked is { State: PluginState.Disabled } };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        return result.Succeeded ? this.Done("/admin/plugins", Input.Enabled ? "plugins.enabled" : "plugins.disabled", Input.Id) : this.Refused(result);
    }

    /// <summary>Switches a plugin on or off.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed class Command : ICommand<Done>
    {
        /// <summary>Id of the plugin.</summary>
        public string Id { get; set; } = "";

        /// <summary>On or off.</summary>
        public bool Enabled { get; set; }
    }

    internal sealed class Handler(IPluginAdministration plugins, ICurrentUser user) : ICommandHandler<Command, Done>
    {
        public Task<Result<Done>> Handle(Command command, CancellationToken cancellationToken) => plugins.SwitchAsync(user.Actor, command.Id, command.Enabled, cancellationToken);
    }
}

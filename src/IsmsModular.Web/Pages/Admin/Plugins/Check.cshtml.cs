using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>Second step of an installation: what the plugin is and may do, told before it is installed.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Check(Uploads uploads, IPluginAdministration plugins, IMediator mediator) : PageModel
{
    /// <summary>What the administrator agrees to.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>What the file is; <c>null</c> when it cannot be installed any more.</summary>
    public PluginPreview? Preview { get; private set; }

    /// <summary>Shows what it is.</summary>
    public async Task<IActionResult> OnGetAsync(string? file, CancellationToken cancellationToken)
    {
        var looked = await LookAsync(file, cancellationToken);
        if (looked is null)
            return Gone(file);
        if (!looked.Succeeded)
            return this.Refused(looked);
        Preview = looked.Value;
        Input = new() { File = file, ManifestHash = Preview.ManifestHash, Enable = !Preview.Plugin.HasCode };
        return Page();
    }

    /// <summary>Installs.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done("/admin/plugins/detail?id=" + result.Value.Plugin.Id, "plugins.installed." + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(result.Value.Change.ToString()), result.Value.Plugin.Name, result.Value.Plugin.Version);
        if (await LookAsync(Input.File, cancellationToken) is not { } looked)
            return Gone(Input.File);
        Preview = looked.Succeeded ? looked.Value : null;
        return this.Refused(result);
    }

    private IActionResult Gone(string? file) => this.Done("/admin/plugins", uploads.Gone(file).Message);

    private async Task<Result<PluginPreview>?> LookAsync(string? file, CancellationToken cancellationToken)
    {
        var content = uploads.Open(file);
        if (content is null)
            return null;
        await using (content)
            return await plugins.InspectAsync(content, cancellationToken);
    }

    /// <summary>Installs a file that was uploaded.</summary>
    [Requires(Area.System, Verb.Administer)]
    public sealed class Command : ICommand<PluginPreview>
    {
        /// <summary>SHA-256 of the uploaded file.</summary>
        public string? File { get; set; }

        /// <summary>SHA-256 of the manifest that was shown.</summary>
        public string? ManifestHash { get; set; }

        /// <summary>Whether this version is used at once.</summary>
        public bool Enable { get; set; }

        /// <summary>Whether a version older than one here is taken.</summary>
        public bool AllowOlder { get; set; }
    }

    internal sealed class Handler(Uploads uploads, IPluginAdministration plugins, ICurrentUser user) : ICommandHandler<Command, PluginPreview>
    {
        public async Task<Result<PluginPreview>> Handle(Command command, CancellationToken cancellationToken)
        {
            Result<PluginPreview> installed;
            var content = uploads.Claim(command.File);
            if (content is null)
                return uploads.Gone(command.File);
            await using (content)
                installed = await plugins.InstallAsync(user.Actor, content, new(command.Enable, command.AllowOlder, command.ManifestHash ?? ""), cancellationToken);
            if (installed.Succeeded)
                uploads.Finish(command.File!);
            return installed;
        }
    }
}

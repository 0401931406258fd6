using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Plugins;

/// <summary>First step of an installation: the file. Nothing is installed here; a file that is a plugin is kept for a day.</summary>
[Access(Area.System, Verb.Administer)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(PluginLimits.FileBytes * 3 / 2)]
[RequestFormLimits(MultipartBodyLengthLimit = PluginLimits.FileBytes * 3 / 2)]
public sealed class Install(Uploads uploads, IPluginAdministration plugins) : PageModel
{
    /// <summary>What is posted.</summary>
    [BindProperty]
    public FileInput Input { get; set; } = new();

    /// <summary>Whether only signed plugins are taken.</summary>
    public bool OnlySigned { get; private set; }

    /// <summary>Asks for the file.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => OnlySigned = (await plugins.TrustAsync(cancellationToken)).Policy.OnlySigned;

    /// <summary>Checks it and goes on to what it is.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await OnGetAsync(cancellationToken);
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        await using var content = Input.File.OpenReadStream();
        var kept = await uploads.PutAsync(content, cancellationToken, PluginLimits.FileBytes);
        if (!kept.Succeeded)
            return this.Refused(kept);
        Result<PluginPreview> looked;
        await using (var file = uploads.Open(kept.Value)!)
            looked = await plugins.InspectAsync(file, cancellationToken);
        if (looked.Succeeded)
            return this.Done("/admin/plugins/check?file=" + kept.Value);
        uploads.Remove(kept.Value);
        return this.Refused(looked);
    }

    /// <summary>The form.</summary>
    public sealed class FileInput
    {
        /// <summary>The zip.</summary>
        public IFormFile? File { get; set; }
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets.Import;

/// <summary>First step of an import: the file. Nothing is written to the inventory here; the file is kept for a day.</summary>
[Access(Area.Assets, Verb.Edit)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(ImportLimits.FileBytes * 3 / 2)]
public sealed class IndexModel(Uploads uploads, WorkspaceContext workspace, IWords words, WordBook book) : PageModel
{
    [BindProperty]
    public FileInput Input { get; set; } = new();

    public async Task<IActionResult> OnGetAsync(string? template, CancellationToken cancellationToken)
    {
        if (template is not ("csv" or "xlsx"))
            return Page();
        ExportColumn<int>[] columns = [.. AssetColumns.Fields.Select(f => new ExportColumn<int>(words[f.Title], _ => f.Example))];
        return await ListExport.FileAsync(template, "assets-template", columns, new[] { 1 }.ToAsyncEnumerable(), cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!workspace.May(Area.Assets, Verb.Edit))
            return StatusCode(StatusCodes.Status403Forbidden);
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        await using var content = Input.File.OpenReadStream();
        var kept = await uploads.PutAsync(content, cancellationToken);
        if (!kept.Succeeded)
            return this.Refused(kept);
        await using var file = uploads.Open(kept.Value)!;
        var table = await TableReader.ReadAsync(file, ImportMap.Headers(AssetColumns.Fields, book), Input.File.FileName, cancellationToken);
        if (table.Succeeded)
            return this.Done(workspace.Url("risks/assets/import/columns", ("file", kept.Value), ("name", FileTypes.NameOf(Input.File.FileName, "import"))));
        uploads.Remove(kept.Value);
        return this.Refused<string>(Result<string>.Failed([.. table.Errors.Select(e => Error.Invalid(e.Message, "File", e.Arguments))]));
    }

    /// <summary>What is posted.</summary>
    public sealed class FileInput
    {
        public IFormFile? File { get; set; }
    }
}

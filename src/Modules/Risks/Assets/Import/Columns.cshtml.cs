using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets.Import;

/// <summary>Second step: which column is what, guessed from the headers, with a look at the first rows.</summary>
[Access(Area.Assets, Verb.Edit)]
public sealed class ColumnsModel(Uploads uploads, WorkspaceContext workspace, IWords words, WordBook book) : PageModel
{
    internal string Name { get; private set; } = "";

    internal ColumnChoice Choice { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? file, string? name, string? sheet, CancellationToken cancellationToken)
    {
        await using var content = uploads.Open(file);
        if (content is null)
            return this.Done(workspace.Url("risks/assets/import"), uploads.Gone(file).Message);
        var table = await TableReader.ReadAsync(content, ImportMap.Headers(AssetColumns.Fields, book), name, cancellationToken, sheet);
        if (!table.Succeeded)
            return sheet is null ? NotFound() : this.Done(workspace.Url("risks/assets/import/columns", ("file", file), ("name", name)), table.Errors[0].Message, [.. table.Errors[0].Arguments]);
        Name = name ?? "";
        var map = ImportMap.From(Request.Query, AssetColumns.Fields) is { Columns.Count: > 0 } given ? given : ImportMap.Guess(table.Value, AssetColumns.Fields, book);
        Choice = new(table.Value, map, AssetColumns.Fields, f => words[f.Title], workspace.Url("risks/assets/import/columns"), workspace.Url("risks/assets/import/check"), [("file", file), ("name", Name)], workspace.Url("risks/assets/import"));
        return Page();
    }
}

using System.Globalization;
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
    internal string Hash { get; private set; } = "";

    internal string Name { get; private set; } = "";

    internal Table Table { get; private set; } = null!;

    internal ImportMap Map { get; private set; } = null!;

    internal IReadOnlyList<Choice> Choices { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string? file, string? name, CancellationToken cancellationToken)
    {
        await using var content = uploads.Open(file);
        if (content is null)
            return this.Done(workspace.Url("risks/assets/import"), "import.gone");
        var table = await TableReader.ReadAsync(content, ImportMap.Headers(AssetColumns.Fields, book), name, cancellationToken);
        if (!table.Succeeded)
            return NotFound();
        (Hash, Name, Table) = (file!, name ?? "", table.Value);
        Map = MapFrom(Request.Query) is { Columns.Count: > 0 } given ? given : ImportMap.Guess(Table, AssetColumns.Fields, book);
        Choices = [new("", words["import.column.none"]), .. Table.Columns.Select(c => new Choice(c.Index.ToString(CultureInfo.InvariantCulture), c.Header == c.Letter ? c.Letter : $"{c.Letter} · {c.Header}"))];
        return Page();
    }

    /// <summary>Reads <c>m.owner=3</c> from an address or form.</summary>
    internal static ImportMap MapFrom(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values) => new(
        System.Collections.Immutable.ImmutableDictionary.CreateRange(
            from pair in values
            where pair.Key.StartsWith("m.", StringComparison.Ordinal) && AssetColumns.Fields.Any(f => "m." + f.Key == pair.Key)
            let column = int.TryParse(pair.Value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var c) ? c : -1
            where column >= 0
            select KeyValuePair.Create(pair.Key[2..], column)));
}

using System.Globalization;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;

namespace IsmsModular.Risks.Assets.Import;

/// <summary>What the step shows in which a person says which column is what; imports of assets and risks share it.</summary>
/// <param name="Table">The file.</param>
/// <param name="Map">Columns as guessed or chosen.</param>
/// <param name="Fields">What can be filled.</param>
/// <param name="Title">Words of a field.</param>
/// <param name="Here">Address of this step, asked again for another sheet.</param>
/// <param name="Next">Address that takes the choice.</param>
/// <param name="State">What both carry on: the file and its name, and what else.</param>
/// <param name="Back">Where cancelling leads.</param>
internal sealed record ColumnChoice(Table Table, ImportMap Map, IReadOnlyList<ImportField> Fields, Func<ImportField, string> Title, string Here, string Next, IReadOnlyList<(string Key, string? Value)> State, string Back)
{
    /// <summary>Columns to choose from.</summary>
    public IReadOnlyList<Choice> Columns(IWords words) => [new("", words["import.column.none"]), .. Table.Columns.Select(c => new Choice(c.Index.ToString(CultureInfo.InvariantCulture), c.Header == c.Letter ? c.Letter : $"{c.Letter} · {c.Header}"))];

    /// <summary>First values of a column, as an example.</summary>
    public string Example(int? column) => column is null ? "" : string.Join(" · ", Table.Rows.Select(r => r[column]).OfType<string>().Distinct().Take(3).Select(t => t.Length > 60 ? t[..60] + "…" : t));
}

using System.Collections.Immutable;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;

namespace IsmsModular.Platform.Imports;

/// <summary>What an import can fill.</summary>
/// <param name="Key">Key of the field, such as <c>owner</c>; used by <c>--map</c>.</param>
/// <param name="Title">Key of its words in the locales.</param>
/// <param name="Example">Example for the template.</param>
/// <param name="Required">Whether a column must be mapped to it.</param>
/// <param name="Synonyms">Other headers in any language that mean it.</param>
public sealed record ImportField(string Key, string Title, string Example, bool Required, params string[] Synonyms);

/// <summary>Which column fills which field.</summary>
/// <param name="Columns">Place of the column by key of the field.</param>
public sealed record ImportMap(ImmutableDictionary<string, int> Columns)
{
    /// <summary>Column of a field, or <c>null</c>.</summary>
    public int? this[string field] => Columns.TryGetValue(field, out var column) ? column : null;

    /// <summary>Maps by header: the field's words in any language, its key, or a synonym. A field takes the first column that fits.</summary>
    public static ImportMap Guess(Table table, IReadOnlyList<ImportField> fields, WordBook book)
    {
        var map = ImmutableDictionary.CreateBuilder<string, int>();
        HashSet<int> taken = [];
        foreach (var field in fields)
        {
            var names = Names(field, book).ToHashSet();
            if (table.Columns.FirstOrDefault(c => !taken.Contains(c.Index) && names.Contains(CellText.Normal(c.Header))) is not { } column)
                continue;
            map[field.Key] = column.Index;
            taken.Add(column.Index);
        }

        return new(map.ToImmutable());
    }

    /// <summary>Reads <c>m.owner=3</c> from an address or a form.</summary>
    public static ImportMap From(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values, IReadOnlyList<ImportField> fields) => new(
        ImmutableDictionary.CreateRange(
            from pair in values
            where pair.Key.StartsWith("m.", StringComparison.Ordinal) && fields.Any(f => "m." + f.Key == pair.Key)
            let column = int.TryParse(pair.Value.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var c) ? c : -1
            where column >= 0
            select KeyValuePair.Create(pair.Key[2..], column)));

    /// <summary>The map as it stands in an address or a form.</summary>
    public IEnumerable<(string Key, string? Value)> Pairs() => Columns.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => ("m." + c.Key, (string?)c.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>All headers that mean one of the fields, in the form in which headers are compared.</summary>
    public static IReadOnlySet<string> Headers(IReadOnlyList<ImportField> fields, WordBook book) => fields.SelectMany(f => Names(f, book)).ToHashSet();

    private static IEnumerable<string> Names(ImportField field, WordBook book) =>
        field.Synonyms.Concat(WordBook.Languages.Select(l => book.Find(l, field.Title)).OfType<string>()).Append(field.Key).Select(CellText.Normal);

    /// <summary>Reads a map as the command line takes it: <c>Owner name=owner,Pieces=units</c>. Fields that it does not name are mapped by header; <c>Column=-</c> leaves a column out.</summary>
    public static Result<ImportMap> Parse(string text, Table table, IReadOnlyList<ImportField> fields, WordBook book)
    {
        var map = Guess(table, fields, book).Columns;
        List<Error> errors = [];
        foreach (var pair in text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = pair.LastIndexOf('=');
            var (header, key) = at < 0 ? (pair, "") : (pair[..at].Trim(), pair[(at + 1)..].Trim());
            if (table.Columns.FirstOrDefault(c => string.Equals(c.Header, header, StringComparison.OrdinalIgnoreCase)) is not { } column)
                errors.Add(Error.Invalid("import.map.nocolumn", null, header));
            else if (key != "-" && !fields.Any(f => f.Key == key))
                errors.Add(Error.Invalid("import.map.nofield", null, key, string.Join(", ", fields.Select(f => f.Key))));
            else
                map = map.RemoveRange(map.Where(m => m.Value == column.Index).Select(m => m.Key)).SetItems(key == "-" ? [] : [new(key, column.Index)]);
        }

        return errors.Count > 0 ? errors : new ImportMap(map);
    }

    /// <summary>Required fields without a column, and columns given to two fields.</summary>
    public IEnumerable<Error> Problems(IReadOnlyList<ImportField> fields, Table table, Func<ImportField, string> title)
    {
        foreach (var field in fields.Where(f => f.Required && !Columns.ContainsKey(f.Key)))
            yield return Error.Invalid("import.map.required", field.Key, title(field));
        foreach (var twice in Columns.Where(c => c.Value >= 0 && c.Value < table.Columns.Count).GroupBy(c => c.Value).Where(g => g.Count() > 1))
            yield return Error.Invalid("import.map.twice", twice.First().Key, table.Columns[twice.Key].Header);
        foreach (var beyond in Columns.Where(c => c.Value < 0 || c.Value >= table.Columns.Count))
            yield return Error.Invalid("import.map.nocolumn", beyond.Key, beyond.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}

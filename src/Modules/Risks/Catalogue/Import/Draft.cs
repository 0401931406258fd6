using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>What the importer is told beside the file.</summary>
internal sealed record ImportChoices
{
    /// <summary>What a list of controls or a framework is to be; null for what fits.</summary>
    public CatalogueKind? Kind { get; init; }

    /// <summary>Name instead of the file's.</summary>
    public string? Name { get; init; }

    /// <summary>Catalogue that a sector guide extends.</summary>
    public string? Extends { get; init; }

    /// <summary>Catalogue that a mapping leads from.</summary>
    public string? From { get; init; }

    /// <summary>Catalogue that a mapping leads to, or that a profile chooses from.</summary>
    public string? To { get; init; }
}

/// <summary>What is wrong at one place of a file.</summary>
/// <param name="Place">Path in the file, such as <c>catalog.groups[0].controls[3].id</c>, or a row.</param>
/// <param name="Message">Key of the words.</param>
/// <param name="Arguments">Arguments.</param>
internal sealed record ImportProblem(string Place, string Message, params string[] Arguments);

/// <summary>What a file holds, as read; nothing is stored yet.</summary>
internal sealed class Draft
{
    // Further ones are counted, not kept.
    private const int MostProblems = 1000;

    /// <summary>Catalogues that the workspace has.</summary>
    public required Func<string?, Catalogue?> Find { get; init; }

    public List<CatalogueDraft> Catalogues { get; } = [];

    public List<MappingDraft> Mappings { get; } = [];

    /// <summary>Methodologies as declarations, for the workspace's own.</summary>
    public List<JsonObject> Methodologies { get; } = [];

    public List<ImportProblem> Problems { get; } = [];

    /// <summary>How many there are, also those that are not kept.</summary>
    public int Found { get; private set; }

    /// <summary>What was left out on purpose, as keys of words with their arguments.</summary>
    public List<ImportProblem> Notes { get; } = [];

    public void Problem(string place, string message, params string[] arguments)
    {
        if (Found++ < MostProblems)
            Problems.Add(new(place, message, arguments));
    }
}

/// <param name="Identity">What the file calls itself, so that a newer version is recognised.</param>
internal sealed record CatalogueDraft(Catalogue Catalogue, string Identity);

internal sealed record MappingDraft(CatalogueMapping Mapping, string Name, string Identity);

/// <summary>Gathers rows and keeps the rules of a catalogue: identifiers given, unique, text that can be kept, parents there and above.</summary>
internal sealed class RowGatherer(Draft draft)
{
    public const int MostRows = 20_000;
    private const int LongestId = 200;
    private const int LongestTitle = 500;
    private const int LongestGuidance = 6000;

    private readonly List<CatalogueItem> rows = [];
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private bool isFull;

    public IReadOnlyList<CatalogueItem> Rows => rows;

    public bool Has(string id) => places.ContainsKey(id);

    /// <summary>Adds a row; what is wrong with it is said by its place.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Add(string place, string? id, string? parent, string kind, string? title, string? guidance = null, IReadOnlyDictionary<string, string>? titles = null, IReadOnlyDictionary<string, string>? guidances = null, bool confirmed = true, IReadOnlyDictionary<string, IReadOnlyList<string>>? attributes = null)
    {
        if (rows.Count >= MostRows)
        {
            if (!isFull)
                draft.Problem(place, "catalogues.import.error.manyrows", MostRows.ToString(System.Globalization.CultureInfo.InvariantCulture));
            isFull = true;
            return false;
        }

        var known = draft.Found;
        id = Clean(place, id);
        title = Clean(place, title);
        guidance = Clean(place, guidance);
        if (id is null)
            draft.Problem(place, "catalogues.import.error.noid");
        else if (id.Length > LongestId)
            draft.Problem(place, "catalogues.import.error.longid", CellText.Cut(id, 40), LongestId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        else if (places.TryGetValue(id, out var first))
            draft.Problem(place, "catalogues.import.error.sameid", id, first);
        if (title is null)
            draft.Problem(place, "catalogues.import.error.notitle", id ?? "");
        if (draft.Found > known || id is null || title is null)
            return false;
        places.Add(id, place);
        rows.Add(new()
        {
            Id = id,
            Parent = string.IsNullOrWhiteSpace(parent) ? null : parent.Trim(),
            Kind = kind,
            Title = CellText.Cut(title, LongestTitle),
            // A title that had to be cut is kept whole as guidance.
            Guidance = guidance is not null ? CellText.Cut(guidance, LongestGuidance) : title.Length > LongestTitle ? CellText.Cut(title, LongestGuidance) : null,
            Titles = Words(place, titles, LongestTitle),
            Guidances = Words(place, guidances, LongestGuidance),
            Confirmed = confirmed,
            Attributes = attributes ?? new Dictionary<string, IReadOnlyList<string>>(),
        });
        return true;
    }

    /// <summary>Rows with every parent before its children; parents that are missing, and rings of parents, are problems.</summary>
    /// <param name="above">Identifiers of the catalogue that is extended.</param>
    public IReadOnlyList<CatalogueItem> Ordered(IReadOnlySet<string>? above = null)
    {
        foreach (var row in rows.Where(r => r.Parent is not null && !places.ContainsKey(r.Parent) && above?.Contains(r.Parent) != true))
            draft.Problem(places[row.Id], "catalogues.import.error.noparent", row.Id, row.Parent!);
        var children = rows.ToLookup(r => r.Parent is not null && places.ContainsKey(r.Parent) ? r.Parent : null);
        // Depth is not bounded by recursion: a stack keeps the order of the file.
        List<CatalogueItem> ordered = [];
        var open = new Stack<CatalogueItem>(children[null].Reverse());
        while (open.TryPop(out var row))
        {
            ordered.Add(row);
            foreach (var child in children[row.Id].Reverse())
                open.Push(child);
        }

        if (ordered.Count < rows.Count)
        {
            var placed = ordered.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var row in rows.Where(r => !placed.Contains(r.Id)))
                draft.Problem(places[row.Id], "catalogues.import.error.ring", row.Id, row.Parent!);
        }

        return ordered;
    }

    private string? Clean(string place, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (CellText.FirstUnfit(text) is var at and >= 0)
        {
            draft.Problem(place, "import.cell.control", $"U+{(int)text[at]:X4}");
            return null;
        }

        return text.Trim();
    }

    private Dictionary<string, string> Words(string place, IReadOnlyDictionary<string, string>? words, int longest)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (language, text) in words ?? new Dictionary<string, string>())
        {
            if (language.Length is > 0 and <= 10 && Clean(place, text) is { } clean)
                kept[language] = CellText.Cut(clean, longest);
        }

        return kept;
    }
}

/// <summary>Reading a tree leniently: what is not of the wanted kind is not there.</summary>
internal static class TreeReading
{
    public static string? Text(this JsonNode? node, string property) => (node as JsonObject)?[property].Text();

    public static string? Text(this JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim(),
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    };

    public static bool Flag(this JsonNode? node, string property) => (node as JsonObject)?[property] is JsonValue value && value.TryGetValue(out bool flag) && flag;

    public static JsonObject? Part(this JsonNode? node, string property) => (node as JsonObject)?[property] as JsonObject;

    /// <summary>Elements of a list with their places; objects alone.</summary>
    public static IEnumerable<(JsonObject Item, string Place)> List(this JsonNode? node, string property, string place)
    {
        if ((node as JsonObject)?[property] is not JsonArray list)
            yield break;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item)
                yield return (item, $"{place}.{property}[{i}]");
        }
    }

    public static string Join(params string?[] parts) => string.Join("\n\n", parts.Where(p => !string.IsNullOrWhiteSpace(p)));
}

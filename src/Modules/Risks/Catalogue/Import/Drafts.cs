using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>What the readers of all formats share.</summary>
internal static partial class Drafts
{
    /// <summary>Makes a catalogue of gathered rows. A guide that extends nothing, or something that is not there, is a problem.</summary>
    public static Catalogue Make(Draft draft, RowGatherer rows, string name, string edition, CatalogueKind kind, string source, string? rights, string? extends)
    {
        if (!string.IsNullOrWhiteSpace(extends) && kind == CatalogueKind.Controls)
            kind = CatalogueKind.SectorGuide;
        var above = kind == CatalogueKind.SectorGuide ? draft.Find(extends) : null;
        if (kind == CatalogueKind.SectorGuide && above is not { Kind: CatalogueKind.Controls })
            draft.Problem("extends", "catalogues.import.error.extends", extends ?? "–");
        if (rows.Rows.Count == 0 && draft.Problems.Count == 0)
            draft.Problem("", "catalogues.import.error.norows");
        name = Line(name, 200);
        return new()
        {
            Id = "",
            Name = name,
            Edition = Line(edition, 40),
            Kind = kind,
            Extends = above?.Id,
            Source = Line(source, 500),
            Attribution = rights is null ? null : Line(rights, 500),
            Items = rows.Ordered(above?.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal)),
        };
    }

    /// <summary>Kind of a row that can be chosen, by what the catalogue lists.</summary>
    public static string Leaf(CatalogueKind kind) => kind switch
    {
        CatalogueKind.Threats => "threat",
        CatalogueKind.Vulnerabilities => "vulnerability",
        CatalogueKind.Clauses => "requirement",
        CatalogueKind.Reference => "item",
        _ => "control",
    };

    /// <summary>Letters and digits with hyphens, at most 50.</summary>
    public static string Slug(string text)
    {
        var plain = NotInSlugs().Replace(text.Normalize(System.Text.NormalizationForm.FormD).ToLowerInvariant(), "-").Trim('-');
        plain = plain.Length > 50 ? plain[..50].TrimEnd('-') : plain;
        return plain.Length < 2 ? "x-" + plain : plain;
    }

    /// <summary>Whether a name fits a pattern with * and ?; in time that grows with the two lengths alone.</summary>
    public static bool Globs(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
                (p, n) = (p + 1, n + 1);
            else if (p < pattern.Length && pattern[p] == '*')
                (star, mark, p) = (p, n, p + 1);
            else if (star >= 0)
                (p, mark, n) = (star + 1, mark + 1, mark + 1);
            else
                return false;
        }

        return pattern[p..].All(c => c == '*');
    }

    private static string Line(string text, int longest)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        line = CellText.FirstUnfit(line) >= 0 ? "–" : line;
        return CellText.Cut(line, longest);
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInSlugs();
}

/// <summary>The program's own files, as they lie in a plugin.</summary>
internal static class OwnFiles
{
    public static void ReadCatalogue(Draft draft, JsonObject root, ImportChoices choices, string fallback)
    {
        if (!Enum.TryParse<CatalogueKind>(root.Text("kind"), ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
        {
            draft.Problem("kind", "catalogues.import.error.kind", root.Text("kind") ?? "–", string.Join(", ", Enum.GetValues<CatalogueKind>().Select(k => JsonNamingPolicy.CamelCase.ConvertName(k.ToString()))));
            return;
        }

        var rows = new RowGatherer(draft);
        foreach (var (item, at) in root.List("items", ""))
        {
            rows.Add(at.TrimStart('.'), item.Text("id"), item.Text("parent"), item.Text("kind") ?? Drafts.Leaf(kind), item.Text("title"), item.Text("guidance"), Words(item, "titles"), Words(item, "guidances"),
                item["confirmed"] is not JsonValue confirmed || !confirmed.TryGetValue(out bool sure) || sure,
                item.Part("attributes")?.Where(a => a.Value is JsonArray).ToDictionary(a => a.Key, a => (IReadOnlyList<string>)[.. ((JsonArray)a.Value!).Select(v => v.Text()).OfType<string>()], StringComparer.Ordinal));
        }

        draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? root.Text("name") ?? fallback, root.Text("edition") ?? "1", choices.Kind ?? kind, root.Text("source") ?? fallback, root.Text("attribution"), choices.Extends ?? root.Text("extends")), "isms:" + root.Text("id")));
    }

    public static void ReadMapping(Draft draft, JsonObject root, ImportChoices choices, string fallback)
    {
        var (from, to) = (draft.Find(choices.From ?? root.Text("from")), draft.Find(choices.To ?? root.Text("to")));
        if (from is null)
            draft.Problem("from", "catalogues.import.error.mappingend", root.Text("from") ?? "–");
        if (to is null)
            draft.Problem("to", "catalogues.import.error.mappingend", root.Text("to") ?? "–");
        if (from is null || to is null)
            return;
        List<MappingRow> pairs = [];
        foreach (var (row, at) in root.List("rows", ""))
            Pair(draft, pairs, from, to, at.TrimStart('.'), row.Text("from"), row.Text("to"), row.Text("relationship"), row["confirmed"] is not JsonValue confirmed || !confirmed.TryGetValue(out bool sure) || sure);
        if (pairs.Count == 0 && draft.Problems.Count == 0)
            draft.Problem("rows", "catalogues.import.error.norows");
        var name = choices.Name ?? $"{from.Name} – {to.Name}";
        draft.Mappings.Add(new(new() { From = from.Id, To = to.Id, Source = root.Text("source") ?? fallback, Rows = pairs }, name, $"isms:{from.Id}:{to.Id}"));
    }

    public static void Pair(Draft draft, List<MappingRow> pairs, Catalogue from, Catalogue to, string place, string? source, string? target, string? relationship, bool confirmed)
    {
        if (source is null || from.Items.All(i => i.Id != source))
            draft.Problem(place, "catalogues.import.error.norow", source ?? "–", from.Name);
        else if (target is not null && to.Items.All(i => i.Id != target))
            draft.Problem(place, "catalogues.import.error.norow", target, to.Name);
        else
            pairs.Add(new() { From = source, To = target, Relationship = relationship is "equal" or "subset" or "superset" or "intersect" ? relationship : null, Confirmed = confirmed });
    }

    private static Dictionary<string, string> Words(JsonObject item, string property) => item.Part(property)?.Where(t => t.Value.Text() is not null).ToDictionary(t => t.Key, t => t.Value.Text()!, StringComparer.Ordinal) ?? [];
}

/// <summary>CSV and XLSX: one row of the table is one row of the catalogue.</summary>
internal static class Tables
{
    public static IReadOnlyList<ImportField> Fields { get; } =
    [
        new("id", "catalogues.col.id", "A.1.1", true, "ref", "reference", "ref_id", "number", "no", "code", "control id", "rujukan", "nombor", "kod"),
        new("title", "catalogues.col.title", "Locks on cabinets", true, "name", "control", "control name", "control title", "threat", "vulnerability", "requirement", "nama", "kawalan"),
        new("parent", "catalogues.col.parent", "A.1", false, "parent id", "group", "domain", "family", "category", "class", "induk", "kumpulan", "kategori", "kelas"),
        new("kind", "catalogues.col.kind", "control", false, "type", "row kind"),
        new("guidance", "catalogues.col.guidance", "Keep cabinets locked.", false, "description", "text", "keterangan", "huraian"),
        new("title_ms", "catalogues.import.field.titlems", "Kunci pada kabinet", false, "tajuk ms", "title ms"),
        new("guidance_ms", "catalogues.import.field.guidancems", "Pastikan kabinet berkunci.", false, "panduan ms", "guidance ms"),
        new("confirmed", "catalogues.col.confirmed", "yes", false, "sure"),
    ];

    public static void Read(Draft draft, Table table, ImportMap map, ImportChoices choices, string fallback)
    {
        foreach (var problem in table.Problems)
            draft.Problem(Place(problem.Row), problem.Message, problem.Arguments);
        var kind = choices.Kind ?? (string.IsNullOrWhiteSpace(choices.Extends) ? CatalogueKind.Controls : CatalogueKind.SectorGuide);
        var leaf = Drafts.Leaf(kind);
        var heading = kind is CatalogueKind.Threats or CatalogueKind.Vulnerabilities ? "category" : "domain";
        var ids = table.Rows.Select(r => r[map["id"]]).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var above = draft.Find(choices.Extends)?.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal) ?? [];
        var parents = new Dictionary<TableRow, string?>();
        HashSet<string> named = new(ids.Concat(above), StringComparer.Ordinal);
        List<(string Name, int Row)> made = [];
        foreach (var row in table.Rows)
        {
            var parent = row[map["parent"]];
            // A class in words, not an identifier, becomes a heading of its own.
            if (parent is not null && named.Add(parent))
                made.Add((parent, row.Number));
            parents[row] = parent ?? (map["parent"] is null ? ByNumber(row[map["id"]], ids, above) : null);
        }

        var rows = new RowGatherer(draft);
        foreach (var (group, row) in made)
            rows.Add(Place(row), group, null, heading, group);
        var used = parents.Values.OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var confirmed = true;
            if (row[map["confirmed"]] is { } sure && !CellText.TryYesNo(sure, out confirmed))
                draft.Problem(Place(row.Number), "catalogues.import.error.yesno", sure);
            var id = row[map["id"]];
            rows.Add(Place(row.Number), id, parents[row], Kind(row[map["kind"]], id is not null && used.Contains(id) && map["kind"] is null ? heading : leaf), row[map["title"]], row[map["guidance"]], Malay(row[map["title_ms"]]), Malay(row[map["guidance_ms"]]), confirmed);
        }

        var name = choices.Name ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, name, "1", kind, fallback, null, choices.Extends), "table:" + name));

        string Kind(string? given, string standard)
        {
            var word = given?.Trim().ToLowerInvariant();
            return word is null ? standard : word is "domain" or "objective" or "control" or "clause" or "group" or "requirement" or "item" or "section" or "category" or "threat" or "vulnerability" ? word : word is "class" or "theme" or "family" ? heading : standard;
        }
    }

    private static string Place(int row) => "row " + row.ToString(CultureInfo.InvariantCulture);

    private static Dictionary<string, string>? Malay(string? text) => text is null ? null : new() { ["ms"] = text };

    /// <summary>The nearest identifier above by its dots: A.5 for A.5.1.</summary>
    private static string? ByNumber(string? id, HashSet<string> ids, HashSet<string> above)
    {
        for (var dot = id?.LastIndexOf('.') ?? -1; dot > 0; dot = id!.LastIndexOf('.', dot - 1))
        {
            if (ids.Contains(id![..dot]) || above.Contains(id[..dot]))
                return id[..dot];
        }

        return null;
    }
}

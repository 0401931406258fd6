using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>MISP: taxonomies (predicates with entries) and galaxy clusters.</summary>
internal static class Misp
{
    public static void ReadTaxonomy(Draft draft, JsonObject root, ImportChoices choices, string fallback)
    {
        var kind = choices.Kind ?? CatalogueKind.Threats;
        var leaf = Drafts.Leaf(kind);
        var rows = new RowGatherer(draft);
        var predicates = root.List("predicates", "").ToList();
        var values = root.List("values", "").ToList();
        var classes = values.Where(v => v.Item["entry"] is JsonArray { Count: > 0 }).Select(v => v.Item.Text("predicate")).ToHashSet(StringComparer.Ordinal);
        foreach (var (predicate, at) in predicates)
        {
            // A predicate without entries is itself the threat.
            var single = !classes.Contains(predicate.Text("value"));
            rows.Add(at.TrimStart('.'), predicate.Text("value"), null, single ? leaf : "category", predicate.Text("expanded") ?? predicate.Text("value"), predicate.Text("description"));
        }

        foreach (var (value, at) in values)
        {
            var predicate = value.Text("predicate");
            if (predicate is null || !rows.Has(predicate))
            {
                draft.Problem(at.TrimStart('.') + ".predicate", "catalogues.import.error.noparent", "values", predicate ?? "–");
                continue;
            }

            var entries = value.List("entry", at.TrimStart('.')).ToList();
            foreach (var (entry, where) in entries)
                rows.Add(where, entry.Text("value") is { } id ? $"{predicate}:{id}" : null, predicate, leaf, entry.Text("expanded") ?? entry.Text("value"), entry.Text("description"));
        }

        var name = root.Text("expanded") ?? root.Text("namespace") ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? name, root.Text("version") ?? "1", kind, $"MISP taxonomy {root.Text("namespace")}, version {root.Text("version") ?? "1"}", null, choices.Extends), "misp:" + root.Text("namespace")));
    }

    public static void ReadGalaxy(Draft draft, JsonObject root, ImportChoices choices, string fallback)
    {
        var kind = choices.Kind ?? root.Text("category")?.ToLowerInvariant() switch { "vulnerability" => CatalogueKind.Vulnerabilities, "course-of-action" => CatalogueKind.Controls, _ => CatalogueKind.Threats };
        var heading = kind is CatalogueKind.Threats or CatalogueKind.Vulnerabilities ? "category" : "domain";
        var rows = new RowGatherer(draft);
        var name = root.Text("name") ?? fallback;
        var values = root.List("values", "").ToList();
        foreach (var group in values.Select(v => Class(v.Item)).Distinct(StringComparer.Ordinal))
            rows.Add("name", Heading(group), null, heading, group ?? name, group is null ? root.Text("description") : null);
        foreach (var (value, at) in values)
        {
            var id = First(value, "external_id") ?? First(value, "Technique ID") ?? value.Text("value");
            if (id is { Length: > 100 })
                id = value.Text("uuid");
            rows.Add(at.TrimStart('.'), id is not null && rows.Has(id) ? value.Text("uuid") ?? id : id, Heading(Class(value)), Drafts.Leaf(kind), value.Text("value"), value.Text("description"));
        }

        draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? name, root.Text("version") ?? "1", kind, $"MISP galaxy {name}, version {root.Text("version") ?? "1"}", root.Text("source"), choices.Extends), "misp:" + (root.Text("type") ?? root.Text("uuid") ?? name)));

        static string Heading(string? group) => group is null ? "all" : "class " + group;

        static string? First(JsonObject value, string property) => value.Part("meta")?[property] is JsonArray several ? several.FirstOrDefault().Text() : value.Part("meta").Text(property);

        // A kill chain is written as matrix:phase, or matrix:platform:phase.
        static string? Class(JsonObject value) => First(value, "kill_chain")?.Split(':')[^1].Replace('-', ' ') ?? First(value, "Tactic");
    }
}

/// <summary>MONARC: threats, vulnerabilities or measures as its knowledge base and its sharing platform write them, one or many.</summary>
internal static class Monarc
{
    private static readonly string[] Lists = ["threats", "vulnerabilities", "measures", "data", "objects"];

    public static bool Recognises(JsonNode? root) => Parts(root).Any(part => part.Objects.Take(3).Any(o => o.Item.Text("code") is not null && Words(o.Item, "label") is not null));

    public static void Read(Draft draft, JsonNode root, ImportChoices choices, string fallback)
    {
        var parts = Parts(root).Where(p => p.Objects.Exists(o => o.Item.Text("code") is not null)).ToList();
        foreach (var (list, objects) in parts)
        {
            var threats = list == "threats" || objects.Exists(o => o.Item.ContainsKey("theme") || o.Item.ContainsKey("c") || o.Item.ContainsKey("a"));
            var fits = list == "measures" ? CatalogueKind.Controls : threats ? CatalogueKind.Threats : CatalogueKind.Vulnerabilities;
            var kind = parts.Count == 1 ? choices.Kind ?? fits : fits;
            var name = (root as JsonObject).Text("name") ?? (root is JsonObject titled && !titled.ContainsKey("code") ? Words(titled, "label") : null) ?? fallback;
            var title = choices.Name ?? name;
            if (parts.Count > 1)
                (name, title) = ($"{name} ({list})", $"{title} ({list})");
            var rows = Rows(draft, objects, kind, title);
            draft.Catalogues.Add(new(Drafts.Make(draft, rows, title, (root as JsonObject).Text("version") ?? "1", kind, "MONARC", null, choices.Extends), "monarc:" + name));
        }
    }

    private static RowGatherer Rows(Draft draft, List<(JsonObject Item, string Place)> objects, CatalogueKind kind, string unnamed)
    {
        // The sharing platform keeps one object for each language: they are one row.
        List<(JsonObject Item, string Place, List<JsonObject> Others)> found = [];
        foreach (var same in objects.GroupBy(o => (Code: o.Item.Text("code"), Once: Language(o.Item) is null ? o.Place : null)))
        {
            var together = same.Key.Code is not null && same.DistinctBy(o => Language(o.Item)).Count() == same.Count();
            if (together && same.MaxBy(o => Language(o.Item) == "en" ? 1 : 0) is var main)
                found.Add((main.Item, main.Place, [.. same.Select(o => o.Item).Where(o => o != main.Item)]));
            else
                found.AddRange(same.Select(o => (o.Item, o.Place, new List<JsonObject>())));
        }

        var rows = new RowGatherer(draft);
        var themes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var theme in found.Select(o => Theme(o.Item)).Distinct(StringComparer.Ordinal))
        {
            var id = "class " + (themes.Count + 1).ToString(CultureInfo.InvariantCulture);
            themes[theme] = id;
            rows.Add("theme", id, null, kind is CatalogueKind.Threats or CatalogueKind.Vulnerabilities ? "category" : "domain", theme.Length == 0 ? unnamed : theme);
        }

        foreach (var (one, at, others) in found)
        {
            Dictionary<string, IReadOnlyList<string>> attributes = new(StringComparer.Ordinal);
            List<string> harms = [.. new[] { ("c", "Confidentiality"), ("i", "Integrity"), ("a", "Availability") }.Where(h => one.Flag(h.Item1) || one.Text(h.Item1) == "1").Select(h => h.Item2)];
            if (harms.Count > 0)
                attributes["info_sec_properties"] = harms;
            Dictionary<string, string> In(string property) => others.Where(o => Words(o, property) is not null).ToDictionary(o => Language(o)!, o => Words(o, property)!, StringComparer.Ordinal);
            rows.Add(at, one.Text("code"), themes[Theme(one)], Drafts.Leaf(kind), Words(one, "label"), Words(one, "description"), In("label"), In("description"), attributes: attributes);
        }

        return rows;
    }

    private static string Theme(JsonObject of) => Words(of, "theme") ?? Words(of, "category") ?? "";

    /// <summary>Language of an object that is in one alone, such as <c>en</c>.</summary>
    private static string? Language(JsonObject of) => of.Text("language")?.ToLowerInvariant() is { Length: >= 2 } language ? language[..2] : null;

    /// <summary>Words of a property: a text, one of several languages, or an object with a label; MONARC numbers French 1, English 2, German 3, Dutch 4. English where there is a choice.</summary>
    private static string? Words(JsonObject of, string property) => of.Text(property) ?? new[] { "2", "1", "3", "4" }.Select(n => of.Text(property + n)).FirstOrDefault(t => t is not null)
        ?? ((of[property] ?? of[property + "s"]) is JsonObject several ? several.Text("en") ?? several.Text("EN") ?? (several.Any(p => p.Key.StartsWith("label", StringComparison.Ordinal)) ? Words(several, "label") : null) ?? several.Where(p => p.Key.Length is 2 or 5 && p.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String).Select(p => p.Value.Text()).FirstOrDefault(t => t is not null) : null);

    /// <summary>The lists of objects, however they are wrapped: a list, lists under a name and under <c>knowledgeBase</c>, a map by identifier, or one alone; each object may lie under <c>json_object</c>.</summary>
    private static List<(string List, List<(JsonObject Item, string Place)> Objects)> Parts(JsonNode? root)
    {
        var (holder, path) = root.Part("knowledgeBase") is { } knowledge ? (knowledge, "knowledgeBase.") : (root, "");
        if (holder is not JsonObject o || Lists.Where(k => o[k] is JsonArray or JsonObject).ToList() is not { Count: > 0 } named)
            return [("", Objects(holder, ""))];
        // One kind of list beside others of the same file; a plain list of anything alone.
        return [.. named.Where(k => named.Count == 1 || k is not ("data" or "objects")).Select(k => (k, Objects(o[k], path + k)))];
    }

    private static List<(JsonObject Item, string Place)> Objects(JsonNode? holder, string place)
    {
        var found = holder switch
        {
            JsonArray list => list.Select((n, i) => (Node: n, Place: $"{place}[{i}]")),
            JsonObject one when one.ContainsKey("code") || one.ContainsKey("json_object") => [(Node: (JsonNode?)one, Place: place)],
            JsonObject map => map.Select(p => (Node: p.Value, Place: $"{place}.{p.Key}")),
            _ => [],
        };
        return [.. from f in found let item = f.Node.Part("json_object") ?? f.Node as JsonObject where item is not null select (item!, f.Place)];
    }
}

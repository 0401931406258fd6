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
        foreach (var (predicate, at) in predicates)
        {
            // A predicate without entries is itself the threat.
            var single = values.Count == 0;
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
        var kind = choices.Kind ?? CatalogueKind.Threats;
        var rows = new RowGatherer(draft);
        var name = root.Text("name") ?? fallback;
        rows.Add("name", "all", null, "category", name, root.Text("description"));
        foreach (var (value, at) in root.List("values", ""))
        {
            var meta = value.Part("meta");
            var id = (meta?["external_id"] is JsonArray several ? several.FirstOrDefault().Text() : meta.Text("external_id")) ?? value.Text("value");
            if (id is { Length: > 100 })
                id = value.Text("uuid");
            rows.Add(at.TrimStart('.'), id is not null && rows.Has(id) ? value.Text("uuid") ?? id : id, "all", Drafts.Leaf(kind), value.Text("value"), value.Text("description"));
        }

        draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? name, root.Text("version") ?? "1", kind, $"MISP galaxy {name}, version {root.Text("version") ?? "1"}", root.Text("source"), choices.Extends), "misp:" + (root.Text("type") ?? root.Text("uuid") ?? name)));
    }
}

/// <summary>MONARC: threats or vulnerabilities as its knowledge base and its sharing platform write them, one or many.</summary>
internal static class Monarc
{
    public static bool Recognises(JsonNode? root) => Objects(root).Take(3).Any(o => o.Item.Text("code") is not null && LabelOf(o.Item) is not null);

    public static void Read(Draft draft, JsonNode root, ImportChoices choices, string fallback)
    {
        var objects = Objects(root).ToList();
        var threats = objects.Exists(o => o.Item.ContainsKey("theme") || o.Item.ContainsKey("c") || o.Item.ContainsKey("a"));
        var kind = choices.Kind ?? (root is JsonObject standard && standard["measures"] is JsonArray ? CatalogueKind.Controls : threats ? CatalogueKind.Threats : CatalogueKind.Vulnerabilities);
        var heading = kind is CatalogueKind.Threats or CatalogueKind.Vulnerabilities ? "category" : "domain";
        var rows = new RowGatherer(draft);
        var themes = new Dictionary<string, string>(StringComparer.Ordinal);
        string Theme(JsonObject of) => (of["theme"] is JsonObject theme ? LabelOf(theme) : of.Text("theme") ?? of.Text("category")) ?? "";
        foreach (var theme in objects.Select(o => Theme(o.Item)).Distinct(StringComparer.Ordinal))
        {
            var id = "class " + (themes.Count + 1).ToString(CultureInfo.InvariantCulture);
            themes[theme] = id;
            rows.Add("theme", id, null, heading, theme.Length == 0 ? choices.Name ?? fallback : theme);
        }

        foreach (var (one, at) in objects)
        {
            Dictionary<string, IReadOnlyList<string>> attributes = new(StringComparer.Ordinal);
            List<string> harms = [];
            foreach (var (key, word) in new[] { ("c", "Confidentiality"), ("i", "Integrity"), ("a", "Availability") })
            {
                if (one.Flag(key) || one.Text(key) == "1")
                    harms.Add(word);
            }

            if (harms.Count > 0)
                attributes["info_sec_properties"] = harms;
            rows.Add(at, one.Text("code"), themes[Theme(one)], Drafts.Leaf(kind), LabelOf(one), one.Text("description") ?? one.Text("description1") ?? one.Text("description2"), attributes: attributes);
        }

        var name = (root as JsonObject).Text("name") ?? (root is JsonObject titled && !titled.ContainsKey("code") ? LabelOf(titled) : null) ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? name, (root as JsonObject).Text("version") ?? "1", kind, "MONARC", null, choices.Extends), "monarc:" + name));
    }

    private static string? LabelOf(JsonObject of) => of.Text("label") ?? of.Text("label2") ?? of.Text("label1") ?? of.Text("label3") ?? of.Text("label4") ?? (of["labels"] as JsonObject)?.Select(l => l.Value.Text()).FirstOrDefault(t => t is not null);

    /// <summary>The objects, however they are wrapped: a list, a list under <c>data</c>, <c>threats</c>, <c>vulnerabilities</c>, <c>measures</c> or <c>objects</c>, a map by identifier, or one alone; each may lie under <c>json_object</c>.</summary>
    private static IEnumerable<(JsonObject Item, string Place)> Objects(JsonNode? root)
    {
        var (holder, place) = root is JsonObject o && new[] { "data", "threats", "vulnerabilities", "measures", "objects" }.FirstOrDefault(k => o[k] is JsonArray or JsonObject) is { } key ? (o[key], key) : (root, "");
        var found = holder switch
        {
            JsonArray list => list.Select((n, i) => (Node: n, Place: $"{place}[{i}]")),
            JsonObject one when one.ContainsKey("code") || one.ContainsKey("json_object") => [(Node: (JsonNode?)one, Place: place)],
            JsonObject map => map.Select(p => (Node: p.Value, Place: $"{place}.{p.Key}")),
            _ => [],
        };
        foreach (var (node, at) in found)
        {
            if ((node.Part("json_object") ?? node as JsonObject) is { } item)
                yield return (item, at);
        }
    }
}

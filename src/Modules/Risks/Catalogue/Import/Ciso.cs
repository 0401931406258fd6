using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Plugins;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>CISO Assistant libraries: frameworks, reference controls, threats, risk matrices and requirement mappings.</summary>
internal static class Ciso
{
    /// <summary>Attribute that keeps the end of a row's URN, by which mappings name it.</summary>
    public const string Urn = "_urn";

    private static readonly HashSet<string> Taken = ["framework", "frameworks", "threats", "reference_controls", "risk_matrix", "risk_matrices", "requirement_mapping_set", "requirement_mapping_sets"];

    public static void Read(Draft draft, JsonObject library, ImportChoices choices, string fallback, IPluginCatalog plugins, Func<string, Catalogue?> byIdentity, IReadOnlyList<Catalogue> all)
    {
        var objects = library.Part("objects")!;
        var before = (draft.Catalogues.Count, draft.Mappings.Count, draft.Methodologies.Count);
        var version = library.Text("version") ?? "1";
        var source = string.Join("; ", new[] { library.Text("name"), library.Text("provider"), $"CISO Assistant library {library.Text("ref_id")}, version {version}" }.Where(t => t is not null));
        var rights = library.Text("copyright");
        foreach (var (framework, place) in Of(objects, "framework", "frameworks"))
            Framework(framework, place);
        Flat("threats", "threat", CatalogueKind.Threats, objects);
        Flat("reference_controls", "control", CatalogueKind.Controls, objects);
        foreach (var (matrix, place) in Of(objects, "risk_matrix", "risk_matrices"))
            Matrix(draft, matrix, place, choices, library, plugins);
        foreach (var (set, place) in Of(objects, "requirement_mapping_set", "requirement_mapping_sets"))
            Mapping(draft, set, place, choices, byIdentity, all);
        if (draft.Problems.Count == 0 && before == (draft.Catalogues.Count, draft.Mappings.Count, draft.Methodologies.Count))
            draft.Problem("objects", "catalogues.import.error.noobjects", string.Join(", ", objects.Select(o => o.Key).Take(8)));
        if (objects.Where(o => !Taken.Contains(o.Key) && o.Value is not null).Select(o => o.Key).ToList() is { Count: > 0 } left)
            draft.Notes.Add(new("objects", "catalogues.import.note.objects", string.Join(", ", left.Take(8))));

        void Framework(JsonObject framework, string place)
        {
            var nodes = framework.List("requirement_nodes", place).ToList();
            var kind = choices.Kind ?? CatalogueKind.Controls;
            var leaf = Drafts.Leaf(kind);
            var heading = kind == CatalogueKind.Clauses ? "group" : "domain";
            var idOf = Identifiers([.. nodes.Select(n => n.Item)]);
            var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            var groups = framework.List("implementation_groups_definition", place).Where(g => g.Item.Text("ref_id") is not null).GroupBy(g => g.Item.Text("ref_id")!).ToDictionary(g => g.Key, g => g.First().Item.Text("name") ?? g.Key, StringComparer.Ordinal);
            foreach (var (node, at) in nodes)
            {
                var urn = node.Text("urn");
                if (urn is null)
                    draft.Problem(at + ".urn", "catalogues.import.error.noid");
                else if (!ids.TryAdd(urn, idOf(node)))
                    draft.Problem(at + ".urn", "catalogues.import.error.sameid", urn, place);
            }

            var rows = new RowGatherer(draft);
            foreach (var (node, at) in nodes.Where(n => n.Item.Text("urn") is not null))
            {
                var parent = node.Text("parent_urn");
                if (parent is not null && !ids.ContainsKey(parent))
                    draft.Problem(at + ".parent_urn", "catalogues.import.error.noparent", ids[node.Text("urn")!], parent);
                Dictionary<string, IReadOnlyList<string>> attributes = new() { [Urn] = [Tail(node.Text("urn"))] };
                if (node["implementation_groups"] is JsonArray belongs && belongs.Select(g => g.Text()).OfType<string>().Select(g => groups.GetValueOrDefault(g, g)).ToList() is { Count: > 0 } named)
                    attributes["implementation_groups"] = named;
                var name = node.Text("name") ?? node.Text("description") ?? node.Text("ref_id") ?? Tail(node.Text("urn"));
                rows.Add(at, ids[node.Text("urn")!], parent is null ? null : ids.GetValueOrDefault(parent), node.Flag("assessable") ? leaf : heading, name,
                    TreeReading.Join(node.Text("name") is null ? null : node.Text("description"), node.Text("annotation")), Translated(node, "name"), Translated(node, "description"), attributes: attributes);
            }

            if (nodes.Count == 0)
                draft.Problem(place + ".requirement_nodes", "catalogues.import.error.norows");
            draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? framework.Text("name") ?? library.Text("name") ?? fallback, version, kind, source, rights, choices.Extends), framework.Text("urn") ?? library.Text("urn")!));
        }

        void Flat(string property, string kind, CatalogueKind of, JsonObject from)
        {
            var items = from.List(property, "objects").ToList();
            if (items.Count == 0)
                return;
            var rows = new RowGatherer(draft);
            foreach (var group in items.Select(i => i.Item.Text("category") ?? "").Distinct())
                rows.Add("objects." + property, group.Length == 0 ? "all" : group, null, of == CatalogueKind.Threats ? "category" : "domain", group.Length == 0 ? library.Text("name") ?? fallback : group.Replace('_', ' '));
            var identify = Identifiers([.. items.Select(i => i.Item)]);
            string IdOf(JsonObject item) => rows.Has(identify(item)) && identify(item) == item.Text("category") ? item.Text("urn") ?? "" : identify(item);
            var byUrn = items.Where(i => i.Item.Text("urn") is not null).GroupBy(i => i.Item.Text("urn")!, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => IdOf(g.First().Item), StringComparer.OrdinalIgnoreCase);
            foreach (var (item, at) in items)
            {
                // A technique below another hangs under it.
                var above = item.Text("parent_urn") is { } urn ? byUrn.GetValueOrDefault(urn) : null;
                rows.Add(at, IdOf(item), above ?? item.Text("category") ?? "all", kind, item.Text("name") ?? item.Text("description"), TreeReading.Join(item.Text("name") is null ? null : item.Text("description"), item.Text("annotation")), Translated(item, "name"), Translated(item, "description"));
            }

            var title = (items.Count > 0 && objects.Count > 1 ? (library.Text("name") ?? fallback) + " (" + property.Replace('_', ' ') + ")" : library.Text("name") ?? fallback);
            draft.Catalogues.Add(new(Drafts.Make(draft, rows, choices.Name ?? title, version, of, source, rights, null), library.Text("urn") + "#" + property));
        }
    }

    private static void Mapping(Draft draft, JsonObject set, string place, ImportChoices choices, Func<string, Catalogue?> byIdentity, IReadOnlyList<Catalogue> all)
    {
        var (from, to) = (End("source_framework_urn", choices.From), End("target_framework_urn", choices.To));
        if (from is null || to is null)
            return;
        var (sources, targets) = (Rows(from), Rows(to));
        List<MappingRow> pairs = [];
        List<string> left = [];
        foreach (var (pair, at) in set.List("requirement_mappings", place))
        {
            var (source, target) = (pair.Text("source_requirement_urn"), pair.Text("target_requirement_urn"));
            if (source is null || target is null)
                draft.Problem(at, "catalogues.import.error.pair");
            else if (pair.Text("relationship") is "not_related" or "no_relationship")
                continue;
            else if (sources.TryGetValue(Tail(source), out var one) && targets.TryGetValue(Tail(target), out var other))
                pairs.Add(new() { From = one, To = other, Relationship = pair.Text("relationship") is { } relationship && relationship is "equal" or "subset" or "superset" or "intersect" ? pair.Text("relationship") : null });
            else
                left.Add($"{Tail(source)} → {Tail(target)}");
        }

        if (left.Count > 0)
            draft.Notes.Add(new(place, "catalogues.import.note.pairs", left.Count.ToString(CultureInfo.InvariantCulture), string.Join("; ", left.Take(5))));
        if (pairs.Count == 0)
            draft.Problem(place + ".requirement_mappings", "catalogues.import.error.nopairs", from.Name, to.Name);
        var name = choices.Name ?? set.Text("name") ?? $"{from.Name} – {to.Name}";
        draft.Mappings.Add(new(new() { From = from.Id, To = to.Id, Source = name, Rows = pairs }, name, set.Text("urn") ?? name));

        Catalogue? End(string property, string? given)
        {
            var urn = set.Text(property);
            var stem = Tail(urn);
            var found = given is not null ? all.FirstOrDefault(c => c.Id == given)
                : (urn is null ? null : byIdentity(urn)) ?? all.FirstOrDefault(c => c.Id == stem) ?? (stem.Length < 6 ? null : all.Where(c => c.Kind == CatalogueKind.Controls).FirstOrDefault(c => c.Id.StartsWith(stem + "-", StringComparison.OrdinalIgnoreCase)));
            if (found is null)
                draft.Problem($"{place}.{property}", "catalogues.import.error.mappingend", urn ?? "");
            return found;
        }

        static Dictionary<string, string> Rows(Catalogue of)
        {
            var rows = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var item in of.Items)
            {
                rows.TryAdd(item.Id, item.Id);
                if (item.Attributes.GetValueOrDefault(Urn) is [var urn])
                    rows.TryAdd(urn, item.Id);
            }

            return rows;
        }
    }

    /// <summary>A matrix becomes a methodology of the workspace: likelihood by impact, a grid of levels.</summary>
    private static void Matrix(Draft draft, JsonObject matrix, string place, ImportChoices choices, JsonObject library, IPluginCatalog plugins)
    {
        var (rows, cols, levels) = (Tiers("probability"), Tiers("impact"), Tiers("risk"));
        if (rows is null || cols is null || levels is null)
            return;
        var grid = new JsonArray();
        var cells = matrix["grid"] as JsonArray;
        if (cells?.Count != rows.Count || cells.Any(r => (r as JsonArray)?.Count != cols.Count))
        {
            draft.Problem(place + ".grid", "catalogues.import.error.grid", rows.Count.ToString(CultureInfo.InvariantCulture), cols.Count.ToString(CultureInfo.InvariantCulture));
            return;
        }

        for (var r = 0; r < cells.Count; r++)
        {
            var line = new JsonArray();
            for (var c = 0; c < cols.Count; c++)
            {
                if (cells[r]![c] is not JsonValue value || !value.TryGetValue(out int level) || level < 0 || level >= levels.Count)
                {
                    draft.Problem($"{place}.grid[{r}][{c}]", "catalogues.import.error.cell", cells[r]![c]?.ToJsonString() ?? "–", (levels.Count - 1).ToString(CultureInfo.InvariantCulture));
                    return;
                }

                line.Add(level);
            }

            grid.Add((JsonNode)line);
        }

        var colours = new JsonArray();
        for (var i = 0; i < levels.Count; i++)
        {
            if (((matrix["risk"] as JsonArray)![i]).Text("hexcolor") is { Length: 7 } colour && colour[0] == '#' && colour[1..].All(char.IsAsciiHexDigit))
                colours.Add(colour);
        }

        var parameters = new JsonObject { ["rows_axis"] = "probability", ["rows"] = rows, ["cols_axis"] = "impact", ["cols"] = cols, ["levels"] = levels, ["grid"] = grid };
        if (colours.Count == levels.Count)
            parameters["colours"] = colours;
        var declaration = plugins.Methodology("matrix")?.Declaration(parameters);
        if (declaration is not { Succeeded: true } made)
        {
            draft.Problem(place, "catalogues.import.error.matrix", declaration is { } refused ? string.Join("; ", refused.Errors.Select(e => $"{e.Field} {string.Join(' ', e.Arguments)}")) : "matrix");
            return;
        }

        var whole = made.Value;
        whole["name"] = choices.Name ?? matrix.Text("name") ?? library.Text("name") ?? "Risk matrix";
        whole["summary"] = matrix.Text("description") ?? library.Text("description") ?? whole["name"]!.GetValue<string>();
        whole["source"] = $"CISO Assistant library {library.Text("ref_id")}, version {library.Text("version") ?? "1"}";
        whole["confidence"] = "published";
        whole["id"] = Drafts.Slug(matrix.Text("ref_id") ?? whole["name"]!.GetValue<string>());
        draft.Methodologies.Add(whole);

        JsonArray? Tiers(string property)
        {
            var tiers = matrix.List(property, place).ToList();
            if (tiers.Count is < 2 or > 20)
            {
                draft.Problem($"{place}.{property}", "catalogues.import.error.tiers", tiers.Count.ToString(CultureInfo.InvariantCulture));
                return null;
            }

            HashSet<string> keys = new(StringComparer.Ordinal);
            var made = new JsonArray();
            foreach (var (tier, at) in tiers)
            {
                var name = tier.Text("name") ?? tier.Text("abbreviation");
                if (name is null)
                    draft.Problem(at + ".name", "catalogues.import.error.notitle", property);
                var key = Drafts.Slug(name ?? "tier");
                while (!keys.Add(key))
                    key += "-" + keys.Count.ToString(CultureInfo.InvariantCulture);
                var one = new JsonObject { ["key"] = key, ["label"] = name };
                if (tier.Text("description") is { } words && property != "risk")
                    one["anchor"] = CellText.Cut(words, 500);
                made.Add((JsonNode)one);
            }

            return made;
        }
    }

    /// <summary>An identifier is the reference where every row has one of its own, else the end of the URN, else the URN.</summary>
    private static Func<JsonObject, string> Identifiers(IReadOnlyList<JsonObject> nodes)
    {
        var references = nodes.Select(n => n.Text("ref_id")).OfType<string>().GroupBy(r => r, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Func<JsonObject, string>[] ways = [n => n.Text("ref_id") is { } reference && references[reference] == 1 ? reference : Tail(n.Text("urn")), n => Tail(n.Text("urn")), n => n.Text("urn") ?? ""];
        return ways.FirstOrDefault(way => nodes.Select(way).Distinct(StringComparer.Ordinal).Count() == nodes.Count) ?? ways[0];
    }

    private static IEnumerable<(JsonObject Item, string Place)> Of(JsonObject objects, string single, string several) =>
        (objects[single] is JsonObject one ? [(one, "objects." + single)] : objects.List(single, "objects")).Concat(objects.List(several, "objects"));

    private static Dictionary<string, string> Translated(JsonObject node, string property) =>
        node.Part("translations")?.Where(t => t.Value.Text(property) is not null).ToDictionary(t => t.Key, t => t.Value.Text(property)!) ?? [];

    private static string Tail(string? urn) => urn?.Split(':')[^1] ?? "";
}

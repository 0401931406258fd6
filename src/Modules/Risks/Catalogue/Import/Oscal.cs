using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Results;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>NIST OSCAL, JSON: catalogues, and profiles that choose from one.</summary>
internal static partial class Oscal
{
    /// <summary>Attribute in which a title with parameters is kept as the file has it, so that a profile can set them.</summary>
    public const string RawTitle = "oscal_title";
    private const string ParameterPrefix = "oscal_param_";
    private const int PartsDeep = 20;

    public static void ReadCatalog(Draft draft, JsonObject catalog, ImportChoices choices, string fallback)
    {
        var metadata = catalog.Part("metadata");
        var rows = new RowGatherer(draft);
        var withdrawn = 0;
        var controls = 0;
        Walk(catalog, "catalog", null, Parameters(catalog, []), 0);
        if (controls == 0)
            draft.Problem("catalog", "catalogues.import.error.nocontrols");
        if (withdrawn > 0)
            draft.Notes.Add(new("catalog", "catalogues.import.note.withdrawn", withdrawn.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var title = choices.Name ?? metadata.Text("title") ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, title, metadata.Text("version") ?? "1", choices.Kind ?? CatalogueKind.Controls, $"OSCAL {metadata.Text("oscal-version")}, {metadata.Text("title")}", null, choices.Extends), "oscal:" + (metadata.Text("title") ?? catalog.Text("uuid") ?? fallback)));

        void Walk(JsonObject holder, string place, string? parent, Dictionary<string, string> parameters, int depth)
        {
            foreach (var (group, at) in holder.List("groups", place))
            {
                var id = group.Text("id") ?? "group " + (rows.Rows.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (rows.Add(at, id, parent, depth == 0 ? "domain" : "objective", group.Text("title") ?? id, Prose(group, "overview", parameters)))
                    Walk(group, at, id, Parameters(group, parameters), depth + 1);
            }

            foreach (var (control, at) in holder.List("controls", place))
                Control(control, at, parent, parameters);
        }

        void Control(JsonObject control, string place, string? parent, Dictionary<string, string> above)
        {
            if (control.List("props", place).Any(p => p.Item.Text("name") == "status" && p.Item.Text("value")?.Equals("withdrawn", StringComparison.OrdinalIgnoreCase) == true))
            {
                withdrawn++;
                return;
            }

            var parameters = Parameters(control, above);
            var raw = control.Text("title");
            Dictionary<string, IReadOnlyList<string>> attributes = new(StringComparer.Ordinal);
            if (raw is not null && Insert().IsMatch(raw))
            {
                attributes[RawTitle] = [raw];
                foreach (var name in Insert().Matches(raw).Select(m => m.Groups[1].Value).Distinct())
                    attributes[ParameterPrefix + name] = [parameters.GetValueOrDefault(name, name)];
            }

            controls++;
            if (!rows.Add(place, control.Text("id") ?? "", parent, "control", raw is null ? null : Filled(raw, parameters), TreeReading.Join(Prose(control, "statement", parameters), Prose(control, "guidance", parameters)), attributes: attributes))
                return;
            foreach (var (child, at) in control.List("controls", place))
                Control(child, at, control.Text("id"), parameters);
        }
    }

    /// <summary>A profile chooses controls of one catalogue that the workspace has: those that it includes less those that it excludes, with titles as its parameters and changes make them.</summary>
    public static void ReadProfile(Draft draft, JsonObject profile, ImportChoices choices, string fallback, IReadOnlyList<(Catalogue Catalogue, string? File)> known)
    {
        var metadata = profile.Part("metadata");
        List<(Catalogue From, HashSet<string> Ids)> chosen = [];
        foreach (var (import, place) in profile.List("imports", "profile"))
        {
            var href = import.Text("href") ?? "";
            if (Source(profile, href, choices, known) is not { } source)
            {
                draft.Problem(place + ".href", "catalogues.import.error.profilesource", href, string.Join("; ", known.Select(k => k.Catalogue.Name)));
                continue;
            }

            var all = source.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
            var children = source.Items.Where(i => i.Kind == "control").ToLookup(i => i.Parent);
            var included = import.Part("include-all") is not null || import["include-controls"] is null ? source.Items.Where(i => i.Kind == "control").Select(i => i.Id).ToHashSet(StringComparer.Ordinal) : Selected(import, "include-controls", place);
            included.ExceptWith(Selected(import, "exclude-controls", place));
            chosen.Add((source, included));

            HashSet<string> Selected(JsonObject from, string property, string at)
            {
                HashSet<string> ids = new(StringComparer.Ordinal);
                foreach (var (selection, where) in from.List(property, at))
                {
                    var below = selection.Text("with-child-controls") == "yes";
                    var named = (selection["with-ids"] as JsonArray)?.Select(n => n.Text()).ToList() ?? [];
                    for (var i = 0; i < named.Count; i++)
                    {
                        if (named[i] is not { } id || all.GetValueOrDefault(id) is not { Kind: "control" })
                            draft.Problem($"{where}.with-ids[{i}]", "catalogues.import.error.nocontrol", named[i] ?? "", source.Name);
                        else
                            Take(id, below);
                    }

                    foreach (var (matching, _) in selection.List("matching", where))
                    {
                        if (matching.Text("pattern") is { Length: <= 200 } pattern)
                        {
                            foreach (var id in all.Values.Where(i => i.Kind == "control" && Drafts.Globs(pattern, i.Id)).Select(i => i.Id))
                                Take(id, below);
                        }
                    }
                }

                return ids;

                void Take(string id, bool below)
                {
                    if (!ids.Add(id) || !below)
                        return;
                    foreach (var child in children[id])
                        Take(child.Id, true);
                }
            }
        }

        if (chosen.Count == 0 && draft.Problems.Count == 0)
            draft.Problem("profile.imports", "catalogues.import.error.noimports");
        var settings = profile.Part("modify").List("set-parameters", "profile.modify").Where(p => p.Item.Text("param-id") is not null)
            .GroupBy(p => p.Item.Text("param-id")!).ToDictionary(g => g.Key, g => (g.Last().Item["values"] as JsonArray)?.Select(v => v.Text()).OfType<string>().FirstOrDefault() ?? g.Last().Item.Text("label") ?? g.Key, StringComparer.Ordinal);
        var titles = profile.Part("modify").List("alters", "profile.modify").SelectMany(a => a.Item.List("adds", a.Place).Where(d => d.Item.Text("title") is not null && d.Item.Text("by-id") is null).Select(d => (Id: a.Item.Text("control-id"), Title: d.Item.Text("title")!)))
            .Where(t => t.Id is not null).GroupBy(t => t.Id!).ToDictionary(g => g.Key, g => g.Last().Title, StringComparer.Ordinal);

        var rows = new RowGatherer(draft);
        foreach (var (source, ids) in chosen)
        {
            var all = source.Items.ToDictionary(i => i.Id, StringComparer.Ordinal);
            HashSet<string> kept = new(ids, StringComparer.Ordinal);
            // Headings above what was chosen stay; a chosen control below one that was not hangs under the nearest that stays.
            foreach (var id in ids)
            {
                for (var at = all[id].Parent; at is not null && all.TryGetValue(at, out var above); at = above.Parent)
                {
                    if (above.Kind != "control")
                        kept.Add(above.Id);
                }
            }

            foreach (var item in source.Items.Where(i => kept.Contains(i.Id) && !rows.Has(i.Id)))
            {
                var parent = item.Parent;
                while (parent is not null && !kept.Contains(parent))
                    parent = all.GetValueOrDefault(parent)?.Parent;
                rows.Add(item.Id, item.Id, parent, item.Kind, titles.GetValueOrDefault(item.Id) ?? Title(item, settings), item.Guidance, item.Titles, item.Guidances, item.Confirmed, item.Attributes);
            }
        }

        var title = choices.Name ?? metadata.Text("title") ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, title, metadata.Text("version") ?? "1", choices.Kind ?? CatalogueKind.Controls, $"OSCAL {metadata.Text("oscal-version")}, {metadata.Text("title")}; {string.Join(", ", chosen.Select(c => c.From.Name).Distinct())}", null, choices.Extends), "oscal:" + (metadata.Text("title") ?? profile.Text("uuid") ?? fallback)));
    }

    private static Catalogue? Source(JsonObject profile, string href, ImportChoices choices, IReadOnlyList<(Catalogue Catalogue, string? File)> known)
    {
        if (choices.To is { } given)
            return known.FirstOrDefault(k => k.Catalogue.Id == given).Catalogue;
        List<string> names = [href];
        if (href.StartsWith('#'))
            names = [.. profile.Part("back-matter").List("resources", "profile.back-matter").Where(r => r.Item.Text("uuid") == href[1..]).SelectMany(r => r.Item.List("rlinks", r.Place)).Select(l => l.Item.Text("href")).OfType<string>()];
        var stems = names.Select(Stem).Where(s => s.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return known.FirstOrDefault(k => k.File is not null && stems.Contains(Stem(k.File))).Catalogue;
    }

    /// <summary>Name of a file without folder, type and the word <c>-min</c>.</summary>
    private static string Stem(string file)
    {
        var name = file.Replace('\\', '/').Split('/')[^1];
        name = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : name;
        return name.EndsWith("-min", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }

    private static string Title(CatalogueItem item, Dictionary<string, string> settings) =>
        item.Attributes.GetValueOrDefault(RawTitle) is [var raw]
            ? Insert().Replace(raw, m => settings.GetValueOrDefault(m.Groups[1].Value) ?? item.Attributes.GetValueOrDefault(ParameterPrefix + m.Groups[1].Value)?[0] ?? m.Groups[1].Value)
            : item.Title;

    /// <summary>What a parameter is called here: its value, its label, or its choices.</summary>
    private static Dictionary<string, string> Parameters(JsonObject holder, Dictionary<string, string> above)
    {
        var own = holder.List("params", "").ToList();
        if (own.Count == 0)
            return above;
        var all = new Dictionary<string, string>(above, StringComparer.Ordinal);
        foreach (var (parameter, _) in own)
        {
            if (parameter.Text("id") is not { } id)
                continue;
            var values = (parameter["values"] as JsonArray)?.Select(v => v.Text()).OfType<string>().ToList() ?? [];
            var select = (parameter.Part("select")?["choice"] as JsonArray)?.Select(c => c.Text()).OfType<string>().ToList() ?? [];
            all[id] = values.Count > 0 ? string.Join(", ", values) : parameter.Text("label") ?? (select.Count > 0 ? string.Join(" / ", select) : id);
        }

        return all;
    }

    private static string? Prose(JsonObject holder, string name, Dictionary<string, string> parameters)
    {
        List<string> lines = [];
        foreach (var (part, _) in holder.List("parts", "").Where(p => p.Item.Text("name") == name))
            Gather(part, 0);
        return lines.Count == 0 ? null : string.Join('\n', lines);

        void Gather(JsonObject part, int depth)
        {
            var label = part.List("props", "").FirstOrDefault(p => p.Item.Text("name") == "label").Item.Text("value");
            if (part.Text("prose") is { } prose)
                lines.Add((depth > 0 && label is not null ? label + " " : "") + Filled(prose, parameters));
            if (depth >= PartsDeep)
                return;
            foreach (var (child, _) in part.List("parts", ""))
                Gather(child, depth + 1);
        }
    }

    private static string Filled(string text, Dictionary<string, string> parameters)
    {
        // A choice may itself name parameters; a few rounds are enough, and a ring ends.
        for (var round = 0; round < 3 && Insert().IsMatch(text); round++)
            text = Insert().Replace(text, m => parameters.TryGetValue(m.Groups[1].Value, out var words) ? "[" + words + "]" : "[" + m.Groups[1].Value + "]");
        return text;
    }

    [GeneratedRegex(@"\{\{\s*insert:\s*param,\s*([A-Za-z0-9_.\-]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Insert();
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>NIST OSCAL, JSON: catalogues, and profiles that choose from one.</summary>
internal static partial class Oscal
{
    // A title or text with parameters is kept as the file has it, so that a profile can set them.
    private const string KeptPrefix = "_oscal_";
    private const string RawTitle = KeptPrefix + "title";
    private const string RawText = KeptPrefix + "text";
    private const string ParameterPrefix = KeptPrefix + "param_";
    private const int PartsDeep = 20;
    private const int LongestTitle = 500;
    private const int LongestText = 20_000;
    private const int LongestValue = 1_000;

    // What is kept for profiles, all rows together: a short file can name a long value over and over.
    private const int MostKept = 10_000_000;

    public static void ReadCatalog(Draft draft, JsonObject catalog, ImportChoices choices, string fallback)
    {
        var metadata = catalog.Part("metadata");
        var rows = new RowGatherer(draft);
        var withdrawn = 0;
        var controls = 0;
        var spare = MostKept;
        Walk(catalog, "catalog", null, new(null, catalog), 0);
        if (controls == 0)
            draft.Problem("catalog", "catalogues.import.error.nocontrols");
        if (withdrawn > 0)
            draft.Notes.Add(new("catalog", "catalogues.import.note.withdrawn", withdrawn.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var title = choices.Name ?? metadata.Text("title") ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, title, metadata.Text("version") ?? "1", choices.Kind ?? CatalogueKind.Controls, $"OSCAL {metadata.Text("oscal-version")}, {metadata.Text("title")}", null, choices.Extends), "oscal:" + (metadata.Text("title") ?? catalog.Text("uuid") ?? fallback)));

        void Walk(JsonObject holder, string place, string? parent, Scope scope, int depth)
        {
            foreach (var (group, at) in holder.List("groups", place))
            {
                var id = group.Text("id") ?? "group " + (rows.Rows.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
                if (rows.Add(at, id, parent, depth == 0 ? "domain" : "objective", group.Text("title") ?? id, Filled(Prose(group, "overview"), scope.Find)))
                    Walk(group, at, id, new(scope, group), depth + 1);
            }

            foreach (var (control, at) in holder.List("controls", place))
                Control(control, at, parent, scope);
        }

        void Control(JsonObject control, string place, string? parent, Scope above)
        {
            var scope = new Scope(above, control);
            if (control.List("props", place).Concat(control.List("properties", place)).Any(p => p.Item.Text("name") == "status" && p.Item.Text("value")?.Equals("withdrawn", StringComparison.OrdinalIgnoreCase) == true))
            {
                withdrawn++;
                Children(parent);
                return;
            }

            controls++;
            var (title, text) = Words(control);
            if (rows.Add(place, control.Text("id") ?? "", parent, "control", Filled(title, scope.Find), Filled(text, scope.Find), attributes: Kept([], title, text, scope.Find, ref spare)))
                Children(control.Text("id"));

            void Children(string? of)
            {
                foreach (var (child, at) in control.List("controls", place))
                    Control(child, at, of, scope);
            }
        }
    }

    /// <summary>Attributes with a title and text that have parameters, and what these stand for.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Kept(Dictionary<string, IReadOnlyList<string>> attributes, string? title, string? text, Func<string, string?> words, ref int spare)
    {
        foreach (var (key, raw) in new[] { (RawTitle, title), (RawText, text) })
        {
            if (raw is not { Length: <= LongestText } || !Insert().IsMatch(raw))
                continue;
            var named = Named(raw, words);
            spare -= raw.Length + named.Sum(n => n.Value.Length);
            if (spare < 0)
                continue;
            attributes[key] = [raw];
            foreach (var (name, value) in named)
                attributes[ParameterPrefix + name] = [value];
        }

        return attributes;
    }

    /// <summary>Title and text of a control. Where the title only repeats the identifier, as in NIST's CSF and SSDF, the statement is the title.</summary>
    private static (string? Title, string? Text) Words(JsonObject control)
    {
        var (title, statement) = (control.Text("title"), Prose(control, "statement"));
        if ((title is null || title == control.Text("id")) && statement is not null)
            (title, statement) = (statement.ReplaceLineEndings(" "), statement.Length > LongestTitle ? statement : null);
        return (title, TreeReading.Join(statement, Prose(control, "guidance"), Prose(control, "example")));
    }

    /// <summary>A profile chooses controls of catalogues that the workspace has: those that it includes less those that it excludes, with titles and texts as its parameters and changes make them.</summary>
    public static void ReadProfile(Draft draft, JsonObject profile, ImportChoices choices, string fallback, IReadOnlyList<(Catalogue Catalogue, string? File)> sources)
    {
        var metadata = profile.Part("metadata");
        List<(Catalogue From, HashSet<string> Ids)> chosen = [];
        foreach (var (import, place) in profile.List("imports", "profile"))
        {
            Modernise(import);
            var href = import.Text("href") ?? "";
            if (Source(profile, href, choices, sources) is not { } source)
            {
                draft.Problem(place + ".href", "catalogues.import.error.profilesource", href, string.Join("; ", sources.Select(k => k.Catalogue.Name)));
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
                HashSet<string> opened = new(StringComparer.Ordinal);
                foreach (var (selection, where) in from.List(property, at))
                {
                    var below = selection.Text("with-child-controls") == "yes";
                    var named = (selection["with-ids"] as JsonArray)?.Select(n => n.Text()).ToList() ?? [];
                    for (var i = 0; i < named.Count; i++)
                    {
                        var known = named[i] is { } given && all.GetValueOrDefault(given) is { Kind: "control" } ? named[i] : null;
                        if (known is null && property == "exclude-controls")
                            continue;
                        if (known is not { } id)
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
                    var open = new Stack<string>([id]);
                    while (open.TryPop(out var next))
                    {
                        ids.Add(next);
                        foreach (var child in below && opened.Add(next) ? children[next] : [])
                            open.Push(child.Id);
                    }
                }
            }
        }

        if (chosen.Count == 0 && draft.Problems.Count == 0)
            draft.Problem("profile.imports", "catalogues.import.error.noimports");
        var modify = profile.Part("modify");
        var settings = ById(modify, "set-parameters", "param-id").GroupBy(p => p.Id).ToDictionary(g => g.Key, g => Value(g.Last().Item, g.Key), StringComparer.Ordinal);
        var changes = modify.List("alters", "profile.modify").ToLookup(a => a.Item.Text("control-id"), a => a.Item);
        if (modify.List("alters", "profile.modify").Count(a => a.Item.List("removes", "").Any()) is var removing and > 0)
            draft.Notes.Add(new("profile.modify", "catalogues.import.note.removes", removing.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        var rows = new RowGatherer(draft);
        var spare = MostKept;
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
                var adds = changes[item.Id].SelectMany(c => c.List("adds", "").Concat(c.List("additions", ""))).Select(a => a.Item).ToList();
                string? Own(string key) => item.Attributes.GetValueOrDefault(key)?.FirstOrDefault();
                string? Find(string name) => settings.GetValueOrDefault(name) ?? Own(ParameterPrefix + name);
                var title = adds.Select(a => a.Text("title")).LastOrDefault(t => t is not null) ?? Own(RawTitle) ?? item.Title;
                var text = TreeReading.Join([Own(RawText) ?? item.Guidance, .. adds.Select(a => Prose(a, null))]);
                // As this profile leaves it, for profiles of this profile.
                var attributes = Kept(item.Attributes.Where(a => !a.Key.StartsWith(KeptPrefix, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal), title, text, Find, ref spare);
                rows.Add(item.Id, item.Id, parent, item.Kind, Filled(title, Find), Filled(text, Find), item.Titles, item.Guidances, item.Confirmed, attributes);
            }
        }

        var name = choices.Name ?? metadata.Text("title") ?? fallback;
        draft.Catalogues.Add(new(Drafts.Make(draft, rows, name, metadata.Text("version") ?? "1", choices.Kind ?? CatalogueKind.Controls, $"OSCAL {metadata.Text("oscal-version")}, {metadata.Text("title")}; {string.Join(", ", chosen.Select(c => c.From.Name).Distinct())}", null, choices.Extends), "oscal:" + (metadata.Text("title") ?? profile.Text("uuid") ?? fallback)));
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
        var name = Uri.UnescapeDataString(file).Replace('\\', '/').Split('/')[^1];
        name = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : name;
        return name.EndsWith("-min", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }

    /// <summary>Writes what a profile from before OSCAL 1.0 includes and excludes as later ones do.</summary>
    private static void Modernise(JsonObject import)
    {
        foreach (var which in new[] { "include", "exclude" })
        {
            if (import.Part(which) is not { } old || import[which + "-controls"] is not null)
                continue;
            if (old.ContainsKey("all"))
            {
                import[which + "-all"] = new JsonObject();
                continue;
            }

            var calls = old.List("calls", "").Select(c => (c.Item, Key: "with-ids", Value: (JsonNode?)c.Item.Text("control-id")));
            var matches = old.List("matches", "").Select(m => (m.Item, Key: "matching", Value: (JsonNode?)new JsonObject { ["pattern"] = m.Item.Text("pattern") }));
            import[which + "-controls"] = new JsonArray([.. calls.Concat(matches).Select(s => new JsonObject { [s.Key] = new JsonArray(s.Value), ["with-child-controls"] = s.Item.Text("with-child-controls") })]);
        }
    }

    /// <summary>Elements by their identifier: of a list or, before OSCAL 1.0, of an object.</summary>
    private static IEnumerable<(string Id, JsonObject Item)> ById(JsonObject? holder, string property, string id) => holder?[property] is JsonObject byId
        ? byId.Where(p => p.Value is JsonObject).Select(p => (p.Key, (JsonObject)p.Value!))
        : holder.List(property, "").Where(p => p.Item.Text(id) is not null).Select(p => (p.Item.Text(id)!, p.Item));

    /// <summary>A parameter's values; else, in brackets because it is still open, what constrains it, its label, its choices, or its name.</summary>
    private static string Value(JsonObject parameter, string id)
    {
        static List<string> Texts(JsonNode? list) => (list as JsonArray)?.Select(v => v.Text()).OfType<string>().ToList() ?? [];
        if (Texts(parameter["values"]) is { Count: > 0 } values)
            return CellText.Cut(string.Join(", ", values), LongestValue);
        var limits = parameter.List("constraints", "").Select(c => c.Item.Text("description")).OfType<string>().ToList();
        var choices = Texts(parameter.Part("select")?["choice"]);
        return "[" + CellText.Cut(limits.Count > 0 ? string.Join("; ", limits) : parameter.Text("label") ?? (choices.Count > 0 ? string.Join(" / ", choices) : id), LongestValue) + "]";
    }

    /// <summary>Parameters that a text names, and those that they name.</summary>
    private static Dictionary<string, string> Named(string text, Func<string, string?> words)
    {
        var open = new Stack<string>([text]);
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        while (open.TryPop(out var next))
        {
            foreach (var name in Insert().Matches(next).Select(m => m.Groups[1].Value))
            {
                if (!named.ContainsKey(name) && named.TryAdd(name, words(name) ?? "[" + name + "]"))
                    open.Push(named[name]);
            }
        }

        return named;
    }

    /// <summary>Text of the parts of a name; without one of all but those for assessors.</summary>
    private static string? Prose(JsonObject holder, string? name)
    {
        List<string> lines = [];
        foreach (var (part, _) in holder.List("parts", "").Where(p => name is null ? p.Item.Text("name")?.StartsWith("assessment", StringComparison.Ordinal) != true : p.Item.Text("name") == name))
            Gather(part, 0);
        return lines.Count == 0 ? null : string.Join('\n', lines);

        void Gather(JsonObject part, int depth)
        {
            var label = part.List("props", "").FirstOrDefault(p => p.Item.Text("name") == "label").Item.Text("value");
            if (part.Text("prose") is { } prose)
                lines.Add((depth > 0 && label is not null ? label + " " : "") + prose);
            if (depth >= PartsDeep)
                return;
            foreach (var (child, _) in part.List("parts", ""))
                Gather(child, depth + 1);
        }
    }

    /// <summary>Puts words for parameters. A choice may itself name parameters: a few rounds are enough, a ring ends, and no text grows without end.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Filled(string? text, Func<string, string?> words)
    {
        for (var round = 0; text is not null && round < 4 && Insert().IsMatch(text); round++)
        {
            var made = new StringBuilder();
            var at = 0;
            foreach (var insert in Insert().Matches(text).TakeWhile(_ => made.Length < LongestText))
            {
                var name = insert.Groups[1].Value;
                made.Append(text, at, insert.Index - at).Append((round < 3 ? words(name) : null) ?? "[" + name + "]");
                at = insert.Index + insert.Length;
            }

            text = made.Length < LongestText ? made.Append(text, at, text.Length - at).ToString() : CellText.Cut(made.ToString(), LongestText);
        }

        return text;
    }

    /// <summary>Parameters that hold at a place: its own, then those above.</summary>
    private sealed class Scope(Scope? above, JsonObject holder)
    {
        private readonly Dictionary<string, string> own = ById(holder, "params", "id").Concat(ById(holder, "parameters", "id")).GroupBy(p => p.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Value(g.Last().Item, g.Key), StringComparer.Ordinal);

        public string? Find(string name) => own.TryGetValue(name, out var words) ? words : above?.Find(name);
    }

    [GeneratedRegex(@"\{\{\s*(?:insert:\s*param,\s*)?([A-Za-z0-9_.\-]+)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Insert();
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.Workspaces;

/// <summary>Puts entries of the activity log into words: action, what it was about, and field by field what changed.</summary>
internal sealed partial class ActivityWords(IWords words, WordBook book, ModuleSet modules, IEnumerable<DocumentMap> others, IPluginCatalog plugins, IAssessmentForms assessments)
{
    /// <summary>Where the words of a collection's fields stand, when its actions are named otherwise.</summary>
    private static readonly Dictionary<string, string> Nouns = new(StringComparer.Ordinal)
    {
        ["organisation_people"] = "people",
        ["platform_submissions"] = "submission",
        ["risks_assets"] = "asset",
        ["risks_exercises"] = "exercise",
        ["risks_files"] = "evidence",
        ["risks_groups"] = "group",
        ["risks_implementations"] = "control",
        ["risks_plan_revisions"] = "plan",
        ["risks_risks"] = "risk",
        ["risks_soa_revisions"] = "soa",
        ["risks_soa_rows"] = "soa",
        ["risks_tasks"] = "plan",
    };

    /// <summary>Fields that serve the program alone, and copies of what has a history of its own.</summary>
    private static readonly HashSet<string> Technical = new(StringComparer.Ordinal)
    {
        "content", "contentAttachment", "controlStates", "previousId", "recordId", "scaleVersion", "snapshotAttachment", "sourceRow", "submittedById", "submittedByPersonId", "supersededById", "values", "version",
    };

    /// <summary>The same of records within a record.</summary>
    private static readonly HashSet<string> TechnicalWithin = new(StringComparer.Ordinal)
    {
        "area", "byId", "count", "hash", "key", "methodologyId", "methodologyVersion", "order", "slice", "steps", "verb", "why", "x", "y",
    };

    /// <summary>Labels that no key of the locales gives: of ratings, by the method's factors, and of a method's parameters.</summary>
    private readonly Dictionary<string, string> ratingLabels = new(StringComparer.Ordinal);

    private readonly Dictionary<string, MethodologyForm?> forms = new(StringComparer.Ordinal);

    /// <summary>Learns by which forms the entries' ratings were made, so that their words are those of the assessment and not of the method's defaults.</summary>
    public async Task LearnAsync(IEnumerable<ActivityEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var id in entries.Select(e => e.Data is null ? null : (string?)(Parse(e.Data)?["exerciseId"])).OfType<string>().Distinct())
            forms[id] = await assessments.FindAsync(id, cancellationToken);
    }

    /// <summary>Words of an action code.</summary>
    public string Action(string code) => Say("action." + code) ?? code;

    /// <summary>Words of a collection.</summary>
    public string Collection(string? collection) => collection is null ? "" : Say("collection." + collection) ?? collection;

    /// <summary>Reference and name of the document as it was then, as far as it has them.</summary>
    public static string About(ActivityEntry entry)
    {
        if (entry.Data is null || Parse(entry.Data) is not { } data)
            return "";
        JsonNode? At(string path) => path.Split('.').Aggregate((JsonNode?)data, (node, key) => (node as JsonObject)?[key]);
        return string.Join(' ', new[] { "reference", "controlId", "name", "title", "slug", "userName", "pluginId", "draft.name", "declaration.name", "declaration.version" }.Select(p => At(p) is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null).Where(t => !string.IsNullOrEmpty(t)).Take(2));
    }

    /// <summary>What an entry changed against the entry before it.</summary>
    /// <param name="before">Document before, or <c>null</c> when it is new.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="names">Names of people and records by id.</param>
    public IReadOnlyList<FieldChange> Changes(ActivityEntry? before, ActivityEntry entry, IReadOnlyDictionary<string, string> names)
    {
        var type = modules.Documents.Concat(others).FirstOrDefault(m => m.Collection == entry.Collection)?.Type;
        var noun = Nouns.GetValueOrDefault(entry.Collection ?? "") ?? entry.Action.Split('.')[0];
        var old = Flatten(before?.Data, type, names);
        var now = Flatten(entry.Data, type, names);
        return [.. old.Keys.Union(now.Keys).Where(k => old.GetValueOrDefault(k) != now.GetValueOrDefault(k)).Select(k => Change(Label(noun, k), old.GetValueOrDefault(k), now.GetValueOrDefault(k)))];
    }

    /// <summary>Ids of other records that an entry names.</summary>
    public static IEnumerable<string> IdsIn(ActivityEntry entry) => Ids().Matches(entry.Data ?? "").Select(m => m.Value[1..^1]).Where(Document.IsId);

    /// <summary>Of lists of records, those that differ only.</summary>
    private static FieldChange Change(string label, string? before, string? after)
    {
        if (before is null || after is null || !(before + after).Contains('\n', StringComparison.Ordinal))
            return new(label, before, after);
        string[] old = before.Split('\n'), now = after.Split('\n');
        string? Only(string[] these, string[] those) => string.Join('\n', these.Except(those)) is { Length: > 0 } text ? text : null;
        return new(label, Only(old, now), Only(now, old));
    }

    private Dictionary<string, string> Flatten(string? json, Type? type, IReadOnlyDictionary<string, string> names)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is not null && Parse(json) is { } data)
            Add(fields, "", data, type, names);
        return fields;
    }

    private void Add(Dictionary<string, string> fields, string path, JsonObject data, Type? type, IReadOnlyDictionary<string, string> names)
    {
        foreach (var (key, value) in data)
        {
            if (value is null || IsOwnId(key, value, path) || Technical.Contains(key) || (path.Length > 0 && TechnicalWithin.Contains(key)))
                continue;
            var inner = type?.GetProperty(char.ToUpperInvariant(key[0]) + key[1..])?.PropertyType;
            if (value is JsonObject rating && path.Length == 0 && rating["methodologyId"] is not null)
                AddRating(fields, key, rating, names, (string?)data["exerciseId"]);
            else if (value is JsonObject parameters && path.Length == 0 && (key is "parameters" or "methodologyParameters"))
                AddParameters(fields, key, parameters);
            else if (value is JsonObject nested)
                Add(fields, path + key + ".", nested, inner, names);
            else if (Text(value, inner, names) is { Length: > 0 } text)
                fields[path + key] = text;
        }
    }

    /// <summary>The id of the record itself; a control's id is what it is called.</summary>
    private static bool IsOwnId(string key, JsonNode value, string path) =>
        key == "id" && (path.Length == 0 || (value is JsonValue one && one.TryGetValue<string>(out var id) && Document.IsId(id)));

    /// <summary>A rating as its page tells it: level and values as words, why, and from where.</summary>
    private void AddRating(Dictionary<string, string> fields, string kind, JsonObject rating, IReadOnlyDictionary<string, string> names, string? exerciseId)
    {
        var form = exerciseId is not null && forms.GetValueOrDefault(exerciseId) is { } own ? own : plugins.Methodology(rating["methodologyId"]!.GetValue<string>(), rating["methodologyVersion"]?.GetValue<string>())?.Describe(null) is { Succeeded: true } described ? described.Value : null;
        var title = Say("enum.ratingKind." + kind) ?? Split(kind);
        void Put(string path, string label, string? text)
        {
            if (string.IsNullOrEmpty(text))
                return;
            fields[$"{kind}.{path}"] = text;
            ratingLabels[$"{kind}.{path}"] = $"{title}: {label}";
        }

        string? Plain(JsonNode? value) => value is JsonValue one && one.GetValueKind() == JsonValueKind.String ? one.GetValue<string>() : value?.ToJsonString();
        if (Plain(rating["level"]) is { } level)
            Put("level", words["risk.level"], form?.Levels.FirstOrDefault(l => l.Key == level) is { } tier ? words.Of(tier.Label) : Spaced(level));
        else
            Put("value", words["risk.value"], Plain(rating["value"]));
        foreach (var (part, label) in ((string, string?)[])[("inputs", null), ("reasons", words["rate.reason"]), ("sources", words["rate.source"])])
            foreach (var (factor, value) in rating[part] as JsonObject ?? [])
            {
                var known = form?.Factors.FirstOrDefault(f => f.Key == factor);
                var text = Plain(value);
                if (label is null)
                    text = known?.Tiers.FirstOrDefault(t => t.Key == text) is { } chosen ? words.Of(chosen.Label) : text is null ? null : Spaced(text);
                var name = known is null ? Spaced(factor) : words.Of(known.Name);
                Put($"{part}.{factor}", label is null ? name : $"{name}, {label}", text);
            }

        Put("byId", words["field.ratedby"], Plain(rating["byId"]) is { } by ? names.GetValueOrDefault(by, "–") : null);
        Put("on", words["field.on"], Plain(rating["on"]) is { } on && DateOnly.TryParse(on, CultureInfo.InvariantCulture, out var day) ? words.Date(day) : null);
    }

    /// <summary>Parameters of a method as people set them: a scale by its words, a grid row by row.</summary>
    private void AddParameters(Dictionary<string, string> fields, string key, JsonObject parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (value is null || Parameter(value) is not { Length: > 0 } text)
                continue;
            fields[$"{key}.{name}"] = text;
            ratingLabels[$"{key}.{name}"] = $"{words["exercise.parameters"]}: {Say("field.parameter." + name.Replace('_', '.')) ?? Spaced(name)}";
        }
    }

    private string Parameter(JsonNode value) => value switch
    {
        JsonArray many when many.Any(m => m is JsonArray) => string.Join('\n', many.OfType<JsonArray>().Select(row => string.Join(' ', row.Select(c => c is null ? "–" : Parameter(c))))),
        JsonArray many => string.Join(", ", many.OfType<JsonNode>().Select(Parameter)),
        JsonObject { } tier when tier["label"] is JsonValue label => label.ToString(),
        JsonObject pairs => string.Join(", ", pairs.Where(p => p.Value is not null).Select(p => $"{Spaced(p.Key)}: {Parameter(p.Value!)}")),
        _ => Spaced(value.ToString()),
    };

    /// <summary>A key of a plugin that has no words any more.</summary>
    private static string Spaced(string key) => key.Length == 0 ? key : char.ToUpperInvariant(key[0]) + key[1..].Replace('-', ' ').Replace('_', ' ');

    private string Text(JsonNode value, Type? type, IReadOnlyDictionary<string, string> names)
    {
        type = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        switch (value)
        {
            case JsonArray many:
                var element = type?.IsGenericType == true ? type.GetGenericArguments()[^1] : null;
                return string.Join(many.Any(m => m is JsonObject) ? "\n" : ", ", many.Where(m => m is not null).Select(m => m is JsonObject o ? Record(o, element, names) : Text(m!, element, names)));
            case JsonValue one when one.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                return words[one.GetValue<bool>() ? "common.yes" : "common.no"];
            case JsonValue one when one.GetValueKind() == JsonValueKind.Number:
                return type == typeof(decimal) && one.TryGetValue<decimal>(out var money) ? words.Number(money, money == decimal.Truncate(money) ? 0 : 2) : one.ToJsonString();
            case JsonValue one:
                var text = one.GetValue<string>();
                if (type?.IsEnum == true)
                    return Say($"enum.{JsonNamingPolicy.CamelCase.ConvertName(type.Name)}.{text}") ?? text;
                if (Document.IsId(text))
                    return names.GetValueOrDefault(text, text);
                if (type == typeof(DateTimeOffset) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var moment))
                    return words.Moment(moment);
                return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? words.Date(date) : text;
            default:
                return value.ToJsonString();
        }
    }

    private string Record(JsonObject record, Type? type, IReadOnlyDictionary<string, string> names)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(fields, "record.", record, type, names);
        return string.Join(", ", fields.Values);
    }

    private string Label(string noun, string path)
    {
        if (ratingLabels.TryGetValue(path, out var rating))
            return rating;
        var full = path.ToLowerInvariant();
        var last = full.Split('.')[^1];
        var lastTwo = string.Join('.', full.Split('.')[^Math.Min(2, full.Split('.').Length)..]);
        string[] keys = [$"{noun}.field.{full}", $"{noun}.{full}", full.Contains('.') ? $"field.{lastTwo}" : "", $"{noun}.field.{last}", $"{noun}.field.{TrimId(last)}", $"{noun}.{last}", $"{noun}.{TrimId(last)}", $"field.{last}", $"field.{TrimId(last)}"];
        // Words with a place to fill are sentences of a page, not the name of a field.
        return keys.Select(Say).FirstOrDefault(w => w?.Contains("{0", StringComparison.Ordinal) == false) ?? Split(path);
    }

    private static string TrimId(string key) => key.EndsWith("ids", StringComparison.Ordinal) ? key[..^3] : key.EndsWith("id", StringComparison.Ordinal) ? key[..^2] : key;

    private static string Split(string path) => string.Concat(path.Replace(".", ", ", StringComparison.Ordinal).Select((c, i) => char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : i == 0 ? char.ToUpperInvariant(c).ToString() : c.ToString()));

    [System.Text.RegularExpressions.GeneratedRegex("\"[0-9A-HJKMNP-TV-Z]{26}\"")]
    private static partial System.Text.RegularExpressions.Regex Ids();

    private string? Say(string key) => book.Find(words.Language, key);

    private static JsonObject? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Pages of records by collection, so that the log and a history lead back to what they are about.</summary>
internal static class RecordPages
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["organisation_people"] = "organisation/people/detail",
        ["risks_assets"] = "risks/assets/detail",
        ["risks_groups"] = "risks/groups/detail",
        ["risks_exercises"] = "risks/exercises/detail",
        ["risks_methodologies"] = "risks/methodologies/detail",
        ["risks_risks"] = "risks/register/detail",
        ["risks_implementations"] = "risks/controls/detail",
        ["risks_tasks"] = "risks/plan/detail",
        ["risks_soa_revisions"] = "risks/soa/revision",
        ["risks_plan_revisions"] = "risks/plan/revision",
        ["platform_submissions"] = "inbox/detail",
    };

    /// <summary>Path under the workspace, or null.</summary>
    public static string? Of(string? collection) => Paths.GetValueOrDefault(collection ?? "");
}

/// <summary>One field before and after; several records stand on lines of their own.</summary>
public sealed record FieldChange(string Field, string? Before, string? After);

/// <summary>State of a log page as it stands in the address.</summary>
public sealed record LogFilter(string? Actor, string? Action, string? Collection, DateOnly? From, DateOnly? Until, long? Before)
{
    /// <summary>Reads the state; what is not understood is left out.</summary>
    public static LogFilter Of(HttpRequest request)
    {
        string? Get(string key) => request.Query[key].ToString() is { Length: > 0 and <= 100 } value ? value : null;
        DateOnly? Date(string key) => DateOnly.TryParseExact(Get(key), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && CellText.IsNear(date) ? date : null;
        return new(Get("actor"), Get("action"), Get("collection"), Date("from"), Date("until"), long.TryParse(Get("before"), CultureInfo.InvariantCulture, out var before) ? before : null);
    }

    /// <summary>The question, days counted in a time zone.</summary>
    public ActivityQuery ToQuery(TimeZoneInfo zone, int size = 50) => new(Actor, Action, Collection, Start(From, zone), Start(Until?.AddDays(1), zone)?.AddTicks(-1), Before, size);

    /// <summary>Query string with another cursor or format.</summary>
    public string Address(long? before, string? format = null)
    {
        (string Key, string? Value)[] pairs = [("actor", Actor), ("action", Action), ("collection", Collection), ("from", From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("until", Until?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("before", before?.ToString(CultureInfo.InvariantCulture)), ("format", format)];
        return "?" + string.Join('&', pairs.Where(p => p.Value is not null).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }

    /// <summary>Whether anything narrows the log.</summary>
    public bool IsNarrowed => (Actor ?? Action ?? Collection) is not null || From is not null || Until is not null;

    private static DateTimeOffset? Start(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is not { } date)
            return null;
        var local = date.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}

/// <summary>An entry as a page shows it.</summary>
public sealed record LogRow(long Sequence, DateTimeOffset At, string Actor, string Action, string Collection, string About, string? DocumentId, string? Reason, string Hash);

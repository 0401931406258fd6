using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Reads an object of a methodology file; a fault names its path.</summary>
internal sealed class DeclaredReader(string plugin, JsonNode? node, string path)
{
    private readonly JsonObject record = node as JsonObject ?? throw Fault(path, "an object is needed");

    public string Path { get; } = path;

    public string PathOf(string property) => Path.Length == 0 ? property : $"{Path}.{property}";

    public bool Has(string property) => record[property] is not null;

    public JsonNode? Node(string property) => record[property];

    public string Text(string property) => OptionalText(property) ?? throw Fault(PathOf(property), "a text is needed");

    public string? OptionalText(string property) => record[property] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => Short(text, property),
        _ => throw Fault(PathOf(property), "a text is needed"),
    };

    /// <summary>A text shown to people; translated by the plugin's id and the English words.</summary>
    public Message Words(string property) => WordsOf(plugin, Text(property));

    public Message? OptionalWords(string property) => OptionalText(property) is { } text ? WordsOf(plugin, text) : null;

    public static Message WordsOf(string plugin, string english) => new($"{plugin}.{english}", english);

    public string OneOf(string property, params string[] allowed)
    {
        var text = Text(property);
        return allowed.Contains(text) ? text : throw Fault(PathOf(property), $"one of {string.Join(", ", allowed)} is needed");
    }

    public double? OptionalNumber(string property) => record[property] is null ? null : NumberOf(record[property], PathOf(property));

    public bool Flag(string property) => record[property] is JsonValue value && (value.TryGetValue(out bool flag) ? flag : throw Fault(PathOf(property), "true or false is needed"));

    public JsonArray List(string property) => record[property] as JsonArray ?? throw Fault(PathOf(property), "a list is needed");

    public IEnumerable<DeclaredReader> Each(string property) => List(property).Select((child, i) => new DeclaredReader(plugin, child, $"{PathOf(property)}[{i}]"));

    public static double NumberOf(JsonNode? node, string path) =>
        node is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number && value.TryGetValue(out double number) && double.IsFinite(number)
            ? number
            : throw Fault(path, "a number is needed");

    public static string TextOf(JsonNode? node, string path) => node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Fault(path, "a text is needed");

    public static DeclaredException Fault(string path, string problem) => new(path, Message.Literal(problem));

    private string Short(string text, string property) => text.Trim() is { Length: > 0 and <= 2000 } trimmed ? trimmed : throw Fault(PathOf(property), "a text of 1 to 2000 characters is needed");
}

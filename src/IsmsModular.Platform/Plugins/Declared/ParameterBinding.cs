using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Puts parameters into a methodology file: each <c>{"parameter": "rows"}</c> becomes the parameter's value; with <c>map</c> and <c>else</c> the value chooses among others. Remembers what came from where, so that a fault names the parameter.</summary>
internal sealed class ParameterBinding
{
    private readonly JsonObject values;
    private readonly List<(string Path, string Parameter)> origins = [];

    private ParameterBinding(JsonObject values) => this.values = values;

    /// <summary>The file with all parameters filled in.</summary>
    public JsonObject Bound { get; private set; } = [];

    /// <exception cref="MethodologyException">An unknown parameter was given.</exception>
    public static ParameterBinding Bind(JsonObject file, JsonObject defaults, IReadOnlySet<string> ignored, JsonObject? given)
    {
        var values = (JsonObject)defaults.DeepClone();
        foreach (var (name, value) in given ?? [])
        {
            if (values.ContainsKey(name))
                values[name] = value is null ? null : JsonNode.Parse(value.ToJsonString());
            else if (!ignored.Contains(name))
                throw new MethodologyException(name, new Message("plugins.input.parameter", "There is no parameter of this name; there are {0}.", string.Join(", ", defaults.Select(d => d.Key))));
        }

        var binding = new ParameterBinding(values);
        binding.Bound = (JsonObject)binding.Fill(file, "")!;
        return binding;
    }

    /// <summary>The fault as one of a parameter, or <c>null</c> when no parameter has to do with it.</summary>
    public MethodologyException? AsParameterFault(DeclaredException error)
    {
        var origin = origins.Where(o => error.Path.StartsWith(o.Path, StringComparison.Ordinal)).OrderByDescending(o => o.Path.Length).FirstOrDefault();
        return origin.Parameter is null ? null : new MethodologyException(origin.Parameter + error.Path[origin.Path.Length..], error.Problem);
    }

    private JsonNode? Fill(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject reference when reference["parameter"] is JsonValue name && name.TryGetValue(out string? parameter):
                origins.Add((path, parameter));
                return Choose(reference, values[parameter], path);
            case JsonObject record:
                var filled = new JsonObject();
                foreach (var (key, child) in record)
                {
                    if (Fill(child, path.Length == 0 ? key : $"{path}.{key}") is { } value)
                        filled[key] = value;
                }

                return filled;
            case JsonArray list:
                return new JsonArray([.. list.Select((child, i) => Fill(child, $"{path}[{i}]"))]);
            default:
                return node?.DeepClone();
        }
    }

    private JsonNode? Choose(JsonObject reference, JsonNode? value, string path)
    {
        if (reference["map"] is not JsonObject map)
            return value?.DeepClone();
        var word = value is JsonValue v && v.TryGetValue(out string? text) ? text.Trim() : "";
        var entry = map.FirstOrDefault(e => string.Equals(e.Key, word, StringComparison.OrdinalIgnoreCase));
        return Fill(entry.Key is null ? reference["else"] : entry.Value, path);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace IsmsModular.Abstractions.Methodologies;

/// <summary>A value given to a factor or returned as an output: none, a text (also a tier by key, ordinal or English label), a number, a list or a record. Written to JSON as what it is; <see cref="None"/> as <c>null</c>.</summary>
[JsonConverter(typeof(FactorValueConverter))]
public sealed class FactorValue
{
    private readonly object? value;

    private FactorValue(object? value) => this.value = value;

    /// <summary>Not rated.</summary>
    public static FactorValue None { get; } = new(null);

    /// <summary>A number.</summary>
    public static FactorValue Number(double number) => new(number);

    /// <summary>A text, or the key or label of a tier.</summary>
    public static FactorValue Text(string text) => new(text);

    /// <summary>A list.</summary>
    public static FactorValue List(IReadOnlyList<FactorValue> items) => new(items);

    /// <summary>A record.</summary>
    public static FactorValue Record(IReadOnlyDictionary<string, FactorValue> fields) => new(fields);

    /// <summary>True when nothing was given.</summary>
    public bool IsNone => value is null;

    /// <summary>The number, or <c>null</c> when it is something else.</summary>
    public double? AsNumber => value as double?;

    /// <summary>The text, or <c>null</c> when it is something else.</summary>
    public string? AsText => value as string;

    /// <summary>The list, or <c>null</c> when it is something else.</summary>
    public IReadOnlyList<FactorValue>? AsList => value as IReadOnlyList<FactorValue>;

    /// <summary>The record, or <c>null</c> when it is something else.</summary>
    public IReadOnlyDictionary<string, FactorValue>? AsRecord => value as IReadOnlyDictionary<string, FactorValue>;

    /// <summary>Reads a value from JSON. Booleans are read as 0 and 1.</summary>
    public static FactorValue FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => Number(json.GetDouble()),
        JsonValueKind.String => Text(json.GetString()!),
        JsonValueKind.True => Number(1),
        JsonValueKind.False => Number(0),
        JsonValueKind.Array => List([.. json.EnumerateArray().Select(FromJson)]),
        JsonValueKind.Object => Record(json.EnumerateObject().ToDictionary(p => p.Name, p => FromJson(p.Value), StringComparer.Ordinal)),
        _ => None,
    };

    /// <summary>Writes the value as JSON.</summary>
    public JsonNode? ToJson() => value switch
    {
        double n => JsonValue.Create(n),
        string s => JsonValue.Create(s),
        IReadOnlyList<FactorValue> l => new JsonArray([.. l.Select(v => v.ToJson())]),
        IReadOnlyDictionary<string, FactorValue> r => new JsonObject(r.Select(p => KeyValuePair.Create(p.Key, p.Value.ToJson()))),
        _ => null,
    };

    /// <inheritdoc />
    public override string ToString() => value switch
    {
        null => "",
        double n => n.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture),
        string s => s,
        _ => ToJson()!.ToJsonString(),
    };

    private sealed class FactorValueConverter : JsonConverter<FactorValue>
    {
        public override bool HandleNull => true;

        public override FactorValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return FromJson(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, FactorValue value, JsonSerializerOptions options)
        {
            // A member that is null comes here too.
            var json = value is null ? null : value.ToJson();
            if (json is null)
                writer.WriteNullValue();
            else
                json.WriteTo(writer, options);
        }
    }
}

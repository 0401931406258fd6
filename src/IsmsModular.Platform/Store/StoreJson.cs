using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IsmsModular.Platform.Store;

/// <summary>How documents are written: the same bytes in every engine.</summary>
public static class StoreJson
{
    /// <summary>Camel case, enums as camel-case names, nulls left out. Half a surrogate pair is refused with the path of the property.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new WholeText() },
    };

    private sealed class WholeText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Checked(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Checked(value));

        private static string Checked(string text)
        {
            var from = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
            for (var i = from; i >= 0 && i < text.Length; i++)
            {
                if (!char.IsSurrogate(text[i]))
                {
                    continue;
                }
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    throw new UnfitTextJsonException();
                }
                i++;
            }
            return text;
        }
    }
}

/// <summary>A text holds half a surrogate pair; the serialiser adds the path.</summary>
internal sealed class UnfitTextJsonException() : JsonException(null);

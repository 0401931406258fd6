using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IsmsModular.Abstractions.Plugins;

/// <summary>A text by key with arguments; results and the activity log store these, never sentences. The key is looked up in the plugin's <c>locales/{language}.json</c> (every key there starts with the plugin's id and a dot); <see cref="Fallback"/> (English) is shown when it is missing. Written to JSON as an object, or as a plain text when it has no key.</summary>
[JsonConverter(typeof(MessageConverter))]
public sealed class Message
{
    /// <summary>Makes a message.</summary>
    public Message(string key, string? fallback = null, params Message[] arguments)
    {
        Key = key;
        Fallback = fallback;
        Arguments = arguments;
    }

    /// <summary>Key in the locale files, such as <c>nist-800-30-r1.High</c>; empty for a text that is the same in every language.</summary>
    public string Key { get; }

    /// <summary>English words, used when no locale file has the key. <c>{0}</c>, <c>{1}</c> stand for arguments.</summary>
    public string? Fallback { get; }

    /// <summary>Arguments for <c>{0}</c>, <c>{1}</c> … in order; each is itself put into words.</summary>
    public IReadOnlyList<Message> Arguments { get; }

    /// <summary>A text that is not translated: a number, a name.</summary>
    public static implicit operator Message(string text) => Literal(text);

    /// <summary>A text that is not translated: a number, a name.</summary>
    public static Message Literal(string text) => new("", text);

    /// <summary>The words in a language.</summary>
    /// <param name="find">Gives the words of a key, or <c>null</c> when it is not known.</param>
    public string In(Func<string, string?> find)
    {
        var words = (Key.Length == 0 ? null : find(Key)) ?? Fallback ?? Key;
        return Arguments.Count == 0 ? words : string.Format(CultureInfo.InvariantCulture, words, [.. Arguments.Select(a => (object)a.In(find))]);
    }

    /// <summary>The English words.</summary>
    public override string ToString() => In(_ => null);

    private sealed class MessageConverter : JsonConverter<Message>
    {
        public override Message Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return From(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, Message value, JsonSerializerOptions options)
        {
            if (value.Key.Length == 0 && value.Arguments.Count == 0)
            {
                writer.WriteStringValue(value.Fallback);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("key", value.Key);
            if (value.Fallback is not null)
                writer.WriteString("fallback", value.Fallback);
            if (value.Arguments.Count > 0)
            {
                writer.WriteStartArray("arguments");
                foreach (var argument in value.Arguments)
                    Write(writer, argument, options);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        private static Message From(JsonElement json) => json.ValueKind == JsonValueKind.String
            ? Literal(json.GetString()!)
            : new(
                json.GetProperty("key").GetString() ?? "",
                json.TryGetProperty("fallback", out var fallback) ? fallback.GetString() : null,
                json.TryGetProperty("arguments", out var arguments) ? [.. arguments.EnumerateArray().Select(From)] : []);
    }
}

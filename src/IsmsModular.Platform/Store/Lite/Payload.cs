using System.Text.Json;
using System.Text.Json.Nodes;
using LiteDB;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>A stored document as read: JSON of some schema version.</summary>
internal readonly record struct Stored(string Id, long Version, int Schema, byte[] Json)
{
    public static Stored From(BsonDocument row) => new(row["_id"].AsString, row["v"].AsInt64, row["s"].AsInt32, row["j"].AsBinary);

    public BsonDocument ToRow() => new() { ["_id"] = Id, ["v"] = Version, ["s"] = Schema, ["j"] = Json };

    /// <summary>The document, lifted to the map's schema version.</summary>
    public Document Read(DocumentMap map)
    {
        if (Schema > map.Schema)
        {
            throw new StoreException($"{map.Collection}/{Id} was written by a newer version of the program (schema {Schema}, known is {map.Schema}). Use that version.");
        }
        Document? document;
        try
        {
            if (Schema == map.Schema)
            {
                document = (Document?)System.Text.Json.JsonSerializer.Deserialize(Json, map.Type, StoreJson.Options);
            }
            else
            {
                var node = JsonNode.Parse(Json)!.AsObject();
                for (var schema = Schema; schema < map.Schema; schema++)
                {
                    node = map.Upcasters.TryGetValue(schema, out var step) ? step(node) : node;
                }
                document = (Document?)node.Deserialize(map.Type, StoreJson.Options);
            }
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NotSupportedException or FormatException)
        {
            throw new StoreException($"{map.Collection}/{Id} cannot be read: {e.Message}", e);
        }
        document = document ?? throw new StoreException($"{map.Collection}/{Id} is empty.");
        document.Version = Version;
        return document;
    }
}

/// <summary>Text that may not be stored.</summary>
internal sealed class UnfitTextException(string path, string message) : Exception(message)
{
    public string Path { get; } = path;
}

/// <summary>From documents to bytes.</summary>
internal static class Payload
{
    /// <summary>Largest document in bytes; what is larger is an attachment.</summary>
    public const int Limit = 1 << 20;

    /// <exception cref="UnfitTextException">A text holds control characters or half a surrogate pair.</exception>
    public static byte[] Write(Document document, DocumentMap map)
    {
        byte[] json;
        try
        {
            json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(document, map.Type, StoreJson.Options);
        }
        catch (UnfitTextJsonException e)
        {
            throw new UnfitTextException(e.Path ?? "$", "error.text.surrogate");
        }
        if (ControlCharacter(json) is { } path)
        {
            throw new UnfitTextException(path, "error.text.control");
        }
        return json;
    }

    /// <summary>Data of a log entry as JSON.</summary>
    /// <exception cref="UnfitTextException">As for documents.</exception>
    public static string Checked(JsonObject data)
    {
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(data, StoreJson.Options);
        return ControlCharacter(json) is { } path ? throw new UnfitTextException(path, "error.text.control") : System.Text.Encoding.UTF8.GetString(json);
    }

    /// <summary>What the log keeps: the document without its secrets.</summary>
    public static string Logged(byte[] json, DocumentMap? map)
    {
        if (map is null || map.Secrets.Count == 0)
        {
            return System.Text.Encoding.UTF8.GetString(json);
        }
        var node = JsonNode.Parse(json)!.AsObject();
        foreach (var secret in map.Secrets)
        {
            node.Remove(secret);
        }
        return node.ToJsonString(StoreJson.Options);
    }

    private static string? ControlCharacter(byte[] json)
    {
        if (json.AsSpan().IndexOf((byte)'\\') < 0 && json.AsSpan().IndexOfAny((byte)0x7F, (byte)0xC2) < 0)
        {
            return null;
        }
        var reader = new Utf8JsonReader(json);
        var steps = new Stack<(bool List, string Name, int Index)>();
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    steps.Push((reader.TokenType == JsonTokenType.StartArray, Next(), 0));
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    steps.Pop();
                    continue;
                case JsonTokenType.PropertyName:
                    name = "." + reader.GetString();
                    if (!Fit(name))
                    {
                        return Full("");
                    }
                    continue;
                default:
                    var step = Next();
                    if (reader.TokenType == JsonTokenType.String && !Fit(reader.GetString()!))
                    {
                        return Full(step);
                    }
                    continue;
            }
        }
        return null;

        string Next()
        {
            if (!steps.TryPeek(out var top))
            {
                return "$";
            }
            if (!top.List)
            {
                return name;
            }
            steps.Pop();
            steps.Push(top with { Index = top.Index + 1 });
            return $"[{top.Index}]";
        }

        string Full(string last) => string.Concat(steps.Reverse().Select(s => s.Name)) + last;

        static bool Fit(string text)
        {
            foreach (var c in text)
            {
                if (char.IsControl(c) && c is not ('\t' or '\n' or '\r'))
                {
                    return false;
                }
            }
            return true;
        }
    }
}

using System.Buffers.Text;
using System.Text.Json;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>A place in an order: sort values, reference, id. A cursor of another order, or none at all, is ignored.</summary>
internal static class Cursor
{
    private const int Cut = 300;

    public static string Write(Row row, RowOrder order, FieldTable table)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Name(order, table));
            foreach (var field in Places(order))
            {
                Write(writer, row.Values[field]);
            }
            writer.WriteStringValue(row.Id);
            writer.WriteEndArray();
        }
        return Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static Row? Read(string? text, RowOrder order, FieldTable table)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 20_000 || !Base64Url.IsValid(text))
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var parts = json.RootElement;
            var places = Places(order);
            if (parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != places.Length + 2 || parts[0].ValueKind != JsonValueKind.String || parts[0].GetString() != Name(order, table)
                || parts[places.Length + 1].ValueKind != JsonValueKind.String)
            {
                return null;
            }
            var values = new object?[table.Width];
            var id = parts[places.Length + 1].GetString()!;
            var isCut = false;
            for (var i = 0; i < places.Length; i++)
            {
                values[places[i]] = Value(parts[i + 1]);
                isCut |= values[places[i]] is string { Length: Cut };
            }
            return isCut && table.Find(id) is { } row ? row : new(id, 0, values);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static int[] Places(RowOrder order)
    {
        var places = order.Fields.Select(f => f.Field);
        return [.. (order.Reference >= 0 ? places.Append(order.Reference) : places).Distinct()];
    }

    private static string Name(RowOrder order, FieldTable table) => string.Join(',', order.Fields.Select(f => (f.Down ? "-" : "") + table.Key(f.Field)));

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case string[] many:
                writer.WriteStartArray();
                foreach (var one in many)
                {
                    writer.WriteStringValue(one);
                }
                writer.WriteEndArray();
                break;
            default:
                var text = (string)value;
                writer.WriteStringValue(text.Length <= Cut ? text : text[..Cut]);
                break;
        }
    }

    private static object? Value(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.String => part.GetString(),
        JsonValueKind.Number => part.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => part.EnumerateArray().Select(p => p.GetString()!).ToArray(),
        _ => null,
    };
}

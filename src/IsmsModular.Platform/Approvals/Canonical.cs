using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Approvals;

/// <summary>Canonical JSON (names sorted, no blanks, nulls left out) and its SHA-256: the same content has the same hash, however it was built.</summary>
public static class Canonical
{
    /// <summary>Canonical JSON of a value.</summary>
    public static string Json(object? value) => Sorted(JsonSerializer.SerializeToNode(value, StoreJson.Options))?.ToJsonString(StoreJson.Options) ?? "null";

    /// <summary>SHA-256 of the canonical JSON, as 64 hexadecimal digits.</summary>
    public static string Hash(object? value) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Json(value))));

    /// <summary>Hash of the fields that count of the given records, up to a coverage; their order does not matter.</summary>
    public static string Hash(IEnumerable<ContentSection> sections, int coverage = int.MaxValue) =>
        // A record of which nothing counts, or nothing counted then, is none.
        Hash(sections.Where(s => s.Fields.Count == 0 || s.Fields.Exists(f => f.Counts && f.Since <= coverage)).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new
        {
            s.Key,
            Fields = s.Fields.Where(f => f.Counts && f.Since <= coverage && f.Value is not null).OrderBy(f => f.Label, StringComparer.Ordinal).Select(f => new[] { f.Label, f.Value }).ToArray(),
        }).ToArray());

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Where(p => p.Value is not null).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}

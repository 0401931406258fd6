using System.Text.Json.Serialization;

namespace IsmsModular.Platform.Store;

/// <summary>Base of everything stored. Serialised with System.Text.Json (<see cref="StoreJson.Options"/>); no <see cref="DateTime"/> member is allowed.</summary>
public abstract class Document
{
    /// <summary>ULID in upper case, given by the form that creates the record (a double click then answers "already done").</summary>
    public string Id { get; init; } = NewId();

    /// <summary>Counts saves, from 1; 0 when not stored yet. Kept beside the JSON, set by the store.</summary>
    [JsonIgnore]
    public long Version { get; set; }

    /// <summary>A new ULID.</summary>
    public static string NewId() => Ulid.NewUlid().ToString();

    /// <summary>Whether a text is a ULID.</summary>
    public static bool IsId(string? text) => text is { Length: 26 } && Ulid.TryParse(text, out _);
}

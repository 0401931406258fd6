using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Methodologies;

/// <summary>A methodology that the workspace wrote itself: what is being worked on, and which version was published last. Published versions are records of their own (<see cref="MethodologyVersion"/>) and never change.</summary>
internal sealed class OwnMethodology : Document
{
    public static DocumentMap<OwnMethodology> Map { get; } = new DocumentMap<OwnMethodology>("risks_methodologies")
        .Unique("key", m => m.Key)
        .Text("name", m => m.Name)
        .Text("summary", m => m.Summary)
        .Field("state", m => m.State)
        .Field("number", m => m.Number)
        .Field("changed", m => m.ChangedAt);

    /// <summary>Last part of its id, <c>own/{key}</c>; chosen once, never used again for another.</summary>
    public required string Key { get; init; }

    /// <summary>What is being worked on: the declaration as in a plugin's <c>methodology.json</c>, its id being <see cref="Key"/>. May have gaps until it is published.</summary>
    public required JsonObject Draft { get; set; }

    /// <summary>Number of the version published last; 0 before the first.</summary>
    public int Number { get; set; }

    /// <summary>Whether the draft differs from the version published last.</summary>
    public bool HasChanges { get; set; } = true;

    public bool Retired { get; set; }

    /// <summary>Plugin whose locales translate the words it was copied with, or null.</summary>
    public string? WordsPlugin { get; set; }

    /// <summary>Words of other languages that came with an imported file, by language and English words; kept for the export.</summary>
    public Dictionary<string, Dictionary<string, string>> Translations { get; set; } = [];

    /// <summary>Where it began: name of what was copied or imported, or null.</summary>
    public string? From { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string MethodologyId => OwnMethodologies.Prefix + Key;

    [System.Text.Json.Serialization.JsonIgnore]
    public string Name => Text("name") ?? Key;

    [System.Text.Json.Serialization.JsonIgnore]
    public string? Summary => Text("summary");

    [System.Text.Json.Serialization.JsonIgnore]
    public MethodologyState State => Retired ? MethodologyState.Retired : Number == 0 ? MethodologyState.Draft : HasChanges ? MethodologyState.Changed : MethodologyState.Published;

    /// <summary>The declaration under the id and number that results will name.</summary>
    public JsonObject Declaration(int number)
    {
        var whole = (JsonObject)Draft.DeepClone();
        whole["id"] = MethodologyId;
        whole["version"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return whole;
    }

    private string? Text(string property) => Draft[property] is JsonValue value && value.TryGetValue(out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;
}

/// <summary>Where a methodology stands.</summary>
public enum MethodologyState { Draft, Published, Changed, Retired }

/// <summary>A published version of a workspace's own methodology. Never changed, never removed: results name it.</summary>
internal sealed class MethodologyVersion : Document
{
    public static DocumentMap<MethodologyVersion> Map { get; } = new DocumentMap<MethodologyVersion>("risks_methodology_versions")
        .Unique("version", v => $"{v.MethodologyId} {v.Number}")
        .Field("methodology", v => v.MethodologyId)
        .Field("number", v => v.Number);

    /// <summary><c>own/{key}</c>.</summary>
    public required string MethodologyId { get; init; }

    public required int Number { get; init; }

    /// <summary>The declaration, with id and version as results name them.</summary>
    public required JsonObject Declaration { get; init; }

    public string? WordsPlugin { get; init; }

    /// <summary>What changed, in the publisher's words.</summary>
    public string? Note { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    public required string By { get; init; }
}

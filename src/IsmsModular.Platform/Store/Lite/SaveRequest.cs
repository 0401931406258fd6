using System.Text.Json.Nodes;

namespace IsmsModular.Platform.Store.Lite;

internal enum ChangeKind
{
    Add,
    Update,
    Remove,
    Log,
}

/// <summary>One buffered step of a session.</summary>
internal sealed record Change(ChangeKind Kind, DocumentMap? Map, Document? Document, long Seen, string Action, string? Reason, string? Subject = null, JsonObject? Data = null);

/// <summary>Everything that one save writes together.</summary>
internal sealed class SaveRequest(Actor actor)
{
    public Actor Actor => actor;

    public List<Change> Changes { get; } = [];

    public List<(DocumentMap Map, string Id, long Version)> Guards { get; } = [];

    public List<(string Series, Action<long> Apply)> Numbers { get; } = [];

    public List<(string Counter, long Delta)> Increments { get; } = [];

    /// <summary>Is told how many steps are done of how many, or null.</summary>
    public Action<long, long>? Watch { get; set; }

    public bool IsEmpty => Changes.Count == 0 && Guards.Count == 0 && Numbers.Count == 0 && Increments.Count == 0;
}

/// <summary>How far a save came.</summary>
internal enum SavePhase
{
    /// <summary>Nothing was written.</summary>
    Checking,

    /// <summary>The engine was changed, nothing committed.</summary>
    Writing,

    /// <summary>It may be on the disk.</summary>
    Committing,
}

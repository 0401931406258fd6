using IsmsModular.Platform.Store;
using IsmsModular.Risks.Assets;

namespace IsmsModular.Risks.Groups;

/// <summary>Like assets assessed together (guideline Appendix F). Unlike values keep assets out of one group.</summary>
internal sealed class AssetGroup : Document
{
    public static DocumentMap<AssetGroup> Map { get; } = new DocumentMap<AssetGroup>("risks_groups")
        .Text("ref", g => g.Reference)
        .Text("name", g => g.Name)
        .Field("type", g => g.Type)
        .Field("owner", g => g.OwnerId)
        .Field("state", g => g.Retired ? "retired" : "active")
        .Unique("key", g => g.Name.ToUpperInvariant());

    /// <summary>GRP-01.</summary>
    public string Reference { get; set; } = "";

    /// <summary>Unique in the workspace, without regard to case.</summary>
    public required string Name { get; set; }

    public AssetType Type { get; set; }

    /// <summary>What puts an asset into this group.</summary>
    public string? Criteria { get; set; }

    public string? OwnerId { get; set; }

    public Valuation? Valuation { get; set; }

    public bool Retired { get; set; }
}

using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Assets;

/// <summary>What has value to the organisation (ISO/IEC 27000; domain.md, record 1).</summary>
internal sealed class Asset : Document
{
    public static DocumentMap<Asset> Map { get; } = new DocumentMap<Asset>("risks_assets")
        .Text("ref", a => a.Reference)
        .Text("name", a => a.Name)
        .Text("identifier", a => a.Identifier)
        .Text("place", a => a.Place)
        .Text("description", a => a.Description)
        .Field("id", a => a.Id)
        .Field("type", a => a.Type)
        .Field("kind", a => a.Kind)
        .Field("group", a => a.GroupId)
        .Field("owner", a => a.OwnerId)
        .Field("custodian", a => a.CustodianId)
        .Field("supports", a => a.SupportsIds.ToArray())
        .Field("site", a => a.Site)
        .Field("classification", a => a.Classification)
        .Field("personal", a => a.PersonalData)
        .Field("scope", a => a.InScope)
        .Field("state", a => a.State)
        .Field("supplier", a => a.Supplier)
        .Field("c", a => a.Valuation?.C?.Tier)
        .Field("i", a => a.Valuation?.I?.Tier)
        .Field("a", a => a.Valuation?.A?.Tier)
        .Field("value", a => a.Valuation?.Greatest)
        .Field("units", a => a.Units)
        .Field("gaps", a => a.Gaps().ToArray())
        .Field("complete", a => a.Gaps().Any() ? "no" : "yes")
        .Field("changed", a => a.LastConfirmedOn)
        .Field("added", a => a.AddedOn)
        .Unique("key", a => a.SourceKey);

    /// <summary>ASSET-0001.</summary>
    public string Reference { get; set; } = "";

    public required string Name { get; set; }

    public string? Description { get; set; }

    public AssetType Type { get; set; }

    /// <summary>Primary (processes and information) or supporting.</summary>
    public AssetKind Kind { get; set; } = AssetKind.Supporting;

    /// <summary>Service or process supported: an id of a primary asset, or null.</summary>
    public List<string> SupportsIds { get; set; } = [];

    public string? GroupId { get; set; }

    /// <summary>How many like pieces the record stands for, at least 1.</summary>
    public int Units { get; set; } = 1;

    /// <summary>Accountable owner: a person of the workspace.</summary>
    public string? OwnerId { get; set; }

    /// <summary>Accountable custodian.</summary>
    public string? CustodianId { get; set; }

    /// <summary>Users or tenants, in words.</summary>
    public string? Users { get; set; }

    public string? Site { get; set; }

    public string? Place { get; set; }

    public Classification? Classification { get; set; }

    public bool? PersonalData { get; set; }

    public bool InScope { get; set; } = true;

    /// <summary>Why it is in or out of scope.</summary>
    public string? ScopeReason { get; set; }

    public string? Supplier { get; set; }

    public string? Contract { get; set; }

    /// <summary>Serial number or other identifier.</summary>
    public string? Identifier { get; set; }

    /// <summary>Why there is no identifier.</summary>
    public string? IdentifierMissingBecause { get; set; }

    /// <summary>Next chance to read it.</summary>
    public DateOnly? IdentifierNextChance { get; set; }

    /// <summary>System or file that it came from.</summary>
    public string? SourceSystem { get; set; }

    /// <summary>Key in that source; natural key of re-imports, unique in the workspace.</summary>
    public string? SourceKey { get; set; }

    public int? SourceRow { get; set; }

    public DateOnly? SourceDate { get; set; }

    public AssetState State { get; set; } = AssetState.InUse;

    /// <summary>Day on which the record was added: a later asset may contradict an exclusion of the statement of applicability.</summary>
    public DateOnly? AddedOn { get; set; }

    public string? LastConfirmedById { get; set; }

    public DateOnly? LastConfirmedOn { get; set; }

    public Valuation? Valuation { get; set; }

    /// <summary>All gaps there can be.</summary>
    public static IReadOnlyList<string> GapKeys { get; } = ["owner", "group", "classification", "identifier", "valuation"];

    /// <summary>What an auditor would miss: keys for the queue of incomplete records.</summary>
    public IEnumerable<string> Gaps()
    {
        if (State == AssetState.Retired)
            yield break;
        if (OwnerId is null)
            yield return "owner";
        if (GroupId is null)
            yield return "group";
        if (Classification is null && Type is (AssetType.Information or AssetType.Service))
            yield return "classification";
        if (Identifier is null && IdentifierMissingBecause is null && Type == AssetType.Physical)
            yield return "identifier";
        if (Valuation is null || !Valuation.IsComplete)
            yield return "valuation";
    }
}

internal enum AssetType { Service, Information, Software, Physical, People, Intangible }

internal enum AssetKind { Primary, Supporting }

internal enum AssetState { Planned, InUse, InRepair, Retired }

internal enum Classification { Public, Internal, Confidential, Restricted }

/// <summary>Values for confidentiality, integrity and availability (domain.md, record 2).</summary>
internal sealed class Valuation
{
    public CriterionValue? C { get; set; }

    public CriterionValue? I { get; set; }

    public CriterionValue? A { get; set; }

    public DateOnly? On { get; set; }

    /// <summary>Who took part, with their role.</summary>
    public List<Participant> Participants { get; set; } = [];

    /// <summary>Version of the workspace's valuation scale.</summary>
    public int ScaleVersion { get; set; } = 1;

    public ValuationBasis Basis { get; set; } = ValuationBasis.Own;

    /// <summary>Asset or group that values were inherited from.</summary>
    public string? InheritedFromId { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsComplete => C is not null && I is not null && A is not null;

    /// <summary>Greatest of the three, or null while one is missing.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int? Greatest => IsComplete ? Math.Max(C!.Tier, Math.Max(I!.Tier, A!.Tier)) : null;
}

/// <summary>A value on the scale, from 1 (lowest), and why.</summary>
internal sealed record CriterionValue(int Tier, string? Reason);

internal sealed record Participant(string? PersonId, string Name, string Role);

internal enum ValuationBasis { Own, Inherited, Overridden }

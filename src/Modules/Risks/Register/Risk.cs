using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Register;

/// <summary>A risk in an exercise (domain.md, record 3).</summary>
internal sealed class Risk : Document
{
    public static DocumentMap<Risk> Map { get; } = new DocumentMap<Risk>("risks_risks")
        .Text("ref", r => r.Reference)
        .Text("title", r => r.Title)
        .Text("event", r => r.Event)
        .Text("consequence", r => r.Consequence)
        .Field("exercise", r => r.ExerciseId)
        .Field("assets", r => r.AssetIds.Concat(r.GroupIds).ToArray())
        .Field("threat", r => r.Threat)
        .Field("class", r => r.ThreatClass)
        .Field("category", r => r.Category)
        .Field("owner", r => r.OwnerId)
        .Field("state", r => r.State)
        .Field("level", r => r.Current?.Level)
        .Field("order", r => r.Current?.Order)
        // Rank: worst first; a duty of law or contract moves a risk ahead of all others of its level.
        .Field("rank", r => r.Current is null ? null : (double?)(r.Current.Order * 10 + (r.HasDuty ? 1 : 0)))
        .Field("y", r => r.Current?.Y)
        .Field("x", r => r.Current?.X)
        .Field("target", r => r.Target?.Level)
        .Field("achieved", r => r.Achieved?.Level)
        .Field("option", r => r.Treatment?.Option)
        .Field("controls", r => r.Treatment?.Controls.Select(c => c.Key).ToArray() ?? [])
        .Field("duty", r => r.HasDuty)
        .Field("review", r => r.ReviewOn)
        .Field("acceptance", r => r.Acceptance);

    /// <summary>RISK-0001.</summary>
    public string Reference { get; set; } = "";

    public required string ExerciseId { get; init; }

    /// <summary>Statement in one line.</summary>
    public required string Title { get; set; }

    public List<string> AssetIds { get; set; } = [];

    public List<string> GroupIds { get; set; } = [];

    /// <summary>Threat: id in a threat catalogue, or own words.</summary>
    public string? Threat { get; set; }

    /// <summary>Class of the threat (category id in the threat catalogue).</summary>
    public string? ThreatClass { get; set; }

    public string? ThreatWords { get; set; }

    /// <summary>Vulnerability: id in a catalogue, or null.</summary>
    public string? Vulnerability { get; set; }

    public string? VulnerabilityWords { get; set; }

    public bool HarmsC { get; set; }

    public bool HarmsI { get; set; }

    public bool HarmsA { get; set; }

    public string? Event { get; set; }

    /// <summary>Consequence in words.</summary>
    public string? Consequence { get; set; }

    /// <summary>Kinds of consequence (guideline 6.2 d).</summary>
    public List<ConsequenceKind> ConsequenceKinds { get; set; } = [];

    /// <summary>Service or process affected.</summary>
    public string? Service { get; set; }

    public string? Category { get; set; }

    /// <summary>Accountable risk owner.</summary>
    public string? OwnerId { get; set; }

    public List<string> OtherOwnerIds { get; set; } = [];

    public List<ExistingControl> ExistingControls { get; set; } = [];

    /// <summary>Legal, regulatory or contractual weight, with its source.</summary>
    public string? DutySource { get; set; }

    public DutyKind? Duty { get; set; }

    /// <summary>Rating with existing controls counted.</summary>
    public Rating? Current { get; set; }

    /// <summary>Planned level after treatment.</summary>
    public Rating? Target { get; set; }

    /// <summary>Level after the effect was verified.</summary>
    public Rating? Achieved { get; set; }

    public TreatmentDecision? Treatment { get; set; }

    public DateOnly? ReviewOn { get; set; }

    public RiskState State { get; set; } = RiskState.Draft;

    public string? DismissedBecause { get; set; }

    /// <summary>The same risk in the exercise before.</summary>
    public string? PredecessorId { get; set; }

    /// <summary>Whether the owner's acceptance stands; kept by the approvals.</summary>
    public AcceptanceState Acceptance { get; set; } = AcceptanceState.None;

    /// <summary>The last day on which an accepted exception holds, or null.</summary>
    public DateOnly? ExceptionUntil { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasDuty => Duty is not null;
}

internal enum RiskState { Draft, Unrated, Rated, Dismissed }

internal enum ConsequenceKind { Financial, Operational, Legal, Reputation, Safety, Customer }

internal enum DutyKind { Law, Regulation, Contract, Health }

/// <summary>Whether the treatment decision and residual risk were accepted by the owner.</summary>
internal enum AcceptanceState { None, Waiting, Accepted, Stale, Refused }

/// <summary>A control that exists already, and whether it works.</summary>
internal sealed record ExistingControl(string Name, ControlWorks Works, string? Effect, string? ImplementationId = null);

internal enum ControlWorks { Yes, Partly, No, NotChecked }

/// <summary>A stored result: enough to compute it again to the same value for ever. Method and parameters are the exercise's.</summary>
internal sealed class Rating
{
    public Dictionary<string, FactorValue> Inputs { get; set; } = [];

    /// <summary>Reason for each factor, by its key.</summary>
    public Dictionary<string, string> Reasons { get; set; } = [];

    /// <summary>Source for each factor: incidents, earlier reports, interviews.</summary>
    public Dictionary<string, string> Sources { get; set; } = [];

    public required string MethodologyId { get; set; }

    public required string MethodologyVersion { get; set; }

    /// <summary>Key of the level, or null when the method gives a number only.</summary>
    public string? Level { get; set; }

    public double? Value { get; set; }

    public double Order { get; set; }

    /// <summary>Ordinal on the method's vertical axis (0 = lowest), or null.</summary>
    public int? Y { get; set; }

    /// <summary>Ordinal on the method's horizontal axis, or null.</summary>
    public int? X { get; set; }

    public Dictionary<string, FactorValue> Outputs { get; set; } = [];

    public Dictionary<string, double> Criteria { get; set; } = [];

    public List<StepText> Steps { get; set; } = [];

    public string? ById { get; set; }

    public DateOnly? On { get; set; }
}

/// <summary>A step as key, arguments and English fallback.</summary>
internal sealed record StepText(string Key, string? Fallback, List<string> Arguments);

internal enum TreatmentOption { Modify, Retain, Avoid, Share }

/// <summary>What is done about a risk (guideline 6.3), with what each option requires.</summary>
internal sealed class TreatmentDecision
{
    public TreatmentOption Option { get; set; }

    public string? Reason { get; set; }

    /// <summary>Modify (and others where useful): controls of the catalogue or own.</summary>
    public List<ControlRef> Controls { get; set; } = [];

    /// <summary>Retain: above the criteria only by exception, with an end date.</summary>
    public bool ByException { get; set; }

    public string? ExceptionReason { get; set; }

    public DateOnly? ExceptionUntil { get; set; }

    /// <summary>Avoid: what is given up.</summary>
    public string? GivenUp { get; set; }

    /// <summary>Share: with whom, and the new risks it makes.</summary>
    public string? SharedWith { get; set; }

    public List<string> NewRiskIds { get; set; } = [];

    public decimal? CostOnce { get; set; }

    public decimal? CostYearly { get; set; }

    public string? Benefit { get; set; }
}

/// <summary>A control by catalogue and id, or an own control (<see cref="Catalogue"/> is <c>own</c>, <see cref="Id"/> its reference).</summary>
internal sealed record ControlRef(string Catalogue, string Id)
{
    public const string Own = "own";

    /// <summary><c>{catalogue}/{id}</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => $"{Catalogue}/{Id}";

    public static ControlRef? Parse(string? key) => key?.Split('/', 2) is [{ Length: > 0 } catalogue, { Length: > 0 } id] ? new(catalogue, id) : null;
}

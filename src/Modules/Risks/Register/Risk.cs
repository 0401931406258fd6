using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Treatment;

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
        .Field("id", r => r.Id)
        .Field("predecessor", r => r.PredecessorId)
        .Field("assets", r => r.AssetIds.Concat(r.GroupIds).ToArray())
        .Field("threat", r => r.Threat)
        .Field("vulnerability", r => r.Vulnerability)
        .Field("class", r => r.ThreatClass)
        .Field("category", r => r.Category)
        .Field("owner", r => r.OwnerId)
        .Field("state", r => r.State)
        .Field("level", r => r.Current?.Level)
        .Field("order", r => r.Current?.Order)
        .Field("rank", r => r.State == RiskState.Dismissed ? null : r.Current?.RankWith(r.HasDuty))
        .Field("y", r => r.Current?.Y)
        .Field("x", r => r.Current?.X)
        .Field("target", r => r.Target?.Level)
        .Field("achieved", r => r.Achieved?.Level)
        .Field("option", r => r.Treatment?.Option)
        .Field("controls", r => r.Treatment?.Controls.Select(c => c.Key).ToArray() ?? [])
        .Field("duty", r => r.HasDuty)
        .Field("review", r => r.ReviewOn)
        .Field("acceptance", r => r.Acceptance)
        .Field("exception", r => r.ExceptionUntil)
        // What a submission checks; numbers only where the method gives no level.
        .Field("value", r => r.Current is { Level: null } current ? current.Value : null)
        .Field("targetvalue", r => r.Target is { Level: null } target ? target.Value : null)
        .Field("achievedvalue", r => r.Achieved is { Level: null } achieved ? achieved.Value : null)
        .Field("byexception", r => r.Treatment?.ByException ?? false)
        .Field("exceptionend", r => r.Treatment is { ByException: true } treatment ? treatment.ExceptionUntil : null)
        .Field("carried", r => r.Current?.CarriedBy is null ? null : "yes")
        .Field("above", r => r.State == RiskState.Rated && TreatmentRules.AboveCurrent(r).Any() ? "yes" : null);

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

    /// <summary>Values that a change of method proposes for a rating that could not be carried over whole; the rater's form opens with them.</summary>
    public Proposal? Proposal { get; set; }

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

    /// <summary>While it waits: what stood before, and stands again when the plan comes back undecided.</summary>
    public AcceptanceState AcceptanceBefore { get; set; } = AcceptanceState.None;

    /// <summary>The last day on which an accepted exception holds, or null.</summary>
    public DateOnly? ExceptionUntil { get; set; }

    /// <summary>Where it was last decided on, or null.</summary>
    public DecidedIn? DecidedIn { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasDuty => Duty is not null;

    /// <summary>Whether it is retained with nothing planned that could lower it: what is left is the level now, so the target is the current rating and follows it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsRetainedAsItIs => Treatment is { Option: TreatmentOption.Retain, Controls.Count: 0 };

    /// <summary>The only way a command changes a stored risk. When anything changes that the plan's approval covers, an acceptance that waits or stands becomes stale (domain.md rules 2 and 3).</summary>
    public void Change(Action<Risk> change)
    {
        var before = Covered();
        change(this);
        if (Acceptance is AcceptanceState.Accepted or AcceptanceState.Waiting && !Covered().SameAs(before))
            Acceptance = AcceptanceState.Stale;
    }

    /// <summary>What of the risk an approval covers: what could happen to what, current and target level, owner, option, controls, exception and cost.</summary>
    public FrozenRisk Covered() => new(
        Id,
        Reference,
        Title,
        OwnerId,
        State == RiskState.Dismissed ? null : Current?.Level ?? Current?.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Treatment is null ? null : FieldValue.Normalise(Treatment.Option)!.ToString(),
        [.. (Treatment?.Controls ?? []).Select(c => c.Key).Order(StringComparer.Ordinal)],
        Target?.Level ?? Target?.Value?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Treatment?.ByException ?? false,
        Treatment?.ExceptionUntil,
        Treatment?.CostOnce,
        Treatment?.CostYearly,
        [.. AssetIds.Concat(GroupIds).Order(StringComparer.Ordinal)],
        Words(Threat, ThreatWords),
        Words(Vulnerability, VulnerabilityWords),
        Words(Event),
        Words(Consequence),
        Treatment is { ByException: true } ? Words(Treatment.Condition, Treatment.ExceptionReason) : null);

    private static string? Words(params string?[] parts) => string.Join(": ", parts.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => p!.Trim())) is { Length: > 0 } text ? text : null;

    /// <summary>Sets the rating with existing controls counted; without one the risk is unrated, which is not zero.</summary>
    public void Rate(Rating? rating)
    {
        Current = rating;
        Proposal = rating is null ? Proposal : null;
        State = rating is null ? RiskState.Unrated : RiskState.Rated;
        if (IsRetainedAsItIs)
            Target = rating;
        if (rating is null)
        {
            Target = null;
            Achieved = null;
        }
    }

    /// <summary>Makes a rating that was carried over the assessor's own.</summary>
    public void Confirm(string? byId, DateOnly on)
    {
        var confirmed = Current!.Copy();
        (confirmed.CarriedBy, confirmed.ById, confirmed.On) = (null, byId, on);
        Change(r => r.Rate(confirmed));
    }

    /// <summary>A copy for another exercise: what describes the risk is kept; rating, treatment and acceptance are not.</summary>
    public Risk CopyTo(string exerciseId, bool asSuccessor, string? id = null) => new()
    {
        Id = id ?? NewId(),
        ExerciseId = exerciseId,
        Title = Title,
        AssetIds = [.. AssetIds],
        GroupIds = [.. GroupIds],
        Threat = Threat,
        ThreatClass = ThreatClass,
        ThreatWords = ThreatWords,
        Vulnerability = Vulnerability,
        VulnerabilityWords = VulnerabilityWords,
        HarmsC = HarmsC,
        HarmsI = HarmsI,
        HarmsA = HarmsA,
        Event = Event,
        Consequence = Consequence,
        ConsequenceKinds = [.. ConsequenceKinds],
        Service = Service,
        Category = Category,
        OwnerId = OwnerId,
        OtherOwnerIds = [.. OtherOwnerIds],
        ExistingControls = [.. ExistingControls],
        DutySource = DutySource,
        Duty = Duty,
        State = State is RiskState.Draft ? RiskState.Draft : RiskState.Unrated,
        PredecessorId = asSuccessor ? Id : null,
    };

    /// <summary>Letters of what is harmed, such as <c>I A</c>.</summary>
    public string Harms() => string.Join(' ', new[] { HarmsC ? "C" : null, HarmsI ? "I" : null, HarmsA ? "A" : null }.Where(h => h is not null));

    /// <summary>What is still missing before the risk can be rated: keys of words.</summary>
    public IEnumerable<string> Gaps()
    {
        if (AssetIds.Count + GroupIds.Count == 0)
            yield return "assets";
        if (Threat is null && string.IsNullOrWhiteSpace(ThreatWords))
            yield return "threat";
        if (Vulnerability is null && string.IsNullOrWhiteSpace(VulnerabilityWords))
            yield return "vulnerability";
        if (!HarmsC && !HarmsI && !HarmsA)
            yield return "harms";
        if (OwnerId is null)
            yield return "owner";
    }
}

public enum RiskState { Draft, Unrated, Rated, Dismissed }

public enum ConsequenceKind { Financial, Operational, Legal, Reputation, Safety, Customer }

public enum DutyKind { Law, Regulation, Contract, Health }

/// <summary>Whether the treatment decision and residual risk were accepted by the owner.</summary>
public enum AcceptanceState { None, Waiting, Accepted, Stale, Refused }

/// <summary>The submission in which a risk was last decided on, and who owned it then.</summary>
internal sealed record DecidedIn(string SubmissionId, string? OwnerId);

/// <summary>A control that exists already, and whether it works.</summary>
internal sealed record ExistingControl(string Name, ControlWorks Works, string? Effect, string? ImplementationId = null)
{
    public override string ToString() => string.IsNullOrEmpty(Effect) ? Name : $"{Name}: {Effect}";
}

public enum ControlWorks { Yes, Partly, No, NotChecked }

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

    /// <summary>Place of the level among the method's, 0 the lowest; null where there is no level, and in what was stored before it was kept: that is ranked by its order alone, after the others, until it is rated again.</summary>
    public int? LevelAt { get; set; }

    /// <summary>Ordinal on the method's vertical axis (0 = lowest), or null.</summary>
    public int? Y { get; set; }

    /// <summary>Ordinal on the method's horizontal axis, or null.</summary>
    public int? X { get; set; }

    public Dictionary<string, FactorValue> Outputs { get; set; } = [];

    public Dictionary<string, double> Criteria { get; set; } = [];

    /// <summary>How the level came about, step by step.</summary>
    public List<Message> Steps { get; set; } = [];

    public string? ById { get; set; }

    public DateOnly? On { get; set; }

    /// <summary>The change of method that carried it over by mapping of scales, until an assessor confirms it or rates anew; else null.</summary>
    public string? CarriedBy { get; set; }

    /// <summary>Worst is greatest: by level, within it a duty of law or contract ahead of all others, then by order. Without a level, a duty goes ahead of the same number.</summary>
    public decimal RankWith(bool duty)
    {
        var bits = BitConverter.DoubleToInt64Bits(Order);
        // The bits of a number, so that they sort as the number does: up to 20 digits.
        var order = (decimal)(ulong)(bits < 0 ? ~bits : bits ^ long.MinValue);
        return LevelAt is { } at ? (at + 1) * 1e22m + (duty ? 1e21m : 0) + order : order * 10 + (duty ? 1 : 0);
    }

    /// <summary>Whether this is a higher risk than another rating under the same method.</summary>
    public bool IsAbove(Rating other) => Order > other.Order;

    /// <summary>The same rating, to be given other reasons or another author.</summary>
    public Rating Copy() => (Rating)MemberwiseClone();
}

/// <summary>Some values of a rating, with reasons and sources by the factor's key.</summary>
internal sealed class Proposal
{
    public Dictionary<string, FactorValue> Inputs { get; set; } = [];

    public Dictionary<string, string> Reasons { get; set; } = [];

    public Dictionary<string, string> Sources { get; set; } = [];
}

public enum TreatmentOption { Modify, Retain, Avoid, Share }

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

    /// <summary>Which condition of the criteria is met, when they name any.</summary>
    public string? Condition { get; set; }

    public DateOnly? ExceptionUntil { get; set; }

    /// <summary>Avoid: what is given up.</summary>
    public string? GivenUp { get; set; }

    /// <summary>Share: with whom (sharing, not transfer: the duty stays).</summary>
    public string? SharedWith { get; set; }

    /// <summary>Share: the new risks it makes, in words, or why it makes none.</summary>
    public string? NewRisks { get; set; }

    public List<string> NewRiskIds { get; set; } = [];

    public decimal? CostOnce { get; set; }

    public decimal? CostYearly { get; set; }

    public string? Benefit { get; set; }

    /// <summary>The same decision, with other new risks.</summary>
    public TreatmentDecision With(List<string> newRiskIds)
    {
        var copy = (TreatmentDecision)MemberwiseClone();
        copy.NewRiskIds = newRiskIds;
        return copy;
    }
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

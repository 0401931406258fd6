using IsmsModular.Platform.Store;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Plan;

/// <summary>A task of the live risk treatment plan (domain.md, record 7).</summary>
internal sealed class PlanTask : Document
{
    public static DocumentMap<PlanTask> Map { get; } = new DocumentMap<PlanTask>("risks_tasks")
        .Text("ref", t => t.Reference)
        .Text("title", t => t.Title)
        .Text("deliverable", t => t.Deliverable)
        .Field("id", t => t.Id)
        .Field("risks", t => t.RiskIds.ToArray())
        .Field("controls", t => t.ControlKeys.ToArray())
        .Field("responsible", t => t.ResponsibleId)
        .Field("accountable", t => t.AccountableId)
        .Field("state", t => t.State)
        .Field("priority", t => t.Priority)
        .Field("due", t => t.DueOn)
        .Field("percent", t => t.Percent)
        .Field("delay", t => t.Delay?.State)
        .Field("phase", t => t.Phase)
        .Field("once", t => t.CostOnce)
        .Field("yearly", t => t.CostYearly)
        // Open tasks only, so that what is overdue is one range.
        .Field("opendue", t => t.IsOpen ? t.DueOn : null)
        .Field("lateafter", t => t.IsOpen ? t.FirstDueOn : null);

    /// <summary>TASK-0001.</summary>
    public string Reference { get; set; } = "";

    public required string Title { get; set; }

    public string? Deliverable { get; set; }

    public List<string> RiskIds { get; set; } = [];

    public List<string> ControlKeys { get; set; } = [];

    public string? ImplementationId { get; set; }

    public string? ResponsibleId { get; set; }

    public string? AccountableId { get; set; }

    /// <summary>People, equipment, time, in words.</summary>
    public string? Resources { get; set; }

    public decimal? CostOnce { get; set; }

    public decimal? CostYearly { get; set; }

    public bool BudgetApproved { get; set; }

    public TaskPriority Priority { get; set; } = TaskPriority.Medium;

    public string? PriorityReason { get; set; }

    /// <summary>Date of the first approved plan.</summary>
    public DateOnly? BaselineOn { get; set; }

    /// <summary>Date agreed now (baseline, or revised by an approved delay).</summary>
    public DateOnly? DueOn { get; set; }

    public DateOnly? StartOn { get; set; }

    public DateOnly? DoneOn { get; set; }

    /// <summary>0 to 100.</summary>
    public int Percent { get; set; }

    public PlanTaskState State { get; set; } = PlanTaskState.Planned;

    public List<string> DependsOnIds { get; set; } = [];

    /// <summary>Delay asked for or decided.</summary>
    public Delay? Delay { get; set; }

    public string? Evidence { get; set; }

    /// <summary>Person who reported it done, or null.</summary>
    public string? DoneById { get; set; }

    /// <summary>Account that reported it done; null in tasks done before it was kept, whose log tells it.</summary>
    public string? DoneByAccountId { get; set; }

    /// <summary>"Done" is not "effective": set when the effect was verified.</summary>
    public string? VerifiedById { get; set; }

    public DateOnly? VerifiedOn { get; set; }

    public string? VerifiedNote { get; set; }

    /// <summary>Whether who verified also did or reported it, under the workspace's recorded exception.</summary>
    public bool VerifiedByException { get; set; }

    /// <summary>Days after which it comes again, or null.</summary>
    public int? RepeatsEveryDays { get; set; }

    /// <summary>The task that comes again by this one, or null.</summary>
    public string? OccurrenceOfId { get; set; }

    /// <summary>Day on which it was due when it came again by itself.</summary>
    public DateOnly? CameAgainFor { get; set; }

    /// <summary>Whether its next occurrence is planned already.</summary>
    public bool HasNext { get; set; }

    /// <summary>Why it was cancelled.</summary>
    public string? CancelledBecause { get; set; }

    /// <summary>Date that the plan's approval covers: an agreed delay moves <see cref="DueOn"/> by a decision of its own and leaves this one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DateOnly? PlannedOn => Delay?.AgreedFor(DueOn) is { } agreed ? agreed.FromDueOn : DueOn;

    /// <summary>Done is not effective: waits for somebody else to verify the effect.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TaskPhase Phase => State switch
    {
        PlanTaskState.Done => VerifiedOn is null ? TaskPhase.DoneUnverified : TaskPhase.Effective,
        PlanTaskState.InProgress => TaskPhase.InProgress,
        PlanTaskState.Cancelled => TaskPhase.Cancelled,
        _ => TaskPhase.Planned,
    };

    /// <summary>Reports progress; with a day, the task is done, as somebody reports.</summary>
    public void Report(int percent, DateOnly? doneOn, string? evidence, string? byId = null, string? byAccountId = null)
    {
        Percent = doneOn is null ? percent : 100;
        Evidence = evidence;
        DoneOn = doneOn;
        (DoneById, DoneByAccountId) = doneOn is null ? (null, null) : (byId, byAccountId);
        State = doneOn is not null ? PlanTaskState.Done : percent > 0 ? PlanTaskState.InProgress : State;
    }

    /// <summary>Whether this person or account did the task or reported it done.</summary>
    public bool WasDoneBy(string? personId, string accountId) => (personId is not null && (personId == ResponsibleId || personId == DoneById)) || accountId == DoneByAccountId;

    /// <summary>The effect was seen by somebody other than who did it, or by the same person under a recorded exception.</summary>
    public void Verify(string byId, DateOnly on, string note, bool byException = false)
    {
        if (State != PlanTaskState.Done || (!byException && byId == ResponsibleId))
            throw new InvalidOperationException("The effect of a finished task is verified by another person than the responsible.");
        (VerifiedById, VerifiedOn, VerifiedNote, VerifiedByException) = (byId, on, note, byException);
    }

    /// <summary>Work goes on: the effect failed to appear, or the task was finished or cancelled too early.</summary>
    public void Reopen()
    {
        Percent = Math.Min(Percent, 90);
        State = Percent > 0 ? PlanTaskState.InProgress : PlanTaskState.Planned;
        (DoneOn, DoneById, DoneByAccountId, CancelledBecause) = (null, null, null, null);
        (VerifiedById, VerifiedOn, VerifiedNote, VerifiedByException) = (null, null, null, false);
    }

    /// <summary>The next task where a finished one comes again; null where it does not, or did already.</summary>
    public PlanTask? NextOccurrence() => State != PlanTaskState.Done || HasNext || RepeatsEveryDays is not { } days ? null : new()
    {
        Title = Title,
        Deliverable = Deliverable,
        RiskIds = [.. RiskIds],
        ControlKeys = [.. ControlKeys],
        ImplementationId = ImplementationId,
        ResponsibleId = ResponsibleId,
        AccountableId = AccountableId,
        Resources = Resources,
        Priority = Priority,
        PriorityReason = PriorityReason,
        StartOn = DoneOn,
        DueOn = (DueOn ?? DoneOn)!.Value.AddDays(days),
        OccurrenceOfId = OccurrenceOfId ?? Id,
        CameAgainFor = (DueOn ?? DoneOn)!.Value.AddDays(days),
        RepeatsEveryDays = days,
    };

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOpen => State is PlanTaskState.Planned or PlanTaskState.InProgress;

    /// <summary>The earlier of the date in the first approved plan and the date agreed now.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DateOnly? FirstDueOn => BaselineOn < DueOn ? BaselineOn : DueOn;

    /// <summary>Late against the date agreed now, or against the first approved plan: an agreed delay is still a delay.</summary>
    public bool IsLate(DateOnly today) => IsOpen && FirstDueOn < today;
}

/// <summary>State of a task in one word.</summary>
public enum TaskPhase { Planned, InProgress, DoneUnverified, Effective, Cancelled }

public enum TaskPriority { High, Medium, Low }

public enum PlanTaskState { Planned, InProgress, Done, Cancelled }

/// <summary>A delay with its reason, new date and decision.</summary>
/// <param name="Reason">Why it takes longer.</param>
/// <param name="NewDueOn">Date asked for.</param>
/// <param name="State">Asked, agreed or refused.</param>
/// <param name="SubmissionId">Its submission.</param>
/// <param name="FromDueOn">Date that the approved plan has.</param>
/// <param name="Before">The last delay that was agreed before this one was asked for.</param>
internal sealed record Delay(string Reason, DateOnly NewDueOn, DelayState State, string? SubmissionId, DateOnly? FromDueOn = null, Delay? Before = null)
{
    /// <summary>The delay by which a task is due on this day; null when none was agreed for it.</summary>
    public Delay? AgreedFor(DateOnly? dueOn) => State == DelayState.Agreed ? NewDueOn == dueOn ? this : null : Before?.AgreedFor(dueOn);
}

public enum DelayState { Asked, Agreed, Refused }

/// <summary>A submitted or approved revision of the plan: frozen.</summary>
internal sealed class PlanRevision : Document
{
    public static DocumentMap<PlanRevision> Map { get; } = new DocumentMap<PlanRevision>("risks_plan_revisions")
        .Text("ref", r => r.Reference)
        .Field("number", r => r.Number)
        .Field("exercise", r => r.ExerciseId)
        .Field("state", r => r.State)
        .Field("approved", r => r.IssuedOn)
        .Attachments(r => [r.ContentAttachment]);

    /// <summary>RTP-R02.</summary>
    public string Reference { get; set; } = "";

    public int Number { get; set; }

    public required string ExerciseId { get; set; }

    public RevisionState State { get; set; } = RevisionState.Submitted;

    public DateOnly? IssuedOn { get; set; }

    public string? SubmissionId { get; set; }

    public string? Hash { get; set; }

    /// <summary>Risks and tasks as submitted.</summary>
    public List<FrozenRisk> Risks { get; set; } = [];

    public List<FrozenTask> Tasks { get; set; } = [];

    public string? ChangeNote { get; set; }

    /// <summary>SHA-256 of the attachment that holds risks and tasks when they would not fit a document.</summary>
    public string? ContentAttachment { get; set; }
}

/// <summary>What of a risk the plan's approval covers; a change of any of it makes the owner's slice stale (domain.md rule 3).</summary>
internal sealed record FrozenRisk(string Id, string Reference, string Title, string? OwnerId, string? Level, string? Option, List<string> Controls, string? Target, bool ByException, DateOnly? ExceptionUntil, decimal? CostOnce, decimal? CostYearly,
    List<string>? Assets = null, string? Threat = null, string? Vulnerability = null, string? Event = null, string? Consequence = null, string? ExceptionBecause = null,
    string? OwnerName = null, string? LevelWords = null, string? TargetWords = null, string? AssetNames = null, string? ThreatName = null, string? VulnerabilityName = null)
{
    /// <summary>Whether nothing differs that an approval covers. A new title alone voids nothing.</summary>
    public bool SameAs(FrozenRisk other) => Controls.SequenceEqual(other.Controls) && (Assets ?? []).SequenceEqual(other.Assets ?? [])
        && this with { Title = "", Reference = "", Controls = other.Controls, Assets = other.Assets } == other with { Title = "", Reference = "" };
}

internal sealed record FrozenTask(string Id, string Reference, string Title, List<string> RiskIds, List<string> ControlKeys, string? ResponsibleId, string? AccountableId, DateOnly? DueOn, decimal? CostOnce, decimal? CostYearly, TaskPriority Priority, DateOnly? RevisedDueOn = null, string? ResponsibleName = null, string? AccountableName = null, List<string>? RiskReferences = null, bool CameAgain = false)
{
    /// <summary>Whether it only does again what another task did, for no more money: it came by itself and nobody changed it since.</summary>
    public bool Repeats(FrozenTask first) => SameAs(first with { DueOn = DueOn, CostOnce = CostOnce is null ? null : first.CostOnce, CostYearly = CostYearly is null ? null : first.CostYearly });

    /// <summary>Whether nothing differs that an approval covers: controls, dates, cost and who.</summary>
    public bool SameAs(FrozenTask other) => RiskIds.SequenceEqual(other.RiskIds) && ControlKeys.SequenceEqual(other.ControlKeys)
        && (ResponsibleId, AccountableId, DueOn, CostOnce, CostYearly) == (other.ResponsibleId, other.AccountableId, other.DueOn, other.CostOnce, other.CostYearly);
}

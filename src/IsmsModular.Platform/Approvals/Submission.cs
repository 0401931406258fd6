using System.Text.Json.Serialization;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Approvals;

/// <summary>Something laid before people for a decision: what it says is frozen, and each slot is decided once (domain.md, record 8).</summary>
public sealed class Submission : Document
{
    /// <summary>How it is stored.</summary>
    public static DocumentMap<Submission> Map { get; } = new DocumentMap<Submission>("platform_submissions")
        .Text("ref", s => s.Reference)
        .Text("title", s => s.Title)
        .Field("kind", s => s.Kind)
        .Field("line", s => LineOf(s.Kind, s.SubjectId))
        .Field("state", s => s.State)
        .Field("at", s => s.At)
        .Field("submitter", s => s.SubmittedById)
        .Field("waits", s => s.State == SubmissionState.Open ? s.Slots.Where(x => x.Decision is null).Select(x => x.Holder).Distinct().ToArray() : [])
        .Field("deciders", s => s.Slots.Where(x => x.Decision is not null).Select(x => x.Decision!.ByAccountId).Distinct().ToArray())
        .Attachments(s => s.Slots.Select(x => x.Decision?.Scan).Prepend(s.ContentAttachment));

    /// <summary>SUB-0001.</summary>
    public string Reference { get; set; } = "";

    /// <summary>Kind of subject: <see cref="IApprovalSubject.Kind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What is decided about; all submissions of one kind and subject make a line in which a later one supersedes an earlier one.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Revision document laid before, or <c>null</c>.</summary>
    public string? RecordId { get; init; }

    /// <summary>Reference of the revision, such as <c>SOA-R02</c>.</summary>
    public string Revision { get; set; } = "";

    /// <summary>Words for lists.</summary>
    public required string Title { get; init; }

    /// <summary>SHA-256 of the canonical JSON of everything that counts.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Which fields the hashes cover: those whose <see cref="ContentField.Since"/> is not above. 1 for what was submitted before there were others.</summary>
    public int Coverage { get; set; } = 1;

    /// <summary>Frozen content; empty when <see cref="ContentAttachment"/> holds it.</summary>
    public List<ContentSection> Content { get; set; } = [];

    /// <summary>SHA-256 of the attachment with the content, when it is too large for a document.</summary>
    public string? ContentAttachment { get; set; }

    /// <summary>Who must decide what.</summary>
    public List<Slot> Slots { get; set; } = [];

    /// <summary>Where it stands.</summary>
    public SubmissionState State { get; set; } = SubmissionState.Open;

    /// <summary>Account that submitted.</summary>
    public string SubmittedById { get; set; } = "";

    /// <summary>Person that submitted, or <c>null</c>.</summary>
    public string? SubmittedByPersonId { get; set; }

    /// <summary>Name of who submitted.</summary>
    public string SubmittedByName { get; set; } = "";

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>What changed and why, in the submitter's words.</summary>
    public string? Note { get; set; }

    /// <summary>When it was closed, UTC.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Reason of a withdrawal.</summary>
    public string? ClosedBecause { get; set; }

    /// <summary>Submission compared with: the last one that was approved, else the last one.</summary>
    public string? PreviousId { get; set; }

    /// <summary>Submission that took its place.</summary>
    public string? SupersededById { get; set; }

    /// <summary>Value of the field <c>line</c>.</summary>
    public static string LineOf(string kind, string subjectId) => $"{kind}:{subjectId}";

    /// <summary>Last day on which all of its decisions hold, or null when none has an end.</summary>
    [JsonIgnore]
    public DateOnly? HoldsUntil => Slots.Min(s => s.Decision?.ValidUntil ?? s.ValidUntil);

    /// <summary>Slots decided with yes.</summary>
    [JsonIgnore]
    public int Approvals => Slots.Count(s => s.Decision?.Outcome == DecisionOutcome.Approved);
}

/// <summary>Where a submission stands.</summary>
public enum SubmissionState
{
    /// <summary>Waits for decisions.</summary>
    Open,

    /// <summary>Every slot said yes.</summary>
    Approved,

    /// <summary>Sent back with a reason, to be revised.</summary>
    SentBack,

    /// <summary>Refused with a reason.</summary>
    Refused,

    /// <summary>Taken back by who submitted it.</summary>
    Withdrawn,

    /// <summary>Was approved; a later one was approved after it.</summary>
    Superseded,
}

/// <summary>What a decision does.</summary>
public enum ApprovalAct
{
    /// <summary>Approve as management.</summary>
    Approve,

    /// <summary>Accept residual risk as its owner.</summary>
    AcceptResidualRisk,

    /// <summary>Accept a risk above the criteria until a date.</summary>
    AcceptException,

    /// <summary>Agree to a later date.</summary>
    AgreeDelay,
}

/// <summary>One decision that is asked for: of a role or of a person, about the whole or a slice.</summary>
public sealed class Slot
{
    /// <summary>Key within the submission; the same from one submission of a line to the next.</summary>
    public required string Key { get; init; }

    /// <summary>What is done.</summary>
    public required ApprovalAct Act { get; init; }

    /// <summary>Role whose holder decides, or <c>null</c>.</summary>
    public Role? Role { get; init; }

    /// <summary>Person who decides, or <c>null</c>.</summary>
    public string? PersonId { get; init; }

    /// <summary>Name of the person when it was submitted.</summary>
    public string? PersonName { get; init; }

    /// <summary>Key of the words why this one is asked.</summary>
    public required string Why { get; init; }

    /// <summary>Part that it covers, or <c>null</c> for the whole.</summary>
    public string? Slice { get; init; }

    /// <summary>Words for the part: names and references, no sentence.</summary>
    public string? Part { get; init; }

    /// <summary>How many records the part has.</summary>
    public int Count { get; init; }

    /// <summary>Right that who decides must hold.</summary>
    public required Area Area { get; init; }

    /// <summary>Right that who decides must hold.</summary>
    public required Verb Verb { get; init; }

    /// <summary>SHA-256 of what the slot covers.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Last day on which a yes holds, or <c>null</c>.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The decision; the first one stands.</summary>
    public Decision? Decision { get; set; }

    /// <summary>Who is asked, as it stands in the field <c>waits</c>.</summary>
    [JsonIgnore]
    public string Holder => PersonId is not null ? PersonToken(PersonId) : RoleToken(Role!.Value);

    /// <summary>Token of a person.</summary>
    public static string PersonToken(string personId) => "person:" + personId;

    /// <summary>Token of a role.</summary>
    public static string RoleToken(Role role) => "role:" + FieldValue.Normalise(role);
}

/// <summary>What was decided.</summary>
public enum DecisionOutcome
{
    /// <summary>Yes.</summary>
    Approved,

    /// <summary>Not like this: revise and submit again.</summary>
    SentBack,

    /// <summary>No.</summary>
    Refused,
}

/// <summary>A decision, never altered afterwards.</summary>
public sealed record Decision
{
    /// <summary>What was decided.</summary>
    public required DecisionOutcome Outcome { get; init; }

    /// <summary>Account that decided.</summary>
    public required string ByAccountId { get; init; }

    /// <summary>Person that decided, or <c>null</c>.</summary>
    public string? ByPersonId { get; init; }

    /// <summary>Name of who decided.</summary>
    public required string ByName { get; init; }

    /// <summary>Person for whom a deputy decided, or <c>null</c>.</summary>
    public string? OnBehalfOfId { get; init; }

    /// <summary>Name of that person.</summary>
    public string? OnBehalfOfName { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Comment or reason.</summary>
    public string? Comment { get; init; }

    /// <summary>Conditions of a yes.</summary>
    public string? Conditions { get; init; }

    /// <summary>Last day on which it holds, or <c>null</c>.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>Whether the same person also submitted: a fact that an auditor asks for.</summary>
    public bool SamePersonSubmitted { get; init; }

    /// <summary>Submission in which it was given, when it was carried over because nothing of its part changed.</summary>
    public string? CarriedFromId { get; init; }

    /// <summary>Submission that took its place.</summary>
    public string? SupersededById { get; init; }

    /// <summary>SHA-256 of the scan of a paper signature.</summary>
    public string? Scan { get; init; }

    /// <summary>File name of the scan.</summary>
    public string? ScanName { get; init; }
}

/// <summary>One record of the frozen content, such as a risk or a row of the statement.</summary>
/// <param name="Key">Key of the record.</param>
/// <param name="Title">Words for it when it was submitted.</param>
/// <param name="Fields">What it says.</param>
/// <param name="Slices">Parts to which it belongs.</param>
public sealed record ContentSection(string Key, string Title, List<ContentField> Fields, List<string>? Slices = null);

/// <summary>One field of a record.</summary>
/// <param name="Label">Key of its words in the locales.</param>
/// <param name="Value">Value that is compared.</param>
/// <param name="Kind">How it is shown: <c>text</c>, <c>date</c>, <c>number</c>, or <c>enum.type</c> for enum words.</param>
/// <param name="Shown">Words at the time, where the value is an id.</param>
/// <param name="Counts">Whether a change makes a decision stale (rule 3).</param>
/// <param name="Since">Coverage that has the field, from 1 up: a field added later is no part of what was decided before (<see cref="Submission.Coverage"/>).</param>
public sealed record ContentField(string Label, string? Value, string Kind = "text", string? Shown = null, bool Counts = true, int Since = 1);

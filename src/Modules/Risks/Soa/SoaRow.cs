using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Soa;

/// <summary>A row of the live statement of applicability (domain.md, record 6). Id is made from catalogue and control, so there is one row a control.</summary>
internal sealed class SoaRow : Document
{
    public static DocumentMap<SoaRow> Map { get; } = new DocumentMap<SoaRow>("risks_soa_rows")
        .Text("ref", r => r.ControlKey)
        .Text("reason", r => r.ExclusionReason)
        .Field("control", r => r.ControlKey)
        .Field("catalogue", r => r.Catalogue)
        .Field("decision", r => r.Decision)
        .Field("status", r => r.Status)
        .Field("reasons", r => r.Reasons.Select(x => FieldValue.Normalise(x.Kind)!.ToString()!))
        .Unique("key", r => r.ControlKey);

    /// <summary>Catalogue key, or <c>own</c>.</summary>
    public required string Catalogue { get; set; }

    /// <summary>Identifier in the catalogue.</summary>
    public required string ControlId { get; set; }

    [System.Text.Json.Serialization.JsonIgnore]
    public string ControlKey => $"{Catalogue}/{ControlId}";

    /// <summary>Null until decided.</summary>
    public SoaDecision? Decision { get; set; }

    public List<SoaReason> Reasons { get; set; } = [];

    public string? ExclusionReason { get; set; }

    /// <summary>What would reopen an exclusion.</summary>
    public string? ReopenIf { get; set; }

    public string? ConfirmedById { get; set; }

    public DateOnly? ConfirmedOn { get; set; }

    public SoaStatus? Status { get; set; }

    public string? Note { get; set; }

    public string? Documents { get; set; }
}

internal enum SoaDecision { Included, Excluded }

internal enum SoaStatus { InPlace, Partly, Planned }

internal enum SoaReasonKind { Risk, Law, Contract, Business, GoodPractice }

/// <summary>Why a control is included, with the record it rests on (a risk's id) or words.</summary>
internal sealed record SoaReason(SoaReasonKind Kind, string? LinkId, string? Words);

/// <summary>An issued (or submitted) revision: frozen. The scope statement and the certificate quote it.</summary>
internal sealed class SoaRevision : Document
{
    public static DocumentMap<SoaRevision> Map { get; } = new DocumentMap<SoaRevision>("risks_soa_revisions")
        .Text("ref", r => r.Reference)
        .Field("number", r => r.Number)
        .Field("state", r => r.State)
        .Field("issued", r => r.IssuedOn);

    /// <summary>SOA-R02.</summary>
    public string Reference { get; set; } = "";

    /// <summary>From 1.</summary>
    public int Number { get; set; }

    public required string Catalogue { get; set; }

    public string? ScopeStatement { get; set; }

    public RevisionState State { get; set; } = RevisionState.Submitted;

    public DateOnly? IssuedOn { get; set; }

    /// <summary>Rows as they were submitted.</summary>
    public List<FrozenSoaRow> Rows { get; set; } = [];

    /// <summary>Approval submission.</summary>
    public string? SubmissionId { get; set; }

    /// <summary>SHA-256 of the canonical JSON of what was approved.</summary>
    public string? Hash { get; set; }

    public string? ChangeNote { get; set; }
}

internal enum RevisionState { Submitted, SentBack, Withdrawn, Issued, Superseded }

internal sealed record FrozenSoaRow(string ControlKey, string Title, SoaDecision? Decision, List<SoaReason> Reasons, string? ExclusionReason, string? ReopenIf, SoaStatus? Status, List<string> Implementations, List<string> Risks, List<string> Tasks, bool Changed);

using IsmsModular.Platform.Store;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Files;
using IsmsModular.Risks.Register;

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
        .Field("justified", r => r.Decision is null ? null : r.IsJustified)
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

    /// <summary>Whether an auditor finds why: a risk, or words for another reason of inclusion; for an exclusion the reason and who confirmed it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsJustified => Decision switch
    {
        SoaDecision.Included => Reasons.Exists(r => r.Kind == SoaReasonKind.Risk || r.LinkId is not null || !string.IsNullOrWhiteSpace(r.Words)),
        SoaDecision.Excluded => !string.IsNullOrWhiteSpace(ExclusionReason) && ConfirmedById is not null,
        _ => false,
    };

    /// <summary>Id of a control's row: one control, one row, whoever is first.</summary>
    public static string IdOf(string controlKey) => new Ulid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("soa:" + controlKey)).AsSpan(0, 16)).ToString();

    /// <summary>A row not decided yet.</summary>
    public static SoaRow For(ControlRef control) => new() { Id = IdOf(control.Key), Catalogue = control.Catalogue, ControlId = control.Id };

    public void Include(IEnumerable<SoaReason> reasons, SoaStatus status)
    {
        Reasons = [.. reasons];
        if (Reasons.Count == 0)
            throw new InvalidOperationException("A control is included for a reason.");
        Decision = SoaDecision.Included;
        Status = status;
        (ExclusionReason, ReopenIf, ConfirmedById, ConfirmedOn) = (null, null, null, null);
    }

    public void Exclude(string reason, string reopenIf, string confirmedById, DateOnly confirmedOn)
    {
        if (Catalogue == ControlRef.Own)
            throw new InvalidOperationException("An own control is not excluded: it is retired.");
        Decision = SoaDecision.Excluded;
        (ExclusionReason, ReopenIf, ConfirmedById, ConfirmedOn) = (reason, reopenIf, confirmedById, confirmedOn);
        (Reasons, Status) = ([], null);
    }
}

/// <summary>The row of a control, and whether the control is of the workspace now: else its row is only read.</summary>
internal sealed record StatementRow(SoaRow Row, bool Known)
{
    /// <summary>Null where the control is unknown and nothing was ever decided or kept about it.</summary>
    public static async Task<StatementRow?> FindAsync(IDocumentSession session, ControlDirectory controls, ControlRef control, CancellationToken cancellationToken)
    {
        var known = (await controls.UnknownAsync([control.Key], cancellationToken)).Count == 0;
        var row = await session.FindAsync<SoaRow>(SoaRow.IdOf(control.Key), cancellationToken);
        return known || row is not null || await session.CountAsync<EvidenceFile>(Query.All.Where("subject", control.Key), cancellationToken) > 0 ? new(row ?? SoaRow.For(control), known) : null;
    }
}

public enum SoaDecision { Included, Excluded }

public enum SoaStatus { InPlace, Partly, Planned }

public enum SoaReasonKind { Risk, Law, Contract, Business, GoodPractice }

/// <summary>Why a control is included, with the record it rests on (a risk's id) or words.</summary>
internal sealed record SoaReason(SoaReasonKind Kind, string? LinkId, string? Words);

/// <summary>An issued (or submitted) revision: frozen. The scope statement and the certificate quote it.</summary>
internal sealed class SoaRevision : Document
{
    public static DocumentMap<SoaRevision> Map { get; } = new DocumentMap<SoaRevision>("risks_soa_revisions")
        .Text("ref", r => r.Reference)
        .Field("number", r => r.Number)
        .Field("state", r => r.State)
        .Field("catalogue", r => r.Catalogue)
        .Field("issued", r => r.IssuedOn)
        .Attachments(r => [r.ContentAttachment]);

    /// <summary>SOA-R02.</summary>
    public string Reference { get; set; } = "";

    /// <summary>From 1.</summary>
    public int Number { get; set; }

    public required string Catalogue { get; set; }

    public string? ScopeStatement { get; set; }

    public RevisionState State { get; set; } = RevisionState.Submitted;

    public DateOnly? IssuedOn { get; set; }

    /// <summary>Last day on which its approval holds, or null when that has no end of its own.</summary>
    public DateOnly? HoldsUntil { get; set; }

    /// <summary>Whether it is in force and its approval has run out.</summary>
    public bool HasEnded(DateOnly today) => State == RevisionState.Issued && HoldsUntil < today;

    /// <summary>Rows as they were submitted.</summary>
    public List<FrozenSoaRow> Rows { get; set; } = [];

    /// <summary>Approval submission.</summary>
    public string? SubmissionId { get; set; }

    /// <summary>SHA-256 of the canonical JSON of what was approved.</summary>
    public string? Hash { get; set; }

    public string? ChangeNote { get; set; }

    /// <summary>SHA-256 of the attachment that holds the rows when they would not fit a document.</summary>
    public string? ContentAttachment { get; set; }
}

public enum RevisionState { Submitted, SentBack, Withdrawn, Issued, Superseded }

/// <summary>A row as it was submitted, in words, so that it can be printed when its records are gone. Implementations, risks and tasks are references with titles.</summary>
internal sealed record FrozenSoaRow(string ControlKey, string Title, SoaDecision? Decision, List<SoaReason> Reasons, string? ExclusionReason, string? ReopenIf, SoaStatus? Status, List<string> Implementations, List<string> Risks, List<string> Tasks, bool Changed, string? Domain = null, string? ConfirmedBy = null, DateOnly? ConfirmedOn = null, string? Documents = null, string? Note = null, string? ConfirmedById = null);

using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Soa;

/// <summary>Approval of a statement of applicability. What was submitted is frozen: the live state drafts the next revision and takes no approval away (domain.md rule 4).</summary>
internal sealed class SoaSubject(WorkspaceContext ws, WorkspaceCatalogues catalogues) : IApprovalSubject
{
    public const string TheKind = "soa";

    public string Kind => TheKind;

    public Area Area => Area.Soa;

    public (string Path, string? Id) Page(Submission submission) => ("risks/soa/revision", submission.RecordId);

    public (string Path, string Name, string Value)? RecordPage(ContentSection record) => ("risks/soa/decide", "control", record.Key);

    public bool GoesStale(Slot slot) => false;

    public async Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken)
    {
        List<SoaRow> rows = [];
        await foreach (var row in session.StreamAsync<SoaRow>(Query.All.WhereIn("catalogue", [submission.SubjectId, .. catalogues.Extensions.Select(c => c.Id), ControlRef.Own]), cancellationToken))
            rows.Add(row);
        var titles = rows.Select(r => r.Catalogue).Distinct().Select(catalogues.Find).OfType<Abstractions.Catalogues.Catalogue>().SelectMany(c => c.Items.Select(i => (Key: $"{c.Id}/{i.Id}", i.Title))).ToDictionary(i => i.Key, i => i.Title, StringComparer.Ordinal);
        return [.. rows.Where(r => r.Decision is not null).OrderBy(r => r.ControlKey, StringComparer.Ordinal).Select(r => Section(r, titles.GetValueOrDefault(r.ControlKey, "")))];
    }

    public async Task<Error?> FollowAsync(IDocumentSession session, Submission submission, ApprovalStep step, IReadOnlyList<Slot> decided, CancellationToken cancellationToken)
    {
        if (step == ApprovalStep.Decided)
            return null;
        if (await session.FindAsync<SoaRevision>(submission.RecordId, cancellationToken) is not { } revision)
            return Error.NotFound();
        revision.State = step switch
        {
            ApprovalStep.Approved => RevisionState.Issued,
            ApprovalStep.Withdrawn => RevisionState.Withdrawn,
            _ => RevisionState.SentBack,
        };
        if (step == ApprovalStep.Approved)
        {
            revision.IssuedOn = ws.Today;
            // One statement is in force, whatever its catalogue's edition.
            foreach (var before in (await session.QueryAsync<SoaRevision>(Query.All.Where("state", RevisionState.Issued).Take(100), cancellationToken)).Items)
            {
                before.State = RevisionState.Superseded;
                session.Update(before, before.Version, "soa.supersede");
            }
        }

        session.Update(revision, revision.Version, step switch { ApprovalStep.Approved => "soa.issue", ApprovalStep.Withdrawn => "soa.withdraw", _ => "soa.sendback" });
        return null;
    }

    /// <summary>A row as a record of the submission. Status, implementations and evidence are progress: shown, never compared (rule 3).</summary>
    public static ContentSection Section(SoaRow row, string title) => new(row.ControlKey, $"{row.ControlId} {title}".TrimEnd(),
    [
        new("soa.field.decision", (string?)FieldValue.Normalise(row.Decision), "enum.soaDecision"),
        new("soa.field.reasons", Joined(row.Reasons.Select(r => (string)FieldValue.Normalise(r.Kind)!).Distinct().Order(StringComparer.Ordinal)), "enum.soaReasonKind"),
        new("soa.field.reasonwords", Joined(row.Reasons.Where(r => r.Words is not null).Select(r => r.Words!))),
        new("soa.field.exclusion", row.ExclusionReason),
        new("soa.field.reopen", row.ReopenIf),
        new("soa.field.status", (string?)FieldValue.Normalise(row.Status), "enum.soaStatus", Counts: false),
    ]);

    /// <summary>Whether a live row says what the frozen one says: decision, reasons, exclusion, and its state.</summary>
    public static bool SaysTheSame(SoaRow row, FrozenSoaRow was) =>
        Same(row.Decision, row.ExclusionReason, row.ReopenIf, row.Status, row.Reasons, was);

    /// <summary>Whether two frozen rows say the same.</summary>
    public static bool SaysTheSame(FrozenSoaRow row, FrozenSoaRow was) =>
        Same(row.Decision, row.ExclusionReason, row.ReopenIf, row.Status, row.Reasons, was);

    private static bool Same(SoaDecision? decision, string? exclusionReason, string? reopenIf, SoaStatus? status, List<SoaReason> reasons, FrozenSoaRow was) =>
        decision == was.Decision && exclusionReason == was.ExclusionReason && reopenIf == was.ReopenIf && status == was.Status
        && reasons.Select(r => (r.Kind, r.Words)).OrderBy(r => r).SequenceEqual(was.Reasons.Select(r => (r.Kind, r.Words)).OrderBy(r => r));

    private static string? Joined(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : null;
}

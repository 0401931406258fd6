using System.Globalization;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Soa;

/// <summary>Approval of a statement of applicability. What was submitted is frozen: the live state drafts the next revision and takes no approval away (domain.md rule 4).</summary>
internal sealed class SoaSubject(WorkspaceContext ws, WorkspaceCatalogues catalogues, ControlDirectory controls, Persons persons) : IApprovalSubject
{
    public const string TheKind = "soa";

    /// <summary>Coverage since which an approval also covers the scope statement, the state of each control (ISO/IEC 27001, 6.1.3 d), and documents, note and confirmation of its row.</summary>
    private const int Whole = 2;

    public string Kind => TheKind;

    public Area Area => Area.Soa;

    public (string Path, string? Id) Page(Submission submission) => ("risks/soa/revision", submission.RecordId);

    public (string Path, string Name, string Value)? RecordPage(ContentSection record) => ControlRef.Parse(record.Key) is null ? null : ("risks/soa/decide", "control", record.Key);

    public bool GoesStale(Slot slot) => false;

    public async Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken)
    {
        List<SoaRow> rows = [];
        var own = await controls.OwnAsync(cancellationToken);
        await foreach (var row in session.StreamAsync<SoaRow>(Query.All.WhereIn("catalogue", [submission.SubjectId, .. catalogues.Extensions.Select(c => c.Id), ControlRef.Own]), cancellationToken))
        {
            // A retired control has left the statement.
            if (row.Catalogue != ControlRef.Own || own.Any(o => o.Reference == row.ControlId))
                rows.Add(row);
        }

        var titles = rows.Select(r => r.Catalogue).Distinct().Select(catalogues.Find).OfType<Abstractions.Catalogues.Catalogue>().SelectMany(c => c.Items.Select(i => (Key: $"{c.Id}/{i.Id}", i.Title))).ToDictionary(i => i.Key, i => i.Title, StringComparer.Ordinal);
        var people = await persons.ReadAsync(cancellationToken);
        var revision = await session.FindAsync<SoaRevision>(submission.RecordId, cancellationToken);
        return Content(submission.SubjectId, submission.Title, revision?.ScopeStatement, rows.Where(r => r.Decision is not null).OrderBy(r => r.ControlKey, StringComparer.Ordinal).Select(r => Section(r, titles.GetValueOrDefault(r.ControlKey, ""), people.Name(r.ConfirmedById))));
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
            (revision.IssuedOn, revision.HoldsUntil) = (ws.Today, submission.HoldsUntil);
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

    /// <summary>What is laid before top management: the scope statement and the rows.</summary>
    public static List<ContentSection> Content(string catalogueId, string catalogue, string? scope, IEnumerable<ContentSection> rows) =>
        [new(catalogueId, catalogue, [new("soa.field.scope", scope, Since: Whole)]), .. rows];

    /// <summary>A row as a record of the submission. Implementations and evidence are progress, and left out (rule 3).</summary>
    public static ContentSection Section(SoaRow row, string title, string? confirmedBy) => new(row.ControlKey, $"{row.ControlId} {title}".TrimEnd(),
    [
        new("soa.field.decision", (string?)FieldValue.Normalise(row.Decision), "enum.soaDecision"),
        new("soa.field.reasons", Joined(row.Reasons.Select(r => (string)FieldValue.Normalise(r.Kind)!).Distinct().Order(StringComparer.Ordinal)), "enum.soaReasonKind"),
        new("soa.field.reasonwords", Joined(row.Reasons.Where(r => r.Words is not null).Select(r => r.Words!))),
        new("soa.field.exclusion", row.ExclusionReason),
        new("soa.field.reopen", row.ReopenIf),
        new("soa.field.status", (string?)FieldValue.Normalise(row.Status), "enum.soaStatus", Since: Whole),
        new("soa.field.confirmedby", row.ConfirmedById, Shown: confirmedBy, Since: Whole),
        new("soa.field.confirmedon", row.ConfirmedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "date", Since: Whole),
        new("soa.field.documents", row.Documents, Since: Whole),
        new("soa.field.note", row.Note, Since: Whole),
    ]);

    /// <summary>The same of a frozen row.</summary>
    public static ContentSection Section(FrozenSoaRow row)
    {
        var control = ControlRef.Parse(row.ControlKey)!;
        var section = Section(new() { Catalogue = control.Catalogue, ControlId = control.Id, Decision = row.Decision, Reasons = row.Reasons, ExclusionReason = row.ExclusionReason, ReopenIf = row.ReopenIf, Status = row.Status, ConfirmedById = row.ConfirmedById, ConfirmedOn = row.ConfirmedOn, Documents = row.Documents, Note = row.Note }, row.Title, row.ConfirmedBy);
        // Older rows kept the name alone: who confirmed is not compared with them.
        return row.ConfirmedBy is not null && row.ConfirmedById is null ? section with { Fields = [.. section.Fields.Where(f => f.Label != "soa.field.confirmedby")] } : section;
    }

    /// <summary>Whether a live row says what the frozen one says.</summary>
    public static bool SaysTheSame(SoaRow row, FrozenSoaRow was) => Same(Section(row, "", null), was);

    /// <summary>Whether two frozen rows say the same.</summary>
    public static bool SaysTheSame(FrozenSoaRow row, FrozenSoaRow was) => Same(Section(row), was);

    private static bool Same(ContentSection row, FrozenSoaRow was) => ContentComparison.Between([Section(was)], [row]).Changes.Count == 0;

    private static string? Joined(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : null;
}

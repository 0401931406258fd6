using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Reports;

/// <summary>The statement of applicability (clause 6.1.3 d): a revision as it was frozen, or the live draft when none was submitted.</summary>
internal sealed class SoaReport(WorkspaceContext ws, IWords words, ReportKit kit, SoaRepository soa, RevisionContent frozen, WorkspaceCatalogues catalogues, ApprovalDesk desk, Persons persons) : IReport
{
    private const string Live = "draft";

    public string Name => "soa";

    public string Title => "report.soa";

    public string Icon => "checklist";

    public string? Chapter => "6.4";

    public Area Area => Area.Soa;

    public bool HasControls => true;

    public async Task<IReadOnlyList<Choice>> SubjectsAsync(CancellationToken cancellationToken) =>
    [
        .. (await ws.OpenSession().QueryAsync<SoaRevision>(Query.All.OrderBy("-number").Take(100), cancellationToken)).Items.Select(r => new Choice(r.Id, $"{r.Reference} ({words.Of(r.State)})")),
        new(Live, words["report.draft"]),
    ];

    public async Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        var revision = request.SubjectId == Live ? null : await RevisionAsync(session, request.SubjectId, cancellationToken);
        if (revision is null && request.SubjectId is not null and not Live)
            return Error.NotFound("report.error.revision", "SubjectId");

        IReadOnlyList<FrozenSoaRow> rows;
        string catalogueId;
        if (revision is not null)
        {
            (rows, catalogueId) = (await frozen.RowsAsync(revision, cancellationToken), revision.Catalogue);
        }
        else
        {
            if (await soa.ReadAsync(session, cancellationToken) is not { } board)
                return Error.NotFound("report.error.catalogue");
            (rows, catalogueId) = (await SubmitModel.Handler.FreezeAsync(session, board, board.Lines, await persons.ReadAsync(cancellationToken), cancellationToken), board.Catalogue.Id);
        }

        var before = await BeforeAsync(session, catalogueId, revision, cancellationToken);
        rows = [.. rows.Select(r => r with { Changed = before is not null && !(before.TryGetValue(r.ControlKey, out var was) && SoaSubject.SaysTheSame(r, was)) })];
        var own = rows.Where(IsOwn).ToList();
        var listed = rows.Where(r => !IsOwn(r)).ToList();
        int With(SoaStatus status) => listed.Count(r => r.Decision == SoaDecision.Included && r.Status == status);
        List<ReportBlock> blocks =
        [
            kit.Heading("statement"),
            new ReportFields(
            [
                kit.Field("revision", revision is null ? words["report.draft"] : $"{revision.Reference} ({words.Of(revision.State)})"),
                kit.Field("approvedon", words.Date(revision?.IssuedOn)),
                kit.Field("catalogue", string.Join("; ", listed.Select(r => ControlRef.Parse(r.ControlKey)!.Catalogue).Distinct().OrderBy(k => k != catalogueId).Select(Named).DefaultIfEmpty(Named(catalogueId)))),
                kit.Field("scope", revision?.ScopeStatement),
                kit.Field("changenote", revision?.ChangeNote),
                kit.Field("hash", revision?.Hash),
            ]),
            kit.Heading("figures", 2),
            new ReportFields(
            [
                kit.Field("total", words.Number(listed.Count)),
                kit.Field("included", words.Number(listed.Count(r => r.Decision == SoaDecision.Included))),
                kit.Field("inplace", words.Number(With(SoaStatus.InPlace))),
                kit.Field("partly", words.Number(With(SoaStatus.Partly))),
                kit.Field("planned", words.Number(With(SoaStatus.Planned))),
                kit.Field("excluded", words.Number(listed.Count(r => r.Decision == SoaDecision.Excluded))),
                kit.Field("undecided", words.Number(listed.Count(r => r.Decision is null))),
                kit.Field("owncount", words.Number(own.Count)),
            ]),
            kit.Heading("controls"),
            await TableAsync(session, words["report.head.controls"], [.. listed.Where(r => OfBase(r))], cancellationToken),
        ];
        foreach (var guide in listed.Where(r => !OfBase(r)).GroupBy(r => ControlRef.Parse(r.ControlKey)!.Catalogue))
            blocks.AddRange([new ReportHeading(1, Named(guide.Key)), await TableAsync(session, Named(guide.Key), [.. guide], cancellationToken)]);
        if (own.Count > 0)
            blocks.AddRange([kit.Heading("owncontrols"), await TableAsync(session, words["report.head.owncontrols"], own, cancellationToken)]);
        blocks.AddRange(await ApprovalBlocks.OfAsync(kit, words, desk, session, revision?.SubmissionId, cancellationToken));
        var controls = catalogues.Find(catalogueId) is not { } catalogue ? null : await ControlsAsync(session, catalogue, revision, rows, cancellationToken);
        return kit.Document(words[Title], revision?.Reference ?? words["report.draft"], head, blocks, controls: controls);

        bool OfBase(FrozenSoaRow row) => row.ControlKey.StartsWith(catalogueId + "/", StringComparison.Ordinal);

        string Named(string key) => catalogues.Find(key) is { } known ? $"{known.Name} ({known.Edition})" : key;
    }

    /// <summary>The statement as data, for formats that exchange it with other programs.</summary>
    private async Task<ReportControls> ControlsAsync(IDocumentSession session, Abstractions.Catalogues.Catalogue catalogue, SoaRevision? revision, IReadOnlyList<FrozenSoaRow> rows, CancellationToken cancellationToken)
    {
        var risks = await ReasonRisksAsync(session, rows, cancellationToken);
        return new()
        {
            SystemId = ws.Workspace.Id,
            RevisionId = revision?.Id ?? Live,
            Revision = revision?.Reference ?? words["report.draft"],
            Approved = revision?.State == RevisionState.Issued,
            Scope = revision?.ScopeStatement,
            Catalogue = catalogue,
            Controls = [.. rows.Select(r => new ReportControl
            {
                Id = IdOf(r),
                Catalogue = r.ControlKey[..r.ControlKey.IndexOf('/', StringComparison.Ordinal)],
                Title = r.Title,
                Applicable = r.Decision is { } decision ? decision == SoaDecision.Included : null,
                Status = r.Status switch { SoaStatus.InPlace => ReportControlStatus.InPlace, SoaStatus.Partly => ReportControlStatus.Partly, SoaStatus.Planned => ReportControlStatus.Planned, _ => null },
                Reasons = [.. r.Reasons.GroupBy(x => x.Kind).Select(k => ReasonOf(k, risks))],
                ExclusionReason = r.ExclusionReason,
                Implementations = r.Implementations,
                Tasks = r.Tasks,
                Risks = r.Risks,
                Documents = r.Documents,
                Note = r.Note,
            })],
        };
    }

    private static string IdOf(FrozenSoaRow row) => row.ControlKey[(row.ControlKey.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static Task<IReadOnlyDictionary<string, Risk>> ReasonRisksAsync(IDocumentSession session, IEnumerable<FrozenSoaRow> rows, CancellationToken cancellationToken) =>
        session.FindManyAsync<Risk>(rows.SelectMany(r => r.Reasons).Select(r => r.LinkId).OfType<string>().Distinct(), cancellationToken);

    private string ReasonOf(IGrouping<SoaReasonKind, SoaReason> kind, IReadOnlyDictionary<string, Risk> risks)
    {
        var detail = string.Join(", ", kind.Select(k => k.LinkId is not null && risks.TryGetValue(k.LinkId, out var risk) ? risk.Reference : k.Words).Where(t => !string.IsNullOrEmpty(t)));
        return detail.Length == 0 ? words.Of(kind.Key) : $"{words.Of(kind.Key)}: {detail}";
    }

    /// <summary>By id or reference; the issued one, else the newest, when none is named.</summary>
    private static async Task<SoaRevision?> RevisionAsync(IDocumentSession session, string? subject, CancellationToken cancellationToken)
    {
        if (subject is not null)
            return await session.FindAsync<SoaRevision>(subject, cancellationToken) ?? (await session.QueryAsync<SoaRevision>(Query.All.Where("ref", subject.ToUpperInvariant()).Take(1), cancellationToken)).Items.SingleOrDefault();
        var all = (await session.QueryAsync<SoaRevision>(Query.All.OrderBy("-number").Take(100), cancellationToken)).Items;
        return all.FirstOrDefault(r => r.State == RevisionState.Issued) ?? all.FirstOrDefault(r => r.State == RevisionState.Submitted);
    }

    /// <summary>Rows of the last revision submitted before this one; before the draft, of the newest. <c>null</c> when there is none.</summary>
    private async Task<Dictionary<string, FrozenSoaRow>?> BeforeAsync(IDocumentSession session, string catalogueId, SoaRevision? revision, CancellationToken cancellationToken)
    {
        var all = (await session.QueryAsync<SoaRevision>(Query.All.OrderBy("-number").Take(100), cancellationToken)).Items;
        return all.FirstOrDefault(r => r.Catalogue == catalogueId && (revision is null || r.Number < revision.Number)) is { } previous
            ? (await frozen.RowsAsync(previous, cancellationToken)).ToDictionary(r => r.ControlKey, StringComparer.Ordinal)
            : null;
    }

    private static bool IsOwn(FrozenSoaRow row) => row.ControlKey.StartsWith(ControlRef.Own + "/", StringComparison.Ordinal);

    private async Task<ReportTable> TableAsync(IDocumentSession session, string name, List<FrozenSoaRow> rows, CancellationToken cancellationToken)
    {
        var risks = await ReasonRisksAsync(session, rows, cancellationToken);
        return new()
        {
            Name = name,
            Columns =
            [
                kit.Column("ref", 0.9), kit.Column("control", 2.6), kit.Column("applicable"), kit.Column("reason", 2.2), kit.Column("status"), kit.Column("implementations", 2.4), kit.Column("risks", 1.2), kit.Column("tasks", 1.2),
                kit.Column("exclusion", 2.5, true), kit.Column("reopen", 2, true), kit.Column("confirmed", 1.5, true), kit.Column("documents", 2, true), kit.Column("note", 2, true), kit.Column("domain", 2, true), kit.Column("changed", 1, true),
            ],
            Rows = rows.Select(r => (IReadOnlyList<ReportCell>)
            [
                ReportCell.Of(IdOf(r)), ReportCell.Of(Sure(r) ? r.Title : $"{r.Title} ({words["catalogue.unconfirmed"]})"), ReportCell.Of(r.Decision is { } decision ? words.Of(decision) : words["report.col.undecided"]),
                ReportCell.Of(string.Join("; ", r.Reasons.GroupBy(x => x.Kind).Select(k => ReasonOf(k, risks)))), ReportCell.Of(r.Status is { } status ? words.Of(status) : null),
                ReportCell.Of(string.Join("; ", r.Implementations)), ReportCell.Of(string.Join(", ", r.Risks)), ReportCell.Of(string.Join(", ", r.Tasks)),
                ReportCell.Of(r.ExclusionReason), ReportCell.Of(r.ReopenIf), ReportCell.Of(string.Join(", ", new[] { r.ConfirmedBy, words.Date(r.ConfirmedOn) }.Where(t => !string.IsNullOrEmpty(t)))), ReportCell.Of(r.Documents), ReportCell.Of(r.Note), ReportCell.Of(r.Domain), r.Changed ? ReportCell.Of(true) : ReportCell.Empty,
            ]),
        };

        bool Sure(FrozenSoaRow row) => ControlRef.Parse(row.ControlKey) is not { } key || catalogues.Find(key.Catalogue)?.Items.FirstOrDefault(i => i.Id == key.Id)?.Confirmed != false;
    }
}

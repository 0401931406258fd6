using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;

namespace IsmsModular.Risks.Reports;

/// <summary>Who approved what and when, with the hash of what was laid before them: the end of a report.</summary>
internal static class ApprovalBlocks
{
    public static async Task<IReadOnlyList<ReportBlock>> OfAsync(ReportKit kit, IWords words, ApprovalDesk desk, IDocumentSession session, string? submissionId, CancellationToken cancellationToken)
    {
        if (await session.FindAsync<Submission>(submissionId, cancellationToken) is not { } submission)
            return [kit.Heading("approvals"), new ReportParagraph(words["report.draft"], emphasis: true)];
        var standing = await desk.StandingAsync(session, submission, cancellationToken);
        return
        [
            kit.Heading("approvals"),
            new ReportFields(
            [
                kit.Field("submission", $"{submission.Reference} {submission.Revision}"),
                kit.Field("state", words.Of(submission.State)),
                kit.Field("submittedby", $"{submission.SubmittedByName}, {words.Moment(submission.At)}"),
                kit.Field("changenote", submission.Note),
                kit.Field("hash", submission.Hash),
            ]),
            new ReportTable
            {
                Name = words["report.head.approvals"],
                Columns =
                [
                    kit.Column("act", 1.6), kit.Column("part", 1.6), kit.Column("required", 1.6), kit.Column("decision"), kit.Column("decided", 1.6), kit.Column("decidedat", 1.4), kit.Column("standing", 1.2),
                    kit.Column("behalf", 1.4, true), kit.Column("comment", 2.5, true), kit.Column("conditions", 2, true), kit.Column("validuntil", 1, true), kit.Column("hash", 2, true),
                ],
                Rows = submission.Slots.Select(s => (IReadOnlyList<ReportCell>)
                [
                    ReportCell.Of(words.Of(s.Act)), ReportCell.Of(s.Part ?? submission.Revision), ReportCell.Of(s.PersonName ?? (s.Role is { } role ? words.Of(role) : null)),
                    ReportCell.Of(s.Decision is { } d ? words.Of(d.Outcome) : null), ReportCell.Of(s.Decision?.ByName), kit.Moment(s.Decision?.At), ReportCell.Of(words.Of(standing.Slots[s.Key])),
                    ReportCell.Of(s.Decision?.OnBehalfOfName), ReportCell.Of(s.Decision?.Comment), ReportCell.Of(s.Decision?.Conditions), ReportCell.Of(s.Decision?.ValidUntil ?? s.ValidUntil), ReportCell.Of(s.Hash),
                ]),
            },
        ];
    }
}

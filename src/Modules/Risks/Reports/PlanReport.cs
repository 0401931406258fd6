using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Reports;

/// <summary>The risk treatment plan (clause 6.1.3 e, 8.3): what a revision froze, beside where each task stands today.</summary>
internal sealed class PlanReport(WorkspaceContext ws, IWords words, ReportKit kit, PlanRepository plans, RevisionContent frozen, Methods methods, ApprovalDesk desk, Persons persons) : IReport
{
    private const string Live = "draft";

    public string Name => "rtp";

    public string Title => "report.rtp";

    public string Icon => "calendar-check";

    public string? Chapter => "6.5";

    public Area Area => Area.Plan;

    public async Task<IReadOnlyList<Choice>> SubjectsAsync(CancellationToken cancellationToken) =>
    [
        .. (await ws.OpenSession().QueryAsync<PlanRevision>(Query.All.OrderBy("-number").Take(100), cancellationToken)).Items.Select(r => new Choice(r.Id, $"{r.Reference} ({words.Of(r.State)})")),
        new(Live, words["report.draft"]),
    ];

    public async Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var head = await session.HeadAsync(cancellationToken);
        var revision = request.SubjectId == Live ? null : await RevisionAsync(session, request.SubjectId, cancellationToken);
        if (revision is null && request.SubjectId is not null and not Live)
            return Error.NotFound("report.error.revision", "SubjectId");
        if ((revision is null ? await CurrentExercise.FindAsync(session, cancellationToken) : await session.FindAsync<Exercise>(revision.ExerciseId, cancellationToken)) is not { } exercise)
            return Error.NotFound("report.error.exercise");

        var plan = revision is null ? await plans.FreezeAsync(session, exercise.Id, cancellationToken) : await frozen.PlanAsync(revision, cancellationToken);
        var live = await session.FindManyAsync<PlanTask>(plan.Tasks.Select(t => t.Id), cancellationToken);
        var people = await persons.ReadAsync(cancellationToken);
        var references = live.Values.ToDictionary(t => t.Id, t => t.Reference);
        return kit.Document(words[Title], revision is null ? words["report.draft"] : $"{revision.Reference} · {exercise.Reference} {exercise.Name}", head,
        [
            kit.Heading("plan"),
            new ReportFields(
            [
                kit.Field("revision", revision is null ? words["report.draft"] : $"{revision.Reference} ({words.Of(revision.State)})"),
                kit.Field("approvedon", words.Date(revision?.IssuedOn)),
                kit.Field("exercise", $"{exercise.Reference} {exercise.Name}"),
                kit.Field("changenote", revision?.ChangeNote),
                kit.Field("hash", revision?.Hash),
            ]),
            kit.Heading("figures", 2),
            new ReportFields(
            [
                kit.Field("risks", words.Number(plan.Risks.Count)),
                kit.Field("tasks", words.Number(plan.Tasks.Count)),
                kit.Field("doneon", words.Number(live.Values.Count(t => t.State == PlanTaskState.Done))),
                kit.Field("late", words.Number(live.Values.Count(IsLate))),
                kit.Field("costonce", $"{ws.Workspace.Currency} {words.Number(plan.Tasks.Sum(t => t.CostOnce ?? 0))}"),
                kit.Field("costyearly", $"{ws.Workspace.Currency} {words.Number(plan.Tasks.Sum(t => t.CostYearly ?? 0))}"),
            ]),
            kit.Heading("risks"),
            Risks(plan, new LevelWords(methods.Form(exercise), words)),
            kit.Heading("tasks"),
            Tasks(plan, live, people, references),
            .. await ApprovalBlocks.OfAsync(kit, words, desk, session, revision?.SubmissionId, cancellationToken),
        ]);
    }

    private bool IsLate(PlanTask task) => task.IsLate(ws.Today);

    /// <summary>By id or reference; the approved one, else the newest, when none is named.</summary>
    private static async Task<PlanRevision?> RevisionAsync(IDocumentSession session, string? subject, CancellationToken cancellationToken)
    {
        if (subject is not null)
            return await session.FindAsync<PlanRevision>(subject, cancellationToken) ?? (await session.QueryAsync<PlanRevision>(Query.All.Where("ref", subject.ToUpperInvariant()).Take(1), cancellationToken)).Items.SingleOrDefault();
        var all = (await session.QueryAsync<PlanRevision>(Query.All.OrderBy("-number").Take(100), cancellationToken)).Items;
        return all.FirstOrDefault(r => r.State == RevisionState.Issued) ?? all.FirstOrDefault(r => r.State == RevisionState.Submitted);
    }

    private ReportTable Risks(FrozenPlan plan, LevelWords levels) => new()
    {
        Name = words["report.head.risks"],
        Columns =
        [
            kit.Column("ref", 0.9), kit.Column("risk", 2.8), kit.Column("riskowner", 1.6), kit.Column("level"), kit.Column("option"), kit.Column("controls", 2.4), kit.Column("target"), kit.Column("exceptionuntil"),
            kit.Column("costonce", 1, true), kit.Column("costyearly", 1, true),
        ],
        Rows = plan.Risks.Select(r => (IReadOnlyList<ReportCell>)
        [
            ReportCell.Of(r.Reference), ReportCell.Of(r.Title), ReportCell.Of(r.OwnerName), ReportCell.Of(levels.Of(r.Level) ?? r.LevelWords, levels.Colour(r.Level)), ReportCell.Of(r.Option is null ? null : words["enum.treatmentOption." + r.Option]),
            ReportCell.Of(string.Join(", ", r.Controls.Select(PlanContent.ShortControl))), ReportCell.Of(levels.Of(r.Target) ?? r.TargetWords, levels.Colour(r.Target)), ReportCell.Of(r.ByException ? r.ExceptionUntil : null),
            ReportCell.Of((double?)r.CostOnce), ReportCell.Of((double?)r.CostYearly),
        ]),
    };

    private ReportTable Tasks(FrozenPlan plan, IReadOnlyDictionary<string, PlanTask> live, PersonBook people, Dictionary<string, string> references) => new()
    {
        Name = words["report.head.tasks"],
        Columns =
        [
            kit.Column("ref", 0.9), kit.Column("task", 2.8), kit.Column("risks", 1.3), kit.Column("controls", 1.4), kit.Column("responsible", 1.5), kit.Column("due"), kit.Column("costonce"), kit.Column("costyearly", 0.8), kit.Column("state"), kit.Column("percent", 0.6),
            kit.Column("deliverable", 2, true), kit.Column("accountable", 1.5, true), kit.Column("resources", 1.5, true), kit.Column("budget", 0.8, true), kit.Column("priority", 0.8, true), kit.Column("priorityreason", 1.5, true),
            kit.Column("start", 1, true), kit.Column("baseline", 1, true), kit.Column("revised", 1, true), kit.Column("doneon", 1, true), kit.Column("dependson", 1, true), kit.Column("delay", 2.5, true), kit.Column("evidence", 2, true), kit.Column("verified", 2.5, true), kit.Column("repeats", 0.8, true),
        ],
        Rows = plan.Tasks.Select(t =>
        {
            var now = live.GetValueOrDefault(t.Id);
            return (IReadOnlyList<ReportCell>)
            [
                ReportCell.Of(t.Reference), ReportCell.Of(t.Title), ReportCell.Of(string.Join(", ", t.RiskReferences ?? [])), ReportCell.Of(string.Join(", ", t.ControlKeys.Select(PlanContent.ShortControl))), ReportCell.Of(t.ResponsibleName), ReportCell.Of(t.DueOn), ReportCell.Of((double?)t.CostOnce), ReportCell.Of((double?)t.CostYearly),
                ReportCell.Of(now is null ? null : IsLate(now) ? words["report.col.late"] : words.Of(now.Phase)), ReportCell.Of(now?.Percent),
                ReportCell.Of(now?.Deliverable), ReportCell.Of(t.AccountableName), ReportCell.Of(now?.Resources), ReportCell.Of(now?.BudgetApproved), ReportCell.Of(words.Of(t.Priority)), ReportCell.Of(now?.PriorityReason),
                ReportCell.Of(now?.StartOn), ReportCell.Of(now?.BaselineOn), ReportCell.Of(now?.DueOn == t.DueOn ? null : now?.DueOn), ReportCell.Of(now?.DoneOn), ReportCell.Of(now is null ? null : string.Join(", ", now.DependsOnIds.Select(id => references.GetValueOrDefault(id, "?")))),
                ReportCell.Of(now?.Delay is { } delay ? $"{words.Of(delay.State)}: {words.Date(delay.NewDueOn)}, {delay.Reason}" : null), ReportCell.Of(now?.Evidence),
                ReportCell.Of(now?.VerifiedOn is null ? null : string.Join(", ", new[] { people.Name(now.VerifiedById), words.Date(now.VerifiedOn), now.VerifiedNote }.Where(x => !string.IsNullOrEmpty(x)))), ReportCell.Of(now?.RepeatsEveryDays),
            ];
        }),
    };
}

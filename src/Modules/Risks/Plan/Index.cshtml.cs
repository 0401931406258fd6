using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>The live risk treatment plan.</summary>
[Access(Area.Plan)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws, IWords words) : PageModel
{
    /// <summary>Filter that is no declared field: late, due within thirty days, or open without a date.</summary>
    internal const string When = "when";

    /// <summary>Value of the filter by phase: any but cancelled.</summary>
    internal const string NotCancelled = "live";

    internal ListState List { get; private set; } = null!;

    internal View Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "due", ["phase", "responsible", "priority", "controls", "risks", "delay", When], ["ref", "title", "due", "percent", "phase", "priority", "once"]);
        Shown = await mediator.Send(new Query(List), cancellationToken);
        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, "treatment-plan", Columns(), ws.OpenSession().StreamAsync<PlanTask>(ToQuery(List, ws.Today), cancellationToken), cancellationToken)
            : Page();
    }

    private IReadOnlyList<ExportColumn<PlanTask>> Columns() =>
    [
        new(words["plan.field.reference"], t => t.Reference),
        new(words["plan.field.task"], t => t.Title),
        new(words["plan.field.deliverable"], t => t.Deliverable),
        new(words["plan.field.controls"], t => string.Join(", ", t.ControlKeys.Select(PlanContent.ShortControl))),
        new(words["plan.field.responsible"], t => Shown.People.Name(t.ResponsibleId)),
        new(words["plan.field.accountable"], t => Shown.People.Name(t.AccountableId)),
        new(words["plan.field.start"], t => t.StartOn),
        new(words["plan.field.due"], t => t.DueOn),
        new(words["plan.field.baseline"], t => t.BaselineOn),
        new(words["plan.field.doneon"], t => t.DoneOn),
        new(words["plan.field.priority"], t => words.Of(t.Priority)),
        new(words["plan.field.percent"], t => t.Percent),
        new(words["plan.field.phase"], t => words.Of(t.Phase)),
        new(words["plan.late"], t => t.IsLate(ws.Today)),
        new(words["plan.field.costonceof", ws.Workspace.Currency], t => t.CostOnce),
        new(words["plan.field.costyearlyof", ws.Workspace.Currency], t => t.CostYearly),
        new(words["plan.field.evidence"], t => t.Evidence),
        new(words["plan.field.verifiedon"], t => t.VerifiedOn),
    ];

    /// <summary>The store's question for a list of tasks: also what figures elsewhere are counted by.</summary>
    internal static Platform.Store.Query ToQuery(ListState list, DateOnly today)
    {
        var live = list.Filters.GetValueOrDefault("phase") == NotCancelled;
        var query = list.Filtered((live ? list.Filters.Remove("phase") : list.Filters).Remove(When)).ToQuery();
        if (live)
            query = query.WhereNot("state", PlanTaskState.Cancelled);
        return list.Filters.GetValueOrDefault(When) switch
        {
            "late" => query.WhereAny("lateafter").WhereBetween("lateafter", null, today.AddDays(-1)),
            "soon" => query.WhereBetween("opendue", today, today.AddDays(30)),
            "undated" => query.WhereIn("state", ["planned", "inProgress"]).Where("due", null),
            _ => query,
        };
    }

    internal sealed record Query(ListState List) : IQuery<View>;

    internal sealed record View(Page<PlanTask> Page, PlanSums Sums, IReadOnlyList<PlanPoint> Points, PersonBook People, IReadOnlyDictionary<string, Risk> Risks, PlanRevision? Issued, PlanRevision? Waiting, Submission? Submission, int Standing, int StaleOwners, Submission? CameBack, Exercise? Exercise, IReadOnlyList<Risk> WithoutTask, IReadOnlyList<ListFilter> Linked)
    {
        /// <summary>Risks of a task: those of the assessment that the plan speaks about, else those it was made for.</summary>
        public IReadOnlyList<Risk> RisksOf(PlanTask task)
        {
            List<Risk> all = [.. task.RiskIds.Select(id => Risks.GetValueOrDefault(id)).OfType<Risk>()];
            return all.FindAll(r => r.ExerciseId == Exercise?.Id) is { Count: > 0 } now ? now : all;
        }
    }

    internal sealed class Handler(WorkspaceContext ws, PlanRepository plans, Persons persons, ControlDirectory controls, IWords words) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var page = await session.QueryAsync<PlanTask>(ToQuery(request.List, ws.Today), cancellationToken);
            var exercise = await CurrentExercise.FindAsync(session, cancellationToken);
            var issued = await PlanRepository.NewestAsync(session, RevisionState.Issued, cancellationToken);
            var waiting = await PlanRepository.NewestAsync(session, RevisionState.Submitted, cancellationToken);
            var stale = exercise is null ? [] : await session.GroupAsync<Risk>(PlanRepository.RisksOf(exercise.Id).Where("acceptance", AcceptanceState.Stale), "owner");
            var people = await persons.ReadAsync(cancellationToken);
            var submission = await session.FindAsync<Submission>((waiting ?? issued)?.SubmissionId, cancellationToken);
            return new(page, await PlanRepository.SumsAsync(session, ws.Today, cancellationToken), await plans.PointsAsync(session, exercise, ws.Today, cancellationToken), people,
                await session.FindManyAsync<Risk>(page.Items.SelectMany(t => t.RiskIds).Distinct(), cancellationToken), issued, waiting, submission,
                submission is null ? 0 : await PlanRepository.StandingAsync(session, submission, people, ws.Today, cancellationToken), stale.Count, exercise is null ? null : await ApprovalDesk.CameBackAsync(session, PlanSubject.TheKind, exercise.Id, cancellationToken), exercise,
                exercise is null ? [] : await PlanRepository.WithoutTaskAsync(session, exercise.Id, 10, cancellationToken),
                await LinkedAsync(session, request.List, cancellationToken));
        }

        /// <summary>Names for filters that links from elsewhere set.</summary>
        private async Task<List<ListFilter>> LinkedAsync(IDocumentSession session, ListState list, CancellationToken cancellationToken)
        {
            List<ListFilter> linked = [];
            if (list.Filters.GetValueOrDefault("controls") is { } control)
                linked.Add(new("controls", words["plan.field.controls"], [new(control, controls.Name(control, await controls.OwnAsync(cancellationToken)))], Offered: false));
            if (await session.FindAsync<Risk>(list.Filters.GetValueOrDefault("risks"), cancellationToken) is { } risk)
                linked.Add(new("risks", words["plan.field.risk"], [new(risk.Id, $"{risk.Reference} {risk.Title}")], Offered: false));
            return linked;
        }
    }
}

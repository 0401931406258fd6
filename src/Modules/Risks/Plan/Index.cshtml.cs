using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>The live risk treatment plan.</summary>
[Access(Area.Plan)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    /// <summary>Filter that is no declared field: late, or due within thirty days.</summary>
    internal const string When = "when";

    internal ListState List { get; private set; } = null!;

    internal View Shown { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "due", ["phase", "responsible", "priority", "controls", "risks", "due", "delay", When], ["ref", "title", "due", "percent", "phase", "priority", "once"]);
        Shown = await mediator.Send(new Query(List), cancellationToken);
    }

    /// <summary>The store's question for a list of tasks.</summary>
    internal static Platform.Store.Query ToQuery(ListState list, DateOnly today)
    {
        var query = new ListState { Path = list.Path, Text = list.Text, Sort = list.Sort, After = list.After, Before = list.Before, Filters = list.Filters.Remove(When) }.ToQuery();
        return list.Filters.GetValueOrDefault(When) switch
        {
            "late" => query.WhereAny("opendue").WhereBetween("opendue", null, today.AddDays(-1)),
            "soon" => query.WhereBetween("opendue", today, today.AddDays(30)),
            _ => query,
        };
    }

    internal sealed record Query(ListState List) : IQuery<View>;

    internal sealed record View(Page<PlanTask> Page, PlanSums Sums, IReadOnlyList<PlanPoint> Points, PersonBook People, IReadOnlyDictionary<string, Risk> Risks, PlanRevision? Issued, PlanRevision? Waiting, Submission? Submission, int StaleOwners, Exercise? Exercise, IReadOnlyList<Risk> WithoutTask);

    internal sealed class Handler(WorkspaceContext ws, PlanRepository plans, Persons persons) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var page = await session.QueryAsync<PlanTask>(ToQuery(request.List, ws.Today), cancellationToken);
            var exercise = await CurrentExercise.FindAsync(session, cancellationToken);
            var issued = await PlanRepository.NewestAsync(session, RevisionState.Issued, cancellationToken);
            var waiting = await PlanRepository.NewestAsync(session, RevisionState.Submitted, cancellationToken);
            var stale = exercise is null ? [] : await session.GroupAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id).Where("acceptance", AcceptanceState.Stale), "owner");
            return new(page, await PlanRepository.SumsAsync(session, ws.Today, cancellationToken), await plans.PointsAsync(session, exercise, ws.Today, cancellationToken), await persons.ReadAsync(cancellationToken),
                await session.FindManyAsync<Risk>(page.Items.SelectMany(t => t.RiskIds).Distinct(), cancellationToken), issued, waiting, await session.FindAsync<Submission>((waiting ?? issued)?.SubmissionId, cancellationToken), stale.Count, exercise,
                exercise is null ? [] : await PlanRepository.WithoutTaskAsync(session, exercise.Id, 10, cancellationToken));
        }
    }
}

using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Dashboard;

/// <summary>Front page of a workspace: where it stands and what to do next. Everything is counted by the store; no record is read for it but the few that are shown.</summary>
[Access(Area.Home)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    internal View Shown { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Shown = await mediator.Send(new Query(), cancellationToken);

    internal sealed record Query : IQuery<View>;

    /// <summary>One level with how many risks have it.</summary>
    internal sealed record LevelBar(string? Key, string Words, string Colour, long Count);

    internal sealed record SoaFigures(long Total, long InPlace, long Partly, long Planned, long Excluded, long Unjustified, SoaRevision? Waiting)
    {
        public long Undecided => Math.Max(0, Total - InPlace - Partly - Planned - Excluded);
    }

    internal sealed record RiskFigures(Exercise? Exercise, IReadOnlyList<LevelBar> Levels, long Unrated, long Untreated, HeatMapModel? HeatMap)
    {
        public long Rated => Levels.Sum(l => l.Count);
    }

    /// <summary>The next step of the journey.</summary>
    internal sealed record NextStep(string Key, string Path, (string, string?)[] Query, params string[] Arguments);

    internal sealed record View(long Assets, long IncompleteAssets, RiskFigures? Risks, SoaFigures? Soa, SoaRevision? SoaIssued, PlanSums? Plan, PlanRevision? PlanIssued, IReadOnlyList<PlanPoint> Points, Page<Submission> Waiting, IReadOnlyList<PlanTask> MyTasks, DateTimeOffset? LastBackup, NextStep? Next);

    internal sealed class Handler(WorkspaceContext ws, ApprovalDesk desk, ControlDirectory controls, PlanRepository plans, Methods methods, HeatMaps heatMaps, IBackup backup, IWords words) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var all = Platform.Store.Query.All;
            bool Reads(Area area) => ws.May(area, Verb.Read);

            var exercise = Reads(Area.Risks) ? await CurrentExercise.FindAsync(session, cancellationToken) : null;
            var assets = Reads(Area.Assets) ? await session.CountAsync<Asset>(all.WhereNot("state", AssetState.Retired), cancellationToken) : 0;
            var incomplete = Reads(Area.Assets) ? await session.CountAsync<Asset>(all.Where("complete", "no"), cancellationToken) : 0;
            var risks = Reads(Area.Risks) ? await RisksAsync(session, exercise, cancellationToken) : null;
            var soa = Reads(Area.Soa) ? await SoaAsync(session, cancellationToken) : null;
            var soaIssued = Reads(Area.Soa) ? (await session.QueryAsync<SoaRevision>(all.Where("state", RevisionState.Issued).OrderBy("-number").Take(1), cancellationToken)).Items.FirstOrDefault() : null;
            var sums = Reads(Area.Plan) ? await PlanRepository.SumsAsync(session, ws.Today, cancellationToken) : null;
            var planIssued = Reads(Area.Plan) ? await PlanRepository.NewestAsync(session, RevisionState.Issued, cancellationToken) : null;
            var points = Reads(Area.Plan) ? [.. await plans.PointsAsync(session, exercise, ws.Today, cancellationToken)] : new List<PlanPoint>();
            if (incomplete > 0)
                points.Add(new("dashboard.point.assets", "warning", "risks/assets/incomplete", [], incomplete.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            var waiting = await desk.WaitingAsync(session, all.OrderBy("at").Take(5), cancellationToken);
            var mine = ws.PersonId is null || !Reads(Area.Plan) ? [] : (await session.QueryAsync<PlanTask>(all.Where("responsible", ws.PersonId).WhereIn("state", ["planned", "inProgress"]).OrderBy("due").Take(5), cancellationToken)).Items;
            var last = new[] { backup.LastBackupAt(), backup.LastBackupAt(ws.Workspace.Id) }.Max();
            return new(assets, incomplete, risks, soa, soaIssued, sums, planIssued, points, waiting, mine, last, Next(assets, exercise, risks, soa, soaIssued, sums, planIssued, waiting.Total));
        }

        private async Task<RiskFigures> RisksAsync(IDocumentSession session, Exercise? exercise, CancellationToken cancellationToken)
        {
            if (exercise is null)
                return new(null, [], 0, 0, null);
            var query = Platform.Store.Query.All.Where("exercise", exercise.Id);
            var counts = (await session.GroupAsync<Risk>(query.Where("state", RiskState.Rated), "level")).ToDictionary(g => (string?)g.Values[0] ?? "", g => g.Count);
            var levels = new LevelWords(methods.Form(exercise), words);
            List<LevelBar> bars = [.. levels.All.Reverse().Select(t => new LevelBar(t.Key, words.Of(t.Label), t.Colour ?? "#8a94a3", counts.GetValueOrDefault(t.Key)))];
            // Methods that give a number and no level.
            if (counts.Where(c => levels.All.All(t => t.Key != c.Key)).Sum(c => c.Value) is > 0 and var others)
                bars.Add(new(null, words["dashboard.nolevel"], "#8a94a3", others));
            return new(
                exercise,
                bars,
                await session.CountAsync<Risk>(query.WhereIn("state", ["draft", "unrated"]), cancellationToken),
                await session.CountAsync<Risk>(query.Where("state", RiskState.Rated).Where("option", null), cancellationToken),
                await heatMaps.OfAsync(session, exercise));
        }

        private async Task<SoaFigures?> SoaAsync(IDocumentSession session, CancellationToken cancellationToken)
        {
            var catalogues = controls.Catalogues.ToList();
            if (catalogues.Count == 0)
                return null;
            var groups = await session.GroupAsync<SoaRow>(Platform.Store.Query.All.WhereIn("catalogue", catalogues.Select(c => c.Id)), "decision", "status");
            long Of(SoaDecision decision, SoaStatus? status) => groups.Where(g => Equals(g.Values[0], FieldValue.Normalise(decision)) && (status is null || Equals(g.Values[1], FieldValue.Normalise(status)))).Sum(g => g.Count);
            return new(catalogues.Sum(c => c.Items.Count(ControlDirectory.IsControl)), Of(SoaDecision.Included, SoaStatus.InPlace), Of(SoaDecision.Included, SoaStatus.Partly), Of(SoaDecision.Included, SoaStatus.Planned), Of(SoaDecision.Excluded, null),
                await session.CountAsync<SoaRow>(Platform.Store.Query.All.WhereIn("catalogue", catalogues.Select(c => c.Id)).Where("justified", false), cancellationToken),
                (await session.QueryAsync<SoaRevision>(Platform.Store.Query.All.Where("catalogue", catalogues[0].Id).Where("state", RevisionState.Submitted).OrderBy("-number").Take(1), cancellationToken)).Items.FirstOrDefault());
        }

        private NextStep? Next(long assets, Exercise? exercise, RiskFigures? risks, SoaFigures? soa, SoaRevision? soaIssued, PlanSums? plan, PlanRevision? planIssued, long waiting)
        {
            static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (waiting > 0)
                return new("dashboard.next.inbox", "inbox", [], Text(waiting));
            if (risks is null || soa is null || plan is null)
                return null;
            if (assets == 0)
                return new("dashboard.next.assets", ws.May(Area.Assets, Verb.Edit) ? "risks/assets/import" : "risks/assets", []);
            if (exercise is null)
                return new("dashboard.next.exercise", "risks/exercises", []);
            if (risks.Rated + risks.Unrated == 0)
                return new("dashboard.next.risks", "risks/register", [("f.exercise", exercise.Id)]);
            if (risks.Unrated > 0)
                return new("dashboard.next.rate", "risks/register", [("f.exercise", exercise.Id), ("f.state", Register.IndexModel.NotRated)], Text(risks.Unrated));
            if (risks.Untreated > 0)
                return new("dashboard.next.treat", "risks/register", [("f.exercise", exercise.Id), ("f.option", "-"), ("f.state", "rated")], Text(risks.Untreated));
            if (soa.Undecided > 0)
                return new("dashboard.next.soa", "risks/soa", [("f.decision", "-"), ("f.own", "no")], Text(soa.Undecided));
            if (soaIssued is null)
                return new("dashboard.next.soaissue", "risks/soa", []);
            if (plan.Total == 0)
                return new("dashboard.next.tasks", "risks/plan", []);
            if (planIssued is null)
                return new("dashboard.next.planissue", "risks/plan", []);
            return plan.Late > 0 ? new("dashboard.next.late", "risks/plan", [("f.when", "late")], Text(plan.Late)) : new("dashboard.next.follow", "risks/plan", []);
        }
    }
}

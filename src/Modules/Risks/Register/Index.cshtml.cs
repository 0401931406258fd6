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
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>The register: risks ranked, worst first, a duty of law or contract ahead within its level (guideline 6.2 j).</summary>
[Access(Area.Risks)]
public sealed class IndexModel(IMediator mediator, IWords words) : PageModel
{
    /// <summary>Filter value for "all exercises"; without a filter the current exercise is shown.</summary>
    internal const string AllExercises = "all";

    /// <summary>Values of the filter by state that are several states.</summary>
    internal const string NotRated = "open", NotDismissed = "live";

    /// <summary>Value of the filter by exception: its last day has passed.</summary>
    internal const string Ended = "ended";

    internal static readonly string[] Filterable = ["exercise", "level", "owner", "option", "state", "class", "duty", "acceptance", "byexception", "assets", "controls", "carried", "above", "y", "x"];
    internal static readonly string[] Sortable = ["rank", "ref", "title", "option", "target", "state", "acceptance", "review"];

    internal ListState List { get; private set; } = null!;

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "-rank", Filterable, Sortable);
        if (ListExport.Wanted(Request) is { } format)
        {
            var export = await mediator.Send(new Export(List), cancellationToken);
            return await ListExport.FileAsync(format, "risks", export.Columns(words), export.Rows, cancellationToken);
        }

        View = await mediator.Send(new Query(List), cancellationToken);
        List = View.List;
        return Page();
    }

    internal IReadOnlyList<ListFilter> Filters() =>
    [
        new("exercise", words["risk.exercise"], [.. View.Exercises.Select(e => new Choice(e.Id, $"{e.Reference} {e.Name}")), new(AllExercises, words["risk.exercise.all"])]),
        new("level", words["risk.level"], [.. View.Levels.All.Reverse().Select(l => new Choice(l.Key, words.Of(l.Label)))]),
        new("owner", words["risk.ownerid"], [.. View.Persons.Choices(List.Filters.GetValueOrDefault("owner")), new("-", words["risk.noowner"])]),
        new("option", words["risk.option"], [.. EnumChoice.Of<TreatmentOption>(words), new("-", words["risk.nooption"])]),
        new("state", words["risk.state"], [.. EnumChoice.Of<RiskState>(words), new(NotRated, words["risk.state.open"]), new(NotDismissed, words["risk.state.live"])]),
        new("class", words["risk.threatclass"], View.Classes),
        new("duty", words["risk.duty"], [new("true", words["common.yes"]), new("false", words["common.no"])]),
        new("acceptance", words["risk.acceptance"], EnumChoice.Of<AcceptanceState>(words)),
        new("byexception", words["risk.treatment.byexception"], [new("true", words["common.yes"]), new("false", words["common.no"]), new(Ended, words["risk.exception.ended"])], Offered: false),
        .. View.Linked,
        new("above", words["risk.above.filter"], [new("yes", words["risk.above"])], Offered: false),
        .. View.Exercise?.ChangeId is null && !List.Filters.ContainsKey("carried") ? (ListFilter[])[] : [new("carried", words["carried.filter"], [new("yes", words["carried.pill"])])],
    ];

    internal sealed record Query(ListState List) : IQuery<Model>;

    /// <param name="List">The list's state with the exercise shown.</param>
    /// <param name="Page">The page.</param>
    /// <param name="Exercise">The exercise shown; null for all.</param>
    /// <param name="Exercises">Started exercises, newest first.</param>
    /// <param name="Levels">Words of the levels.</param>
    /// <param name="Persons">People.</param>
    /// <param name="Classes">Classes of threat.</param>
    /// <param name="Linked">Filters that links from elsewhere set: a cell of the heat map, an asset, a control.</param>
    internal sealed record Model(ListState List, Page<Risk> Page, Exercise? Exercise, IReadOnlyList<Exercise> Exercises, LevelWords Levels, PersonBook Persons, IReadOnlyList<Choice> Classes, IReadOnlyList<ListFilter> Linked);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, Persons persons, ThreatDirectory threats, ControlDirectory controls, IWords words) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var exercises = (await session.QueryAsync<Exercise>(Platform.Store.Query.All.OrderBy("-start").Take(100), cancellationToken)).Items;
            var list = await ShownAsync(session, request.List, exercises, cancellationToken);
            var exercise = exercises.FirstOrDefault(e => e.Id == list.Filters.GetValueOrDefault("exercise"));
            var form = (exercise ?? exercises.FirstOrDefault(e => e.State != ExerciseState.Planned)) is { } described ? methods.Form(described) : null;
            var rows = await session.QueryAsync<Risk>(ToQuery(list, ws.Today), cancellationToken);
            return new(list, rows, exercise, exercises, new(form, words), await persons.ReadAsync(cancellationToken), threats.Classes, await LinkedAsync(session, exercise, list, cancellationToken));
        }

        /// <summary>The exercise that statement, plan and dashboard speak about, else the newest planned one, unless the address names another or all.</summary>
        internal static async Task<ListState> ShownAsync(IDocumentSession session, ListState list, IReadOnlyList<Exercise> exercises, CancellationToken cancellationToken) =>
            !list.Filters.ContainsKey("exercise") && (await CurrentExercise.FindAsync(session, cancellationToken) ?? exercises.FirstOrDefault()) is { } shown
                ? list.Filtered(list.Filters.SetItem("exercise", shown.Id))
                : list;

        /// <summary>The store's question for a list of risks: also what figures elsewhere are counted by.</summary>
        internal static Platform.Store.Query ToQuery(ListState list, DateOnly today)
        {
            var (state, exception) = (list.Filters.GetValueOrDefault("state"), list.Filters.GetValueOrDefault("byexception"));
            var filters = list.Filters;
            if (filters.GetValueOrDefault("exercise") == AllExercises)
                filters = filters.Remove("exercise");
            if (state is NotRated or NotDismissed)
                filters = filters.Remove("state");
            if (exception == Ended)
                filters = filters.Remove("byexception");
            // An asset and the group that it stands in are asked for together.
            var things = filters.GetValueOrDefault("assets")?.Split(',') ?? [];
            if (things.Length > 1)
                filters = filters.Remove("assets");
            var query = list.Filtered(filters).ToQuery();
            if (things.Length > 1)
                query = query.WhereIn("assets", things.Take(10));
            query = state switch { NotRated => query.WhereIn("state", ["draft", "unrated"]), NotDismissed => query.WhereNot("state", RiskState.Dismissed), _ => query };
            return exception == Ended ? query.WhereBetween("exception", null, today.AddDays(-1)).WhereAny("exception") : query;
        }

        /// <summary>Names for filters that the list does not offer.</summary>
        private async Task<List<ListFilter>> LinkedAsync(IDocumentSession session, Exercise? exercise, ListState list, CancellationToken cancellationToken)
        {
            List<ListFilter> linked = [];
            if (exercise is not null && methods.AxesOf(exercise) is { } axes)
            {
                linked.Add(new("y", words.Of(axes.Vertical.Name), [.. axes.Vertical.Tiers.Select((t, i) => new Choice($"{i}", words.Of(t.Label)))], Offered: false));
                linked.Add(new("x", words.Of(axes.Horizontal.Name), [.. axes.Horizontal.Tiers.Select((t, i) => new Choice($"{i}", words.Of(t.Label)))], Offered: false));
            }

            if (list.Filters.GetValueOrDefault("assets") is { } thing)
            {
                List<string> names = [];
                foreach (var id in thing.Split(',').Take(10))
                    names.Add(await session.FindAsync<Assets.Asset>(id, cancellationToken) is { } asset ? $"{asset.Reference} {asset.Name}" : await session.FindAsync<Groups.AssetGroup>(id, cancellationToken) is { } group ? $"{group.Reference} {group.Name}" : "–");
                linked.Add(new("assets", words["risk.assets"], [new(thing, string.Join(", ", names))], Offered: false));
            }

            if (list.Filters.GetValueOrDefault("controls") is { } control)
                linked.Add(new("controls", words["risk.controls"], [new(control, controls.Name(control, await controls.OwnAsync(cancellationToken)))], Offered: false));
            return linked;
        }
    }

    /// <summary>The whole filter for a file.</summary>
    internal sealed record Export(ListState List) : IQuery<ExportModel>;

    internal sealed record ExportModel(IAsyncEnumerable<Risk> Rows, IReadOnlyDictionary<string, (string Name, LevelWords Levels)> Exercises, PersonBook Persons, ThreatDirectory Threats)
    {
        public IReadOnlyList<ExportColumn<Risk>> Columns(IWords words) =>
        [
            new(words["risk.reference"], r => r.Reference),
            new(words["risk.title"], r => r.Title),
            new(words["risk.exercise"], r => Exercises.GetValueOrDefault(r.ExerciseId).Name),
            new(words["risk.state"], r => words.Of(r.State)),
            new(words["risk.threatclass"], r => Threats.ClassName(r.ThreatClass)),
            new(words["risk.threat"], r => Threats.ThreatName(r)),
            new(words["risk.vulnerability"], r => Threats.VulnerabilityName(r)),
            new(words["risk.harms"], r => r.Harms()),
            new(words["risk.ownerid"], r => Persons.Name(r.OwnerId)),
            new(words["risk.duty"], r => r.Duty is { } duty ? words.Of(duty) : null),
            new(words["risk.dutysource"], r => r.DutySource),
            new(words["risk.level"], r => Exercises.GetValueOrDefault(r.ExerciseId).Levels?.Of(r.Current)),
            new(words["risk.value"], r => r.Current?.Value),
            new(words["risk.option"], r => r.Treatment is { } t ? words.Of(t.Option) : null),
            new(words["risk.controls"], r => r.Treatment is { } t ? string.Join(", ", t.Controls.Select(c => c.Id)) : null),
            new(words["risk.target"], r => Exercises.GetValueOrDefault(r.ExerciseId).Levels?.Residual(r.Target, r.Current)),
            new(words["risk.achieved"], r => Exercises.GetValueOrDefault(r.ExerciseId).Levels?.Residual(r.Achieved, r.Current)),
            new(words["risk.exceptionuntil"], r => r.Treatment?.ExceptionUntil),
            new(words["risk.acceptance"], r => words.Of(r.Acceptance)),
            new(words["risk.reviewon"], r => r.ReviewOn),
        ];
    }

    internal sealed class ExportHandler(WorkspaceContext ws, Methods methods, Persons persons, ThreatDirectory threats, IWords words) : IQueryHandler<Export, ExportModel>
    {
        public async Task<ExportModel> Handle(Export request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var exercises = (await session.QueryAsync<Exercise>(Platform.Store.Query.All.OrderBy("-start").Take(1000), cancellationToken)).Items;
            var list = await Handler.ShownAsync(session, request.List, exercises, cancellationToken);
            return new(session.StreamAsync<Risk>(Handler.ToQuery(list, ws.Today), cancellationToken), exercises.ToDictionary(e => e.Id, e => ($"{e.Reference} {e.Name}", new LevelWords(methods.Form(e), words))), await persons.ReadAsync(cancellationToken), threats);
        }
    }
}

using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>An exercise: how far it is, what came out, and its next step.</summary>
[Access(Area.Exercises)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return Page();
    }

    public async Task<IActionResult> OnPostStartAsync(string id, long seen, CancellationToken cancellationToken) =>
        await AnswerAsync(id, await mediator.Send(new Start { Id = id, Seen = seen }, cancellationToken), "exercise.started", cancellationToken);

    public async Task<IActionResult> OnPostCloseAsync(string id, long seen, CancellationToken cancellationToken) =>
        await AnswerAsync(id, await mediator.Send(new Close { Id = id, Seen = seen }, cancellationToken), "exercise.closed", cancellationToken);

    public async Task<IActionResult> OnPostCarryAsync(string id, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new Carry { Id = id }, cancellationToken);
        return result.Succeeded ? this.Done(ws.Url("risks/register", ("f.exercise", id), ("f.state", "unrated")), "exercise.carried", result.Value) : await AnswerAsync(id, result, "", cancellationToken);
    }

    public async Task<IActionResult> OnPostSubmitAsync(string id, long seen, CancellationToken cancellationToken) =>
        await AnswerAsync(id, await mediator.Send(new SubmitCriteria { Id = id, Seen = seen }, cancellationToken), "exercise.criteria.submitted", cancellationToken);

    private async Task<IActionResult> AnswerAsync<T>(string id, Result<T> result, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/detail", ("id", id)), flash);
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(result, prefix: "");
    }

    internal sealed record Query(string? Id) : IQuery<Model?>;

    internal sealed record Model(
        Exercise Exercise,
        IMethodologyHandle? Method,
        MethodologyForm? Form,
        LevelWords Levels,
        IReadOnlyDictionary<RiskState, long> States,
        IReadOnlyDictionary<string, long> ByLevel,
        HeatMapModel? HeatMap,
        CoverageModel Coverage,
        Exercise? Predecessor,
        long ToCarry,
        long Unconfirmed,
        long AboveCurrent,
        Submission? CameBack,
        IReadOnlyList<(string Label, string Anchor)> Scale,
        IReadOnlyList<(ControlImplementation Control, string Then)> Controls)
    {
        public long Of(RiskState state) => States.GetValueOrDefault(state);

        public long All => Of(RiskState.Draft) + Of(RiskState.Unrated) + Of(RiskState.Rated);
    }

    internal sealed class Handler(WorkspaceContext ws, Methods methods, HeatMaps heatMaps, CoverageMaps coverage, IWords words) : IQueryHandler<Query, Model?>
    {
        /// <summary>More controls than these are only counted.</summary>
        private const int MostControls = 200;

        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return null;
            var form = methods.Form(exercise);
            var own = Platform.Store.Query.All.Where("exercise", exercise.Id);
            var states = (await session.GroupAsync<Risk>(own, "state")).ToDictionary(g => Enum.Parse<RiskState>((string)g.Values[0]!, ignoreCase: true), g => g.Count);
            var levels = (await session.GroupAsync<Risk>(own.Where("state", RiskState.Rated), "level")).ToDictionary(g => g.Values[0] as string ?? "", g => g.Count);
            var predecessor = await session.FindAsync<Exercise>(exercise.PredecessorId, cancellationToken);
            // A hint, so it is counted and not compared one by one.
            var toCarry = predecessor is null ? 0 : Math.Max(0, await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", predecessor.Id).WhereNot("state", RiskState.Dismissed), cancellationToken) - await session.CountAsync<Risk>(own.WhereAny("predecessor"), cancellationToken));
            return new(exercise, methods.Of(exercise), form, new(form, words), states, levels, await heatMaps.OfAsync(session, exercise), await coverage.OfAsync(session, exercise, cancellationToken), predecessor, toCarry, await session.CountAsync<Risk>(own.Where("carried", "yes").Where("state", RiskState.Rated), cancellationToken), await session.CountAsync<Risk>(own.Where("above", "yes"), cancellationToken),
                exercise.CriteriaState == CriteriaState.SentBack ? await ApprovalDesk.CameBackAsync(session, CriteriaSubject.TheKind, exercise.Id, cancellationToken) : null,
                [.. exercise.Scale.Select(t => words.Language == "ms" ? (t.LabelMs ?? t.Label, t.AnchorMs ?? t.Anchor) : (t.Label, t.Anchor))],
                [.. (await session.FindManyAsync<ControlImplementation>(exercise.ControlStates.Keys.Take(MostControls), cancellationToken)).Values.OrderBy(c => c.Reference, StringComparer.Ordinal).Select(c => (c, exercise.ControlStates[c.Id]))]);
        }
    }

    /// <summary>Starts an exercise: freezes method, parameters, scale, values and control states.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Start : ICommand<Done>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }
    }

    internal sealed class StartHandler(WorkspaceContext ws, Methods methods, SnapshotRepository snapshots) : ICommandHandler<Start, Done>
    {
        public async Task<Result<Done>> Handle(Start request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (exercise.State != ExerciseState.Planned)
                return Error.Conflict("exercise.startedalready", exercise);
            if (methods.Of(exercise) is not { } method)
                return Error.Invalid("risk.method.gone", null, exercise.MethodologyId, "");
            var parameters = exercise.Parameters ?? method.DefaultParameters;
            var described = method.Describe(parameters);
            if (!described.Succeeded)
                return (List<Error>)[.. described.Errors];

            exercise.Start(method.Version, parameters, await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default(), ws.Now);
            exercise.ControlStates.Clear();
            await foreach (var control in session.StreamAsync<ControlImplementation>(Platform.Store.Query.All, cancellationToken))
                exercise.ControlStates[control.Id] = (string)FieldValue.Normalise(control.State)!;
            await snapshots.FreezeAsync(exercise, session, cancellationToken);
            await CriteriaSubject.StandAsync(session, exercise, methods, ws, sameMethod: true, cancellationToken);
            session.Update(exercise, request.Seen, "exercise.start");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }

    /// <summary>Lays the acceptance criteria before top management.</summary>
    [Requires(Area.Exercises, Verb.Submit)]
    public sealed class SubmitCriteria : ICommand<Done>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }
    }

    internal sealed class SubmitHandler(WorkspaceContext ws, ApprovalDesk desk, Methods methods, IWords words) : ICommandHandler<SubmitCriteria, Done>
    {
        public async Task<Result<Done>> Handle(SubmitCriteria request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (exercise.CriteriaOn(ws.Today) is CriteriaState.Waiting or CriteriaState.Approved)
                return Error.Conflict("exercise.criteria.iswaiting", exercise);
            var submitted = await desk.SubmitAsync(session, new(CriteriaSubject.TheKind, exercise.Id, null, exercise.Reference, exercise.Name, [CriteriaSubject.Section(exercise, methods, words)], [CriteriaSubject.Slot], null), cancellationToken);
            if (!submitted.Succeeded)
                return (List<Error>)[.. submitted.Errors];
            exercise.CriteriaState = CriteriaState.Waiting;
            session.Update(exercise, request.Seen, "exercise.criteria.submit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }

    /// <summary>Closes an exercise whose risks are all rated or dismissed.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Close : ICommand<Done>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }
    }

    internal sealed class CloseHandler(WorkspaceContext ws) : ICommandHandler<Close, Done>
    {
        public async Task<Result<Done>> Handle(Close request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (exercise.State != ExerciseState.Running)
                return Error.Conflict("exercise.notrunning", exercise);
            var open = await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id).WhereIn("state", ["draft", "unrated"]), cancellationToken);
            if (open > 0)
                return Error.Invalid("exercise.close.open", null, open.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var carried = await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id).Where("carried", "yes").WhereNot("state", RiskState.Dismissed), cancellationToken);
            if (carried > 0)
                return Error.Invalid("carried.close", null, carried.ToString(System.Globalization.CultureInfo.InvariantCulture));
            exercise.Close(ws.Now);
            session.Update(exercise, request.Seen, "exercise.close");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }

    /// <summary>Carries the risks of the exercise before into this one, unrated, with their predecessor named. Answers how many.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Carry : ICommand<int>
    {
        public required string Id { get; init; }
    }

    internal sealed class CarryHandler(WorkspaceContext ws) : ICommandHandler<Carry, int>
    {
        public Task<Result<int>> Handle(Carry request, CancellationToken cancellationToken) => CarryAsync(request, 3, cancellationToken);

        private async Task<Result<int>> CarryAsync(Carry request, int attempts, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise || await session.FindAsync<Exercise>(exercise.PredecessorId, cancellationToken) is not { } predecessor)
                return Error.NotFound();
            if (exercise.State == ExerciseState.Closed)
                return Error.Conflict("exercise.isclosed", exercise);
            var open = await OpenAsync(session, predecessor, exercise, cancellationToken);
            if (open.Count == 0)
                return 0;
            var successors = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var risk in (await session.FindManyAsync<Risk>(open, cancellationToken)).Values.OrderBy(r => r.Reference, StringComparer.Ordinal))
            {
                var copy = risk.CopyTo(exercise.Id, asSuccessor: true);
                successors[risk.Id] = copy.Id;
                session.Next("RISK", n => copy.Reference = $"RISK-{n:0000}");
                session.Add(copy, "risk.carry");
            }

            await TaskLinks.FollowAsync(session, successors, cancellationToken);
            // Who asks at the same time finds it changed, and nothing left to carry.
            session.Update(exercise, exercise.Version, "exercise.carry");
            var saved = await session.SaveAsync(cancellationToken);
            if (attempts > 1 && saved.Errors.Any(e => e.Kind == ErrorKind.Conflict))
                return await CarryAsync(request, attempts - 1, cancellationToken);
            return saved.Succeeded ? open.Count : (List<Error>)[.. saved.Errors];
        }

        /// <summary>Risks of the exercise before that were not dismissed and have no successor here.</summary>
        internal static async Task<IReadOnlyList<string>> OpenAsync(IDocumentSession session, Exercise predecessor, Exercise exercise, CancellationToken cancellationToken)
        {
            var done = (await session.GroupAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id), "predecessor")).Select(g => g.Values[0] as string).ToHashSet();
            var all = (await session.GroupAsync<Risk>(Platform.Store.Query.All.Where("exercise", predecessor.Id).WhereNot("state", RiskState.Dismissed), "id")).Select(g => (string)g.Values[0]!);
            cancellationToken.ThrowIfCancellationRequested();
            return [.. all.Where(id => !done.Contains(id))];
        }
    }
}

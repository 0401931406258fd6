using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>Plan an exercise: part of the scope, people, method, acceptance criteria.</summary>
[Access(Area.Exercises, Verb.Edit)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Choices Options { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        Options = await mediator.Send(new Ask(Input), cancellationToken);
        return Page();
    }

    /// <summary>Another method was chosen: its levels and parameters are shown.</summary>
    public async Task<IActionResult> OnPostMethodAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        Input.Parameters = null;
        Input.Handling.Clear();
        Options = await mediator.Send(new Ask(Input), cancellationToken);
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Method", this) : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Input.ShownMethod is { } shown && shown != Input.MethodologyId)
        {
            // Levels and parameters of another method were on the screen: nobody has seen what would be saved.
            ModelState.Clear();
            Input.Parameters = null;
            Input.Handling.Clear();
            Options = await mediator.Send(new Ask(Input), cancellationToken);
            return this.Refused(Result<string>.Failed([Error.Invalid("exercise.method.look", nameof(Input.MethodologyId))]));
        }

        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/detail", ("id", Input.Id)), "exercise.saved");
        Options = await mediator.Send(new Ask(Input), cancellationToken);
        return this.Refused(result);
    }

    /// <summary>The form as it is opened; null when there is no such planned exercise.</summary>
    internal sealed record Open(string? Id) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws, IWords words) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (request.Id is not null)
                return await session.FindAsync<Exercise>(request.Id, cancellationToken) is { State: ExerciseState.Planned } exercise ? Command.From(exercise) : null;
            var newest = (await session.QueryAsync<Exercise>(Query.All.WhereNot("state", ExerciseState.Planned).OrderBy("-start").Take(1), cancellationToken)).Items;
            return Command.New(ws.Workspace, newest.Count == 0 ? null : newest[0], ws.Today, words["exercise.conditions.usual"]);
        }
    }

    /// <summary>What the form offers for what is chosen so far.</summary>
    internal sealed record Ask(Command Input) : IQuery<Choices>;

    internal sealed record Choices(bool IsNew, IReadOnlyList<Choice> Methodologies, IMethodologyHandle? Method, MethodologyForm? Form, IReadOnlyList<Choice> People, IReadOnlyList<Choice> Predecessors);

    internal sealed class AskHandler(WorkspaceContext ws, IWorkspaceMethodologies methods, Methods used, Persons persons, IWords words) : IQueryHandler<Ask, Choices>
    {
        public async Task<Choices> Handle(Ask request, CancellationToken cancellationToken)
        {
            var (session, input) = (ws.OpenSession(), request.Input);
            var stored = await session.FindAsync<Exercise>(input.Id, cancellationToken);
            var all = Offered(await methods.AllAsync(cancellationToken), stored, used);
            var method = all.FirstOrDefault(m => m.Id == input.MethodologyId);
            input.Parameters ??= method is null ? null : Command.Write(input.MethodologyId == ws.Workspace.Methodology && ws.Workspace.MethodologyParameters is { } set ? set : method.DefaultParameters);
            var form = method?.Describe(input.TryParameters(out var parameters) ? parameters : null) is { Succeeded: true } described ? described.Value : method?.Describe(null) is { Succeeded: true } plain ? plain.Value : null;
            input.Suggest(form);
            var before = (await session.QueryAsync<Exercise>(Query.All.WhereNot("state", ExerciseState.Planned).OrderBy("-start").Take(200), cancellationToken)).Items;
            return new(
                stored is null,
                [.. all.Select(m => new Choice(m.Id, words.Of(m.Info.Name), all.Any(o => OwnMethodologies.IsOwn(o.Id)) ? words[OwnMethodologies.IsOwn(m.Id) ? "method.own" : "method.installed"] : null))],
                method,
                form,
                (await persons.ReadAsync(cancellationToken)).Choices(input.ParticipantIds),
                [.. before.Where(e => e.Id != input.Id).Select(e => new Choice(e.Id, $"{e.Reference} {e.Name}"))]);
        }
    }

    /// <summary>What the exercise may take: what new work may, and its own method where that is retired; the version that its ratings were carried over to where there are any.</summary>
    private static IReadOnlyList<IMethodologyHandle> Offered(IReadOnlyList<IMethodologyHandle> all, Exercise? stored, Methods used) =>
        stored is not null && (stored.ChangeId is not null || all.All(m => m.Id != stored.MethodologyId)) && used.Of(stored) is { } own ? [own, .. all.Where(m => m.Id != own.Id)] : all;

    /// <summary>Saves the plan of an exercise.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Command : ICommand<string>
    {
        private static readonly JsonSerializerOptions Indented = new(StoreJson.Options) { WriteIndented = true };

        public string Id { get; set; } = Document.NewId();

        public long Seen { get; set; }

        public string Name { get; set; } = "";

        public string? ScopePart { get; set; }

        public ExerciseTrigger Trigger { get; set; }

        public string? TriggerNote { get; set; }

        public DateOnly? StartOn { get; set; }

        public DateOnly? EndOn { get; set; }

        public List<string> ParticipantIds { get; set; } = [];

        public string MethodologyId { get; set; } = "";

        /// <summary>Method whose levels and parameters were on the screen; null when the sender shows none.</summary>
        public string? ShownMethod { get; set; }

        public string? Parameters { get; set; }

        public string? MethodReason { get; set; }

        public Dictionary<string, Handling> Handling { get; set; } = [];

        public int ExceptionMonths { get; set; } = 12;

        public double? AcceptUpTo { get; set; }

        public double? ExceptionUpTo { get; set; }

        /// <summary>Highest level that a risk should keep after treatment.</summary>
        public string? ResidualLevel { get; set; }

        public double? ResidualValue { get; set; }

        /// <summary>Conditions for an exception, one a line.</summary>
        public string? Conditions { get; set; }

        public string? CriteriaNote { get; set; }

        public string? PredecessorId { get; set; }

        internal static Command New(Workspace workspace, Exercise? before, DateOnly today, string conditions) => new()
        {
            Conditions = before is { Criteria.Conditions: { Count: > 0 } kept } ? string.Join('\n', kept) : conditions,
            CriteriaNote = before?.Criteria.Note,
            ExceptionMonths = before?.Criteria.ExceptionMonths ?? 12,
            MethodologyId = workspace.Methodology,
            Trigger = before is null ? ExerciseTrigger.First : ExerciseTrigger.Interval,
            StartOn = today,
            PredecessorId = before?.State == ExerciseState.Planned ? null : before?.Id,
            ScopePart = before?.ScopePart,
            ParticipantIds = [.. (before?.Participants ?? []).Where(p => p.PersonId is not null).Select(p => p.PersonId!)],
            MethodReason = before?.MethodReason,
        };

        internal static Command From(Exercise exercise) => new()
        {
            Id = exercise.Id,
            Seen = exercise.Version,
            Name = exercise.Name,
            ScopePart = exercise.ScopePart,
            Trigger = exercise.Trigger,
            TriggerNote = exercise.TriggerNote,
            StartOn = exercise.StartOn,
            EndOn = exercise.EndOn,
            ParticipantIds = [.. exercise.Participants.Where(p => p.PersonId is not null).Select(p => p.PersonId!)],
            MethodologyId = exercise.MethodologyId,
            Parameters = exercise.Parameters is null ? null : Write(exercise.Parameters),
            MethodReason = exercise.MethodReason,
            Handling = exercise.Criteria.Acceptable.Select(l => (l, Exercises.Handling.Acceptable)).Concat(exercise.Criteria.ByException.Select(l => (l, Exercises.Handling.ByException))).ToDictionary(p => p.l, p => p.Item2),
            ExceptionMonths = exercise.Criteria.ExceptionMonths,
            AcceptUpTo = exercise.Criteria.AcceptUpTo,
            ExceptionUpTo = exercise.Criteria.ExceptionUpTo,
            ResidualLevel = exercise.Criteria.ResidualLevel,
            ResidualValue = exercise.Criteria.ResidualValue,
            Conditions = string.Join('\n', exercise.Criteria.Conditions),
            CriteriaNote = exercise.Criteria.Note,
            PredecessorId = exercise.PredecessorId,
        };

        internal static string Write(JsonObject parameters) => parameters.ToJsonString(Indented);

        /// <summary>Reads the parameters; null for the defaults.</summary>
        internal bool TryParameters(out JsonObject? parameters)
        {
            parameters = null;
            if (string.IsNullOrWhiteSpace(Parameters))
                return true;
            try
            {
                parameters = JsonNode.Parse(Parameters) as JsonObject;
                return parameters is not null;
            }
            catch (JsonException)
            {
                return false;
            }
        }

        /// <summary>Fills the criteria of a method whose levels were not decided yet: the lower third acceptable, the next by exception, the rest to be treated.</summary>
        internal void Suggest(MethodologyForm? form)
        {
            if (form is null || form.Levels.Any(l => Handling.ContainsKey(l.Key)) && form.Levels.All(l => Handling.ContainsKey(l.Key)))
                return;
            var decided = Handling.Count > 0;
            if (!decided && form.Criteria is { } suggested)
            {
                foreach (var level in form.Levels)
                    Handling[level.Key] = suggested.Acceptable.Contains(level.Key) ? Exercises.Handling.Acceptable : suggested.ByException.Contains(level.Key) ? Exercises.Handling.ByException : Exercises.Handling.MustTreat;
                AcceptUpTo ??= suggested.AcceptUpTo;
                ResidualLevel ??= suggested.ResidualLevel;
                ResidualValue ??= suggested.ResidualValue;
                ExceptionUpTo ??= suggested.ExceptionUpTo;
                ExceptionMonths = form.Levels.Count > 0 ? suggested.ExceptionMonths ?? ExceptionMonths : ExceptionMonths;
                return;
            }

            for (var i = 0; i < form.Levels.Count; i++)
                Handling.TryAdd(form.Levels[i].Key, decided ? Exercises.Handling.MustTreat : Criteria.Usual(i, form.Levels.Count));
        }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Name).NotEmpty().WithMessage("exercise.name.needed").MaximumLength(200);
            RuleFor(c => c.ScopePart).MaximumLength(2000);
            RuleFor(c => c.TriggerNote).MaximumLength(2000);
            RuleFor(c => c.MethodReason).MaximumLength(4000);
            RuleFor(c => c.CriteriaNote).MaximumLength(4000);
            RuleFor(c => c.Conditions).MaximumLength(4000);
            RuleFor(c => c.MethodologyId).NotEmpty().WithMessage("exercise.method.needed");
            RuleFor(c => c.Parameters).MaximumLength(100_000);
            RuleFor(c => c.ExceptionMonths).InclusiveBetween(1, 60).WithMessage("exercise.months.range");
            RuleFor(c => c.EndOn).GreaterThanOrEqualTo(c => c.StartOn).When(c => c.StartOn is not null && c.EndOn is not null).WithMessage("exercise.end.before");
            RuleFor(c => c.AcceptUpTo).InclusiveBetween(-Rater.Largest, Rater.Largest).WithMessage("validation.range");
            RuleFor(c => c.ExceptionUpTo).InclusiveBetween(-Rater.Largest, Rater.Largest).WithMessage("validation.range");
            RuleFor(c => c.ResidualValue).InclusiveBetween(-Rater.Largest, Rater.Largest).WithMessage("validation.range");
            RuleFor(c => c.ExceptionUpTo).GreaterThanOrEqualTo(c => c.AcceptUpTo).When(c => c.AcceptUpTo is not null && c.ExceptionUpTo is not null).WithMessage("exercise.exceptionupto.less");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, IWorkspaceMethodologies methods, Methods used, Persons persons) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var stored = await session.FindAsync<Exercise>(request.Id, cancellationToken);
            if (stored is null && request.Seen > 0)
                return Error.NotFound();
            if (stored is { State: not ExerciseState.Planned })
                return Error.Conflict("exercise.frozen", stored);
            if (Offered(await methods.AllAsync(cancellationToken), stored, used).FirstOrDefault(m => m.Id == request.MethodologyId) is not { } method)
                return Error.Invalid("exercise.method.unknown", nameof(request.MethodologyId));
            if (!request.TryParameters(out var parameters))
                return Error.Invalid("exercise.parameters.json", nameof(request.Parameters));
            var described = method.Describe(parameters);
            if (!described.Succeeded)
                return Error.Invalid(described.Errors[0].Message, nameof(request.Parameters), described.Errors[0].Arguments);
            var book = await persons.ReadAsync(cancellationToken);
            if (request.ParticipantIds.Exists(p => !book.Knows(p)))
                return Error.Invalid("risk.person.unknown", nameof(request.ParticipantIds));
            if (request.PredecessorId is not null && (request.PredecessorId == request.Id || await session.FindAsync<Exercise>(request.PredecessorId, cancellationToken) is null))
                return Error.Invalid("exercise.predecessor.unknown", nameof(request.PredecessorId));

            if (stored?.CriteriaState == CriteriaState.Waiting)
                return Error.Conflict("exercise.criteria.iswaiting");
            var levels = described.Value.Levels.Select(l => l.Key).ToList();
            if (Criteria.OutOfOrder([.. levels.Select(l => request.Handling.TryGetValue(l, out var handling) ? handling : (Handling?)null)]).ToList() is { Count: > 0 } milder)
                return milder.ConvertAll(l => Error.Invalid("exercise.handling.order", $"{nameof(request.Handling)}[{levels[l]}]"));
            // Levels mean nothing without the method that gives them: another method or grid needs another approval.
            var declaration = OwnMethodologies.IsOwn(method.Id) ? method.Declaration(null)!.Value : null;
            var sameMethod = stored is not null && stored.MethodologyId == method.Id && JsonNode.DeepEquals(stored.Declaration, declaration) && JsonNode.DeepEquals(stored.Parameters ?? method.DefaultParameters, parameters ?? method.DefaultParameters);

            // Ratings that were carried over stand on the method.
            if (stored?.ChangeId is not null && !sameMethod)
                return Error.Invalid("exercise.method.fixed", stored.MethodologyId == method.Id ? nameof(request.Parameters) : nameof(request.MethodologyId));

            var twice = SentTwice.Before(stored, request.Seen);
            var exercise = stored ?? new Exercise { Id = request.Id, Name = request.Name, MethodologyId = method.Id };
            exercise.Name = request.Name.Trim();
            exercise.ScopePart = request.ScopePart;
            exercise.Trigger = request.Trigger;
            exercise.TriggerNote = request.TriggerNote;
            exercise.StartOn = request.StartOn;
            exercise.EndOn = request.EndOn;
            exercise.Participants = [.. request.ParticipantIds.Distinct().Select(id => book.Find(id)!).Select(p => new Participant(p.Id, p.Name, p.Unit ?? ""))];
            exercise.Take(method, parameters);
            exercise.MethodReason = request.MethodReason;
            exercise.PredecessorId = request.PredecessorId;
            exercise.Criteria = new()
            {
                Acceptable = [.. levels.Where(l => request.Handling.GetValueOrDefault(l, Handling.MustTreat) == Handling.Acceptable)],
                ByException = [.. levels.Where(l => request.Handling.GetValueOrDefault(l, Handling.MustTreat) == Handling.ByException)],
                ExceptionMonths = request.ExceptionMonths,
                AcceptUpTo = request.AcceptUpTo,
                ExceptionUpTo = request.ExceptionUpTo,
                ResidualLevel = levels.Contains(request.ResidualLevel ?? "") ? request.ResidualLevel : null,
                ResidualValue = levels.Count == 0 ? request.ResidualValue : null,
                Conditions = [.. (request.Conditions ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().Take(20)],
                Note = request.CriteriaNote,
            };
            await CriteriaSubject.StandAsync(session, exercise, used, ws, sameMethod, cancellationToken);

            if (twice.Is(exercise))
                return exercise.Id;
            if (stored is null)
            {
                session.Next("EX", n => exercise.Reference = $"EX-{n:00}");
                session.Add(exercise, "exercise.add");
            }
            else
            {
                session.Update(exercise, request.Seen, "exercise.edit");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? exercise.Id : (List<Error>)[.. saved.Errors];
        }
    }
}

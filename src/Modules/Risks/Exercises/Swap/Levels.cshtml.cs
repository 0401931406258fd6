using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Change of methodology, step 3: which new level counts as which old one, and what the criteria ask of each.</summary>
[Access(Area.Exercises, Verb.Edit)]
public sealed class LevelsModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal ChangePlan Plan { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } plan)
            return NotFound();
        Plan = plan;
        if (!plan.Mapping.HasFactors)
            return this.Done(ws.Url("risks/exercises/swap/factors", ("id", plan.Change.Id)));
        Input = Command.From(plan);
        return Page();
    }

    /// <summary>Back to the factors; what was typed is kept.</summary>
    public Task<IActionResult> OnPostBackAsync(CancellationToken cancellationToken)
    {
        Input.Unchecked = true;
        return SaveAsync(ws.Url("risks/exercises/swap/factors", ("id", Input.Id)), cancellationToken);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Input.Unchecked = false;
        return SaveAsync(ws.Url("risks/exercises/swap/preview", ("id", Input.Id)), cancellationToken);
    }

    private async Task<IActionResult> SaveAsync(string next, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(next);
        if (await mediator.Send(new Query(Input.Id), cancellationToken) is not { } plan)
            return NotFound();
        Plan = plan;
        return this.Refused(result);
    }

    internal sealed record Query(string? Id) : IQuery<ChangePlan?>;

    internal sealed class QueryHandler(WorkspaceContext ws, Carrying carrying) : IQueryHandler<Query, ChangePlan?>
    {
        public Task<ChangePlan?> Handle(Query request, CancellationToken cancellationToken) => carrying.PlanAsync(ws.OpenSession(), request.Id, cancellationToken);
    }

    /// <summary>Saves levels and criteria.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Command : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        /// <summary>Old level to the new one that counts as the same; empty is not compared.</summary>
        public Dictionary<string, string?> Levels { get; set; } = [];

        /// <summary>From which number on a level is reached, as typed.</summary>
        public Dictionary<string, string?> Bounds { get; set; } = [];

        public bool SameUnit { get; set; }

        public Dictionary<string, Handling> Handling { get; set; } = [];

        public double? AcceptUpTo { get; set; }

        public double? ExceptionUpTo { get; set; }

        public int ExceptionMonths { get; set; } = 12;

        /// <summary>Whether treatment decisions go over as well.</summary>
        public bool Treatments { get; set; }

        /// <summary>Whether tasks of the plan work on the successors as well.</summary>
        public bool Tasks { get; set; }

        /// <summary>Whether it is only put aside and may be incomplete.</summary>
        [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
        public bool Unchecked { get; set; }

        internal static Command From(ChangePlan plan) => new()
        {
            Id = plan.Change.Id,
            Seen = plan.Change.Version,
            Levels = plan.Mapping.Levels.ToDictionary(l => l.Key, l => (string?)l.Value),
            Bounds = plan.Mapping.Bounds.ToDictionary(b => b.Key, b => (string?)b.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            SameUnit = plan.Mapping.SameUnit,
            Handling = new(plan.Mapping.Handling),
            AcceptUpTo = plan.Mapping.AcceptUpTo,
            ExceptionUpTo = plan.Mapping.ExceptionUpTo,
            ExceptionMonths = plan.Mapping.ExceptionMonths,
            Treatments = plan.Mapping.Treatments,
            Tasks = plan.Mapping.Tasks,
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.ExceptionMonths).InclusiveBetween(1, 60).WithMessage("exercise.months.range");
            RuleFor(c => c.AcceptUpTo).InclusiveBetween(-Rater.Largest, Rater.Largest).WithMessage("validation.range");
            RuleFor(c => c.ExceptionUpTo).InclusiveBetween(-Rater.Largest, Rater.Largest).WithMessage("validation.range");
            RuleFor(c => c.ExceptionUpTo).GreaterThanOrEqualTo(c => c.AcceptUpTo).When(c => c.AcceptUpTo is not null && c.ExceptionUpTo is not null).WithMessage("exercise.exceptionupto.less");
            RuleFor(c => c.Levels).Must(l => l.Count <= 100);
            RuleFor(c => c.Bounds).Must(l => l.Count <= 100);
            RuleFor(c => c.Handling).Must(l => l.Count <= 100);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Carrying carrying) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
                return Error.NotFound();
            var mapping = plan.Mapping;
            foreach (var level in plan.Before.Levels.Select(l => l.Key).Where(request.Levels.ContainsKey))
                mapping.Levels[level] = plan.After.Levels.Any(l => l.Key == request.Levels[level]) ? request.Levels[level]! : "";
            mapping.Bounds = Scale(plan).Skip(1).Select(l => (l.Key, Number: MappingTable.Number(request.Bounds.GetValueOrDefault(l.Key)))).Where(b => b.Number is not null).ToDictionary(b => b.Key, b => b.Number!.Value);
            mapping.SameUnit = request.SameUnit;
            mapping.Handling = plan.After.Levels.ToDictionary(l => l.Key, l => request.Handling.GetValueOrDefault(l.Key, Exercises.Handling.MustTreat));
            mapping.AcceptUpTo = request.AcceptUpTo;
            mapping.ExceptionUpTo = request.ExceptionUpTo;
            mapping.ExceptionMonths = request.ExceptionMonths;
            (mapping.Treatments, mapping.Tasks) = (request.Treatments, request.Tasks);
            mapping.HasLevels = true;
            if (!request.Unchecked && (List<Error>)[.. Unread(plan, request), .. Carrying.CheckLevels(plan)] is { Count: > 0 } errors)
                return errors;
            session.Update(plan.Change, request.Seen, "change.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }

        /// <summary>What was typed and has no place in the mapping.</summary>
        private static IEnumerable<Error> Unread(ChangePlan plan, Command request) =>
            plan.Before.Levels.Where(l => request.Levels.GetValueOrDefault(l.Key) is { Length: > 0 } level && plan.After.Levels.All(n => n.Key != level)).Select(l => Error.Invalid("swap.tier.unknown", $"Levels[{l.Key}]"))
                .Concat(Scale(plan).Skip(1).Where(l => request.Bounds.GetValueOrDefault(l.Key) is var bound && !string.IsNullOrWhiteSpace(bound) && MappingTable.Number(bound) is null).Select(l => Error.Invalid("rate.number", $"Bounds[{l.Key}]")));
    }

    /// <summary>Levels that need bounds: those of the one side that has levels, where the other has numbers only.</summary>
    internal static IReadOnlyList<Abstractions.Methodologies.Tier> Scale(ChangePlan plan) =>
        plan.Before.Levels.Count == 0 ? plan.After.Levels : plan.After.Levels.Count == 0 ? plan.Before.Levels : [];
}

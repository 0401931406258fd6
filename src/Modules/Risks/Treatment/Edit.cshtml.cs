using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Treatment;

/// <summary>Choose what is done about a risk, with what each option requires (guideline 6.3).</summary>
[Access(Area.Risks)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(result.Value ? ws.Url("risks/register/rate", ("id", Input.Id), ("which", "target")) : ws.Url("risks/register/detail", ("id", Input.Id)), result.Value ? "treatment.saved.target" : "treatment.saved");
        return await ShowAsync(cancellationToken) is PageResult ? this.Refused(result) : NotFound();
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(Input), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return view.MayEdit ? Page() : StatusCode(403);
    }

    internal sealed record Open(string? Id) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Risk>(request.Id, cancellationToken) is not { } risk)
                return null;
            var born = await session.FindManyAsync<Risk>(risk.Treatment?.NewRiskIds ?? [], cancellationToken);
            return Command.From(risk, born.Values.Select(r => r.Reference).Order(StringComparer.Ordinal));
        }
    }

    internal sealed record Ask(Command Input) : IQuery<Model?>;

    internal sealed record Model(Risk Risk, Exercise Exercise, LevelWords Levels, Handling? Criterion, bool LeftAbove, DateOnly LatestException, IReadOnlyList<Choice> Controls, bool MayEdit);

    internal sealed class AskHandler(WorkspaceContext ws, Methods methods, ControlDirectory controls, IWords words) : IQueryHandler<Ask, Model?>
    {
        public async Task<Model?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Risk>(request.Input.Id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            return new(risk, exercise, new(methods.Form(exercise), words), exercise.Criteria.For(risk.Current),
                (risk.Treatment?.Option ?? TreatmentOption.Retain) != TreatmentOption.Retain && (request.Input.ByException || exercise.Criteria.For(risk.Target) is { } left && left != Handling.Acceptable),
                TreatmentRules.LatestException(exercise.Criteria, ws.Today), await controls.ChoicesAsync(request.Input.Controls, cancellationToken), ws.MayEdit(Area.Risks, risk.OwnerId));
        }
    }

    /// <summary>Saves the decision. Answers whether the target level is to be rated next.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Command : ICommand<bool>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public TreatmentOption? Option { get; set; }

        public string? Reason { get; set; }

        public List<string> Controls { get; set; } = [];

        public bool ByException { get; set; }

        public string? Condition { get; set; }

        public string? ExceptionReason { get; set; }

        public DateOnly? ExceptionUntil { get; set; }

        public string? GivenUp { get; set; }

        public string? SharedWith { get; set; }

        public string? NewRisks { get; set; }

        /// <summary>References of the new risks, separated by commas.</summary>
        public string? NewRiskRefs { get; set; }

        public decimal? CostOnce { get; set; }

        public decimal? CostYearly { get; set; }

        public string? Benefit { get; set; }

        public DateOnly? ReviewOn { get; set; }

        internal static Command From(Risk risk, IEnumerable<string> born) => new()
        {
            Id = risk.Id,
            Seen = risk.Version,
            Option = risk.Treatment?.Option,
            Reason = risk.Treatment?.Reason,
            Controls = [.. risk.Treatment?.Controls.Select(c => c.Key) ?? []],
            ByException = risk.Treatment?.ByException ?? false,
            Condition = risk.Treatment?.Condition,
            ExceptionReason = risk.Treatment?.ExceptionReason,
            ExceptionUntil = risk.Treatment?.ExceptionUntil,
            GivenUp = risk.Treatment?.GivenUp,
            SharedWith = risk.Treatment?.SharedWith,
            NewRisks = risk.Treatment?.NewRisks,
            NewRiskRefs = string.Join(", ", born),
            CostOnce = risk.Treatment?.CostOnce,
            CostYearly = risk.Treatment?.CostYearly,
            Benefit = risk.Treatment?.Benefit,
            ReviewOn = risk.ReviewOn,
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Option).NotNull().WithMessage("treatment.option.needed");
            RuleFor(c => c.Reason).NotEmpty().WithMessage("treatment.reason.needed").MaximumLength(4000);
            RuleFor(c => c.Controls).NotEmpty().When(c => c.Option == TreatmentOption.Modify).WithMessage("treatment.controls.needed");
            RuleFor(c => c.Controls).Must(k => k.Count <= 300);
            RuleFor(c => c.GivenUp).NotEmpty().When(c => c.Option == TreatmentOption.Avoid).WithMessage("treatment.givenup.needed").MaximumLength(4000);
            RuleFor(c => c.SharedWith).NotEmpty().When(c => c.Option == TreatmentOption.Share).WithMessage("treatment.sharedwith.needed").MaximumLength(1000);
            RuleFor(c => c.NewRisks).NotEmpty().When(c => c.Option == TreatmentOption.Share && string.IsNullOrWhiteSpace(c.NewRiskRefs)).WithMessage("treatment.newrisks.needed").MaximumLength(4000);
            RuleFor(c => c.CostOnce).NotNull().When(c => c.Option == TreatmentOption.Share && c.CostYearly is null).WithMessage("treatment.cost.needed");
            RuleFor(c => c.CostOnce).GreaterThanOrEqualTo(0).LessThan(1_000_000_000_000m);
            RuleFor(c => c.CostYearly).GreaterThanOrEqualTo(0).LessThan(1_000_000_000_000m);
            RuleFor(c => c.Benefit).MaximumLength(4000);
            RuleFor(c => c.ExceptionReason).MaximumLength(4000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, ControlDirectory controls) : ICommandHandler<Command, bool>
    {
        public async Task<Result<bool>> Handle(Command request, CancellationToken cancellationToken)
        {
            var next = false;
            var saved = await RiskChange.SaveAsync(ws, request.Id, request.Seen, "risk.treat", request.Reason, assessing: false, async (risk, at) =>
            {
                if (risk.Current is null || risk.State != RiskState.Rated)
                    return [Error.Invalid("treatment.unrated")];
                var option = request.Option!.Value;
                var former = risk.Treatment?.Controls.Select(c => c.Key).ToHashSet() ?? [];
                if ((await controls.UnknownAsync(request.Controls.Where(k => !former.Contains(k)), cancellationToken)).Count > 0)
                    return [Error.Invalid("treatment.controls.unknown", nameof(request.Controls))];
                var (born, unknown) = await ReferencesAsync(at.Session, request.NewRiskRefs, cancellationToken);
                if (unknown.Count > 0)
                    return [Error.Invalid("treatment.newrisks.unknown", nameof(request.NewRiskRefs), string.Join(", ", unknown))];

                var retained = option == TreatmentOption.Retain;
                // What was retained as it is has no target of its own once it is treated.
                var target = risk.IsRetainedAsItIs ? null : risk.Target;
                // What treatment leaves is known only when it is rated; until then there is nothing to except.
                var exception = request.ByException && (retained || target is not null);
                var decision = new TreatmentDecision
                {
                    Option = option,
                    Reason = request.Reason!.Trim(),
                    Controls = [.. request.Controls.Distinct().Select(k => ControlRef.Parse(k)!)],
                    ByException = exception,
                    Condition = exception ? request.Condition : null,
                    ExceptionReason = exception ? request.ExceptionReason : null,
                    ExceptionUntil = exception ? request.ExceptionUntil : null,
                    GivenUp = option == TreatmentOption.Avoid ? request.GivenUp : null,
                    SharedWith = option == TreatmentOption.Share ? request.SharedWith : null,
                    NewRisks = option == TreatmentOption.Share ? request.NewRisks : null,
                    NewRiskIds = [.. born.Where(id => id != risk.Id)],
                    CostOnce = request.CostOnce,
                    CostYearly = request.CostYearly,
                    Benefit = request.Benefit,
                };
                if (TreatmentRules.Refusals(risk.Current, target, at.Exercise.Criteria, decision, ws.Today).ToList() is { Count: > 0 } refusals)
                    return refusals.ConvertAll(r => Error.Invalid(r.Message, r.Field, $"{at.Exercise.Criteria.ExceptionMonths}"));

                risk.Change(r =>
                {
                    // An end that was accepted may be earlier than the one asked for: it holds as long as nothing else is asked for.
                    if (r.Treatment?.ExceptionUntil != decision.ExceptionUntil)
                        r.ExceptionUntil = decision.ExceptionUntil;
                    r.Treatment = decision;
                    r.ReviewOn = request.ReviewOn;
                    r.Target = r.IsRetainedAsItIs ? r.Current : target;
                });
                next = risk.Target is null;
                return [];
            }, cancellationToken);
            return saved.Succeeded ? next : (List<Error>)[.. saved.Errors];
        }

        private static async Task<(List<string> Ids, List<string> Unknown)> ReferencesAsync(IDocumentSession session, string? references, CancellationToken cancellationToken)
        {
            List<string> ids = [], unknown = [];
            foreach (var reference in (references ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Take(50))
            {
                var found = (await session.QueryAsync<Risk>(Query.All.Where("ref", reference.ToUpperInvariant()).Take(1), cancellationToken)).Items;
                if (found.Count == 0)
                    unknown.Add(reference);
                else
                    ids.Add(found[0].Id);
            }

            return (ids, unknown);
        }
    }
}

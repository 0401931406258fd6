using FluentValidation;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Scales;
using IsmsModular.Risks.Treatment;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>Rate a risk by the exercise's method: as it is now, as planned after treatment, or as achieved once the effect was verified.</summary>
[Access(Area.Risks)]
public sealed class RateModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, RatingKind which, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id, which), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken);
    }

    /// <summary>Shows the level that would come out; nothing is saved.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (await ShowAsync(cancellationToken) is not PageResult page)
            return NotFound();
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Preview", this) : page;
    }

    /// <summary>Adds a row to a list, or takes one out; nothing is saved.</summary>
    public async Task<IActionResult> OnPostRowsAsync(string? add, string? remove, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (add is not null)
            RatingForm.Add(add, Input);
        if (remove is not null)
            RatingForm.Remove(remove, Input);
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
        {
            var next = Input.Which == RatingKind.Current && result.Value ? ws.Url("risks/treatment/edit", ("id", Input.Id)) : ws.Url("risks/register/detail", ("id", Input.Id));
            return this.Done(next, "rate.saved." + Input.Which.ToString().ToLowerInvariant());
        }

        return await ShowAsync(cancellationToken) is PageResult ? this.Refused(result) : NotFound();
    }

    /// <summary>What is above what, were this rating saved: keys of words. A new level now is held against the levels rated for afterwards.</summary>
    internal IEnumerable<string> AboveCurrent(Rating rating) => Input.Which switch
    {
        RatingKind.Target => TreatmentRules.AboveCurrent(View.Risk.Current, rating, null),
        RatingKind.Achieved => TreatmentRules.AboveCurrent(View.Risk.Current, null, rating),
        _ => TreatmentRules.AboveCurrent(rating, View.Risk.Target, View.Risk.Achieved),
    };

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(Input), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        foreach (var factor in view.Form?.Factors ?? [])
        {
            Input.Reasons.TryAdd(factor.Key, null);
            Input.Sources.TryAdd(factor.Key, null);
        }

        return view.MayEdit ? Page() : StatusCode(403);
    }

    /// <summary>The form as it is opened.</summary>
    internal sealed record Open(string? Id, RatingKind Which) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws, Methods methods, SnapshotRepository snapshots, IWords words) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Risk>(request.Id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            var rating = request.Which switch { RatingKind.Target => risk.Target ?? risk.Current, RatingKind.Achieved => risk.Achieved ?? risk.Target, _ => risk.Current };
            var command = new Command
            {
                Id = risk.Id,
                Seen = risk.Version,
                Which = request.Which,
                Values = RatingForm.Write(methods.Form(exercise), rating?.Inputs ?? risk.Proposal?.Inputs ?? []),
                Reasons = (rating?.Reasons ?? risk.Proposal?.Reasons ?? []).ToDictionary(r => r.Key, r => (string?)r.Value),
                Sources = (rating?.Sources ?? risk.Proposal?.Sources ?? []).ToDictionary(r => r.Key, r => (string?)r.Value),
                EvaluatorId = request.Which == RatingKind.Achieved ? ws.PersonId : null,
                EvaluatedOn = request.Which == RatingKind.Achieved ? ws.Today : null,
            };

            // The value of the assets is known already: frozen when the exercise started.
            var value = rating is null ? await snapshots.ValueOfAsync(exercise, risk, cancellationToken) : null;
            foreach (var factor in value is null ? [] : methods.Form(exercise)?.Factors.Where(f => f.Role == FactorRole.AssetValue) ?? [])
            {
                if (command.Values.ContainsKey(factor.Key) || AssetValue.On(factor, exercise.Scale, value!.Value) is not { } given)
                    continue;
                command.Values[factor.Key] = given;
                command.Reasons[factor.Key] = words["rate.value.reason"];
                command.Sources[factor.Key] = words["rate.value.source"];
            }

            return command;
        }
    }

    /// <summary>The form's surroundings and the level for what is typed.</summary>
    internal sealed record Ask(Command Input) : IQuery<Model?>;

    /// <param name="Risk">The risk as stored.</param>
    /// <param name="Exercise">Its exercise.</param>
    /// <param name="Form">Form of the method; null when it is not active.</param>
    /// <param name="Levels">Words of the levels.</param>
    /// <param name="Preview">What would come out; null when something is missing or wrong.</param>
    /// <param name="Missing">Needed factors without a value.</param>
    /// <param name="Value">Value of the assets, frozen; tiers from 1.</param>
    /// <param name="Persons">People.</param>
    /// <param name="MayEdit">Whether the caller may rate.</param>
    /// <param name="Blocked">Why it cannot be rated now: key of words, or null.</param>
    /// <param name="Wrong">What is wrong with the values.</param>
    internal sealed record Model(Risk Risk, Exercise Exercise, MethodologyForm? Form, LevelWords Levels, Rating? Preview, IReadOnlyList<Factor> Missing, int? Value, PersonBook Persons, bool MayEdit, string? Blocked, IReadOnlyList<Error> Wrong)
    {
        public Handling? Criterion => Exercise.Criteria.For(Preview);
    }

    internal sealed class AskHandler(WorkspaceContext ws, Methods methods, SnapshotRepository snapshots, Persons persons, IWords words) : IQueryHandler<Ask, Model?>
    {
        public async Task<Model?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var (session, input) = (ws.OpenSession(), request.Input);
            if (await session.FindAsync<Risk>(input.Id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            var form = methods.Form(exercise);
            List<Error> errors = [];
            var values = form is null ? [] : RatingForm.Read(form, input.Values, errors);
            var rated = form is null || errors.Count > 0 ? null : methods.Rate(exercise, values);
            var tasks = input.Which == RatingKind.Achieved ? (await session.QueryAsync<PlanTask>(Query.All.Where("risks", risk.Id).Take(1000), cancellationToken)).Items : [];
            return new(
                risk,
                exercise,
                form,
                new(form, words),
                rated is { Succeeded: true } ? rated.Value : null,
                [.. form?.Factors.Where(f => f is { Needed: true, Preset: null } && values.GetValueOrDefault(f.Key) is null or { IsNone: true }) ?? []],
                await snapshots.ValueOfAsync(exercise, risk, cancellationToken),
                await persons.ReadAsync(cancellationToken),
                ws.MayEdit(Area.Risks, risk.OwnerId),
                Handler.CannotBeRated(risk, exercise, input.Which, tasks),
                errors.Count > 0 ? errors : rated is { Succeeded: false } ? rated.Errors : []);
        }
    }

    /// <summary>Saves a rating. Answers whether treatment is the next step.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Command : ICommand<bool>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public RatingKind Which { get; set; }

        /// <summary>Values by the flat name of the factor.</summary>
        public Dictionary<string, string?> Values { get; set; } = [];

        /// <summary>Rows shown of a list, by the flat name of the list.</summary>
        public Dictionary<string, int> Rows { get; set; } = [];

        /// <summary>Reasons by the factor's key.</summary>
        public Dictionary<string, string?> Reasons { get; set; } = [];

        /// <summary>Sources by the factor's key.</summary>
        public Dictionary<string, string?> Sources { get; set; } = [];

        /// <summary>Achieved level: who evaluated the effect.</summary>
        public string? EvaluatorId { get; set; }

        /// <summary>Achieved level: when.</summary>
        public DateOnly? EvaluatedOn { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Values).Must(v => v.Count <= 1000);
            RuleFor(c => c.Rows).Must(v => v.Count <= 1000);
            RuleForEach(c => c.Values).Must(v => v.Value is null || v.Value.Length <= 2000);
            RuleForEach(c => c.Reasons).Must(v => v.Value is null || v.Value.Length <= 2000);
            RuleForEach(c => c.Sources).Must(v => v.Value is null || v.Value.Length <= 1000);
            RuleFor(c => c.EvaluatorId).NotEmpty().When(c => c.Which == RatingKind.Achieved).WithMessage("rate.evaluator.needed");
            RuleFor(c => c.EvaluatedOn).NotEmpty().When(c => c.Which == RatingKind.Achieved).WithMessage("rate.evaluated.needed");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Methods methods, Persons persons) : ICommandHandler<Command, bool>
    {
        public async Task<Result<bool>> Handle(Command request, CancellationToken cancellationToken)
        {
            var treatNext = false;
            var saved = await RiskChange.SaveAsync(ws, request.Id, request.Seen, "risk.rate." + request.Which.ToString().ToLowerInvariant(), null, assessing: request.Which == RatingKind.Current, async (risk, at) =>
            {
                var tasks = request.Which == RatingKind.Achieved ? (await at.Session.QueryAsync<PlanTask>(Query.All.Where("risks", risk.Id).Take(1000), cancellationToken)).Items : [];
                if (CannotBeRated(risk, at.Exercise, request.Which, tasks) is { } why)
                    return [Error.Invalid(why)];
                if (methods.Form(at.Exercise) is not { } form)
                    return [Error.Invalid("risk.method.gone", null, at.Exercise.MethodologyId, at.Exercise.MethodologyVersion ?? "")];
                if (request.EvaluatorId is not null && !(await persons.ReadAsync(cancellationToken)).Knows(request.EvaluatorId))
                    return [Error.Invalid("risk.person.unknown", nameof(request.EvaluatorId))];
                if (request.Which == RatingKind.Achieved && !ws.May(Area.Risks, Verb.Edit) && request.EvaluatorId != ws.PersonId)
                    return [Error.Invalid("rate.evaluator.notyou", nameof(request.EvaluatorId))];
                if (request.EvaluatedOn > ws.Today)
                    return [Error.Invalid("rate.evaluated.future", nameof(request.EvaluatedOn))];

                List<Error> errors = [];
                var values = RatingForm.Read(form, request.Values, errors);
                foreach (var factor in form.Factors)
                    errors.AddRange(Missing(factor, values[factor.Key], request).Where(e => !errors.Exists(x => x.Field == e.Field)));
                if (errors.Count > 0)
                    return errors;
                var rated = methods.Rate(at.Exercise, values);
                if (!rated.Succeeded)
                    return [.. rated.Errors.Select(e => e with { Field = e.Field is null ? null : $"Values[{RatingForm.NameOf(e.Field)}]" })];
                if (rated.Value is not { } rating)
                    return [Error.Invalid("rate.unrated")];

                rating.Reasons = Given(request.Reasons, values);
                rating.Sources = Given(request.Sources, values);
                rating.ById = request.Which == RatingKind.Achieved ? request.EvaluatorId : ws.PersonId;
                rating.On = request.Which == RatingKind.Achieved ? request.EvaluatedOn : ws.Today;
                treatNext = risk.Treatment is null && at.Exercise.Criteria.For(rating) != Handling.Acceptable;
                risk.Change(r =>
                {
                    switch (request.Which)
                    {
                        case RatingKind.Target: r.Target = rating; break;
                        case RatingKind.Achieved: r.Achieved = rating; break;
                        default: r.Rate(rating); break;
                    }
                });
                return [];
            }, cancellationToken);
            return saved.Succeeded ? treatNext : (List<Error>)[.. saved.Errors];
        }

        /// <summary>Why a risk cannot be rated now: key of words, or null.</summary>
        internal static string? CannotBeRated(Risk risk, Exercise exercise, RatingKind which, IReadOnlyList<PlanTask> tasks) => which switch
        {
            _ when exercise.State == ExerciseState.Planned => "rate.notstarted",
            _ when risk.State == RiskState.Dismissed => "rate.dismissed",
            RatingKind.Current when risk.State == RiskState.Draft => "rate.draft",
            RatingKind.Target when risk.Treatment is null || risk.Current is null => "rate.target.first",
            RatingKind.Achieved when !TreatmentRules.EffectIsVerified(risk, tasks) => "rate.achieved.notverified",
            _ => null,
        };

        private static IEnumerable<Error> Missing(Factor factor, FactorValue value, Command request)
        {
            if (value.IsNone)
            {
                if (factor is { Needed: true, Preset: null })
                    yield return Error.Invalid("rate.value.needed", $"Values[{factor.Key}]");
                yield break;
            }

            if (string.IsNullOrWhiteSpace(request.Reasons.GetValueOrDefault(factor.Key)))
                yield return Error.Invalid("rate.reason.needed", $"Reasons[{factor.Key}]");
            if (request.Which == RatingKind.Current && string.IsNullOrWhiteSpace(request.Sources.GetValueOrDefault(factor.Key)))
                yield return Error.Invalid("rate.source.needed", $"Sources[{factor.Key}]");
        }

        private static Dictionary<string, string> Given(Dictionary<string, string?> texts, Dictionary<string, FactorValue> values) =>
            texts.Where(t => !string.IsNullOrWhiteSpace(t.Value) && values.GetValueOrDefault(t.Key) is { IsNone: false }).ToDictionary(t => t.Key, t => t.Value!.Trim());
    }
}

/// <summary>Which rating of a risk.</summary>
public enum RatingKind { Current, Target, Achieved }

/// <summary>Puts the workspace's value of assets onto a factor of the method.</summary>
internal static class AssetValue
{
    /// <summary>The field's text, or null when the two scales have different lengths: then the rater chooses.</summary>
    public static string? On(Factor factor, IReadOnlyList<ScaleTier> scale, int tier) => factor.Kind switch
    {
        FactorKind.Choice when factor.Tiers.Count == scale.Count && tier >= 1 && tier <= scale.Count => factor.Tiers[tier - 1].Key,
        FactorKind.Number when tier >= (factor.Minimum ?? tier) && tier <= (factor.Maximum ?? tier) => tier.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}

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

    /// <summary>Whether the next unrated risk is opened after saving.</summary>
    [BindProperty]
    public bool GoOn { get; set; }

    internal Model View { get; private set; } = null!;

    /// <summary>Whether another risk waits for its first rating.</summary>
    internal bool HasFollowing { get; private set; }

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
            var next = GoOn && await mediator.Send(new Following(Input.Id, Input.Which), cancellationToken) is { } following ? ws.Url("risks/register/rate", ("id", following))
                : Input.Which == RatingKind.Current && result.Value ? ws.Url("risks/treatment/edit", ("id", Input.Id))
                : ws.Url("risks/register/detail", ("id", Input.Id));
            return this.Done(next, "rate.saved." + Input.Which.ToString().ToLowerInvariant());
        }

        return await ShowAsync(cancellationToken) is PageResult ? this.Refused(result) : NotFound();
    }

    /// <summary>What is above what, were this rating saved: keys of words. A new level now is held against the levels rated for afterwards.</summary>
    internal IEnumerable<string> AboveCurrent(Rating rating) => Input.Which switch
    {
        RatingKind.Target => TreatmentRules.AboveCurrent(View.Risk.Current, rating, null),
        RatingKind.Achieved => TreatmentRules.AboveCurrent(View.Risk.Current, null, rating),
        _ => TreatmentRules.AboveCurrent(rating, View.Risk.IsRetainedAsItIs ? rating : View.Risk.Target, View.Risk.Achieved),
    };

    /// <summary>What differs between the rating that was typed and the one that somebody saved first.</summary>
    internal IEnumerable<(string Label, string? Mine, string? Theirs)> Differences(IWords words, Risk? stored)
    {
        if (stored is null || View.Form is not { } form)
            yield break;
        var theirs = Input.Which switch { RatingKind.Target => stored.Target, RatingKind.Achieved => stored.Achieved, _ => stored.Current };
        var values = RatingForm.Write(form, theirs?.Inputs ?? []);
        foreach (var factor in form.Factors)
        {
            var name = words.Of(factor.Name);
            foreach (var key in Input.Values.Keys.Union(values.Keys).Where(k => k == factor.Key || k.StartsWith(factor.Key + ".", StringComparison.Ordinal)))
                yield return (key == factor.Key ? name : $"{name} {key[(factor.Key.Length + 1)..]}", Say(factor, Input.Values.GetValueOrDefault(key)), Say(factor, values.GetValueOrDefault(key)));
            yield return ($"{name}: {words["rate.reason"]}", Input.Reasons.GetValueOrDefault(factor.Key), theirs?.Reasons.GetValueOrDefault(factor.Key));
            yield return ($"{name}: {words["rate.source"]}", Input.Sources.GetValueOrDefault(factor.Key), theirs?.Sources.GetValueOrDefault(factor.Key));
        }

        if (Input.Which != RatingKind.Achieved)
            yield break;
        yield return (words["rate.evaluator"], View.Persons.Name(Input.EvaluatorId), View.Persons.Name(theirs?.ById));
        yield return (words["rate.evaluated"], words.Date(Input.EvaluatedOn), words.Date(theirs?.On));

        string? Say(Factor factor, string? typed) => factor.Kind == FactorKind.Choice && RatingForm.Chosen(factor, typed) is { } tier ? words.Of(factor.Tiers[tier].Label) : typed;
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(Input), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        HasFollowing = await mediator.Send(new Following(Input.Id, Input.Which), cancellationToken) is not null;
        foreach (var factor in view.Form?.Factors ?? [])
        {
            Input.Reasons.TryAdd(factor.Key, null);
            Input.Sources.TryAdd(factor.Key, null);
        }

        return view.MayEdit ? Page() : StatusCode(403);
    }

    /// <summary>Another risk of the same assessment that waits for its first rating by the caller.</summary>
    internal sealed record Following(string? Id, RatingKind Which) : IQuery<string?>;

    internal sealed class FollowingHandler(WorkspaceContext ws) : IQueryHandler<Following, string?>
    {
        public async Task<string?> Handle(Following request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (request.Which != RatingKind.Current || await session.FindAsync<Risk>(request.Id, cancellationToken) is not { } risk)
                return null;
            var waiting = Query.All.Where("exercise", risk.ExerciseId).Where("state", RiskState.Unrated).OrderBy("ref").Take(2);
            var found = await session.QueryAsync<Risk>(ws.May(Area.Risks, Verb.Edit) ? waiting : waiting.Where("owner", ws.PersonId), cancellationToken);
            return found.Items.FirstOrDefault(r => r.Id != risk.Id)?.Id;
        }
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

            if (rating is not null)
                return command;

            // Known already: the value of the assets, frozen when the exercise started, and what the risk harms.
            var values = await snapshots.ValuesOfAsync(exercise, risk, cancellationToken);
            foreach (var factor in methods.Form(exercise)?.Factors.Where(f => !command.Values.ContainsKey(f.Key)) ?? [])
            {
                var said = Known.OfRisk(factor, risk);
                if ((said ?? Known.OfAssets(factor, exercise.Scale, values)) is not { } given)
                    continue;
                command.Values[factor.Key] = given;
                command.Reasons[factor.Key] = words[said is null ? "rate.value.reason" : "rate.harm.reason"];
                command.Sources[factor.Key] = words[said is null ? "rate.value.source" : "rate.harm.source"];
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
                [.. form?.Factors.Where(f => Known.IsNeeded(f, risk) && values.GetValueOrDefault(f.Key) is null or { IsNone: true }) ?? []],
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
            RuleForEach(c => c.Reasons).OverrideIndexer((_, _, reason, _) => $"[{reason.Key}]").Must(v => v.Value is null || v.Value.Length <= 2000).WithMessage("validation.long");
            RuleForEach(c => c.Sources).OverrideIndexer((_, _, source, _) => $"[{source.Key}]").Must(v => v.Value is null || v.Value.Length <= 1000).WithMessage("validation.long");
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
                    errors.AddRange(Missing(risk, factor, values[factor.Key], request).Where(e => !errors.Exists(x => x.Field == e.Field)));
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
            RatingKind.Target when risk.IsRetainedAsItIs => "rate.target.retained",
            RatingKind.Achieved when !TreatmentRules.EffectIsVerified(risk, tasks) => "rate.achieved.notverified",
            _ => null,
        };

        private static IEnumerable<Error> Missing(Risk risk, Factor factor, FactorValue value, Command request)
        {
            if (value.IsNone)
            {
                if (Known.IsNeeded(factor, risk))
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

/// <summary>What is known of a factor before anybody rates: from the values of the assets, and from what the risk harms.</summary>
internal static class Known
{
    /// <summary>Whether the factor asks if the risk harms a property.</summary>
    public static bool AsksForHarm(Factor factor) => factor is { Property: not SecurityProperty.None, Role: FactorRole.Other, Kind: FactorKind.Choice, Tiers.Count: 2 };

    /// <summary>Whether the risk harms the property that the factor is about; true where it is about none.</summary>
    public static bool Concerns(Factor factor, Risk risk) => factor.Property switch
    {
        SecurityProperty.Confidentiality => risk.HarmsC,
        SecurityProperty.Integrity => risk.HarmsI,
        SecurityProperty.Availability => risk.HarmsA,
        _ => true,
    };

    /// <summary>Whether a result of this risk needs the factor.</summary>
    public static bool IsNeeded(Factor factor, Risk risk) => factor.Preset is null && (factor.Needed || factor.Property != SecurityProperty.None && Concerns(factor, risk));

    /// <summary>What the risk says to it, or null.</summary>
    public static string? OfRisk(Factor factor, Risk risk) => AsksForHarm(factor) ? factor.Tiers[Concerns(factor, risk) ? 1 : 0].Key : null;

    /// <summary>What the values of the assets say to it; null when nothing, or when the two scales have different lengths: then the rater chooses.</summary>
    public static string? OfAssets(Factor factor, IReadOnlyList<ScaleTier> scale, AssetSnapshot values) => (factor.Role, factor.Property) switch
    {
        (FactorRole.AssetValue, SecurityProperty.None) => On(factor, scale, values.Greatest),
        (FactorRole.AssetValue or FactorRole.Consequence, SecurityProperty.Confidentiality) => On(factor, scale, values.C),
        (FactorRole.AssetValue or FactorRole.Consequence, SecurityProperty.Integrity) => On(factor, scale, values.I),
        (FactorRole.AssetValue or FactorRole.Consequence, SecurityProperty.Availability) => On(factor, scale, values.A),
        _ => null,
    };

    private static string? On(Factor factor, IReadOnlyList<ScaleTier> scale, int? tier) => factor.Kind switch
    {
        FactorKind.Choice when factor.Tiers.Count == scale.Count && tier >= 1 && tier <= scale.Count => factor.Tiers[tier.Value - 1].Key,
        FactorKind.Number when tier is not null && tier >= (factor.Minimum ?? tier) && tier <= (factor.Maximum ?? tier) => tier.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}

using FluentValidation;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Treatment;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>A risk's whole story: what, how bad, what is done, who accepted.</summary>
[Access(Area.Risks)]
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

    /// <summary>Why the risk is set aside; shown again when it was refused.</summary>
    public Dismiss Dismissal { get; private set; } = new();

    /// <summary>Whether setting aside was refused.</summary>
    internal bool IsDismissalRefused { get; private set; }

    public async Task<IActionResult> OnPostDismissAsync(Dismiss dismissal, CancellationToken cancellationToken)
    {
        (Dismissal, IsDismissalRefused) = (dismissal, true);
        return await AnswerAsync(dismissal.Id, await mediator.Send(dismissal, cancellationToken), "risk.dismissed", cancellationToken, nameof(Dismissal));
    }

    public async Task<IActionResult> OnPostReopenAsync(Reopen input, CancellationToken cancellationToken) =>
        await AnswerAsync(input.Id, await mediator.Send(input, cancellationToken), "risk.reopened", cancellationToken);

    public async Task<IActionResult> OnPostConfirmAsync(Confirm input, CancellationToken cancellationToken) =>
        await AnswerAsync(input.Id, await mediator.Send(input, cancellationToken), "carried.confirmed", cancellationToken);

    public async Task<IActionResult> OnPostDuplicateAsync(Duplicate input, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(input, cancellationToken);
        return result.Succeeded ? this.Done(ws.Url("risks/register/edit", ("id", result.Value)), "risk.duplicated") : await AnswerAsync(input.Id, result, "", cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync<T>(string id, Result<T> result, string flash, CancellationToken cancellationToken, string form = "")
    {
        if (result.Succeeded)
            return this.Done(ws.Url("risks/register/detail", ("id", id)), flash);
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(result, prefix: form);
    }

    internal sealed record Query(string? Id) : IQuery<Model?>;

    internal sealed record Model(
        Risk Risk,
        Exercise Exercise,
        MethodologyForm? Form,
        LevelWords Levels,
        IReadOnlyList<Asset> Assets,
        IReadOnlyList<AssetGroup> Groups,
        IReadOnlyDictionary<string, AssetSnapshot> Values,
        PersonBook Persons,
        string? ThreatClass,
        string? Threat,
        string? Vulnerability,
        IReadOnlyList<(string Key, string Name)> Controls,
        IReadOnlyList<ControlImplementation> Implementations,
        IReadOnlyList<PlanTask> Tasks,
        Risk? Predecessor,
        LevelWords? PredecessorLevels,
        IReadOnlyList<Risk> Born,
        Handling? Criterion,
        IReadOnlyList<string> Warnings,
        IReadOnlyList<(Submission Submission, Slot Slot)> Decisions,
        bool MayEdit);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, SnapshotRepository snapshots, Persons persons, ThreatDirectory threats, ControlDirectory controls, IWords words) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Risk>(request.Id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
                return null;
            var form = methods.Form(exercise);
            var keys = risk.Treatment?.Controls.Select(c => c.Key).ToList() ?? [];
            var own = keys.Exists(k => k.StartsWith(ControlRef.Own + "/", StringComparison.Ordinal)) ? await controls.OwnAsync(cancellationToken) : [];
            var implementations = keys.Count == 0 ? [] : (await session.QueryAsync<ControlImplementation>(Platform.Store.Query.All.WhereIn("control", keys).OrderBy("ref").Take(200), cancellationToken)).Items;
            var tasks = (await session.QueryAsync<PlanTask>(Platform.Store.Query.All.Where("risks", risk.Id).OrderBy("ref").Take(200), cancellationToken)).Items;
            var predecessor = await session.FindAsync<Risk>(risk.PredecessorId, cancellationToken);
            var before = predecessor is null ? null : await session.FindAsync<Exercise>(predecessor.ExerciseId, cancellationToken);
            var born = risk.Treatment is { NewRiskIds.Count: > 0 } t ? await session.FindManyAsync<Risk>(t.NewRiskIds, cancellationToken) : new Dictionary<string, Risk>();
            return new(
                risk,
                exercise,
                form,
                new(form, words),
                [.. (await session.FindManyAsync<Asset>(risk.AssetIds, cancellationToken)).Values.OrderBy(a => a.Reference, StringComparer.Ordinal)],
                [.. (await session.FindManyAsync<AssetGroup>(risk.GroupIds, cancellationToken)).Values.OrderBy(g => g.Reference, StringComparer.Ordinal)],
                await snapshots.ReadAsync(exercise, risk.AssetIds.Concat(risk.GroupIds), cancellationToken),
                await persons.ReadAsync(cancellationToken),
                threats.ClassName(risk.ThreatClass),
                threats.ThreatName(risk),
                threats.VulnerabilityName(risk),
                [.. keys.Select(k => (k, controls.Name(k, own)))],
                implementations,
                tasks,
                predecessor,
                before is null ? null : new(methods.Form(before), words),
                [.. born.Values.OrderBy(r => r.Reference, StringComparer.Ordinal)],
                exercise.Criteria.For(risk.Current),
                [.. TreatmentRules.Warnings(risk, exercise.Criteria, tasks, ws.Today)],
                await PlanSubject.DecisionsOnAsync(session, risk, cancellationToken),
                ws.MayEdit(Area.Risks, risk.OwnerId));
        }
    }

    /// <summary>Sets a risk aside with a reason.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Dismiss : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public string? DismissedBecause { get; set; }
    }

    internal sealed class DismissValidator : AbstractValidator<Dismiss>
    {
        public DismissValidator() => RuleFor(c => c.DismissedBecause).NotEmpty().WithMessage("risk.dismiss.needed").MaximumLength(2000);
    }

    internal sealed class DismissHandler(WorkspaceContext ws) : ICommandHandler<Dismiss, Done>
    {
        public Task<Result<Done>> Handle(Dismiss request, CancellationToken cancellationToken) =>
            RiskChange.SaveAsync(ws, request.Id, request.Seen, "risk.dismiss", request.DismissedBecause, assessing: true, (risk, _) =>
            {
                if (risk.State == RiskState.Dismissed)
                    return Task.FromResult<List<Error>>([Error.Conflict("risk.dismissed.already", risk)]);
                risk.Change(r =>
                {
                    r.State = RiskState.Dismissed;
                    r.DismissedBecause = request.DismissedBecause!.Trim();
                });
                return RiskChange.Fine;
            }, cancellationToken);
    }

    /// <summary>Takes a dismissed risk up again.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Reopen : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }
    }

    internal sealed class ReopenHandler(WorkspaceContext ws) : ICommandHandler<Reopen, Done>
    {
        public Task<Result<Done>> Handle(Reopen request, CancellationToken cancellationToken) =>
            RiskChange.SaveAsync(ws, request.Id, request.Seen, "risk.reopen", null, assessing: true, (risk, _) =>
            {
                if (risk.State != RiskState.Dismissed)
                    return Task.FromResult<List<Error>>([Error.Conflict("risk.reopened.already", risk)]);
                risk.Change(r =>
                {
                    r.State = r.Current is not null ? RiskState.Rated : r.Gaps().Any() ? RiskState.Draft : RiskState.Unrated;
                    r.DismissedBecause = null;
                });
                return RiskChange.Fine;
            }, cancellationToken);
    }

    /// <summary>Confirms a rating that a change of method carried over: from here on it is the assessor's own.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Confirm : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }
    }

    internal sealed class ConfirmHandler(WorkspaceContext ws) : ICommandHandler<Confirm, Done>
    {
        public Task<Result<Done>> Handle(Confirm request, CancellationToken cancellationToken) =>
            RiskChange.SaveAsync(ws, request.Id, request.Seen, "risk.confirm", null, assessing: true, (risk, at) =>
            {
                if (ConfirmModel.Command.CannotBeConfirmed(ws, risk, at.Exercise) is { } why)
                    return Task.FromResult<List<Error>>([Error.Conflict(why, risk)]);
                risk.Confirm(ws.PersonId, ws.Today);
                return RiskChange.Fine;
            }, cancellationToken);
    }

    /// <summary>Copies the description of a risk into a new one of the same exercise. Answers its id.</summary>
    [Requires(Area.Risks, Verb.Edit)]
    public sealed class Duplicate : ICommand<string>
    {
        public string Id { get; set; } = "";

        /// <summary>Id of the copy, given by the form: a second click finds it made.</summary>
        public string? CopyId { get; set; }
    }

    internal sealed class DuplicateHandler(WorkspaceContext ws, IWords words) : ICommandHandler<Duplicate, string>
    {
        public async Task<Result<string>> Handle(Duplicate request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Risk>(request.Id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (exercise.State == ExerciseState.Closed)
                return Error.Conflict("exercise.isclosed");
            if (Document.IsId(request.CopyId) && await session.FindAsync<Risk>(request.CopyId, cancellationToken) is { } made)
                return made.Id;
            var copy = risk.CopyTo(exercise.Id, asSuccessor: false, Document.IsId(request.CopyId) ? request.CopyId : null);
            copy.Title = words["risk.copyof", risk.Title];
            session.Next("RISK", n => copy.Reference = $"RISK-{n:0000}");
            session.Add(copy, "risk.duplicate");
            var saved = await session.SaveAsync(cancellationToken);
            // Made meanwhile by the same form, sent twice.
            if (!saved.Succeeded && await ws.OpenSession().FindAsync<Risk>(copy.Id, cancellationToken) is not null)
                return copy.Id;
            return saved.Succeeded ? copy.Id : (List<Error>)[.. saved.Errors];
        }
    }
}

/// <summary>The walk that every change of a stored risk takes: find, right, exercise, change, save against the version seen.</summary>
internal static class RiskChange
{
    public static Task<List<Error>> Fine => Task.FromResult<List<Error>>([]);

    /// <param name="ws">Workspace.</param>
    /// <param name="id">Risk.</param>
    /// <param name="seen">Version that the user saw.</param>
    /// <param name="action">Action code.</param>
    /// <param name="reason">Reason given, for the log.</param>
    /// <param name="assessing">Whether it belongs to assessment, which ends when the exercise is closed; treatment goes on.</param>
    /// <param name="change">Changes the risk by <see cref="Risk.Change"/>, or answers why not.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task<Result<Done>> SaveAsync(WorkspaceContext ws, string id, long seen, string action, string? reason, bool assessing, Func<Risk, (Exercise Exercise, IDocumentSession Session), Task<List<Error>>> change, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        if (await session.FindAsync<Risk>(id, cancellationToken) is not { } risk || await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is not { } exercise)
            return Error.NotFound();
        if (!ws.MayEdit(Area.Risks, risk.OwnerId))
            return Error.Forbidden("risk.notyours");
        if (assessing && exercise.State == ExerciseState.Closed)
            return Error.Conflict("exercise.isclosed");
        if (await change(risk, (exercise, session)) is { Count: > 0 } errors)
            return errors;
        session.Update(risk, seen, action, reason);
        if (assessing)
            session.Guard(exercise);
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
    }
}

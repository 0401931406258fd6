using System.Globalization;
using FluentValidation;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>Confirms ratings that a change of method carried over, many at once and with one reason. Those chosen in the register, or the whole filter.</summary>
[Access(Area.Risks)]
public sealed class ConfirmModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync([FromQuery] List<string> ids, CancellationToken cancellationToken) =>
        await ShowAsync(ids, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/register", ("f.carried", "yes"), ("f.exercise", result.Value.ExerciseId)), "carried.many.confirmed", result.Value.Count);
        return await ShowAsync([.. Input.Rows.Select(r => r.Split(':')[0])], cancellationToken) ? this.Refused(result) : NotFound();
    }

    private async Task<bool> ShowAsync(List<string> ids, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(ids, ListState.From(Request, "-rank", IndexModel.Filterable, IndexModel.Sortable)), cancellationToken) is not { } view)
            return false;
        View = view;
        return true;
    }

    /// <param name="Ids">Risks that were chosen; empty for the whole filter.</param>
    /// <param name="List">The filter.</param>
    internal sealed record Ask(IReadOnlyList<string> Ids, ListState List) : IQuery<Model?>;

    /// <param name="Rows">What can be confirmed.</param>
    /// <param name="LeftOut">How many of those chosen cannot.</param>
    /// <param name="More">How many of the filter are left for the next time.</param>
    /// <param name="Exercise">Exercise of the first.</param>
    /// <param name="Levels">Words of its levels.</param>
    /// <param name="Persons">People.</param>
    internal sealed record Model(IReadOnlyList<Risk> Rows, int LeftOut, long More, Exercise? Exercise, LevelWords Levels, PersonBook Persons)
    {
        /// <summary>How many rows have each level, highest first; no level where the method gives numbers.</summary>
        public IEnumerable<(string? Level, int Count)> ByLevel => Rows.GroupBy(r => r.Current!.Level).OrderByDescending(g => g.Max(r => r.Current!.Order)).Select(g => (g.Key, g.Count()));
    }

    internal sealed class AskHandler(WorkspaceContext ws, Methods methods, Persons persons, IWords words) : IQueryHandler<Ask, Model?>
    {
        public async Task<Model?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var (risks, more) = ((IReadOnlyList<Risk>)[], 0L);
            if (request.Ids.Count > 0)
            {
                var found = await session.FindManyAsync<Risk>(request.Ids.Take(Command.Most), cancellationToken);
                if (found.Count < request.Ids.Distinct().Take(Command.Most).Count())
                    return null;
                risks = [.. found.Values.OrderBy(r => r.Reference, StringComparer.Ordinal)];
            }
            else
            {
                var query = IndexModel.Handler.ToQuery(request.List, ws.Today).Where("carried", "yes");
                var page = await session.QueryAsync<Risk>(query.Take(Command.Most) with { After = null, Before = null }, cancellationToken);
                (risks, more) = (page.Items, page.Total - page.Items.Count);
            }

            var exercises = await session.FindManyAsync<Exercise>(risks.Select(r => r.ExerciseId).Distinct(), cancellationToken);
            List<Risk> rows = [.. risks.Where(r => Command.CannotBeConfirmed(ws, r, exercises.GetValueOrDefault(r.ExerciseId)) is null)];
            var exercise = (rows.Count > 0 ? rows : risks).Count > 0 ? exercises.GetValueOrDefault((rows.Count > 0 ? rows : risks)[0].ExerciseId) : null;
            return new(rows, risks.Count - rows.Count, more, exercise, new(exercise is null ? null : methods.Form(exercise), words), await persons.ReadAsync(cancellationToken));
        }
    }

    /// <summary>Confirms them, all or none. Answers how many, and their exercise.</summary>
    [Requires(Area.Risks, Verb.Edit), Requires(Area.Risks, Verb.OwnRows)]
    public sealed class Command : ICommand<(int Count, string ExerciseId)>
    {
        internal const int Most = 1000;

        /// <summary>Each risk with the version that was seen: <c>{id}:{version}</c>.</summary>
        public List<string> Rows { get; set; } = [];

        public string? Reason { get; set; }

        internal static string Row(Risk risk) => string.Create(CultureInfo.InvariantCulture, $"{risk.Id}:{risk.Version}");

        /// <summary>Why this one cannot be confirmed: key of words, or null.</summary>
        internal static string? CannotBeConfirmed(WorkspaceContext ws, Risk risk, Exercise? exercise) => exercise?.State switch
        {
            _ when !ws.MayEdit(Area.Risks, risk.OwnerId) => "risk.notyours",
            ExerciseState.Running => risk.Current?.CarriedBy is null || risk.State == RiskState.Dismissed ? "carried.none" : null,
            ExerciseState.Closed => "exercise.isclosed",
            _ => "rate.notstarted",
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Rows).NotEmpty().WithMessage("carried.many.none").Must(r => r.Count <= Command.Most);
            RuleFor(c => c.Reason).NotEmpty().WithMessage("carried.many.reason.needed").MaximumLength(2000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws) : ICommandHandler<Command, (int Count, string ExerciseId)>
    {
        public async Task<Result<(int Count, string ExerciseId)>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var seen = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var row in request.Rows)
            {
                if (row.Split(':') is not [var id, var version] || !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return Error.NotFound();
                seen[id] = number;
            }

            var risks = await session.FindManyAsync<Risk>(seen.Keys, cancellationToken);
            if (risks.Count < seen.Count)
                return Error.NotFound();
            var exercises = await session.FindManyAsync<Exercise>(risks.Values.Select(r => r.ExerciseId).Distinct(), cancellationToken);
            // What changed since it was looked at is named; the rest waits with it.
            var changed = risks.Values.Where(r => r.Version != seen[r.Id]).OrderBy(r => r.Reference, StringComparer.Ordinal).ToList();
            if (changed.Count > 0)
                return Error.Conflict("carried.many.changed", changed[0], null, string.Join(", ", changed.Take(20).Select(r => r.Reference)));
            foreach (var risk in risks.Values.OrderBy(r => r.Reference, StringComparer.Ordinal))
            {
                if (Command.CannotBeConfirmed(ws, risk, exercises.GetValueOrDefault(risk.ExerciseId)) is { } why)
                    return why == "risk.notyours" ? Error.Forbidden(why) : Error.Conflict(why, risk);
                risk.Confirm(ws.PersonId, ws.Today);
                session.Update(risk, seen[risk.Id], "risk.confirm", request.Reason!.Trim());
            }

            foreach (var exercise in exercises.Values)
                session.Guard(exercise);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? (risks.Count, exercises.Keys.First()) : (List<Error>)[.. saved.Errors];
        }
    }
}

using System.Globalization;
using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>After a change of edition: implementations, risks and tasks that still name controls of an earlier edition, with their successors proposed. Closed exercises and finished tasks stay as they were.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class ReferencesModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<Line> Lines { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Lines = await mediator.Send(new Query(), cancellationToken);
        // Only what the mapping says surely and in one way is ticked beforehand.
        Input = new() { Moves = [.. Lines.Where(l => l.To.Count == 1 && l.To[0].Confirmed).Select(l => Command.MoveOf(l.Key, l.To[0].Key))] };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(Input, cancellationToken);
        if (moved.Succeeded)
            return this.Done(ws.Url("risks/soa/references"), "soa.references.done", moved.Value);
        Lines = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(moved);
    }

    /// <summary>Answers how many records were changed.</summary>
    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        /// <summary>Pairs, <c>{old key}&gt;{new key}</c>; a control that splits may have several.</summary>
        public List<string> Moves { get; init; } = [];

        internal static string MoveOf(string from, string to) => $"{from}>{to}";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Moves).NotEmpty().WithMessage("soa.choosefirst");
    }

    internal sealed class Handler(WorkspaceContext ws, ReferenceMoves references) : ICommandHandler<Command, int>
    {
        /// <summary>Records that one save changes at the most.</summary>
        private const int Most = 5000;

        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var lines = (await references.ReadAsync(session)).ToDictionary(l => l.Key, StringComparer.Ordinal);
            var moves = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var move in request.Moves.Distinct())
            {
                if (move.Split('>', 2) is not [var from, var to] || !lines.TryGetValue(from, out var line) || line.To.All(t => t.Key != to))
                    return Error.NotFound();
                (moves.TryGetValue(from, out var known) ? known : moves[from] = []).Add(to);
            }

            if (moves.Keys.Sum(k => lines[k].Implementations + lines[k].Risks + lines[k].Tasks) > Most)
                return Error.Invalid("soa.references.toomany", null, Most.ToString(CultureInfo.InvariantCulture));

            List<string> Moved(IEnumerable<string> keys) => [.. keys.SelectMany(k => moves.GetValueOrDefault(k) ?? [k]).Distinct()];
            var changed = 0;
            foreach (var implementation in await AllAsync<ControlImplementation>(session, "control", moves.Keys, Platform.Store.Query.All.WhereNot("state", ImplementationState.Withdrawn), cancellationToken))
            {
                implementation.ControlKey = moves[implementation.ControlKey][0];
                session.Update(implementation, implementation.Version, "control.edition");
                changed++;
            }

            HashSet<string> touched = new(StringComparer.Ordinal);
            foreach (var exercise in await references.OpenExercisesAsync(session))
            {
                foreach (var risk in await AllAsync<Risk>(session, "controls", moves.Keys, Platform.Store.Query.All.Where("exercise", exercise), cancellationToken))
                {
                    risk.Change(r => r.Treatment!.Controls = [.. Moved(r.Treatment.Controls.Select(c => c.Key)).Select(k => ControlRef.Parse(k)!)]);
                    session.Update(risk, risk.Version, "risk.edition");
                    touched.Add(risk.Id);
                    changed++;
                }
            }

            HashSet<string> stale = new(StringComparer.Ordinal);
            foreach (var task in (await AllAsync<PlanTask>(session, "controls", moves.Keys, Platform.Store.Query.All, cancellationToken)).Where(t => t.IsOpen))
            {
                task.ControlKeys = Moved(task.ControlKeys);
                session.Update(task, task.Version, "task.edition");
                stale.UnionWith(task.RiskIds);
                changed++;
            }

            await PlanRepository.MakeStaleAsync(session, stale.Except(touched), cancellationToken);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? changed : saved.Errors.ToList();
        }

        private static async Task<List<T>> AllAsync<T>(IDocumentSession session, string field, IEnumerable<string> keys, Platform.Store.Query query, CancellationToken cancellationToken)
            where T : Document
        {
            var all = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var key in keys)
            {
                await foreach (var one in session.StreamAsync<T>(query.Where(field, key), cancellationToken))
                    all.TryAdd(one.Id, one);
            }

            return [.. all.Values];
        }
    }

    internal sealed record Query : IQuery<IReadOnlyList<Line>>;

    /// <param name="Key">Control of an earlier edition.</param>
    /// <param name="To">Its successors in the catalogues in use; empty when it has none.</param>
    internal sealed record Line(string Key, string Name, string Catalogue, RowFate Fate, IReadOnlyList<Successor> To, long Implementations, long Risks, long Tasks);

    internal sealed record Successor(string Key, string Name, bool Confirmed);

    internal sealed class QueryHandler(WorkspaceContext ws, ReferenceMoves references) : IQueryHandler<Query, IReadOnlyList<Line>>
    {
        public Task<IReadOnlyList<Line>> Handle(Query request, CancellationToken cancellationToken) => references.ReadAsync(ws.OpenSession());
    }
}

/// <summary>Finds what names controls of catalogues that are no longer in use, and where mappings lead from there.</summary>
internal sealed class ReferenceMoves(WorkspaceCatalogues catalogues, ControlDirectory controls)
{
    public async Task<IReadOnlyList<string>> OpenExercisesAsync(IDocumentSession session)
    {
        List<string> open = [];
        await foreach (var exercise in session.StreamAsync<Exercise>(Query.All.WhereNot("state", ExerciseState.Closed)))
            open.Add(exercise.Id);
        return open;
    }

    public async Task<IReadOnlyList<ReferencesModel.Line>> ReadAsync(IDocumentSession session)
    {
        var implementations = await CountAsync(session.GroupAsync<ControlImplementation>(Query.All.WhereNot("state", ImplementationState.Withdrawn), "control"));
        var tasks = await CountAsync(session.GroupAsync<PlanTask>(Query.All.WhereNot("state", PlanTaskState.Cancelled).WhereNot("state", PlanTaskState.Done), "controls"));
        var risks = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var exercise in await OpenExercisesAsync(session))
        {
            foreach (var (key, count) in await CountAsync(session.GroupAsync<Risk>(Query.All.Where("exercise", exercise), "controls")))
                risks[key] = risks.GetValueOrDefault(key) + count;
        }

        var targets = catalogues.Controls.ToList();
        var ways = new Dictionary<string, Correspondence?>(StringComparer.Ordinal);
        List<ReferencesModel.Line> lines = [];
        foreach (var control in implementations.Keys.Union(tasks.Keys).Union(risks.Keys).Select(k => ControlRef.Parse(k)!).Where(c => c.Catalogue != ControlRef.Own && targets.TrueForAll(t => t.Id != c.Catalogue)))
        {
            if (!ways.TryGetValue(control.Catalogue, out var way))
                ways[control.Catalogue] = way = targets.Select(t => catalogues.Way(control.Catalogue, t.Id)).FirstOrDefault(w => w is not null);
            if (way?.Rows.FirstOrDefault(r => r.From.Id == control.Id) is not { } row)
                continue;
            lines.Add(new(control.Key, controls.Name(control.Key, []), way.From.Name, row.Fate,
                [.. row.To.Select(t => new ReferencesModel.Successor($"{way.To.Id}/{t.Id}", controls.Name($"{way.To.Id}/{t.Id}", []), way.IsConfirmed(row.From.Id, t.Id)))],
                implementations.GetValueOrDefault(control.Key), risks.GetValueOrDefault(control.Key), tasks.GetValueOrDefault(control.Key)));
        }

        return [.. lines.OrderBy(l => l.Key, Comparer<string>.Create(Numbered))];
    }

    /// <summary>A.9.2 before A.10.1.</summary>
    private static int Numbered(string? one, string? other) => CultureInfo.InvariantCulture.CompareInfo.Compare(one, other, CompareOptions.NumericOrdering);

    private static async Task<Dictionary<string, long>> CountAsync(Task<IReadOnlyList<FieldGroup>> groups) =>
        (await groups).Where(g => g.Values[0] is string key && ControlRef.Parse(key) is not null).ToDictionary(g => (string)g.Values[0]!, g => g.Count, StringComparer.Ordinal);
}

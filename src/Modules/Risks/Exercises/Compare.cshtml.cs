using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>What changed since the exercise before: new, gone, moved, and decisions that flip; also between two methods.</summary>
[Access(Area.Exercises)]
public sealed class ComparePage(IMediator mediator) : PageModel
{
    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return Page();
    }

    internal sealed record Query(string? Id) : IQuery<Model?>;

    /// <param name="Now">The exercise.</param>
    /// <param name="Before">The exercise before.</param>
    /// <param name="NowLevels">Words of its levels.</param>
    /// <param name="BeforeLevels">Words of the levels before.</param>
    /// <param name="SameScale">Whether levels can be compared one by one.</param>
    /// <param name="Rows">Changed risks first.</param>
    internal sealed record Model(Exercise Now, Exercise Before, LevelWords NowLevels, LevelWords BeforeLevels, bool SameScale, IReadOnlyList<Row> Rows)
    {
        public int Count(RiskMove move) => Rows.Count(r => r.Move == move);
    }

    /// <param name="Before">Null when new.</param>
    /// <param name="Now">Null when gone.</param>
    /// <param name="Move">What happened.</param>
    /// <param name="RankBefore">Place in the ranking before, from 1.</param>
    /// <param name="RankNow">Place in the ranking now, from 1.</param>
    /// <param name="Flips">Whether the criteria ask for something else than before.</param>
    internal sealed record Row(Risk? Before, Risk? Now, RiskMove Move, int? RankBefore, int? RankNow, bool Flips);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, IWords words) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } now || await session.FindAsync<Exercise>(now.PredecessorId, cancellationToken) is not { } before)
                return null;
            var (nowForm, beforeForm) = (methods.Form(now), methods.Form(before));
            var same = nowForm is not null && beforeForm is not null && now.MethodologyId == before.MethodologyId && nowForm.Levels.Select(l => l.Key).SequenceEqual(beforeForm.Levels.Select(l => l.Key));
            var current = await RankedAsync(session, now, cancellationToken);
            var earlier = await RankedAsync(session, before, cancellationToken);
            var earlierById = earlier.ToDictionary(r => r.Risk.Id);

            var rows = new List<Row>();
            foreach (var (risk, rank) in current)
            {
                if (risk.PredecessorId is null || !earlierById.Remove(risk.PredecessorId, out var old))
                {
                    rows.Add(new(null, risk, RiskMove.New, null, rank, false));
                    continue;
                }

                var move = risk.Current is null || old.Risk.Current is null ? RiskMove.Unrated
                    : !same ? RiskMove.Recast
                    : risk.Current.Order > old.Risk.Current.Order ? RiskMove.Worse
                    : risk.Current.Order < old.Risk.Current.Order ? RiskMove.Better : RiskMove.Same;
                rows.Add(new(old.Risk, risk, move, old.Rank, rank, risk.Current is not null && old.Risk.Current is not null && now.Criteria.For(risk.Current) != before.Criteria.For(old.Risk.Current)));
            }

            rows.AddRange(earlierById.Values.Select(old => new Row(old.Risk, null, RiskMove.Gone, old.Rank, null, false)));
            return new(now, before, new(nowForm, words), new(beforeForm, words), same, [.. rows.OrderBy(r => r.Move).ThenBy(r => r.RankNow ?? int.MaxValue).ThenBy(r => r.RankBefore ?? int.MaxValue)]);
        }

        private static async Task<List<(Risk Risk, int? Rank)>> RankedAsync(IDocumentSession session, Exercise exercise, CancellationToken cancellationToken)
        {
            var ranked = new List<(Risk, int?)>();
            await foreach (var risk in session.StreamAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id).WhereNot("state", RiskState.Dismissed).OrderBy("-rank"), cancellationToken))
                ranked.Add((risk, risk.Current is null ? null : ranked.Count + 1));
            return ranked;
        }
    }
}

/// <summary>What became of a risk since the exercise before.</summary>
public enum RiskMove { New, Gone, Worse, Better, Recast, Unrated, Same }

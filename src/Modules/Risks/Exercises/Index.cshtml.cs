using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
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

/// <summary>Rounds of risk assessment.</summary>
[Access(Area.Exercises)]
public sealed class IndexModel(IMediator mediator, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "-start", ["state"], ["ref", "name", "start", "end", "state"]);
        var export = ListExport.Wanted(Request);
        View = await mediator.Send(new Query(List, Whole: export is not null), cancellationToken);
        if (export is null)
            return Page();
        ExportColumn<Exercise>[] columns =
        [
            new(words["exercise.reference"], e => e.Reference), new(words["exercise.name"], e => e.Name), new(words["exercise.scopepart"], e => e.ScopePart), new(words["exercise.trigger"], e => words.Of(e.Trigger)),
            new(words["exercise.starton"], e => e.StartOn), new(words["exercise.endon"], e => e.EndOn), new(words["exercise.state"], e => words.Of(e.State)), new(words["exercise.methodologyid"], e => e.MethodologyId),
            new(words["exercise.ratedrisks"], e => View.Count(e, RiskState.Rated)), new(words["exercise.risks"], e => View.Count(e, RiskState.Rated, RiskState.Draft, RiskState.Unrated)),
        ];
        return await ListExport.FileAsync(export, "exercises", columns, View.Page.Items.ToAsyncEnumerable(), cancellationToken);
    }

    /// <param name="Whole">All rows of the filter, for the export.</param>
    internal sealed record Query(ListState List, bool Whole) : IQuery<Model>;

    internal sealed record Model(Page<Exercise> Page, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Counts)
    {
        public long Count(Exercise exercise, params RiskState[] states) => Counts.GetValueOrDefault(exercise.Id) is { } of ? states.Sum(s => of.GetValueOrDefault((string)FieldValue.Normalise(s)!)) : 0;
    }

    internal sealed class Handler(WorkspaceContext ws) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var page = request.Whole
                ? new Page<Exercise>(await session.StreamAsync<Exercise>(request.List.ToQuery(), cancellationToken).ToListAsync(cancellationToken), 0, null, null)
                : await session.QueryAsync<Exercise>(request.List.ToQuery(), cancellationToken);
            var groups = await session.GroupAsync<Risk>(Platform.Store.Query.All.WhereIn("exercise", page.Items.Select(e => e.Id)), "exercise", "state");
            var counts = groups.GroupBy(g => (string)g.Values[0]!).ToDictionary(g => g.Key, g => (IReadOnlyDictionary<string, long>)g.ToDictionary(x => (string)x.Values[1]!, x => x.Count));
            return new(page, counts);
        }
    }
}

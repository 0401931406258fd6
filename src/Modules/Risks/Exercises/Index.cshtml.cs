using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>Rounds of risk assessment.</summary>
[Access(Area.Exercises)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Model View { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "-start", ["state"], ["ref", "name", "start", "end", "state"]);
        View = await mediator.Send(new Query(List), cancellationToken);
    }

    internal sealed record Query(ListState List) : IQuery<Model>;

    internal sealed record Model(Page<Exercise> Page, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Counts)
    {
        public long Count(Exercise exercise, params RiskState[] states) => Counts.GetValueOrDefault(exercise.Id) is { } of ? states.Sum(s => of.GetValueOrDefault((string)FieldValue.Normalise(s)!)) : 0;
    }

    internal sealed class Handler(WorkspaceContext ws) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var page = await session.QueryAsync<Exercise>(request.List.ToQuery(), cancellationToken);
            var groups = await session.GroupAsync<Risk>(Platform.Store.Query.All.WhereIn("exercise", page.Items.Select(e => e.Id)), "exercise", "state");
            var counts = groups.GroupBy(g => (string)g.Values[0]!).ToDictionary(g => g.Key, g => (IReadOnlyDictionary<string, long>)g.ToDictionary(x => (string)x.Values[1]!, x => x.Count));
            return new(page, counts);
        }
    }
}

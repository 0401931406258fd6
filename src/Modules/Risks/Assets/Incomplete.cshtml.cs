using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

/// <summary>Queue of records that an auditor would send back.</summary>
[Access(Area.Assets)]
public sealed class IncompleteModel(IMediator mediator) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Answer Found { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["gaps"], ["ref", "name", "owner"]);
        Found = await mediator.Send(new Query(List), cancellationToken);
    }

    internal sealed record Query(ListState List) : IQuery<Answer>;

    /// <param name="Page">Incomplete records.</param>
    /// <param name="Counts">How many lack what.</param>
    /// <param name="Leavers">Who left and still owns or keeps assets.</param>
    /// <param name="Names">Names of people.</param>
    internal sealed record Answer(Page<Asset> Page, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<(PersonSummary Person, long Count)> Leavers, IReadOnlyDictionary<string, string> Names);

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : IQueryHandler<Query, Answer>
    {
        public async Task<Answer> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var counts = await session.GroupAsync<Asset>(Platform.Store.Query.All.Where("complete", "no"), "gaps");
            var everybody = await people.AllAsync(withLeavers: true, cancellationToken);
            List<(PersonSummary, long)> leavers = [];
            foreach (var person in everybody.Where(p => p.HasLeft))
            {
                var owned = await session.CountAsync<Asset>(Platform.Store.Query.All.Where("owner", person.Id).WhereNot("state", AssetState.Retired), cancellationToken)
                    + await session.CountAsync<Asset>(Platform.Store.Query.All.Where("custodian", person.Id).WhereNot("state", AssetState.Retired), cancellationToken);
                if (owned > 0)
                    leavers.Add((person, owned));
            }

            return new(
                await session.QueryAsync<Asset>(request.List.ToQuery().Where("complete", "no"), cancellationToken),
                counts.Where(c => c.Values[0] is string).ToDictionary(c => (string)c.Values[0]!, c => c.Count),
                leavers,
                everybody.ToDictionary(p => p.Id, p => p.Name));
        }
    }
}

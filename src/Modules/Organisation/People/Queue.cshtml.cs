using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Organisation.People;

/// <summary>Records of people who left: each needs a new owner, who accepts again.</summary>
[Access(Area.People)]
public sealed class QueuePage(IMediator mediator) : PageModel
{
    /// <summary>Leavers who still have records.</summary>
    public IReadOnlyList<Leaver> Leavers { get; private set; } = [];

    /// <summary>Shows the queue.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Leavers = await mediator.Send(new Query(), cancellationToken);

    /// <summary>The queue.</summary>
    public sealed record Query : IQuery<IReadOnlyList<Leaver>>;

    /// <summary>A leaver with the number of records.</summary>
    public sealed record Leaver(PersonView Person, long Records);

    internal sealed class Handler(WorkspaceContext workspace, IEnumerable<IOwnedRecords> owners) : IQueryHandler<Query, IReadOnlyList<Leaver>>
    {
        public async Task<IReadOnlyList<Leaver>> Handle(Query request, CancellationToken cancellationToken)
        {
            List<Leaver> leavers = [];
            await foreach (var person in workspace.OpenSession().StreamAsync<Person>(Platform.Store.Query.All.Where("state", "left").OrderBy("name"), cancellationToken))
            {
                var records = 0L;
                foreach (var owner in owners)
                    records += (await owner.CountAsync(person.Id, cancellationToken)).Values.Sum();
                if (records > 0)
                    leavers.Add(new(PersonView.Of(person), records));
            }

            return leavers;
        }
    }
}

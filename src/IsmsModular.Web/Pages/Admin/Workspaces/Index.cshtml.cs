using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Workspaces;

/// <summary>All workspaces. The system administrator sees that they exist, not what is in them.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Index(IMediator mediator, IWords words) : PageModel
{
    /// <summary>State of the list.</summary>
    public ListState List { get; private set; } = null!;

    /// <summary>Rows.</summary>
    public Page<Row> Rows { get; private set; } = null!;

    /// <summary>Filters.</summary>
    public IReadOnlyList<ListFilter> Filters => [new("state", words["workspace.state"], [new("active", words["workspace.active"]), new("archived", words["workspace.archived"])])];

    /// <summary>Shows the list.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state"], ["name", "slug"]);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
    }

    /// <summary>One page of workspaces.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<Row>>;

    /// <summary>A row.</summary>
    public sealed record Row(string Id, string Name, string Slug, bool IsArchived, int Members);

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user) : IQueryHandler<Query, Page<Row>>
    {
        public async Task<Page<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            var page = await session.QueryAsync<Workspace>(request.Question, cancellationToken);
            var members = (await session.GroupAsync<Membership>(Platform.Store.Query.All, "workspace")).ToDictionary(g => (string)g.Values[0]!, g => (int)g.Count);
            return new([.. page.Items.Select(w => new Row(w.Id, w.Name, w.Slug, w.ArchivedAt is not null, members.GetValueOrDefault(w.Id)))], page.Total, page.Next, page.Previous);
        }
    }
}

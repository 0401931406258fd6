using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
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

    /// <summary>Shows the list, or gives the whole filter as a file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state"], ["name", "slug"]);
        if (ListExport.Wanted(Request) is { } format)
            return await mediator.Send(new Export(List.ToQuery(), format), cancellationToken);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
        return Page();
    }

    /// <summary>One page of workspaces.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<Row>>;

    /// <summary>A row.</summary>
    public sealed record Row(string Id, string Name, string Slug, bool IsArchived, int Members);

    /// <summary>The whole filter as a file.</summary>
    public sealed record Export(Platform.Store.Query Question, string Format) : IQuery<IActionResult>;

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, IWords words) : IQueryHandler<Query, Page<Row>>, IQueryHandler<Export, IActionResult>
    {
        public async Task<IActionResult> Handle(Export request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            var members = await MembersAsync(session);
            ExportColumn<Workspace>[] columns =
            [
                new(words["workspace.name"], w => w.Name), new(words["workspace.slug"], w => w.Slug), new(words["workspace.members"], w => members.GetValueOrDefault(w.Id)),
                new(words["workspace.state"], w => words[w.ArchivedAt is null ? "workspace.active" : "workspace.archived"]),
            ];
            return await ListExport.FileAsync(request.Format, "workspaces", columns, session.StreamAsync<Workspace>(request.Question, cancellationToken), cancellationToken);
        }

        public async Task<Page<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            var page = await session.QueryAsync<Workspace>(request.Question, cancellationToken);
            var members = await MembersAsync(session);
            return new([.. page.Items.Select(w => new Row(w.Id, w.Name, w.Slug, w.ArchivedAt is not null, members.GetValueOrDefault(w.Id)))], page.Total, page.Next, page.Previous);
        }

        private static async Task<Dictionary<string, int>> MembersAsync(IDocumentSession session) =>
            (await session.GroupAsync<Membership>(Platform.Store.Query.All, "workspace")).ToDictionary(g => (string)g.Values[0]!, g => (int)g.Count);
    }
}

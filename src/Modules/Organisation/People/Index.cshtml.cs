using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Organisation.People;

/// <summary>Everybody with a part in the ISMS.</summary>
[Access(Area.People)]
public sealed class IndexPage(IMediator mediator, IWords words) : PageModel
{
    /// <summary>State of the list.</summary>
    public ListState List { get; private set; } = null!;

    /// <summary>Rows.</summary>
    public Page<PersonView> Rows { get; private set; } = null!;

    /// <summary>How many leavers still have records in their name.</summary>
    public int Queue { get; private set; }

    /// <summary>Filters.</summary>
    public IReadOnlyList<ListFilter> Filters =>
    [
        new("state", words["people.state"], [new("active", words["people.active"]), new("left", words["people.left"])]),
        new("role", words["people.roles"], [.. Enum.GetValues<Role>().Select(r => new Choice(FieldValue.Normalise(r)!.ToString()!, words.Of(r)))]),
    ];

    /// <summary>Shows the list.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state", "role"], ["ref", "name", "unit"]);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
        Queue = (await mediator.Send(new QueuePage.Query(), cancellationToken)).Count;
    }

    /// <summary>One page of people.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<PersonView>>;

    internal sealed class Handler(WorkspaceContext workspace) : IQueryHandler<Query, Page<PersonView>>
    {
        public async Task<Page<PersonView>> Handle(Query request, CancellationToken cancellationToken)
        {
            var page = await workspace.OpenSession().QueryAsync<Person>(request.Question, cancellationToken);
            return new([.. page.Items.Select(PersonView.Of)], page.Total, page.Next, page.Previous);
        }
    }
}

/// <summary>A person as pages show one.</summary>
public sealed record PersonView(string Id, string Reference, string Name, string? Unit, string? Email, IReadOnlyList<Role> Roles, string? DeputyId, DateOnly? LeftOn, string? Note, long Version)
{
    internal static PersonView Of(Person p) => new(p.Id, p.Reference, p.Name, p.Unit, p.Email, p.Roles, p.DeputyId, p.LeftOn, p.Note, p.Version);
}

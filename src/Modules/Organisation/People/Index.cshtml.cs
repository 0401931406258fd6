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

    /// <summary>Shows the list, or gives the whole filter as a file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state", "role"], ["ref", "name", "unit"]);
        if (ListExport.Wanted(Request) is { } format)
            return await mediator.Send(new Export(List.ToQuery(), format), cancellationToken);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
        Queue = (await mediator.Send(new QueuePage.Query(), cancellationToken)).Count;
        return Page();
    }

    /// <summary>One page of people.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<PersonView>>;

    /// <summary>The whole filter as a file.</summary>
    public sealed record Export(Platform.Store.Query Question, string Format) : IQuery<IActionResult>;

    internal sealed class Handler(WorkspaceContext workspace, IWords words) : IQueryHandler<Query, Page<PersonView>>, IQueryHandler<Export, IActionResult>
    {
        public async Task<IActionResult> Handle(Export request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var names = await session.StreamAsync<Person>(Platform.Store.Query.All, cancellationToken).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken: cancellationToken);
            IReadOnlyList<ExportColumn<Person>> columns =
            [
                new(words["people.reference"], p => p.Reference), new(words["people.name"], p => p.Name), new(words["people.unit"], p => p.Unit), new(words["people.email"], p => p.Email),
                new(words["people.roles"], p => string.Join(", ", p.Roles.Select(r => words.Of(r)))), new(words["people.deputy"], p => names.GetValueOrDefault(p.DeputyId ?? "")),
                new(words["people.left"], p => p.LeftOn), new(words["people.note"], p => p.Note),
            ];
            return await ListExport.FileAsync(request.Format, "people", columns, session.StreamAsync<Person>(request.Question, cancellationToken), cancellationToken);
        }

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

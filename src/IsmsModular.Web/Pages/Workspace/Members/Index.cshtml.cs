using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace.Members;

/// <summary>Which accounts may enter this workspace, and in which roles.</summary>
[Access(Area.Workspace)]
public sealed class Index(IMediator mediator, WorkspaceContext workspace, IWords words) : PageModel
{
    /// <summary>State of the list.</summary>
    public ListState List { get; private set; } = null!;

    /// <summary>Members.</summary>
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    /// <summary>Filters.</summary>
    public IReadOnlyList<ListFilter> Filters =>
    [
        new("role", words["membership.roles"], [.. Enum.GetValues<Role>().Select(r => new Choice((string)FieldValue.Normalise(r)!, words.Of(r)))]),
        new("ended", words["membership.until"], [new("no", words["membership.holds"]), new("yes", words["membership.ended"])]),
    ];

    /// <summary>Shows them, or gives the whole filter as a file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["role", "ended"], ["name", "until"]);
        Rows = await mediator.Send(new Query(List), cancellationToken);
        if (ListExport.Wanted(Request) is not { } format)
            return Page();
        ExportColumn<Row>[] columns =
        [
            new(words["account.name"], r => r.Name), new(words["account.username"], r => r.UserName), new(words["membership.person"], r => r.Person),
            new(words["membership.roles"], r => string.Join(", ", r.Roles.Select(x => words.Of(x)))), new(words["membership.until"], r => r.Until), new(words["membership.ended"], r => r.HasEnded),
        ];
        return await ListExport.FileAsync(format, $"{workspace.Workspace.Slug}-members", columns, Rows.ToAsyncEnumerable(), cancellationToken);
    }

    /// <summary>Members of this workspace. They are few (a thousand at the most), so that the list is one page.</summary>
    public sealed record Query(ListState List) : IQuery<IReadOnlyList<Row>>;

    /// <summary>A member as shown.</summary>
    public sealed record Row(string AccountId, string Name, string UserName, string? PersonId, string? Person, IReadOnlyList<Role> Roles, DateOnly? Until, bool HasEnded);

    internal sealed class Handler(WorkspaceContext workspace, Memberships memberships, IPeople people, TimeProvider time) : IQueryHandler<Query, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
            var rows = (await memberships.InAsync(workspace.Workspace.Id, cancellationToken))
                .Select(m => new Row(m.Account.Id, m.Account.Name, m.Account.UserName, m.Membership.PersonId, names.GetValueOrDefault(m.Membership.PersonId ?? ""), m.Membership.Roles, m.Membership.Until, m.Membership.HasEnded(workspace.Workspace, time)))
                .Where(r => Fits(r, request.List));
            return request.List.Sort switch
            {
                "-name" => [.. rows.Reverse()],
                "until" => [.. rows.OrderBy(r => r.Until ?? DateOnly.MaxValue)],
                "-until" => [.. rows.OrderByDescending(r => r.Until ?? DateOnly.MinValue)],
                _ => [.. rows],
            };
        }

        private static bool Fits(Row row, ListState list) =>
            (list.Text ?? "").Split(' ').All(word => $"{row.Name} {row.UserName} {row.Person}".Contains(word, StringComparison.OrdinalIgnoreCase))
            && (list.Filters.GetValueOrDefault("role") is not { } role || row.Roles.Any(r => (string)FieldValue.Normalise(r)! == role))
            && (list.Filters.GetValueOrDefault("ended") is not { } ended || row.HasEnded == (ended == "yes"));
    }
}

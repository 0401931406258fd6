using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace.Members;

/// <summary>Which accounts may enter this workspace, and in which roles.</summary>
[Access(Area.Workspace)]
public sealed class Index(IMediator mediator) : PageModel
{
    /// <summary>Members by name.</summary>
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Rows = await mediator.Send(new Query(), cancellationToken);

    /// <summary>Members of this workspace.</summary>
    public sealed record Query : IQuery<IReadOnlyList<Row>>;

    /// <summary>A member as shown.</summary>
    public sealed record Row(string AccountId, string Name, string UserName, string? PersonId, string? Person, IReadOnlyList<Role> Roles, DateOnly? Until, bool HasEnded);

    internal sealed class Handler(WorkspaceContext workspace, Memberships memberships, IPeople people, TimeProvider time) : IQueryHandler<Query, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
            return [.. (await memberships.InAsync(workspace.Workspace.Id, cancellationToken)).Select(m => new Row(m.Account.Id, m.Account.Name, m.Account.UserName, m.Membership.PersonId, names.GetValueOrDefault(m.Membership.PersonId ?? ""), m.Membership.Roles, m.Membership.Until, m.Membership.HasEnded(workspace.Workspace, time)))];
        }
    }
}

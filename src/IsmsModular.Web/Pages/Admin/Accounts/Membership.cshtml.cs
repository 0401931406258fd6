using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Accounts;

/// <summary>Gives an account roles in a workspace, changes or takes them.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class MembershipPage(IMediator mediator, IWords words) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>Account.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Account { get; set; }

    /// <summary>Workspace; null to choose one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Workspace { get; set; }

    /// <summary>Name of the account.</summary>
    public string AccountName { get; private set; } = "";

    /// <summary>Whether it is a member now.</summary>
    public bool IsMember { get; private set; }

    /// <summary>Workspaces.</summary>
    public IReadOnlyList<Choice> WorkspaceOptions { get; private set; } = [];

    /// <summary>People of the workspace.</summary>
    public IReadOnlyList<Choice> PersonOptions { get; private set; } = [];

    /// <summary>Roles.</summary>
    public IReadOnlyList<Choice> RoleOptions => [.. Enum.GetValues<Role>().Select(r => new Choice(r.ToString(), words.Of(r)))];

    /// <summary>Shows the form.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is not { } view)
            return NotFound();
        Input = new() { Seen = view.Version, WorkspaceId = Workspace, Roles = [.. view.Roles], PersonId = view.PersonId, Until = view.Until };
        return Page();
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new SetMembership.Command(Workspace ?? Input.WorkspaceId ?? "", Account ?? "", Input.Roles, string.IsNullOrEmpty(Input.PersonId) ? null : Input.PersonId, Input.Until, Input.Seen), cancellationToken);
        if (result.Succeeded)
        {
            await this.KeepOwnSessionAsync(mediator, cancellationToken);
            return this.Done("/admin/accounts/detail?id=" + Account, "membership.saved");
        }

        return await LoadAsync(cancellationToken) is null ? NotFound() : this.Refused(result);
    }

    /// <summary>Takes the membership.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new RemoveMembership.Command(Workspace ?? "", Account ?? ""), cancellationToken);
        if (result.Succeeded)
            return this.Done("/admin/accounts/detail?id=" + Account, "membership.removed");
        return await LoadAsync(cancellationToken) is null ? NotFound() : this.Refused(result);
    }

    private async Task<View?> LoadAsync(CancellationToken cancellationToken)
    {
        var view = await mediator.Send(new Query(Account ?? "", Workspace), cancellationToken);
        if (view is null)
            return null;
        (AccountName, IsMember) = (view.AccountName, view.IsMember);
        WorkspaceOptions = [.. view.Workspaces.Select(w => new Choice(w.Id, w.Name))];
        PersonOptions = [new("", words["membership.person.byname", view.AccountName]), .. view.People.Select(p => new Choice(p.Id, p.Name, p.Unit))];
        return view;
    }

    /// <summary>The form.</summary>
    public sealed class Form
    {
        /// <summary>Version of the membership seen; 0 to give one.</summary>
        public long Seen { get; set; }

        /// <summary>Workspace.</summary>
        public string? WorkspaceId { get; set; }

        /// <summary>Roles.</summary>
        public List<Role> Roles { get; set; } = [];

        /// <summary>Person.</summary>
        public string? PersonId { get; set; }

        /// <summary>Last day.</summary>
        public DateOnly? Until { get; set; }
    }

    /// <summary>What the form needs.</summary>
    public sealed record Query(string AccountId, string? WorkspaceId) : IQuery<View?>;

    /// <summary>What the form shows.</summary>
    public sealed record View(string AccountName, bool IsMember, IReadOnlyList<Role> Roles, string? PersonId, DateOnly? Until, long Version, IReadOnlyList<(string Id, string Name)> Workspaces, IReadOnlyList<PersonSummary> People);

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, Memberships memberships) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Web.Accounts.Account>(request.AccountId, cancellationToken) is not { } account)
                return null;
            var workspaces = (await session.QueryAsync<Workspace>(Platform.Store.Query.All.Where("state", "active").OrderBy("name").Take(1000), cancellationToken)).Items.Select(w => (w.Id, w.Name)).ToList();
            if (request.WorkspaceId is null)
                return new(account.Name, false, [], null, null, 0, workspaces, []);
            if (await session.FindAsync<Workspace>(request.WorkspaceId, cancellationToken) is not { } workspace)
                return null;
            var membership = (await session.QueryAsync<Membership>(Platform.Store.Query.All.Where("key", account.Id + "/" + workspace.Id).Take(1), cancellationToken)).Items.FirstOrDefault();
            return new(account.Name, membership is not null, membership?.Roles ?? [], membership?.PersonId, membership?.Until, membership?.Version ?? 0, workspaces, await memberships.PeopleOfAsync(workspace, cancellationToken));
        }
    }
}

using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Security;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Accounts;

/// <summary>One account: its data, its invitation, its memberships.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Detail(IMediator mediator) : PageModel
{
    /// <summary>Key in TempData of an invitation's link, shown once.</summary>
    internal const string Link = "invitation";

    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>The account.</summary>
    public View Shown { get; private set; } = null!;

    /// <summary>Its memberships.</summary>
    public IReadOnlyList<MembershipRow> Memberships => Shown.Memberships;

    /// <summary>Address of an invitation.</summary>
    internal static string LinkFor(HttpRequest request, string token) => $"{request.Scheme}://{request.Host}/account/invitation?token={token}";

    /// <summary>Shows the account.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
            return NotFound();
        Input = new() { Id = Shown.Id, Name = Shown.Name, IsSystemAdministrator = Shown.IsSystemAdministrator, Seen = Shown.Version };
        return Page();
    }

    /// <summary>Saves name and right.</summary>
    public Task<IActionResult> OnPostAsync(string? id, CancellationToken cancellationToken) =>
        EndAsync(id, new ChangeAccount.Edit(id ?? "", Input.Name ?? "", Input.IsSystemAdministrator, Input.Seen), cancellationToken);

    /// <summary>Makes a new link.</summary>
    public async Task<IActionResult> OnPostInviteAsync(string? id, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new ChangeAccount.Invite(id ?? ""), cancellationToken);
        if (!result.Succeeded)
            return await LoadAsync(id, cancellationToken) ? this.Refused(result) : NotFound();
        TempData[Link] = LinkFor(Request, result.Value);
        return this.Done("/admin/accounts/detail?id=" + id, "account.invited");
    }

    /// <summary>Deactivates.</summary>
    public Task<IActionResult> OnPostDeactivateAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeAccount.Deactivate(id ?? ""), cancellationToken);

    /// <summary>Reactivates.</summary>
    public Task<IActionResult> OnPostReactivateAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeAccount.Reactivate(id ?? ""), cancellationToken);

    /// <summary>Ends a lockout.</summary>
    public Task<IActionResult> OnPostUnlockAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeAccount.Unlock(id ?? ""), cancellationToken);

    private async Task<IActionResult> EndAsync(string? id, ICommand<Done> command, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(command, cancellationToken);
        if (result.Succeeded)
        {
            await this.KeepOwnSessionAsync(mediator, cancellationToken);
            return this.Done("/admin/accounts/detail?id=" + id, "common.saved");
        }

        return await LoadAsync(id, cancellationToken) ? this.Refused(result) : NotFound();
    }

    private async Task<bool> LoadAsync(string? id, CancellationToken cancellationToken)
    {
        Shown = (await mediator.Send(new Query(id ?? ""), cancellationToken))!;
        return Shown is not null;
    }

    /// <summary>The form.</summary>
    public sealed class Form
    {
        /// <summary>Account.</summary>
        public string? Id { get; set; }

        /// <summary>Name.</summary>
        public string? Name { get; set; }

        /// <summary>Administers the system.</summary>
        public bool IsSystemAdministrator { get; set; }

        /// <summary>Version seen.</summary>
        public long Seen { get; set; }
    }

    /// <summary>Which account.</summary>
    public sealed record Query(string Id) : IQuery<View?>;

    /// <summary>The account as shown.</summary>
    public sealed record View(string Id, string Name, string UserName, AccountState State, bool IsSystemAdministrator, bool IsLocked, DateTimeOffset? InvitationUntil, DateTimeOffset? LastSignInAt, long Version, IReadOnlyList<MembershipRow> Memberships);

    /// <summary>A membership as shown.</summary>
    public sealed record MembershipRow(string WorkspaceId, string Workspace, IReadOnlyList<Role> Roles, DateOnly? Until, bool HasEnded);

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, TimeProvider time) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Web.Accounts.Account>(request.Id, cancellationToken) is not { } a)
                return null;
            var memberships = (await session.QueryAsync<Membership>(Platform.Store.Query.All.Where("account", a.Id).Take(1000), cancellationToken)).Items;
            var workspaces = await session.FindManyAsync<Workspace>(memberships.Select(m => m.WorkspaceId), cancellationToken);
            return new(a.Id, a.Name, a.UserName, a.State, a.IsSystemAdministrator, a.LockedUntil > time.GetUtcNow(), a.InvitationUntil, a.LastSignInAt, a.Version,
                [.. memberships.Where(m => workspaces.ContainsKey(m.WorkspaceId)).Select(m => new MembershipRow(m.WorkspaceId, workspaces[m.WorkspaceId].Name, m.Roles, m.Until, m.HasEnded(workspaces[m.WorkspaceId], time))).OrderBy(m => m.Workspace, StringComparer.OrdinalIgnoreCase)]);
        }
    }
}

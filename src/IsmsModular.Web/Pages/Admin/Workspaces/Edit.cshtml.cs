using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Workspaces;

/// <summary>Renames or archives a workspace; shows who is a member.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Edit(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>The workspace.</summary>
    public View Shown { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
            return NotFound();
        Input = new() { Name = Shown.Name, Seen = Shown.Version };
        return Page();
    }

    /// <summary>Renames.</summary>
    public Task<IActionResult> OnPostAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeWorkspace.Rename(id ?? "", Input.Name ?? "", Input.Seen), cancellationToken);

    /// <summary>Archives.</summary>
    public Task<IActionResult> OnPostArchiveAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeWorkspace.Archive(id ?? "", true), cancellationToken);

    /// <summary>Takes back from the archive.</summary>
    public Task<IActionResult> OnPostRestoreAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new ChangeWorkspace.Archive(id ?? "", false), cancellationToken);

    private async Task<IActionResult> EndAsync(string? id, ICommand<Done> command, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(command, cancellationToken);
        if (result.Succeeded)
            return this.Done("/admin/workspaces/edit?id=" + id, "common.saved");
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
        /// <summary>Name.</summary>
        public string? Name { get; set; }

        /// <summary>Version seen.</summary>
        public long Seen { get; set; }
    }

    /// <summary>Which workspace.</summary>
    public sealed record Query(string Id) : IQuery<View?>;

    /// <summary>The workspace as shown.</summary>
    public sealed record View(string Id, string Name, string Slug, bool IsArchived, long Version, IReadOnlyList<Member> Members);

    /// <summary>A member as shown.</summary>
    public sealed record Member(string AccountId, string Name, IReadOnlyList<Role> Roles, DateOnly? Until);

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, Memberships memberships) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            if (await session.FindAsync<Workspace>(request.Id, cancellationToken) is not { } w)
                return null;
            var members = await memberships.InAsync(w.Id, cancellationToken);
            return new(w.Id, w.Name, w.Slug, w.ArchivedAt is not null, w.Version, [.. members.Select(m => new Member(m.Account.Id, m.Account.Name, m.Membership.Roles, m.Membership.Until))]);
        }
    }
}

using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Workspaces;

/// <summary>Creates a workspace and names its first member.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Add(IMediator mediator, ICurrentUser user) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>Accounts to choose from.</summary>
    public IReadOnlyList<Choice> Accounts { get; private set; } = [];

    /// <summary>Shows the form.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Input.FirstMember = user.AccountId;
        Accounts = await mediator.Send(new Query(), cancellationToken);
    }

    /// <summary>Creates.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new CreateWorkspace.Command(Input.Name ?? "", Input.Slug ?? "", Input.FirstMember, Input.TimeZone ?? "", Input.Currency ?? "", Input.Language ?? "", Input.Id), cancellationToken);
        if (!result.Succeeded)
        {
            Accounts = await mediator.Send(new Query(), cancellationToken);
            return this.Refused(result);
        }

        if (Input.FirstMember != user.AccountId)
            return this.Done("/admin/workspaces", "workspace.added", result.Value.Name);
        await this.KeepOwnSessionAsync(mediator, cancellationToken);
        return this.Done("/w/" + result.Value.Slug, "workspace.added", result.Value.Name);
    }

    /// <summary>The form.</summary>
    public sealed class Form
    {
        /// <summary>New id.</summary>
        public string Id { get; set; } = Document.NewId();

        /// <summary>Organisation.</summary>
        public string? Name { get; set; }

        /// <summary>Part of the address.</summary>
        public string? Slug { get; set; }

        /// <summary>Account.</summary>
        public string? FirstMember { get; set; }

        /// <summary>IANA time zone.</summary>
        public string? TimeZone { get; set; } = "Asia/Kuala_Lumpur";

        /// <summary>ISO 4217.</summary>
        public string? Currency { get; set; } = "MYR";

        /// <summary>en or ms.</summary>
        public string? Language { get; set; } = "en";
    }

    /// <summary>Accounts that can be first member.</summary>
    public sealed record Query : IQuery<IReadOnlyList<Choice>>;

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user) : IQueryHandler<Query, IReadOnlyList<Choice>>
    {
        public async Task<IReadOnlyList<Choice>> Handle(Query request, CancellationToken cancellationToken) =>
            [.. (await stores.System.OpenSession(user.Actor).QueryAsync<Web.Accounts.Account>(Platform.Store.Query.All.WhereNot("state", AccountState.Deactivated).OrderBy("name").Take(1000), cancellationToken)).Items.Select(a => new Choice(a.Id, $"{a.Name} ({a.UserName})"))];
    }
}

using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Accounts;

/// <summary>Who can sign in.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Index(IMediator mediator, IWords words) : PageModel
{
    /// <summary>State of the list.</summary>
    public ListState List { get; private set; } = null!;

    /// <summary>Rows.</summary>
    public Page<Row> Rows { get; private set; } = null!;

    /// <summary>Filters.</summary>
    public IReadOnlyList<ListFilter> Filters => [new("state", words["account.state"], [.. Enum.GetValues<AccountState>().Select(s => new Choice(FieldValue.Normalise(s)!.ToString()!, words.Of(s)))])];

    /// <summary>Shows the list.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state"], ["name", "user"]);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
    }

    /// <summary>One page of accounts.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<Row>>;

    /// <summary>A row.</summary>
    public sealed record Row(string Id, string Name, string UserName, AccountState State, bool IsSystemAdministrator, DateTimeOffset? LastSignInAt)
    {
        /// <summary>Colour of the state.</summary>
        public string Tone => State switch { AccountState.Active => "success", AccountState.Invited => "warning", _ => "neutral" };
    }

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user) : IQueryHandler<Query, Page<Row>>
    {
        public async Task<Page<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var page = await stores.System.OpenSession(user.Actor).QueryAsync<Web.Accounts.Account>(request.Question, cancellationToken);
            return new([.. page.Items.Select(a => new Row(a.Id, a.Name, a.UserName, a.State, a.IsSystemAdministrator, a.LastSignInAt))], page.Total, page.Next, page.Previous);
        }
    }
}

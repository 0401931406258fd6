using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using MediatR;
using Microsoft.AspNetCore.Mvc;
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

    /// <summary>Shows the list, or gives the whole filter as a file.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "name", ["state"], ["name", "user"]);
        if (ListExport.Wanted(Request) is { } format)
            return await mediator.Send(new Export(List.ToQuery(), format), cancellationToken);
        Rows = await mediator.Send(new Query(List.ToQuery()), cancellationToken);
        return Page();
    }

    /// <summary>One page of accounts.</summary>
    public sealed record Query(Platform.Store.Query Question) : IQuery<Page<Row>>;

    /// <summary>A row.</summary>
    public sealed record Row(string Id, string Name, string UserName, AccountState State, bool IsSystemAdministrator, DateTimeOffset? LastSignInAt)
    {
        /// <summary>Colour of the state.</summary>
        public string Tone => State switch { AccountState.Active => "success", AccountState.Invited => "warning", _ => "neutral" };
    }

    /// <summary>The whole filter as a file.</summary>
    public sealed record Export(Platform.Store.Query Question, string Format) : IQuery<IActionResult>;

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, IWords words) : IQueryHandler<Query, Page<Row>>, IQueryHandler<Export, IActionResult>
    {
        public Task<IActionResult> Handle(Export request, CancellationToken cancellationToken)
        {
            IReadOnlyList<ExportColumn<Web.Accounts.Account>> columns =
            [
                new(words["account.name"], a => a.Name), new(words["account.username"], a => a.UserName), new(words["account.state"], a => words.Of(a.State)),
                new(words["account.administrator"], a => a.IsSystemAdministrator), new(words["account.lastsignin"], a => a.LastSignInAt),
            ];
            return ListExport.FileAsync(request.Format, "accounts", columns, stores.System.OpenSession(user.Actor).StreamAsync<Web.Accounts.Account>(request.Question, cancellationToken), cancellationToken);
        }

        public async Task<Page<Row>> Handle(Query request, CancellationToken cancellationToken)
        {
            var page = await stores.System.OpenSession(user.Actor).QueryAsync<Web.Accounts.Account>(request.Question, cancellationToken);
            return new([.. page.Items.Select(a => new Row(a.Id, a.Name, a.UserName, a.State, a.IsSystemAdministrator, a.LastSignInAt))], page.Total, page.Next, page.Previous);
        }
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin;

/// <summary>Sign-ins, accounts, memberships, workspaces, plugins: what happened to the system.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Activity(IMediator mediator) : PageModel
{
    /// <summary>The log.</summary>
    public LogView Log { get; private set; } = null!;

    /// <summary>Shows or exports it.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var filter = LogFilter.Of(Request);
        if (ListExport.Wanted(Request) is { } format)
            return await mediator.Send(new Export(filter, format), cancellationToken);
        Log = await mediator.Send(new Query(Request.Path, filter), cancellationToken);
        return Page();
    }

    /// <summary>A page of the log.</summary>
    public sealed record Query(string Path, LogFilter Filter) : IQuery<LogView>;

    /// <summary>The whole filter as a file.</summary>
    public sealed record Export(LogFilter Filter, string Format) : IQuery<IActionResult>;

    internal sealed class Handler(IStoreDirectory stores, ICurrentUser user, LogReader log) : IQueryHandler<Query, LogView>, IQueryHandler<Export, IActionResult>
    {
        private static readonly string[] Collections = ["system_accounts", "system_workspaces", "system_memberships", "system_plugins"];

        public async Task<LogView> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(user.Actor);
            var accounts = (await session.QueryAsync<Web.Accounts.Account>(Platform.Store.Query.All.OrderBy("name").Take(1000), cancellationToken)).Items;
            return await log.ReadAsync(request.Path, request.Filter, session, TimeZoneInfo.Utc, [.. accounts.Select(a => new Choice(a.Id, a.Name)), new(Actor.Console.Id, Actor.Console.Name), new(Actor.System.Id, Actor.System.Name)], Collections, cancellationToken);
        }

        public Task<IActionResult> Handle(Export request, CancellationToken cancellationToken) =>
            ListExport.FileAsync(request.Format, "system-log", log.Columns, log.AllAsync(request.Filter, stores.System.OpenSession(user.Actor), TimeZoneInfo.Utc, cancellationToken), cancellationToken);
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Who did what, when and why, in this workspace. Nothing is ever taken out of it.</summary>
[Access(Area.ActivityLog)]
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

    internal sealed class Handler(WorkspaceContext workspace, LogReader log, ModuleSet modules, Memberships memberships) : IQueryHandler<Query, LogView>, IQueryHandler<Export, IActionResult>
    {
        private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(workspace.Workspace.TimeZone);

        public async Task<LogView> Handle(Query request, CancellationToken cancellationToken)
        {
            var members = await memberships.InAsync(workspace.Workspace.Id, cancellationToken);
            Choice[] actors = [.. members.Select(m => new Choice(m.Account.Id, m.Account.Name)), new(Actor.Console.Id, Actor.Console.Name)];
            return await log.ReadAsync(request.Path, request.Filter, workspace.OpenSession(), Zone, actors, modules.Documents.Select(d => d.Collection), cancellationToken);
        }

        public Task<IActionResult> Handle(Export request, CancellationToken cancellationToken) =>
            ListExport.FileAsync(request.Format, "activity-log", log.Columns, log.AllAsync(request.Filter, workspace.OpenSession(), Zone, cancellationToken), cancellationToken);
    }
}

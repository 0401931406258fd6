using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Inbox;

/// <summary>What waits for the caller, what the caller decided, what the caller submitted.</summary>
[Access(Area.Home)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal string Tab { get; private set; } = "";

    internal View Shown { get; private set; } = null!;

    public async Task OnGetAsync(string? tab, CancellationToken cancellationToken)
    {
        Tab = tab is "decided" or "submitted" ? tab : "waiting";
        List = ListState.From(Request, "-at", ["kind", "state"], ["ref", "title", "at", "kind", "state"]);
        Shown = await mediator.Send(new Query(Tab, List), cancellationToken);
    }

    internal sealed record Query(string Tab, ListState List) : IQuery<View>;

    internal sealed record View(Page<Submission> Page, long Waiting, IReadOnlyList<string> Kinds);

    internal sealed class Handler(WorkspaceContext ws, ApprovalDesk desk, IEnumerable<IApprovalSubject> subjects) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var query = request.List.ToQuery();
            var page = request.Tab switch
            {
                "decided" => await session.QueryAsync<Submission>(query.Where("deciders", ws.Actor.Id), cancellationToken),
                "submitted" => await session.QueryAsync<Submission>(query.Where("submitter", ws.Actor.Id), cancellationToken),
                _ => await desk.WaitingAsync(session, query, cancellationToken),
            };
            return new(page, await desk.CountWaitingAsync(session, cancellationToken), [.. subjects.Select(s => s.Kind).Order(StringComparer.Ordinal)]);
        }
    }
}

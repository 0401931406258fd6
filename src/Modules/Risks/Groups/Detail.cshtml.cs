using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Groups;

[Access(Area.Assets)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal Answer Found { get; private set; } = null!;

    internal bool MayEdit => workspace.May(Area.Assets, Verb.Edit);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken) => await ShowAsync(id, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Command input, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("risks/groups/detail", ("id", input.Id)), input.Retire ? "group.retired.done" : "group.restored");
        return await ShowAsync(input.Id, cancellationToken) ? this.Refused(result, prefix: "") : NotFound();
    }

    private async Task<bool> ShowAsync(string? id, CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", [], ["ref", "name", "owner", "units", "value"]);
        if (await mediator.Send(new Query(id, List), cancellationToken) is not { } found)
            return false;
        Found = found;
        return true;
    }

    internal sealed record Query(string? Id, ListState List) : IQuery<Answer?>;

    /// <param name="Likeness">Members whose values differ from the others' (or from the group's own).</param>
    internal sealed record Answer(AssetGroup Group, Page<Asset> Members, decimal Units, Likeness Likeness, IReadOnlyDictionary<string, string> People, RiskLinks Risks, ValuationScale Scale);

    internal sealed class Handler(WorkspaceContext workspace, IPeople people, RiskLinkReader risks) : IQueryHandler<Query, Answer?>
    {
        public async Task<Answer?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<AssetGroup>(request.Id, cancellationToken) is not { } group)
                return null;
            var members = Platform.Store.Query.All.Where("group", group.Id).WhereNot("state", AssetState.Retired);
            var sums = await session.GroupAsync<Asset>(members, "units");
            var question = request.List.ToQuery();
            return new(
                group,
                await session.QueryAsync<Asset>(question.Where("group", group.Id).WhereNot("state", AssetState.Retired), cancellationToken),
                sums.Sum(s => s.Count * (s.Values[0] as decimal? ?? 0)),
                await Likeness.OfAsync(session, group, cancellationToken),
                (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name),
                await risks.ReadAsync(session, Platform.Store.Query.All.Where("assets", group.Id), cancellationToken),
                await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default());
        }
    }

    /// <summary>Retires a group that nothing needs any more, or takes it back.</summary>
    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command(string? Id, long Seen, bool Retire) : ICommand<Done>;

    internal sealed class RetireHandler(WorkspaceContext workspace) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<AssetGroup>(request.Id, cancellationToken) is not { } group)
                return Error.NotFound();
            if (request.Retire && await Uses.OfAsync(session, group.Id, cancellationToken, "group") is { Any: true } uses)
                return Error.Invalid("group.retire.used", null, uses.Words);
            group.Retired = request.Retire;
            session.Update(group, request.Seen, request.Retire ? "group.retire" : "group.restore");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Platform.Results.Done.Yes : Result<Done>.Failed(saved.Errors);
        }
    }
}

using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

[Access(Area.Assets)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    internal Answer Found { get; private set; } = null!;

    internal bool MayEdit => workspace.MayEdit(Area.Assets, Found.Asset.OwnerId, Found.Asset.CustodianId);

    internal bool MayAdd => workspace.May(Area.Assets, Verb.Edit);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } found)
            return NotFound();
        Found = found;
        return Page();
    }

    public Task<IActionResult> OnPostConfirmAsync(ConfirmCommand input, CancellationToken cancellationToken) => SendAsync(input, input.Id, "asset.confirmed", cancellationToken);

    public Task<IActionResult> OnPostRestoreAsync(RestoreCommand input, CancellationToken cancellationToken) => SendAsync(input, input.Id, "asset.restored", cancellationToken);

    private async Task<IActionResult> SendAsync(ICommand<Done> command, string? id, string flash, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(command, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("risks/assets/detail", ("id", id)), flash);
        if (await mediator.Send(new Query(id), cancellationToken) is not { } found)
            return NotFound();
        Found = found;
        return this.Refused(result, prefix: "");
    }

    internal sealed record Query(string? Id) : IQuery<Answer?>;

    /// <param name="People">Names of everybody.</param>
    /// <param name="Supports">What it supports directly.</param>
    /// <param name="SupportedBy">What it rests on (the first 50).</param>
    /// <param name="Passed">Greatest value of all that it supports.</param>
    /// <param name="Unlike">Whether its values differ from those of its group.</param>
    internal sealed record Answer(Asset Asset, AssetGroup? Group, IReadOnlyDictionary<string, PersonSummary> People, IReadOnlyList<Asset> Supports, Page<Asset> SupportedBy, RiskLinks Risks, PassedValue? Passed, bool Unlike, ValuationScale Scale)
    {
        public string? Name(string? personId) => personId is not null && People.TryGetValue(personId, out var person) ? person.Name : null;
    }

    internal sealed class Handler(WorkspaceContext workspace, IPeople people, RiskLinkReader risks) : IQueryHandler<Query, Answer?>
    {
        public async Task<Answer?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return null;
            var group = await session.FindAsync<AssetGroup>(asset.GroupId, cancellationToken);
            var above = await Dependencies.AboveAsync(session, asset.SupportsIds, cancellationToken);
            string[] named = group is null ? [asset.Id] : [asset.Id, group.Id];
            return new(
                asset,
                group,
                (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id),
                [.. above.Where(a => asset.SupportsIds.Contains(a.Id)).OrderBy(a => a.Reference, StringComparer.Ordinal)],
                await session.QueryAsync<Asset>(Platform.Store.Query.All.Where("supports", asset.Id).OrderBy("ref"), cancellationToken),
                await risks.ReadAsync(session, Platform.Store.Query.All.WhereIn("assets", named), cancellationToken),
                Dependencies.Greatest(above),
                group is not null && !(await Likeness.OfAsync(session, group, cancellationToken)).Fits(asset.Valuation),
                await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default());
        }
    }

    /// <summary>"Still right": the owner or custodian looked at it.</summary>
    [Requires(Area.Assets, Verb.Edit)]
    [Requires(Area.Assets, Verb.OwnRows)]
    public sealed record ConfirmCommand(string? Id, long Seen) : ICommand<Done>;

    internal sealed class ConfirmHandler(WorkspaceContext workspace, AssetFacts facts) : ICommandHandler<ConfirmCommand, Done>
    {
        public async Task<Result<Done>> Handle(ConfirmCommand request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return Error.NotFound();
            if (!facts.MayEdit(asset))
                return Error.Forbidden();
            if (asset.State == AssetState.Retired)
                return Error.Invalid("asset.retired.locked");
            asset.LastConfirmedOn = workspace.Today;
            asset.LastConfirmedById = workspace.PersonId;
            session.Update(asset, request.Seen, "asset.confirm");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Platform.Results.Done.Yes : Result<Done>.Failed(saved.Errors);
        }
    }

    /// <summary>Takes a retired asset back into use.</summary>
    [Requires(Area.Assets, Verb.Edit)]
    public sealed record RestoreCommand(string? Id, long Seen, bool UnlikeAccepted = false) : ICommand<Done>;

    internal sealed class RestoreHandler(WorkspaceContext workspace) : ICommandHandler<RestoreCommand, Done>
    {
        public async Task<Result<Done>> Handle(RestoreCommand request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return Error.NotFound();
            if (asset.State != AssetState.Retired)
                return Platform.Results.Done.Yes;
            if (await session.FindAsync<AssetGroup>(asset.GroupId, cancellationToken) is { Retired: false } group && await AssetFacts.GroupAsync(session, group.Id, [(asset, null)], request.UnlikeAccepted, nameof(asset.GroupId), cancellationToken) is { Count: > 0 } unlike)
                return unlike;
            asset.State = AssetState.InUse;
            session.Update(asset, request.Seen, "asset.restore");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Platform.Results.Done.Yes : Result<Done>.Failed(saved.Errors);
        }
    }
}

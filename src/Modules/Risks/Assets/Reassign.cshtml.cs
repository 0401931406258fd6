using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Groups;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

/// <summary>Gives chosen assets, or everything of somebody who leaves, to another owner or custodian.</summary>
[Access(Area.Assets, Verb.Edit)]
public sealed class ReassignModel(IMediator mediator, WorkspaceContext workspace, IPeople people) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<Asset> Assets { get; private set; } = [];

    internal IReadOnlyList<AssetGroup> Groups { get; private set; } = [];

    internal PersonSummary? From { get; private set; }

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    /// <param name="ids">Chosen assets.</param>
    /// <param name="from">Or: everything of this person.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync([FromQuery] List<string> ids, string? from, CancellationToken cancellationToken)
    {
        Input.Ids = [.. ids.Take(MoveModel.Command.Most)];
        Input.FromId = from;
        return await ShowAsync(cancellationToken) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var given = await mediator.Send(Input, cancellationToken);
        if (given.Succeeded)
            return this.Done(workspace.Url("risks/assets", (Input.Role == "custodian" ? "f.custodian" : "f.owner", Input.ToId)), "asset.reassigned", given.Value);
        return await ShowAsync(cancellationToken) ? this.Refused(given) : NotFound();
    }

    private async Task<bool> ShowAsync(CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        People = [.. (await people.AllAsync(withLeavers: false, cancellationToken)).Where(p => p.Id != Input.FromId).Select(p => new Choice(p.Id, p.Name))];
        if (Input.FromId is { Length: > 0 } from)
        {
            From = await people.FindAsync(from, cancellationToken);
            var held = await session.QueryAsync<Asset>(Query.All.Where("owner", from).WhereNot("state", AssetState.Retired).OrderBy("ref").Take(1000), cancellationToken);
            var kept = await session.QueryAsync<Asset>(Query.All.Where("custodian", from).WhereNot("state", AssetState.Retired).OrderBy("ref").Take(1000), cancellationToken);
            Assets = [.. held.Items.Concat(kept.Items).DistinctBy(a => a.Id)];
            Groups = (await session.QueryAsync<AssetGroup>(Query.All.Where("owner", from).OrderBy("ref").Take(1000), cancellationToken)).Items;
            return From is not null;
        }

        var found = await session.FindManyAsync<Asset>(Input.Ids, cancellationToken);
        Assets = [.. Input.Ids.Where(found.ContainsKey).Select(i => found[i])];
        return Assets.Count == Input.Ids.Count;
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public List<string> Ids { get; set; } = [];

        /// <summary>Everything that this person owns or keeps, instead of <see cref="Ids"/>.</summary>
        public string? FromId { get; set; }

        public string? ToId { get; set; }

        /// <summary><c>owner</c> or <c>custodian</c>; for a leaver both roles are handed over.</summary>
        public string? Role { get; set; } = "owner";

        public string? Reason { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Ids).NotEmpty().When(c => string.IsNullOrEmpty(c.FromId)).WithMessage("asset.bulk.none").Must(i => i.Count <= MoveModel.Command.Most).WithMessage("asset.bulk.many");
            RuleFor(c => c.ToId).NotEmpty().WithMessage("asset.reassign.to.required").NotEqual(c => c.FromId).WithMessage("asset.reassign.same");
            RuleFor(c => c.Role).Must(r => r is "owner" or "custodian").WithMessage("asset.reassign.role");
            RuleFor(c => c.Reason).MaximumLength(2000).WithMessage("asset.long");
        }
    }

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await people.FindAsync(request.ToId, cancellationToken) is not { HasLeft: false })
                return Error.Invalid("asset.person.unknown", nameof(request.ToId));
            var session = workspace.OpenSession();
            var count = string.IsNullOrEmpty(request.FromId) ? await ChosenAsync(session, request, cancellationToken) : await LeaverAsync(session, request, cancellationToken);
            if (!count.Succeeded)
                return count;
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? count.Value : Result<int>.Failed(saved.Errors);
        }

        private static async Task<Result<int>> ChosenAsync(IDocumentSession session, Command request, CancellationToken cancellationToken)
        {
            var assets = await session.FindManyAsync<Asset>(request.Ids, cancellationToken);
            if (request.Ids.Exists(i => !assets.ContainsKey(i)))
                return Error.NotFound();
            foreach (var asset in assets.Values)
            {
                if (request.Role == "owner")
                    asset.OwnerId = request.ToId;
                else
                    asset.CustodianId = request.ToId;
                session.Update(asset, asset.Version, "asset.reassign", AssetFacts.Clean(request.Reason));
            }

            return assets.Count;
        }

        private async Task<Result<int>> LeaverAsync(IDocumentSession session, Command request, CancellationToken cancellationToken)
        {
            if (await people.FindAsync(request.FromId, cancellationToken) is null)
                return Error.NotFound();
            Dictionary<string, Asset> assets = [];
            foreach (var field in new[] { "owner", "custodian" })
            {
                await foreach (var asset in session.StreamAsync<Asset>(Query.All.Where(field, request.FromId), cancellationToken))
                    assets.TryAdd(asset.Id, asset);
            }

            foreach (var asset in assets.Values)
            {
                asset.OwnerId = asset.OwnerId == request.FromId ? request.ToId : asset.OwnerId;
                asset.CustodianId = asset.CustodianId == request.FromId ? request.ToId : asset.CustodianId;
                session.Update(asset, asset.Version, "asset.reassign", AssetFacts.Clean(request.Reason));
            }

            var groups = 0;
            await foreach (var group in session.StreamAsync<AssetGroup>(Query.All.Where("owner", request.FromId), cancellationToken))
            {
                group.OwnerId = request.ToId;
                session.Update(group, group.Version, "group.reassign", AssetFacts.Clean(request.Reason));
                groups++;
            }

            return assets.Count + groups;
        }
    }
}

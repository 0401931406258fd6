using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

/// <summary>Gives chosen assets to another owner or custodian.</summary>
[Access(Area.Assets, Verb.Edit)]
public sealed class ReassignModel(IMediator mediator, WorkspaceContext workspace, IPeople people) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<Asset> Assets { get; private set; } = [];

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromQuery] List<string> ids, CancellationToken cancellationToken)
    {
        Input.Ids = [.. ids.Take(MoveModel.Command.Most)];
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
        People = [.. (await people.AllAsync(withLeavers: false, cancellationToken)).Select(p => new Choice(p.Id, p.Name))];
        var found = await session.FindManyAsync<Asset>(Input.Ids, cancellationToken);
        Assets = [.. Input.Ids.Where(found.ContainsKey).Select(i => found[i])];
        return Assets.Count == Input.Ids.Count;
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public List<string> Ids { get; set; } = [];

        public string? ToId { get; set; }

        /// <summary><c>owner</c> or <c>custodian</c>.</summary>
        public string? Role { get; set; } = "owner";

        public string? Reason { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Ids).NotEmpty().WithMessage("asset.bulk.none").Must(i => i.Count <= MoveModel.Command.Most).WithMessage("asset.bulk.many");
            RuleFor(c => c.ToId).NotEmpty().WithMessage("asset.reassign.to.required");
            RuleFor(c => c.Role).Must(r => r is "owner" or "custodian").WithMessage("asset.reassign.role");
            RuleFor(c => c.Reason).MaximumLength(2000).WithMessage("asset.long");
        }
    }

    internal sealed class Handler(WorkspaceContext workspace, IPeople people) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await people.FindAsync(request.ToId, cancellationToken) is not { HasLeft: false })
                return Error.Invalid("risk.person.unknown", nameof(request.ToId));
            var session = workspace.OpenSession();
            var assets = await session.FindManyAsync<Asset>(request.Ids, cancellationToken);
            if (request.Ids.Exists(i => !assets.ContainsKey(i)))
                return Error.NotFound();
            if (assets.Values.Any(a => a.State == AssetState.Retired))
                return Error.Invalid("asset.retired.locked");
            foreach (var asset in assets.Values)
            {
                if (request.Role == "owner")
                    asset.OwnerId = request.ToId;
                else
                    asset.CustodianId = request.ToId;
                session.Update(asset, asset.Version, "asset.reassign", AssetFacts.Clean(request.Reason));
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? assets.Count : Result<int>.Failed(saved.Errors);
        }
    }
}

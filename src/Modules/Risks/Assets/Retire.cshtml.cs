using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

[Access(Area.Assets, Verb.Edit)]
public sealed class RetireModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Asset Asset { get; private set; } = null!;

    internal Uses Uses { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
            return NotFound();
        Input.Id = Asset.Id;
        Input.Seen = Asset.Version;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var retired = await mediator.Send(Input, cancellationToken);
        if (retired.Succeeded)
            return this.Done(workspace.Url("risks/assets/detail", ("id", Input.Id)), "asset.retired");
        return await ShowAsync(Input.Id, cancellationToken) ? this.Refused(retired) : NotFound();
    }

    private async Task<bool> ShowAsync(string? id, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        if (await session.FindAsync<Asset>(id, cancellationToken) is not { } asset)
            return false;
        Asset = asset;
        Uses = await Uses.OfAsync(session, asset.Id, cancellationToken);
        return true;
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; set; }

        public long Seen { get; set; }

        public string? Reason { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Reason).NotEmpty().WithMessage("asset.retire.reason.required").MaximumLength(2000).WithMessage("asset.long");
    }

    internal sealed class Handler(WorkspaceContext workspace) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return Error.NotFound();
            if (asset.State == AssetState.Retired)
                return Platform.Results.Done.Yes;
            var uses = await Uses.OfAsync(session, asset.Id, cancellationToken);
            if (uses.Any)
                return Error.Invalid("asset.retire.used", null, uses.Words);
            asset.State = AssetState.Retired;
            session.Update(asset, request.Seen, "asset.retire", request.Reason!.Trim());
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Platform.Results.Done.Yes : Result<Done>.Failed(saved.Errors);
        }
    }
}

/// <summary>Where an asset or a group is still needed.</summary>
/// <param name="Risks">Risks on it that are worked on and were not dismissed; a past assessment is a record.</param>
/// <param name="Assets">Assets that support it, or members of the group.</param>
internal sealed record Uses(IReadOnlyList<Risk> Risks, IReadOnlyList<Asset> Assets)
{
    public bool Any => Risks.Count + Assets.Count > 0;

    public string Words => string.Join(", ", Risks.Select(r => r.Reference).Concat(Assets.Select(a => a.Reference)).Take(10));

    /// <param name="session">Session.</param>
    /// <param name="id">Asset or group.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <param name="field">Field by which other assets point at it.</param>
    public static async Task<Uses> OfAsync(IDocumentSession session, string id, CancellationToken cancellationToken, string field = "supports") => new(
        (await session.QueryAsync<Risk>((await StillOpen.RisksAsync(session, cancellationToken)).Where("assets", id).WhereNot("state", RiskState.Dismissed).OrderBy("ref").Take(100), cancellationToken)).Items,
        (await session.QueryAsync<Asset>(Query.All.Where(field, id).WhereNot("state", AssetState.Retired).OrderBy("ref").Take(100), cancellationToken)).Items);
}

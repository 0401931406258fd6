using FluentValidation;
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

[Access(Area.Assets, Verb.Edit)]
public sealed class MoveModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<Asset> Assets { get; private set; } = [];

    internal IReadOnlyList<Choice> Groups { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromQuery] List<string> ids, CancellationToken cancellationToken)
    {
        Input.Ids = [.. ids.Take(Command.Most)];
        return await ShowAsync(cancellationToken) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(Input, cancellationToken);
        if (moved.Succeeded)
            return this.Done(workspace.Url("risks/groups/detail", ("id", Input.GroupId)), "asset.moved", moved.Value);
        return await ShowAsync(cancellationToken) ? this.Refused(moved) : NotFound();
    }

    private async Task<bool> ShowAsync(CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        var found = await session.FindManyAsync<Asset>(Input.Ids, cancellationToken);
        Assets = [.. Input.Ids.Where(found.ContainsKey).Select(i => found[i])];
        Groups = (await mediator.Send(new AssetChoices.Query(), cancellationToken)).Groups;
        return Assets.Count == Input.Ids.Count;
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        internal const int Most = 500;

        public List<string> Ids { get; set; } = [];

        public string? GroupId { get; set; }

        /// <summary>Move those too whose values differ from the group's.</summary>
        public bool UnlikeAccepted { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Ids).NotEmpty().WithMessage("asset.bulk.none").Must(i => i.Count <= Command.Most).WithMessage("asset.bulk.many");
            RuleFor(c => c.GroupId).NotEmpty().WithMessage("asset.move.group.required");
        }
    }

    internal sealed class Handler(WorkspaceContext workspace) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var assets = await session.FindManyAsync<Asset>(request.Ids, cancellationToken);
            if (request.Ids.Exists(i => !assets.ContainsKey(i)))
                return Error.NotFound();
            if (assets.Values.Any(a => a.State == AssetState.Retired))
                return Error.Invalid("asset.retired.locked");
            var errors = await AssetFacts.GroupAsync(session, request.GroupId!, [.. assets.Values.Select(a => (a, (Asset?)a))], request.UnlikeAccepted, nameof(request.GroupId), cancellationToken);
            if (errors.Count > 0)
                return errors;

            var moving = assets.Values.Where(a => a.GroupId != request.GroupId).ToList();
            foreach (var asset in moving)
            {
                asset.GroupId = request.GroupId;
                session.Update(asset, asset.Version, "asset.move");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? moving.Count : Result<int>.Failed(saved.Errors);
        }
    }
}

using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Groups;

/// <summary>Values a group; assets that have no value yet, or took it from the group before, take the new one.</summary>
[Access(Area.Assets, Verb.Edit)]
public sealed class ValueModel(IMediator mediator, WorkspaceContext workspace, IPeople people) : PageModel, IValueForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal AssetGroup Group { get; private set; } = null!;

    internal ValuationScale Scale { get; private set; } = null!;

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    Assets.ValueModel.Fields IValueForm.Input => Input;

    ValuationScale IValueForm.Scale => Scale;

    IReadOnlyList<Choice> IValueForm.People => People;

    string IValueForm.Back => workspace.Url("risks/groups/detail", ("id", Group.Id));

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (!await ShowAsync(id, cancellationToken))
            return NotFound();
        Input.Show(Group.Valuation);
        Input.Id = Group.Id;
        Input.Seen = Group.Version;
        Input.On ??= workspace.Today;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var valued = await mediator.Send(Input, cancellationToken);
        if (valued.Succeeded)
            return this.Done(workspace.Url("risks/groups/detail", ("id", Input.Id)), "group.valued", valued.Value);
        if (!await ShowAsync(Input.Id, cancellationToken))
            return NotFound();
        return this.Refused(valued, "~/Pages/Risks/Assets/_ValueForm.cshtml");
    }

    private async Task<bool> ShowAsync(string? id, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        if (await session.FindAsync<AssetGroup>(id, cancellationToken) is not { Retired: false } group)
            return false;
        Group = group;
        Scale = await session.FindAsync<ValuationScale>(ValuationScale.TheId, cancellationToken) ?? ValuationScale.Default();
        People = new PersonBook(await people.AllAsync(withLeavers: true, cancellationToken)).Choices([.. Input.Participants.Select(p => p.PersonId), .. Group.Valuation?.Participants.Select(p => p.PersonId) ?? []]);
        return true;
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : Assets.ValueModel.Fields, ICommand<int>;

    internal sealed class Validator : ValueValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, IPeople people, IWords words) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<AssetGroup>(request.Id, cancellationToken) is not { Retired: false } group)
                return Error.NotFound();
            var value = await Assets.ValueModel.CheckAsync(session, request with { InheritedFromId = null }, null, people, cancellationToken);
            if (!value.Succeeded)
                return Result<int>.Failed(value.Errors);
            var norm = (await Likeness.OfAsync(session, group, cancellationToken)).Norm;
            List<Asset> apart = [];
            group.Valuation = value.Value;
            session.Update(group, request.Seen, "group.value");
            var inheriting = 0;
            await foreach (var asset in session.StreamAsync<Asset>(Query.All.Where("group", group.Id).WhereNot("state", AssetState.Retired), cancellationToken))
            {
                if (asset.Valuation is { } own && (own.Basis != ValuationBasis.Inherited || own.InheritedFromId != group.Id))
                {
                    if (own.IsComplete && AssetFacts.Short(own) == norm && norm != AssetFacts.Short(value.Value))
                        apart.Add(asset);
                    continue;
                }

                var reason = words["value.from", group.Name];
                asset.Valuation = new()
                {
                    C = new(value.Value.C!.Tier, reason),
                    I = new(value.Value.I!.Tier, reason),
                    A = new(value.Value.A!.Tier, reason),
                    On = value.Value.On,
                    Participants = value.Value.Participants,
                    ScaleVersion = value.Value.ScaleVersion,
                    Basis = ValuationBasis.Inherited,
                    InheritedFromId = group.Id,
                };
                session.Update(asset, asset.Version, "asset.value", group.Reference);
                inheriting++;
            }

            // Those that stood apart before are not asked about again.
            if (apart.Count > 0 && !request.UnlikeAccepted)
                return AssetFacts.Unlike(group.Name, apart, nameof(request.UnlikeAccepted));
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? inheriting : Result<int>.Failed(saved.Errors);
        }
    }
}

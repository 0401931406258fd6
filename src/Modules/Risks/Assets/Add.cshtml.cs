using System.Globalization;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

[Access(Area.Assets, Verb.Edit)]
public sealed class AddModel(IMediator mediator, WorkspaceContext workspace, IWords words) : PageModel, IAssetForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal AssetChoices Choices { get; private set; } = AssetChoices.None;

    internal string Back => workspace.Url(Input.FromId is null ? "risks/assets" : "risks/assets/detail", ("id", Input.FromId));

    Fields IAssetForm.Input => Input;

    AssetChoices IAssetForm.Choices => Choices;

    string IAssetForm.Back => Back;

    /// <param name="from">Asset to duplicate.</param>
    /// <param name="group">Group to start in.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync(string? from, string? group, CancellationToken cancellationToken)
    {
        Input.GroupId = group;
        if (from is not null)
        {
            if (await workspace.OpenSession().FindAsync<Asset>(from, cancellationToken) is not { } original)
                return NotFound();
            Input.Show(original);
            Input.Id = Document.NewId();
            Input.FromId = from;
            Input.Name = words["asset.copyof", original.Name];
            // These belong to one thing only.
            Input.Identifier = Input.SourceKey = null;
            Input.State = EnumChoice.Value(original.State == AssetState.Retired ? AssetState.InUse : original.State);
        }

        await OfferAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var added = await mediator.Send(Input, cancellationToken);
        if (added.Succeeded)
            return this.Done(workspace.Url("risks/assets/detail", ("id", added.Value)), "asset.added", Input.Name);
        await OfferAsync(cancellationToken);
        return this.Refused(added, "_Form");
    }

    private async Task OfferAsync(CancellationToken cancellationToken) => Choices = await mediator.Send(new AssetChoices.Query(Input.OwnerId, Input.CustodianId), cancellationToken);

    /// <summary>What people type about an asset.</summary>
    public abstract record Fields
    {
        public string? Id { get; set; } = Document.NewId();

        public string? Name { get; set; }

        public string? Description { get; set; }

        public string? Type { get; set; }

        public string? Kind { get; set; } = "supporting";

        public List<string> SupportsIds { get; set; } = [];

        public string? SupportsRefs { get; set; }

        public string? GroupId { get; set; }

        public bool UnlikeAccepted { get; set; }

        public int? Units { get; set; } = 1;

        public string? OwnerId { get; set; }

        public string? CustodianId { get; set; }

        public string? Users { get; set; }

        public string? Site { get; set; }

        public string? Place { get; set; }

        public string? Classification { get; set; }

        public string? PersonalData { get; set; }

        public bool InScope { get; set; } = true;

        public string? ScopeReason { get; set; }

        public string? Supplier { get; set; }

        public string? Contract { get; set; }

        public string? Identifier { get; set; }

        public string? IdentifierMissingBecause { get; set; }

        public DateOnly? IdentifierNextChance { get; set; }

        public string? SourceSystem { get; set; }

        public string? SourceKey { get; set; }

        public string? State { get; set; } = "inUse";

        /// <summary>Fills the form from a record.</summary>
        internal void Show(Asset asset)
        {
            Id = asset.Id;
            Name = asset.Name;
            Description = asset.Description;
            Type = EnumChoice.Value(asset.Type);
            Kind = EnumChoice.Value(asset.Kind);
            SupportsIds = [.. asset.SupportsIds];
            GroupId = asset.GroupId;
            Units = asset.Units;
            OwnerId = asset.OwnerId;
            CustodianId = asset.CustodianId;
            Users = asset.Users;
            Site = asset.Site;
            Place = asset.Place;
            Classification = asset.Classification is { } c ? EnumChoice.Value(c) : null;
            PersonalData = asset.PersonalData switch { true => "yes", false => "no", _ => null };
            InScope = asset.InScope;
            ScopeReason = asset.ScopeReason;
            Supplier = asset.Supplier;
            Contract = asset.Contract;
            Identifier = asset.Identifier;
            IdentifierMissingBecause = asset.IdentifierMissingBecause;
            IdentifierNextChance = asset.IdentifierNextChance;
            SourceSystem = asset.SourceSystem;
            SourceKey = asset.SourceKey;
            State = EnumChoice.Value(asset.State);
        }

        /// <summary>Writes the form into a record; shape and facts were checked.</summary>
        internal void Fill(Asset asset, IEnumerable<string> supports)
        {
            asset.Name = Name!.Trim();
            asset.Description = AssetFacts.Clean(Description);
            asset.Type = EnumChoice.Parse<AssetType>(Type) ?? asset.Type;
            asset.Kind = EnumChoice.Parse<AssetKind>(Kind) ?? asset.Kind;
            asset.SupportsIds = [.. supports];
            asset.GroupId = AssetFacts.Clean(GroupId);
            asset.Units = Units ?? asset.Units;
            asset.OwnerId = AssetFacts.Clean(OwnerId);
            asset.CustodianId = AssetFacts.Clean(CustodianId);
            asset.Users = AssetFacts.Clean(Users);
            asset.Site = AssetFacts.Clean(Site);
            asset.Place = AssetFacts.Clean(Place);
            asset.Classification = EnumChoice.Parse<Classification>(Classification);
            asset.PersonalData = PersonalData switch { "yes" => true, "no" => false, _ => null };
            asset.InScope = InScope;
            asset.ScopeReason = AssetFacts.Clean(ScopeReason);
            asset.Supplier = AssetFacts.Clean(Supplier);
            asset.Contract = AssetFacts.Clean(Contract);
            asset.Identifier = AssetFacts.Clean(Identifier);
            asset.IdentifierMissingBecause = AssetFacts.Clean(IdentifierMissingBecause);
            asset.IdentifierNextChance = IdentifierNextChance;
            asset.SourceSystem = AssetFacts.Clean(SourceSystem);
            asset.SourceKey = AssetFacts.Clean(SourceKey);
            asset.State = EnumChoice.Parse<AssetState>(State) ?? asset.State;
        }
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : Fields, ICommand<string>
    {
        /// <summary>The asset that is duplicated; its values are taken along.</summary>
        public string? FromId { get; set; }
    }

    internal sealed class Validator : AssetFieldsValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, AssetFacts facts) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var original = request.FromId is null ? null : await session.FindAsync<Asset>(request.FromId, cancellationToken);
            if (request.FromId is not null && original is null)
                return Error.NotFound();
            // A double click: the first one added it.
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is { } added)
                return added.Id;
            var (errors, supports) = await facts.CheckAsync(session, request, null, cancellationToken, original?.Valuation);
            if (errors.Count > 0)
                return errors;

            var asset = new Asset { Id = request.Id!, Name = request.Name!, AddedOn = workspace.Today, Valuation = original?.Valuation };
            request.Fill(asset, supports);
            session.Next("ASSET", n => asset.Reference = n.ToString("'ASSET-'0000", CultureInfo.InvariantCulture));
            session.Add(asset, "asset.add", original is null ? null : original.Reference);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? asset.Id : Result<string>.Failed(saved.Errors);
        }
    }
}

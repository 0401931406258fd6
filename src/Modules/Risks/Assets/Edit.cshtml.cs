using System.Text.Json;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets;

[Access(Area.Assets)]
public sealed class EditModel(IMediator mediator, WorkspaceContext workspace) : PageModel, IAssetForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal AssetChoices Choices { get; private set; } = AssetChoices.None;

    internal string Reference { get; private set; } = "";

    /// <summary>In a conflict: the record as it would be, beside <see cref="Stored"/>.</summary>
    internal Asset? Typed { get; private set; }

    internal Asset? Stored { get; private set; }

    AddModel.Fields IAssetForm.Input => Input;

    AssetChoices IAssetForm.Choices => Choices;

    string IAssetForm.Back => workspace.Url("risks/assets/detail", ("id", Input.Id));

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (await workspace.OpenSession().FindAsync<Asset>(id, cancellationToken) is not { } asset)
            return NotFound();
        if (asset.State == AssetState.Retired || !workspace.MayEdit(Area.Assets, asset.OwnerId, asset.CustodianId))
            return StatusCode(StatusCodes.Status403Forbidden);
        Input.Show(asset);
        Input.Seen = asset.Version;
        await OfferAsync(asset, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var edited = await mediator.Send(Input, cancellationToken);
        if (edited.Succeeded)
            return this.Done(workspace.Url("risks/assets/detail", ("id", Input.Id)), "asset.saved");
        if (edited.Errors.Any(e => e.Kind == ErrorKind.NotFound && e.Field is null))
            return NotFound();
        var stored = await workspace.OpenSession().FindAsync<Asset>(Input.Id, cancellationToken);
        await OfferAsync(stored, cancellationToken);
        if (stored is not null && edited.Errors.Any(e => e.Kind == ErrorKind.Conflict))
            (Stored, Typed) = (stored, Copy(stored, Input));
        return this.Refused(edited, "_Form");
    }

    private static Asset Copy(Asset stored, Command input)
    {
        var copy = JsonSerializer.Deserialize<Asset>(JsonSerializer.SerializeToUtf8Bytes(stored, StoreJson.Options), StoreJson.Options)!;
        input.Fill(copy, input.SupportsIds);
        // Compared as text: a valuation is not part of this form.
        copy.Valuation = stored.Valuation;
        return copy;
    }

    private async Task OfferAsync(Asset? asset, CancellationToken cancellationToken)
    {
        Reference = asset?.Reference ?? "";
        Choices = await mediator.Send(new AssetChoices.Query(asset?.OwnerId, asset?.CustodianId), cancellationToken);
        // What it supports beside primary assets is shown by reference.
        var others = await workspace.OpenSession().FindManyAsync<Asset>(Input.SupportsIds.Where(i => !Choices.Primary.Any(c => c.Value == i)), cancellationToken);
        if (others.Count > 0)
            Choices = Choices with { Primary = [.. Choices.Primary, .. others.Values.Select(a => new Choice(a.Id, $"{a.Reference} {a.Name}"))] };
    }

    [Requires(Area.Assets, Verb.Edit)]
    [Requires(Area.Assets, Verb.OwnRows)]
    public sealed record Command : AddModel.Fields, ICommand<string>
    {
        /// <summary>Version that the user saw.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Validator : AssetFieldsValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, AssetFacts facts) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Asset>(request.Id, cancellationToken) is not { } asset)
                return Error.NotFound();
            if (!facts.MayEdit(asset))
                return Error.Forbidden();
            if (asset.State == AssetState.Retired)
                return Error.Invalid("asset.retired.locked");
            var (errors, supports) = await facts.CheckAsync(session, request, asset, cancellationToken);
            if (errors.Count > 0)
                return errors;

            request.Fill(asset, supports);
            session.Update(asset, request.Seen, "asset.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? asset.Id : Result<string>.Failed(saved.Errors);
        }
    }
}

using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Groups;

[Access(Area.Assets, Verb.Edit)]
public sealed class EditModel(IMediator mediator, WorkspaceContext workspace, IPeople people) : PageModel, IGroupForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal string Reference { get; private set; } = "";

    internal AssetGroup? Typed { get; private set; }

    internal AssetGroup? Stored { get; private set; }

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    AddModel.Fields IGroupForm.Input => Input;

    IReadOnlyList<Choice> IGroupForm.People => People;

    string IGroupForm.Back => workspace.Url("risks/groups/detail", ("id", Input.Id));

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken cancellationToken)
    {
        if (await workspace.OpenSession().FindAsync<AssetGroup>(id, cancellationToken) is not { } group)
            return NotFound();
        Input.Show(group);
        Input.Seen = group.Version;
        await OfferAsync(group, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var edited = await mediator.Send(Input, cancellationToken);
        if (edited.Succeeded)
            return this.Done(workspace.Url("risks/groups/detail", ("id", Input.Id)), "group.saved");
        if (await workspace.OpenSession().FindAsync<AssetGroup>(Input.Id, cancellationToken) is not { } stored)
            return NotFound();
        if (edited.Errors.Any(e => e.Kind == ErrorKind.Conflict))
        {
            Stored = stored;
            Typed = new() { Id = stored.Id, Name = stored.Name, Reference = stored.Reference, Valuation = stored.Valuation, Retired = stored.Retired };
            Input.Fill(Typed);
        }

        await OfferAsync(stored, cancellationToken);
        return this.Refused(edited, "_Form");
    }

    private async Task OfferAsync(AssetGroup group, CancellationToken cancellationToken)
    {
        Reference = group.Reference;
        People = [.. (await people.AllAsync(withLeavers: true, cancellationToken)).Where(p => !p.HasLeft || p.Id == group.OwnerId).Select(p => new Choice(p.Id, p.Name))];
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : AddModel.Fields, ICommand<string>
    {
        /// <summary>Version that the user saw.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Validator : GroupValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, Persons persons) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<AssetGroup>(request.Id, cancellationToken) is not { } group)
                return Error.NotFound();
            var errors = await AddModel.CheckAsync(session, request, group, persons, cancellationToken);
            if (errors.Count > 0)
                return errors;
            request.Fill(group);
            session.Update(group, request.Seen, "group.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? group.Id : Result<string>.Failed(saved.Errors);
        }
    }
}

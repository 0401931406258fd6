using System.Globalization;
using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Groups;

/// <summary>What the form of a group shows; adding and editing share it.</summary>
internal interface IGroupForm
{
    AddModel.Fields Input { get; }

    IReadOnlyList<Choice> People { get; }

    string Back { get; }
}

[Access(Area.Assets, Verb.Edit)]
public sealed class AddModel(IMediator mediator, WorkspaceContext workspace, IPeople people) : PageModel, IGroupForm
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<Choice> People { get; private set; } = [];

    Fields IGroupForm.Input => Input;

    IReadOnlyList<Choice> IGroupForm.People => People;

    string IGroupForm.Back => workspace.Url("risks/groups");

    /// <param name="from">Group to duplicate.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync(string? from, CancellationToken cancellationToken)
    {
        if (from is not null)
        {
            if (await workspace.OpenSession().FindAsync<AssetGroup>(from, cancellationToken) is not { } original)
                return NotFound();
            Input.Show(original);
            Input.Id = Document.NewId();
            Input.Name += " (2)";
        }

        await OfferAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var added = await mediator.Send(Input, cancellationToken);
        if (added.Succeeded)
            return this.Done(workspace.Url("risks/groups/detail", ("id", added.Value)), "group.added", Input.Name);
        await OfferAsync(cancellationToken);
        return this.Refused(added, "_Form");
    }

    private async Task OfferAsync(CancellationToken cancellationToken) => People = [.. (await people.AllAsync(withLeavers: false, cancellationToken)).Select(p => new Choice(p.Id, p.Name))];

    /// <summary>What people type about a group.</summary>
    public abstract record Fields
    {
        public string? Id { get; set; } = Document.NewId();

        public string? Name { get; set; }

        public string? Type { get; set; }

        public string? Criteria { get; set; }

        public string? OwnerId { get; set; }

        internal void Show(AssetGroup group) => (Id, Name, Type, Criteria, OwnerId) = (group.Id, group.Name, EnumChoice.Value(group.Type), group.Criteria, group.OwnerId);

        internal void Fill(AssetGroup group)
        {
            group.Name = Name!.Trim();
            group.Type = EnumChoice.Parse<AssetType>(Type) ?? group.Type;
            group.Criteria = AssetFacts.Clean(Criteria);
            group.OwnerId = AssetFacts.Clean(OwnerId);
        }
    }

    [Requires(Area.Assets, Verb.Edit)]
    public sealed record Command : Fields, ICommand<string>;

    internal sealed class Validator : GroupValidator<Command>;

    internal sealed class Handler(WorkspaceContext workspace, Persons persons) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<AssetGroup>(request.Id, cancellationToken) is { } added)
                return added.Id;
            var errors = await CheckAsync(session, request, null, persons, cancellationToken);
            if (errors.Count > 0)
                return errors;
            var group = new AssetGroup { Id = request.Id!, Name = request.Name! };
            request.Fill(group);
            session.Next("GRP", n => group.Reference = n.ToString("'GRP-'00", CultureInfo.InvariantCulture));
            session.Add(group, "group.add");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? group.Id : Result<string>.Failed(saved.Errors);
        }
    }

    /// <summary>Facts of a group: its name is its own, its owner is of this workspace.</summary>
    internal static async Task<List<Error>> CheckAsync(IDocumentSession session, Fields input, AssetGroup? stored, Persons persons, CancellationToken cancellationToken)
    {
        List<Error> errors = (await persons.ReadAsync(cancellationToken)).Refusal(input.OwnerId, stored?.OwnerId, nameof(input.OwnerId)) is { } refusal ? [refusal] : [];
        if ((await session.QueryAsync<AssetGroup>(Query.All.Where("key", input.Name!.Trim().ToUpperInvariant()).Take(1), cancellationToken)).Items.Any(g => g.Id != input.Id))
            errors.Add(Error.Invalid("group.name.taken", nameof(input.Name)));
        return errors;
    }
}

/// <summary>Shape of what is typed about a group.</summary>
internal abstract class GroupValidator<T> : AbstractValidator<T>
    where T : AddModel.Fields
{
    protected GroupValidator()
    {
        RuleFor(c => c.Id).Must(Document.IsId).WithMessage("error.notfound");
        RuleFor(c => c.Name).NotEmpty().WithMessage("group.name.required").MaximumLength(200).WithMessage("asset.long");
        RuleFor(c => c.Type).Must(v => EnumChoice.Parse<AssetType>(v) is not null).WithMessage("asset.type.required");
        RuleFor(c => c.Criteria).NotEmpty().WithMessage("group.criteria.required").MaximumLength(2000).WithMessage("asset.long");
    }
}

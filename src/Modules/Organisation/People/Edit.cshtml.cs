using FluentValidation;
using IsmsModular.Organisation.Contracts;
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

namespace IsmsModular.Organisation.People;

/// <summary>Adds, changes or duplicates a person.</summary>
[Access(Area.People, Verb.Edit)]
public sealed class EditPage(IMediator mediator, IPeople people, IWords words, WorkspaceContext workspace) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Roles.</summary>
    public IReadOnlyList<Choice> RoleOptions => [.. Enum.GetValues<Role>().Select(r => new Choice(r.ToString(), words.Of(r)))];

    /// <summary>Others who may be deputy.</summary>
    public IReadOnlyList<Choice> PersonOptions { get; private set; } = [];

    /// <summary>Shows the form: empty, of a person (<paramref name="id"/>), or as a copy of one (<paramref name="from"/>).</summary>
    public async Task<IActionResult> OnGetAsync(string? id, string? from, CancellationToken cancellationToken)
    {
        if ((id ?? from) is { } known)
        {
            if (await mediator.Send(new DetailPage.Query(known), cancellationToken) is not { Person: var p })
                return NotFound();
            Input = new() { Name = p.Name, Unit = p.Unit, Email = id is null ? null : p.Email, Roles = [.. p.Roles], DeputyId = p.DeputyId, Note = p.Note };
            if (id is null)
                Input.Name = words["people.copyof", p.Name];
            else
                (Input.Id, Input.Seen) = (p.Id, p.Version);
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("organisation/people/detail", ("id", result.Value)), "people.saved", Input.Name!.Trim());
        await LoadAsync(cancellationToken);
        return this.Refused(result);
    }

    private async Task LoadAsync(CancellationToken cancellationToken) =>
        PersonOptions = [new("", words["people.deputy.none"]), .. (await people.AllAsync(cancellationToken: cancellationToken)).Where(p => p.Id != Input.Id).Select(p => new Choice(p.Id, p.Name, p.Unit))];

    /// <summary>A person as typed.</summary>
    [Requires(Area.People, Verb.Edit)]
    public sealed class Command : ICommand<string>
    {
        /// <summary>Id, new or known.</summary>
        public string Id { get; set; } = Document.NewId();

        /// <summary>Version seen; 0 for a new person.</summary>
        public long Seen { get; set; }

        /// <summary>Name or post.</summary>
        public string? Name { get; set; }

        /// <summary>Department or firm.</summary>
        public string? Unit { get; set; }

        /// <summary>E-mail.</summary>
        public string? Email { get; set; }

        /// <summary>ISMS roles.</summary>
        public List<Role> Roles { get; set; } = [];

        /// <summary>Deputy.</summary>
        public string? DeputyId { get; set; }

        /// <summary>Note.</summary>
        public string? Note { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Name).NotEmpty().WithMessage("validation.required").MaximumLength(120).WithMessage("validation.long");
            RuleFor(c => c.Unit).MaximumLength(120).WithMessage("validation.long");
            RuleFor(c => c.Email).EmailAddress().WithMessage("validation.email").MaximumLength(200).WithMessage("validation.long").When(c => !string.IsNullOrEmpty(c.Email));
            RuleForEach(c => c.Roles).IsInEnum().WithMessage("validation.value");
            RuleFor(c => c.Note).MaximumLength(4000).WithMessage("validation.long");
        }
    }

    internal sealed class Handler(WorkspaceContext workspace) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var known = await session.FindAsync<Person>(request.Id, cancellationToken);
            if (known is null && request.Seen > 0)
                return Error.NotFound();
            // A double click on "Save" of a new person: done already.
            if (known is not null && request.Seen == 0)
                return known.Id;
            var deputy = string.IsNullOrEmpty(request.DeputyId) ? null : request.DeputyId;
            if (deputy is not null && (deputy == request.Id || await session.FindAsync<Person>(deputy, cancellationToken) is null))
                return Error.Invalid("people.deputy.wrong", nameof(request.DeputyId));
            // A deputy decides in the other's place: nobody makes himself one.
            if (deputy is not null && deputy == workspace.PersonId && deputy != known?.DeputyId)
                return Error.Invalid("people.deputy.self", nameof(request.DeputyId));
            var same = (await session.QueryAsync<Person>(Query.All.Where("key", Person.Key(request.Name!)).Take(1), cancellationToken)).Items.FirstOrDefault();
            if (same is not null && same.Id != request.Id)
                return Error.Invalid("people.name.taken", nameof(request.Name), same.Reference);

            var person = known ?? new Person { Id = request.Id, Name = "" };
            (person.Name, person.Unit, person.Email, person.DeputyId, person.Note) = (request.Name!.Trim(), Clean(request.Unit), Clean(request.Email), deputy, Clean(request.Note));
            person.Roles = [.. request.Roles.Distinct().Order()];
            if (known is null)
            {
                session.Add(person, "person.add");
                session.Next("PERS", n => person.Reference = $"PERS-{n:0000}");
            }
            else
            {
                session.Update(person, request.Seen, "person.edit");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? person.Id : saved.Errors.ToList();
        }

        private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}

using FluentValidation;
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

namespace IsmsModular.Risks.Controls;

/// <summary>Say how a control is put into practice at one place.</summary>
[Access(Area.Controls)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, string? control, bool copy, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id, control, copy), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/controls/detail", ("id", Input.Id)), "control.saved");
        await ShowAsync(cancellationToken);
        return this.Refused(result);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        View = await mediator.Send(new Ask(Input), cancellationToken);
        return View.MayEdit ? Page() : StatusCode(403);
    }

    internal sealed record Open(string? Id, string? ControlKey, bool Copy) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            if (request.Id is null)
                return new() { ControlKey = request.ControlKey ?? "", OwnerId = ws.PersonId };
            return await ws.OpenSession().FindAsync<ControlImplementation>(request.Id, cancellationToken) is { } stored ? Command.From(stored, request.Copy) : null;
        }
    }

    internal sealed record Ask(Command Input) : IQuery<Model>;

    internal sealed record Model(ControlImplementation? Stored, IReadOnlyList<Choice> Controls, IReadOnlyList<Choice> People, PersonBook Persons, bool MayEdit);

    internal sealed class AskHandler(WorkspaceContext ws, ControlDirectory controls, Persons persons) : IQueryHandler<Ask, Model>
    {
        public async Task<Model> Handle(Ask request, CancellationToken cancellationToken)
        {
            var stored = await ws.OpenSession().FindAsync<ControlImplementation>(request.Input.Id, cancellationToken);
            var book = await persons.ReadAsync(cancellationToken);
            return new(stored, await controls.ChoicesAsync([request.Input.ControlKey], cancellationToken), book.Choices(request.Input.OwnerId, request.Input.OperatorId), book, stored is null ? ws.May(Area.Controls, Verb.Edit) : ws.MayEdit(Area.Controls, stored.OwnerId, stored.OperatorId));
        }
    }

    /// <summary>Saves an implementation.</summary>
    [Requires(Area.Controls, Verb.Edit), Requires(Area.Controls, Verb.OwnRows)]
    public sealed class Command : ICommand<string>
    {
        public string Id { get; set; } = Document.NewId();

        public long Seen { get; set; }

        public string ControlKey { get; set; } = "";

        public string Name { get; set; } = "";

        public string? Description { get; set; }

        public string? Site { get; set; }

        public string? OwnerId { get; set; }

        public string? OperatorId { get; set; }

        public ImplementationState State { get; set; }

        public DateOnly? PlannedOn { get; set; }

        public DateOnly? ActualOn { get; set; }

        public ControlKind? Kind { get; set; }

        public string? Documents { get; set; }

        public int? TestEveryDays { get; set; }

        public decimal? CostOnce { get; set; }

        public decimal? CostYearly { get; set; }

        public string? Supplier { get; set; }

        internal static Command From(ControlImplementation stored, bool copy) => new()
        {
            Id = copy ? Document.NewId() : stored.Id,
            Seen = copy ? 0 : stored.Version,
            ControlKey = stored.ControlKey,
            Name = stored.Name,
            Description = stored.Description,
            Site = copy ? null : stored.Site,
            OwnerId = stored.OwnerId,
            OperatorId = stored.OperatorId,
            State = copy ? ImplementationState.Planned : stored.State,
            PlannedOn = copy ? null : stored.PlannedOn,
            ActualOn = copy ? null : stored.ActualOn,
            Kind = stored.Kind,
            Documents = stored.Documents,
            TestEveryDays = stored.TestEveryDays,
            CostOnce = stored.CostOnce,
            CostYearly = stored.CostYearly,
            Supplier = stored.Supplier,
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.ControlKey).NotEmpty().WithMessage("control.controlkey.needed");
            RuleFor(c => c.Name).NotEmpty().WithMessage("control.name.needed").MaximumLength(200);
            RuleFor(c => c.Description).MaximumLength(8000);
            RuleFor(c => c.Site).MaximumLength(200);
            RuleFor(c => c.Documents).MaximumLength(2000);
            RuleFor(c => c.Supplier).MaximumLength(200);
            RuleFor(c => c.ActualOn).NotNull().When(c => c.State == ImplementationState.InPlace).WithMessage("control.actualon.needed");
            RuleFor(c => c.PlannedOn).NotNull().When(c => c.State == ImplementationState.Planned).WithMessage("control.plannedon.needed");
            RuleFor(c => c.TestEveryDays).InclusiveBetween(1, 3650);
            RuleFor(c => c.CostOnce).GreaterThanOrEqualTo(0).LessThan(1_000_000_000_000m);
            RuleFor(c => c.CostYearly).GreaterThanOrEqualTo(0).LessThan(1_000_000_000_000m);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, ControlDirectory controls, Persons persons) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var stored = await session.FindAsync<ControlImplementation>(request.Id, cancellationToken);
            if (stored is null && request.Seen > 0)
                return Error.NotFound();
            if (!(stored is null ? ws.May(Area.Controls, Verb.Edit) : ws.MayEdit(Area.Controls, stored.OwnerId, stored.OperatorId)))
                return Error.Forbidden("control.notyours");
            if (request.ControlKey != stored?.ControlKey && (await controls.UnknownAsync([request.ControlKey], cancellationToken)).Count > 0)
                return Error.Invalid("treatment.controls.unknown", nameof(request.ControlKey));
            var book = await persons.ReadAsync(cancellationToken);
            if ((book.Refusal(request.OwnerId, stored?.OwnerId, nameof(request.OwnerId)) ?? book.Refusal(request.OperatorId, stored?.OperatorId, nameof(request.OperatorId))) is { } refusal)
                return refusal;
            // Who may change own rows only may not say whose they are.
            if (stored is not null && !ws.May(Area.Controls, Verb.Edit))
            {
                if (request.OwnerId != stored.OwnerId)
                    return Error.Invalid("control.owner.notyours", nameof(request.OwnerId));
                if (request.OperatorId != stored.OperatorId)
                    return Error.Invalid("control.owner.notyours", nameof(request.OperatorId));
            }

            if (request.ActualOn > ws.Today)
                return Error.Invalid("control.actualon.future", nameof(request.ActualOn));

            var twice = SentTwice.Before(stored, request.Seen);
            var control = stored ?? new ControlImplementation { Id = request.Id, ControlKey = request.ControlKey, Name = request.Name };
            control.ControlKey = request.ControlKey;
            control.Name = request.Name.Trim();
            control.Description = request.Description;
            control.Site = request.Site;
            control.OwnerId = request.OwnerId;
            control.OperatorId = request.OperatorId;
            control.State = request.State;
            control.PlannedOn = request.PlannedOn;
            control.ActualOn = request.ActualOn;
            control.Kind = request.Kind;
            control.Documents = request.Documents;
            control.TestEveryDays = request.TestEveryDays;
            control.CostOnce = request.CostOnce;
            control.CostYearly = request.CostYearly;
            control.Supplier = request.Supplier;
            if (twice.Is(control))
                return control.Id;
            if (stored is null)
            {
                session.Next("IMPL", n => control.Reference = $"IMPL-{n:0000}");
                session.Add(control, "control.add");
            }
            else
            {
                session.Update(control, request.Seen, "control.edit");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? control.Id : (List<Error>)[.. saved.Errors];
        }
    }
}

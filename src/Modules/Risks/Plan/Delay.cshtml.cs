using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace IsmsModular.Risks.Plan;

/// <summary>Asks top management for a later date.</summary>
[Access(Area.Plan)]
public sealed class DelayModel(IMediator mediator, WorkspaceContext ws) : TaskPage(mediator, ws)
{
    [BindProperty]
    public Command Input { get; set; } = new();

    public Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) =>
        OpenAsync(id, t => Ws.MayEdit(Area.Plan, t.ResponsibleId, t.AccountableId), t => Input = new() { Id = t.Id, Seen = t.Version }, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await Mediator.Send(Input, cancellationToken), Input.Id, "plan.delayasked", cancellationToken);

    [Requires(Area.Plan, Verb.Edit), Requires(Area.Plan, Verb.OwnRows)]
    public sealed record Command : ICommand<string>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public DateOnly? NewDueOn { get; init; }

        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.NewDueOn).NotNull().WithMessage("plan.error.newdue");
            RuleFor(c => c.Reason).NotEmpty().WithMessage("plan.error.delayreason").MaximumLength(4000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, ApprovalDesk desk) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return Error.NotFound();
            if (!ws.MayEdit(Area.Plan, task.ResponsibleId, task.AccountableId))
                return Error.Forbidden();
            if (!task.IsOpen)
                return Error.Conflict("plan.error.closed", task);
            if (task.BaselineOn is null || task.DueOn is null)
                return Error.Invalid("plan.error.nobaseline");
            if (request.NewDueOn <= task.DueOn || request.NewDueOn < ws.Today)
                return Error.Invalid("plan.error.notlater", nameof(request.NewDueOn));

            var delay = new Delay(request.Reason!.Trim(), request.NewDueOn!.Value, DelayState.Asked, null, task.PlannedOn, task.Delay?.AgreedFor(task.DueOn) is { } agreed ? agreed with { Before = null } : null);
            var submitted = await desk.SubmitAsync(session, new(DelaySubject.TheKind, task.Id, null, task.Reference, task.Title, [DelaySubject.Section(task, delay)],
                [new Slot { Key = "management", Act = ApprovalAct.AgreeDelay, Role = Role.TopManagement, Why = "approvals.slot.delay", Area = Area.Plan, Verb = Verb.Approve, Count = 1 }], delay.Reason), cancellationToken);
            if (!submitted.Succeeded)
                return submitted.Errors.ToList();
            task.Delay = delay with { SubmissionId = submitted.Value.Id };
            session.Update(task, request.Seen, "task.delayasked", delay.Reason);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? submitted.Value.Id : saved.Errors.ToList();
        }
    }
}

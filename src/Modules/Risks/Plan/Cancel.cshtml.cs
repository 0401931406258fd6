using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace IsmsModular.Risks.Plan;

/// <summary>Takes a task out of the plan, with a reason.</summary>
[Access(Area.Plan, Verb.Edit)]
public sealed class CancelModel(IMediator mediator, WorkspaceContext ws) : TaskPage(mediator, ws)
{
    [BindProperty]
    public Command Input { get; set; } = new();

    public Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) =>
        OpenAsync(id, _ => true, t => Input = new() { Id = t.Id, Seen = t.Version }, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await Mediator.Send(Input, cancellationToken), Input.Id, "plan.cancelled", cancellationToken);

    [Requires(Area.Plan, Verb.Edit)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Reason).NotEmpty().WithMessage("plan.error.cancelreason").MaximumLength(4000);
    }

    internal sealed class Handler(WorkspaceContext ws, ApprovalDesk desk) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return Error.NotFound();
            if (!task.IsOpen)
                return Error.Conflict("plan.error.closed", task);
            task.State = PlanTaskState.Cancelled;
            task.CancelledBecause = request.Reason!.Trim();
            await DelaySubject.EndAsync(session, task, desk, task.CancelledBecause, cancellationToken);
            session.Update(task, request.Seen, "task.cancel", task.CancelledBecause);
            await PlanRepository.MakeStaleAsync(session, task.RiskIds, cancellationToken);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

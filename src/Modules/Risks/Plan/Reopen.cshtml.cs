using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace IsmsModular.Risks.Plan;

/// <summary>Takes a finished or cancelled task up again, with a reason: what was reported and verified no longer holds.</summary>
[Access(Area.Plan, Verb.Edit)]
public sealed class ReopenModel(IMediator mediator, WorkspaceContext ws) : TaskPage(mediator, ws)
{
    [BindProperty]
    public Command Input { get; set; } = new();

    public Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) =>
        OpenAsync(id, _ => true, t => Input = new() { Id = t.Id, Seen = t.Version }, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await Mediator.Send(Input, cancellationToken), Input.Id, "plan.reopened", cancellationToken);

    [Requires(Area.Plan, Verb.Edit)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Reason).NotEmpty().WithMessage("plan.error.reopenreason").MaximumLength(4000);
    }

    internal sealed class Handler(WorkspaceContext ws) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return Error.NotFound();
            if (task.IsOpen)
                return Error.Conflict("plan.error.isopen", task);
            var cameBack = task.State == PlanTaskState.Cancelled;
            task.Reopen();
            session.Update(task, request.Seen, "task.reopen", request.Reason!.Trim());
            // A cancelled task had left the plan.
            if (cameBack)
                await PlanRepository.MakeStaleAsync(session, task.RiskIds, cancellationToken);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

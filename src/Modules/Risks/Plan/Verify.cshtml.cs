using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace IsmsModular.Risks.Plan;

/// <summary>Verifies the effect of a task that is done: done is not effective (domain.md rule 5). Never by who did it or reported it done, unless the workspace recorded an exception.</summary>
[Access(Area.Plan)]
public sealed class VerifyModel(IMediator mediator, WorkspaceContext ws) : TaskPage(mediator, ws)
{
    [BindProperty]
    public Command Input { get; set; } = new();

    public Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) =>
        OpenAsync(id, _ => Ws.May(Area.Plan, Verb.Edit) || Ws.May(Area.Plan, Verb.OwnRows), t => Input = new() { Id = t.Id, Seen = t.Version, VerifiedOn = Ws.Today }, cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await Mediator.Send(Input, cancellationToken), Input.Id, Input.Effective == true ? "plan.verified" : "plan.reopened", cancellationToken);

    [Requires(Area.Plan, Verb.Edit), Requires(Area.Plan, Verb.OwnRows)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public bool? Effective { get; init; }

        public DateOnly? VerifiedOn { get; init; }

        public string? Note { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Effective).NotNull().WithMessage("plan.error.effective");
            RuleFor(c => c.VerifiedOn).NotNull().WithMessage("plan.error.verifiedon");
            RuleFor(c => c.Note).NotEmpty().WithMessage("plan.error.verifynote").MaximumLength(4000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return Error.NotFound();
            var owners = (await session.FindManyAsync<Risk>(task.RiskIds, cancellationToken)).Values.Select(r => r.OwnerId);
            if (ws.PersonId is not { } me || !ws.MayEdit(Area.Plan, [task.AccountableId, .. owners]))
                return Error.Forbidden();
            if (task.Phase != TaskPhase.DoneUnverified)
                return Error.Conflict("plan.error.notdone", task);
            task.DoneByAccountId ??= (await session.HistoryAsync(task.Id, cancellationToken)).FirstOrDefault(e => e.Action == "task.done")?.ActorId;
            var same = task.WasDoneBy(me, ws.Actor.Id);
            if (same && request.Effective == true && await SegregationException.HoldingAsync(session, ws.Today, cancellationToken) is null)
                return Error.Invalid("plan.error.sameperson");
            if (request.VerifiedOn > ws.Today || request.VerifiedOn < task.DoneOn)
                return Error.Invalid("plan.error.verifiedrange", nameof(request.VerifiedOn));
            if (request.Effective == true)
                task.Verify(me, request.VerifiedOn!.Value, request.Note!.Trim(), same);
            else
                task.Reopen();
            session.Update(task, request.Seen, request.Effective == true ? "task.verify" : "task.reopen", request.Note!.Trim());
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

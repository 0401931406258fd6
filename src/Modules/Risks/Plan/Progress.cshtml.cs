using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>Reports how far a task is. Progress, evidence and state never make an approval stale (domain.md rule 3).</summary>
[Access(Area.Plan)]
public sealed class ProgressModel(IMediator mediator, WorkspaceContext ws) : TaskPage(mediator, ws)
{
    [BindProperty]
    public Command Input { get; set; } = new();

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        var page = await OpenAsync(id, t => Ws.MayEdit(Area.Plan, t.ResponsibleId, t.AccountableId), t => Input = new() { Id = t.Id, Seen = t.Version, Percent = t.Percent, Evidence = t.Evidence }, cancellationToken);
        // What is finished or cancelled is a record; its page says how it is taken up again.
        return page is PageResult && Shown is { IsOpen: false } ? Redirect(Ws.Url("risks/plan/detail", ("id", id))) : page;
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await Mediator.Send(Input, cancellationToken), Input.Id, Input.IsDone ? "plan.reporteddone" : "plan.reported", cancellationToken);

    [Requires(Area.Plan, Verb.Edit), Requires(Area.Plan, Verb.OwnRows)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public int? Percent { get; init; }

        public bool IsDone { get; init; }

        public DateOnly? DoneOn { get; init; }

        public string? Evidence { get; init; }

        public string? Note { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Percent).NotNull().WithMessage("plan.error.percent").InclusiveBetween(0, 100).WithMessage("plan.error.percent");
            RuleFor(c => c.Evidence).MaximumLength(4000);
            RuleFor(c => c.Evidence).NotEmpty().WithMessage("plan.error.evidence").When(c => c.IsDone);
            RuleFor(c => c.Note).MaximumLength(4000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, ApprovalDesk desk) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<PlanTask>(request.Id, cancellationToken) is not { } task)
                return Error.NotFound();
            if (!ws.MayEdit(Area.Plan, task.ResponsibleId, task.AccountableId))
                return Error.Forbidden();
            if (!task.IsOpen)
                return Error.Conflict("plan.error.closed", task);
            if (request.DoneOn > ws.Today)
                return Error.Invalid("plan.error.future", nameof(request.DoneOn));

            task.Report(request.Percent!.Value, request.IsDone ? request.DoneOn ?? ws.Today : null, request.Evidence?.Trim(), ws.PersonId, ws.Actor.Id);
            var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
            if (!task.IsOpen)
                await DelaySubject.EndAsync(session, task, desk, note ?? "plan.delay.done", cancellationToken);
            session.Update(task, request.Seen, request.IsDone ? "task.done" : "task.progress", note);
            if (task.NextOccurrence() is { } next)
            {
                task.HasNext = true;
                session.Next("TASK", n => next.Reference = $"TASK-{n:0000}");
                session.Add(next, "task.repeat");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

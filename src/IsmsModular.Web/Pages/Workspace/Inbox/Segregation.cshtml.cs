using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Inbox;

/// <summary>The workspace's one recorded exception from keeping rater, treater and signatory apart.</summary>
[Access(Area.Plan)]
public sealed class SegregationModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal SegregationException? Shown { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(), cancellationToken);
        Input = new() { Seen = Shown?.Version ?? 0, Reason = Shown?.Reason, Until = Shown?.Until ?? ws.Today.AddYears(1) };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var recorded = await mediator.Send(Input, cancellationToken);
        if (recorded.Succeeded)
            return this.Done(ws.Url("inbox/segregation"), "approvals.segregation.saved");
        Shown = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(recorded);
    }

    [Requires(Area.Plan, Verb.Approve)]
    public sealed record Command : ICommand<Done>
    {
        public long Seen { get; init; }

        public string? Reason { get; init; }

        public DateOnly? Until { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Reason).NotEmpty().WithMessage("approvals.error.reason").MaximumLength(4000);
            RuleFor(c => c.Until).NotNull().WithMessage("approvals.error.until");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, TimeProvider time) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.Until < ws.Today || request.Until > ws.Today.AddYears(3))
                return Error.Invalid("approvals.error.untilrange", nameof(request.Until));
            var session = ws.OpenSession();
            var exception = await session.FindAsync<SegregationException>(SegregationException.TheId, cancellationToken);
            var isNew = exception is null;
            exception ??= new() { Id = SegregationException.TheId, Reason = "", ByName = "", ByAccountId = "" };
            (exception.Reason, exception.Until, exception.ByName, exception.ByAccountId, exception.At) = (request.Reason!.Trim(), request.Until!.Value, ws.Actor.Name, ws.Actor.Id, time.GetUtcNow());
            if (isNew)
                session.Add(exception, "segregation.except", exception.Reason);
            else
                session.Update(exception, request.Seen, "segregation.except", exception.Reason);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }

    internal sealed record Query : IQuery<SegregationException?>;

    internal sealed class QueryHandler(WorkspaceContext ws) : IQueryHandler<Query, SegregationException?>
    {
        public Task<SegregationException?> Handle(Query request, CancellationToken cancellationToken) => ws.OpenSession().FindAsync<SegregationException>(SegregationException.TheId, cancellationToken);
    }
}

using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>Freezes the live plan as a revision and lays it before top management and every accountable owner.</summary>
[Access(Area.Plan, Verb.Submit)]
public sealed class SubmitModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(), cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var submitted = await mediator.Send(Input, cancellationToken);
        if (submitted.Succeeded)
            return this.Done(ws.Url("risks/plan/revision", ("id", submitted.Value)), "plan.submitted");
        Shown = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(submitted);
    }

    [Requires(Area.Plan, Verb.Submit)]
    public sealed record Command : ICommand<string>
    {
        public string? ChangeNote { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.ChangeNote).NotEmpty().WithMessage("plan.error.changenote").MaximumLength(4000);
    }

    internal sealed class Handler(WorkspaceContext ws, PlanDrafts drafts, PlanRepository plans, ApprovalDesk desk, RevisionContent frozen) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await drafts.PrepareAsync(session, cancellationToken) is not { } draft)
                return Error.Invalid("plan.error.noexercise");
            if (draft.Risks == 0)
                return Error.Invalid("plan.error.norisks");
            if (draft.Obstacles.Where(o => o.Blocks).ToList() is { Count: > 0 } blocking)
                return blocking.ConvertAll(o => Error.Invalid(o.Key, null, o.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));

            List<Risk> risks = [];
            var plan = await plans.FreezeAsync(session, draft.Exercise.Id, cancellationToken, risks.Add);
            var revision = new PlanRevision { ExerciseId = draft.Exercise.Id, ChangeNote = request.ChangeNote!.Trim() };
            await frozen.KeepAsync(revision, plan, cancellationToken);
            var submitted = await desk.SubmitAsync(session, new(PlanSubject.TheKind, draft.Exercise.Id, revision.Id, "", draft.Exercise.Name, PlanContent.Sections(plan.Risks, plan.Tasks), draft.Slots, revision.ChangeNote), cancellationToken);
            if (!submitted.Succeeded)
                return submitted.Errors[0].Message == "approvals.error.nothingchanged" ? await StandAgainAsync(session, risks, submitted.Errors, cancellationToken) : submitted.Errors.ToList();

            var submission = submitted.Value;
            revision.SubmissionId = submission.Id;
            revision.Hash = submission.Hash;
            session.Next("RTP", n =>
            {
                revision.Number = (int)n;
                revision.Reference = submission.Revision = $"RTP-R{n:00}";
            });
            session.Add(revision, "plan.submit", revision.ChangeNote);
            foreach (var risk in risks)
                Ask(session, submission, risk);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? revision.Id : saved.Errors.ToList();
        }

        /// <summary>What was changed and changed back is what its owner accepted.</summary>
        private static async Task<Result<string>> StandAgainAsync(IDocumentSession session, List<Risk> risks, IReadOnlyList<Error> errors, CancellationToken cancellationToken)
        {
            foreach (var risk in risks.Where(r => r.Acceptance == AcceptanceState.Stale))
            {
                risk.Acceptance = AcceptanceState.Accepted;
                session.Update(risk, risk.Version, "risk.standsagain");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? errors.ToList() : saved.Errors.ToList();
        }

        /// <summary>A risk waits for its owner, unless the owner's acceptance was carried over because nothing changed.</summary>
        private static void Ask(IDocumentSession session, Submission submission, Risk risk)
        {
            var slots = submission.Slots.Where(s => s.Slice == PlanContent.OwnerSlice(risk.OwnerId!) || s.Slice == PlanContent.ExceptionSlice(risk.Id));
            var acceptance = slots.All(s => s.Decision is not null) ? AcceptanceState.Accepted : AcceptanceState.Waiting;
            if (risk.Acceptance == acceptance)
            {
                session.Guard(risk);
                return;
            }

            (risk.AcceptanceBefore, risk.Acceptance) = (risk.Acceptance, acceptance);
            session.Update(risk, risk.Version, "risk.ask");
        }
    }

    internal sealed record Query : IQuery<View>;

    internal sealed record View(PlanDraft? Draft, PlanRevision? Waiting);

    internal sealed class QueryHandler(WorkspaceContext ws, PlanDrafts drafts) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            return new(await drafts.PrepareAsync(session, cancellationToken), await PlanRepository.NewestAsync(session, RevisionState.Submitted, cancellationToken));
        }
    }
}

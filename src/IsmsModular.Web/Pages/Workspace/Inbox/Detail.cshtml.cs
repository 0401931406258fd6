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

/// <summary>One submission: what it says, compared with the one before, who decided, and the form to decide.</summary>
[Access(Area.Home)]
[RequestSizeLimit(DetailModel.Validator.MostBytes + 65_536)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    [BindProperty]
    public Withdraw Back { get; set; } = new();

    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(id), cancellationToken);
        if (Shown is null)
            return NotFound();
        Input = new() { Id = Shown.Submission.Id, Slots = [.. Shown.Mine.Select(s => s.Key)], Outcome = null };
        Back = new() { Id = Shown.Submission.Id, Seen = Shown.Submission.Version };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(IFormFile? scan, CancellationToken cancellationToken)
    {
        ModelState.RemoveAll<DetailModel>(m => m.Back);
        if (scan is not null)
            Input = Input with { Scan = scan };
        return await Answer(await mediator.Send(Input, cancellationToken), Input.Id, "approvals.decided." + FieldValue.Normalise(Input.Outcome), "Input", cancellationToken);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancellationToken)
    {
        ModelState.RemoveAll<DetailModel>(m => m.Input);
        return await Answer(await mediator.Send(Back, cancellationToken), Back.Id, "approvals.withdrawn", "Back", cancellationToken);
    }

    private async Task<IActionResult> Answer(Result<Done> result, string? id, string flash, string prefix, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(ws.Url("inbox"), flash);
        Shown = await mediator.Send(new Query(id), cancellationToken);
        return Shown is null ? NotFound() : this.Refused(result, prefix: prefix);
    }

    /// <summary>A decision. Whoever may decide anything may send it; the desk then asks for the slot's own right and holder.</summary>
    [Requires(Area.Soa, Verb.Approve), Requires(Area.Plan, Verb.Approve), Requires(Area.Risks, Verb.Approve), Requires(Area.Exercises, Verb.Approve), Requires(Area.Risks, Verb.Accept), Requires(Area.Plan, Verb.Accept)]
    public sealed record Command : ICommand<Done>
    {
        public string? Id { get; init; }

        public List<string> Slots { get; init; } = [];

        public DecisionOutcome? Outcome { get; init; }

        public string? Comment { get; init; }

        public string? Conditions { get; init; }

        public DateOnly? ValidUntil { get; init; }

        public IFormFile? Scan { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public const int MostBytes = 10 * 1024 * 1024;

        public Validator()
        {
            RuleFor(c => c.Slots).NotEmpty().WithMessage("approvals.error.choose");
            RuleFor(c => c.Outcome).NotNull().WithMessage("approvals.error.outcome").IsInEnum();
            RuleFor(c => c.Comment).NotEmpty().WithMessage("approvals.error.reason").When(c => c.Outcome is DecisionOutcome.SentBack or DecisionOutcome.Refused);
            RuleFor(c => c.Comment).MaximumLength(4000);
            RuleFor(c => c.Conditions).MaximumLength(4000);
            RuleFor(c => c.Scan).Must(s => s is null || s.Length is > 0 and <= MostBytes).WithMessage("approvals.error.scansize");
            RuleFor(c => c.Scan).Must(s => s is null || Path.GetExtension(s.FileName).ToUpperInvariant() is ".PDF" or ".PNG" or ".JPG" or ".JPEG").WithMessage("approvals.error.scankind");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, IStoreDirectory stores, ApprovalDesk desk) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var decision = new DecisionRequest(request.Id ?? "", request.Slots, request.Outcome!.Value, request.Comment, request.Conditions, request.ValidUntil);
            if (request.Scan is { } file)
            {
                // Nothing is kept of who may not decide.
                var allowed = await desk.TryAsync(decision, cancellationToken);
                if (!allowed.Succeeded)
                    return allowed.Errors.ToList();
                await using var content = file.OpenReadStream();
                decision = decision with { Scan = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(content, Validator.MostBytes, cancellationToken), ScanName = Path.GetFileName(file.FileName) };
            }

            var decided = await desk.DecideAsync(decision, cancellationToken);
            return decided.Succeeded ? Done.Yes : decided.Errors.ToList();
        }
    }

    /// <summary>Takes an open submission back.</summary>
    [Requires(Area.Soa, Verb.Submit), Requires(Area.Plan, Verb.Submit), Requires(Area.Plan, Verb.OwnRows), Requires(Area.Risks, Verb.Submit), Requires(Area.Exercises, Verb.Submit)]
    public sealed record Withdraw : ICommand<Done>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public string? Reason { get; init; }
    }

    internal sealed class WithdrawValidator : AbstractValidator<Withdraw>
    {
        public WithdrawValidator() => RuleFor(c => c.Reason).NotEmpty().WithMessage("approvals.error.reason").MaximumLength(4000);
    }

    internal sealed class WithdrawHandler(ApprovalDesk desk) : ICommandHandler<Withdraw, Done>
    {
        public async Task<Result<Done>> Handle(Withdraw request, CancellationToken cancellationToken)
        {
            var withdrawn = await desk.WithdrawAsync(request.Id ?? "", request.Seen, request.Reason!.Trim(), cancellationToken);
            return withdrawn.Succeeded ? Done.Yes : withdrawn.Errors.ToList();
        }
    }

    internal sealed record Query(string? Id) : IQuery<View?>;

    internal sealed record View(Submission Submission, SubmissionStanding Standing, IReadOnlyList<Slot> Mine, IReadOnlyList<ContentSection> Content, ContentComparison? Changes, Submission? Previous, Submission? Later, (string Path, string? Id) Page, IApprovalSubject Subject, IReadOnlyList<ApprovalWarning> Warnings, bool MayWithdraw, SegregationException? Exception);

    internal sealed class QueryHandler(WorkspaceContext ws, ApprovalDesk desk) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Submission>(request.Id, cancellationToken) is not { } submission)
                return null;
            var subject = desk.Subject(submission.Kind);
            var mine = await desk.MineAsync(submission, cancellationToken);
            if (!ws.May(subject.Area, Verb.Read) && mine.Count == 0)
                return null;
            var content = await desk.ContentAsync(submission, cancellationToken);
            var previous = await session.FindAsync<Submission>(submission.PreviousId, cancellationToken);
            var slices = mine.Select(s => s.Slice).ToList();
            // Who decides about a part sees that part first.
            var shown = slices.Count == 0 || slices.Contains(null) ? content : [.. content.Where(s => s.Slices?.Exists(x => slices.Contains(x)) == true)];
            var changes = previous is null ? null : ContentComparison.Between(await desk.ContentAsync(previous, cancellationToken), content);
            return new(submission, await desk.StandingAsync(session, submission, cancellationToken), mine, shown, changes, previous, await session.FindAsync<Submission>(submission.SupersededById, cancellationToken),
                subject.Page(submission), subject, await WarningsAsync(session, subject, submission, mine, cancellationToken),
                submission.State == SubmissionState.Open && (submission.SubmittedById == ws.Actor.Id || ws.May(subject.Area, Verb.Submit)),
                await SegregationException.HoldingAsync(session, ws.Today, cancellationToken));
        }

        private async Task<IReadOnlyList<ApprovalWarning>> WarningsAsync(IDocumentSession session, IApprovalSubject subject, Submission submission, IReadOnlyList<Slot> mine, CancellationToken cancellationToken)
        {
            if (mine.Count == 0)
                return [];
            List<ApprovalWarning> warnings = [.. await subject.WarningsAsync(session, submission, mine, cancellationToken)];
            if (submission.SubmittedById == ws.Actor.Id && mine.Any(s => s.Act == ApprovalAct.Approve))
                warnings.Add(new("approvals.warn.sameperson"));
            return warnings;
        }
    }
}

/// <summary>Forgets what was bound for another form of the same page.</summary>
internal static class OtherForms
{
    public static void RemoveAll<TPage>(this Microsoft.AspNetCore.Mvc.ModelBinding.ModelStateDictionary state, System.Linq.Expressions.Expression<Func<TPage, object>> property)
    {
        var name = ((System.Linq.Expressions.MemberExpression)property.Body).Member.Name;
        foreach (var key in state.Keys.Where(k => k == name || k.StartsWith(name + ".", StringComparison.Ordinal)).ToArray())
            state.Remove(key);
    }
}

using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Files;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Decides one control: included and why, or excluded and what would reopen it.</summary>
[Access(Area.Soa)]
public sealed class DecideModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Query string of the list that the reader came from, filled in by the page's script.</summary>
    [BindProperty]
    public string? Back { get; set; }

    /// <summary>Whether the next undecided control is opened after saving.</summary>
    [BindProperty]
    public bool GoOn { get; set; }

    internal View? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? control, CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(control), cancellationToken);
        if (Shown is null)
            return NotFound();
        Input = Command.Of(Shown.Row);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var decided = await mediator.Send(Input, cancellationToken);
        if (decided.Succeeded)
            return this.Done(
                GoOn && await mediator.Send(new Following(Input.Control), cancellationToken) is { } following ? ws.Url("risks/soa/decide", ("control", following)) : ws.Url("risks/soa") + ListState.Again(Back),
                "soa.decided", ControlRef.Parse(Input.Control)!.Id);
        Shown = await mediator.Send(new Query(Input.Control), cancellationToken);
        return Shown is null ? NotFound() : this.Refused(decided);
    }

    /// <summary>The next control in the statement's order that is not decided, from the beginning again after the last; null when this was the last.</summary>
    internal sealed record Following(string? Control) : IQuery<string?>;

    internal sealed class FollowingHandler(WorkspaceContext ws, SoaRepository soa) : IQueryHandler<Following, string?>
    {
        public async Task<string?> Handle(Following request, CancellationToken cancellationToken)
        {
            if (await soa.ReadAsync(ws.OpenSession(), cancellationToken) is not { } board)
                return null;
            var open = board.Lines.Index().Where(l => l.Item.Row.Decision is null && l.Item.Control.Key != request.Control).ToList();
            var here = board.Lines.ToList().FindIndex(l => l.Control.Key == request.Control);
            return (open.Find(l => l.Index > here) is { Item: { } after } ? after : open.FirstOrDefault().Item)?.Control.Key;
        }
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : SoaAnswer, ICommand<Done>
    {
        public string? Control { get; init; }

        public long Seen { get; init; }

        public List<string> RiskIds { get; init; } = [];

        public string? Note { get; init; }

        public string? Documents { get; init; }

        internal static Command Of(SoaRow row)
        {
            string? Words(SoaReasonKind kind) => row.Reasons.Find(r => r.Kind == kind)?.Words;
            return new()
            {
                Control = row.ControlKey,
                Seen = row.Version,
                Decision = row.Decision,
                Kinds = [.. row.Reasons.Select(r => r.Kind).Distinct()],
                RiskIds = [.. row.Reasons.Where(r => r.LinkId is not null).Select(r => r.LinkId!)],
                LawWords = Words(SoaReasonKind.Law),
                ContractWords = Words(SoaReasonKind.Contract),
                BusinessWords = Words(SoaReasonKind.Business),
                PracticeWords = Words(SoaReasonKind.GoodPractice),
                Status = row.Status,
                ExclusionReason = row.ExclusionReason,
                ReopenIf = row.ReopenIf,
                ConfirmedById = row.ConfirmedById,
                ConfirmedOn = row.ConfirmedOn,
                Note = row.Note,
                Documents = row.Documents,
            };
        }
    }

    internal sealed class Validator : SoaAnswerValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Note).MaximumLength(4000);
            RuleFor(c => c.Documents).MaximumLength(2000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, ControlDirectory controls, Persons persons) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (ControlRef.Parse(request.Control) is not { } control || (await controls.UnknownAsync([control.Key], cancellationToken)).Count > 0)
                return Error.NotFound();
            if (control.Catalogue == ControlRef.Own && request.Decision == SoaDecision.Excluded)
                return Error.Invalid("soa.error.ownexcluded", nameof(request.Decision));
            if (request.Refused(await persons.ReadAsync(cancellationToken), ws.Today) is { } refused)
                return refused;
            var session = ws.OpenSession();
            string[] riskIds = request.Kinds.Contains(SoaReasonKind.Risk) ? [.. request.RiskIds.Distinct()] : [];
            if ((await session.FindManyAsync<Risk>(riskIds, cancellationToken)).Count != riskIds.Length)
                return Error.Invalid("soa.error.risk", nameof(request.RiskIds));

            var row = await session.FindAsync<SoaRow>(SoaRow.IdOf(control.Key), cancellationToken);
            var isNew = row is null;
            row ??= SoaRow.For(control);
            request.Apply(row, riskIds);
            row.Note = request.Note?.Trim();
            row.Documents = request.Documents?.Trim();
            if (isNew)
                session.Add(row, "soa.decide");
            else
                session.Update(row, request.Seen, "soa.decide");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }

    internal sealed record Query(string? Control) : IQuery<View?>;

    internal sealed record View(ControlRef Control, string Title, string? Guidance, SoaRow Row, IReadOnlyList<Risk> Risks, IReadOnlyList<ControlImplementation> Implementations, IReadOnlyList<PlanTask> Tasks, IReadOnlyList<Choice> RiskChoices, PersonBook People, IReadOnlyList<EvidenceFile> Files, bool Known);

    internal sealed class QueryHandler(WorkspaceContext ws, ControlDirectory controls, Persons persons, IWords words) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (ControlRef.Parse(request.Control) is not { } control || await StatementRow.FindAsync(session, controls, control, cancellationToken) is not (var row, var known))
                return null;
            var risks = await SoaRisks.ChoosingAsync(session, control, cancellationToken);
            var linked = await session.FindManyAsync<Risk>(row.Reasons.Where(r => r.LinkId is not null).Select(r => r.LinkId!).Except(risks.Select(r => r.Id)), cancellationToken);
            var implementations = await session.QueryAsync<ControlImplementation>(Platform.Store.Query.All.Where("control", control.Key).OrderBy("ref").Take(100), cancellationToken);
            var tasks = await session.QueryAsync<PlanTask>(Platform.Store.Query.All.Where("controls", control.Key).OrderBy("ref").Take(100), cancellationToken);
            var name = controls.Name(control.Key, await controls.OwnAsync(cancellationToken));
            return new(control, name, controls.Find(control.Key)?.GuidanceIn(words.Language), row, risks, implementations.Items, tasks.Items,
                [.. risks.Concat(linked.Values).Select(r => new Choice(r.Id, $"{r.Reference} {r.Title}"))], await persons.ReadAsync(cancellationToken), await EvidenceFiles.OfAsync(session, control.Key, cancellationToken), known);
        }
    }
}

/// <summary>Which risks chose a control.</summary>
internal static class SoaRisks
{
    /// <summary>Most links that one row carries; the register shows the others.</summary>
    public const int Most = 100;

    public static async Task<IReadOnlyList<Risk>> ChoosingAsync(IDocumentSession session, ControlRef control, CancellationToken cancellationToken) =>
        await CurrentExercise.FindAsync(session, cancellationToken) is not { } exercise ? []
        : (await session.QueryAsync<Risk>(Query.All.Where("exercise", exercise.Id).Where("controls", control.Key).WhereNot("state", RiskState.Dismissed).OrderBy("ref").Take(Most), cancellationToken)).Items;
}

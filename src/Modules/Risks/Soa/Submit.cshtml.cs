using FluentValidation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Freezes the live statement as a revision and lays it before top management.</summary>
[Access(Area.Soa, Verb.Submit)]
public sealed class SubmitModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal SoaBoard? Board { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Board = await mediator.Send(new IndexModel.Query(), cancellationToken);
        if (Board is null)
            return NotFound();
        Input = new() { ScopeStatement = Board.Issued?.ScopeStatement };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var submitted = await mediator.Send(Input, cancellationToken);
        if (submitted.Succeeded)
            return this.Done(ws.Url("risks/soa/revision", ("id", submitted.Value)), "soa.submitted");
        Board = await mediator.Send(new IndexModel.Query(), cancellationToken);
        return Board is null ? NotFound() : this.Refused(submitted);
    }

    [Requires(Area.Soa, Verb.Submit)]
    public sealed record Command : ICommand<string>
    {
        public string? ScopeStatement { get; init; }

        public string? ChangeNote { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.ScopeStatement).NotEmpty().WithMessage("soa.error.scope").MaximumLength(4000);
            RuleFor(c => c.ChangeNote).NotEmpty().WithMessage("soa.error.changenote").MaximumLength(4000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa, ApprovalDesk desk, RevisionContent frozen, Persons persons) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await soa.ReadAsync(session, cancellationToken) is not { } board)
                return Error.NotFound();
            if (board.Counts.Undecided > 0)
                return Error.Invalid("soa.error.undecided", null, board.Counts.Undecided.ToString(System.Globalization.CultureInfo.InvariantCulture));

            var lines = board.Lines.Where(l => l.Row.Decision is not null).ToList();
            var people = await persons.ReadAsync(cancellationToken);
            var revision = new SoaRevision { Catalogue = board.Catalogue.Id, ScopeStatement = request.ScopeStatement!.Trim(), ChangeNote = request.ChangeNote!.Trim() };
            await frozen.KeepAsync(revision, await FreezeAsync(session, board, lines, people, cancellationToken), cancellationToken);
            var content = SoaSubject.Content(board.Catalogue.Id, board.Catalogue.Name, revision.ScopeStatement, lines.Select(l => SoaSubject.Section(l.Row, l.Title, people.Name(l.Row.ConfirmedById))));
            var submitted = await desk.SubmitAsync(session, new(SoaSubject.TheKind, board.Catalogue.Id, revision.Id, "", board.Catalogue.Name, content,
                [new Slot { Key = "management", Act = ApprovalAct.Approve, Role = Role.TopManagement, Why = "approvals.slot.soa", Area = Area.Soa, Verb = Verb.Approve, Count = lines.Count }], revision.ChangeNote), cancellationToken);
            if (!submitted.Succeeded)
                return submitted.Errors.ToList();
            revision.SubmissionId = submitted.Value.Id;
            revision.Hash = submitted.Value.Hash;
            session.Next("SOA", n =>
            {
                revision.Number = (int)n;
                revision.Reference = submitted.Value.Revision = $"SOA-R{n:00}";
            });
            session.Add(revision, "soa.submit", revision.ChangeNote);
            // What was read must still be so when it is frozen.
            foreach (var line in lines)
                session.Guard(line.Row);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? revision.Id : saved.Errors.ToList();
        }

        private const int MostReferences = 200;

        /// <summary>Rows in words, as they stand now.</summary>
        internal static async Task<List<FrozenSoaRow>> FreezeAsync(IDocumentSession session, SoaBoard board, IReadOnlyList<SoaLine> lines, PersonBook people, CancellationToken cancellationToken)
        {
            var implementations = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            var risks = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            var tasks = new Dictionary<string, List<string>>(StringComparer.Ordinal);
            static void Note(Dictionary<string, List<string>> to, string key, string words)
            {
                if (!to.TryGetValue(key, out var list))
                    to.Add(key, list = []);
                list.Add(words);
            }

            await foreach (var one in session.StreamAsync<ControlImplementation>(Platform.Store.Query.All.WhereNot("state", ImplementationState.Withdrawn).OrderBy("ref"), cancellationToken))
                Note(implementations, one.ControlKey, $"{one.Reference} {one.Name}");
            // References are counted from the declared fields: the documents themselves, of which there may be a hundred thousand, are not read.
            async Task References<T>(Dictionary<string, List<string>> to, Platform.Store.Query query)
                where T : Document
            {
                foreach (var group in await session.GroupAsync<T>(query, "controls", "ref"))
                {
                    if (group.Values is [string key, string reference])
                        Note(to, key, reference);
                }
            }

            await References<PlanTask>(tasks, Platform.Store.Query.All.WhereNot("state", PlanTaskState.Cancelled));
            if (board.Exercise is not null)
                await References<Risk>(risks, Platform.Store.Query.All.Where("exercise", board.Exercise.Id).WhereNot("state", RiskState.Dismissed));

            static List<string> Of(Dictionary<string, List<string>> from, SoaLine line)
            {
                if (!from.TryGetValue(line.Control.Key, out var all))
                    return [];
                all.Sort(StringComparer.Ordinal);
                return all.Count <= MostReferences ? all : [.. all.Take(MostReferences), $"+ {all.Count - MostReferences}"];
            }

            return [.. lines.Select(l => new FrozenSoaRow(l.Control.Key, l.Title, l.Row.Decision, l.Row.Reasons, l.Row.ExclusionReason, l.Row.ReopenIf, l.Row.Status, Of(implementations, l), Of(risks, l), Of(tasks, l), l.Changed, l.Domain, people.Name(l.Row.ConfirmedById), l.Row.ConfirmedOn, l.Row.Documents, l.Row.Note, l.Row.ConfirmedById))];
        }
    }
}

using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Takes controls that risk treatments chose into the statement: shown first, never assumed.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class TakeOverModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal IReadOnlyList<SoaLine> Proposed { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Proposed = (await mediator.Send(new IndexModel.Query(), cancellationToken))?.Proposed ?? [];
        Input = new() { Keys = [.. Proposed.Select(Command.KeyOf)] };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var taken = await mediator.Send(Input, cancellationToken);
        if (taken.Succeeded)
            return this.Done(ws.Url("risks/soa"), "soa.takeover.done", taken.Value);
        Proposed = (await mediator.Send(new IndexModel.Query(), cancellationToken))?.Proposed ?? [];
        return this.Refused(taken);
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        /// <summary>Key of each control with the version of its row as the user saw it: <c>{key}@{version}</c>.</summary>
        public List<string> Keys { get; init; } = [];

        internal static string KeyOf(SoaLine line) => FormattableString.Invariant($"{line.Control.Key}@{line.Row.Version}");
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Keys).NotEmpty().WithMessage("soa.choosefirst");
            RuleForEach(c => c.Keys).NotEmpty();
        }
    }

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await soa.ReadAsync(session, cancellationToken) is not { } board)
                return Error.NotFound();
            var asked = request.Keys.Distinct().ToList();
            var chosen = board.Proposed.Where(p => asked.Exists(k => k.StartsWith(p.Control.Key + "@", StringComparison.Ordinal))).ToList();
            if (chosen.Count != asked.Count)
                return Error.NotFound();
            if (chosen.Find(p => !asked.Contains(Command.KeyOf(p))) is { } changed)
                return Error.Conflict(stored: changed.Row);
            foreach (var line in chosen)
            {
                var risks = await SoaRisks.ChoosingAsync(session, line.Control, cancellationToken);
                var row = line.Row;
                row.Include(row.Reasons.Concat(risks.Select(r => new SoaReason(SoaReasonKind.Risk, r.Id, null))), row.Status ?? Status(line));
                if (row.Version == 0)
                    session.Add(row, "soa.takeover");
                else
                    session.Update(row, row.Version, "soa.takeover");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? chosen.Count : saved.Errors.ToList();
        }

        private static SoaStatus Status(SoaLine line) =>
            line.Implementations == 0 ? SoaStatus.Planned : line.InPlace == line.Implementations ? SoaStatus.InPlace : line.InPlace > 0 ? SoaStatus.Partly : SoaStatus.Planned;
    }
}

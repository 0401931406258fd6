using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Carries decisions over from an earlier edition of the catalogue by the published correspondence: what was included is proposed, what was excluded or is new is decided anew. Nothing is lost: the rows of the earlier edition stay.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class EditionModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal SoaMove? Shown { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(), cancellationToken);
        Input = new() { Keys = [.. (Shown?.Of(SoaMoveKind.Proposed) ?? []).Select(l => l.Line.Control.Key)] };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(Input, cancellationToken);
        if (moved.Succeeded)
            return this.Done(ws.Url("risks/soa", ("f.decision", "-")), "soa.edition.done", moved.Value);
        Shown = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(moved);
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public List<string> Keys { get; init; } = [];
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Keys).NotEmpty().WithMessage("soa.choosefirst");
    }

    internal sealed class Handler(WorkspaceContext ws, SoaMoves moves) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var proposed = (await moves.ReadAsync(session, cancellationToken))?.Of(SoaMoveKind.Proposed).Where(l => request.Keys.Contains(l.Line.Control.Key)).ToList() ?? [];
            if (proposed.Count != request.Keys.Distinct().Count())
                return Error.NotFound();
            foreach (var (line, from, _) in proposed)
            {
                var row = line.Row;
                row.Include(from.SelectMany(f => f.Reasons).Distinct(), from.Select(f => f.Status ?? SoaStatus.Planned).Max());
                row.Note = string.Join(" ", from.Select(f => f.Note).Where(n => n is not null)) is { Length: > 0 } note ? note : null;
                row.Documents = string.Join("\n", from.Select(f => f.Documents).Where(n => n is not null).Distinct()) is { Length: > 0 } documents ? documents : null;
                if (row.Version == 0)
                    session.Add(row, "soa.edition");
                else
                    session.Update(row, row.Version, "soa.edition");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? proposed.Count : saved.Errors.ToList();
        }
    }

    internal sealed record Query : IQuery<SoaMove?>;

    internal sealed class QueryHandler(WorkspaceContext ws, SoaMoves moves) : IQueryHandler<Query, SoaMove?>
    {
        public Task<SoaMove?> Handle(Query request, CancellationToken cancellationToken) => moves.ReadAsync(ws.OpenSession(), cancellationToken);
    }
}

/// <summary>What becomes of a control of the new edition.</summary>
public enum SoaMoveKind
{
    /// <summary>Every predecessor was included: proposed with their reasons.</summary>
    Proposed,

    /// <summary>A predecessor was excluded or not decided: an exclusion is not carried.</summary>
    Decide,

    /// <summary>Has no predecessor.</summary>
    New,
}

/// <summary>An undecided control of the new edition with its predecessors' rows.</summary>
internal sealed record SoaMoveLine(SoaLine Line, IReadOnlyList<SoaRow> From, SoaMoveKind Kind);

/// <summary>The way from one edition to the next; controls without a successor are named, so that nothing is lost.</summary>
internal sealed record SoaMove(string FromName, string ToName, string Source, IReadOnlyList<SoaMoveLine> Lines, IReadOnlyList<SoaRow> Gone)
{
    public IEnumerable<SoaMoveLine> Of(SoaMoveKind kind) => Lines.Where(l => l.Kind == kind);
}

/// <summary>Finds the way from an earlier edition in which rows were decided to the workspace's.</summary>
internal sealed class SoaMoves(SoaRepository soa, Catalogues.WorkspaceCatalogues catalogues)
{
    public async Task<SoaMove?> ReadAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        if (await soa.ReadAsync(session, cancellationToken) is not { Earlier: { } earlier } board || catalogues.Mappings.FirstOrDefault(m => m.From == earlier && m.To == board.Catalogue.Id) is not { } mapping)
            return null;
        var old = new Dictionary<string, SoaRow>(StringComparer.Ordinal);
        await foreach (var row in session.StreamAsync<SoaRow>(Query.All.Where("catalogue", earlier), cancellationToken))
            old[row.ControlId] = row;

        List<SoaMoveLine> lines = [];
        foreach (var line in board.Lines.Where(l => !l.IsOwn && l.Row.Decision is null))
        {
            var before = mapping.Rows.Where(r => r.To == line.Control.Id).Select(r => r.From).Distinct().ToList();
            var rows = before.Select(id => old.GetValueOrDefault(id) ?? SoaRow.For(new ControlRef(earlier, id))).ToList();
            lines.Add(new(line, rows, before.Count == 0 ? SoaMoveKind.New : rows.TrueForAll(r => r.Decision == SoaDecision.Included) ? SoaMoveKind.Proposed : SoaMoveKind.Decide));
        }

        var followed = mapping.Rows.Where(r => r.To is not null).Select(r => r.From).ToHashSet(StringComparer.Ordinal);
        return new(catalogues.Find(earlier)?.Name ?? earlier, board.Catalogue.Name, mapping.Source, lines, [.. old.Values.Where(r => !followed.Contains(r.ControlId)).OrderBy(r => r.ControlId, StringComparer.Ordinal)]);
    }
}

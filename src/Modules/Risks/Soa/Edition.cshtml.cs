using FluentValidation;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Change of edition: what becomes of each control is seen before the workspace moves, then decisions are carried over as proposals. What was included is proposed, what was excluded or is new is decided anew. Nothing is lost: the rows of the earlier edition stay.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class EditionModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal SoaMove? Shown { get; private set; }

    internal Ways Editions { get; private set; } = null!;

    public async Task OnGetAsync(string? from, string? to, CancellationToken cancellationToken)
    {
        await ShowAsync(from, to, cancellationToken);
        // What was not confirmed is proposed too, but not ticked.
        Input = new() { From = Shown?.Way.From.Id, Keys = [.. (Shown?.Of(SoaMoveKind.Proposed) ?? []).Where(l => Shown!.IsConfirmed(l)).Select(l => l.Line.Control.Key)] };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var moved = await mediator.Send(Input, cancellationToken);
        if (moved.Succeeded)
            return this.Done(ws.Url("risks/soa/edition", ("from", Input.From)), "soa.edition.done", moved.Value);
        await ShowAsync(Input.From, null, cancellationToken);
        return this.Refused(moved);
    }

    /// <summary>Moves the workspace to the edition that was looked at.</summary>
    public async Task<IActionResult> OnPostSwitchAsync(Switch command, CancellationToken cancellationToken)
    {
        var switched = await mediator.Send(command, cancellationToken);
        if (switched.Succeeded)
            return this.Done(ws.Url("risks/soa/edition", ("from", switched.Value)), "soa.edition.switched");
        await ShowAsync(null, command.To, cancellationToken);
        return this.Refused(switched, prefix: "");
    }

    private async Task ShowAsync(string? from, string? to, CancellationToken cancellationToken)
    {
        Editions = await mediator.Send(new AskWays(), cancellationToken);
        Shown = await mediator.Send(new Query(from, to), cancellationToken);
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        /// <summary>Edition that decisions come from; null for that in which most rows were decided.</summary>
        public string? From { get; init; }

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
            var proposed = (await moves.ReadAsync(session, request.From, null, cancellationToken))?.Of(SoaMoveKind.Proposed).Where(l => request.Keys.Contains(l.Line.Control.Key)).ToList() ?? [];
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

    /// <summary>Takes another base edition. Answers the one before.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed record Switch : ICommand<string>
    {
        public string? To { get; init; }

        /// <summary>Version of the workspace that was seen.</summary>
        public long Seen { get; init; }
    }

    internal sealed class SwitchHandler(WorkspaceContext ws, WorkspaceCatalogues catalogues, IWorkspaceChanges changes) : ICommandHandler<Switch, string>
    {
        public async Task<Result<string>> Handle(Switch request, CancellationToken cancellationToken)
        {
            var before = ws.Workspace.Catalogue;
            if (catalogues.All.FirstOrDefault(c => c.Id == request.To) is not { Kind: CatalogueKind.Controls } to || to.Id == before)
                return Error.NotFound();
            var saved = await changes.SaveAsync(w => w.Catalogue = to.Id, request.Seen, "workspace.edition", to.Name, cancellationToken);
            return saved.Succeeded ? before : saved.Errors.ToList();
        }
    }

    internal sealed record Query(string? From = null, string? To = null) : IQuery<SoaMove?>;

    internal sealed class QueryHandler(WorkspaceContext ws, SoaMoves moves) : IQueryHandler<Query, SoaMove?>
    {
        public Task<SoaMove?> Handle(Query request, CancellationToken cancellationToken) => moves.ReadAsync(ws.OpenSession(), request.From, request.To, cancellationToken);
    }

    internal sealed record AskWays : IQuery<Ways>;

    /// <param name="Targets">Editions that mappings lead to from the present one.</param>
    internal sealed record Ways(string Present, IReadOnlyList<Choice> Targets, long Seen);

    internal sealed class WaysHandler(WorkspaceContext ws, WorkspaceCatalogues catalogues) : IQueryHandler<AskWays, Ways>
    {
        public Task<Ways> Handle(AskWays request, CancellationToken cancellationToken) => Task.FromResult(new Ways(
            catalogues.Base?.Name ?? ws.Workspace.Catalogue,
            [.. catalogues.All.Where(c => c.Kind == CatalogueKind.Controls && c.Id != ws.Workspace.Catalogue && catalogues.Way(ws.Workspace.Catalogue, c.Id) is not null).OrderBy(c => c.Edition, StringComparer.Ordinal).Select(c => new Choice(c.Id, c.Name))],
            ws.Workspace.Version));
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

/// <summary>The way from one edition to another; controls without a successor are named, so that nothing is lost.</summary>
/// <param name="IsPreview">Whether the workspace is still on the edition that the way leads from.</param>
/// <param name="Decided">Controls of the new edition that were decided already.</param>
/// <param name="References">Implementations, risks and tasks that name controls of the earlier edition.</param>
internal sealed record SoaMove(Correspondence Way, bool IsPreview, IReadOnlyList<SoaMoveLine> Lines, IReadOnlyList<(CatalogueItem Item, SoaRow Row)> Gone, int Decided, long References)
{
    public string FromName => Way.From.Name;

    public string ToName => Way.To.Name;

    public IEnumerable<SoaMoveLine> Of(SoaMoveKind kind) => Lines.Where(l => l.Kind == kind);

    /// <summary>Whether every pair that leads to the control was confirmed.</summary>
    public bool IsConfirmed(SoaMoveLine line) => line.From.All(f => Way.IsConfirmed(f.ControlId, line.Line.Control.Id));

    /// <summary>What became of a control of the earlier edition.</summary>
    public RowFate? FateOf(string id) => Way.Rows.FirstOrDefault(r => r.From.Id == id)?.Fate;

    /// <summary>Whether that it has no successor was confirmed.</summary>
    public bool IsSurelyGone(string id) => Way.Rows.FirstOrDefault(r => r.From.Id == id)?.Confirmed != false;
}

/// <summary>Finds the way between two editions, by one mapping or a chain of them.</summary>
internal sealed class SoaMoves(SoaRepository soa, WorkspaceCatalogues catalogues, ReferenceMoves references)
{
    /// <param name="session">Session.</param>
    /// <param name="from">Edition that decisions come from; null for that in which most rows were decided.</param>
    /// <param name="to">Edition to look at before the workspace moves to it; null for the present one.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<SoaMove?> ReadAsync(IDocumentSession session, string? from, string? to, CancellationToken cancellationToken)
    {
        if (await soa.ReadAsync(session, cancellationToken) is not { } board)
            return null;
        var preview = to is not null && to != board.Catalogue.Id;
        var earlier = preview ? board.Catalogue.Id : from is not null && from != board.Catalogue.Id ? from : board.Earlier;
        if (earlier is null || catalogues.Way(earlier, preview ? to : board.Catalogue.Id) is not { To.Kind: CatalogueKind.Controls } way)
            return null;
        var old = await RowsAsync(session, earlier, cancellationToken);
        IEnumerable<SoaLine> targets = preview ? await PreviewAsync(session, way.To, cancellationToken) : board.Lines.Where(l => l.Control.Catalogue == way.To.Id);

        var all = targets.ToList();
        List<SoaMoveLine> lines = [];
        foreach (var line in all.Where(l => l.Row.Decision is null))
        {
            var before = way.Rows.Where(r => r.To.Any(t => t.Id == line.Control.Id)).Select(r => r.From.Id).ToList();
            var rows = before.Select(id => old.GetValueOrDefault(id) ?? SoaRow.For(new ControlRef(earlier, id))).ToList();
            lines.Add(new(line, rows, before.Count == 0 ? SoaMoveKind.New : rows.TrueForAll(r => r.Decision == SoaDecision.Included) ? SoaMoveKind.Proposed : SoaMoveKind.Decide));
        }

        var followed = way.Rows.Where(r => r.To.Count > 0).Select(r => r.From.Id).ToHashSet(StringComparer.Ordinal);
        return new(way, preview, lines, [.. way.From.Items.Where(i => !followed.Contains(i.Id) && old.ContainsKey(i.Id)).Select(i => (i, old[i.Id]))], all.Count - lines.Count, (await references.ReadAsync(session)).Where(l => l.Key.StartsWith(earlier + "/", StringComparison.Ordinal)).Sum(l => l.Implementations + l.Risks + l.Tasks));
    }

    private static async Task<Dictionary<string, SoaRow>> RowsAsync(IDocumentSession session, string catalogue, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, SoaRow>(StringComparer.Ordinal);
        await foreach (var row in session.StreamAsync<SoaRow>(Platform.Store.Query.All.Where("catalogue", catalogue), cancellationToken))
            rows[row.ControlId] = row;
        return rows;
    }

    private static async Task<List<SoaLine>> PreviewAsync(IDocumentSession session, Catalogue to, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(session, to.Id, cancellationToken);
        return [.. to.Items.Where(Controls.ControlDirectory.IsControl).Select(i => new SoaLine(new(to.Id, i.Id), i.TitleIn(System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName), "", null, rows.GetValueOrDefault(i.Id) ?? SoaRow.For(new(to.Id, i.Id)), i.Confirmed))];
    }
}

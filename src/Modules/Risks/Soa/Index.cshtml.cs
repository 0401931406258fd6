using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>The live statement of applicability.</summary>
[Access(Area.Soa)]
public sealed class IndexModel(IMediator mediator, IWords words) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal SoaBoard? Board { get; private set; }

    internal IReadOnlyList<SoaLine> Lines { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["decision", "status", "domain", "reason", "justified", "changed", "own"], []);
        Board = await mediator.Send(new Query(), cancellationToken);
        Lines = Board is null ? [] : [.. Board.Lines.Where(Shown)];
        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, "statement-of-applicability", Columns(), Lines.ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    private IReadOnlyList<ExportColumn<SoaLine>> Columns() =>
    [
        new(words["soa.control"], l => l.Control.Id),
        new(words["soa.field.title"], l => l.Title),
        new(words["soa.field.domain"], l => l.IsOwn ? words["soa.own"] : l.Domain),
        new(words["soa.field.decision"], l => l.Row.Decision is { } d ? words.Of(d) : words["soa.undecided"]),
        new(words["soa.field.reasons"], l => string.Join("; ", l.Row.Reasons.Select(r => r.Words is null ? words.Of(r.Kind) : $"{words.Of(r.Kind)}: {r.Words}").Distinct())),
        new(words["soa.field.exclusion"], l => l.Row.ExclusionReason),
        new(words["soa.field.reopen"], l => l.Row.ReopenIf),
        new(words["soa.field.confirmedon"], l => l.Row.ConfirmedOn),
        new(words["soa.field.status"], l => l.Row.Status is { } s ? words.Of(s) : null),
        new(words["soa.risks"], l => l.Risks),
        new(words["soa.implementations"], l => l.Implementations),
        new(words["soa.tasks"], l => l.Tasks),
        new(words["soa.field.documents"], l => l.Row.Documents),
        new(words["soa.field.note"], l => l.Row.Note),
    ];

    private bool Shown(SoaLine line)
    {
        bool Is(string field, params string?[] values) => List.Filters.GetValueOrDefault(field) is not { } wanted || values.Any(v => (v ?? "-") == wanted);
        return Is("decision", (string?)FieldValue.Normalise(line.Row.Decision))
            && Is("status", (string?)FieldValue.Normalise(line.Row.Status))
            && Is("domain", line.IsOwn ? ControlRef.Own : line.Domain)
            && Is("reason", [.. line.Row.Reasons.Select(r => (string?)FieldValue.Normalise(r.Kind))])
            && Is("justified", line.Row.Decision is null ? null : line.Row.IsJustified ? "true" : "false")
            && Is("own", line.IsOwn ? "yes" : "no")
            && Is("changed", line.Changed ? "yes" : "no")
            && (List.Text is null || $"{line.Control.Id} {line.Title} {line.Row.ExclusionReason} {line.Row.Note}".Contains(List.Text, StringComparison.OrdinalIgnoreCase));
    }

    internal sealed record Query : IQuery<SoaBoard?>;

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa) : IQueryHandler<Query, SoaBoard?>
    {
        public Task<SoaBoard?> Handle(Query request, CancellationToken cancellationToken) => soa.ReadAsync(ws.OpenSession(), cancellationToken);
    }
}

using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>The live statement of applicability.</summary>
[Access(Area.Soa)]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    internal ListState List { get; private set; } = null!;

    internal SoaBoard? Board { get; private set; }

    internal IReadOnlyList<SoaLine> Lines { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["decision", "status", "domain", "reason", "changed"], []);
        Board = await mediator.Send(new Query(), cancellationToken);
        Lines = Board is null ? [] : [.. Board.Lines.Where(Shown)];
    }

    private bool Shown(SoaLine line)
    {
        bool Is(string field, params string?[] values) => List.Filters.GetValueOrDefault(field) is not { } wanted || values.Any(v => (v ?? "-") == wanted);
        return Is("decision", (string?)FieldValue.Normalise(line.Row.Decision))
            && Is("status", (string?)FieldValue.Normalise(line.Row.Status))
            && Is("domain", line.IsOwn ? ControlRef.Own : line.Domain)
            && Is("reason", [.. line.Row.Reasons.Select(r => (string?)FieldValue.Normalise(r.Kind))])
            && Is("changed", line.Changed ? "yes" : "no")
            && (List.Text is null || $"{line.Control.Id} {line.Title} {line.Row.ExclusionReason} {line.Row.Note}".Contains(List.Text, StringComparison.OrdinalIgnoreCase));
    }

    internal sealed record Query : IQuery<SoaBoard?>;

    internal sealed class Handler(WorkspaceContext ws, SoaRepository soa) : IQueryHandler<Query, SoaBoard?>
    {
        public Task<SoaBoard?> Handle(Query request, CancellationToken cancellationToken) => soa.ReadAsync(ws.OpenSession(), cancellationToken);
    }
}

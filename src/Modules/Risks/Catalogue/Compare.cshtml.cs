using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Two catalogues side by side, by their mapping: what maps one to one, splits, merges, has no successor, is new.</summary>
[Access(Area.Controls)]
public sealed class CompareModel(IMediator mediator, IWords words) : PageModel
{
    internal View Shown { get; private set; } = null!;

    internal string? Only { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? from, string? to, string? only, CancellationToken cancellationToken)
    {
        Only = only;
        Shown = await mediator.Send(new Query(from, to), cancellationToken);
        return ListExport.Wanted(Request) is { } format && Shown.Way is { } way
            ? await ListExport.FileAsync(format, $"{way.From.Id}-{way.To.Id}", Columns(way), Lines(way).ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    /// <summary>One pair, or a row without one on either side.</summary>
    internal sealed record Line(CatalogueItem? From, CatalogueItem? To, RowFate? Fate, bool Confirmed, string? Relationship);

    internal IEnumerable<Line> Lines(Correspondence way) => way.Rows
        .Where(r => Only is null || Only == (string?)FieldValue.Normalise(r.Fate) || (Only == "unconfirmed" && !r.Confirmed))
        .SelectMany(r => r.To.Count == 0 ? [new Line(r.From, null, r.Fate, r.Confirmed, null)] : r.To.Select(t => new Line(r.From, t, r.Fate, way.IsConfirmed(r.From.Id, t.Id), r.Relationship)))
        .Concat(way.New.Where(_ => Only is null or "new").Select(n => new Line(null, n, null, true, null)));

    private IReadOnlyList<ExportColumn<Line>> Columns(Correspondence way) =>
    [
        new(way.From.Name, l => l.From?.Id), new(words["catalogues.col.title"], l => l.From?.TitleIn(words.Language)),
        new(words["catalogues.col.fate"], l => Word(l)),
        new(way.To.Name, l => l.To?.Id), new(words["catalogues.col.title"], l => l.To?.TitleIn(words.Language)),
        new(words["catalogues.col.relationship"], l => l.Relationship), new(words["catalogues.col.confirmed"], l => l.From is null ? null : l.Confirmed),
    ];

    internal string Word(Line line) => line.Fate is { } fate ? words.Of(fate) : words["catalogues.fate.new"];

    internal sealed record Query(string? From, string? To) : IQuery<View>;

    /// <param name="Way">The correspondence; null when the two are not chosen, or no mapping leads from one to the other.</param>
    /// <param name="Targets">Catalogues that mappings lead to from the first.</param>
    internal sealed record View(Catalogue? From, Catalogue? To, Correspondence? Way, IReadOnlyList<Choice> Sources, IReadOnlyList<Choice> Targets);

    internal sealed class Handler(WorkspaceCatalogues catalogues) : IQueryHandler<Query, View>
    {
        public Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var mapped = catalogues.Mappings.SelectMany(m => new[] { m.From, m.To }).ToHashSet(StringComparer.Ordinal);
            var from = catalogues.Find(request.From) ?? catalogues.Base;
            var targets = from is null ? [] : catalogues.All.Where(c => mapped.Contains(c.Id) && catalogues.Way(from.Id, c.Id) is not null).ToList();
            var to = targets.Find(t => t.Id == request.To) ?? (request.To is null ? targets.OrderByDescending(t => t.Kind == from!.Kind).ThenByDescending(t => t.Edition, StringComparer.Ordinal).FirstOrDefault() : catalogues.Find(request.To));
            return Task.FromResult(new View(from, to, catalogues.Way(from?.Id, to?.Id), Choices(catalogues.All.Where(c => mapped.Contains(c.Id))), Choices(targets)));
        }

        private static List<Choice> Choices(IEnumerable<Catalogue> from) => [.. from.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Select(c => new Choice(c.Id, c.Name))];
    }
}

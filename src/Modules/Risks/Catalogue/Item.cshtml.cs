using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>One row of a catalogue, or an own control: what it means, what it corresponds to, and where it is used.</summary>
[Access(Area.Controls)]
public sealed class ItemModel(IMediator mediator) : PageModel
{
    internal View Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? key, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(key), cancellationToken) is not { } view)
            return NotFound();
        Shown = view;
        return Page();
    }

    internal sealed record Query(string? Key) : IQuery<View?>;

    /// <param name="Catalogue">Null for an own control.</param>
    /// <param name="Above">Rows above, from the top.</param>
    /// <param name="Below">Rows right below, those of sector guides with the name of the guide.</param>
    /// <param name="Links">What mappings say.</param>
    /// <param name="Row">The statement's row; null when the control is none of the workspace's.</param>
    internal sealed record View(ControlRef Key, Catalogue? Catalogue, CatalogueItem Item, IReadOnlyList<Place> Above, IReadOnlyList<Place> Below, IReadOnlyList<Link> Links, SoaRow? Row, RiskLinks Risks, Page<ControlImplementation> Implementations, Page<PlanTask> Tasks)
    {
        /// <summary>Field of the register by which its risks are found.</summary>
        public required string RiskField { get; init; }
    }

    internal sealed record Place(string Key, CatalogueItem Item, string? Guide = null);

    /// <param name="Forwards">Whether the mapping leads from this row.</param>
    internal sealed record Link(Catalogue Catalogue, CatalogueItem? Item, bool Forwards, bool Confirmed, string? Relationship);

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues, ControlDirectory controls, RiskLinkReader risks) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            if (ControlRef.Parse(request.Key) is not { } key)
                return null;
            var catalogue = catalogues.Find(key.Catalogue);
            var item = catalogue?.Items.FirstOrDefault(i => i.Id == key.Id);
            var session = ws.OpenSession();
            if (key.Catalogue == ControlRef.Own && (await controls.OwnAsync(cancellationToken)).FirstOrDefault(o => o.Reference == key.Id) is { } own)
                item = new() { Id = own.Reference, Kind = "control", Title = own.Title, Guidance = string.Join(" ", new[] { own.Purpose, own.Description }.Where(t => !string.IsNullOrWhiteSpace(t))) };
            if (item is null)
                return null;

            var inStatement = ControlDirectory.IsControl(item) && (await controls.UnknownAsync([key.Key], cancellationToken)).Count == 0;
            var field = catalogue?.Kind switch { CatalogueKind.Threats => item.Kind == "category" ? "class" : "threat", CatalogueKind.Vulnerabilities => "vulnerability", _ => "controls" };
            return new(key, catalogue, item, catalogue is null ? [] : Above(catalogue, item), catalogue is null ? [] : Below(catalogue, item), catalogue is null ? [] : [.. Links(catalogue, item)],
                inStatement ? await session.FindAsync<SoaRow>(SoaRow.IdOf(key.Key), cancellationToken) ?? SoaRow.For(key) : null,
                await risks.ReadAsync(session, Platform.Store.Query.All.Where(field, key.Key).WhereNot("state", RiskState.Dismissed), cancellationToken),
                await session.QueryAsync<ControlImplementation>(Platform.Store.Query.All.Where("control", key.Key).OrderBy("ref").Take(50), cancellationToken),
                await session.QueryAsync<PlanTask>(Platform.Store.Query.All.Where("controls", key.Key).OrderBy("ref").Take(50), cancellationToken))
            {
                RiskField = field,
            };
        }

        private List<Place> Above(Catalogue catalogue, CatalogueItem item)
        {
            List<Place> above = [];
            for (var at = item.Parent; at is not null && above.Count < 20;)
            {
                var place = catalogue.Items.FirstOrDefault(i => i.Id == at) is { } mine ? new Place($"{catalogue.Id}/{mine.Id}", mine)
                    : catalogues.Find(catalogue.Extends) is { } root && root.Items.FirstOrDefault(i => i.Id == at) is { } heading ? new Place($"{root.Id}/{heading.Id}", heading) : null;
                if (place is null)
                    break;
                above.Insert(0, place);
                at = place.Item.Parent;
            }

            return above;
        }

        private List<Place> Below(Catalogue catalogue, CatalogueItem item) =>
        [
            .. catalogue.Items.Where(i => i.Parent == item.Id).Select(i => new Place($"{catalogue.Id}/{i.Id}", i)),
            .. catalogues.All.Where(c => c.Extends == catalogue.Id).SelectMany(g => g.Items.Where(i => i.Parent == item.Id && g.Items.All(o => o.Id != item.Id)).Select(i => new Place($"{g.Id}/{i.Id}", i, g.Name))),
        ];

        private IEnumerable<Link> Links(Catalogue catalogue, CatalogueItem item)
        {
            foreach (var mapping in catalogues.Mappings.Where(m => m.From == catalogue.Id && catalogues.Find(m.To) is not null))
            {
                var to = catalogues.Find(mapping.To)!;
                foreach (var row in mapping.Rows.Where(r => r.From == item.Id))
                    yield return new(to, to.Items.FirstOrDefault(i => i.Id == row.To), true, row.Confirmed, row.Relationship);
            }

            foreach (var mapping in catalogues.Mappings.Where(m => m.To == catalogue.Id && catalogues.Find(m.From) is not null))
            {
                var from = catalogues.Find(mapping.From)!;
                foreach (var row in mapping.Rows.Where(r => r.To == item.Id))
                    yield return new(from, from.Items.FirstOrDefault(i => i.Id == row.From), false, row.Confirmed, row.Relationship);
            }
        }
    }
}

using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Search;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Finds controls of the workspace's edition and of the sector guides beside it.</summary>
internal sealed class CatalogueSearch(WorkspaceCatalogues catalogues, IWords words) : IRecordSearch
{
    public string Title => "nav.catalogues";

    public string Icon => "books";

    public Area Area => Area.Controls;

    public string List => "risks/catalogue";

    public IReadOnlyList<(string Key, string? Value)> Filters => [];

    public Task<FoundRecords> FindAsync(IDocumentSession session, string text, int most, CancellationToken cancellationToken)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        FoundRecord[] found =
        [
            .. catalogues.Controls.SelectMany(c => c.Items.Where(i => parts.All(p => Has(i.Id, p) || Has(i.TitleIn(words.Language), p)))
                .Select(i => new FoundRecord(i.Id, i.TitleIn(words.Language), "risks/catalogue/item", [("key", new ControlRef(c.Id, i.Id).Key)]))),
        ];
        return Task.FromResult(new FoundRecords([.. found.Take(most)], found.Length));

        static bool Has(string where, string what) => where.Contains(what, StringComparison.OrdinalIgnoreCase);
    }
}

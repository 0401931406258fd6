using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Risks.Catalogues;

namespace IsmsModular.Risks.Register;

/// <summary>Threats by class and vulnerabilities, from the catalogues that the workspace chose (guideline 6.2 c). Keys are <c>{catalogue}/{id}</c>.</summary>
internal sealed class ThreatDirectory(WorkspaceCatalogues catalogues, IWords words)
{
    /// <summary>Classes of threat: columns of the coverage matrix.</summary>
    public IReadOnlyList<Choice> Classes => field ??= [.. Rows(catalogues.Threats).Where(r => r.Item.Kind == "category").Select(r => new Choice(Key(r), r.Item.TitleIn(words.Language)))];

    /// <summary>Single threats under their class.</summary>
    public IReadOnlyList<Choice> Threats => field ??= Singles(catalogues.Threats, words, "threat");

    /// <summary>Vulnerabilities under their class.</summary>
    public IReadOnlyList<Choice> Vulnerabilities => field ??= Singles(catalogues.Vulnerabilities, words, "vulnerability");

    /// <summary>Options with what is chosen in a record, also where its catalogue is no longer.</summary>
    public IReadOnlyList<Choice> With(string? chosen, IReadOnlyList<Choice> offered) => chosen is null || offered.Any(c => c.Value == chosen) ? offered : [new(chosen, Title(chosen)), .. offered];

    /// <summary>Class of a threat, or null.</summary>
    public string? ClassOf(string? threat)
    {
        if (ControlRef.Parse(threat) is not { } key || catalogues.Find(key.Catalogue) is not { } catalogue)
            return null;
        var item = catalogue.Items.FirstOrDefault(i => i.Id == key.Id);
        while (item is not null && item.Kind != "category")
            item = catalogue.Items.FirstOrDefault(i => i.Id == item.Parent);
        return item is null ? null : $"{catalogue.Id}/{item.Id}";
    }

    public string? ThreatName(Risk risk) => Name(risk.Threat, risk.ThreatWords);

    public string? VulnerabilityName(Risk risk) => Name(risk.Vulnerability, risk.VulnerabilityWords);

    public string? ClassName(string? key) => key is null ? null : Title(key);

    /// <summary>A record keeps its words when its catalogue is no longer chosen.</summary>
    private string? Name(string? key, string? own)
    {
        var name = key is null ? null : Title(key);
        return string.IsNullOrWhiteSpace(own) ? name : name is null ? own : $"{name}: {own}";
    }

    private string Title(string key) => ControlRef.Parse(key) is { } row && catalogues.Find(row.Catalogue)?.Items.FirstOrDefault(i => i.Id == row.Id) is { } item ? words.TitleOf(item) : key;

    private static IReadOnlyList<Choice> Singles(IReadOnlyList<Catalogue> chosen, IWords words, string kind) =>
        [.. Rows(chosen).Where(r => r.Item.Kind == kind).Select(r => new Choice(Key(r), words.TitleOf(r.Item), r.Catalogue.Items.FirstOrDefault(i => i.Id == r.Item.Parent) is { } above ? above.TitleIn(words.Language) : null))];

    private static IEnumerable<(Catalogue Catalogue, CatalogueItem Item)> Rows(IEnumerable<Catalogue> chosen) => chosen.SelectMany(c => c.Items.Select(i => (c, i)));

    private static string Key((Catalogue Catalogue, CatalogueItem Item) row) => $"{row.Catalogue.Id}/{row.Item.Id}";
}

using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;

namespace IsmsModular.Risks.Register;

/// <summary>Threats by class and vulnerabilities, from the active catalogues (guideline 6.2 c). Keys are <c>{catalogue}/{id}</c>.</summary>
internal sealed class ThreatDirectory(WorkspaceOffers plugins, IWords words)
{
    /// <summary>Classes of threat: columns of the coverage matrix.</summary>
    public IReadOnlyList<Choice> Classes { get; } = [.. Rows(plugins, CatalogueKind.Threats).Where(r => r.Item.Kind == "category").Select(r => new Choice(Key(r), r.Item.TitleIn(words.Language)))];

    /// <summary>Single threats under their class.</summary>
    public IReadOnlyList<Choice> Threats { get; } = Singles(plugins, words, CatalogueKind.Threats, "threat");

    /// <summary>Vulnerabilities under their class.</summary>
    public IReadOnlyList<Choice> Vulnerabilities { get; } = Singles(plugins, words, CatalogueKind.Vulnerabilities, "vulnerability");

    /// <summary>Class of a threat, or null.</summary>
    public string? ClassOf(string? threat)
    {
        var row = Rows(plugins, CatalogueKind.Threats).FirstOrDefault(r => Key(r) == threat);
        while (row.Item is { } item && item.Kind != "category")
            row = Rows(plugins, CatalogueKind.Threats).FirstOrDefault(r => r.Catalogue == row.Catalogue && r.Item.Id == item.Parent);
        return row.Item is null ? null : Key(row);
    }

    public string? ThreatName(Risk risk) => Name(Threats, risk.Threat, risk.ThreatWords);

    public string? VulnerabilityName(Risk risk) => Name(Vulnerabilities, risk.Vulnerability, risk.VulnerabilityWords);

    public string? ClassName(string? key) => key is null ? null : Classes.FirstOrDefault(c => c.Value == key)?.Text ?? key;

    private static string? Name(IReadOnlyList<Choice> known, string? key, string? own)
    {
        var name = key is null ? null : known.FirstOrDefault(c => c.Value == key)?.Text ?? key;
        return string.IsNullOrWhiteSpace(own) ? name : name is null ? own : $"{name}: {own}";
    }

    private static IReadOnlyList<Choice> Singles(WorkspaceOffers plugins, IWords words, CatalogueKind kind, string item) =>
        [.. Rows(plugins, kind).Where(r => r.Item.Kind == item).Select(r => new Choice(Key(r), r.Item.TitleIn(words.Language), r.Catalogue.Items.FirstOrDefault(i => i.Id == r.Item.Parent) is { } above ? above.TitleIn(words.Language) : null))];

    private static IEnumerable<(Catalogue Catalogue, CatalogueItem Item)> Rows(WorkspaceOffers plugins, CatalogueKind kind) => plugins.Catalogues.Where(c => c.Kind == kind).SelectMany(c => c.Items.Select(i => (c, i)));

    private static string Key((Catalogue Catalogue, CatalogueItem Item) row) => $"{row.Catalogue.Id}/{row.Item.Id}";
}

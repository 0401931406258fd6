using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Imports;

namespace IsmsModular.Platform.Plugins;

/// <summary>What one plugin offers, gathered while it registers; merged into the catalog as a whole or not at all.</summary>
internal sealed class ScratchRegistry(PluginPackage package, PluginGuard guard) : IPluginRegistry
{
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private bool isClosed;

    public IPluginFiles Files => package;

    public List<GuardedMethodology> Methodologies { get; } = [];

    public List<Catalogue> Catalogues { get; } = [];

    public List<CatalogueMapping> Mappings { get; } = [];

    public List<GuardedFormat> Formats { get; } = [];

    /// <summary>Everything that must be unique among plugins, such as <c>methodology matrix</c>.</summary>
    public IReadOnlySet<string> Keys => keys;

    /// <summary>The same with the versions of methodologies.</summary>
    public IReadOnlyList<PluginOffer> Offers =>
    [
        .. Methodologies.Select(m => new PluginOffer("methodology", m.Id, m.Version)),
        .. Catalogues.Select(c => new PluginOffer("catalogue", c.Id)),
        .. Mappings.Select(m => new PluginOffer("mapping", $"{m.From} to {m.To}")),
        .. Formats.Select(f => new PluginOffer("format", f.Key)),
    ];

    public void AddMethodology(IRiskMethodology methodology)
    {
        var guarded = new GuardedMethodology(methodology, guard);
        Claim("methodology", guarded.Id);
        Methodologies.Add(guarded);
    }

    public void AddCatalogue(Catalogue catalogue)
    {
        Claim("catalogue", catalogue.Id);
        CheckRows(catalogue);
        Catalogues.Add(catalogue);
    }

    public void AddMapping(CatalogueMapping mapping)
    {
        Claim("mapping", $"{mapping.From} to {mapping.To}");
        Mappings.Add(mapping);
    }

    public void AddReportFormat(IReportFormat format)
    {
        var guarded = new GuardedFormat(format, guard);
        Claim("format", guarded.Key);
        Formats.Add(guarded);
    }

    /// <summary>From here on the plugin cannot add anything.</summary>
    public void Close() => isClosed = true;

    private void Claim(string kind, string key)
    {
        if (isClosed)
            throw new InvalidOperationException("A plugin registers at start only.");
        if (string.IsNullOrWhiteSpace(key) || key.Length > 200)
            throw new InvalidOperationException($"A {kind} without a key.");
        if (package.Manifest.Offers is { } said && !said.Contains($"{kind} {key}"))
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.offers", "It offers {0}, which its manifest does not say.", $"{kind} {key}"));
        if (!keys.Add($"{kind} {key}"))
            throw Taken($"{kind} {key}", package.Manifest.Id);
    }

    public static PluginRefusedException Taken(string key, string owner) =>
        new(PluginState.Faulted, new Message("plugins.reason.taken", "The key {0} is taken by the plugin {1}.", key, owner));

    private static IEnumerable<string> TextsOf(CatalogueItem item) =>
        [item.Id, item.Title, item.Guidance ?? "", .. item.Titles.Values, .. item.Guidances.Values, .. item.Attributes.Values.SelectMany(v => v)];

    private static void CheckRows(Catalogue catalogue)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in catalogue.Items)
        {
            // A row of a sector guide may lie under a row of the catalogue that it extends.
            if (item.Parent is not null && !seen.Contains(item.Parent) && catalogue.Extends is null)
                throw Wrong($"{item.Id}: no row {item.Parent} above it");
            if (!seen.Add(item.Id))
                throw Wrong($"{item.Id}: twice");
            // It could be neither kept in a statement nor written into an Office file.
            if (TextsOf(item).Any(t => CellText.FirstUnfit(t) >= 0))
                throw Wrong($"{item.Id}: a character that cannot be printed");
        }

        PluginRefusedException Wrong(string problem) => new(PluginState.Faulted, new Message("plugins.reason.content", "Its content is wrong: {0}.", $"{catalogue.Id}: {problem}"));
    }
}

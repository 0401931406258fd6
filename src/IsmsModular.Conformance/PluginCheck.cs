using System.Text.Json;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Conformance;

/// <summary>The checks. Each answers with findings; none means that the plugin conforms.</summary>
public static class PluginCheck
{
    /// <summary>Checks everything that a plugin of code offers.</summary>
    /// <param name="plugin">The entry type.</param>
    /// <param name="folder">Folder of the plugin's files, with <c>locales</c> when it has words.</param>
    /// <param name="options">Further cases; words are read from the folder.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(IIsmsPlugin plugin, string folder, ConformanceOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        var findings = new Findings("plugin");
        var registry = new Registry(folder, findings);
        if (findings.Try("registration", "Register", () => { plugin.Register(registry); return registry; }) is null)
            return findings.All;
        findings.Unless(registry.Count > 0, "registration", "It offers nothing.");
        options = new() { Cases = options?.Cases ?? [], GeneratedCases = options?.GeneratedCases ?? new ConformanceOptions().GeneratedCases, Words = ReadWords(folder) };
        var all = new List<Finding>(findings.All);
        foreach (var methodology in registry.Methodologies)
            all.AddRange(CheckMethodology(methodology, options));
        foreach (var catalogue in registry.Catalogues)
            all.AddRange(CheckCatalogue(catalogue));
        foreach (var mapping in registry.Mappings)
            all.AddRange(CheckMapping(mapping, registry.Catalogues));
        foreach (var format in registry.Formats)
            all.AddRange(await CheckFormatAsync(format, cancellationToken));
        return all;
    }

    /// <summary>Checks a methodology: identity, form, results, refusals, words.</summary>
    public static IReadOnlyList<Finding> CheckMethodology(IRiskMethodology methodology, ConformanceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(methodology);
        return new MethodologyCheck(methodology, options ?? new()).Run();
    }

    /// <summary>Checks a catalogue: rows that hang together, words in each language that it speaks.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="extended">Of a sector guide the catalogue that it extends, when it is at hand.</param>
    public static IReadOnlyList<Finding> CheckCatalogue(Catalogue catalogue, Catalogue? extended = null)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        return CatalogueCheck.Run(catalogue, extended);
    }

    /// <summary>Checks a mapping; ids are looked up in those of the catalogues that are given.</summary>
    public static IReadOnlyList<Finding> CheckMapping(CatalogueMapping mapping, IReadOnlyList<Catalogue> catalogues)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        return CatalogueCheck.Run(mapping, catalogues);
    }

    /// <summary>Checks a report format: every block, odd texts, long tables, many threads, cancellation.</summary>
    public static Task<IReadOnlyList<Finding>> CheckFormatAsync(IReportFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new FormatCheck(format).RunAsync(cancellationToken);
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> ReadWords(string folder)
    {
        var locales = Path.Combine(folder, "locales");
        return !Directory.Exists(locales) ? [] : Directory.GetFiles(locales, "*.json").ToDictionary(
            f => Path.GetFileNameWithoutExtension(f),
            f => (IReadOnlyDictionary<string, string>)(JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(f)) ?? []));
    }

    /// <summary>What the host's registry refuses is a finding.</summary>
    private sealed class Registry(string folder, Findings findings) : IPluginRegistry, IPluginFiles
    {
        private readonly HashSet<string> keys = new(StringComparer.Ordinal);

        public IPluginFiles Files => this;

        public List<IRiskMethodology> Methodologies { get; } = [];

        public List<Catalogue> Catalogues { get; } = [];

        public List<CatalogueMapping> Mappings { get; } = [];

        public List<IReportFormat> Formats { get; } = [];

        public int Count => keys.Count;

        public IReadOnlyList<string> Names => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

        public Stream OpenFile(string name) => Names.Contains(name) ? File.OpenRead(Path.Combine(folder, name)) : throw new FileNotFoundException($"The plugin has no file {name}.", name);

        public void AddMethodology(IRiskMethodology methodology) => Add("methodology " + methodology.Id, Methodologies, methodology);

        public void AddCatalogue(Catalogue catalogue) => Add("catalogue " + catalogue.Id, Catalogues, catalogue);

        public void AddMapping(CatalogueMapping mapping) => Add($"mapping {mapping.From} to {mapping.To}", Mappings, mapping);

        public void AddReportFormat(IReportFormat format) => Add("format " + format.Key, Formats, format);

        private void Add<T>(string key, List<T> list, T item)
        {
            findings.Unless(keys.Add(key), "registration", $"{key} is added twice.");
            list.Add(item);
        }
    }
}

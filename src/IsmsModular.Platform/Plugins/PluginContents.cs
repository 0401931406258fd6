using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;
using Microsoft.Extensions.Logging.Abstractions;

namespace IsmsModular.Platform.Plugins;

/// <summary>What a plugin file offers, without guard and without installing it: for who writes plugins.</summary>
public sealed class PluginContents
{
    /// <summary>Methodologies.</summary>
    public IReadOnlyList<IRiskMethodology> Methodologies { get; private init; } = [];

    /// <summary>Catalogues.</summary>
    public IReadOnlyList<Catalogue> Catalogues { get; private init; } = [];

    /// <summary>Mappings.</summary>
    public IReadOnlyList<CatalogueMapping> Mappings { get; private init; } = [];

    /// <summary>Report formats.</summary>
    public IReadOnlyList<IReportFormat> Formats { get; private init; } = [];

    /// <summary>Words by language and key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Words { get; private init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Unpacks a plugin and takes in what it offers. Runs its code.</summary>
    /// <param name="file">The zip; can seek.</param>
    /// <param name="folder">An empty folder to unpack into; keep it while the contents are used.</param>
    public static Result<PluginContents> Load(Stream file, string folder)
    {
        try
        {
            using var archive = PluginArchive.Open(file);
            PluginLoader.CheckSdk(archive.Manifest);
            archive.Unpack(folder);
            var loader = new PluginLoader(new(folder, Path.Combine(folder, ".cache"), _ => true, new HashSet<string>()), _ => false, NullLogger.Instance);
            var (registry, words) = loader.Register(folder, archive.Manifest);
            return new PluginContents
            {
                Methodologies = [.. registry.Methodologies.Select(m => m.Unguarded)],
                Catalogues = registry.Catalogues,
                Mappings = registry.Mappings,
                Formats = [.. registry.Formats.Select(f => f.Unguarded)],
                Words = words.ToDictionary(w => w.Key, w => (IReadOnlyDictionary<string, string>)w.Value),
            };
        }
        catch (PluginRefusedException refused)
        {
            return Error.Invalid(refused.Reason.Key, null, [.. refused.Reason.Arguments.Select(a => a.ToString())]);
        }
        catch (Exception error)
        {
            // The plugin seam, as in the loader: whatever its code throws is its own fault.
            var cause = PluginGuard.Innermost(error);
            return Error.Invalid("plugins.reason.load", null, $"{cause.GetType().Name}: {cause.Message}");
        }
    }
}

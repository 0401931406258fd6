using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Plugins;

/// <summary>What active plugins offer. Singleton; exchanged as a whole when an administrator switches a plugin, so do not keep what it gave beyond a request.</summary>
public interface IPluginCatalog
{
    /// <summary>Every plugin found, with state and reason.</summary>
    IReadOnlyList<PluginStatus> Plugins { get; }

    /// <summary>Newest active version of each methodology.</summary>
    IReadOnlyList<IMethodologyHandle> Methodologies { get; }

    /// <summary>A methodology by key; a stored result asks for its own version, new work for none (newest).</summary>
    IMethodologyHandle? Methodology(string id, string? version = null);

    /// <summary>Catalogues by key.</summary>
    IReadOnlyList<Catalogue> Catalogues { get; }

    /// <summary>A catalogue by key, or <c>null</c>.</summary>
    Catalogue? Catalogue(string id);

    /// <summary>Mappings between catalogues.</summary>
    IReadOnlyList<CatalogueMapping> Mappings { get; }

    /// <summary>Report formats by key.</summary>
    IReadOnlyList<IReportFormatHandle> Formats { get; }

    /// <summary>Id of the active plugin that offers a key of a kind (<see cref="PluginOffer"/>), or <c>null</c>.</summary>
    string? OwnerOf(string kind, string key);

    /// <summary>Words of all active plugins in a language (<c>en</c>, <c>ms</c>), by key. Every key starts with its plugin's id, so that none clash.</summary>
    IReadOnlyDictionary<string, string> Words(string language);
}

/// <summary>A report format behind the guard: a plugin's exception becomes an error that names the plugin.</summary>
public interface IReportFormatHandle
{
    /// <summary>Key and file extension, such as <c>xlsx</c>.</summary>
    string Key { get; }

    /// <summary>Name shown to people.</summary>
    string Name { get; }

    /// <summary>Media type of the file.</summary>
    string MediaType { get; }

    /// <summary>End of the file's name.</summary>
    string Extension { get; }

    /// <summary>Whether it writes statements of applicability only.</summary>
    bool NeedsControls { get; }

    /// <summary>Id of the plugin it comes from.</summary>
    string PluginId { get; }

    /// <summary>Writes the whole report. After an error the output is incomplete: throw it away.</summary>
    Task<Result<Done>> RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken);
}

/// <summary>A methodology behind the guard: a plugin's exception becomes an error that names the plugin.</summary>
public interface IMethodologyHandle
{
    /// <summary>Key.</summary>
    string Id { get; }

    /// <summary>Version.</summary>
    string Version { get; }

    /// <summary>Id of the plugin it comes from.</summary>
    string PluginId { get; }

    /// <summary>What it is.</summary>
    MethodologyInfo Info { get; }

    /// <summary>Default parameters; a fresh copy.</summary>
    JsonObject DefaultParameters { get; }

    /// <summary>Plugin whose locales translate the words of a declared methodology; <c>null</c> where it is code.</summary>
    string? WordsPlugin { get; }

    /// <summary>The whole declaration, parameters filled in (<c>methodology.json</c> without parameters): what a copy starts from. <c>null</c> where the methodology is code.</summary>
    Result<JsonObject>? Declaration(JsonObject? parameters);

    /// <summary>The form under parameters; an invalid parameter is an error whose field names it.</summary>
    Result<MethodologyForm> Describe(JsonObject? parameters);

    /// <summary>The result; <c>Rated.Result</c> is <c>null</c> when unrated. An invalid input is an error whose field names it.</summary>
    Result<Rated> Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs);
}

/// <summary>Outcome of an evaluation; unrated when the result is <c>null</c>.</summary>
public sealed record Rated(MethodologyResult? Result);

/// <summary>State of a plugin.</summary>
public enum PluginState
{
    /// <summary>Found, not looked into yet.</summary>
    Discovered,
    /// <summary>Asks for another SDK, or is not for this program.</summary>
    Incompatible,
    /// <summary>Switched off by an administrator.</summary>
    Disabled,
    /// <summary>Wrong hash, cannot load, threw, or its key is taken.</summary>
    Faulted,
    /// <summary>In use.</summary>
    Active,
}

/// <summary>One version of a plugin with its state; the reason, when there is one, is a message whose key is in <c>content/locales/*/plugins.json</c>.</summary>
public sealed record PluginStatus(string Id, string Version, string Name, string Kind, PluginState State, Message? Reason, bool HasCode, string? Licence, string? Source)
{
    /// <summary>Who vouches for it.</summary>
    public PluginOrigin Origin { get; init; } = new(SignatureState.Unsigned);

    /// <summary>What it offers while it is in use; empty otherwise.</summary>
    public IReadOnlyList<PluginOffer> Offers { get; init; } = [];
}

/// <summary>One thing that a plugin offers.</summary>
/// <param name="Kind"><c>methodology</c>, <c>catalogue</c>, <c>mapping</c> or <c>format</c>.</param>
/// <param name="Key">Its key; of a mapping <c>{from} to {to}</c>.</param>
/// <param name="Version">Version of a methodology's rules; <c>null</c> for what has none.</param>
public sealed record PluginOffer(string Kind, string Key, string? Version = null);

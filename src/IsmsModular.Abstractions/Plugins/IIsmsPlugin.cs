namespace IsmsModular.Abstractions.Plugins;

/// <summary>The one entry type of a code plugin. Exactly one public, parameterless, non-abstract class of the plugin's assembly implements it.</summary>
public interface IIsmsPlugin
{
    /// <summary>Adds what the plugin offers. Called once, at start, on a scratch registry: if it throws, nothing of it is kept and the plugin is shown as faulted.</summary>
    void Register(IPluginRegistry registry);
}

/// <summary>What a plugin may add. A key that another plugin already took is refused and faults the later plugin as a whole.</summary>
public interface IPluginRegistry
{
    /// <summary>The plugin's own files, as listed and hashed in its manifest.</summary>
    IPluginFiles Files { get; }

    /// <summary>Adds a risk methodology.</summary>
    void AddMethodology(Methodologies.IRiskMethodology methodology);

    /// <summary>Adds a catalogue of controls, clauses, threats or vulnerabilities.</summary>
    void AddCatalogue(Catalogues.Catalogue catalogue);

    /// <summary>Adds a mapping between two catalogues.</summary>
    void AddMapping(Catalogues.CatalogueMapping mapping);

    /// <summary>Adds a file type that reports can be rendered to.</summary>
    void AddReportFormat(Reports.IReportFormat format);
}

/// <summary>Read access to the plugin's own verified files.</summary>
public interface IPluginFiles
{
    /// <summary>Opens a file named in the manifest, by its path inside the plugin with forward slashes.</summary>
    /// <exception cref="FileNotFoundException">The manifest names no such file.</exception>
    Stream OpenFile(string name);

    /// <summary>Every file of the manifest.</summary>
    IReadOnlyList<string> Names { get; }
}

using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Platform.Modules;

/// <summary>The one class by which a module joins the program. Found in its assembly; handlers, validators and repositories are registered by convention.</summary>
public interface IModule
{
    /// <summary>Short name, also the first part of its addresses: <c>risks</c>.</summary>
    string Name { get; }

    /// <summary>Maps of the module's documents.</summary>
    IEnumerable<DocumentMap> Documents { get; }

    /// <summary>Entries of the journey navigation, in the guideline's order.</summary>
    IEnumerable<NavigationEntry> Navigation { get; }

    /// <summary>Registers what no convention finds.</summary>
    void Register(IServiceCollection services);
}

/// <summary>A step of the journey.</summary>
/// <param name="Order">Place: chapter times 100 plus step.</param>
/// <param name="Stage">Key of the stage heading in the locales, such as <c>stage.assess</c>.</param>
/// <param name="Title">Key of the words in the locales.</param>
/// <param name="Path">Path under the workspace, such as <c>risks/assets</c>.</param>
/// <param name="Icon">Name of a Tabler icon.</param>
/// <param name="Area">Shown to who may read it.</param>
/// <param name="Also">Another path whose pages belong to the step, or <c>null</c>.</param>
public sealed record NavigationEntry(int Order, string Stage, string Title, string Path, string Icon, Area Area, string? Also = null);

using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Risks.Contracts;

/// <summary>Catalogues of controls that the current workspace can take as its base edition: those that plugins offer it, and those that it brought in itself. Scoped.</summary>
public interface IControlCatalogues
{
    /// <summary>Catalogues of controls, by name.</summary>
    IReadOnlyList<Catalogue> Bases();

    /// <summary>Every catalogue that the workspace may choose from, of whatever kind.</summary>
    IReadOnlyList<Catalogue> Offered();
}

using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;

namespace IsmsModular.Organisation.Contracts;

/// <summary>What a module keeps in somebody's name. A module that has owners implements it, so that a leaver's records can be found and handed over together.</summary>
public interface IOwnedRecords
{
    /// <summary>The first records that name the person as owner or responsible, in the current workspace, of those that the caller may read.</summary>
    /// <param name="personId">The person.</param>
    /// <param name="most">How many at the most.</param>
    /// <param name="cancellationToken">Token.</param>
    Task<IReadOnlyList<OwnedRecord>> OfAsync(string personId, int most, CancellationToken cancellationToken);

    /// <summary>How many records name the person, by the right to read them; counted without reading one.</summary>
    Task<IReadOnlyDictionary<Area, long>> CountAsync(string personId, CancellationToken cancellationToken);

    /// <summary>Puts another person in the place of the first, in a unit of work of the module's own, all or nothing.</summary>
    Task<Result<Done>> HandOverAsync(string fromPersonId, string toPersonId, string reason, CancellationToken cancellationToken);
}

/// <summary>A record that names somebody.</summary>
/// <param name="Kind">Key of the word for what it is, such as <c>owned.asset</c>.</param>
/// <param name="Reference">Reference, such as <c>ASSET-0007</c>.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Path">Page under the workspace, such as <c>risks/assets/detail</c>.</param>
/// <param name="Id">ULID, for the page.</param>
/// <param name="Area">Right to read it.</param>
public sealed record OwnedRecord(string Kind, string Reference, string Title, string Path, string Id, Area Area);

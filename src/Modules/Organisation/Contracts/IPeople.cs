using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;

namespace IsmsModular.Organisation.Contracts;

/// <summary>What other modules ask about people. Reads the current workspace.</summary>
public interface IPeople
{
    /// <summary>The person, or <c>null</c> when there is none of this id in the workspace.</summary>
    Task<PersonSummary?> FindAsync(string? id, CancellationToken cancellationToken = default);

    /// <summary>The person of this name (case does not matter), or <c>null</c>. For imports.</summary>
    Task<PersonSummary?> FindByNameAsync(string? name, CancellationToken cancellationToken = default);

    /// <summary>Everybody, by name; those who left only when asked for.</summary>
    Task<IReadOnlyList<PersonSummary>> AllAsync(bool withLeavers = false, CancellationToken cancellationToken = default);

    /// <summary>The person of this name, added when there is none, saved at once: the host calls it before it gives an account a membership.</summary>
    /// <returns>Id of the person.</returns>
    Task<Result<string>> EnsureAsync(string name, string? email, IReadOnlyList<Role> roles, CancellationToken cancellationToken = default);
}

/// <summary>A person as other modules see one.</summary>
/// <param name="Id">ULID.</param>
/// <param name="Name">Name or post.</param>
/// <param name="Unit">Department.</param>
/// <param name="Roles">ISMS roles.</param>
/// <param name="DeputyId">Deputy, or <c>null</c>.</param>
/// <param name="HasLeft">Whether the person left.</param>
public sealed record PersonSummary(string Id, string Name, string? Unit, IReadOnlyList<Role> Roles, string? DeputyId, bool HasLeft);

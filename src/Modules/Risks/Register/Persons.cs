using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Web;

namespace IsmsModular.Risks.Register;

/// <summary>People of the workspace, for pickers and for names beside records.</summary>
internal sealed class Persons(IPeople people)
{
    private IReadOnlyList<PersonSummary>? all;

    /// <summary>Everybody, leavers too, read once a request.</summary>
    public async Task<PersonBook> ReadAsync(CancellationToken cancellationToken) => new(all ??= await people.AllAsync(withLeavers: true, cancellationToken));
}

/// <summary>People by id.</summary>
internal sealed class PersonBook(IReadOnlyList<PersonSummary> all)
{
    private readonly Dictionary<string, PersonSummary> byId = all.ToDictionary(p => p.Id);

    /// <summary>Who may be chosen: everybody who has not left, and whoever is chosen already.</summary>
    public IReadOnlyList<Choice> Choices(params IEnumerable<string?> chosen) => [.. all.Where(p => !p.HasLeft || chosen.Contains(p.Id)).Select(p => new Choice(p.Id, p.Name, null, p.Unit))];

    public PersonSummary? Find(string? id) => id is null ? null : byId.GetValueOrDefault(id);

    /// <summary>The person of this name, without regard to case.</summary>
    public PersonSummary? ByName(string name) => all.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    public string? Name(string? id) => Find(id)?.Name;

    public IEnumerable<string> Leavers => all.Where(p => p.HasLeft).Select(p => p.Id);

    public bool HasLeft(string? id) => Find(id)?.HasLeft == true;

    /// <summary>Why a person cannot be named in a field, or null. Who left may stay where named before.</summary>
    public Error? Refusal(string? id, string? before, string field) => string.IsNullOrEmpty(id) ? null
        : !Knows(id) ? Error.Invalid("risk.person.unknown", field)
        : id != before && HasLeft(id) ? Error.Invalid("risk.owner.left", field) : null;

    /// <summary>Whether there is such a person, or none was named.</summary>
    public bool Knows(string? id) => id is null || byId.ContainsKey(id);
}

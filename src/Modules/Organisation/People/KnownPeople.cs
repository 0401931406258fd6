using System.Collections.Concurrent;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Organisation.People;

/// <summary>Everybody in a workspace, leavers too, by name: every page asks for them. Kept until the workspace's log has a new head.</summary>
internal sealed class KnownPeople
{
    private readonly ConcurrentDictionary<string, (string Head, IReadOnlyList<PersonSummary> All)> known = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<PersonSummary>> InAsync(WorkspaceContext workspace, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        // Read before the people: whoever is saved meanwhile makes what is kept here old.
        var head = (await session.HeadAsync(cancellationToken)).Hash;
        if (known.TryGetValue(workspace.Workspace.Id, out var found) && found.Head == head)
            return found.All;
        var all = await session.StreamAsync<Person>(Query.All.OrderBy("name"), cancellationToken).Select(Of).ToListAsync(cancellationToken);
        known[workspace.Workspace.Id] = (head, all.AsReadOnly());
        return all;
    }

    public static PersonSummary Of(Person person) => new(person.Id, person.Name, person.Unit, [.. person.Roles], person.DeputyId, person.LeftOn is not null);
}

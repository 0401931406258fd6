using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Organisation.People;

/// <summary>Answers other modules about the people of the current workspace.</summary>
internal sealed class People(WorkspaceContext workspace, KnownPeople known) : IPeople, IApprovalPeople
{
    public async Task<PersonSummary?> FindAsync(string? id, CancellationToken cancellationToken = default) =>
        await workspace.OpenSession().FindAsync<Person>(id, cancellationToken) is { } person ? KnownPeople.Of(person) : null;

    public async Task<PersonSummary?> FindByNameAsync(string? name, CancellationToken cancellationToken = default) =>
        string.IsNullOrWhiteSpace(name) ? null
        : (await workspace.OpenSession().QueryAsync<Person>(Query.All.Where("key", Person.Key(name)).Take(1), cancellationToken)).Items.Select(KnownPeople.Of).FirstOrDefault();

    public async Task<IReadOnlyList<PersonSummary>> AllAsync(bool withLeavers = false, CancellationToken cancellationToken = default)
    {
        var all = await known.InAsync(workspace, cancellationToken);
        return withLeavers ? all : [.. all.Where(p => !p.HasLeft)];
    }

    public async Task<Result<string>> EnsureAsync(string name, string? email, IReadOnlyList<Role> roles, CancellationToken cancellationToken = default)
    {
        if (await FindByNameAsync(name, cancellationToken) is { } known)
            return known.Id;
        var session = workspace.OpenSession();
        var person = new Person { Name = name.Trim(), Email = email, Roles = [.. roles] };
        session.Add(person, "person.add");
        session.Next("PERS", n => person.Reference = $"PERS-{n:0000}");
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? person.Id : saved.Errors.ToList();
    }

    async Task<IReadOnlyList<ApprovalPerson>> IApprovalPeople.AllAsync(CancellationToken cancellationToken) =>
        [.. (await AllAsync(withLeavers: true, cancellationToken)).Select(p => new ApprovalPerson(p.Id, p.Name, p.Roles, p.DeputyId, p.HasLeft))];
}

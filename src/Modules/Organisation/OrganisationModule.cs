using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Modules;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Search;
using IsmsModular.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Organisation;

/// <summary>People, their roles in the ISMS, and appointments (guideline 4.5).</summary>
public sealed class OrganisationModule : IModule
{
    /// <inheritdoc />
    public string Name => "organisation";

    /// <inheritdoc />
    public IEnumerable<DocumentMap> Documents => [People.Person.Map];

    /// <inheritdoc />
    public IEnumerable<NavigationEntry> Navigation => [new(450, "stage.organise", "nav.people", "organisation/people", "users", Area.People)];

    /// <inheritdoc />
    public void Register(IServiceCollection services)
    {
        services.AddSingleton<People.KnownPeople>();
        services.AddScoped<Contracts.IPeople, People.People>();
        services.AddScoped<IApprovalPeople, People.People>();
        services.AddSingleton<IRecordSearch>(new RecordSearch<People.Person>("nav.people", "users", Area.People, "organisation/people", "organisation/people/detail", p => (p.Reference, p.Name)));
    }
}

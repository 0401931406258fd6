using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Plan;
using MediatR;

namespace IsmsModular.Risks.Register;

/// <summary>What this module keeps in somebody's name: risks, controls, assets, groups and tasks (domain.md rule 7).</summary>
internal sealed class OwnedRecords(WorkspaceContext ws, IMediator mediator) : IOwnedRecords
{
    public async Task<IReadOnlyList<OwnedRecord>> OfAsync(string personId, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        List<OwnedRecord> found = [];
        await FindAsync<Risk>(await StillOpen.RisksAsync(session, cancellationToken), ["owner"], r => new("owned.risk", r.Reference, r.Title, "risks/register/detail", r.Id, Area.Risks));
        await FindAsync<PlanTask>(StillOpen.Tasks, ["responsible", "accountable"], t => new("owned.task", t.Reference, t.Title, "risks/plan/detail", t.Id, Area.Plan));
        await FindAsync<ControlImplementation>(Query.All, ["owner", "operator"], c => new("owned.control", c.Reference, c.Name, "risks/controls/detail", c.Id, Area.Controls));
        await FindAsync<Asset>(Query.All, ["owner", "custodian"], a => new("owned.asset", a.Reference, a.Name, "risks/assets/detail", a.Id, Area.Assets));
        await FindAsync<AssetGroup>(Query.All, ["owner"], g => new("owned.group", g.Reference, g.Name, "risks/groups/detail", g.Id, Area.Assets));
        return [.. found.DistinctBy(r => r.Id)];

        async Task FindAsync<T>(Query among, string[] fields, Func<T, OwnedRecord> tell)
            where T : Document
        {
            foreach (var field in fields)
            {
                await foreach (var record in session.StreamAsync<T>(among.Where(field, personId).OrderBy("ref"), cancellationToken))
                    found.Add(tell(record));
            }
        }
    }

    public async Task<Result<Done>> HandOverAsync(string fromPersonId, string toPersonId, string reason, CancellationToken cancellationToken)
    {
        var handed = await mediator.Send(new HandoverModel.Command { FromId = fromPersonId, ToId = toPersonId, Reason = reason }, cancellationToken);
        return handed.Succeeded ? Done.Yes : (List<Error>)[.. handed.Errors];
    }
}

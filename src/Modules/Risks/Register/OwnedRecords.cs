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
    public async Task<IReadOnlyList<OwnedRecord>> OfAsync(string personId, int most, CancellationToken cancellationToken)
    {
        List<OwnedRecord> found = [];
        foreach (var kind in (await KindsAsync(personId, cancellationToken)).Where(k => ws.May(k.Area, Verb.Read)))
        {
            foreach (var query in kind.Queries.TakeWhile(_ => found.Count < most))
                found.AddRange(await kind.ReadAsync(query.OrderBy("ref").Take(most - found.Count)));
        }

        return found;
    }

    public async Task<IReadOnlyDictionary<Area, long>> CountAsync(string personId, CancellationToken cancellationToken)
    {
        var held = await StillOpen.HeldAsync(ws.OpenSession(), [personId], cancellationToken);
        return new[] { Area.Risks, Area.Plan, Area.Controls, Area.Assets }.ToDictionary(area => area, area => held(personId, area));
    }

    public async Task<Result<Done>> HandOverAsync(string fromPersonId, string toPersonId, string reason, CancellationToken cancellationToken)
    {
        var handed = await mediator.Send(new HandoverModel.Command { FromId = fromPersonId, ToId = toPersonId, Reason = reason }, cancellationToken);
        return handed.Succeeded ? Done.Yes : (List<Error>)[.. handed.Errors];
    }

    private async Task<IReadOnlyList<Kind>> KindsAsync(string personId, CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        return
        [
            Of<Risk>(Area.Risks, await StillOpen.RisksAsync(session, cancellationToken), ["owner"], r => new("owned.risk", r.Reference, r.Title, "risks/register/detail", r.Id, Area.Risks)),
            Of<PlanTask>(Area.Plan, StillOpen.Tasks, ["responsible", "accountable"], t => new("owned.task", t.Reference, t.Title, "risks/plan/detail", t.Id, Area.Plan)),
            Of<ControlImplementation>(Area.Controls, Query.All, ["owner", "operator"], c => new("owned.control", c.Reference, c.Name, "risks/controls/detail", c.Id, Area.Controls)),
            Of<Asset>(Area.Assets, Query.All, ["owner", "custodian"], a => new("owned.asset", a.Reference, a.Name, "risks/assets/detail", a.Id, Area.Assets)),
            Of<AssetGroup>(Area.Assets, Query.All, ["owner"], g => new("owned.group", g.Reference, g.Name, "risks/groups/detail", g.Id, Area.Assets)),
        ];

        // Who stands in two fields of a record is found by the first of them.
        Kind Of<T>(Area area, Query among, string[] fields, Func<T, OwnedRecord> tell)
            where T : Document => new(
                area,
                [.. fields.Select((field, i) => fields.Take(i).Aggregate(among.Where(field, personId), (query, before) => query.WhereNot(before, personId)))],
                async query => (await session.QueryAsync<T>(query, cancellationToken)).Items.Select(tell));
    }

    /// <summary>One kind of record, with the queries that together find each record of a person once.</summary>
    private sealed record Kind(Area Area, IReadOnlyList<Query> Queries, Func<Query, Task<IEnumerable<OwnedRecord>>> ReadAsync);
}

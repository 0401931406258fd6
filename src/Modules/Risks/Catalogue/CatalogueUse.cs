using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Catalogues;

/// <summary>How many records of the workspace name rows of a catalogue.</summary>
internal sealed record UseCounts(long Decisions, long Risks, long Implementations, long Tasks)
{
    public bool Any => Decisions + Risks + Implementations + Tasks > 0;
}

/// <summary>Where the rows of a catalogue are used. Answered from declared fields: no record is read.</summary>
internal sealed class CatalogueUse
{
    /// <summary>Records that name a row of the catalogue; a risk counts once for each row that it names.</summary>
    public async Task<UseCounts> OfAsync(IDocumentSession session, string catalogue)
    {
        var prefix = catalogue + "/";
        return new(
            await session.CountAsync<SoaRow>(Query.All.Where("catalogue", catalogue).WhereAny("decision")),
            await SumAsync<Risk>("controls") + await SumAsync<Risk>("threat") + await SumAsync<Risk>("vulnerability"),
            await SumAsync<ControlImplementation>("control"),
            await SumAsync<PlanTask>("controls"));

        async Task<long> SumAsync<T>(string field)
            where T : Document => (await session.GroupAsync<T>(Query.All.WhereAny(field), field)).Where(g => g.Values[0] is string key && key.StartsWith(prefix, StringComparison.Ordinal)).Sum(g => g.Count);
    }

    /// <summary>Identifiers of the catalogue's rows that any record names.</summary>
    public async Task<IReadOnlySet<string>> RowsAsync(IDocumentSession session, string catalogue)
    {
        var prefix = catalogue + "/";
        HashSet<string> used = new(StringComparer.Ordinal);
        async Task GatherAsync<T>(string field)
            where T : Document => used.UnionWith((await session.GroupAsync<T>(Query.All.WhereAny(field), field)).Select(g => g.Values[0] as string).OfType<string>().Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]));
        await GatherAsync<SoaRow>("control");
        await GatherAsync<Risk>("controls");
        await GatherAsync<Risk>("threat");
        await GatherAsync<Risk>("class");
        await GatherAsync<Risk>("vulnerability");
        await GatherAsync<ControlImplementation>("control");
        await GatherAsync<PlanTask>("controls");
        return used;
    }
}

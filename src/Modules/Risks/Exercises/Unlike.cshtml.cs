using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>Unlike ratings of like cases: same threat, same vulnerability, same group of assets, another level (domain.md rule 10).</summary>
[Access(Area.Exercises)]
public sealed class UnlikePage(IMediator mediator) : PageModel
{
    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return Page();
    }

    internal sealed record Query(string? Id) : IQuery<Model?>;

    /// <param name="Exercise">Exercise.</param>
    /// <param name="Levels">Words of the levels.</param>
    /// <param name="Cases">Cases shown.</param>
    /// <param name="Persons">People.</param>
    /// <param name="PairsLeft">Pairs of threat and vulnerability that were not looked at any more: there are cases enough.</param>
    /// <param name="RisksLeft">Risks of these cases that are not shown.</param>
    internal sealed record Model(Exercise Exercise, LevelWords Levels, IReadOnlyList<Case> Cases, PersonBook Persons, int PairsLeft, long RisksLeft);

    /// <param name="Threat">Name of the threat.</param>
    /// <param name="Vulnerability">Name of the vulnerability.</param>
    /// <param name="Group">Group of assets, or the asset that stands alone.</param>
    /// <param name="Risks">Risks, worst first.</param>
    internal sealed record Case(string Threat, string Vulnerability, string Group, IReadOnlyList<Risk> Risks);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, ThreatDirectory threats, Persons persons, IWords words) : IQueryHandler<Query, Model?>
    {
        private const int MostCases = 30;
        private const int MostRisks = 50;

        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return null;
            var rated = Platform.Store.Query.All.Where("exercise", exercise.Id).Where("state", RiskState.Rated);
            var pairs = (await session.GroupAsync<Risk>(rated.WhereAny("threat").WhereAny("vulnerability"), "threat", "vulnerability", "order"))
                .GroupBy(g => (Threat: (string)g.Values[0]!, Vulnerability: (string)g.Values[1]!)).Where(g => g.Count() > 1).Select(g => g.Key).ToList();

            List<Case> cases = [];
            var groupOf = new Dictionary<string, string?>(StringComparer.Ordinal);
            var (looked, left) = (0, 0L);
            foreach (var (threat, vulnerability) in pairs.TakeWhile(_ => cases.Count < MostCases))
            {
                looked++;
                var same = rated.Where("threat", threat).Where("vulnerability", vulnerability);
                var seen = (await session.GroupAsync<Risk>(same.WhereAny("assets"), "assets", "order")).Select(g => (Asset: (string)g.Values[0]!, Order: g.Values[1])).ToList();
                string[] unknown = [.. seen.Select(p => p.Asset).Distinct().Where(a => !groupOf.ContainsKey(a))];
                var assets = await session.FindManyAsync<Asset>(unknown, cancellationToken);
                foreach (var id in unknown)
                    groupOf[id] = assets.GetValueOrDefault(id)?.GroupId;
                foreach (var like in seen.GroupBy(p => groupOf[p.Asset] ?? p.Asset).Where(g => g.Select(p => p.Order).Distinct().Count() > 1))
                {
                    var risks = await session.QueryAsync<Risk>(same.WhereIn("assets", [.. like.Select(p => p.Asset).Distinct()]).OrderBy("-rank").Take(MostRisks), cancellationToken);
                    var name = (await session.FindAsync<AssetGroup>(like.Key, cancellationToken))?.Name ?? (await session.FindAsync<Asset>(like.Key, cancellationToken))?.Name ?? "";
                    cases.Add(new(threats.ThreatName(risks.Items[0]) ?? threat, threats.VulnerabilityName(risks.Items[0]) ?? vulnerability, name, risks.Items));
                    left += risks.Total - risks.Items.Count;
                }
            }

            return new(exercise, new(methods.Form(exercise), words), cases, await persons.ReadAsync(cancellationToken), pairs.Count - looked, left);
        }
    }
}

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
    /// <param name="PairsLeft">Pairs of threat and vulnerability with unlike ratings that were not looked at.</param>
    /// <param name="RisksLeft">Risks of the pairs looked at that are beyond the most for one pair.</param>
    internal sealed record Model(Exercise Exercise, LevelWords Levels, IReadOnlyList<Case> Cases, PersonBook Persons, int PairsLeft, int RisksLeft);

    /// <param name="Threat">Name of the threat.</param>
    /// <param name="Vulnerability">Name of the vulnerability.</param>
    /// <param name="Group">Group of assets, or the asset that stands alone.</param>
    /// <param name="Risks">Risks, worst first.</param>
    internal sealed record Case(string Threat, string Vulnerability, string Group, IReadOnlyList<Risk> Risks);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, ThreatDirectory threats, Persons persons, IWords words) : IQueryHandler<Query, Model?>
    {
        private const int MostPairs = 30;
        private const int MostRisks = 50;

        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return null;
            var rated = Platform.Store.Query.All.Where("exercise", exercise.Id).Where("state", RiskState.Rated);
            var pairs = (await session.GroupAsync<Risk>(rated.WhereAny("threat").WhereAny("vulnerability"), "threat", "vulnerability", "order"))
                .GroupBy(g => (Threat: (string)g.Values[0]!, Vulnerability: (string)g.Values[1]!)).Where(g => g.Count() > 1).Select(g => (g.Key.Threat, g.Key.Vulnerability, Risks: (int)g.Sum(o => o.Count))).ToList();

            var cases = new List<Case>();
            foreach (var (threat, vulnerability, _) in pairs.Take(MostPairs))
            {
                var risks = (await session.QueryAsync<Risk>(rated.Where("threat", threat).Where("vulnerability", vulnerability).OrderBy("-rank").Take(MostRisks), cancellationToken)).Items;
                var assets = await session.FindManyAsync<Asset>(risks.SelectMany(r => r.AssetIds).Distinct(), cancellationToken);
                var groups = await session.FindManyAsync<AssetGroup>(risks.SelectMany(r => r.GroupIds).Concat(assets.Values.Where(a => a.GroupId is not null).Select(a => a.GroupId!)).Distinct(), cancellationToken);
                cases.AddRange(risks
                    .SelectMany(r => r.GroupIds.Concat(r.AssetIds.Select(a => assets.GetValueOrDefault(a)?.GroupId ?? a)).Distinct().Select(like => (Like: like, Risk: r)))
                    .GroupBy(p => p.Like, p => p.Risk)
                    .Where(g => g.Select(r => r.Current!.Order).Distinct().Count() > 1)
                    .Select(g => new Case(threats.ThreatName(g.First()) ?? threat, threats.VulnerabilityName(g.First()) ?? vulnerability, groups.GetValueOrDefault(g.Key)?.Name ?? assets.GetValueOrDefault(g.Key)?.Name ?? "", [.. g])));
            }

            return new(exercise, new(methods.Form(exercise), words), cases, await persons.ReadAsync(cancellationToken), Math.Max(0, pairs.Count - MostPairs), pairs.Take(MostPairs).Sum(p => Math.Max(0, p.Risks - MostRisks)));
        }
    }
}

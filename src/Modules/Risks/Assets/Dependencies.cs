using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Assets;

/// <summary>What an asset supports, directly and through others: value is passed on along it.</summary>
internal static class Dependencies
{
    /// <summary>Whether an asset can be reached from others by what they support: a circle.</summary>
    public static async Task<bool> ReachesAsync(IDocumentSession session, IEnumerable<string> from, string id, CancellationToken cancellationToken)
    {
        var start = from.ToList();
        return start.Contains(id) || (await AboveAsync(session, start, cancellationToken)).Any(a => a.SupportsIds.Contains(id));
    }

    /// <summary>Everything that is supported, directly and indirectly.</summary>
    public static async Task<IReadOnlyCollection<Asset>> AboveAsync(IDocumentSession session, IEnumerable<string> supportsIds, CancellationToken cancellationToken)
    {
        Dictionary<string, Asset> seen = [];
        var next = supportsIds.ToList();
        while (next.Count > 0 && seen.Count < 5000)
        {
            var found = await session.FindManyAsync<Asset>(next, cancellationToken);
            foreach (var (id, asset) in found)
                seen[id] = asset;
            next = [.. found.Values.SelectMany(a => a.SupportsIds).Where(i => !seen.ContainsKey(i)).Distinct()];
        }

        return seen.Values;
    }

    /// <summary>Greatest value of each criterion among what is supported, with the asset it comes from; null where nothing is valued.</summary>
    public static PassedValue? Greatest(IEnumerable<Asset> above)
    {
        var valued = above.Where(a => a.State != AssetState.Retired && a.Valuation?.IsComplete == true).OrderBy(a => a.Reference, StringComparer.Ordinal).ToList();
        if (valued.Count == 0)
            return null;
        var (c, i, a) = (valued.MaxBy(x => x.Valuation!.C!.Tier)!, valued.MaxBy(x => x.Valuation!.I!.Tier)!, valued.MaxBy(x => x.Valuation!.A!.Tier)!);
        return new(c, c.Valuation!.C!.Tier, i, i.Valuation!.I!.Tier, a, a.Valuation!.A!.Tier);
    }
}

/// <summary>Value passed on by what an asset supports.</summary>
internal sealed record PassedValue(Asset FromC, int C, Asset FromI, int I, Asset FromA, int A)
{
    public string Short => $"C{C} I{I} A{A}";

    /// <summary>Whether a valuation is lower somewhere.</summary>
    public bool Exceeds(Valuation? own) => own is null || own.C?.Tier < C || own.I?.Tier < I || own.A?.Tier < A;

    public IEnumerable<Asset> Sources => new[] { FromC, FromI, FromA }.DistinctBy(a => a.Id);
}

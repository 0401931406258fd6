using System.Collections.Concurrent;
using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>Values of assets and groups as an exercise froze them. Few lie in the exercise itself, many in an attachment, so that the exercise stays quick to read.</summary>
internal sealed class SnapshotRepository(WorkspaceContext ws, IStoreDirectory stores, SnapshotCache cache)
{
    private const int InDocument = 300;
    private const long Limit = 64L << 20;

    /// <summary>Takes the values of all assets and groups in use.</summary>
    public async Task FreezeAsync(Exercise exercise, IDocumentSession session, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AssetSnapshot>(StringComparer.Ordinal);
        // A group that has no value of its own, as after an import, is worth what the greatest of its assets is.
        var unvalued = new Dictionary<string, AssetSnapshot>(StringComparer.Ordinal);
        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All.Where("state", "active"), cancellationToken))
        {
            values[group.Id] = Of(group.Valuation);
            if (group.Valuation is null)
                unvalued[group.Id] = Of(null);
        }

        await foreach (var asset in session.StreamAsync<Asset>(Query.All.WhereNot("state", AssetState.Retired), cancellationToken))
        {
            values[asset.Id] = asset.Valuation is null && values.TryGetValue(asset.GroupId ?? "", out var ofGroup) ? ofGroup : Of(asset.Valuation);
            if (unvalued.TryGetValue(asset.GroupId ?? "", out var soFar))
                unvalued[asset.GroupId!] = Greater(soFar, values[asset.Id]);
        }

        foreach (var (group, value) in unvalued)
            values[group] = value;

        exercise.Values = [];
        exercise.SnapshotAttachment = null;
        if (values.Count <= InDocument)
        {
            exercise.Values = values;
            return;
        }

        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(values, StoreJson.Options));
        exercise.SnapshotAttachment = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(content, Limit, cancellationToken);
    }

    /// <summary>The frozen values of these records.</summary>
    public async Task<IReadOnlyDictionary<string, AssetSnapshot>> ReadAsync(Exercise exercise, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var all = exercise.Values;
        if (exercise.SnapshotAttachment is { } sha)
            all = await cache.GetAsync(ws.Workspace.Id, sha, () => LoadAsync(sha, cancellationToken));

        return ids.Where(all.ContainsKey).ToDictionary(id => id, id => all[id]);
    }

    /// <summary>Value of what a risk harms: the greatest of the harmed C, I and A over its assets and groups; null when nothing was valued.</summary>
    public async Task<int?> ValueOfAsync(Exercise exercise, Risk risk, CancellationToken cancellationToken) => (await ValuesOfAsync(exercise, risk, cancellationToken)).Greatest;

    /// <summary>The greatest C, I and A over the assets and groups of a risk, those that it harms; the others are null.</summary>
    public async Task<AssetSnapshot> ValuesOfAsync(Exercise exercise, Risk risk, CancellationToken cancellationToken)
    {
        var values = (await ReadAsync(exercise, risk.AssetIds.Concat(risk.GroupIds), cancellationToken)).Values;
        return new(risk.HarmsC ? values.Max(v => v.C) : null, risk.HarmsI ? values.Max(v => v.I) : null, risk.HarmsA ? values.Max(v => v.A) : null);
    }

    private async Task<Dictionary<string, AssetSnapshot>> LoadAsync(string sha, CancellationToken cancellationToken)
    {
        if (stores.Workspace(ws.Workspace.Id).Attachments.Open(sha) is not { } stream)
            return [];
        await using (stream)
            return await JsonSerializer.DeserializeAsync<Dictionary<string, AssetSnapshot>>(stream, StoreJson.Options, cancellationToken) ?? [];
    }

    private static AssetSnapshot Greater(AssetSnapshot one, AssetSnapshot other) => new(Max(one.C, other.C), Max(one.I, other.I), Max(one.A, other.A));

    private static int? Max(int? one, int? other) => one is null || other > one ? other : one;

    private static AssetSnapshot Of(Valuation? valuation) => new(valuation?.C?.Tier, valuation?.I?.Tier, valuation?.A?.Tier);
}

/// <summary>Keeps the last few snapshots that were read from attachments: what lies under a hash never changes. Singleton.</summary>
internal sealed class SnapshotCache
{
    private const int Most = 8;
    private readonly ConcurrentDictionary<(string Workspace, string Sha), Dictionary<string, AssetSnapshot>> kept = new();

    public async Task<Dictionary<string, AssetSnapshot>> GetAsync(string workspace, string sha, Func<Task<Dictionary<string, AssetSnapshot>>> load)
    {
        if (kept.TryGetValue((workspace, sha), out var known))
            return known;
        if (kept.Count >= Most)
            kept.Clear();
        return kept[(workspace, sha)] = await load();
    }
}

using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>Values of assets and groups as an exercise froze them. Few lie in the exercise itself, many in an attachment, so that the exercise stays quick to read.</summary>
internal sealed class SnapshotRepository(WorkspaceContext ws, IStoreDirectory stores)
{
    private const int InDocument = 300;
    private const long Limit = 64L << 20;

    /// <summary>Takes the values of all assets and groups in use.</summary>
    public async Task FreezeAsync(Exercise exercise, IDocumentSession session, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, AssetSnapshot>(StringComparer.Ordinal);
        await foreach (var group in session.StreamAsync<AssetGroup>(Query.All.Where("state", "active"), cancellationToken))
            values[group.Id] = Of(group.Valuation);
        await foreach (var asset in session.StreamAsync<Asset>(Query.All.WhereNot("state", AssetState.Retired), cancellationToken))
            values[asset.Id] = Of(asset.Valuation ?? (asset.GroupId is null ? null : await GroupValuation(asset.GroupId)));

        exercise.Values = [];
        exercise.SnapshotAttachment = null;
        if (values.Count <= InDocument)
        {
            exercise.Values = values;
            return;
        }

        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(values, StoreJson.Options));
        exercise.SnapshotAttachment = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(content, Limit, cancellationToken);

        async Task<Valuation?> GroupValuation(string id) => (await session.FindAsync<AssetGroup>(id, cancellationToken))?.Valuation;
    }

    /// <summary>The frozen values of these records.</summary>
    public async Task<IReadOnlyDictionary<string, AssetSnapshot>> ReadAsync(Exercise exercise, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var all = exercise.Values;
        if (exercise.SnapshotAttachment is { } sha && stores.Workspace(ws.Workspace.Id).Attachments.Open(sha) is { } stream)
        {
            await using (stream)
                all = await JsonSerializer.DeserializeAsync<Dictionary<string, AssetSnapshot>>(stream, StoreJson.Options, cancellationToken) ?? [];
        }

        return ids.Where(all.ContainsKey).ToDictionary(id => id, id => all[id]);
    }

    /// <summary>Value of what a risk harms: the greatest of the harmed C, I and A over its assets and groups; null when nothing was valued.</summary>
    public async Task<int?> ValueOfAsync(Exercise exercise, Risk risk, CancellationToken cancellationToken)
    {
        var values = await ReadAsync(exercise, risk.AssetIds.Concat(risk.GroupIds), cancellationToken);
        return values.Values.SelectMany(v => new[] { risk.HarmsC ? v.C : null, risk.HarmsI ? v.I : null, risk.HarmsA ? v.A : null }).Max();
    }

    private static AssetSnapshot Of(Valuation? valuation) => new(valuation?.C?.Tier, valuation?.I?.Tier, valuation?.A?.Tier);
}

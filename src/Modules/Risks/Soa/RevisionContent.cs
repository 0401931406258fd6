using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;

namespace IsmsModular.Risks.Soa;

/// <summary>Frozen rows of revisions: in the document while they fit, else in an attachment.</summary>
internal sealed class RevisionContent(WorkspaceContext ws, IStoreDirectory stores)
{
    private const int InDocument = 400_000;

    public async Task KeepAsync(SoaRevision revision, List<FrozenSoaRow> rows, CancellationToken cancellationToken)
    {
        revision.ContentAttachment = await PutAsync(rows, cancellationToken);
        revision.Rows = revision.ContentAttachment is null ? rows : [];
    }

    public async Task KeepAsync(PlanRevision revision, FrozenPlan plan, CancellationToken cancellationToken)
    {
        revision.ContentAttachment = await PutAsync(plan, cancellationToken);
        (revision.Risks, revision.Tasks) = revision.ContentAttachment is null ? (plan.Risks, plan.Tasks) : ([], []);
    }

    public async Task<IReadOnlyList<FrozenSoaRow>> RowsAsync(SoaRevision revision, CancellationToken cancellationToken) =>
        revision.ContentAttachment is { } sha ? await ReadAsync<List<FrozenSoaRow>>(sha, cancellationToken) : revision.Rows;

    public async Task<FrozenPlan> PlanAsync(PlanRevision revision, CancellationToken cancellationToken) =>
        revision.ContentAttachment is { } sha ? await ReadAsync<FrozenPlan>(sha, cancellationToken) : new(revision.Risks, revision.Tasks);

    private IAttachments Attachments => stores.Workspace(ws.Workspace.Id).Attachments;

    /// <summary>SHA-256 when the content went into an attachment; null when it fits the document.</summary>
    private async Task<string?> PutAsync<T>(T content, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content, StoreJson.Options);
        if (bytes.Length <= InDocument)
            return null;
        using var stream = new MemoryStream(bytes);
        return await Attachments.PutAsync(stream, bytes.Length, cancellationToken);
    }

    private async Task<T> ReadAsync<T>(string sha, CancellationToken cancellationToken)
    {
        await using var stream = Attachments.Open(sha) ?? throw new StoreException($"The attachment {sha} is missing.");
        return (await JsonSerializer.DeserializeAsync<T>(stream, StoreJson.Options, cancellationToken))!;
    }
}

/// <summary>Risks and tasks as a plan's revision froze them.</summary>
internal sealed record FrozenPlan(List<FrozenRisk> Risks, List<FrozenTask> Tasks);

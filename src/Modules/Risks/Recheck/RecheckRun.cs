using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Recheck;

/// <summary>A finished check of all assessments.</summary>
internal sealed class RecheckRun : Document
{
    public static DocumentMap<RecheckRun> Map { get; } = new DocumentMap<RecheckRun>("risks_rechecks")
        .Field("finished", r => r.FinishedAt)
        .Attachments(r => [r.Attachment]);

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    public required string By { get; init; }

    public long Risks { get; init; }

    public long Results { get; init; }

    public long Findings { get; init; }

    /// <summary>SHA-256 of the attachment with the findings, one JSON object a line; null when there are none.</summary>
    public string? Attachment { get; init; }
}

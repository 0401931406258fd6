using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Files;

/// <summary>A file kept as evidence of a record, with the date from which it holds (domain.md, records 5 to 7). Its bytes are an attachment of the workspace's store.</summary>
internal sealed class EvidenceFile : Document
{
    public static DocumentMap<EvidenceFile> Map { get; } = new DocumentMap<EvidenceFile>("risks_files")
        .Text("ref", f => f.Reference)
        .Text("name", f => f.Name)
        .Field("subject", f => f.SubjectId)
        .Field("effective", f => f.EffectiveOn)
        .Attachments(f => [f.Sha256]);

    /// <summary>EVID-0001.</summary>
    public string Reference { get; set; } = "";

    public required EvidenceOf Kind { get; init; }

    /// <summary>Id of the task or the control implementation, key of the control of a row of the statement.</summary>
    public required string SubjectId { get; init; }

    /// <summary>File name as it was uploaded, without path.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows.</summary>
    public string? Note { get; init; }

    public required DateOnly EffectiveOn { get; init; }

    /// <summary>SHA-256 of the attachment.</summary>
    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }

    /// <summary>What its first bytes say it is.</summary>
    public required FileType Type { get; init; }

    public required string AddedByName { get; init; }

    public required DateOnly AddedOn { get; init; }
}

/// <summary>What evidence belongs to.</summary>
public enum EvidenceOf { Control, Task, Soa }

/// <summary>A record that can have evidence.</summary>
internal sealed record EvidenceSubject(EvidenceOf Kind, string Id, string Reference, string Title, Area Area, bool MayEdit, bool IsVerified, (string Path, string Key) Page)
{
    /// <summary>The control implementation, whose own list of evidence names its files too.</summary>
    public ControlImplementation? Control { get; init; }
}

/// <summary>Finds files and what they belong to. Scoped.</summary>
internal sealed class EvidenceFiles(WorkspaceContext ws, ControlDirectory controls)
{
    /// <summary>Files of a record, those that hold since the latest day first.</summary>
    public static async Task<IReadOnlyList<EvidenceFile>> OfAsync(IDocumentSession session, string subjectId, CancellationToken cancellationToken) =>
        (await session.QueryAsync<EvidenceFile>(Query.All.Where("subject", subjectId).OrderBy("-effective").Take(1000), cancellationToken)).Items;

    /// <summary>The record, or null when it is not in this workspace or the caller may not read it.</summary>
    public async Task<EvidenceSubject?> FindAsync(IDocumentSession session, EvidenceOf? kind, string? id, CancellationToken cancellationToken)
    {
        var found = kind switch
        {
            EvidenceOf.Task when await session.FindAsync<PlanTask>(id, cancellationToken) is { } t =>
                new EvidenceSubject(EvidenceOf.Task, t.Id, t.Reference, t.Title, Area.Plan, ws.MayEdit(Area.Plan, t.ResponsibleId, t.AccountableId), t.VerifiedOn is not null, ("risks/plan/detail", "id")),
            EvidenceOf.Control when await session.FindAsync<ControlImplementation>(id, cancellationToken) is { } c =>
                new EvidenceSubject(EvidenceOf.Control, c.Id, c.Reference, c.Name, Area.Controls, ws.MayEdit(Area.Controls, c.OwnerId, c.OperatorId), false, ("risks/controls/detail", "id")) { Control = c },
            EvidenceOf.Soa when ControlRef.Parse(id) is { } control && await StatementRow.FindAsync(session, controls, control, cancellationToken) is { Known: var known } =>
                new EvidenceSubject(EvidenceOf.Soa, control.Key, control.Id, controls.Name(control.Key, await controls.OwnAsync(cancellationToken)), Area.Soa, known && ws.May(Area.Soa, Verb.Edit), false, ("risks/soa/decide", "control")),
            _ => null,
        };
        return found is not null && ws.May(found.Area, Verb.Read) ? found : null;
    }
}

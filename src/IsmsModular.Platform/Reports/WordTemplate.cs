using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Reports;

/// <summary>The workspace's own Word document, on which reports are rendered as DOCX: its styles, header, footer and logo. The file is an attachment.</summary>
public sealed class WordTemplate : Document
{
    /// <summary>There is one.</summary>
    public const string TheId = "0000000000W0RDTEMP0ATE0000";

    /// <summary>How it is stored.</summary>
    public static DocumentMap<WordTemplate> Map { get; } = new DocumentMap<WordTemplate>("report_templates").Text("name", t => t.Name).Attachments(t => [t.Sha256]);

    /// <summary>Name of the file as it was uploaded.</summary>
    public required string Name { get; set; }

    /// <summary>SHA-256 of the attachment.</summary>
    public required string Sha256 { get; set; }

    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; set; }

    /// <summary>Who uploaded it.</summary>
    public required string ByName { get; set; }

    /// <summary>When, in the workspace's time zone.</summary>
    public required DateOnly On { get; set; }
}

/// <summary>Keeps and gives the template of the current workspace. Scoped.</summary>
public sealed class WordTemplates(WorkspaceContext workspace, IStoreDirectory stores)
{
    /// <summary>Bytes of the largest template.</summary>
    public const int MostBytes = 5 * 1024 * 1024;

    private IAttachments Attachments => stores.Workspace(workspace.Workspace.Id).Attachments;

    /// <summary>The template, or <c>null</c>.</summary>
    public Task<WordTemplate?> FindAsync(CancellationToken cancellationToken) => workspace.OpenSession().FindAsync<WordTemplate>(WordTemplate.TheId, cancellationToken);

    /// <summary>Opens the template's file, or <c>null</c>.</summary>
    public Stream? Open(WordTemplate template) => Attachments.Open(template?.Sha256 ?? "");

    /// <summary>What a report in a format is rendered on; <c>null</c> without a template.</summary>
    internal async Task<ReportTemplate?> ForAsync(string format, CancellationToken cancellationToken) =>
        format == "docx" && await FindAsync(cancellationToken) is { } template && Open(template) is { } first
            ? Reopening(template, first)
            : null;

    /// <summary>Checks a file and keeps it in place of the one before.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="content">Its bytes, from the beginning; seekable.</param>
    /// <param name="seen">Version of the template that was seen; 0 when there was none.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<Result<Done>> PutAsync(string name, Stream content, long seen, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (WordTemplateCheck.Check(content) is { } wrong)
            return wrong;
        content.Position = 0;
        var session = workspace.OpenSession();
        var template = new WordTemplate
        {
            Id = WordTemplate.TheId,
            Name = name,
            Bytes = content.Length,
            // The bytes are on the disk before the record that names them.
            Sha256 = await Attachments.PutAsync(content, MostBytes, cancellationToken),
            ByName = workspace.Actor.Name,
            On = workspace.Today,
        };
        if (await session.FindAsync<WordTemplate>(WordTemplate.TheId, cancellationToken) is { } before)
        {
            template.Version = before.Version;
            session.Update(template, seen, "template.replace");
        }
        else
        {
            session.Add(template, "template.add");
        }

        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
    }

    /// <summary>Takes the template away: reports look as before it. The log and backups keep what it was.</summary>
    public async Task<Result<Done>> RemoveAsync(long seen, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        if (await session.FindAsync<WordTemplate>(WordTemplate.TheId, cancellationToken) is not { } template)
            return Error.NotFound();
        session.Remove(template, seen, "template.remove");
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
    }

    private ReportTemplate Reopening(WordTemplate template, Stream first)
    {
        first.Dispose();
        return new(() => Open(template) ?? throw new StoreException($"The attachment {template.Sha256} is missing."));
    }
}

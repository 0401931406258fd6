namespace IsmsModular.Platform.Store;

/// <summary>
/// Backups: one zip with the system file, the workspaces, attachments, installed plugins and a manifest of hashes. The key ring (<c>keys</c>) is left out: without
/// it everybody signs in again, with it a stolen backup would open sessions.
/// </summary>
public interface IBackup
{
    /// <summary>Writes a backup while the program works. It is opened again and checked, hash by hash and log entry by log entry, before it gets its name.</summary>
    /// <param name="targetFile">The zip; its folder is made. An older file of the name is replaced only by a checked one.</param>
    /// <param name="workspaceId">One workspace alone, to hand it over; <c>null</c> for everything.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <exception cref="StoreException">A store is not sound, or the disk failed. The message says what was found.</exception>
    Task<BackupReport> BackupAsync(string targetFile, string? workspaceId, CancellationToken cancellationToken);

    /// <summary>Puts a backup in place of what is there; a backup of one workspace adds or replaces that workspace. Needs the server stopped. What was there is kept beside.</summary>
    /// <exception cref="StoreException">A server is running, or the file is no sound backup. Nothing was changed then.</exception>
    Task<RestoreReport> RestoreAsync(string file, CancellationToken cancellationToken);

    /// <summary>When everything, or this workspace, was last backed up; <c>null</c> for never.</summary>
    DateTimeOffset? LastBackupAt(string? workspaceId = null);
}

/// <summary>A finished backup.</summary>
/// <param name="File">Full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Stores">How many store files are in it.</param>
/// <param name="Attachments">How many attachments are in it.</param>
/// <param name="Heads">Last log entry of each store, by its name.</param>
public sealed record BackupReport(string File, long Bytes, int Stores, int Attachments, IReadOnlyDictionary<string, LogHead> Heads)
{
    /// <summary>Attachments that documents name and that were not there to be backed up, by store.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>A finished restore.</summary>
/// <param name="WorkspaceId">The workspace that came alone, or <c>null</c>.</param>
/// <param name="MadeAt">When the backup was made.</param>
/// <param name="Files">How many files were put in place.</param>
/// <param name="Kept">Folder that holds what was there before.</param>
public sealed record RestoreReport(string? WorkspaceId, DateTimeOffset MadeAt, int Files, string Kept)
{
    /// <summary>Attachments that documents name and that the backup does not hold, by store.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

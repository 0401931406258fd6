using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Store;

/// <summary>Who acts: written into the activity log.</summary>
/// <param name="Id">Id of the account, or <c>console</c>, or <c>system</c>.</param>
/// <param name="Name">Name shown in the log.</param>
public sealed record Actor(string Id, string Name)
{
    /// <summary>The command line.</summary>
    public static Actor Console { get; } = new("console", "console");

    /// <summary>The program itself.</summary>
    public static Actor System { get; } = new("system", "system");
}

/// <summary>Opens the system file and the file of each workspace.</summary>
public interface IStoreDirectory
{
    /// <summary>Accounts, memberships, plugin settings.</summary>
    IDocumentStore System { get; }

    /// <summary>The file of one workspace; made when it is not there. Opened by the first read or save, which throws <see cref="StoreException"/> when the file is newer than the program, damaged, or in use.</summary>
    /// <exception cref="StoreException">The data folder is in use by another program.</exception>
    IDocumentStore Workspace(string workspaceId);

    /// <summary>Root of the data folder.</summary>
    string DataFolder { get; }
}

/// <summary>One store: documents, activity log, numbering and attachments that belong together.</summary>
public interface IDocumentStore
{
    /// <summary><c>system</c>, or the id of the workspace.</summary>
    string Name { get; }

    /// <summary>Starts a unit of work. Sessions are cheap and not thread-safe.</summary>
    IDocumentSession OpenSession(Actor actor);

    /// <summary>Recomputes the hash chain, compares every document with its last log entry and every attachment with its hash, and looks for those that documents name.</summary>
    Task<VerifyReport> VerifyAsync(CancellationToken cancellationToken);

    /// <summary>Attachments of this store.</summary>
    IAttachments Attachments { get; }
}

/// <summary>A unit of work: reads committed documents, buffers changes, saves them together or not at all.</summary>
public interface IDocumentSession
{
    /// <summary>Who acts.</summary>
    Actor Actor { get; }

    /// <summary>The document, or <c>null</c>. Each call gives a fresh copy of what is committed.</summary>
    Task<T?> FindAsync<T>(string? id, CancellationToken cancellationToken = default)
        where T : Document;

    /// <summary>The documents that exist among the ids.</summary>
    Task<IReadOnlyDictionary<string, T>> FindManyAsync<T>(IEnumerable<string> ids, CancellationToken cancellationToken = default)
        where T : Document;

    /// <summary>One page.</summary>
    Task<Page<T>> QueryAsync<T>(Query query, CancellationToken cancellationToken = default)
        where T : Document;

    /// <summary>How many.</summary>
    Task<long> CountAsync<T>(Query query, CancellationToken cancellationToken = default)
        where T : Document;

    /// <summary>How many for each combination of values of one to three declared fields (list fields count under each element).</summary>
    Task<IReadOnlyList<FieldGroup>> GroupAsync<T>(Query query, params string[] fields)
        where T : Document;

    /// <summary>All documents of the question, read in slices so that the store stays free for others; size and cursors are ignored.</summary>
    IAsyncEnumerable<T> StreamAsync<T>(Query query, CancellationToken cancellationToken = default)
        where T : Document;

    /// <summary>Log entries of one document, newest first.</summary>
    Task<IReadOnlyList<ActivityEntry>> HistoryAsync(string documentId, CancellationToken cancellationToken = default) => HistoryAsync(documentId, int.MaxValue, cancellationToken);

    /// <summary>The newest log entries of one document, <paramref name="most"/> at the most.</summary>
    Task<IReadOnlyList<ActivityEntry>> HistoryAsync(string documentId, int most, CancellationToken cancellationToken = default);

    /// <summary>Log entries, newest first; filters may be <c>null</c>.</summary>
    Task<ActivityPage> ActivityAsync(ActivityQuery query, CancellationToken cancellationToken = default);

    /// <summary>Sequence and hash of the last log entry.</summary>
    Task<LogHead> HeadAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds a new document. An id that exists already is a conflict at the save.</summary>
    /// <param name="document">The document.</param>
    /// <param name="action">Action code for the log, <c>noun.verb</c>, such as <c>asset.add</c>; its words are in the locales under <c>action.</c>.</param>
    /// <param name="reason">Reason that the user gave, or <c>null</c>.</param>
    void Add<T>(T document, string action, string? reason = null)
        where T : Document;

    /// <summary>Replaces a document. <paramref name="seen"/> is the version that the user saw (posted with the form); a stale one is a conflict.</summary>
    void Update<T>(T document, long seen, string action, string? reason = null)
        where T : Document;

    /// <summary>Removes a document. The log keeps what it was.</summary>
    void Remove<T>(T document, long seen, string action, string? reason = null)
        where T : Document;

    /// <summary>The save fails when this document, only read, has changed since.</summary>
    void Guard<T>(T document)
        where T : Document;

    /// <summary>Takes the next number of a series within the save and hands it to <paramref name="apply"/> just before writing: <c>session.Next("RISK", n =&gt; risk.Reference = $"RISK-{n:0000}")</c>. Starts at 1. Gaps do not occur.</summary>
    void Next(string series, Action<long> apply);

    /// <summary>Adds to a counter within the save, without a version check.</summary>
    void Increment(string counter, long delta);

    /// <summary>Value of a counter or series, 0 when never used.</summary>
    Task<long> CounterAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Adds an entry to the log that is about no stored document (a sign-in, an export).</summary>
    void Log(string action, string? subject = null, string? reason = null, JsonObject? data = null);

    /// <summary>Writes all or nothing, durably. Conflicts (stale version, id or unique value taken) come back as errors with the stored document. The session is empty afterwards and may be used again.</summary>
    /// <exception cref="StoreException">The disk failed; whether the save happened may be unknown, the message says so.</exception>
    Task<Result<LogHead>> SaveAsync(CancellationToken cancellationToken = default);

    /// <summary>The same, and tells now and then how many steps are done of how many. It is told by the thread that owns the file, so what it calls must be quick.</summary>
    Task<Result<LogHead>> SaveAsync(Action<long, long> watch, CancellationToken cancellationToken = default);
}

/// <summary>Last entry of the activity log.</summary>
/// <param name="Sequence">Number of the entry; 0 when the log is empty.</param>
/// <param name="Hash">SHA-256 as 64 hexadecimal digits; zeros when the log is empty.</param>
public sealed record LogHead(long Sequence, string Hash);

/// <summary>One entry of the activity log.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="At">UTC time.</param>
/// <param name="ActorId">Who, by id.</param>
/// <param name="ActorName">Who, by name at that time.</param>
/// <param name="Action">Action code.</param>
/// <param name="Collection">Collection of the document, or <c>null</c>.</param>
/// <param name="DocumentId">Id of the document or subject, or <c>null</c>.</param>
/// <param name="Version">Version of the document after the action; 0 when there is none.</param>
/// <param name="Data">The document as saved, without secrets, or data of the entry; <c>null</c> after a removal.</param>
/// <param name="Reason">Reason given.</param>
/// <param name="Previous">Hash of the entry before.</param>
/// <param name="Hash">Hash of this entry over all of the above.</param>
public sealed record ActivityEntry(long Sequence, DateTimeOffset At, string ActorId, string ActorName, string Action, string? Collection, string? DocumentId, long Version, string? Data, string? Reason, string Previous, string Hash);

/// <summary>Which log entries.</summary>
public sealed record ActivityQuery(string? ActorId = null, string? Action = null, string? Collection = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, long? Before = null, int Size = 50);

/// <summary>A page of the log; <c>NextBefore</c> goes into the next question.</summary>
public sealed record ActivityPage(IReadOnlyList<ActivityEntry> Entries, long? NextBefore);

/// <summary>Result of a check.</summary>
/// <param name="Sound">Whether everything agreed.</param>
/// <param name="Entries">Log entries checked.</param>
/// <param name="Documents">Documents checked.</param>
/// <param name="Findings">What is wrong, each with the entry's sequence or the document's id.</param>
/// <param name="Head">Last entry.</param>
public sealed record VerifyReport(bool Sound, long Entries, long Documents, IReadOnlyList<string> Findings, LogHead Head)
{
    /// <summary>Those of the findings that are about an attachment that is named and not there.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>Files kept under their SHA-256 beside the store.</summary>
public interface IAttachments
{
    /// <summary>Stores a file and syncs it before returning; bounded by <paramref name="limit"/> bytes.</summary>
    /// <returns>SHA-256 as 64 hexadecimal digits, lower case.</returns>
    /// <exception cref="AttachmentTooLargeException">There is more than <paramref name="limit"/>.</exception>
    Task<string> PutAsync(Stream content, long limit, CancellationToken cancellationToken);

    /// <summary>Opens a file, or <c>null</c>.</summary>
    Stream? Open(string sha256);
}

/// <summary>The store cannot go on: disk, damage, or a newer format. The message is for the operator.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes the error.</summary>
    public StoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the save that met it may be on the disk all the same.</summary>
    public bool MayBeSaved { get; init; }
}

/// <summary>An attachment is larger than allowed. Nothing was stored.</summary>
public sealed class AttachmentTooLargeException(long limit) : Exception($"The file is larger than {limit} bytes.")
{
    /// <summary>Bytes allowed.</summary>
    public long Limit => limit;
}

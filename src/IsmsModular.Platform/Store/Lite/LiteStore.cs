using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;
using LiteDB;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>Opens the two files under a store, data and log.</summary>
internal delegate (IBlockFile Data, IBlockFile Log) FilePair();

/// <summary>A store over one LiteDB file: opened by the first call, closed when nobody called for a while.</summary>
internal sealed class LiteStore(string name, FilePair files, IReadOnlyList<DocumentMap> maps, TimeProvider time, string attachmentFolder, string backupFolder) : IDocumentStore, IDisposable
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);
    private readonly Dictionary<Type, DocumentMap> mapOf = maps.ToDictionary(m => m.Type);
    private readonly FileAttachments attachments = new(attachmentFolder);
    private readonly object gate = new();
    private Lane? lane;
    private Lane? before;
    private StoreException? failure;
    private long failedAt;
    private long usedAt;
    private bool disposed;

    public string Name => name;

    public IAttachments Attachments => attachments;

    public TimeProvider Time => time;

    public IReadOnlyList<DocumentMap> Maps => maps;

    /// <summary>Whether the file is open.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return lane is not null;
            }
        }
    }

    public IDocumentSession OpenSession(Actor actor) => new LiteSession(this, actor);

    public DocumentMap MapOf(Type type) => mapOf.TryGetValue(type, out var map) ? map : throw new InvalidOperationException($"{type.Name} has no map in the store '{name}'.");

    public Task<T> ReadAsync<T>(Func<OpenStore, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }
        var reading = new Reading<T>(read, cancellationToken);
        Post(reading);
        return reading.Task;
    }

    public Task<Result<LogHead>> SaveAsync(SaveRequest request)
    {
        var saving = new Saving(request);
        Post(saving);
        return saving.Task;
    }

    public Task<VerifyReport> VerifyAsync(CancellationToken cancellationToken) => VerifyAsync(attachments.Has, cancellationToken);

    /// <summary>The same for a copy whose attachments lie elsewhere.</summary>
    public async Task<VerifyReport> VerifyAsync(Func<string, bool> hasAttachment, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        var missing = new List<string>();
        var head = new LogHead(0, Convert.ToHexStringLower(LogRow.NoHash));
        var entries = await VerifyChainAsync();
        var documents = 0L;
        foreach (var map in maps)
        {
            BsonValue after = BsonValue.MinValue;
            for (var full = true; full;)
            {
                (full, after, var count) = await ReadAsync(s => VerifyDocuments(s, map, after), cancellationToken);
                documents += count;
            }
        }
        await ReadAsync(
            s =>
            {
                foreach (var (collection, id, sequence) in s.Log.Expected())
                {
                    if (mapOf.Values.FirstOrDefault(m => m.Collection == collection) is { } map && s.Table(map).Find(id) is null)
                    {
                        findings.Add($"entry {sequence}: {collection}/{id} is missing");
                    }
                }
                return 0;
            },
            cancellationToken);
        findings.AddRange((await attachments.CheckAsync(cancellationToken).ConfigureAwait(false)).Select(name => $"attachment {name}: has been changed"));
        return new(findings.Count + missing.Count == 0, entries, documents, [.. findings, .. missing], head) { Missing = missing };

        async Task<long> VerifyChainAsync()
        {
            long count = 0;
            for (var full = true; full;)
            {
                full = await ReadAsync(
                    s =>
                    {
                        var rows = s.File.Slice(LogRow.Collection, head.Sequence, 200);
                        var data = s.File.Slice(LogRow.DataCollection, head.Sequence, 200).ToDictionary(r => r["_id"].AsInt64, r => r["j"].AsString);
                        foreach (var row in rows)
                        {
                            var sequence = row["_id"].AsInt64;
                            var entry = LogRow.FromRow(row, row["x"].AsBoolean ? data.GetValueOrDefault(sequence) ?? s.File.Get(LogRow.DataCollection, sequence)?["j"].AsString : null);
                            if (sequence != head.Sequence + 1)
                            {
                                findings.Add($"entry {head.Sequence + 1}: missing up to {sequence - 1}");
                            }
                            else if (entry.Previous != head.Hash)
                            {
                                findings.Add($"entry {sequence}: does not follow the entry before");
                            }
                            if (LogRow.Hash(entry) != entry.Hash)
                            {
                                findings.Add($"entry {sequence}: has been changed");
                            }
                            head = new(sequence, entry.Hash);
                            count++;
                        }
                        if (rows.Count < 200 && s.Log.Head != head)
                        {
                            findings.Add($"entry {s.Log.Head.Sequence}: is not the end of the log");
                        }
                        return rows.Count == 200;
                    },
                    cancellationToken);
            }
            return count;
        }

        (bool Full, BsonValue After, int Count) VerifyDocuments(OpenStore store, DocumentMap map, BsonValue after)
        {
            var rows = store.File.Slice(map.Collection, after, 200);
            foreach (var stored in rows.Select(Stored.From))
            {
                var last = store.Log.LastWrite(map.Collection, stored.Id);
                if (last.Sequence == 0)
                {
                    findings.Add($"{map.Collection}/{stored.Id}: is not in the log");
                }
                else if (!last.Exists)
                {
                    findings.Add($"entry {last.Sequence}: {map.Collection}/{stored.Id} was removed and is there");
                }
                else if (last.Version != stored.Version || store.File.Get(LogRow.DataCollection, last.Sequence)?["j"].AsString != Payload.Logged(stored.Json, map))
                {
                    findings.Add($"entry {last.Sequence}: {map.Collection}/{stored.Id} is not as it was saved");
                }
                if (map.ReadAttachments is { } named)
                {
                    missing.AddRange(named(stored.Read(map)).OfType<string>().Where(sha256 => !hasAttachment(sha256)).Select(sha256 => $"{map.Collection}/{stored.Id}: its attachment {sha256} is missing"));
                }
            }
            return (rows.Count == 200, rows.Count == 0 ? after : rows[^1]["_id"], rows.Count);
        }
    }

    /// <summary>Copies the file as it stands between two saves.</summary>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public async Task CopyAsync(Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(
                s =>
                {
                    s.File.CopyTo(target);
                    return 0;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (TargetFailedException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Closes the file when nobody used it for the given time.</summary>
    public void CloseIfIdle(TimeSpan idle)
    {
        lock (gate)
        {
            if (lane is { IsIdle: true } && time.GetElapsedTime(usedAt) >= idle)
            {
                CloseLane();
            }
        }
    }

    /// <summary>Closes the file after what waits; the next call opens it again.</summary>
    public void Close()
    {
        Lane? last;
        lock (gate)
        {
            CloseLane();
            failure = null;
            last = before;
        }
        last?.Join();
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
        }
        Close();
    }

    private void CloseLane()
    {
        if (lane is not null)
        {
            lane.Close();
            before = lane;
            lane = null;
        }
    }

    private void Post(Work work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (failure is not null)
            {
                if (time.GetElapsedTime(failedAt) < Recovery)
                {
                    throw failure;
                }
                failure = null;
            }
            usedAt = time.GetTimestamp();
            while (lane?.TryPost(work) != true)
            {
                before = lane ?? before;
                lane = new(name, Open, before, Failed);
            }
        }
    }

    private void Failed(Lane by, StoreException cause)
    {
        lock (gate)
        {
            if (lane == by)
            {
                before = lane;
                lane = null;
            }
            failure = cause;
            failedAt = time.GetTimestamp();
        }
    }

    private OpenStore Open()
    {
        try
        {
            var (data, log) = files();
            return new(new LiteFile(data, log), maps, time, BackUpBeforeUpgrade);
        }
        catch (IOException e) when (e.Message.Contains("being used by another process", StringComparison.Ordinal))
        {
            throw new StoreException($"The file of '{name}' is in use by another program.", e);
        }
        catch (Exception e) when (e is LiteException or InvalidDataException or InvalidCastException or KeyNotFoundException or ArgumentException or FormatException)
        {
            throw new StoreException($"The file of '{name}' is damaged: {e.Message} Restore a backup.", e);
        }
    }

    private void BackUpBeforeUpgrade(Action<Stream> copy)
    {
        Directory.CreateDirectory(backupFolder);
        var path = Path.Combine(backupFolder, $"{name}-before-upgrade-{time.GetUtcNow():yyyyMMdd-HHmmss}.db");
        using (var target = OwnerOnly.Open(path + ".new", FileMode.Create))
        {
            copy(target);
            target.Flush(flushToDisk: true);
        }
        Durable.Rename(path + ".new", path);
    }
}

using System.Text.Json;
using IsmsModular.Platform.Results;
using LiteDB;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>A file while it is open: engine, declared fields, counters and log index. Lives on the thread that owns the file.</summary>
internal sealed class OpenStore : IDisposable
{
    private const string Counters = "store_counters";
    private const string Meta = "store_meta";
    private const int Format = 1;
    private readonly LiteFile file;
    private readonly RecentReads recent = new(1 << 20);
    private readonly TimeProvider time;
    private readonly Dictionary<string, FieldTable> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> counters = new(StringComparer.Ordinal);

    /// <param name="file">The file; disposed with the store, also when opening fails.</param>
    /// <param name="maps">What it may hold.</param>
    /// <param name="time">Clock of the log.</param>
    /// <param name="beforeUpgrade">Copies the file before documents of an older schema are touched; gets the copying.</param>
    public OpenStore(LiteFile file, IEnumerable<DocumentMap> maps, TimeProvider time, Action<Action<Stream>> beforeUpgrade)
    {
        this.file = file;
        this.time = time;
        try
        {
            foreach (var map in maps)
            {
                tables.Add(map.Collection, new(map));
            }
            CheckFormat(beforeUpgrade);
            foreach (var table in tables.Values)
            {
                Load(table);
            }
            foreach (var row in file.Slices(Counters).SelectMany(s => s))
            {
                counters[row["_id"].AsString] = row["n"].AsInt64;
            }
            foreach (var row in file.Slices(LogRow.Collection).SelectMany(s => s))
            {
                Log.Add(row);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public ActivityIndex Log { get; } = new();

    public LiteFile File => file;

    public FieldTable Table(DocumentMap map) => tables[map.Collection];

    public long Counter(string name) => counters.GetValueOrDefault(name);

    public Stored? Get(DocumentMap map, string id)
    {
        if (tables[map.Collection].Find(id) is not { } committed)
        {
            return null;
        }
        if (recent.Find(map, id, committed.Version) is { } known)
        {
            return known;
        }
        if (file.Get(map.Collection, id) is not { } row)
        {
            return null;
        }
        var stored = Stored.From(row);
        recent.Keep(map, stored);
        return stored;
    }

    public IReadOnlyList<Stored> Get(DocumentMap map, IEnumerable<string> ids)
    {
        var found = new List<Stored>();
        foreach (var id in ids)
        {
            if (Get(map, id) is { } stored)
            {
                found.Add(stored);
            }
        }
        return found;
    }

    public ActivityEntry? Entry(long sequence)
    {
        if (file.Get(LogRow.Collection, sequence) is not { } row)
        {
            return null;
        }
        return LogRow.FromRow(row, row["x"].AsBoolean ? file.Get(LogRow.DataCollection, sequence)?["j"].AsString : null);
    }

    /// <summary>Checks and writes; durable only after <see cref="LiteFile.AwaitDurable"/>.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="phase">How far it came; tells what a failure means.</param>
    public Result<LogHead> Save(SaveRequest request, ref SavePhase phase)
    {
        var errors = new List<Error>();
        var versions = new Dictionary<(string, string), long>();
        CheckVersions(request, versions, errors);
        if (errors.Count > 0)
        {
            return errors;
        }

        var newCounters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (series, apply) in request.Numbers)
        {
            apply(newCounters[series] = newCounters.GetValueOrDefault(series, Counter(series)) + 1);
        }
        foreach (var (counter, delta) in request.Increments)
        {
            newCounters[counter] = newCounters.GetValueOrDefault(counter, Counter(counter)) + delta;
        }

        var steps = new List<Step>(request.Changes.Count);
        var changed = new Dictionary<string, Dictionary<string, Row?>>(StringComparer.Ordinal);
        var entries = new List<ActivityEntry>(request.Changes.Count);
        var head = Log.Head;
        // Every change is first made ready, then written.
        var (all, done) = (2L * request.Changes.Count, 0L);
        void Count()
        {
            if (++done % 100 == 0)
                request.Watch?.Invoke(done, all);
        }

        foreach (var change in request.Changes)
        {
            Count();
            var step = StepFor(change, versions, changed, errors);
            if (step is null)
            {
                continue;
            }
            steps.Add(step);
            var draft = new ActivityEntry(
                head.Sequence + 1,
                time.GetUtcNow().ToUniversalTime(),
                request.Actor.Id,
                request.Actor.Name,
                change.Action,
                change.Map?.Collection,
                change.Document?.Id ?? change.Subject,
                step.Version,
                step.Logged,
                change.Reason,
                head.Hash,
                "");
            var entry = draft with { Hash = LogRow.Hash(draft) };
            entries.Add(entry);
            head = new(entry.Sequence, entry.Hash);
        }
        if (errors.Count == 0)
        {
            CheckUnique(changed, errors);
        }
        if (errors.Count > 0)
        {
            return errors;
        }

        var rows = entries.ConvertAll(LogRow.ToRow);
        phase = SavePhase.Writing;
        file.Begin();
        foreach (var (step, i) in steps.Select((s, i) => (s, i)))
        {
            Count();
            Write(step);
            file.Insert(LogRow.Collection, rows[i]);
            if (entries[i].Data is { } data)
            {
                file.Insert(LogRow.DataCollection, new() { ["_id"] = entries[i].Sequence, ["j"] = data });
            }
        }
        foreach (var (name, value) in newCounters)
        {
            file.Put(Counters, new() { ["_id"] = name, ["n"] = value });
        }
        if (file.Failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
        if (all > 100)
            request.Watch?.Invoke(all, all);
        phase = SavePhase.Committing;
        file.Commit();

        foreach (var (collection, documents) in changed)
        {
            tables[collection].Apply(documents);
        }
        foreach (var (name, value) in newCounters)
        {
            counters[name] = value;
        }
        rows.ForEach(Log.Add);
        foreach (var step in steps)
        {
            if (step.Change.Document is { } document)
            {
                document.Version = step.Version;
                recent.Forget(step.Change.Map!, document.Id);
            }
        }
        return Log.Head;
    }

    public void Dispose() => file.Dispose();

    private void CheckVersions(SaveRequest request, Dictionary<(string, string), long> versions, List<Error> errors)
    {
        foreach (var (map, id, version) in request.Guards)
        {
            if (tables[map.Collection].Find(id)?.Version is var now && now != version)
            {
                errors.Add(Error.Conflict(now is null ? "error.gone" : "error.conflict", Current(map, id)));
            }
        }
        foreach (var change in request.Changes)
        {
            if (change.Document is not { } document || change.Map is not { } map)
            {
                continue;
            }
            var key = (map.Collection, document.Id);
            var committed = tables[map.Collection].Find(document.Id)?.Version ?? 0;
            var now = versions.GetValueOrDefault(key, committed);
            if (change.Kind == ChangeKind.Add)
            {
                // One id, one document for good: the history is found by it.
                if (now != 0 || Log.IsOfAnother(map.Collection, document.Id))
                {
                    errors.Add(Error.Conflict("error.exists", Current(map, document.Id)));
                }
            }
            else if (now == 0)
            {
                errors.Add(Error.Conflict("error.gone"));
            }
            else if (change.Seen != now && !(versions.ContainsKey(key) && change.Seen == committed))
            {
                errors.Add(Error.Conflict("error.conflict", Current(map, document.Id)));
            }
            versions[key] = change.Kind == ChangeKind.Remove ? 0 : now + 1;
        }
        versions.Clear();
    }

    private Step? StepFor(Change change, Dictionary<(string, string), long> versions, Dictionary<string, Dictionary<string, Row?>> changed, List<Error> errors)
    {
        try
        {
            if (change.Kind == ChangeKind.Log)
            {
                return new(change, 0, null, change.Data is null ? null : Payload.Checked(change.Data));
            }
            var map = change.Map!;
            var table = tables[map.Collection];
            var document = change.Document!;
            var key = (map.Collection, document.Id);
            var version = versions.GetValueOrDefault(key, table.Find(document.Id)?.Version ?? 0) + 1;
            versions[key] = version;
            if (!changed.TryGetValue(map.Collection, out var documents))
            {
                changed.Add(map.Collection, documents = new(StringComparer.Ordinal));
            }
            if (change.Kind == ChangeKind.Remove)
            {
                documents[document.Id] = null;
                return new(change, version, null, null);
            }
            var json = Payload.Write(document, map);
            if (json.Length > Payload.Limit)
            {
                errors.Add(Error.Invalid("error.document.size", null, (json.Length / 1024).ToString(System.Globalization.CultureInfo.InvariantCulture), (Payload.Limit / 1024).ToString(System.Globalization.CultureInfo.InvariantCulture)));
                return null;
            }
            var row = table.Project(document);
            row.Version = version;
            documents[document.Id] = row;
            return new(change, version, json, Payload.Logged(json, map));
        }
        catch (UnfitTextException unfit)
        {
            errors.Add(Error.Invalid(unfit.Message, unfit.Path, unfit.Path));
            return null;
        }
    }

    private void CheckUnique(Dictionary<string, Dictionary<string, Row?>> changed, List<Error> errors)
    {
        foreach (var (collection, documents) in changed)
        {
            var table = tables[collection];
            foreach (var field in table.Unique)
            {
                var taken = new HashSet<object>();
                foreach (var row in documents.Values)
                {
                    if (row?.Values[field] is not { } value)
                    {
                        continue;
                    }
                    var holder = table.Holder(field, value);
                    if (!taken.Add(value) || (holder is not null && !documents.ContainsKey(holder.Id)))
                    {
                        errors.Add(Error.Conflict("error.taken", holder is null ? null : Current(table.Map, holder.Id), table.Key(field), value.ToString()!));
                    }
                }
            }
        }
    }

    private Document? Current(DocumentMap map, string id) => Get(map, id)?.Read(map);

    private void Write(Step step)
    {
        var change = step.Change;
        if (change.Kind == ChangeKind.Log)
        {
            return;
        }
        if (step.Json is { } json)
        {
            file.Put(change.Map!.Collection, new Stored(change.Document!.Id, step.Version, change.Map.Schema, json).ToRow());
        }
        else
        {
            file.Delete(change.Map!.Collection, change.Document!.Id);
        }
    }

    private void CheckFormat(Action<Action<Stream>> beforeUpgrade)
    {
        var meta = file.Get(Meta, "store");
        if (meta is not null && meta["format"].AsInt32 > Format)
        {
            throw new StoreException($"The file was written by a newer version of the program (format {meta["format"].AsInt32}, known is {Format}). Use that version.");
        }
        var schemas = meta?["schemas"].AsDocument ?? [];
        var upgrade = meta is not null && meta["format"].AsInt32 < Format;
        var write = meta is null || upgrade;
        foreach (var map in tables.Values.Select(t => t.Map))
        {
            var known = schemas.TryGetValue(map.Collection, out var schema) ? schema.AsInt32 : 0;
            if (known > map.Schema)
            {
                throw new StoreException($"The file was written by a newer version of the program ({map.Collection}: schema {known}, known is {map.Schema}). Use that version.");
            }
            upgrade |= known > 0 && known < map.Schema;
            write |= known != map.Schema;
            schemas[map.Collection] = map.Schema;
        }
        if (upgrade)
        {
            beforeUpgrade(file.CopyTo);
        }
        if (write)
        {
            file.Put(Meta, new() { ["_id"] = "store", ["format"] = Format, ["schemas"] = schemas });
            file.AwaitDurable();
        }
    }

    /// <summary>Reads the declared fields: while one slice is taken from the file, the one before is projected beside it.</summary>
    private void Load(FieldTable table)
    {
        Task<List<KeyValuePair<string, Row?>>>? ahead = null;
        foreach (var slice in file.Slices(table.Map.Collection))
        {
            var stored = slice.ConvertAll(Stored.From);
            Take();
            ahead = Task.Run(() => stored.ConvertAll(s => KeyValuePair.Create(s.Id, (Row?)table.Project(s.Read(table.Map)))));
        }
        Take();

        void Take()
        {
            if (ahead is not null)
            {
                table.Apply(ahead.GetAwaiter().GetResult());
                ahead = null;
            }
        }
    }

    private sealed record Step(Change Change, long Version, byte[]? Json, string? Logged);
}

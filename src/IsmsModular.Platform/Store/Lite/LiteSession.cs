using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Store.Lite;

/// <inheritdoc cref="IDocumentSession"/>
internal sealed class LiteSession(LiteStore store, Actor actor) : IDocumentSession
{
    private const int Slice = 250;
    private SaveRequest request = new(actor);

    public Actor Actor => actor;

    public async Task<T?> FindAsync<T>(string? id, CancellationToken cancellationToken = default)
        where T : Document
    {
        if (string.IsNullOrEmpty(id))
        {
            return null;
        }
        var map = store.MapOf(typeof(T));
        var stored = await store.ReadAsync(s => s.Get(map, id), cancellationToken).ConfigureAwait(false);
        return (T?)stored?.Read(map);
    }

    public async Task<IReadOnlyDictionary<string, T>> FindManyAsync<T>(IEnumerable<string> ids, CancellationToken cancellationToken = default)
        where T : Document
    {
        var map = store.MapOf(typeof(T));
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var part in ids.Where(id => !string.IsNullOrEmpty(id)).Distinct(StringComparer.Ordinal).Chunk(Slice))
        {
            foreach (var stored in await store.ReadAsync(s => s.Get(map, part), cancellationToken).ConfigureAwait(false))
            {
                found.Add(stored.Id, (T)stored.Read(map));
            }
        }
        return found;
    }

    public async Task<Page<T>> QueryAsync<T>(Query query, CancellationToken cancellationToken = default)
        where T : Document
    {
        var map = store.MapOf(typeof(T));
        var (page, stored) = await store.ReadAsync(
            s =>
            {
                var page = s.Table(map).Page(query);
                return (page, s.Get(map, page.Rows.Select(r => r.Id)));
            },
            cancellationToken).ConfigureAwait(false);
        return new([.. stored.Select(d => (T)d.Read(map))], page.Total, page.Next, page.Previous);
    }

    public Task<long> CountAsync<T>(Query query, CancellationToken cancellationToken = default)
        where T : Document
    {
        var map = store.MapOf(typeof(T));
        return store.ReadAsync(s => s.Table(map).CountOf(query), cancellationToken);
    }

    public async Task<IReadOnlyList<FieldGroup>> GroupAsync<T>(Query query, params string[] fields)
        where T : Document
    {
        var map = store.MapOf(typeof(T));
        return await store.ReadAsync(s => s.Table(map).Group(query, fields), CancellationToken.None).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<T> StreamAsync<T>(Query query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : Document
    {
        var map = store.MapOf(typeof(T));
        var ids = await store.ReadAsync(s => s.Table(map).Ids(query), cancellationToken).ConfigureAwait(false);
        foreach (var part in ids.Chunk(Slice))
        {
            foreach (var stored in await store.ReadAsync(s => s.Get(map, part), cancellationToken).ConfigureAwait(false))
            {
                yield return (T)stored.Read(map);
            }
        }
    }

    public async Task<IReadOnlyList<ActivityEntry>> HistoryAsync(string documentId, int most, CancellationToken cancellationToken = default) =>
        await store.ReadAsync(s => s.Log.About(documentId).Select(s.Entry).OfType<ActivityEntry>().Take(most).ToArray(), cancellationToken).ConfigureAwait(false);

    public Task<ActivityPage> ActivityAsync(ActivityQuery query, CancellationToken cancellationToken = default) => store.ReadAsync(
        s =>
        {
            var size = Math.Clamp(query.Size, 1, 1000);
            var found = s.Log.Find(query, size + 1);
            var entries = found.Take(size).Select(s.Entry).OfType<ActivityEntry>().ToArray();
            return new ActivityPage(entries, found.Count > size ? found[size - 1] : null);
        },
        cancellationToken);

    public Task<LogHead> HeadAsync(CancellationToken cancellationToken = default) => store.ReadAsync(s => s.Log.Head, cancellationToken);

    public Task<long> CounterAsync(string name, CancellationToken cancellationToken = default) => store.ReadAsync(s => s.Counter(name), cancellationToken);

    public void Add<T>(T document, string action, string? reason = null)
        where T : Document => Change(ChangeKind.Add, document, 0, action, reason);

    public void Update<T>(T document, long seen, string action, string? reason = null)
        where T : Document => Change(ChangeKind.Update, document, seen, action, reason);

    public void Remove<T>(T document, long seen, string action, string? reason = null)
        where T : Document => Change(ChangeKind.Remove, document, seen, action, reason);

    public void Guard<T>(T document)
        where T : Document => request.Guards.Add((store.MapOf(document.GetType()), document.Id, document.Version));

    public void Next(string series, Action<long> apply) => request.Numbers.Add((series, apply));

    public void Increment(string counter, long delta) => request.Increments.Add((counter, delta));

    public void Log(string action, string? subject = null, string? reason = null, JsonObject? data = null) => request.Changes.Add(new(ChangeKind.Log, null, null, 0, action, reason, subject, data));

    public Task<Result<LogHead>> SaveAsync(Action<long, long> watch, CancellationToken cancellationToken = default)
    {
        request.Watch = watch;
        return SaveAsync(cancellationToken);
    }

    public async Task<Result<LogHead>> SaveAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var saving = request;
        request = new(actor);
        return saving.IsEmpty ? await HeadAsync(cancellationToken).ConfigureAwait(false) : await store.SaveAsync(saving).ConfigureAwait(false);
    }

    private void Change(ChangeKind kind, Document document, long seen, string action, string? reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(action);
        request.Changes.Add(new(kind, store.MapOf(document.GetType()), document, seen, action, reason));
    }
}

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using Query = IsmsModular.Platform.Store.Query;

namespace IsmsModular.Benchmarks;

/// <summary>
/// Stores that answer a question asked before from memory, without the store, while <see cref="On"/>: what a page then costs is the page without the store's reads. For
/// measuring only: two requests get the same object.
/// </summary>
internal sealed class RememberingStores(IStoreDirectory inner) : IStoreDirectory
{
    private readonly ConcurrentDictionary<string, Lazy<Task<object?>>> known = new(StringComparer.Ordinal);

    public bool On { get; set; }

    public IDocumentStore System => new Store(this, inner.System);

    public string DataFolder => inner.DataFolder;

    public IDocumentStore Workspace(string workspaceId) => new Store(this, inner.Workspace(workspaceId));

    private async Task<T> Remember<T>(string key, Func<Task<T>> read) =>
        On ? (T)(await known.GetOrAdd(key, _ => new(async () => await read())).Value)! : await read();

    private sealed class Store(RememberingStores stores, IDocumentStore inner) : IDocumentStore
    {
        public string Name => inner.Name;

        public IAttachments Attachments => inner.Attachments;

        public IDocumentSession OpenSession(Actor actor) => new Session(stores, inner, inner.OpenSession(actor));

        public Task<VerifyReport> VerifyAsync(CancellationToken cancellationToken) => inner.VerifyAsync(cancellationToken);
    }

    private sealed class Session(RememberingStores stores, IDocumentStore store, IDocumentSession inner) : IDocumentSession
    {
        public Actor Actor => inner.Actor;

        public Task<T?> FindAsync<T>(string? id, CancellationToken cancellationToken = default)
            where T : Document => Remember<T, T?>(id, () => inner.FindAsync<T>(id, default));

        public Task<IReadOnlyDictionary<string, T>> FindManyAsync<T>(IEnumerable<string> ids, CancellationToken cancellationToken = default)
            where T : Document
        {
            string[] all = [.. ids];
            return Remember<T, IReadOnlyDictionary<string, T>>(string.Join(',', all), () => inner.FindManyAsync<T>(all, default));
        }

        public Task<Page<T>> QueryAsync<T>(Query query, CancellationToken cancellationToken = default)
            where T : Document => Remember<T, Page<T>>(Text(query), () => inner.QueryAsync<T>(query, default));

        public Task<long> CountAsync<T>(Query query, CancellationToken cancellationToken = default)
            where T : Document => Remember<T, long>(Text(query), () => inner.CountAsync<T>(query, default));

        public Task<IReadOnlyList<FieldGroup>> GroupAsync<T>(Query query, params string[] fields)
            where T : Document => Remember<T, IReadOnlyList<FieldGroup>>(Text(query) + string.Join(',', fields), () => inner.GroupAsync<T>(query, fields));

        public async IAsyncEnumerable<T> StreamAsync<T>(Query query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
            where T : Document
        {
            if (!stores.On)
            {
                await foreach (var document in inner.StreamAsync<T>(query, cancellationToken))
                    yield return document;
                yield break;
            }

            foreach (var document in await Remember<T, List<T>>(Text(query), async () => await inner.StreamAsync<T>(query, default).ToListAsync()))
                yield return document;
        }

        public Task<IReadOnlyList<ActivityEntry>> HistoryAsync(string documentId, int most, CancellationToken cancellationToken = default) =>
            Remember<ActivityEntry, IReadOnlyList<ActivityEntry>>($"{documentId} {most}", () => inner.HistoryAsync(documentId, most, default));

        public Task<ActivityPage> ActivityAsync(ActivityQuery query, CancellationToken cancellationToken = default) =>
            Remember<ActivityEntry, ActivityPage>(query.ToString(), () => inner.ActivityAsync(query, default));

        public Task<LogHead> HeadAsync(CancellationToken cancellationToken = default) => Remember<LogHead, LogHead>("", () => inner.HeadAsync(default));

        public Task<long> CounterAsync(string name, CancellationToken cancellationToken = default) => Remember<long, long>(name, () => inner.CounterAsync(name, default));

        public void Add<T>(T document, string action, string? reason = null)
            where T : Document => inner.Add(document, action, reason);

        public void Update<T>(T document, long seen, string action, string? reason = null)
            where T : Document => inner.Update(document, seen, action, reason);

        public void Remove<T>(T document, long seen, string action, string? reason = null)
            where T : Document => inner.Remove(document, seen, action, reason);

        public void Guard<T>(T document)
            where T : Document => inner.Guard(document);

        public void Next(string series, Action<long> apply) => inner.Next(series, apply);

        public void Increment(string counter, long delta) => inner.Increment(counter, delta);

        public void Log(string action, string? subject = null, string? reason = null, JsonObject? data = null) => inner.Log(action, subject, reason, data);

        public Task<Result<LogHead>> SaveAsync(CancellationToken cancellationToken = default)
        {
            stores.known.Clear();
            return inner.SaveAsync(cancellationToken);
        }

        public Task<Result<LogHead>> SaveAsync(Action<long, long> watch, CancellationToken cancellationToken = default)
        {
            stores.known.Clear();
            return inner.SaveAsync(watch, cancellationToken);
        }

        private Task<TAnswer> Remember<T, TAnswer>(string? question, Func<Task<TAnswer>> read) => stores.Remember($"{store.Name} {typeof(T)} {typeof(TAnswer)} {question}", read);

        private static string Text(Query query) =>
            string.Join('&', query.Conditions.Select(c => c is OneOf one ? $"{one.Field} in {string.Join(',', one.Values)}" : c.ToString())) + $"|{query.Text}|{string.Join(',', query.Sort)}|{query.After}|{query.Before}|{query.Size}";
    }
}

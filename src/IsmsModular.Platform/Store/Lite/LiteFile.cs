using System.Reflection;
using LiteDB;
using LiteDB.Engine;
using EngineQuery = LiteDB.Query;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>The file can be read, but what it is copied to cannot be written: no fault of the store.</summary>
internal sealed class TargetFailedException(IOException cause) : Exception(cause.Message, cause);

/// <summary>One open LiteDB file, asked by id only. Every member is called on the one thread that owns the file.</summary>
internal sealed class LiteFile : IDisposable
{
    private readonly IBlockFile data;
    private readonly IBlockFile log;
    private readonly DiskState disk = new();
    private readonly PassStream dataStream;
    private readonly PassStream logStream;
    private readonly LiteEngine engine;

    public LiteFile(IBlockFile data, IBlockFile log)
    {
        this.data = data;
        this.log = log;
        dataStream = new(data, disk);
        logStream = new(log, disk);
        try
        {
            engine = new(new EngineSettings { DataStream = dataStream, LogStream = logStream, Collation = Collation.Binary });
        }
        catch
        {
            Break(new IOException("The file could not be opened."));
            data.Dispose();
            log.Dispose();
            throw;
        }
    }

    /// <summary>What went wrong under the engine, or <c>null</c>.</summary>
    public Exception? Failure => disk.Failure;

    public BsonDocument? Get(string collection, BsonValue id)
    {
        var query = new EngineQuery();
        query.Where.Add(BsonExpression.Create("_id = @0", id));
        using var reader = engine.Query(collection, query);
        return reader.Read() ? reader.Current.AsDocument : null;
    }

    /// <summary>The next documents in the order of their ids.</summary>
    public List<BsonDocument> Slice(string collection, BsonValue after, int count)
    {
        var query = new EngineQuery { Limit = count };
        query.Where.Add(BsonExpression.Create("_id > @0", after));
        var slice = new List<BsonDocument>();
        using var reader = engine.Query(collection, query);
        while (reader.Read())
        {
            var document = reader.Current.AsDocument;
            if (document["_id"].CompareTo(slice.Count == 0 ? after : slice[^1]["_id"], Collation.Binary) <= 0)
            {
                throw new InvalidDataException($"The ids of {collection} are out of order.");
            }
            slice.Add(document);
        }
        return slice;
    }

    /// <summary>All documents, read in slices.</summary>
    public IEnumerable<List<BsonDocument>> Slices(string collection, BsonValue? after = null)
    {
        after ??= BsonValue.MinValue;
        while (true)
        {
            var slice = Slice(collection, after, 500);
            if (slice.Count > 0)
            {
                yield return slice;
            }
            if (slice.Count < 500)
            {
                yield break;
            }
            after = slice[^1]["_id"];
        }
    }

    public void Begin() => engine.BeginTrans();

    public void Insert(string collection, BsonDocument document) => engine.Insert(collection, [document], BsonAutoId.ObjectId);

    public void Put(string collection, BsonDocument document) => engine.Upsert(collection, [document], BsonAutoId.ObjectId);

    public void Delete(string collection, BsonValue id) => engine.Delete(collection, [id]);

    public void Commit()
    {
        if (!engine.Commit())
        {
            throw new InvalidDataException("The engine lost the transaction.");
        }
    }

    /// <summary>Returns once everything committed is on the disk.</summary>
    public void AwaitDurable()
    {
        using var reader = engine.Query("$database", new EngineQuery());
        reader.Read();
        logStream.WaitSynced(reader.Current["logFileSize"].AsInt64);
    }

    /// <summary>Brings everything into the data file and copies it.</summary>
    /// <exception cref="TargetFailedException">The target cannot be written.</exception>
    public void CopyTo(Stream target)
    {
        engine.Checkpoint();
        AwaitDurable();
        if (log.Length > 0)
        {
            throw new IOException("The log could not be brought into the file.");
        }
        var buffer = new byte[1 << 20];
        var length = data.Length;
        for (long position = 0; position < length; position += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - position));
            data.Read(position, part);
            try
            {
                target.Write(part);
            }
            catch (IOException e)
            {
                throw new TargetFailedException(e);
            }
        }
    }

    /// <summary>Ends all writing: closing then leaves the file as it is.</summary>
    public void Break(Exception cause) => disk.Fail(cause);

    public void Dispose()
    {
        var abandoned = Failure is null ? [] : OpenTransactions();
        try
        {
            engine.Dispose();
        }
        catch (Exception e) when (e is IOException or LiteException or ObjectDisposedException or AggregateException or NullReferenceException or InvalidOperationException)
        {
            // A broken engine cannot close in order; what is on the disk is judged when it is opened again.
        }
        finally
        {
            abandoned.ForEach(GC.SuppressFinalize);
            data.Dispose();
            log.Dispose();
            dataStream.Dispose();
            logStream.Dispose();
        }
    }

    /// <summary>Transactions that a broken engine leaves open. Their finalizer throws and would end the program, so it must not run.</summary>
    private List<object> OpenTransactions()
    {
        var monitor = Private(engine, "_monitor");
        return monitor is not null && Private(monitor, "_transactions") is System.Collections.IDictionary open ? [.. open.Values.Cast<object>()] : [];

        static object? Private(object of, string field) => of.GetType().GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(of);
    }
}

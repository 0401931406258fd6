using System.Text;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;
using LiteDB;

namespace IsmsModular.Tests.Store;

/// <summary>Who changes the file behind the program's back is found out, at the right entry.</summary>
public sealed class TamperingWithTheFile : IDisposable
{
    private const string Entries = LogRow.Collection;
    private readonly TemporaryFolder folder = new();
    private readonly StandingClock clock = new();
    private readonly List<Thing> things = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public Task A_changed_document() => Found("entry 3: test_things/" + "{2}", f => Rewrite(f, "test_things", things[2].Id, row => row["j"] = Replaced(row["j"].AsBinary)));

    [Fact]
    public Task A_changed_version() => Found("entry 2: test_things/{1}", f => Rewrite(f, "test_things", things[1].Id, row => row["v"] = 9L));

    [Fact]
    public Task A_removed_document() => Found("entry 4: test_things/{3} is missing", f => f.Delete("test_things", things[3].Id));

    [Fact]
    public Task A_document_put_in() => Found("test_things/01J00000000000000000000000: is not in the log", f =>
    {
        var row = f.Get("test_things", things[0].Id)!;
        row["_id"] = "01J00000000000000000000000";
        f.Put("test_things", row);
    });

    [Fact]
    public Task A_document_that_came_back() => Found("entry 6: test_things/{0} was removed and is there", f => f.Put("test_things", new Stored(things[0].Id, 1, 1, "{}"u8.ToArray()).ToRow()), remove: true);

    [Fact]
    public Task Changed_data_in_the_log() => Found("entry 2: has been changed", f => Rewrite(f, LogRow.DataCollection, 2L, row => row["j"] = row["j"].AsString.Replace("thing", "THING", StringComparison.Ordinal)));

    [Fact]
    public Task Another_actor_in_the_log() => Found("entry 5: has been changed", f => Rewrite(f, Entries, 5L, row => row["w"] = "somebody else"));

    [Fact]
    public Task Another_time_in_the_log() => Found("entry 1: has been changed", f => Rewrite(f, Entries, 1L, row => row["t"] = row["t"].AsInt64 + 1));

    [Fact]
    public Task An_entry_taken_out() => Found("entry 3: missing", f => f.Delete(Entries, 3L));

    [Fact]
    public Task The_last_entry_taken_out() => Found("test_things/{4}: is not in the log", f => f.Delete(Entries, 5L));

    [Fact]
    public Task An_entry_made_up_with_a_fitting_hash() => Found("entry 4: does not follow the entry before", f => Rewrite(f, Entries, 3L, row =>
    {
        row["n"] = "Mallory";
        row["h"] = Convert.FromHexString(LogRow.Hash(LogRow.FromRow(row, f.Get(LogRow.DataCollection, 3L)!["j"].AsString)));
    }));

    [Fact]
    public async Task A_changed_attachment()
    {
        using var directory = Directory();
        var store = directory.Workspace(Document.NewId());
        var sha = await store.Attachments.PutAsync(new MemoryStream([1, 2, 3]), 10, default);
        Assert.True((await store.VerifyAsync(default)).Sound);
        await File.WriteAllBytesAsync(System.IO.Directory.GetFiles(folder.Path, sha, SearchOption.AllDirectories).Single(), [1, 2, 4]);
        Assert.Equal($"attachment {sha}: has been changed", Assert.Single((await store.VerifyAsync(default)).Findings));
    }

    [Fact]
    public async Task A_missing_attachment()
    {
        using var directory = Directory();
        var store = directory.Workspace(Document.NewId());
        var sha = await store.Attachments.PutAsync(new MemoryStream([1, 2, 3]), 10, default);
        var session = store.OpenSession(Actor.System);
        Thing named = new() { File = sha }, plain = new();
        session.Add(named, "thing.add");
        session.Add(plain, "thing.add");
        await session.SaveAsync();
        Assert.True((await store.VerifyAsync(default)).Sound);
        File.Delete(System.IO.Directory.GetFiles(folder.Path, sha, SearchOption.AllDirectories).Single());
        var report = await store.VerifyAsync(default);
        Assert.False(report.Sound);
        Assert.Equal($"test_things/{named.Id}: its attachment {sha} is missing", Assert.Single(report.Findings));
    }

    private static byte[] Replaced(byte[] json) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("thing", "THING", StringComparison.Ordinal));

    private static void Rewrite(LiteFile file, string collection, BsonValue id, Action<BsonDocument> change)
    {
        var row = file.Get(collection, id)!;
        change(row);
        file.Put(collection, row);
    }

    private async Task Found(string finding, Action<LiteFile> tamper, bool remove = false)
    {
        var workspace = Document.NewId();
        using (var directory = Directory())
        {
            for (var i = 0; i < 5; i++)
            {
                var session = directory.Workspace(workspace).OpenSession(Actor.System);
                things.Add(new() { Name = $"thing {i}", Password = "secret" });
                session.Add(things[^1], "thing.add");
                await session.SaveAsync();
            }
            if (remove)
            {
                var session = directory.Workspace(workspace).OpenSession(Actor.System);
                session.Remove(things[0], 1, "thing.remove");
                await session.SaveAsync();
            }
            Assert.True((await directory.Workspace(workspace).VerifyAsync(default)).Sound);
        }
        var path = Path.Combine(folder.Path, "workspaces", workspace + ".db");
        using (var file = new LiteFile(new DiskFile(path), new DiskFile(path[..^3] + "-log.db")))
        {
            tamper(file);
            file.AwaitDurable();
        }
        using var again = Directory();
        var report = await again.Workspace(workspace).VerifyAsync(default);
        Assert.False(report.Sound);
        finding = string.Format(System.Globalization.CultureInfo.InvariantCulture, finding, [.. things.Select(t => t.Id)]);
        Assert.StartsWith(finding, report.Findings.FirstOrDefault(f => f.StartsWith(finding, StringComparison.Ordinal)) ?? string.Join('\n', report.Findings), StringComparison.Ordinal);
        Assert.InRange(report.Findings.Count, 1, 2);
    }

    private LiteStoreDirectory Directory() => new(folder.Path, [], [Thing.Map, Other.Map], clock);
}

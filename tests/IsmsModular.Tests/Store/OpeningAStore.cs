using System.Text.Json.Nodes;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Store;

/// <summary>Files are opened by who needs them, kept from others, upgraded with a copy kept, and refused with a plain word.</summary>
public sealed class OpeningAStore : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StandingClock clock = new();
    private readonly string workspace = Document.NewId();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_that_nobody_uses_is_closed_and_opened_again()
    {
        using var directory = Make(Thing.Map);
        var store = (LiteStore)directory.Workspace(workspace);
        await AddAsync(store, new Thing { Name = "x" });
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.True(store.IsOpen);
        clock.Advance(TimeSpan.FromMinutes(7));
        Assert.False(store.IsOpen);
        Assert.Equal(1, await store.OpenSession(Actor.System).CountAsync<Thing>(Query.All));
        Assert.True(store.IsOpen);
    }

    [Fact]
    public async Task A_folder_in_use_by_another_program_is_refused()
    {
        using var first = Make(Thing.Map);
        await AddAsync(first.Workspace(workspace), new Thing());
        using var second = Make(Thing.Map);
        Assert.Contains("in use", Assert.Throws<StoreException>(() => second.System).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_program_left_unfinished_is_cleared_away()
    {
        string[] left = ["restore-20260701-090000-ABCD", "backups/work-1", "attachments/system/incoming"];
        foreach (var path in left)
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, path));
            File.WriteAllText(Path.Combine(folder.Path, path, "half"), "x");
        }
        Directory.CreateDirectory(Path.Combine(folder.Path, "before-restore-20260701-090000-ABCD"));
        using var directory = Make(Thing.Map);
        directory.Hold();
        Assert.All(left, path => Assert.False(Directory.Exists(Path.Combine(folder.Path, path))));
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "before-restore-20260701-090000-ABCD")));
    }

    [Fact]
    public async Task A_file_of_another_workspace_is_never_opened_by_a_made_up_id()
    {
        using var directory = Make(Thing.Map);
        Assert.Throws<ArgumentException>(() => directory.Workspace("../system"));
        Assert.Throws<ArgumentException>(() => directory.Workspace(""));
        await AddAsync(directory.Workspace(workspace), new Thing { Name = "mine" });
        Assert.Equal(0, await directory.Workspace(Document.NewId()).OpenSession(Actor.System).CountAsync<Thing>(Query.All));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_file_is_refused_with_advice(bool header)
    {
        using (var directory = Make(Thing.Map))
        {
            await AddAsync(directory.Workspace(workspace), [.. Enumerable.Range(0, 200).Select(i => new Thing { Name = new string('x', 500) + i })]);
        }
        var bytes = File.ReadAllBytes(PathOf());
        new Random(1).NextBytes(bytes.AsSpan(header ? 0 : 8192, header ? 8192 : bytes.Length - 8192));
        File.WriteAllBytes(PathOf(), bytes);
        using var again = Make(Thing.Map);
        var error = await Assert.ThrowsAsync<StoreException>(() => again.Workspace(workspace).VerifyAsync(default));
        Assert.Contains("Restore a backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_whose_log_is_there_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "workspaces"));
        File.WriteAllText(PathOf()[..^3] + "-log.db", "left over");
        using var directory = Make(Thing.Map);
        await Assert.ThrowsAsync<StoreException>(() => directory.Workspace(workspace).VerifyAsync(default));
    }

    [Fact]
    public async Task An_older_document_is_lifted_and_a_copy_of_the_file_kept()
    {
        var id = Document.NewId();
        using (var old = Make(new DocumentMap<OldPlace>("test_places")))
        {
            await AddAsync(old.Workspace(workspace), new OldPlace { Id = id, Town = "Kajang" });
        }
        var map = Upcasting(3);
        using (var directory = Make(map))
        {
            var session = directory.Workspace(workspace).OpenSession(Actor.System);
            var place = (await session.FindAsync<Place>(id))!;
            Assert.Equal("Kajang, MY", place.Address);
            Assert.Equal(1, await session.CountAsync<Place>(Query.All.Where("address", "Kajang, MY")));
            Assert.True((await directory.Workspace(workspace).VerifyAsync(default)).Sound);
            session.Update(place, place.Version, "place.edit");
            Assert.True((await session.SaveAsync()).Succeeded);
            Assert.Equal("Kajang, MY", (await session.FindAsync<Place>(id))!.Address);
        }
        var copy = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "backups"), "*.db"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "again", "workspaces"));
        File.Copy(copy, Path.Combine(folder.Path, "again", "workspaces", workspace + ".db"));
        using (var old = new LiteStoreDirectory(Path.Combine(folder.Path, "again"), [], [new DocumentMap<OldPlace>("test_places")], clock))
        {
            Assert.Equal("Kajang", (await old.Workspace(workspace).OpenSession(Actor.System).FindAsync<OldPlace>(id))!.Town);
        }
        using var older = Make(Upcasting(2));
        Assert.Contains("newer", (await Assert.ThrowsAsync<StoreException>(() => older.Workspace(workspace).VerifyAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_newer_format_is_refused()
    {
        using (var directory = Make(Thing.Map))
        {
            await AddAsync(directory.Workspace(workspace), new Thing());
        }
        using (var file = new LiteFile(new DiskFile(PathOf()), new DiskFile(PathOf()[..^3] + "-log.db")))
        {
            var meta = file.Get("store_meta", "store")!;
            meta["format"] = 2;
            file.Put("store_meta", meta);
        }
        using var again = Make(Thing.Map);
        Assert.Contains("newer", (await Assert.ThrowsAsync<StoreException>(() => again.Workspace(workspace).VerifyAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_with_a_DateTime_has_no_map()
    {
        Assert.Contains("When", Assert.Throws<ArgumentException>(() => new DocumentMap<WithTime>("test_times")).Message, StringComparison.Ordinal);
        Assert.Contains("Rows", Assert.Throws<ArgumentException>(() => new DocumentMap<WithTimeInside>("test_times")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new DocumentMap<Thing>("store_things"));
        Assert.Throws<ArgumentException>(() => new DocumentMap<Thing>("Things-1"));
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddStore(folder.Path, [], [Thing.Map, new DocumentMap<Other>("test_things")]));
    }

    private static DocumentMap<Place> Upcasting(int schema) => new DocumentMap<Place>("test_places", schema)
        .Field("address", p => p.Address)
        .Upcast(1, o => Moved(o, "town", "city"))
        .Upcast(2, o =>
        {
            o["address"] = o["city"]!.GetValue<string>() + ", MY";
            o.Remove("city");
            return o;
        });

    private static JsonObject Moved(JsonObject o, string from, string to)
    {
        o[to] = o[from]!.DeepClone();
        o.Remove(from);
        return o;
    }

    private static async Task AddAsync<T>(IDocumentStore store, params T[] documents)
        where T : Document
    {
        var session = store.OpenSession(Actor.System);
        foreach (var document in documents)
        {
            session.Add(document, "thing.add");
        }
        Assert.True((await session.SaveAsync()).Succeeded);
    }

    private string PathOf() => Path.Combine(folder.Path, "workspaces", workspace + ".db");

    private LiteStoreDirectory Make(params DocumentMap[] maps) => new(folder.Path, [], maps, clock);

    private sealed class OldPlace : Document
    {
        public string? Town { get; set; }
    }

    private sealed class Place : Document
    {
        public string? Address { get; set; }
    }

    private sealed class WithTime : Document
    {
        public DateTime? When { get; set; }
    }

    private sealed class WithTimeInside : Document
    {
        public List<Dictionary<string, Row>> Rows { get; set; } = [];

        public sealed record Row(DateTime At);
    }
}

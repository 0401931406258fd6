using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>A disk that fails or fills ends in a plain word, and nothing acknowledged is lost when it works again.</summary>
public sealed class FailingDisks : IDisposable
{
    private readonly FailingDisk disk = new();
    private readonly StandingClock clock = new();

    public void Dispose() => disk.Dispose();

    [Fact]
    public async Task A_disk_that_fails_at_any_call_loses_nothing_acknowledged()
    {
        var seen = new HashSet<bool>();
        for (var good = 0; good < 120; good++)
        {
            using var fresh = new FailingDisk();
            using var store = Open(fresh);
            var acknowledged = await SaveAsync(store, 3);
            fresh.Good = good;
            StoreException? error = null;
            for (var i = 0; i < 60 && error is null; i++)
            {
                try
                {
                    acknowledged.AddRange(await SaveAsync(store, 1));
                }
                catch (StoreException e)
                {
                    error = e;
                }
            }
            Assert.NotNull(error);
            Assert.Contains(error.MayBeSaved ? "unknown" : "Nothing", error.Message, StringComparison.Ordinal);
            seen.Add(error.MayBeSaved);
            await Assert.ThrowsAsync<StoreException>(() => store.OpenSession(Actor.System).CountAsync<Thing>(Query.All));
            fresh.Good = -1;
            await Assert.ThrowsAsync<StoreException>(() => SaveAsync(store, 1));
            clock.Advance(TimeSpan.FromMinutes(1));
            await CheckAsync(store, acknowledged, 1);
        }
        Assert.Contains(true, seen);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_goes_on_when_there_is_room()
    {
        using var store = Open(disk);
        var acknowledged = await SaveAsync(store, 20);
        disk.Capacity = 2_000_000;
        StoreException? error = null;
        while (error is null)
        {
            try
            {
                acknowledged.AddRange(await SaveAsync(store, 5));
            }
            catch (StoreException e)
            {
                error = e;
            }
        }
        Assert.Contains("No space", error.Message, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            // Still full: what can be read is read, what is written is refused.
            clock.Advance(TimeSpan.FromMinutes(1));
            await Assert.ThrowsAsync<StoreException>(() => SaveAsync(store, 40));
        }
        disk.Capacity = 0;
        clock.Advance(TimeSpan.FromMinutes(1));
        await CheckAsync(store, acknowledged, 125);
    }

    [Fact]
    public async Task All_callers_that_wait_are_told()
    {
        using var store = Open(disk);
        await SaveAsync(store, 1);
        disk.Good = 3;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(async () =>
        {
            try
            {
                await SaveAsync(store, 1);
                return "saved";
            }
            catch (StoreException)
            {
                return "told";
            }
        })));
        Assert.Contains("told", outcomes);
        disk.Good = -1;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(await store.OpenSession(Actor.System).CountAsync<Thing>(Query.All), 1 + outcomes.Count(o => o == "saved"), 31);
        Assert.True((await store.VerifyAsync(default)).Sound);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_read_is_told_too()
    {
        using (var store = Open(disk))
        {
            await SaveAsync(store, 5);
        }
        using var again = Open(disk);
        disk.GoodReads = 0;
        await Assert.ThrowsAsync<StoreException>(() => again.OpenSession(Actor.System).CountAsync<Thing>(Query.All));
        disk.GoodReads = -1;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(5, await again.OpenSession(Actor.System).CountAsync<Thing>(Query.All));
    }

    [Fact]
    public async Task A_disk_that_stops_being_read_at_any_call_never_ends_the_program()
    {
        List<string> ids;
        using (var store = Open(disk))
        {
            ids = await SaveAsync(store, 60);
        }
        for (var good = 0; good < 80; good += 3)
        {
            using var store = Open(disk);
            disk.GoodReads = good;
            var told = false;
            try
            {
                await SaveAsync(store, 1);
                foreach (var id in ids)
                {
                    await store.OpenSession(Actor.System).HistoryAsync(id);
                }
            }
            catch (StoreException)
            {
                told = true;
            }
            disk.GoodReads = -1;
            store.Close();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal(60, (await store.OpenSession(Actor.System).FindManyAsync<Thing>(ids)).Count);
            Assert.True(told || good > 20);
        }
    }

    [Fact]
    public async Task A_backup_that_fills_another_disk_leaves_the_store_working()
    {
        using var store = Open(disk);
        var acknowledged = await SaveAsync(store, 5);
        using var full = new FullTarget();
        Assert.Equal("No space left on device", (await Assert.ThrowsAsync<IOException>(() => store.CopyAsync(full, default))).Message);
        await CheckAsync(store, acknowledged, 0);
    }

    private LiteStore Open(FailingDisk on) => new("failing", on.Files, [Thing.Map], clock, "", "");

    private static async Task<List<string>> SaveAsync(LiteStore store, int count)
    {
        var session = store.OpenSession(Actor.System);
        var things = Enumerable.Range(0, count).Select(i => new Thing { Name = new string('n', 3000) + i }).ToList();
        things.ForEach(t => session.Add(t, "thing.add"));
        Assert.True((await session.SaveAsync()).Succeeded);
        return things.ConvertAll(t => t.Id);
    }

    private static async Task CheckAsync(LiteStore store, List<string> acknowledged, int unknown)
    {
        var session = store.OpenSession(Actor.System);
        Assert.Equal(acknowledged.Count, (await session.FindManyAsync<Thing>(acknowledged)).Count);
        Assert.InRange(await session.CountAsync<Thing>(Query.All), acknowledged.Count, acknowledged.Count + unknown);
        var report = await store.VerifyAsync(default);
        Assert.True(report.Sound, string.Join("; ", report.Findings.Take(3)));
        acknowledged.AddRange(await SaveAsync(store, 2));
        Assert.Equal(acknowledged.Count, (await session.FindManyAsync<Thing>(acknowledged)).Count);
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private sealed class FullTarget : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}

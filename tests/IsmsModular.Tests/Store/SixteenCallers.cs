using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>Sixteen callers read and write a file far larger than the engine's cache, without an error, and the file is sound after.</summary>
public sealed class SixteenCallers
{
    private const int Records = 4000;

    [Fact]
    public async Task Work_on_a_large_file_without_an_error()
    {
        using var folder = new TemporaryFolder();
        var workspace = Document.NewId();
        using var directory = new LiteStoreDirectory(folder.Path, [], [Thing.Map, Other.Map], new StandingClock());
        var store = directory.Workspace(workspace);
        var ids = new List<string>();
        for (var batch = 0; batch < Records / 200; batch++)
        {
            var session = store.OpenSession(Actor.System);
            for (var i = 0; i < 200; i++)
            {
                var thing = new Thing { Name = $"thing {ids.Count}", Size = ids.Count % 100, Colour = (Colour)(ids.Count % 2), Tags = [$"t{ids.Count % 7}"], Notes = { ["filler"] = new('x', 8000) } };
                ids.Add(thing.Id);
                session.Add(thing, "thing.add");
            }
            Assert.True((await session.SaveAsync()).Succeeded);
        }
        directory.CloseAll();
        Assert.InRange(new FileInfo(directory.PathOf(workspace)).Length, 60L << 20, long.MaxValue);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => CallAsync(store, ids, new Random(caller)))));

        var counted = store.OpenSession(Actor.System);
        Assert.Equal(await counted.CounterAsync("added"), await counted.CountAsync<Other>(Query.All));
        Assert.Equal(await counted.CounterAsync("changed"), (await counted.GroupAsync<Thing>(Query.All, "size")).Sum(g => (decimal)g.Values[0]! * g.Count) - Enumerable.Range(0, Records).Sum(i => i % 100));
        var report = await store.VerifyAsync(default);
        Assert.True(report.Sound, string.Join("; ", report.Findings.Take(3)));
    }

    private static async Task CallAsync(IDocumentStore store, List<string> ids, Random random)
    {
        for (var i = 0; i < 120; i++)
        {
            var session = store.OpenSession(Actor.System);
            var id = ids[random.Next(ids.Count)];
            switch (random.Next(8))
            {
                case 0 or 1:
                    Assert.Equal(id, (await session.FindAsync<Thing>(id))!.Id);
                    break;
                case 2:
                    var page = await session.QueryAsync<Thing>(Query.All.Where("tags", "t3").OrderBy("-size").Take(20));
                    Assert.Equal(20, page.Items.Count);
                    Assert.True(page.Items.Zip(page.Items.Skip(1)).All(p => p.First.Size >= p.Second.Size));
                    break;
                case 3:
                    Assert.NotEmpty((await session.QueryAsync<Thing>(Query.All.Search($"thing {random.Next(Records)}").Take(5))).Items);
                    break;
                case 4:
                    Assert.Equal(Records, (await session.GroupAsync<Thing>(Query.All, "colour", "tags")).Sum(g => g.Count));
                    break;
                case 5:
                    session.Add(new Other { N = i }, "other.add");
                    session.Increment("added", 1);
                    Assert.True((await session.SaveAsync()).Succeeded);
                    break;
                case 6:
                    for (var saved = false; !saved;)
                    {
                        var thing = (await session.FindAsync<Thing>(id))!;
                        thing.Size++;
                        session.Update(thing, thing.Version, "thing.edit");
                        session.Increment("changed", 1);
                        saved = (await session.SaveAsync()).Succeeded;
                    }
                    break;
                default:
                    Assert.NotEmpty(await session.HistoryAsync(id));
                    break;
            }
        }
    }
}

using System.Security.Cryptography;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;

namespace IsmsModular.Tests.Store;

/// <summary>Whatever a disk keeps of what was not synced when the power goes, each acknowledged save is there, whole, and the log agrees.</summary>
public sealed class LosingPower
{
    private const int Sector = 512;

    [Fact]
    public async Task Keeps_every_acknowledged_save_in_hundreds_of_states()
    {
        var records = new List<BlockRecord>();
        var acknowledged = await RecordAsync(records);
        var first = acknowledged[0].Record;
        var checkpoints = Enumerable.Range(first, records.Count - first).Where(i => records[i].File == 0).ToArray();
        Assert.NotEmpty(checkpoints);
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (state, _) =>
        {
            var random = new Random(state);
            // Half of the cuts fall into the moments when the log is brought into the data file.
            var cut = state % 2 == 0 ? random.Next(first, records.Count + 1) : Math.Min(records.Count, checkpoints[random.Next(checkpoints.Length)] + random.Next(30));
            await CheckAsync(Survivor(records, cut, 0, random), Survivor(records, cut, 1, random), acknowledged.Last(a => a.Record <= cut).Unit, $"state {state}, cut {cut}");
        });
    }

    private static Thing Unit(int n, int part, bool changed)
    {
        var filler = new byte[400 + (n * 37 % 900)];
        new Random((n * 31) + part).NextBytes(filler);
        return new() { Name = $"unit {n}", Size = n, Open = changed, Tags = [part == 0 ? "left" : "right"], Notes = { ["filler"] = Convert.ToBase64String(filler), ["hash"] = Convert.ToHexString(SHA256.HashData(filler)) } };
    }

    /// <summary>Each unit is two documents in one save, with a change of a pair before, and at times a removal.</summary>
    private static async Task<List<(int Record, int Unit)>> RecordAsync(List<BlockRecord> records)
    {
        RecordingFile data = new(0, records), log = new(1, records);
        using var store = new LiteStore("power", () => (data, log), [Thing.Map], new StandingClock(), "", "");
        await store.VerifyAsync(default);
        var acknowledged = new List<(int, int)> { (Count(), 0) };
        var pairs = new Dictionary<int, Thing[]>();
        for (var n = 1; n <= 260; n++)
        {
            var session = store.OpenSession(Actor.System);
            pairs[n] = [Unit(n, 0, false), Unit(n, 1, false)];
            foreach (var thing in pairs[n])
            {
                session.Add(thing, "thing.add");
            }
            foreach (var thing in pairs.GetValueOrDefault(n - 5) ?? [])
            {
                thing.Open = true;
                session.Update(thing, thing.Version, "thing.edit");
            }
            if (n % 9 == 0 && pairs.Remove(n - 8, out var old))
            {
                foreach (var thing in old)
                {
                    session.Remove(thing, thing.Version, "thing.remove");
                }
            }
            session.Next("UNIT", _ => { });
            Assert.True((await session.SaveAsync()).Succeeded);
            acknowledged.Add((Count(), n));
        }
        return acknowledged;

        int Count()
        {
            lock (records)
            {
                return records.Count;
            }
        }
    }

    /// <summary>What of a file is on the disk: all that was synced, and of the rest any part of any write.</summary>
    private static MemoryFile Survivor(List<BlockRecord> records, int cut, int file, Random random)
    {
        var survivor = new MemoryFile();
        long synced = -1;
        for (var i = 0; i < cut; i++)
        {
            if (records[i].File == file && records[i].Action == BlockAction.Sync)
            {
                synced = Math.Max(synced, records[i].Position);
            }
        }
        for (var i = 0; i < cut; i++)
        {
            var record = records[i];
            if (record.File != file)
            {
                continue;
            }
            var durable = i < synced;
            if (record.Action == BlockAction.SetLength && (durable || random.Next(2) == 0))
            {
                survivor.SetLength(record.Position);
            }
            else if (record.Action == BlockAction.Write && durable)
            {
                survivor.Write(record.Position, record.Data);
            }
            else if (record.Action == BlockAction.Write && random.Next(2) == 0)
            {
                for (var at = 0; at < record.Data.Length; at += Sector)
                {
                    if (random.Next(8) != 0)
                    {
                        survivor.Write(record.Position + at, record.Data.AsSpan(at, Math.Min(Sector, record.Data.Length - at)));
                    }
                }
            }
        }
        return survivor;
    }

    private static async Task CheckAsync(MemoryFile data, MemoryFile log, int acknowledged, string state)
    {
        using var store = new LiteStore("power", () => (data, log), [Thing.Map], new StandingClock(), "", "");
        var report = await store.VerifyAsync(default);
        Assert.True(report.Sound, $"{state}: {string.Join("; ", report.Findings.Take(3))}");
        var session = store.OpenSession(Actor.System);
        var things = new List<Thing>();
        await foreach (var thing in session.StreamAsync<Thing>(Query.All))
        {
            things.Add(thing);
        }
        var last = (int)await session.CounterAsync("UNIT");
        Assert.True(last == acknowledged || last == acknowledged + 1, $"{state}: {acknowledged} acknowledged, {last} found");
        var pairs = things.GroupBy(t => (int)t.Size!).ToDictionary(g => g.Key, g => g.ToArray());
        for (var n = 1; n <= last; n++)
        {
            var removed = n % 9 == 1 && n + 8 <= last;
            Assert.True(removed != pairs.ContainsKey(n), $"{state}: unit {n} of {last}");
            if (!removed)
            {
                Assert.Equal(2, pairs[n].Length);
                Assert.All(pairs[n], t => Assert.Equal(n + 5 <= last, t.Open));
                Assert.All(pairs[n], t => Assert.Equal(t.Notes["hash"], Convert.ToHexString(SHA256.HashData(Convert.FromBase64String(t.Notes["filler"])))));
            }
        }
        session.Add(Unit(9999, 0, false), "thing.add");
        Assert.True((await session.SaveAsync()).Succeeded, state);
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IsmsModular.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.StoreCrash;

/// <summary>One of the two parts of a unit; both are written by one save.</summary>
internal sealed class Part : Document
{
    public static DocumentMap<Part> Map { get; } = new DocumentMap<Part>("crash_parts").Field("unit", h => h.Unit).Field("side", h => h.Side).Text("name", h => h.Name).Field("at", h => h.At);

    public long Unit { get; set; }

    public string Side { get; set; } = "";

    public string Name { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public decimal Amount { get; set; }

    public int Changes { get; set; }

    public string Filler { get; set; } = "";

    public string Hash { get; set; } = "";
}

/// <summary>A program that tests kill, or run under another culture or time zone.</summary>
internal static class Crash
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["write", var folder, var workspace]:
                await using (var services = Services(folder))
                {
                    var store = services.GetRequiredService<IStoreDirectory>().Workspace(workspace);
                    await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => WriteAsync(store))));
                }
                return 0;
            case ["bulk", var folder, var workspace]:
                await using (var services = Services(folder))
                {
                    await BulkAsync(services.GetRequiredService<IStoreDirectory>().Workspace(workspace));
                }
                return 0;
            case ["digest", var folder, var workspace, var culture]:
                CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
                await using (var services = Services(folder))
                {
                    Console.Write(await DigestAsync(services.GetRequiredService<IStoreDirectory>().Workspace(workspace)));
                }
                return 0;
            default:
                return 2;
        }
    }

    public static ServiceProvider Services(string folder) => new ServiceCollection().AddStore(folder, [], [Part.Map]).BuildServiceProvider();

    /// <summary>Saves without end and tells each acknowledged unit.</summary>
    private static async Task WriteAsync(IDocumentStore store)
    {
        Part[]? before = null;
        while (true)
        {
            var session = store.OpenSession(Actor.System);
            Part[] parts = [New("left"), New("right")];
            session.Next("UNIT", n => Array.ForEach(parts, h => h.Unit = n));
            Array.ForEach(parts, h => session.Add(h, "part.add"));
            foreach (var part in before ?? [])
            {
                part.Changes++;
                session.Update(part, part.Version, "part.edit");
            }
            if (!(await session.SaveAsync()).Succeeded)
            {
                throw new InvalidOperationException("refused");
            }
            Tell(parts[0].Unit);
            before = parts;
        }
    }

    /// <summary>How many documents one large save holds.</summary>
    public const int Bulk = 3000;

    /// <summary>Saves as an import does, without end: thousands of documents at once.</summary>
    private static async Task BulkAsync(IDocumentStore store)
    {
        for (var n = await store.OpenSession(Actor.System).CounterAsync("UNIT") + 1; ; n++)
        {
            Tell(n - 1);
            var session = store.OpenSession(Actor.System);
            session.Increment("UNIT", 1);
            for (var i = 0; i < Bulk; i++)
            {
                var part = New("bulk");
                part.Unit = n;
                session.Add(part, "part.import");
            }
            if (!(await session.SaveAsync()).Succeeded)
            {
                throw new InvalidOperationException("refused");
            }
            Tell(n);
        }
    }

    private static void Tell(long unit)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(unit.ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }

    private static Part New(string side)
    {
        var filler = Convert.ToBase64String(RandomNumberGenerator.GetBytes(300 + RandomNumberGenerator.GetInt32(600)));
        return new() { Side = side, Filler = filler, Hash = Hash(filler) };
    }

    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Adds and reads, and tells everything that must not depend on where and in which language it runs.</summary>
    private static async Task<string> DigestAsync(IDocumentStore store)
    {
        var session = store.OpenSession(Actor.System);
        string[] names = ["I", "ı", "İ", "i", "iş", "IŞ", "Straße", "STRASSE", "zebra", "Ärger", "apple 10", "apple 9", "Apple 9", "ñandú", "çilek", "2.5", "2,5"];
        for (var i = 0; i < names.Length; i++)
        {
            session.Add(new Part { Id = $"01JZ00000000000000000000{i:00}", Name = names[i], Unit = i, Amount = 1234.50m + i, Side = i % 2 == 0 ? "INFO" : "info", At = new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.FromHours(i % 5)) }, "part.add");
        }
        await session.SaveAsync();
        var text = new StringBuilder();
        foreach (var query in (Query[])[Query.All.OrderBy("name"), Query.All.OrderBy("-name"), Query.All.OrderBy("at"), Query.All.Search("i"), Query.All.Search("straße"), Query.All.Where("side", "INFO"), Query.All.Where("unit", "7"), Query.All.WhereBetween("at", new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero), null), Query.All.WhereBetween("name", "I", "STRASSE")])
        {
            text.AppendLine(string.Join('|', (await session.QueryAsync<Part>(query)).Items.Select(h => h.Name)));
        }
        await foreach (var part in session.StreamAsync<Part>(Query.All))
        {
            text.AppendLine(System.Text.Json.JsonSerializer.Serialize(part, StoreJson.Options));
        }
        text.AppendLine((await store.VerifyAsync(default)).Sound.ToString());
        return text.ToString();
    }
}

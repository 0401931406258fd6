using System.Diagnostics;
using System.Globalization;
using IsmsModular.Platform.Store;
using IsmsModular.StoreCrash;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Store;

/// <summary>A program killed at any moment leaves every save that it acknowledged.</summary>
public sealed class BeingKilled
{
    [Fact]
    public async Task Loses_no_acknowledged_save_in_sixty_rounds()
    {
        using var folder = new TemporaryFolder();
        var workspace = Document.NewId();
        var random = new Random(7);
        var total = 0;
        for (var round = 0; round < 60; round++)
        {
            var acknowledged = await RunAndKillAsync(folder.Path, workspace, random.Next(5, 200));
            total += acknowledged.Count;
            await using var services = Crash.Services(folder.Path);
            var store = services.GetRequiredService<IStoreDirectory>().Workspace(workspace);
            var session = store.OpenSession(Actor.System);
            foreach (var unit in acknowledged)
            {
                Assert.Equal(2, (await session.QueryAsync<Part>(Query.All.Where("unit", unit))).Items.Count(h => h.Hash == Crash.Hash(h.Filler)));
            }
            Assert.Equal(await session.CounterAsync("UNIT") * 2, await session.CountAsync<Part>(Query.All));
            Assert.All(await session.GroupAsync<Part>(Query.All, "unit"), g => Assert.Equal(2, g.Count));
            if (round % 12 == 11)
            {
                var report = await store.VerifyAsync(default);
                Assert.True(report.Sound, $"round {round}: {string.Join("; ", report.Findings.Take(3))}");
            }
        }
        Assert.InRange(total, 60, int.MaxValue);
    }

    [Fact]
    public async Task Leaves_an_import_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var workspace = Document.NewId();
        var random = new Random(11);
        for (var round = 0; round < 8; round++)
        {
            var acknowledged = await RunAndKillAsync(folder.Path, workspace, random.Next(50, 900), "bulk");
            await using var services = Crash.Services(folder.Path);
            var store = services.GetRequiredService<IStoreDirectory>().Workspace(workspace);
            var session = store.OpenSession(Actor.System);
            var units = await session.CounterAsync("UNIT");
            Assert.InRange(units, acknowledged[^1], acknowledged[^1] + 1);
            Assert.Equal(units * Crash.Bulk, await session.CountAsync<Part>(Query.All));
            Assert.Equal(units * Crash.Bulk, (await session.HeadAsync()).Sequence);
        }
    }

    private static async Task<List<long>> RunAndKillAsync(string folder, string workspace, int after, string mode = "write")
    {
        using var process = StoreCrashProgram.Start([], mode, folder, workspace);
        var acknowledged = new List<long>();
        Task? killing = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line cut short by the kill was acknowledged, but says another number.
            if (acknowledged.Count == 0 || line.Length >= acknowledged[^1].ToString(CultureInfo.InvariantCulture).Length)
            {
                acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
            }
            killing ??= Task.Run(async () =>
            {
                await Task.Delay(after);
                process.Kill();
            });
        }
        Assert.True(killing is not null, await process.StandardError.ReadToEndAsync());
        await killing;
        await process.WaitForExitAsync();
        return acknowledged;
    }
}

/// <summary>The program beside the tests.</summary>
internal static class StoreCrashProgram
{
    public static Process Start(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "IsmsModular.StoreCrash.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }
}

using System.Diagnostics;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Benchmarks;

/// <summary><c>-- reports [risks] [times]</c>: the risk register of a large workspace in every format, read from the store and written to a file as whoever takes it away gets it.</summary>
internal static partial class Program
{
    private static async Task<int> MeasureReportsAsync(string[] args)
    {
        var size = args.Length > 0 ? int.Parse(args[0], Invariant) : 10_000;
        var times = args.Length > 1 ? int.Parse(args[1], Invariant) : 3;
        var root = Directory.CreateTempSubdirectory("isms-bench-").FullName;
        try
        {
            await Console.Error.WriteLineAsync($"{size} risks: making the workspace …");
            await PrepareAsync(root, size);
            await using var app = IsmsHost.Create(new() { DataFolder = root, Serves = false });
            Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.Version}, a register of {size:#,0} risks with every column");
            Console.WriteLine();
            Console.WriteLine("| format | first s | best s | CPU s | allocated MB | memory after MB | file MB |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var format in await InsideAsync(app.Services, s => Task.FromResult(s.GetRequiredService<IPluginCatalog>().Formats.Where(f => !f.NeedsControls).Select(f => f.Key).ToList())))
                await MeasureFormatAsync(app.Services, format, times);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    private static async Task MeasureFormatAsync(IServiceProvider services, string format, int times)
    {
        var process = Process.GetCurrentProcess();
        double first = 0, best = double.MaxValue, cpu = 0, allocated = 0, length = 0;
        for (var i = 0; i < times; i++)
        {
            GC.Collect();
            process.Refresh();
            var (before, bytes, watch) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
            await using var file = await InsideAsync(services, async s => (await s.GetRequiredService<ReportDesk>().TakeAsync("risk-register", format, new(), "en", default)).Value);
            var seconds = watch.Elapsed.TotalSeconds;
            process.Refresh();
            first = i == 0 ? seconds : first;
            if (seconds < best)
                (best, cpu) = (seconds, (process.TotalProcessorTime - before).TotalSeconds);
            (allocated, length) = ((GC.GetTotalAllocatedBytes() - bytes) / 1048576.0, file.Content.Length / 1048576.0);
        }

        process.Refresh();
        Console.WriteLine(string.Create(Invariant, $"| {format} | {first:0.00} | {best:0.00} | {cpu:0.00} | {allocated:0} | {process.WorkingSet64 / 1048576.0:0} | {length:0.0} |"));
    }

    private static async Task<T> InsideAsync<T>(IServiceProvider services, Func<IServiceProvider, Task<T>> act)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
        scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter((await scope.ServiceProvider.GetRequiredService<SystemDirectory>().WorkspaceAsync("big", default))!, Actor.Console, [], null, console: true);
        return await act(scope.ServiceProvider);
    }
}

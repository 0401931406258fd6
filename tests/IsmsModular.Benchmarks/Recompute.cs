using System.Diagnostics;
using System.Globalization;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Benchmarks;

/// <summary>Computes every stored result of a large workspace again (<c>-- recompute 100000</c>): time, results a second, and live memory on the way, which must not grow with the number of risks.</summary>
internal static class Recompute
{
    public static async Task<int> RunAsync(IReadOnlyList<int> sizes)
    {
        var root = Directory.CreateTempSubdirectory("isms-recompute-").FullName;
        try
        {
            Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
            Console.WriteLine();
            Console.WriteLine("| risks | results | findings | seconds | results a second | live MB at 25 % | at 50 % | at 75 % | at the end | allocated KB a result |");
            Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var size in sizes)
                await MeasureAsync(Path.Combine(root, size.ToString(CultureInfo.InvariantCulture)), size);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    private static async Task MeasureAsync(string folder, int size)
    {
        await Console.Error.WriteLineAsync($"{size} risks: making the workspace …");
        await Program.PrepareAsync(folder, size);
        await using var app = IsmsHost.Create(new() { DataFolder = folder, Serves = false });
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
        scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter((await scope.ServiceProvider.GetRequiredService<SystemDirectory>().WorkspaceAsync("big", default))!, Actor.Console, [], null, console: true);

        await Console.Error.WriteLineAsync($"{size} risks: computing again …");
        var memory = new Memory();
        var allocated = GC.GetTotalAllocatedBytes();
        var (watch, findings) = (Stopwatch.StartNew(), 0);
        await foreach (var _ in scope.ServiceProvider.GetRequiredService<IAssessmentCheck>().CheckAsync(memory, default))
            findings++;
        var seconds = watch.Elapsed.TotalSeconds - memory.Spent.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        var last = memory.Last!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {last.Risks:#,0} | {last.Results:#,0} | {findings} | {seconds:0.0} | {last.Results / seconds:#,0} | {string.Join(" | ", Enumerable.Range(0, 4).Select(i => i < memory.Live.Count ? $"{memory.Live[i]:0}" : "–"))} | {allocated / 1024.0 / Math.Max(1, last.Results):0.0} |"));
    }

    /// <summary>Live memory after a full collection at each quarter; the time that takes is not counted.</summary>
    private sealed class Memory : IProgress<AssessmentProgress>
    {
        public List<double> Live { get; } = [];

        public TimeSpan Spent { get; private set; }

        public AssessmentProgress? Last { get; private set; }

        public void Report(AssessmentProgress value)
        {
            Last = value;
            if (value.Risks * 4 < value.Total * (Live.Count + 1))
                return;
            var watch = Stopwatch.StartNew();
            Live.Add(GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024.0);
            Spent += watch.Elapsed;
        }
    }
}

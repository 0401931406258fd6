namespace IsmsModular.Web.Hosting;

/// <summary>Gives memory back to the system once nobody works: after the start, and after each stretch of work. While objects are made, the collector is left to its own ways.</summary>
internal sealed class IdleMemory : IHostedService, IDisposable
{
    private const long Quiet = 2 << 20;
    private const long Worthwhile = 16 << 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private Timer? timer;
    private long seen;
    private long trimmed;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        timer = new(_ => Look(), null, Every, Every);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        var now = GC.GetTotalAllocatedBytes();
        if (now - seen < Quiet && now - trimmed > Worthwhile)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            trimmed = now;
        }

        seen = now;
    }
}

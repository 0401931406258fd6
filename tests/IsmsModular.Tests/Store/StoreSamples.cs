using System.Text.Json.Nodes;
using IsmsModular.Platform.Store;

namespace IsmsModular.Tests.Store;

internal enum Colour
{
    DeepRed,
    Green,
}

/// <summary>A document with every kind of field.</summary>
internal sealed class Thing : Document
{
    public static DocumentMap<Thing> Map { get; } = new DocumentMap<Thing>("test_things")
        .Text("ref", t => t.Reference)
        .Text("name", t => t.Name)
        .Unique("key", t => t.Key)
        .Field("colour", t => t.Colour)
        .Field("size", t => t.Size)
        .Field("open", t => t.Open)
        .Field("due", t => t.Due)
        .Field("tags", t => t.Tags)
        .Secret("password")
        .Attachments(t => [t.File]);

    public string? Reference { get; set; }

    public string? Name { get; set; }

    public string? Key { get; set; }

    public Colour? Colour { get; set; }

    public decimal? Size { get; set; }

    public bool Open { get; set; }

    public DateOnly? Due { get; set; }

    public DateTimeOffset? Seen { get; set; }

    public List<string> Tags { get; set; } = [];

    public Dictionary<string, string> Notes { get; set; } = [];

    public string? Password { get; set; }

    public string? File { get; set; }

    public JsonObject? Extra { get; set; }
}

internal sealed class Other : Document
{
    public static DocumentMap<Other> Map { get; } = new DocumentMap<Other>("test_others").Field("n", o => o.N);

    public int N { get; set; }
}

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class StandingClock : TimeProvider
{
    private readonly List<Timer> timers = [];
    private DateTimeOffset now = new(2026, 7, 1, 9, 0, 0, TimeSpan.FromHours(8));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public void Advance(TimeSpan by)
    {
        now += by;
        foreach (var timer in timers.ToArray())
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(callback, state);
        timers.Add(timer);
        return timer;
    }

    private sealed class Timer(TimerCallback callback, object? state) : ITimer
    {
        private bool disposed;

        public void Fire()
        {
            if (!disposed)
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("isms-store-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

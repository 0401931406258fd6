using IsmsModular.Platform.Results;
using LiteDB;

namespace IsmsModular.Platform.Store.Lite;

/// <summary>Something for the thread that owns a file.</summary>
internal abstract class Work
{
    public abstract void Succeed();

    public abstract void Fail(Exception cause);
}

internal sealed class Reading<T>(Func<OpenStore, T> read, CancellationToken cancellationToken) : Reading
{
    private readonly TaskCompletionSource<T> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? answer;

    public Task<T> Task => outcome.Task;

    public override void Run(OpenStore store)
    {
        cancellationToken.ThrowIfCancellationRequested();
        answer = read(store);
    }

    public override void Succeed() => outcome.TrySetResult(answer!);

    public override void Fail(Exception cause)
    {
        if (cause is OperationCanceledException cancelled)
        {
            outcome.TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            outcome.TrySetException(cause);
        }
    }
}

internal abstract class Reading : Work
{
    public abstract void Run(OpenStore store);
}

internal sealed class Saving(SaveRequest request) : Work
{
    private readonly TaskCompletionSource<Result<LogHead>> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SaveRequest Request => request;

    public Result<LogHead>? Answer { get; set; }

    public Task<Result<LogHead>> Task => outcome.Task;

    public override void Succeed() => outcome.TrySetResult(Answer!);

    public override void Fail(Exception cause) => outcome.TrySetException(cause);
}

/// <summary>The thread that owns an open file and makes every call of the engine. Saves that wait together are made durable together. After a failure it ends and refuses what waits.</summary>
internal sealed class Lane
{
    private const int MaxBatch = 64;
    private readonly object gate = new();
    private readonly Queue<Work> waiting = new();
    private readonly Func<OpenStore> open;
    private readonly Thread? before;
    private readonly Action<Lane, StoreException> failed;
    private readonly Thread thread;
    private bool closing;
    private bool ended;
    private bool busy;
    private StoreException? stopped;

    /// <param name="name">For debuggers.</param>
    /// <param name="open">Opens the file; runs on the lane's thread.</param>
    /// <param name="before">The lane that owned the file before; it has let go of it when its thread ends.</param>
    /// <param name="failed">Told when the store stops after a failure.</param>
    public Lane(string name, Func<OpenStore> open, Lane? before, Action<Lane, StoreException> failed)
    {
        this.open = open;
        this.before = before?.thread;
        this.failed = failed;
        thread = new(Run) { IsBackground = true, Name = "store:" + name };
        thread.Start();
    }

    /// <summary>Whether nothing waits or runs.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return waiting.Count == 0 && !busy;
            }
        }
    }

    /// <summary>Hands over work; false when the lane has ended.</summary>
    public bool TryPost(Work work)
    {
        lock (gate)
        {
            if (ended || closing)
            {
                return false;
            }
            waiting.Enqueue(work);
            Monitor.Pulse(gate);
            return true;
        }
    }

    /// <summary>Lets what waits finish, then closes the file.</summary>
    public void Close()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Returns when the file is closed.</summary>
    public void Join() => thread.Join();

    private static bool IsEngineFault(Exception e) => e is IOException or LiteException or InvalidDataException or UnauthorizedAccessException;

    private void Run()
    {
        before?.Join();
        OpenStore store;
        try
        {
            store = open();
        }
        catch (Exception e)
        {
            End(e as StoreException ?? new StoreException(e.Message, e));
            return;
        }
        using (store)
        {
            while (Take() is { } work)
            {
                if (work is Reading reading)
                {
                    Read(store, reading);
                }
                else
                {
                    Save(store, (Saving)work);
                }
                if (store.File.Failure is { } failure)
                {
                    Fault(store, failure);
                    store.Dispose();
                    End(stopped!);
                    return;
                }
            }
        }
    }

    private void Read(OpenStore store, Reading reading)
    {
        try
        {
            reading.Run(store);
        }
        catch (Exception e)
        {
            if (IsEngineFault(e) || store.File.Failure is not null)
            {
                Fault(store, e);
                e = new StoreException("The store cannot be read: " + e.Message, e);
            }
            reading.Fail(e);
            return;
        }
        reading.Succeed();
    }

    private void Save(OpenStore store, Saving first)
    {
        var batch = new List<Saving>();
        Exception? fault = null;
        for (var next = first; next is not null; next = batch.Count < MaxBatch && fault is null ? TakeSaving() : null)
        {
            var phase = SavePhase.Checking;
            try
            {
                next.Answer = store.Save(next.Request, ref phase);
                batch.Add(next);
            }
            catch (Exception e) when (phase == SavePhase.Checking && !IsEngineFault(e) && store.File.Failure is null)
            {
                next.Fail(e);
            }
            catch (Exception e)
            {
                fault = e;
                Fault(store, e);
                next.Fail(phase == SavePhase.Committing ? Unknown(e) : NotSaved(e));
            }
        }
        try
        {
            if (fault is null)
            {
                store.File.AwaitDurable();
            }
        }
        catch (Exception e)
        {
            fault = e;
        }
        if (fault is not null)
        {
            Fault(store, fault);
        }
        foreach (var saving in batch)
        {
            if (fault is not null && saving.Answer!.Succeeded)
            {
                saving.Fail(Unknown(fault));
            }
            else
            {
                saving.Succeed();
            }
        }
    }

    private static StoreException NotSaved(Exception cause) => new($"The disk failed ({cause.Message}). Nothing of this was saved.", cause);

    private static StoreException Unknown(Exception cause) => new($"The disk failed ({cause.Message}). Whether this was saved is unknown: look before you do it again.", cause) { MayBeSaved = true };

    private Work? Take()
    {
        lock (gate)
        {
            busy = false;
            while (waiting.Count == 0)
            {
                if (closing)
                {
                    ended = true;
                    return null;
                }
                Monitor.Wait(gate);
            }
            busy = true;
            return waiting.Dequeue();
        }
    }

    private Saving? TakeSaving()
    {
        lock (gate)
        {
            return waiting.TryPeek(out var next) && next is Saving ? (Saving)waiting.Dequeue() : null;
        }
    }

    /// <summary>Ends all writing and lets no new work in, before anybody is told.</summary>
    private void Fault(OpenStore store, Exception cause)
    {
        store.File.Break(cause);
        if (stopped is null)
        {
            stopped = new($"The store has stopped after a failure ({cause.Message}); it is opened again when the disk works.", cause);
            failed(this, stopped);
        }
    }

    private void End(StoreException cause)
    {
        List<Work> left;
        lock (gate)
        {
            ended = true;
            left = [.. waiting];
            waiting.Clear();
        }
        left.ForEach(w => w.Fail(cause));
    }
}

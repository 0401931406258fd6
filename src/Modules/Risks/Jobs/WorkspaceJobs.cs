using System.Collections.Concurrent;
using IsmsModular.Platform.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Risks.Jobs;

/// <summary>A piece of work that runs in the background, or that failed.</summary>
internal abstract class Job
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it failed, or null.</summary>
    public string? Failed { get; set; }

    /// <summary>Ends with the work.</summary>
    public Task Done => done.Task;

    /// <summary>Says that it has ended, well or not.</summary>
    public void End() => done.TrySetResult();
}

/// <summary>Work inside workspaces that goes on after the request; one piece for each key. Singleton.</summary>
internal abstract class WorkspaceJobs<TJob>(IServiceScopeFactory scopes, IHostApplicationLifetime life, ILogger logger)
    where TJob : Job
{
    private readonly ConcurrentDictionary<string, TJob> running = new(StringComparer.Ordinal);

    /// <summary>The work that runs under a key or has failed there last, or null.</summary>
    public TJob? Of(string key) => running.GetValueOrDefault(key);

    /// <summary>Forgets work that failed, once it was told.</summary>
    public void Forget(string key, TJob job)
    {
        if (job.Failed is not null)
            running.TryRemove(new(key, job));
    }

    /// <summary>Starts work; false when some runs under this key already.</summary>
    protected bool Start(string key, WorkspaceContext caller, TJob job, Func<IServiceProvider, CancellationToken, Task> work)
    {
        if (!running.TryAdd(key, job) && (!running.TryGetValue(key, out var before) || before.Failed is null || !running.TryUpdate(key, job, before)))
            return false;
        var (workspace, actor, roles, personId, isConsole) = (caller.Workspace, caller.Actor, caller.Roles, caller.PersonId, caller.IsConsole);
        _ = Task.Run(() => RunAsync(key, context => context.Enter(workspace, actor, roles, personId, isConsole), job, work));
        return true;
    }

    private async Task RunAsync(string key, Action<WorkspaceContext> enter, TJob job, Func<IServiceProvider, CancellationToken, Task> work)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            enter(scope.ServiceProvider.GetRequiredService<WorkspaceContext>());
            await work(scope.ServiceProvider, life.ApplicationStopping);
            if (job.Failed is null)
                running.TryRemove(new(key, job));
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            running.TryRemove(new(key, job));
        }
        catch (Exception error)
        {
            // The seam of background jobs: the page says that it failed, the log says why.
            logger.LogError(error, "{Job}, work in the background, failed", key);
            job.Failed = error.Message;
        }
        finally
        {
            job.End();
        }
    }
}

using IsmsModular.Platform.Results;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Changes of method that are being carried out. Singleton.</summary>
internal sealed class SwapJobs(IServiceScopeFactory scopes, IHostApplicationLifetime life, ILogger<SwapJobs> logger) : WorkspaceJobs<SwapJobs.Job>(scopes, life, logger)
{
    /// <summary>How long a page may take to be shown.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The change that is being carried out, or failed.</summary>
    public Job? Of(WorkspaceContext caller, string changeId) => Of(Key(caller, changeId));

    /// <summary>Begins to carry a change out once something has happened, or finds it begun.</summary>
    public Job Begin(WorkspaceContext caller, PreviewModel.Confirm request, Task first)
    {
        var job = new Job();
        return Start(Key(caller, request.Id), caller, job, Work) || Of(Key(caller, request.Id)) is not { } running ? job : running;

        async Task Work(IServiceProvider services, CancellationToken cancellationToken)
        {
            await Task.WhenAny(first, Task.Delay(Patience, cancellationToken));
            job.Outcome = await services.GetRequiredService<CarryingOut>().RunAsync(request, job, cancellationToken);
            job.Failed = job.Outcome.Succeeded ? null : job.Outcome.Errors[0].Message;
        }
    }

    /// <summary>The change while it is being written, or what it failed by; that is told once.</summary>
    public Job? Told(WorkspaceContext caller, string changeId)
    {
        if (Of(Key(caller, changeId)) is not { } job)
            return null;
        Forget(Key(caller, changeId), job);
        return job;
    }

    private static string Key(WorkspaceContext caller, string changeId) => $"{caller.Workspace.Id}/{changeId}";

    /// <summary>How far a change is.</summary>
    /// <param name="Step">Last part of the key <c>swap.writing.…</c>.</param>
    /// <param name="Done">Risks or records done.</param>
    /// <param name="All">In all.</param>
    internal sealed record At(string Step, long Done, long All);

    /// <summary>A change that is being carried out, or was refused.</summary>
    internal sealed class Job : Jobs.Job, IProgress<At>
    {
        private volatile At progress = new("risks", 0, 0);

        public At Progress => progress;

        /// <summary>The new exercise, or why there is none.</summary>
        public Result<string> Outcome { get => Failed is not null && field.Succeeded ? Error.Invalid("swap.failed", null, Failed) : field; set; } = "";

        public void Report(At value) => progress = value;
    }
}

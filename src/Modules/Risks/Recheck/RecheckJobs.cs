using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Risks.Recheck;

/// <summary>Checks of all assessments that run in the background, one a workspace. Findings go to a file as they come. Singleton.</summary>
internal sealed class RecheckJobs(IServiceScopeFactory scopes, IStoreDirectory stores, IHostApplicationLifetime life, TimeProvider time, ILogger<RecheckJobs> logger)
{
    private const long LargestFindings = 256L << 20;
    private readonly ConcurrentDictionary<string, Job> running = new();

    /// <summary>The check that runs in a workspace or has failed there last, or null.</summary>
    public Job? Of(string workspaceId) => running.GetValueOrDefault(workspaceId);

    /// <summary>Starts a check; false when one runs already.</summary>
    public bool Start(Workspace workspace, Actor actor, IReadOnlySet<Role> roles, string? personId)
    {
        var job = new Job(time.GetUtcNow(), actor.Name);
        if (!running.TryAdd(workspace.Id, job) && (!running.TryGetValue(workspace.Id, out var before) || before.Failed is null || !running.TryUpdate(workspace.Id, job, before)))
            return false;
        job.Done = Task.Run(() => RunAsync(workspace, actor, roles, personId, job));
        return true;
    }

    private async Task RunAsync(Workspace workspace, Actor actor, IReadOnlySet<Role> roles, string? personId, Job job)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter(workspace, actor, roles, personId);
            await CheckAsync(scope.ServiceProvider, workspace, job, life.ApplicationStopping);
            running.TryRemove(new(workspace.Id, job));
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            running.TryRemove(new(workspace.Id, job));
        }
        catch (Exception error)
        {
            // The seam of background jobs: the page says that it failed, the log says why.
            logger.LogError(error, "The check of all assessments of {Workspace} failed", workspace.Slug);
            job.Failed = error.Message;
        }
    }

    private async Task CheckAsync(IServiceProvider services, Workspace workspace, Job job, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 81920, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (var lines = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            await foreach (var finding in services.GetRequiredService<IAssessmentCheck>().CheckAsync(job, cancellationToken))
                await lines.WriteLineAsync(JsonSerializer.Serialize(finding, StoreJson.Options));
        }

        string? attachment = null;
        if (file.Length > 0)
        {
            file.Position = 0;
            attachment = await stores.Workspace(workspace.Id).Attachments.PutAsync(file, LargestFindings, cancellationToken);
        }

        var session = services.GetRequiredService<WorkspaceContext>().OpenSession();
        var progress = job.Progress;
        session.Add(new RecheckRun { StartedAt = job.StartedAt, FinishedAt = time.GetUtcNow(), By = job.By, Risks = progress.Risks, Results = progress.Results, Findings = progress.Findings, Attachment = attachment }, "recheck.done");
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            throw new StoreException(saved.Errors[0].Message);
    }

    /// <summary>A check that runs, or that failed.</summary>
    internal sealed class Job(DateTimeOffset startedAt, string by) : IProgress<AssessmentProgress>
    {
        private volatile AssessmentProgress progress = new(0, 0, 0, 0);

        public DateTimeOffset StartedAt { get; } = startedAt;

        public string By { get; } = by;

        public AssessmentProgress Progress => progress;

        public string? Failed { get; set; }

        /// <summary>Ends with the check.</summary>
        public Task Done { get; set; } = Task.CompletedTask;

        public void Report(AssessmentProgress value) => progress = value;
    }
}

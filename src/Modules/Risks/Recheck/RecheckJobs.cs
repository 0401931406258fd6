using System.Text;
using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Risks.Recheck;

/// <summary>Checks of all assessments that run in the background, one a workspace. Findings go to a file as they come. Singleton.</summary>
internal sealed class RecheckJobs(IServiceScopeFactory scopes, IStoreDirectory stores, IHostApplicationLifetime life, TimeProvider time, ILogger<RecheckJobs> logger) : WorkspaceJobs<RecheckJobs.Job>(scopes, life, logger)
{
    private const long LargestFindings = 256L << 20;

    /// <summary>Starts a check; false when one runs already.</summary>
    public bool Start(WorkspaceContext caller)
    {
        var job = new Job(time.GetUtcNow(), caller.Actor.Name);
        return Start(caller.Workspace.Id, caller, job, (services, cancellationToken) => CheckAsync(services, job, cancellationToken));
    }

    private async Task CheckAsync(IServiceProvider services, Job job, CancellationToken cancellationToken)
    {
        var ws = services.GetRequiredService<WorkspaceContext>();
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
            attachment = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(file, LargestFindings, cancellationToken);
        }

        var session = ws.OpenSession();
        var progress = job.Progress;
        session.Add(new RecheckRun { StartedAt = job.StartedAt, FinishedAt = time.GetUtcNow(), By = job.By, Risks = progress.Risks, Results = progress.Results, Findings = progress.Findings, Attachment = attachment }, "recheck.done");
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            throw new StoreException(saved.Errors[0].Message);
    }

    /// <summary>A check that runs, or that failed.</summary>
    internal sealed class Job(DateTimeOffset startedAt, string by) : Jobs.Job, IProgress<AssessmentProgress>
    {
        private volatile AssessmentProgress progress = new(0, 0, 0, 0);

        public DateTimeOffset StartedAt { get; } = startedAt;

        public string By { get; } = by;

        public AssessmentProgress Progress => progress;

        public void Report(AssessmentProgress value) => progress = value;
    }
}

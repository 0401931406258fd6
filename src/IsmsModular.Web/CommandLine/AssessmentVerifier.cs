using System.Globalization;
using System.Text.Json;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms verify --assessments</c>: writes each finding as it comes; 1 when there is any.</summary>
internal sealed class AssessmentVerifier(Cli cli, IServiceProvider services, bool asJson) : IProgress<AssessmentProgress>
{
    private string slug = "";
    private AssessmentProgress last = new(0, 0, 0, 0);

    public async Task<int> RunAsync(IReadOnlyList<Workspace> workspaces, CancellationToken cancellationToken)
    {
        var (done, found) = (new List<(string Slug, AssessmentProgress Progress)>(), 0L);
        if (asJson)
            await cli.Out.WriteLineAsync("{\n  \"findings\": [");
        foreach (var workspace in workspaces)
        {
            (slug, last) = (workspace.Slug, new(0, 0, 0, 0));
            await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
            scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter(workspace, Actor.Console, [], null, console: true);
            await foreach (var finding in scope.ServiceProvider.GetRequiredService<IAssessmentCheck>().CheckAsync(this, cancellationToken))
                await WriteAsync(finding, found++);
            if (cli.IsWatched)
                await cli.Error.WriteLineAsync();
            done.Add((slug, last));
        }

        if (asJson)
            await cli.Out.WriteLineAsync($"\n  ],\n  \"workspaces\": {JsonSerializer.Serialize(done.Select(d => new { workspace = d.Slug, d.Progress.Risks, d.Progress.Results, d.Progress.Findings }), StoreJson.Options)}\n}}");
        else
            foreach (var (name, progress) in done)
                await cli.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}: {(progress.Findings == 0 ? "sound" : "NOT SOUND")}, {progress.Results} results of {progress.Risks} risks computed again, {progress.Findings} differ"));
        return found == 0 ? Cli.Good : Cli.NotDone;
    }

    public void Report(AssessmentProgress value)
    {
        last = value;
        if (cli.IsWatched)
            cli.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{slug}: {value.Risks} of {value.Total} risks, {value.Findings} differ"));
    }

    private Task WriteAsync(AssessmentFinding finding, long before)
    {
        if (asJson)
            return cli.Out.WriteAsync((before == 0 ? "    " : ",\n    ") + JsonSerializer.Serialize(new { workspace = slug, finding.RiskId, finding.Reference, finding.Title, finding.Assessment, finding.Rating, finding.Methodology, finding.Fault, finding.Stored, finding.Computed, finding.Differences }, StoreJson.Options));
        var what = finding.Fault switch
        {
            AssessmentFault.Differs => $"differs in {string.Join(", ", finding.Differences)}: stored {finding.Stored}; computed {finding.Computed}",
            AssessmentFault.MethodologyMissing => $"the version of the methodology is missing; stored {finding.Stored}",
            AssessmentFault.Refused => $"the methodology refuses the inputs: {finding.Computed}",
            _ => "its assessment is missing",
        };
        return cli.Out.WriteLineAsync($"  {slug} {finding.Reference} {finding.Rating.ToString().ToLowerInvariant()} ({finding.Methodology}): {what}");
    }
}

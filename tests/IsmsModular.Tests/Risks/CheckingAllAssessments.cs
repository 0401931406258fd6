using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Methodologies;
using IsmsModular.Risks.Recheck;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Web.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Risks;

public sealed class CheckingAllAssessments(IsmsApp app)
{
    [Fact]
    public async Task Finds_nothing_where_nothing_was_touched()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("high", "medium");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Target, "low", "low"));
        await desk.AddAsync("Not rated");

        var (findings, progress) = await CheckAsync(desk.Home);
        Assert.Empty(findings);
        Assert.Equal((2, 2, 0), (progress.Risks, progress.Results, progress.Findings));
    }

    [Fact]
    public async Task Reports_each_result_that_differs_with_both_values()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("low", "low", "Untouched");
        var risk = await desk.RatedAsync("high", "medium", "Made smaller");
        risk.Current!.Level = "very-low";
        risk.Current.Order = 0;
        await desk.PutAsync(risk);
        var other = await desk.RatedAsync("medium", "medium", "Other inputs");
        other.Current!.Inputs["impact"] = FactorValue.Text("very-high");
        await desk.PutAsync(other);

        var (findings, _) = await CheckAsync(desk.Home);
        Assert.Equal(["Made smaller", "Other inputs"], findings.Select(f => f.Title).Order());
        var smaller = findings.Single(f => f.Title == "Made smaller");
        Assert.Equal((AssessmentFault.Differs, RatingKind.Current, risk.Reference), (smaller.Fault, smaller.Rating, smaller.Reference));
        Assert.Equal(["level", "order"], smaller.Differences);
        Assert.Contains("level very-low", smaller.Stored, StringComparison.Ordinal);
        Assert.Contains("level high", smaller.Computed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_a_missing_version_and_refused_inputs_and_goes_on()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var gone = await desk.RatedAsync("low", "low", "Version gone");
        gone.Current!.MethodologyVersion = "0.9.0";
        await desk.PutAsync(gone);
        var strange = await desk.RatedAsync("low", "low", "Strange inputs");
        strange.Current!.Inputs["impact"] = FactorValue.Text("purple");
        await desk.PutAsync(strange);
        await desk.RatedAsync("low", "low", "Sound");

        var (findings, progress) = await CheckAsync(desk.Home);
        Assert.Equal([("Strange inputs", AssessmentFault.Refused), ("Version gone", AssessmentFault.MethodologyMissing)], findings.Select(f => (f.Title, f.Fault)).Order());
        Assert.Equal(3, progress.Results);
    }

    [Fact]
    public async Task Computes_results_of_an_own_methodology_by_the_version_they_were_made_with()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var id = await BuildingAMethodology.BeginAsync(desk.Home, "4");
        var own = (await desk.Home.FindAsync<OwnMethodology>(id))!;
        RiskDesk.Ok(await BuildingAMethodology.PublishAsync(desk.Home, own));
        await desk.PlanAsync(methodology: own.MethodologyId);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        await desk.RatedAsync("high", "high");
        own = (await desk.Home.FindAsync<OwnMethodology>(id))!;
        var form = Declarations.Read(own.Draft);
        form.Steps[0].Cells = [.. form.Steps[0].Cells.Select(r => r.Select(_ => (string?)"0").ToList())];
        RiskDesk.Ok(await BuildingAMethodology.PublishAsync(desk.Home, own, form));

        var (findings, progress) = await CheckAsync(desk.Home);
        Assert.Empty(findings);
        Assert.Equal(1, progress.Results);
    }

    [Fact]
    public async Task Runs_in_the_background_and_lists_and_exports_what_it_found()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("high", "medium", "Made smaller");
        risk.Current!.Level = "very-low";
        await desk.PutAsync(risk);
        using var auditor = await desk.Home.SignedInAsync(Role.InternalAuditor);
        var started = await auditor.PostAsync(desk.Home.Url("risks/recheck"), []);
        Assert.Equal(HttpStatusCode.SeeOther, started.Status);
        await (app.Services.GetRequiredService<RecheckJobs>().Of(desk.Home.Workspace.Id)?.Done ?? Task.CompletedTask);

        var page = await auditor.GetAsync(desk.Home.Url("risks/recheck"));
        Assert.Contains("1 stored result does not come out the same", page.Text, StringComparison.Ordinal);
        Assert.Contains($"risks/register/detail?id={risk.Id}", page.Body, StringComparison.Ordinal);
        Assert.Contains("level very-low", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Made smaller", (await auditor.GetAsync(desk.Home.Url("risks/recheck?f.fault=refused"))).Text, StringComparison.Ordinal);
        var csv = await auditor.GetAsync(desk.Home.Url("risks/recheck?format=csv"));
        Assert.Contains(risk.Reference, csv.Body, StringComparison.Ordinal);
        var progress = await auditor.GetAsync(desk.Home.Url("risks/recheck?handler=Progress"), htmx: true);
        Assert.Equal("true", progress.Headers["HX-Refresh"]);
    }

    [Fact]
    public async Task Writes_nothing_into_an_archived_workspace()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("high", "medium");
        using var auditor = await desk.Home.SignedInAsync(Role.InternalAuditor);
        Assert.True((await app.AsConsoleAsync(new Web.Workspaces.ChangeWorkspace.Archive(desk.Home.Workspace.Id, true))).Succeeded);
        var page = await auditor.GetAsync(desk.Home.Url("risks/recheck"));
        RiskDesk.Is(HttpStatusCode.OK, page);
        Assert.DoesNotContain(Looks.Drawing.English["recheck.start"], page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsync(desk.Home.Url("risks/recheck"), [])).Status);
        await (app.Services.GetRequiredService<RecheckJobs>().Of(desk.Home.Workspace.Id)?.Done ?? Task.CompletedTask);
        Assert.Empty(await desk.Home.QueryAsync<RecheckRun>());
    }

    [Fact]
    public async Task On_the_command_line_ends_with_1_when_anything_differs()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("high", "medium");
        Assert.Equal((0, true), await VerifyAsync(desk.Home, text => text.Contains("sound, 1 results of 1 risks", StringComparison.Ordinal)));
        risk.Current!.Level = "very-low";
        await desk.PutAsync(risk);
        Assert.Equal((1, true), await VerifyAsync(desk.Home, text => text.Contains($"{risk.Reference} current (matrix", StringComparison.Ordinal) && text.Contains("NOT SOUND", StringComparison.Ordinal)));
        Assert.Equal((1, true), await VerifyAsync(desk.Home, text =>
        {
            var json = JsonNode.Parse(text)!;
            return json["findings"]![0]!["reference"]!.GetValue<string>() == risk.Reference && json["findings"]![0]!["fault"]!.GetValue<string>() == "differs" && json["workspaces"]![0]!["findings"]!.GetValue<int>() == 1;
        }, "--json"));
    }

    private async Task<(int Code, bool Fits)> VerifyAsync(TestWorkspace home, Func<string, bool> fits, params string[] more)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await new Cli(["verify", "--assessments", "--workspace", home.Slug, .. more], Environment.CurrentDirectory, output, error, () => Stream.Null, app.Services).RunAsync(TestContext.Current.CancellationToken);
        return (code, fits(output.ToString()));
    }

    private static Task<(List<AssessmentFinding> Findings, AssessmentProgress Progress)> CheckAsync(TestWorkspace home) => home.RunAsync(async s =>
    {
        var kept = new Kept();
        return (await s.GetRequiredService<IAssessmentCheck>().CheckAsync(kept, CancellationToken.None).ToListAsync(), kept.Last!);
    });

    private sealed class Kept : IProgress<AssessmentProgress>
    {
        public AssessmentProgress? Last { get; private set; }

        public void Report(AssessmentProgress value) => Last = value;
    }
}

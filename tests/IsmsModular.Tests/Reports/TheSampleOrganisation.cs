using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Samples;
using IsmsModular.Web.Workspaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Reports;

/// <summary>The sample is told by the program's own commands, and its sums agree.</summary>
public sealed class TheSampleOrganisation(TheSampleOrganisation.Built sample) : IClassFixture<TheSampleOrganisation.Built>
{
    [Fact]
    public async Task Is_made_once()
    {
        var before = sample.Files();
        Assert.DoesNotContain(before, f => f.Contains(".making-sample", StringComparison.Ordinal));
        await Sample.PrepareAsync(new() { DataFolder = sample.Folder }, TextWriter.Null, default);
        Assert.Equal(before, sample.Files());
    }

    [Fact]
    public async Task Has_24_groups_60_assets_and_4092_units()
    {
        Assert.Equal(24, (await All<AssetGroup>()).Count);
        var assets = await All<Asset>();
        Assert.Equal((60, 4092), (assets.Count, assets.Sum(a => a.Units)));
        Assert.Equal(3, assets.Count(a => a.Gaps().Any()) + assets.Count(a => a.OwnerId is not null && sample.HasLeft(a.OwnerId)));
        Assert.All(assets, a => Assert.True(a.Valuation?.IsComplete));
    }

    [Fact]
    public async Task Has_twelve_rated_risks_by_level_and_option()
    {
        var exercises = await All<Exercise>(Query.All.OrderBy("ref"));
        Assert.Equal([ExerciseState.Closed, ExerciseState.Running], exercises.Select(e => e.State));
        var risks = (await All<Risk>()).Where(r => r.ExerciseId == exercises[1].Id).ToList();
        var rated = risks.Where(r => r.State == RiskState.Rated).ToList();
        Assert.Equal(12, rated.Count);
        Assert.Equal(2, risks.Count(r => r.State == RiskState.Draft));
        Assert.Equal("high 6, low 1, medium 5", Counted(rated.Select(r => r.Current!.Level!)));
        Assert.Equal("low 10, medium 1, very-low 1", Counted(rated.Select(r => r.Target!.Level!)));
        Assert.Equal("Avoid 1, Modify 8, Retain 2, Share 1", Counted(rated.Select(r => r.Treatment!.Option.ToString())));
        Assert.Single(rated, r => r.Treatment!.ByException);
        Assert.Equal(9, rated.Count(r => r.PredecessorId is not null));
        Assert.Equal("Accepted 11, Stale 1", Counted(rated.Select(r => r.Acceptance.ToString())));
    }

    [Fact]
    public async Task Has_a_statement_of_112_controls_and_two_exclusions()
    {
        var revisions = await All<SoaRevision>(Query.All.OrderBy("number"));
        Assert.Equal([RevisionState.SentBack, RevisionState.Issued], revisions.Select(r => r.State));
        var rows = await sample.RunAsync(s => s.GetRequiredService<RevisionContent>().RowsAsync(revisions[1], default));
        var listed = rows.Where(r => !r.ControlKey.StartsWith("own/", StringComparison.Ordinal)).ToList();
        Assert.Equal("InPlace 71, Partly 24, Planned 17", Counted(listed.Where(r => r.Decision == SoaDecision.Included).Select(r => r.Status.ToString()!)));
        Assert.Equal("Contract 9, GoodPractice 16, Law 21, Risk 66", Counted(listed.Where(r => r.Decision == SoaDecision.Included).Select(r => r.Reasons[0].Kind.ToString())));
        Assert.Equal(2, listed.Count(r => r.Decision == SoaDecision.Excluded));
        Assert.Equal(2, rows.Count - listed.Count);
    }

    [Fact]
    public async Task Has_a_plan_of_15_tasks_with_its_cost()
    {
        var tasks = await All<PlanTask>();
        Assert.Equal((15, 1_815_000m, 133_000m), (tasks.Count, tasks.Sum(t => t.CostOnce ?? 0), tasks.Sum(t => t.CostYearly ?? 0)));
        Assert.Equal(3, tasks.Count(t => t.State == PlanTaskState.Done));
        Assert.Single(tasks, t => t.State != PlanTaskState.Done && t.BaselineOn < sample.Today);
        Assert.Single(tasks, t => t.Phase == TaskPhase.DoneUnverified);
    }

    [Fact]
    public async Task Was_approved_by_five_owners_and_the_chief_executive_after_it_was_sent_back()
    {
        var submissions = (await All<Submission>(Query.All.OrderBy("ref"))).Where(s => s.Kind == "plan").ToList();
        Assert.Equal([SubmissionState.SentBack, SubmissionState.Approved], submissions.Select(s => s.State));
        Assert.Equal(6, submissions[1].Slots.Select(s => s.Decision!.ByName).Distinct().Count());
    }

    [Fact]
    public async Task Points_out_the_faults_that_were_built_in()
    {
        var board = await sample.RunAsync(s => s.GetRequiredService<SoaRepository>().ReadAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), default));
        var points = board!.Points.Select(p => $"{p.Key} {string.Join(", ", p.Controls.Select(c => c.Id))}").ToList();
        Assert.Contains("soa.point.noevidence A.12.1.3", points);
        Assert.Contains("soa.point.newerassets A.14.1.3", points);
        Assert.Contains("soa.point.newerdraft A.14.1.3", points);
        Assert.DoesNotContain(points, p => p.StartsWith("soa.point.riskwithout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Had_its_criteria_approved_before_plans_rested_on_them()
    {
        var exercises = await All<Exercise>();
        Assert.All(exercises, e => Assert.Equal(CriteriaState.Approved, e.CriteriaState));
        var submissions = await All<Submission>();
        var first = submissions.Where(s => s.Kind == "plan").Min(s => s.At);
        Assert.All(submissions.Where(s => s.Kind == "criteria"), s => Assert.True(s.Slots.Single().Decision!.At < first));
    }

    [Fact]
    public async Task Has_a_sound_log()
    {
        var verified = await sample.Services.GetRequiredService<IStoreDirectory>().Workspace(sample.Workspace.Id).VerifyAsync(default);
        Assert.True(verified.Sound, string.Join("; ", verified.Findings));
    }

    [Theory]
    [InlineData("asset-inventory", "en")]
    [InlineData("risk-register", "en")]
    [InlineData("soa", "en")]
    [InlineData("rtp", "en")]
    [InlineData("exercise-comparison", "en")]
    [InlineData("risk-register", "ms")]
    [InlineData("soa", "ms")]
    [InlineData("rtp", "ms")]
    [InlineData("exercise-comparison", "ms")]
    public async Task Has_reports_that_office_programs_open(string name, string language)
    {
        foreach (var format in new[] { "xlsx", "docx" })
        {
            await using var file = await sample.RunAsync(async s => (await s.GetRequiredService<ReportDesk>().TakeAsync(name, format, new(), language, default)).Value);
            using OpenXmlPackage package = format == "xlsx" ? SpreadsheetDocument.Open(file.Content, false) : WordprocessingDocument.Open(file.Content, false);
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(package).Select(e => e.Description).Take(3));
            if (package is not WordprocessingDocument document)
                continue;
            var text = document.MainDocumentPart!.Document.InnerText;
            foreach (System.Text.RegularExpressions.Match key in System.Text.RegularExpressions.Regex.Matches(text, @"\b(report|enum|soa|plan|risk|asset|common|compare|swap)\.[a-z][A-Za-z]+(\.[A-Za-z]+)*"))
                Assert.Fail($"{name} in {language} shows the key {key.Value}");
        }
    }

    [Fact]
    public async Task Shows_in_the_statement_and_the_plan_who_approved_them()
    {
        foreach (var name in new[] { "soa", "rtp" })
        {
            await using var file = await sample.RunAsync(async s => (await s.GetRequiredService<ReportDesk>().TakeAsync(name, "docx", new(), "en", default)).Value);
            using var document = WordprocessingDocument.Open(file.Content, false);
            Assert.Contains("Chief Executive", document.MainDocumentPart!.Document.InnerText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Marks_in_a_statement_what_changed_since_the_revision_submitted_before_it()
    {
        var revisions = await All<SoaRevision>(Query.All.OrderBy("number"));
        Assert.Equal(0, await ChangedAsync(revisions[0].Id));
        Assert.Equal(6, await ChangedAsync(revisions[1].Id));

        Task<int> ChangedAsync(string id) => sample.RunAsync(async s =>
        {
            var report = (await s.GetServices<IReport>().Single(r => r.Name == "soa").BuildAsync(new(id), default)).Value;
            return report.Blocks.OfType<IsmsModular.Abstractions.Reports.ReportTable>().SelectMany(t => t.Rows).Count(r => r[^1].Value is true);
        });
    }

    [Fact]
    public async Task Writes_yes_and_no_as_words_of_the_reports_language()
    {
        await using var file = await sample.RunAsync(async s => (await s.GetRequiredService<ReportDesk>().TakeAsync("rtp", "xlsx", new(), "ms", default)).Value);
        using var package = SpreadsheetDocument.Open(file.Content, false);
        var cells = package.WorkbookPart!.WorksheetParts.SelectMany(p => p.Worksheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Cell>()).ToList();
        Assert.DoesNotContain(cells, c => c.DataType?.Value == DocumentFormat.OpenXml.Spreadsheet.CellValues.Boolean);
        Assert.Contains(cells, c => c.InnerText == "Ya");
    }

    private Task<IReadOnlyList<T>> All<T>(Query? query = null)
        where T : Document => sample.RunAsync(async s => (await s.GetRequiredService<WorkspaceContext>().OpenSession().QueryAsync<T>((query ?? Query.All).Take(1000))).Items);

    private static string Counted(IEnumerable<string> values) => string.Join(", ", values.GroupBy(v => v).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count()}"));

    /// <summary>The sample, built once for these tests.</summary>
    public sealed class Built : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("isms-sample-").FullName;
        private WebApplication app = null!;
        private HashSet<string> leavers = [];

        public string Folder => folder;

        public IServiceProvider Services => app.Services;

        public Workspace Workspace { get; private set; } = null!;

        public DateOnly Today { get; private set; }

        public bool HasLeft(string personId) => leavers.Contains(personId);

        public async ValueTask InitializeAsync()
        {
            // The folder is there and empty but for what a killed first start left, as the volume of a container is.
            var settings = new HostSettings { DataFolder = folder, Serves = false };
            Directory.CreateDirectory(Path.Combine(folder, ".making-sample", "workspaces"));
            await Sample.PrepareAsync(settings, TextWriter.Null, default);
            app = IsmsHost.Create(settings);
            Workspace = (await app.Services.GetRequiredService<SystemDirectory>().WorkspaceAsync("rwto", default))!;
            await RunAsync(async s =>
            {
                Today = s.GetRequiredService<WorkspaceContext>().Today;
                leavers = [.. (await s.GetRequiredService<IsmsModular.Organisation.Contracts.IPeople>().AllAsync(withLeavers: true)).Where(p => p.HasLeft).Select(p => p.Id)];
                return true;
            });
        }

        public IReadOnlyList<string> Files() => [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

        public async Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> act)
        {
            Languages.Speak("en");
            await using var scope = app.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
            scope.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter(Workspace, Actor.Console, [], null, console: true);
            return await act(scope.ServiceProvider);
        }

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}

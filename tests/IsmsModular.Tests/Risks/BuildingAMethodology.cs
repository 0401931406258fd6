using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Methodologies;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Detail = IsmsModular.Risks.Methodologies.DetailModel;
using Editor = IsmsModular.Risks.Methodologies.EditModel;
using Exercises = IsmsModular.Risks.Exercises;
using Import = IsmsModular.Risks.Methodologies.ImportModel;
using New = IsmsModular.Risks.Methodologies.NewModel;

namespace IsmsModular.Tests.Risks;

/// <summary>A methodology of the workspace's own: begun, edited, published, used, put away, handed on.</summary>
public sealed class BuildingAMethodology(IsmsApp app)
{
    [Theory]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("5")]
    public async Task A_guided_start_is_ready_to_publish(string tiers)
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, tiers);
        var stored = (await home.FindAsync<OwnMethodology>(id))!;
        var form = Declarations.Read(stored.Draft);

        Assert.Empty(MethodCheck.Errors(form));
        Assert.Empty(MethodCheck.Warnings(form));
        Assert.All(form.Scales, s => Assert.Equal(int.Parse(tiers, System.Globalization.CultureInfo.InvariantCulture), s.Tiers.Count));
        Assert.All(form.Scales.Single(s => s.Key == "impact").Tiers, t => Assert.All(TierForm.KindKeys, k => Assert.False(string.IsNullOrWhiteSpace(t.Kinds[k]))));
        Assert.Equal(1, RiskDesk.Ok(await PublishAsync(home, stored)));
        var handle = (await AllAsync(home)).Single(m => m.Id == stored.MethodologyId);
        Assert.Equal("1", handle.Version);
        var top = FactorValue.Number(form.Scales[0].Tiers.Count - 1);
        Assert.Equal(handle.Describe(null).Value.Levels[^1].Key, handle.Evaluate(null, Shipped.Inputs(("likelihood", top), ("impact", top))).Value.Result!.Level);
        Assert.Null(handle.Evaluate(null, Shipped.Inputs(("likelihood", FactorValue.Text("Low")))).Value.Result);
    }

    [Fact]
    public async Task The_activity_log_names_a_methodology_and_its_version()
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, "3", "Matrix of the yard");
        RiskDesk.Ok(await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!));
        using var browser = await home.SignedInAsync(Platform.Rights.Role.Ciso);
        var log = (await browser.GetAsync(home.Url("activity"))).Text;
        Assert.Contains("Methodology begun Matrix of the yard", log, StringComparison.Ordinal);
        Assert.Contains("Version of a methodology published Matrix of the yard 1", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_version_is_used_in_an_exercise_and_a_later_one_leaves_its_results_alone()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var own = await PublishedAsync(desk.Home);
        await desk.PlanAsync(methodology: own.MethodologyId);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var risk = await desk.RatedAsync("medium", "high");
        Assert.Equal((own.MethodologyId, "1", "high"), (risk.Current!.MethodologyId, risk.Current.MethodologyVersion, risk.Current.Level));

        var changed = await FormAsync(desk.Home, own.Id);
        changed.Steps[0].Cells = [.. changed.Steps[0].Cells.Select(row => row.Select(_ => (string?)"0").ToList())];
        Assert.Equal(2, RiskDesk.Ok(await PublishAsync(desk.Home, (await desk.Home.FindAsync<OwnMethodology>(own.Id))!, changed)));
        RiskDesk.Ok(await desk.Home.SendAsync(new Detail.Retire { Id = own.Id, Seen = (await desk.Home.FindAsync<OwnMethodology>(own.Id))!.Version, Retired = true }));

        var exercise = await desk.ExerciseAsync();
        Assert.Equal("1", exercise.MethodologyVersion);
        Assert.Equal("high", (await desk.RiskAsync(risk.Id)).Current!.Level);
        Assert.Equal("high", (await desk.RatedAsync("medium", "high")).Current!.Level);
        var first = await desk.Home.RunAsync(s => s.GetRequiredService<IWorkspaceMethodologies>().FindAsync(own.MethodologyId, "1"));
        Assert.Equal("high", first!.Evaluate(null, risk.Current.Inputs).Value.Result!.Level);
        Assert.DoesNotContain(await AllAsync(desk.Home), m => m.Id == own.MethodologyId);
    }

    [Fact]
    public async Task A_changed_definition_asks_for_approval_of_the_criteria_again()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var own = await PublishedAsync(desk.Home);
        await desk.PlanAsync(methodology: own.MethodologyId);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        async Task ApproveAsync()
        {
            RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = (await desk.ExerciseAsync()).Version }, desk.Analyst));
            var submission = (await desk.Home.QueryAsync<Submission>()).Single(s => s.State == SubmissionState.Open);
            RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, ["management"], DecisionOutcome.Approved), CancellationToken.None), chief));
            Assert.Equal(CriteriaState.Approved, (await desk.ExerciseAsync()).CriteriaState);
        }

        await ApproveAsync();
        var changed = await FormAsync(desk.Home, own.Id);
        changed.Steps[0].Cells[0][3] = "3";
        RiskDesk.Ok(await PublishAsync(desk.Home, (await desk.Home.FindAsync<OwnMethodology>(own.Id))!, changed));

        // The plan keeps what was chosen until somebody saves it anew.
        Assert.Equal("1", (await desk.ExerciseAsync()).Declaration!["version"]!.GetValue<string>());
        RiskDesk.Ok(await desk.Home.SendAsync(IsmsModular.Risks.Exercises.EditModel.Command.From(await desk.ExerciseAsync()), desk.Analyst));
        Assert.Equal("2", (await desk.ExerciseAsync()).Declaration!["version"]!.GetValue<string>());
        Assert.Equal(CriteriaState.NotAsked, (await desk.ExerciseAsync()).CriteriaState);
        await ApproveAsync();
    }

    [Fact]
    public async Task A_plan_goes_on_with_a_retired_method_and_no_other_plan_may_take_it()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var own = await PublishedAsync(desk.Home);
        var other = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        await desk.PlanAsync(methodology: own.MethodologyId);
        RiskDesk.Ok(await desk.Home.SendAsync(new Detail.Retire { Id = own.Id, Seen = (await desk.Home.FindAsync<OwnMethodology>(own.Id))!.Version, Retired = true }));

        using var browser = await desk.Analyst.SignInAsync();
        Assert.Matches($"selected[^>]*value=\"{own.MethodologyId}\"", (await browser.GetAsync(desk.Home.Url("risks/exercises/edit?id=" + desk.ExerciseId))).Body);
        var command = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        command.Handling["medium"] = Handling.Acceptable;
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        Assert.Contains("medium", (await desk.ExerciseAsync()).Criteria.Acceptable);
        other.MethodologyId = own.MethodologyId;
        RiskDesk.Refused("exercise.method.unknown", await desk.Home.SendAsync(other, desk.Analyst));
    }

    [Fact]
    public async Task A_hole_in_the_grid_is_said_beside_its_cell()
    {
        var home = await app.NewWorkspaceAsync();
        var browser = await home.SignedInAsync(Role.Ciso);
        var id = await BeginAsync(home, "4");
        var form = await FormAsync(home, id);
        form.Steps[0].Cells[1][2] = null;
        Assert.Contains(MethodCheck.Errors(form), e => e is { Message: "method.cell.needed", Field: "Steps[0].Cells[1][2]" });
        RiskDesk.Refused("method.cannotpublish", await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!, form));

        // Saved as a draft the hole is kept, and the page of the form says where it is when it is to be published.
        RiskDesk.Ok(await home.SendAsync(new Editor.Command { Id = id, Seen = 1, Method = form }));
        var page = await browser.GetAsync(home.Url($"risks/methodologies/edit?id={id}"));
        Assert.Contains("Step 1, a cell of the grid", page.Text, StringComparison.Ordinal);
        var posted = await PostAsync(browser, home, page, "Publish");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, posted.Status);
        var cell = posted.Body[posted.Body.IndexOf("name=\"Input.Method.Steps[0].Cells[1][2]\"", StringComparison.Ordinal)..];
        Assert.Contains("A level is missing here.", cell[..cell.IndexOf("</td>", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Equal(0, (await home.FindAsync<OwnMethodology>(id))!.Number);
    }

    [Theory]
    [InlineData("upTo", "upTo", "10", "10", false)]
    [InlineData("upTo", "below", "10", "10", false)]
    [InlineData("below", "upTo", "10", "10", true)]
    [InlineData("below", "below", "10", "10", false)]
    [InlineData("upTo", "upTo", "10", "5", false)]
    [InlineData("upTo", "upTo", "10", "", false)]
    [InlineData("upTo", "upTo", "5", "10", true)]
    public void Bands_follow_each_other(string firstEdge, string secondEdge, string first, string second, bool isGood)
    {
        var form = Banded(firstEdge, secondEdge, first, second);
        var wrong = MethodCheck.Errors(form).Where(e => e.Field == "Steps[1].Bands[1].At").ToList();
        Assert.Equal(isGood, wrong.Count == 0);
        // The editor's rule is that of the engine.
        Assert.Equal(isGood, OwnMethodologies.Open(Declarations.Write(form, "banded")).Succeeded);
    }

    [Theory]
    [InlineData("upTo", 10, "low")]
    [InlineData("below", 10, "medium")]
    public void A_band_edge_belongs_to_exactly_one_band(string edge, double value, string level)
    {
        var method = OwnMethodologies.Open(Declarations.Write(Banded(edge, "upTo", "10", "20"), "banded")).Value;
        string? LevelOf(double a) => method.Evaluate(null, Shipped.Inputs(("a", FactorValue.Number(a)))).Value.Result!.Level;
        Assert.Equal(level, LevelOf(value));
        Assert.Equal(("low", "medium", "high"), (LevelOf(-1e9), LevelOf(11), LevelOf(1e9)));
    }

    [Fact]
    public void A_band_that_can_never_come_out_is_pointed_out()
    {
        // Three properties added up and banded as if they were multiplied: the defect that a real agency's program has.
        var form = Banded("upTo", "upTo", "2", "5");
        form.Factors = [.. "CIA".Select(c => new FactorForm { Key = $"{c}", Name = $"{c}", Kind = "number", Minimum = "1", Maximum = "3" })];
        form.Steps[0].Of = ["C", "I", "A"];
        Assert.Empty(MethodCheck.Errors(form));
        Assert.Contains(MethodCheck.Warnings(form), w => w.Message == "method.warn.band" && w.Arguments[0] == "Low");
    }

    [Fact]
    public void Keys_and_words_are_used_once()
    {
        var form = Banded("upTo", "upTo", "1", "2");
        form.Steps[0].Key = "a";
        form.Scales[0].Tiers[1].Label = "low";
        var wrong = MethodCheck.Errors(form);
        Assert.Contains(wrong, e => e is { Message: "method.key.twice", Field: "Factors[0].Key" });
        Assert.Contains(wrong, e => e is { Message: "method.key.twice", Field: "Steps[0].Key" });
        Assert.Contains(wrong, e => e is { Message: "method.tier.twice", Field: "Scales[0].Tiers[1].Label" });
    }

    [Fact]
    public void A_level_is_not_handled_more_mildly_than_a_lower_one()
    {
        var form = Banded("upTo", "upTo", "1", "2");
        form.Criteria.Handling = ["byException", "acceptable", null];
        Assert.Contains(MethodCheck.Errors(form), e => e is { Message: "exercise.handling.order", Field: "Criteria.Handling[1]" });
    }

    [Fact]
    public async Task Tiers_come_and_go_with_everything_that_stands_on_them()
    {
        var home = await app.NewWorkspaceAsync();
        var form = await FormAsync(home, await BeginAsync(home, "4"));
        var words = await home.RunAsync(s => Task.FromResult(s.GetRequiredService<IWords>()));

        MethodChanges.Apply(form, "tier-add:0", words);
        Assert.Equal(5, form.Steps[0].Cells.Count);
        Assert.All(form.Steps[0].Cells[4], Assert.Null);
        Assert.Equal(4, MethodCheck.Errors(form).Count(e => e.Message == "method.cell.needed"));
        MethodChanges.Apply(form, "tier-remove:0:4", words);
        Assert.Empty(MethodCheck.Errors(form));

        // Without its lowest level every cell of that level is a hole, and the others keep theirs.
        var before = form.Steps[0].Cells.Select(r => r.ToList()).ToList();
        MethodChanges.Apply(form, "tier-remove:2:0", words);
        Assert.Equal(before.SelectMany(r => r).Select(c => c == "0" ? null : $"{int.Parse(c!, System.Globalization.CultureInfo.InvariantCulture) - 1}"), form.Steps[0].Cells.SelectMany(r => r));

        form.Scales[1].Count = 6;
        MethodChanges.Apply(form, "resize:1", words);
        Assert.All(form.Steps[0].Cells, row => Assert.Equal(6, row.Count));
        Assert.Equal(("Low", "Very high"), (form.Scales[1].Tiers[0].Label, form.Scales[1].Tiers[^1].Label));

        form.Factors[0].Key = "chance";
        MethodChanges.Apply(form, "", words);
        Assert.Equal(("chance", "chance"), (form.Steps[0].Rows, form.Vertical));
    }

    [Fact]
    public async Task Keys_that_are_exchanged_or_shifted_in_one_go_keep_what_they_stood_for()
    {
        var home = await app.NewWorkspaceAsync();
        var form = await FormAsync(home, await BeginAsync(home, "4"));
        MethodChanges.Tidy(form);
        (form.Factors[0].Key, form.Factors[1].Key) = ("impact", "likelihood");
        // One moves up to the key that another leaves.
        (form.Scales[0].Key, form.Scales[1].Key) = ("impact", "consequence");
        form.Outputs = """[{"key":"likelihood","name":"Chance"},{"key":"second","from":"impact"}]""";
        MethodChanges.Tidy(form);

        Assert.Equal(("impact", "likelihood"), (form.Steps[0].Rows, form.Steps[0].Columns));
        Assert.Equal(("impact", "likelihood"), (form.Vertical, form.Horizontal));
        Assert.Equal(("impact", "consequence"), (form.Factors[0].Scale, form.Factors[1].Scale));
        Assert.Equal(["impact", "likelihood"], JsonNode.Parse(form.Outputs)!.AsArray().Select(o => (string?)o!["from"]));
        Assert.Empty(MethodCheck.Errors(form));
    }

    [Fact]
    public void Fields_of_a_list_follow_the_keys_of_their_factor_and_scale()
    {
        var form = Banded("upTo", "upTo", "2", "5");
        form.Factors = [new() { Key = "harms", Name = "Harms", Kind = "list", Rest = """{"fields":[{"key":"size","name":"Size","scale":"level"}]}""" }];
        form.Steps[0].Of = ["harms.size"];
        form.Steps[0].Rest = """{"when":"harms.size"}""";
        MethodChanges.Tidy(form);
        form.Factors[0].Key = "damages";
        form.Scales[0].Key = "grade";
        MethodChanges.Tidy(form);

        Assert.Equal("damages.size", Assert.Single(form.Steps[0].Of));
        Assert.Equal("""{"when":"damages.size"}""", form.Steps[0].Rest);
        Assert.Equal(("damages.size", "grade"), (form.Places(1).ElementAt(1).Key, form.Places(1).ElementAt(1).Scale));
        Assert.Equal(("grade", "grade"), (form.Levels, form.Steps[1].Scale));
    }

    [Fact]
    public void Every_installed_declaration_means_the_same_after_the_editor()
    {
        foreach (var installed in Shipped.Catalog.Methodologies.Where(m => m.WordsPlugin is not null))
        {
            var declared = installed.Declaration(null)!.Value;
            var form = Declarations.Read(declared);
            MethodChanges.Tidy(form);
            Assert.True(MethodCheck.Errors(form) is [], installed.Id + ": " + string.Join("; ", MethodCheck.Errors(form)));
            var edited = Declarations.Write(form, installed.Id);
            Assert.True(JsonNode.DeepEquals(edited, Declarations.Write(Declarations.Read(edited), installed.Id)), installed.Id);
            var copy = OwnMethodologies.Open(edited).Value;
            var (one, other) = (installed.Describe(null).Value, copy.Describe(null).Value);
            Assert.Equal(one.Levels.Select(l => (l.Key, l.Colour)), other.Levels.Select(l => (l.Key, l.Colour)));
            Assert.Equal((one.VerticalAxis, one.HorizontalAxis), (other.VerticalAxis, other.HorizontalAxis));
            Assert.Equal(one.Outputs.Select(o => o.Key), other.Outputs.Select(o => o.Key));
            var random = new Random(7);
            for (var i = 0; i < 200; i++)
            {
                var inputs = one.Factors.ToDictionary(f => f.Key, f => Some(f, random));
                var (a, b) = (installed.Evaluate(null, inputs), copy.Evaluate(null, inputs));
                Assert.Equal(a.Succeeded, b.Succeeded);
                if (!a.Succeeded)
                    continue;
                Assert.Equal((a.Value.Result?.Level, a.Value.Result?.Value, a.Value.Result?.Order), (b.Value.Result?.Level, b.Value.Result?.Value, b.Value.Result?.Order));
                Assert.Equal(a.Value.Result?.Outputs.Select(o => $"{o.Key} {o.Value}"), b.Value.Result?.Outputs.Select(o => $"{o.Key} {o.Value}"));
            }
        }
    }

    [Fact]
    public async Task An_export_installs_as_a_plugin_and_comes_back_as_it_was()
    {
        var home = await app.NewWorkspaceAsync();
        var own = await PublishedAsync(home);
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var file = await browser.GetAsync(home.Url($"risks/methodologies/detail?handler=Export&id={own.Id}&number=1"));
        Assert.Equal(HttpStatusCode.OK, file.Status);

        var other = await app.NewWorkspaceAsync();
        var imported = RiskDesk.Ok(await other.SendAsync(new Import.Command { Content = file.Bytes }));
        var back = (await other.FindAsync<OwnMethodology>(Assert.Single(imported)))!;
        Assert.Equal(own.Key, back.Key);
        Assert.True(JsonNode.DeepEquals((await home.FindAsync<OwnMethodology>(own.Id))!.Draft, back.Draft));

        var folder = Directory.CreateTempSubdirectory("isms-own-").FullName;
        try
        {
            using (var zip = new System.IO.Compression.ZipArchive(new MemoryStream(file.Bytes)))
                System.IO.Compression.ZipFileExtensions.ExtractToDirectory(zip, Path.Combine(folder, own.Key, "1.0.0"));
            var catalog = PluginCatalog.Load(new(folder, folder, _ => null, new HashSet<string>()), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            Assert.Equal(PluginState.Active, Assert.Single(catalog.Plugins).State);
            var rated = catalog.Methodology(own.Key)!.Evaluate(null, Shipped.Inputs(("likelihood", FactorValue.Text("low")), ("impact", FactorValue.Text("very-high"))));
            Assert.Equal((await AllAsync(home)).Single(m => m.Id == own.MethodologyId).Evaluate(null, Shipped.Inputs(("likelihood", FactorValue.Text("low")), ("impact", FactorValue.Text("very-high")))).Value.Result!.Level, rated.Value.Result!.Level);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_bad_file_changes_nothing()
    {
        var home = await app.NewWorkspaceAsync();
        var own = (await home.FindAsync<OwnMethodology>(await BeginAsync(home, "3")))!;
        var good = new MethodologyFile("one", "One", "1.0.0", [own.Draft], new Dictionary<string, Dictionary<string, string>>()).Write("test");
        var deep = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000));
        byte[][] bad = [[], [1, 2, 3], good[..^40], [.. good.Select((b, i) => i == 60 ? (byte)(b ^ 1) : b)], "[]"u8.ToArray(), """{"id":"x","id":"y"}"""u8.ToArray(), deep, new byte[MethodologyFile.LargestFile + 1]];
        foreach (var content in bad)
            Assert.False((await home.SendAsync(new Import.Command { Content = content })).Succeeded);
        RiskDesk.Refused("plugins.file.notzip", await home.SendAsync(new Import.Command { Content = good[..^40] }));
        RiskDesk.Refused("method.import.json", await home.SendAsync(new Import.Command { Content = "{\"id\": "u8.ToArray() }));
        Assert.Single(await home.QueryAsync<OwnMethodology>());
        RiskDesk.Ok(await home.SendAsync(new Import.Command { Content = good }));
    }

    [Fact]
    public async Task What_is_used_cannot_be_deleted_and_says_where()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var own = await PublishedAsync(desk.Home);
        await desk.PlanAsync(methodology: own.MethodologyId);
        var seen = (await desk.Home.FindAsync<OwnMethodology>(own.Id))!.Version;
        var refused = await desk.Home.SendAsync(new Detail.Delete { Id = own.Id, Seen = seen });
        RiskDesk.Refused("method.inuse", refused);
        Assert.Contains((await desk.ExerciseAsync()).Reference, refused.Errors[0].Arguments[0], StringComparison.Ordinal);

        var unused = await BeginAsync(desk.Home, "3");
        RiskDesk.Ok(await desk.Home.SendAsync(new Detail.Delete { Id = unused, Seen = 1 }));
        Assert.Null(await desk.Home.FindAsync<OwnMethodology>(unused));
    }

    [Fact]
    public async Task Nothing_is_published_twice()
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, "4");
        RiskDesk.Ok(await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!));
        RiskDesk.Refused("method.nothingnew", await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!));
        Assert.Equal(MethodologyState.Published, (await home.FindAsync<OwnMethodology>(id))!.State);
    }

    [Fact]
    public async Task Two_of_one_name_have_two_ids_and_none_meets_a_plugin()
    {
        var home = await app.NewWorkspaceAsync();
        var (one, two) = (await BeginAsync(home, "3", "matrix"), await BeginAsync(home, "4", "matrix"));
        var keys = (await home.QueryAsync<OwnMethodology>()).ToDictionary(m => m.Id, m => m.MethodologyId);
        Assert.Equal(("own/matrix", "own/matrix-2"), (keys[one], keys[two]));
        RiskDesk.Ok(await PublishAsync(home, (await home.FindAsync<OwnMethodology>(one))!));
        Assert.Equal(["own/matrix", "matrix"], (await AllAsync(home)).Where(m => m.Id.EndsWith("matrix", StringComparison.Ordinal)).Select(m => m.Id));
    }

    [Fact]
    public async Task A_copy_keeps_the_words_of_other_languages()
    {
        var home = await app.NewWorkspaceAsync();
        var draft = (await home.FindAsync<OwnMethodology>(await BeginAsync(home, "3")))!.Draft;
        var file = new MethodologyFile("one", "One", "1.0.0", [draft], new Dictionary<string, Dictionary<string, string>> { ["ms"] = new() { ["High"] = "Tinggi" } }).Write("test");
        var imported = RiskDesk.Ok(await home.SendAsync(new Import.Command { Content = file }))[0];
        Assert.Equal("Tinggi", (await home.FindAsync<OwnMethodology>(imported))!.Translations["ms"]["High"]);
        var copy = RiskDesk.Ok(await home.SendAsync(new New.Command { Name = "Copy", Start = "copy", CopyOf = imported }));
        Assert.Equal("Tinggi", (await home.FindAsync<OwnMethodology>(copy))!.Translations["ms"]["High"]);
    }

    [Fact]
    public async Task One_with_a_name_of_one_letter_can_be_handed_on()
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, "4", "A");
        RiskDesk.Ok(await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!));
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var file = await browser.GetAsync(home.Url($"risks/methodologies/detail?handler=Export&id={id}&number=1"));
        var other = await app.NewWorkspaceAsync();
        RiskDesk.Ok(await other.SendAsync(new Import.Command { Content = file.Bytes }));
        Assert.Equal("method-a", (await home.FindAsync<OwnMethodology>(id))!.Key);
    }

    [Fact]
    public async Task Nothing_of_another_workspace_can_be_copied()
    {
        var foreign = await BeginAsync(await app.NewWorkspaceAsync(), "3");
        var home = await app.NewWorkspaceAsync();
        foreach (var start in new[] { "copy", "4" })
            RiskDesk.Refused("method.copy.unknown", await home.SendAsync(new New.Command { Name = "Copy", Start = start, CopyOf = foreign }));
        Assert.Empty(await home.QueryAsync<OwnMethodology>());
    }

    [Fact]
    public async Task Who_may_not_administer_methodologies_may_only_look()
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, "4");
        using var analyst = await home.SignedInAsync(Role.LeadTeam);
        Assert.Equal(HttpStatusCode.OK, (await analyst.GetAsync(home.Url("risks/methodologies"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await analyst.GetAsync(home.Url($"risks/methodologies/detail?id={id}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await analyst.GetAsync(home.Url("risks/methodologies/detail?method=matrix"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.GetAsync(home.Url($"risks/methodologies/edit?id={id}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.GetAsync(home.Url("risks/methodologies/new"))).Status);
        var member = await home.MemberAsync("Analyst", Role.LeadTeam);
        Assert.Equal(Platform.Results.ErrorKind.Forbidden, (await home.SendAsync(new Editor.Command { Id = id, Seen = 1 }, member)).Errors[0].Kind);
    }

    [Fact]
    public async Task What_must_be_something_offers_no_none()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.Consultant);
        var page = await browser.GetAsync(home.Url($"risks/methodologies/edit?id={await BeginAsync(home, "4")}"));
        foreach (var name in new[] { "Confidence", "Factors[0].Kind", "Factors[0].Scale", "Factors[0].Role", "Steps[0].Kind", "Steps[0].Rows", "Steps[0].Columns" })
        {
            var select = Regex.Match(page.Body, $"<select[^>]*name=\"Input\\.Method\\.{Regex.Escape(name)}\".*?</select>", RegexOptions.Singleline).Value;
            Assert.True(select.Length > 0, name);
            Assert.DoesNotContain("value=\"\"", select, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Trying_a_case_and_changing_the_build_store_nothing()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.Consultant);
        var id = await BeginAsync(home, "4");
        var page = await browser.GetAsync(home.Url($"risks/methodologies/edit?id={id}"));
        var tried = await PostAsync(browser, home, page, "Preview", htmx: false, ("Try[likelihood]", "high"), ("Try[impact]", "very-high"));
        Assert.Equal(HttpStatusCode.OK, tried.Status);
        Assert.Contains("Likelihood “High” with Impact “Very high” gives Level of risk “Very high”", tried.Text, StringComparison.Ordinal);
        var part = await PostAsync(browser, home, page, "Preview", htmx: true, ("Try[likelihood]", "high"));
        Assert.DoesNotContain("<html", part.Body, StringComparison.Ordinal);
        Assert.Contains("Not rated", part.Text, StringComparison.Ordinal);
        var added = await PostAsync(browser, home, page, "Change", htmx: true, ("do", "tier-add:0"));
        Assert.Contains("Input.Method.Scales[0].Tiers[4].Label", added.Body, StringComparison.Ordinal);
        Assert.Equal(1, (await home.FindAsync<OwnMethodology>(id))!.Version);
    }

    [Fact]
    public async Task The_command_line_lists_it_and_rates_by_it_within_its_workspace()
    {
        var home = await app.NewWorkspaceAsync();
        var id = await BeginAsync(home, "4");
        RiskDesk.Ok(await PublishAsync(home, (await home.FindAsync<OwnMethodology>(id))!));
        var key = (await home.FindAsync<OwnMethodology>(id))!.MethodologyId;
        var top = """[{"likelihood":3,"impact":3},null,{"likelihood":"purple","impact":0}]""";

        var (code, list) = await CliAsync(app.Services, "", "methodology", "list", "--json", "--workspace", home.Slug);
        Assert.Equal(0, code);
        Assert.Contains(key, JsonNode.Parse(list)!.AsArray().Select(m => (string)m!["id"]!));
        Assert.Contains("matrix", JsonNode.Parse(list)!.AsArray().Select(m => (string)m!["id"]!));
        Assert.DoesNotContain(key, (await CliAsync(app.Services, "", "methodology", "list", "--json")).Output, StringComparison.Ordinal);

        (code, var rated) = await CliAsync(app.Services, top, "methodology", "evaluate", key, "--workspace", home.Slug, "--input", "-");
        Assert.Equal(1, code);
        var results = JsonNode.Parse(rated)!.AsArray();
        Assert.Equal(("Very high", true, "likelihood"), ((string)results[0]!["level"]!, results[1] is null, (string)results[2]!["field"]!));
        Assert.Equal(0, (await CliAsync(app.Services, "[{}]", "methodology", "evaluate", key, "--method-version", "1", "--workspace", home.Slug, "--input", "-")).Code);

        // Nobody else's.
        var other = await app.NewWorkspaceAsync("other");
        Assert.Equal(1, (await CliAsync(app.Services, top, "methodology", "evaluate", key, "--workspace", other.Slug, "--input", "-")).Code);
        Assert.Equal(1, (await CliAsync(app.Services, top, "methodology", "evaluate", key, "--input", "-")).Code);
    }

    [Fact]
    public async Task A_workspace_handed_over_rates_on_by_it_and_its_results_come_out_the_same()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var own = await PublishedAsync(desk.Home);
        await desk.PlanAsync(methodology: own.MethodologyId);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var risk = await desk.RatedAsync("medium", "high");
        var folder = Directory.CreateTempSubdirectory("isms-handed-").FullName;
        try
        {
            var (slug, file, data) = (desk.Home.Slug, Path.Combine(folder, "workspace.zip"), Path.Combine(folder, "data"));
            Assert.Equal(0, (await CliAsync(app.Services, "", "backup", "--workspace", slug, file)).Code);
            Assert.Equal(0, (await CliAsync(null, "", "restore", file, "--data", data)).Code);
            await EqualAsync(1);

            await using (var host = Web.Hosting.IsmsHost.Create(new() { DataFolder = data, Serves = false }))
            await using (var scope = host.Services.CreateAsyncScope())
            {
                var workspace = (await scope.ServiceProvider.GetRequiredService<Web.Workspaces.SystemDirectory>().WorkspaceAsync(slug, TestContext.Current.CancellationToken))!;
                scope.ServiceProvider.GetRequiredService<Web.Accounts.CurrentUser>().BecomeConsole();
                var ws = scope.ServiceProvider.GetRequiredService<Platform.Workspaces.WorkspaceContext>();
                ws.Enter(workspace, Platform.Store.Actor.Console, [], null, console: true);
                var there = (await ws.OpenSession().FindAsync<Risk>(risk.Id))!;
                Assert.Equal((risk.Current!.Level, risk.Current.Order), (there.Current!.Level, there.Current.Order));
                RiskDesk.Ok(await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(RiskDesk.Rating(there, RatingKind.Current, "low", "low")));
                there = (await ws.OpenSession().FindAsync<Risk>(risk.Id))!;
                Assert.Equal((own.MethodologyId, "1", "low"), (there.Current!.MethodologyId, there.Current.MethodologyVersion, there.Current.Level));
            }

            await EqualAsync(1);
            Assert.Equal(0, (await CliAsync(null, "", "verify", "--workspace", slug, "--data", data)).Code);
            Assert.Contains(own.MethodologyId, (await CliAsync(null, "", "methodology", "list", "--workspace", slug, "--data", data)).Output, StringComparison.Ordinal);

            async Task EqualAsync(int results)
            {
                var (code, output) = await CliAsync(null, "", "verify", "--assessments", "--workspace", slug, "--data", data);
                Assert.Contains($"{slug}: sound, {results} results of 1 risks computed again, 0 differ", output, StringComparison.Ordinal);
                Assert.Equal(0, code);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs the command line in a server, or on the files.</summary>
    private static async Task<(int Code, string Output)> CliAsync(IServiceProvider? server, string input, params string[] arguments)
    {
        await using var output = new StringWriter();
        var code = await new Web.CommandLine.Cli(arguments, Environment.CurrentDirectory, output, output, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(input)), server).RunAsync(TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }

    private static MethodForm Banded(string firstEdge, string secondEdge, string first, string second) => new()
    {
        Name = "Banded",
        Summary = "A sum in bands",
        Source = "Test",
        Scales = [new() { Key = "level", Tiers = [new() { Key = "low", Label = "Low" }, new() { Key = "medium", Label = "Medium" }, new() { Key = "high", Label = "High" }] }],
        Factors = [new() { Key = "a", Name = "A", Kind = "number" }],
        Steps =
        [
            new() { Key = "sum", Kind = "sum", Of = ["a"] },
            new() { Key = "risk", Kind = "band", Of = ["sum"], Scale = "level", Bands = [new() { At = first, Edge = firstEdge }, new() { At = second, Edge = secondEdge }, new()] },
        ],
        Levels = "level",
        Level = "risk",
        Value = "sum",
    };

    private static FactorValue Some(Factor factor, Random random) => factor.Kind switch
    {
        _ when random.Next(12) == 0 => FactorValue.None,
        FactorKind.Choice => FactorValue.Text(factor.Tiers[random.Next(factor.Tiers.Count)].Key),
        FactorKind.List => FactorValue.List([.. Enumerable.Range(0, 1 + random.Next(8)).Select(_ => FactorValue.Number(random.Next(1, 4)))]),
        _ => FactorValue.Number(Math.Round((factor.Minimum ?? 0) + (random.NextDouble() * ((factor.Maximum ?? 100) - (factor.Minimum ?? 0))))),
    };

    internal static async Task<string> BeginAsync(TestWorkspace home, string start, string name = "Our four tiers") => RiskDesk.Ok(await home.SendAsync(new New.Command { Name = name, Start = start }));

    /// <summary>A methodology of four tiers, published once; as it was before that.</summary>
    private static async Task<OwnMethodology> PublishedAsync(TestWorkspace home)
    {
        var own = (await home.FindAsync<OwnMethodology>(await BeginAsync(home, "4")))!;
        RiskDesk.Ok(await PublishAsync(home, own));
        return own;
    }

    internal static async Task<Platform.Results.Result<int>> PublishAsync(TestWorkspace home, OwnMethodology own, MethodForm? form = null) =>
        await home.SendAsync(new Editor.Publish { Id = own.Id, Seen = own.Version, Method = form ?? Declarations.Read(own.Draft) });

    private static async Task<MethodForm> FormAsync(TestWorkspace home, string id) => Declarations.Read((await home.FindAsync<OwnMethodology>(id))!.Draft);

    private static Task<IReadOnlyList<IMethodologyHandle>> AllAsync(TestWorkspace home) => home.RunAsync(s => s.GetRequiredService<IWorkspaceMethodologies>().AllAsync());

    /// <summary>Posts the fields of the page as they stand, with more.</summary>
    private static Task<TestPage> PostAsync(TestBrowser browser, TestWorkspace home, TestPage page, string handler, bool htmx = false, params (string Name, string Value)[] more) =>
        browser.SendAsync(home.Url($"risks/methodologies/edit?handler={handler}"), FormFields.Of(page.Body, "method-form").Where(f => !more.Any(m => m.Name == f.Name)).Concat(more), htmx);
}

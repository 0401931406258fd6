using System.Net;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;
using IsmsModular.Tests.App;
using Exercises = IsmsModular.Risks.Exercises;

namespace IsmsModular.Tests.Risks;

public sealed class RunningAnExercise(IsmsApp app)
{
    [Fact]
    public async Task Every_list_of_rounds_members_and_workspaces_can_be_taken_away()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "high");
        var boss = await desk.Home.MemberAsync("Administrator", IsmsModular.Platform.Rights.Role.WorkspaceAdministrator);
        using var analyst = await desk.Analyst.SignInAsync();
        var rounds = await analyst.GetAsync(desk.Home.Url("risks/exercises?format=csv"));
        Assert.Matches("EX[A-Z]*-\\d+,Yearly,.*,1,1", rounds.Body);

        using var browser = await boss.SignInAsync();
        var members = (await browser.GetAsync(desk.Home.Url("members?format=csv"))).Body;
        Assert.Contains("Risk Analyst", members, StringComparison.Ordinal);
        var owners = (await browser.GetAsync(desk.Home.Url("members?f.role=riskOwner&format=csv"))).Body;
        Assert.Contains("Head of ICT", owners, StringComparison.Ordinal);
        Assert.DoesNotContain("Risk Analyst", owners, StringComparison.Ordinal);
        Assert.Contains("Nothing matches", (await browser.GetAsync(desk.Home.Url("members?q=submarine"))).Text, StringComparison.Ordinal);

        var (_, admin) = await app.NewAccountAsync("System", isSystemAdministrator: true);
        using var system = await app.SignInAsync(admin);
        Assert.Contains(desk.Home.Slug, (await system.GetAsync($"/admin/workspaces?q={desk.Home.Slug}&format=csv")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_a_group_without_a_value_by_the_greatest_of_its_assets()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var group = new AssetGroup { Name = "Imported with their values", Reference = "GRP-02" };
        await desk.PutAsync(group);
        await desk.PutAsync(new Asset { Name = "One", Reference = "ASSET-0002", GroupId = group.Id, Valuation = RiskDesk.Value(2, 4, 1) });
        await desk.PutAsync(new Asset { Name = "Two", Reference = "ASSET-0003", GroupId = group.Id, Valuation = RiskDesk.Value(1, 5, 1) });
        var bare = new Asset { Name = "Three", Reference = "ASSET-0004", GroupId = group.Id };
        await desk.PutAsync(bare);

        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));

        var values = (await desk.ExerciseAsync()).Values;
        Assert.Equal(new AssetSnapshot(2, 5, 1), values[group.Id]);
        Assert.Equal(new AssetSnapshot(null, null, null), values[bare.Id]);
    }

    [Fact]
    public async Task Is_not_planned_on_levels_that_nobody_saw()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        using var browser = await desk.Analyst.SignInAsync();
        var edit = desk.Home.Url("risks/exercises/edit");
        var answer = await browser.PostAsync(edit, new() { ["Input.Id"] = Document.NewId(), ["Input.Name"] = "Another", ["Input.MethodologyId"] = "nist-800-30-r1", ["Input.ShownMethod"] = "matrix", ["Input.Parameters"] = """{"rows": 3}""" }, form: edit);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, answer);
        Assert.Contains("then save again", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Moderate", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("&quot;rows&quot;: 3", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_planned_started_and_seen_on_its_pages()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        using var browser = await desk.Analyst.SignInAsync();

        var form = await browser.GetAsync(desk.Home.Url("risks/exercises/edit"));
        Assert.Contains("Acceptance criteria", form.Text, StringComparison.Ordinal);
        Assert.Contains("Very high", form.Text, StringComparison.Ordinal);
        var planned = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        RiskDesk.Is(HttpStatusCode.OK, planned);
        var started = await browser.PostAsync(desk.Home.Url($"risks/exercises/detail?id={desk.ExerciseId}&handler=Start"), new() { ["seen"] = "1" }, form: desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        Assert.Equal(HttpStatusCode.SeeOther, started.Status);

        var exercise = await desk.ExerciseAsync();
        Assert.Equal(ExerciseState.Running, exercise.State);
        Assert.NotNull(exercise.MethodologyVersion);
        Assert.NotNull(exercise.Parameters);
        Assert.Equal(5, exercise.Scale.Count);
        Assert.Equal(new AssetSnapshot(3, 5, 4), exercise.Values[desk.Group.Id]);
        Assert.Contains("Yearly", (await browser.GetAsync(desk.Home.Url("risks/exercises"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_reached_by_later_changes_of_asset_values_scale_or_controls()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        var before = (await desk.Home.SendAsync(new RateModel.Ask(new() { Id = risk.Id }), desk.Analyst))!.Value;

        var group = (await desk.Home.FindAsync<AssetGroup>(desk.Group.Id))!;
        group.Valuation = RiskDesk.Value(1, 1, 1);
        await desk.PutAsync(group);
        await desk.PutAsync(new ValuationScale { Id = ValuationScale.TheId, Number = 2, Tiers = [new("Only", "one")] });
        await desk.PutAsync(new ControlImplementation { ControlKey = "own/OWN-01", Name = "Late" });

        Assert.Equal(4, before);
        Assert.Equal(before, (await desk.Home.SendAsync(new RateModel.Ask(new() { Id = risk.Id }), desk.Analyst))!.Value);
        var exercise = await desk.ExerciseAsync();
        Assert.Equal(5, exercise.Scale.Count);
        Assert.Empty(exercise.ControlStates);
    }

    [Fact]
    public async Task Shows_what_it_froze_and_what_became_of_it_since()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var control = new ControlImplementation { Reference = "IMPL-0001", ControlKey = "own/OWN-01", Name = "Nightly backup" };
        await desk.PutAsync(control);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        control = (await desk.Home.FindAsync<ControlImplementation>(control.Id))!;
        control.State = ImplementationState.InPlace;
        await desk.PutAsync(control);
        await desk.PutAsync(new ValuationScale { Id = ValuationScale.TheId, Number = 2, Tiers = [new("Only", "one")] });

        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        Assert.Matches(@"IMPL-0001 Nightly backup:? Planned, now In place", page.Text);
        Assert.Contains("Loss would hardly be noticed.", page.Text, StringComparison.Ordinal);
        Assert.Equal("planned", (await desk.ExerciseAsync()).ControlStates[control.Id]);
    }

    [Fact]
    public async Task Refuses_another_plan_once_it_has_started()
    {
        var desk = await RiskDesk.OpenAsync(app);
        RiskDesk.Refused("exercise.frozen", await desk.Home.SendAsync(new Exercises.EditModel.Command { Id = desk.ExerciseId, Seen = 2, Name = "Other", MethodologyId = "matrix" }, desk.Analyst));
    }

    [Fact]
    public async Task Keeps_the_values_of_many_assets_beside_itself()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        for (var i = 2; i < 350; i++)
            await desk.PutAsync(new Asset { Name = $"Node {i}", Reference = $"ASSET-{i:0000}", Valuation = RiskDesk.Value(1, 2, 3) });

        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var exercise = await desk.ExerciseAsync();
        var risk = await desk.AddAsync();

        Assert.NotNull(exercise.SnapshotAttachment);
        Assert.Empty(exercise.Values);
        Assert.Equal(4, (await desk.Home.SendAsync(new RateModel.Ask(new() { Id = risk.Id }), desk.Analyst))!.Value);
    }

    [Fact]
    public async Task Is_closed_only_when_every_risk_is_rated_or_dismissed()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        RiskDesk.Refused("exercise.close.open", await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = desk.ExerciseId, Seen = 2 }, desk.Analyst));

        RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "medium", "medium"));
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = desk.ExerciseId, Seen = (await desk.ExerciseAsync()).Version }, desk.Analyst));

        RiskDesk.Refused("exercise.isclosed", await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Current, "low", "low"));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(risk.Id)), desk.Analyst));
    }

    [Fact]
    public async Task Holds_assets_groups_and_own_controls_only_as_long_as_its_risks_are_worked_on()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var control = new IsmsModular.Risks.Controls.OwnModel.Command { Title = "Hard-wired limiter" };
        RiskDesk.Ok(await desk.Home.SendAsync(control, desk.Analyst));
        var described = desk.Described();
        described.AssetIds = [desk.Asset.Id];
        RiskDesk.Ok(await desk.Home.SendAsync(described, desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(described.Id), RatingKind.Current, "medium", "high"));
        var decision = RiskDesk.Decision(await desk.RiskAsync(described.Id));
        decision.Controls = ["own/OWN-01"];
        RiskDesk.Ok(await desk.Home.SendAsync(decision, desk.Analyst));
        async Task<string?[]> RetireAsync() =>
        [
            (await desk.Home.SendAsync(new IsmsModular.Risks.Assets.RetireModel.Command { Id = desk.Asset.Id, Seen = (await desk.Home.FindAsync<Asset>(desk.Asset.Id))!.Version, Reason = "Scrapped" }, desk.Analyst)).Errors.FirstOrDefault()?.Message,
            (await desk.Home.SendAsync(new IsmsModular.Risks.Groups.DetailModel.Command(desk.Group.Id, (await desk.Home.FindAsync<AssetGroup>(desk.Group.Id))!.Version, true), desk.Analyst)).Errors.FirstOrDefault()?.Message,
            (await desk.Home.SendAsync(new IsmsModular.Risks.Controls.OwnModel.Command { Id = control.Id, Seen = 1, Title = control.Title, Retired = true }, desk.Analyst)).Errors.FirstOrDefault()?.Message,
        ];

        string?[] used = ["asset.retire.used", "group.retire.used", "control.own.used"];
        Assert.Equal(used, await RetireAsync());
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Close { Id = desk.ExerciseId, Seen = (await desk.ExerciseAsync()).Version }, desk.Analyst));
        Assert.Equal(used, await RetireAsync());

        // The next round has begun: the last one is a record.
        await desk.PlanAsync(predecessor: desk.ExerciseId);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        Assert.Equal([null, null, null], await RetireAsync());
    }

    [Fact]
    public async Task Carries_each_risk_over_once_however_often_it_is_asked_at_once()
    {
        var desk = await RiskDesk.OpenAsync(app);
        foreach (var title in new[] { "Fire", "Flood", "Theft" })
            await desk.RatedAsync("medium", "medium", title);
        await desk.PlanAsync(predecessor: desk.ExerciseId);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.Home.SendAsync(new Exercises.DetailModel.Carry { Id = desk.ExerciseId }, desk.Analyst))));

        Assert.Equal(["Fire", "Flood", "Theft"], (await desk.Home.QueryAsync<Risk>(Platform.Store.Query.All.Where("exercise", desk.ExerciseId))).Select(r => r.Title).Order());
        Assert.All(answers, a => RiskDesk.Ok(a));
        Assert.Equal(3, answers.Sum(a => a.Value));
    }

    [Fact]
    public async Task Copies_a_risk_once_however_often_the_form_is_sent()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        var copy = new IsmsModular.Risks.Register.DetailModel.Duplicate { Id = risk.Id, CopyId = Platform.Store.Document.NewId() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => desk.Home.SendAsync(copy, desk.Analyst))));
        Assert.All(answers, a => Assert.Equal(copy.CopyId, RiskDesk.Ok(a)));
        Assert.Equal(2, (await desk.Home.QueryAsync<Risk>()).Count);
    }

    [Fact]
    public async Task Carries_risks_over_unrated_and_tells_what_moved()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var first = desk.ExerciseId;
        var worse = await desk.RatedAsync("medium", "medium", "Gets worse");
        await desk.RatedAsync("high", "high", "Is carried but not looked at");
        await desk.PlanAsync(predecessor: first);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));

        Assert.Equal(2, RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Carry { Id = desk.ExerciseId }, desk.Analyst)));
        Assert.Equal(0, RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Carry { Id = desk.ExerciseId }, desk.Analyst)));

        var carried = (await desk.Home.QueryAsync<Risk>(Platform.Store.Query.All.Where("exercise", desk.ExerciseId))).ToList();
        Assert.All(carried, r => Assert.Equal(RiskState.Unrated, r.State));
        Assert.All(carried, r => Assert.Null(r.Current));
        Assert.Equal(4, (await desk.Home.QueryAsync<Risk>()).Select(r => r.Reference).Distinct().Count());
        var again = carried.Single(r => r.PredecessorId == worse.Id);
        RiskDesk.Ok(await desk.RateAsync(again, RatingKind.Current, "very-high", "high"));
        await desk.RatedAsync("low", "low", "Is new");

        using var browser = await desk.Analyst.SignInAsync();
        var compared = await browser.GetAsync(desk.Home.Url("risks/exercises/compare?id=" + desk.ExerciseId));
        var rows = (await desk.Home.SendAsync(new ComparePage.Query(desk.ExerciseId)))!.Compared.All.Rows;

        RiskDesk.Is(HttpStatusCode.OK, compared);
        Assert.Equal([RiskMove.New, RiskMove.Worse, RiskMove.Unrated], rows.Select(r => r.Move));
        Assert.Equal(Flip.Stricter, rows.Single(r => r.Move == RiskMove.Worse).Flip);
        Assert.Contains("Gets worse", compared.Text, StringComparison.Ordinal);
    }
}

public sealed class ProvingThatNothingWasOverlooked(IsmsApp app)
{
    [Fact]
    public async Task Tells_cells_with_a_risk_dismissed_ones_and_open_ones_apart()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.AddAsync();
        var url = desk.Home.Url("risks/exercises/coverage?id=" + desk.ExerciseId);
        using var browser = await desk.Analyst.SignInAsync();
        var cell = $"{url}&group={desk.Group.Id}&threats=threats-iso27005%2FT2";

        var without = await browser.PostAsync(desk.Home.Url("risks/exercises/coverage"), Mark(""), form: cell);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, without.Status);
        Assert.Contains("Give the reason", without.Text, StringComparison.Ordinal);
        var marked = await browser.PostAsync(desk.Home.Url("risks/exercises/coverage"), Mark("No volcano within 1,000 km"), form: cell);
        Assert.Equal(HttpStatusCode.SeeOther, marked.Status);

        var matrix = (await desk.Home.SendAsync(new CoveragePage.Query(desk.ExerciseId, null, null)))!.Coverage;
        Assert.Equal(1, matrix.Count(CellState.Considered));
        Assert.Equal(1, matrix.Count(CellState.Dismissed));
        Assert.Equal(matrix.Classes.Count - 2, matrix.Count(CellState.Open));
        Assert.Contains("No volcano", (await browser.GetAsync(cell)).Text, StringComparison.Ordinal);

        Dictionary<string, string?> Mark(string reason) => new() { ["Input.Id"] = desk.ExerciseId, ["Input.Group"] = desk.Group.Id, ["Input.Threats"] = "threats-iso27005/T2", ["Input.Was"] = "", ["Input.State"] = "Dismissed", ["Input.Reason"] = reason };
    }

    [Fact]
    public async Task Counts_a_risk_of_an_asset_under_its_group()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var form = desk.Described();
        (form.GroupIds, form.AssetIds) = ([], [desk.Asset.Id]);
        RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));

        var matrix = (await desk.Home.SendAsync(new CoveragePage.Query(desk.ExerciseId, null, null)))!.Coverage;
        Assert.Equal(1, matrix.Cells[Exercise.Cell(desk.Group.Id, RiskDesk.ThreatClass)].Risks);
    }
}

using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Exercises = IsmsModular.Risks.Exercises;

namespace IsmsModular.Tests.Risks;

public sealed class SettingCriteria(IsmsApp app)
{
    [Fact]
    public async Task Top_management_approves_them_and_a_change_asks_again()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        Assert.Equal(CriteriaState.Waiting, (await desk.ExerciseAsync()).CriteriaState);
        var change = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        change.Handling["medium"] = Handling.Acceptable;
        RiskDesk.Refused("exercise.criteria.iswaiting", await desk.Home.SendAsync(change, desk.Analyst));

        var submission = Assert.Single(await desk.Home.QueryAsync<Submission>());
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, ["management"], DecisionOutcome.Approved), CancellationToken.None), chief));
        var approved = await desk.ExerciseAsync();
        Assert.Equal(CriteriaState.Approved, approved.CriteriaState);
        Assert.NotNull(approved.CriteriaApprovedOn);
        using var browser = await chief.SignInAsync();
        Assert.Contains("Approved by top management", (await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId))).Text, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + submission.Id)));

        var words = Exercises.EditModel.Command.From(approved);
        words.Name = "Other name";
        RiskDesk.Ok(await desk.Home.SendAsync(words, desk.Analyst));
        Assert.Equal(CriteriaState.Approved, (await desk.ExerciseAsync()).CriteriaState);
        change = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        change.Handling["medium"] = Handling.Acceptable;
        RiskDesk.Ok(await desk.Home.SendAsync(change, desk.Analyst));
        Assert.Equal(CriteriaState.NotAsked, (await desk.ExerciseAsync()).CriteriaState);
    }

    [Fact]
    public async Task A_level_is_not_handled_more_mildly_than_a_lower_one()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var command = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        command.Handling["low"] = Handling.MustTreat;
        command.Handling["medium"] = Handling.Acceptable;
        var errors = (await desk.Home.SendAsync(command, desk.Analyst)).Errors;
        Assert.Equal([("exercise.handling.order", "Handling[medium]")], errors.Select(e => (e.Message, e.Field)));

        using var browser = await desk.Analyst.SignInAsync();
        var page = desk.Home.Url("risks/exercises/edit?id=" + desk.ExerciseId);
        var fields = FormFields.Of((await browser.GetAsync(page)).Body, "record-form").Where(f => f.Name is not ("Input.Handling[low]" or "Input.Handling[medium]"));
        var refused = await browser.SendAsync(page, [.. fields, ("Input.Handling[low]", "mustTreat"), ("Input.Handling[medium]", "acceptable")]);
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("A level cannot be handled more mildly than a lower one.", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_read_in_words_before_there_is_any_risk()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var submission = Assert.Single(await desk.Home.QueryAsync<Submission>());
        using var browser = await chief.SignInAsync();

        var record = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        Assert.Matches(@"May be retained\s+Very low, Low", record.Text);
        Assert.Matches(@"Must be treated\s+High, Very high", record.Text);

        var asked = await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + submission.Id));
        Assert.Contains("May be retained: Very low, Low", asked.Text, StringComparison.Ordinal);
        Assert.Contains("Risk matrix", asked.Text, StringComparison.Ordinal);
        Assert.Contains("Likelihood: Very low (", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rows_axis", asked.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_register_that_is_taken_away_says_them_and_who_approved_them()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        var plan = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        plan.Conditions = "A control costs more than the impact";
        plan.ResidualLevel = "low";
        RiskDesk.Ok(await desk.Home.SendAsync(plan, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = 2 }, desk.Analyst));
        var submission = Assert.Single(await desk.Home.QueryAsync<Submission>());
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, ["management"], DecisionOutcome.Approved), CancellationToken.None), chief));

        await using var file = await desk.Home.RunAsync(async s => (await s.GetRequiredService<IsmsModular.Platform.Reports.ReportDesk>().TakeAsync("risk-register", "html", new(), "en", CancellationToken.None)).Value);
        using var reader = new StreamReader(file.Content);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        foreach (var words in new[] { submission.Reference, "Chief Executive", "A control costs more than the impact", "Residual risk at most" })
            Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_grid_asks_for_approval_again()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var submission = Assert.Single(await desk.Home.QueryAsync<Submission>());
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, ["management"], DecisionOutcome.Approved), CancellationToken.None), chief));

        var flat = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        flat.Parameters = """{"grid":[[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,4]]}""";
        RiskDesk.Ok(await desk.Home.SendAsync(flat, desk.Analyst));

        Assert.Equal(CriteriaState.NotAsked, (await desk.ExerciseAsync()).CriteriaState);
    }

    private const string Flat = """{"grid":[[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,0],[0,0,0,0,4]]}""";

    private static async Task<Submission> ApproveAsync(RiskDesk desk, TestMember chief, DateOnly? until = null)
    {
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.SubmitCriteria { Id = desk.ExerciseId, Seen = (await desk.ExerciseAsync()).Version }, desk.Analyst));
        var submission = (await desk.Home.QueryAsync<Submission>()).Single(s => s.State == SubmissionState.Open);
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, ["management"], DecisionOutcome.Approved, ValidUntil: until), CancellationToken.None), chief));
        return (await desk.Home.FindAsync<Submission>(submission.Id))!;
    }

    private static async Task<Exercise> SaveAsync(RiskDesk desk, Action<Exercises.EditModel.Command> change)
    {
        var command = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        change(command);
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        return await desk.ExerciseAsync();
    }

    [Fact]
    public async Task Another_grid_is_approved_in_its_turn()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        await ApproveAsync(desk, chief);
        await SaveAsync(desk, c => c.Parameters = Flat);

        await ApproveAsync(desk, chief);

        Assert.Equal(CriteriaState.Approved, (await desk.ExerciseAsync()).CriteriaState);
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = (await desk.ExerciseAsync()).Version }, desk.Analyst));
        Assert.Equal(CriteriaState.Approved, (await desk.ExerciseAsync()).CriteriaState);
        using var browser = await chief.SignInAsync();
        var asked = (await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + (await desk.Home.QueryAsync<Submission>()).Single(s => s.State == SubmissionState.Approved).Id))).Text;
        Assert.Contains("Likelihood Very low × Impact: Very low, Very low, Very low, Very low, Very low", asked, StringComparison.Ordinal);
        Assert.Contains("Likelihood Very high × Impact: Very low, Very low, Very low, Very low, Very high", asked, StringComparison.Ordinal);
        var last = (await desk.Home.QueryAsync<Submission>()).Single(s => s.State == SubmissionState.Approved);
        Assert.Contains("Stands", (await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + last.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_changed_and_changed_back_is_approved_again_as_of_the_day_it_was()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        await ApproveAsync(desk, await desk.Home.MemberAsync("Chief Executive", Role.TopManagement));
        var approvedOn = (await desk.ExerciseAsync()).CriteriaApprovedOn;

        var changed = await SaveAsync(desk, c => c.ExceptionMonths = 6);
        Assert.Equal((CriteriaState.NotAsked, null), (changed.CriteriaState, changed.CriteriaApprovedOn));

        var back = await SaveAsync(desk, c => c.ExceptionMonths = 12);
        Assert.Equal((CriteriaState.Approved, approvedOn), (back.CriteriaState, back.CriteriaApprovedOn));
    }

    [Fact]
    public async Task An_approval_with_a_last_day_runs_out_and_is_asked_for_again()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        var today = await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().Today));
        var submission = await ApproveAsync(desk, chief, today);
        var exercise = await desk.ExerciseAsync();
        Assert.Equal((today, CriteriaState.Approved, CriteriaState.Ended), (exercise.CriteriaUntil, exercise.CriteriaOn(today), exercise.CriteriaOn(today.AddDays(1))));

        // A day later.
        submission.Slots[0].Decision = submission.Slots[0].Decision! with { ValidUntil = today.AddDays(-1) };
        exercise.CriteriaUntil = today.AddDays(-1);
        await desk.PutAsync(submission);
        await desk.PutAsync(exercise);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Approval by top management has run out", (await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId))).Text, StringComparison.Ordinal);
        Assert.Contains("criteria", (await browser.GetAsync(desk.Home.Url("risks/plan/submit"))).Text, StringComparison.Ordinal);

        await ApproveAsync(desk, chief);
        exercise = await desk.ExerciseAsync();
        Assert.Equal((null, CriteriaState.Approved), (exercise.CriteriaUntil, exercise.CriteriaOn(today)));
    }

    [Fact]
    public async Task What_was_approved_before_the_grid_counted_stands_until_it_changes_and_is_asked_for_again()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var chief = await desk.Home.MemberAsync("Chief Executive", Role.TopManagement);
        var submission = await ApproveAsync(desk, chief);
        submission.Content = submission.Content.ConvertAll(s => s with { Fields = [.. s.Fields.Where(f => f.Since == 1)] });
        (submission.Coverage, submission.Hash) = (1, Canonical.Hash(submission.Content));
        submission.Slots[0].Hash = submission.Hash;
        await desk.PutAsync(submission);

        Assert.Equal(CriteriaState.Approved, (await SaveAsync(desk, c => c.Name = "Other name")).CriteriaState);
        Assert.Equal(CriteriaState.NotAsked, (await SaveAsync(desk, c => c.Parameters = Flat)).CriteriaState);
        Assert.Equal(CriteriaState.NotAsked, (await SaveAsync(desk, c => c.Name = "Yet another name")).CriteriaState);
        await ApproveAsync(desk, chief);
    }

    [Fact]
    public async Task An_exception_answers_a_condition_with_a_reason()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var plan = Exercises.EditModel.Command.From(await desk.ExerciseAsync());
        plan.Conditions = "A control would not lower the level\r\nA control costs more than the impact";
        RiskDesk.Ok(await desk.Home.SendAsync(plan, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 2 }, desk.Analyst));
        var risk = await desk.RatedAsync("medium", "medium");
        var retain = RiskDesk.Decision(risk, TreatmentOption.Retain);
        (retain.ByException, retain.ExceptionReason, retain.ExceptionUntil) = (true, "Only with refurbishment", DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime).AddMonths(6));

        RiskDesk.Refused("treatment.exception.condition", await desk.Home.SendAsync(retain, desk.Analyst));
        retain.Condition = "We do not like controls";
        RiskDesk.Refused("treatment.exception.condition", await desk.Home.SendAsync(retain, desk.Analyst));
        retain.Condition = "A control costs more than the impact";
        RiskDesk.Ok(await desk.Home.SendAsync(retain, desk.Analyst));
        Assert.Equal(retain.Condition, (await desk.RiskAsync(risk.Id)).Treatment!.Condition);
    }

    [Fact]
    public async Task Unlike_ratings_beyond_the_longest_list_are_told_of()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var (low, high) = ((await desk.RatedAsync("low", "low")).Current!, (await desk.RatedAsync("high", "high")).Current!);
        await desk.Home.RunAsync(async s =>
        {
            var session = s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().OpenSession();
            foreach (var (at, rating) in Enumerable.Range(1, 31).SelectMany(i => new[] { (i, low), (i, high) }))
                session.Add(new Risk { ExerciseId = desk.ExerciseId, Title = $"Case {at}", Reference = $"RISK-9{at:000}", GroupIds = [desk.Group.Id], Threat = $"t/{at}", Vulnerability = "v/1", Current = rating, State = RiskState.Rated }, "test.add");
            return (await session.SaveAsync()).Value;
        });
        using var browser = await desk.Analyst.SignInAsync();
        var page = (await browser.GetAsync(desk.Home.Url("risks/exercises/unlike?id=" + desk.ExerciseId))).Text;
        Assert.Contains("that were not looked at: 1", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unlike_ratings_of_like_cases_are_listed()
    {
        var desk = await RiskDesk.OpenAsync(app);
        async Task<Risk> Add(string title, bool byAsset, string impact)
        {
            var form = desk.Described(title);
            form.Vulnerability = "vulnerabilities-iso27005/V1.1";
            if (byAsset)
                (form.GroupIds, form.AssetIds) = ([], [desk.Asset.Id]);
            RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
            var risk = await desk.RiskAsync(form.Id);
            RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "medium", impact));
            return risk;
        }

        await Add("Rated by one", false, "very-high");
        await Add("Rated by another", true, "very-low");
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/exercises/unlike?id=" + desk.ExerciseId));

        RiskDesk.Is(HttpStatusCode.OK, page);
        Assert.Contains("Rated by one", page.Text, StringComparison.Ordinal);
        Assert.Contains("Rated by another", page.Text, StringComparison.Ordinal);
    }
}

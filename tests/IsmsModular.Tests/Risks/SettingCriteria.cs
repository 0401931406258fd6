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

using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Risks;

public sealed class ReadingTheHistoryOfARisk(IsmsApp app)
{
    [Fact]
    public async Task Names_every_field_in_words_and_leaves_out_what_serves_the_program()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("very-high", "high");
        var decision = RiskDesk.Decision(risk);
        decision.CostOnce = 1_500_000;
        RiskDesk.Ok(await desk.Home.SendAsync(decision, desk.Analyst));

        using var browser = await desk.Analyst.SignInAsync();
        var history = (await browser.GetAsync(desk.Home.Url("history?id=" + risk.Id))).Text;
        Assert.Contains("Current: Level of risk – " + char.ToUpperInvariant(risk.Current!.Level![0]) + risk.Current.Level[1..].Replace('-', ' '), history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Current: Likelihood – Very high", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Current: Likelihood, Reason – Twice in five years", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cost once – 1,500,000", history, StringComparison.Ordinal);
        Assert.Contains("Treatment – Modify", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Assessment – EX", history, StringComparison.OrdinalIgnoreCase);
        foreach (var raw in (string[])["methodology", "steps", "{0}", "exception months", desk.ExerciseId])
            Assert.DoesNotContain(raw, history, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Uses_the_words_of_its_assessment_and_tells_parameters_as_people_set_them()
    {
        var home = await app.NewWorkspaceAsync();
        var boss = await home.MemberAsync("Administrator", IsmsModular.Platform.Rights.Role.WorkspaceAdministrator, IsmsModular.Platform.Rights.Role.Ciso);
        using var browser = await boss.SignInAsync();
        var settings = await browser.GetAsync(home.Url("settings"));
        RiskDesk.Is(System.Net.HttpStatusCode.SeeOther, await browser.PostAsync(home.Url("settings"), new()
        {
            ["Input.Seen"] = settings.Hidden("Input.Seen"), ["Input.Name"] = "Acme", ["Input.TimeZone"] = "Asia/Kuala_Lumpur", ["Input.Currency"] = "MYR", ["Input.Language"] = "en",
            ["Input.Catalogue"] = "iso27001-2022-annex-a", ["Input.Methodology"] = "matrix", ["Input.ParametersOf"] = "matrix", ["Input.Parameters[rows/4/label]"] = "All the time",
        }));
        var parameters = await home.RunAsync(s => Task.FromResult(((IsmsModular.Platform.Workspaces.WorkspaceContext)s.GetService(typeof(IsmsModular.Platform.Workspaces.WorkspaceContext))!).Workspace.MethodologyParameters!.ToJsonString()));
        var exercise = new IsmsModular.Risks.Exercises.EditModel.Command { Parameters = parameters, Name = "Yearly", MethodologyId = "matrix", ExceptionMonths = 12, Handling = { ["low"] = IsmsModular.Risks.Exercises.Handling.Acceptable } };
        RiskDesk.Ok(await home.SendAsync(exercise, boss));
        RiskDesk.Ok(await home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = exercise.Id, Seen = 1 }, boss));
        var owner = await home.MemberAsync("Head of ICT", IsmsModular.Platform.Rights.Role.RiskOwner);
        var group = new IsmsModular.Risks.Groups.AssetGroup { Name = "Servers", Reference = "GRP-01" };
        await home.RunAsync(async s =>
        {
            var session = ((IsmsModular.Platform.Workspaces.WorkspaceContext)s.GetService(typeof(IsmsModular.Platform.Workspaces.WorkspaceContext))!).OpenSession();
            session.Add(group, "group.add");
            return (await session.SaveAsync()).Value;
        });
        var form = new EditModel.Command { ExerciseId = exercise.Id, Title = "Fire", GroupIds = [group.Id], Threat = RiskDesk.Threat, VulnerabilityWords = "No alarm", HarmsA = true, OwnerId = owner.PersonId };
        RiskDesk.Ok(await home.SendAsync(form, boss));
        RiskDesk.Ok(await home.SendAsync(RiskDesk.Rating((await home.FindAsync<Risk>(form.Id))!, RatingKind.Current, "very-high", "high"), boss));

        Assert.Contains("Current: Likelihood – All the time", (await browser.GetAsync(home.Url("history?id=" + form.Id))).Text, StringComparison.OrdinalIgnoreCase);
        var history = (await browser.GetAsync(home.Url("history?id=" + exercise.Id))).Text;
        Assert.Contains("rows of the grid – Very low, Low, Medium, High, All the time", history, StringComparison.Ordinal);
        foreach (var raw in (string[])["rows, 0", "rows_axis", "very-low"])
            Assert.DoesNotContain(raw, history, StringComparison.Ordinal);
    }
}

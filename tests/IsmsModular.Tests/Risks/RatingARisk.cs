using System.Net;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Risks;

public sealed class DescribingARisk(IsmsApp app)
{
    [Fact]
    public async Task Is_a_draft_until_assets_threat_weakness_harm_and_owner_are_named()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var url = desk.Home.Url("risks/register/edit?exercise=" + desk.ExerciseId);
        var page = await browser.GetAsync(url);
        RiskDesk.Is(HttpStatusCode.OK, page);
        var fields = new Dictionary<string, string?> { ["Input.Id"] = page.Hidden("Input.Id"), ["Input.Seen"] = "0", ["Input.ExerciseId"] = desk.ExerciseId, ["Input.Title"] = "Fire" };

        var saved = await browser.PostAsync(url, fields);
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var risk = await desk.RiskAsync(fields["Input.Id"]!);
        Assert.Equal((RiskState.Draft, "RISK-0001"), (risk.State, risk.Reference));
        Assert.Contains("assets or groups, a threat, a vulnerability, what is harmed, an owner", (await browser.GetAsync(saved.Location!)).Text, StringComparison.Ordinal);

        var complete = desk.Described();
        (complete.Id, complete.Seen) = (risk.Id, risk.Version);
        Assert.Equal(RiskState.Unrated, RiskDesk.Ok(await desk.Home.SendAsync(complete, desk.Analyst)));
        Assert.Equal(RiskDesk.ThreatClass, (await desk.RiskAsync(risk.Id)).ThreatClass);
    }

    [Fact]
    public async Task Finds_assets_while_typing_and_keeps_what_was_chosen()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var form = desk.Home.Url("risks/register/edit?exercise=" + desk.ExerciseId);
        Dictionary<string, string?> typed = new() { ["Input.Id"] = Platform.Store.Document.NewId(), ["Input.ExerciseId"] = desk.ExerciseId, ["Input.Title"] = "Half typed", ["Input.GroupIds"] = desk.Group.Id, ["Find"] = "histor" };

        var found = await browser.PostAsync(desk.Home.Url("risks/register/edit?handler=Pick"), typed, htmx: true, form: form);
        Assert.Contains("Historian", found.Text, StringComparison.Ordinal);
        Assert.Contains("GRP-01 Servers", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", found.Body, StringComparison.Ordinal);

        var plain = await browser.PostAsync(desk.Home.Url("risks/register/edit?handler=Pick"), typed, form: form);
        Assert.Contains("Half typed", plain.Body, StringComparison.Ordinal);
        Assert.Contains("Historian", plain.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_the_threat_and_weakness_of_a_catalogue_that_is_no_longer_chosen()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        var withdrawn = new ControlImplementation { Reference = "IMPL-0001", ControlKey = "iso27001-2013-annex-a/A.12.3.1", Name = "Tapes", State = ImplementationState.Withdrawn };
        await desk.PutAsync(withdrawn);
        (risk.Threat, risk.ThreatClass, risk.Vulnerability) = ("threats-former/T1", "threats-former/C1", "vulnerabilities-former/V1");
        risk.ExistingControls = [new("Tapes", ControlWorks.Partly, null, withdrawn.Id)];
        await desk.PutAsync(risk);
        using var browser = await desk.Analyst.SignInAsync();

        var form = await browser.GetAsync(desk.Home.Url("risks/register/edit?id=" + risk.Id));
        foreach (var kept in new[] { risk.Threat, risk.ThreatClass, risk.Vulnerability })
            Assert.Matches($" selected=\"\"[^>]* value=\"{kept}\"", form.Body);
        Assert.Contains($"value=\"{withdrawn.Id}\" selected", form.Body, StringComparison.Ordinal);
        var change = IsmsModular.Risks.Register.EditModel.Command.From(await desk.RiskAsync(risk.Id));
        change.Title = "A word corrected";
        RiskDesk.Ok(await desk.Home.SendAsync(change, desk.Analyst));
        var stored = await desk.RiskAsync(risk.Id);
        Assert.Equal((risk.Threat, risk.ThreatClass, risk.Vulnerability, withdrawn.Id), (stored.Threat, stored.ThreatClass, stored.Vulnerability, stored.ExistingControls.Single().ImplementationId));

        var control = await browser.GetAsync(desk.Home.Url("risks/controls/edit?id=" + withdrawn.Id));
        Assert.Matches(" selected=\"\"[^>]* value=\"iso27001-2013-annex-a/A.12.3.1\"", control.Body);
    }

    [Fact]
    public async Task Refuses_ids_of_another_workspace()
    {
        var (mine, other) = (await RiskDesk.OpenAsync(app), await RiskDesk.OpenAsync(app));
        var foreign = await other.AddAsync();
        var form = mine.Described();
        form.GroupIds = [other.Group.Id];
        form.AssetIds = [other.Asset.Id];
        form.OwnerId = other.Owner.PersonId;
        var refused = await mine.Home.SendAsync(form, mine.Analyst);
        Assert.Equal(["Input.AssetIds", "Input.GroupIds", "Input.OwnerId"], refused.Errors.Select(e => "Input." + e.Field).Order());

        var elsewhere = mine.Described();
        elsewhere.ExerciseId = other.ExerciseId;
        Assert.False((await mine.Home.SendAsync(elsewhere, mine.Analyst)).Succeeded);
        using var browser = await mine.Analyst.SignInAsync();
        foreach (var page in new[] { "risks/register/detail", "risks/register/edit", "risks/register/rate", "risks/treatment/edit" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(mine.Home.Url($"{page}?id={foreign.Id}"))).Status);
        foreach (var page in new[] { "risks/exercises/detail", "risks/exercises/coverage", "risks/exercises/compare", "risks/exercises/edit" })
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(mine.Home.Url($"{page}?id={other.ExerciseId}"))).Status);
        Assert.False((await mine.RateAsync(foreign, RatingKind.Current, "low", "low")).Succeeded);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(other.Home.Url("risks/register"))).Status);
    }

    [Fact]
    public async Task Lets_an_owner_change_own_risks_only_and_not_hand_them_over()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var other = await desk.Home.MemberAsync("Head of Finance", Role.RiskOwner);
        var risk = await desk.AddAsync();
        var change = IsmsModular.Risks.Register.EditModel.Command.From(risk);
        change.Title = "Better words";
        RiskDesk.Refused("risk.notyours", await desk.Home.SendAsync(change, other));
        RiskDesk.Refused("risk.notyours", await desk.RateAsync(risk, RatingKind.Current, "low", "low", other));
        RiskDesk.Refused("risk.notyours", await desk.Home.SendAsync(desk.Described("New"), desk.Owner));

        RiskDesk.Ok(await desk.Home.SendAsync(change, desk.Owner));
        var handOver = IsmsModular.Risks.Register.EditModel.Command.From(await desk.RiskAsync(risk.Id));
        handOver.OwnerId = other.PersonId;
        RiskDesk.Refused("risk.owner.notyours", await desk.Home.SendAsync(handOver, desk.Owner));
    }

    [Fact]
    public async Task Shows_both_versions_to_the_second_of_two_people()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync("First words");
        using var one = await desk.Analyst.SignInAsync();
        using var two = await desk.Owner.SignInAsync();
        var url = desk.Home.Url("risks/register/edit?id=" + risk.Id);
        Dictionary<string, string?> Typed(string title) => new()
        {
            ["Input.Id"] = risk.Id, ["Input.Seen"] = "1", ["Input.ExerciseId"] = desk.ExerciseId, ["Input.Title"] = title, ["Input.GroupIds"] = desk.Group.Id, ["Input.Threat"] = RiskDesk.Threat,
            ["Input.VulnerabilityWords"] = "No detection", ["Input.HarmsA"] = "true", ["Input.OwnerId"] = desk.Owner.PersonId,
        };

        Assert.Equal(HttpStatusCode.SeeOther, (await one.PostAsync(url, Typed("Words of the analyst"))).Status);
        var second = await two.PostAsync(url, Typed("Words of the owner"));

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("Words of the analyst", second.Text, StringComparison.Ordinal);
        Assert.Contains("Words of the owner", second.Text, StringComparison.Ordinal);
        Assert.Equal("Words of the analyst", (await desk.RiskAsync(risk.Id)).Title);
    }

    [Fact]
    public async Task Is_set_aside_with_a_reason_and_taken_up_again()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("low", "low");
        RiskDesk.Refused("risk.dismiss.needed", await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = risk.Id, Seen = risk.Version }, desk.Analyst));
        using (var analyst = await desk.Analyst.SignInAsync())
        {
            var page = desk.Home.Url("risks/register/detail?id=" + risk.Id);
            var refused = await analyst.PostAsync(page + "&handler=Dismiss", new() { ["Dismissal.Id"] = risk.Id, ["Dismissal.Seen"] = $"{risk.Version}", ["Dismissal.DismissedBecause"] = "Kept words\u0007" }, form: page);
            RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
            Assert.Contains("id=\"Dismissal_DismissedBecause-error\"", refused.Body, StringComparison.Ordinal);
            Assert.Contains("Kept words", refused.Text, StringComparison.Ordinal);
        }

        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = risk.Id, Seen = risk.Version, DismissedBecause = "Room was closed" }, desk.Analyst));
        Assert.Equal(RiskState.Dismissed, (await desk.RiskAsync(risk.Id)).State);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Reopen { Id = risk.Id, Seen = risk.Version + 1 }, desk.Analyst));
        Assert.Equal(RiskState.Rated, (await desk.RiskAsync(risk.Id)).State);
    }
}

public sealed class RatingARisk(IsmsApp app)
{
    [Fact]
    public async Task Shows_the_level_with_its_steps_before_and_after_saving()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        using var browser = await desk.Owner.SignInAsync();
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var form = await browser.GetAsync(url);
        RiskDesk.Is(HttpStatusCode.OK, form);
        Assert.Contains("Likely: once in one to five years.", form.Text, StringComparison.Ordinal);
        Assert.Contains("Value of the assets used: 4", form.Text, StringComparison.Ordinal);
        Dictionary<string, string?> typed = new()
        {
            ["Input.Id"] = risk.Id, ["Input.Seen"] = "1", ["Input.Which"] = "Current", ["Input.Values[likelihood]"] = "medium", ["Input.Values[impact]"] = "high",
        };

        var preview = await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Preview"), typed, htmx: true, form: url);
        Assert.Contains("Must be treated", preview.Text, StringComparison.Ordinal);
        Assert.Equal(RiskState.Unrated, (await desk.RiskAsync(risk.Id)).State);
        var plain = await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Preview"), typed, form: url);
        Assert.Contains("Must be treated", plain.Text, StringComparison.Ordinal);

        var refused = await browser.PostAsync(url, typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Give a reason.", refused.Text, StringComparison.Ordinal);
        Assert.Contains("Name the source.", refused.Text, StringComparison.Ordinal);
        foreach (var factor in new[] { "likelihood", "impact" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As last year", "Incident log");
        foreach (var (reason, message) in new[] { ("Rang the bell\u0007", "characters that cannot be printed"), (new string('x', 2001), "too long") })
        {
            var unfit = await browser.PostAsync(url, new(typed) { ["Input.Reasons[likelihood]"] = reason });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, unfit.Status);
            Assert.Contains(message, unfit.Text, StringComparison.Ordinal);
            Assert.Contains("id=\"Input_Reasons_likelihood_-error\"", unfit.Body, StringComparison.Ordinal);
        }

        var saved = await browser.PostAsync(url, typed);
        RiskDesk.Is(HttpStatusCode.SeeOther, saved);
        Assert.Contains("/risks/treatment/edit", saved.Location!, StringComparison.Ordinal);

        var detail = await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id));
        var rating = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.Equal(("high", 2, 3), (rating.Level, rating.Y, rating.X));
        Assert.Contains("As last year", detail.Text, StringComparison.Ordinal);
        Assert.NotEmpty(rating.Steps);
        Assert.Contains(rating.Steps[^1].ToString(), detail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unrated_is_never_zero()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        var half = RiskDesk.Rating(risk, RatingKind.Current, "low", null);
        RiskDesk.Refused("rate.value.needed", await desk.Home.SendAsync(half, desk.Analyst));

        var stored = await desk.RiskAsync(risk.Id);
        Assert.Null(stored.Current);
        Assert.Null(Risk.Map.Fields["rank"].Read(stored));
        Assert.Null(Risk.Map.Fields["order"].Read(stored));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Unrated is not zero", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_computed_again_to_the_same_value_from_what_is_stored()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var rating = (await desk.RatedAsync("very-high", "medium")).Current!;
        var exercise = await desk.ExerciseAsync();

        var again = await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<IPluginCatalog>().Methodology(rating.MethodologyId, rating.MethodologyVersion)!.Evaluate(exercise.Parameters, rating.Inputs)));

        Assert.Equal((rating.Level, rating.Order, rating.Value), (again.Value.Result!.Level, again.Value.Result.Order, again.Value.Result.Value));
    }

    [Fact]
    public async Task Planned_controls_never_lower_the_current_rating()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var planned = new ControlImplementation { Reference = "IMPL-0001", ControlKey = "iso27001-2022-annex-a/A.8.13", Name = "Backup", State = ImplementationState.Planned };
        await desk.PutAsync(planned);
        var form = desk.Described();
        form.ExistingControls = [new() { Name = "Backup", ImplementationId = planned.Id }];
        RiskDesk.Refused("risk.implementation.planned", await desk.Home.SendAsync(form, desk.Analyst));

        var risk = await desk.RatedAsync("medium", "high");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Target, "low", "low"));

        var after = await desk.RiskAsync(risk.Id);
        Assert.Equal("high", after.Current!.Level);
        Assert.Equal("low", after.Target!.Level);
    }

    [Fact]
    public async Task Done_is_not_effective()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        var task = new PlanTask { Title = "Offline backup", RiskIds = [risk.Id], State = PlanTaskState.Done, Percent = 100 };
        await desk.PutAsync(task);
        async Task<Platform.Results.Result<bool>> Achieved()
        {
            var rating = RiskDesk.Rating(await desk.RiskAsync(risk.Id), RatingKind.Achieved, "low", "low");
            rating.EvaluatorId = desk.Analyst.PersonId;
            return await desk.Home.SendAsync(rating, desk.Analyst);
        }

        RiskDesk.Refused("rate.achieved.notverified", await Achieved());
        var done = (await desk.Home.FindAsync<PlanTask>(task.Id))!;
        (done.VerifiedById, done.VerifiedOn) = (desk.Analyst.PersonId, new DateOnly(2025, 1, 1));
        await desk.PutAsync(done);

        RiskDesk.Ok(await Achieved());
        var achieved = (await desk.RiskAsync(risk.Id)).Achieved!;
        Assert.Equal(("low", desk.Analyst.PersonId, new DateOnly(2025, 1, 1)), (achieved.Level, achieved.ById, achieved.On));
    }

    [Fact]
    public async Task Goes_on_to_the_next_risk_that_is_not_rated_as_long_as_there_is_one_of_the_caller()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var first = await desk.AddAsync("First");
        var second = await desk.AddAsync("Second");
        using var browser = await desk.Analyst.SignInAsync();
        using var owner = await desk.Owner.SignInAsync();
        async Task<string?> SaveAsync(TestBrowser by, Risk risk)
        {
            var url = desk.Home.Url($"risks/register/rate?id={risk.Id}");
            var fields = new Dictionary<string, string?> { ["Input.Id"] = risk.Id, ["Input.Seen"] = $"{risk.Version}", ["Input.Which"] = "Current", ["GoOn"] = "true" };
            foreach (var factor in new[] { "likelihood", "impact" })
                (fields[$"Input.Values[{factor}]"], fields[$"Input.Reasons[{factor}]"], fields[$"Input.Sources[{factor}]"]) = ("low", "Seldom", "Log");
            return (await by.PostAsync(url, fields)).Location;
        }

        Assert.Equal(desk.Home.Url($"risks/register/rate?id={second.Id}"), await SaveAsync(browser, first));
        Assert.Equal(desk.Home.Url($"risks/register/detail?id={second.Id}"), await SaveAsync(browser, second));
        Assert.DoesNotContain("name=\"GoOn\"", (await browser.GetAsync(desk.Home.Url($"risks/register/rate?id={second.Id}"))).Body, StringComparison.Ordinal);

        var own = await desk.AddAsync("Third");
        var foreign = desk.Described("Fourth");
        foreign.OwnerId = desk.Analyst.PersonId;
        RiskDesk.Ok(await desk.Home.SendAsync(foreign, desk.Analyst));
        Assert.Equal(desk.Home.Url($"risks/register/detail?id={own.Id}"), await SaveAsync(owner, own));
    }

    [Fact]
    public async Task Waits_for_the_start_of_the_exercise()
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        var risk = await desk.AddAsync();
        RiskDesk.Refused("rate.notstarted", await desk.RateAsync(risk, RatingKind.Current, "low", "low"));
    }

    [Theory]
    [InlineData("nist-800-30-r1")]
    [InlineData("iso27005-2011-e21")]
    public async Task Follows_the_form_of_any_method(string methodology)
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.PlanAsync(methodology: methodology);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        var risk = await desk.AddAsync();
        var ask = (await desk.Home.SendAsync(new RateModel.Ask(new() { Id = risk.Id }), desk.Analyst))!;
        var rating = new RateModel.Command { Id = risk.Id, Seen = risk.Version };
        foreach (var factor in ask.Form!.Factors)
            (rating.Values[factor.Key], rating.Reasons[factor.Key], rating.Sources[factor.Key]) = (factor.Tiers[^1].Key, "Worst case", "Test");

        RiskDesk.Ok(await desk.Home.SendAsync(rating, desk.Analyst));
        var rated = (await desk.RiskAsync(risk.Id)).Current!;
        using var browser = await desk.Analyst.SignInAsync();
        var exercise = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));

        Assert.NotNull(rated.Y);
        Assert.NotNull(rated.X);
        Assert.Contains($"f.y={rated.Y}&amp;f.x={rated.X}", exercise.Body, StringComparison.Ordinal);
    }
}

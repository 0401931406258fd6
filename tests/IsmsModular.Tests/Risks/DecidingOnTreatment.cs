using System.Net;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Risks;

public sealed class DecidingOnTreatment(IsmsApp app)
{
    [Fact]
    public async Task Is_done_on_a_page_and_told_in_the_risks_story()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        using var browser = await desk.Owner.SignInAsync();
        var url = desk.Home.Url("risks/treatment/edit?id=" + risk.Id);
        var form = await browser.GetAsync(url);
        RiskDesk.Is(HttpStatusCode.OK, form);
        Assert.Contains("A.8.13", form.Text, StringComparison.Ordinal);

        var saved = await browser.PostAsync(url, new() { ["Input.Id"] = risk.Id, ["Input.Seen"] = form.Hidden("Input.Seen"), ["Input.Option"] = "Modify", ["Input.Reason"] = "Cheap", ["Input.CostOnce"] = "1500.50" }, more: [("Input.Controls", "iso27001-2022-annex-a/A.8.13"), ("Input.Controls", "iso27001-2022-annex-a/A.7.5")]);
        RiskDesk.Is(HttpStatusCode.SeeOther, saved);
        Assert.Contains("which=target", saved.Location!, StringComparison.Ordinal);

        var stored = await desk.RiskAsync(risk.Id);
        Assert.Equal(1500.50m, stored.Treatment!.CostOnce);
        Assert.Equal(["iso27001-2022-annex-a/A.8.13", "iso27001-2022-annex-a/A.7.5"], stored.Treatment.Controls.Select(c => c.Key));
        Assert.Equal(stored.Id, Assert.Single(await desk.Home.QueryAsync<Risk>(Platform.Store.Query.All.Where("controls", "iso27001-2022-annex-a/A.7.5"))).Id);
        var story = (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text;
        Assert.Contains("A.7.5", story, StringComparison.Ordinal);
        Assert.Contains("no task in the plan", story, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_of_each_option_what_it_requires()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        async Task<Result<bool>> Try(Action<IsmsModular.Risks.Treatment.EditModel.Command> set, TreatmentOption option)
        {
            var command = RiskDesk.Decision(await desk.RiskAsync(risk.Id), option);
            set(command);
            return await desk.Home.SendAsync(command, desk.Analyst);
        }

        RiskDesk.Refused("treatment.controls.needed", await Try(c => c.Controls = [], TreatmentOption.Modify));
        RiskDesk.Refused("treatment.controls.unknown", await Try(c => c.Controls = ["iso27001-2022-annex-a/A.99"], TreatmentOption.Modify));
        RiskDesk.Refused("treatment.controls.unknown", await Try(c => c.Controls = ["own/OWN-77"], TreatmentOption.Modify));
        RiskDesk.Refused("treatment.givenup.needed", await Try(_ => { }, TreatmentOption.Avoid));
        RiskDesk.Refused("treatment.sharedwith.needed", await Try(_ => { }, TreatmentOption.Share));
        RiskDesk.Refused("treatment.newrisks.unknown", await Try(c => (c.SharedWith, c.CostYearly, c.NewRiskRefs) = ("Insurer", 85_000, "RISK-9999"), TreatmentOption.Share));
        RiskDesk.Refused("treatment.reason.needed", await Try(c => (c.Reason, c.GivenUp) = (null, "Remote control"), TreatmentOption.Avoid));

        RiskDesk.Ok(await Try(c => c.GivenUp = "Remote control", TreatmentOption.Avoid));
        var born = await desk.AddAsync("Born of sharing");
        RiskDesk.Ok(await Try(c => (c.SharedWith, c.CostYearly, c.NewRiskRefs) = ("Insurer", 85_000, born.Reference), TreatmentOption.Share));
        Assert.Equal([born.Id], (await desk.RiskAsync(risk.Id)).Treatment!.NewRiskIds);
    }

    [Fact]
    public async Task Retaining_is_possible_inside_the_criteria()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("low", "low");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk, TreatmentOption.Retain), desk.Analyst));
        var retained = await desk.RiskAsync(risk.Id);
        Assert.Equal(AcceptanceState.None, retained.Acceptance);
        Assert.Equal(retained.Current!.Level, retained.Target!.Level);
    }

    [Fact]
    public async Task What_was_retained_and_is_treated_after_all_gets_a_target_of_its_own_and_a_task()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("low", "low");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk, TreatmentOption.Retain), desk.Analyst));
        Assert.True(RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(risk.Id)), desk.Analyst)));
        Assert.Null((await desk.RiskAsync(risk.Id)).Target);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("risks/plan/edit?risk=" + risk.Id, (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_retained_as_it_is_leaves_the_level_that_it_has_now_also_after_it_was_rated_anew()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("low", "low");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk, TreatmentOption.Retain), desk.Analyst));
        RiskDesk.Refused("rate.target.retained", await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Target, "very-low", "low"));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Current, "medium", "high"));
        Assert.Equal("high", (await desk.RiskAsync(risk.Id)).Target!.Level);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.DoesNotContain("which=target", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Body, StringComparison.Ordinal);

        Assert.True(RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(risk.Id)), desk.Analyst)));
        Assert.Null((await desk.RiskAsync(risk.Id)).Target);
    }

    [Fact]
    public async Task An_old_level_left_over_from_retaining_is_no_target_of_what_is_treated_after_all()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("low", "low");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk, TreatmentOption.Retain), desk.Analyst));
        risk = await desk.RiskAsync(risk.Id);
        risk.Current = (await desk.RatedAsync("medium", "high", "Another")).Current;
        await desk.PutAsync(risk);
        Assert.True(RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(risk.Id)), desk.Analyst)));
        Assert.Null((await desk.RiskAsync(risk.Id)).Target);
    }

    [Fact]
    public async Task Retaining_above_the_criteria_needs_a_recorded_exception_with_an_end()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "medium");
        Assert.Equal("medium", risk.Current!.Level);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime);
        Task<Result<bool>> Try(bool exception, string? reason, DateOnly? until)
        {
            var command = RiskDesk.Decision(risk, TreatmentOption.Retain);
            (command.ByException, command.ExceptionReason, command.ExceptionUntil) = (exception, reason, until);
            return desk.Home.SendAsync(command, desk.Analyst);
        }

        RiskDesk.Refused("treatment.retain.above", await Try(false, null, null));
        RiskDesk.Refused("treatment.exception.reason", await Try(true, null, today.AddMonths(6)));
        RiskDesk.Refused("treatment.exception.end", await Try(true, "Only with refurbishment", null));
        RiskDesk.Refused("treatment.exception.past", await Try(true, "Only with refurbishment", today.AddDays(-3)));
        RiskDesk.Refused("treatment.exception.long", await Try(true, "Only with refurbishment", today.AddMonths(13)));
        RiskDesk.Ok(await Try(true, "Only with refurbishment", today.AddMonths(6)));
        Assert.Equal(today.AddMonths(6), (await desk.RiskAsync(risk.Id)).ExceptionUntil);
    }

    [Fact]
    public async Task All_that_an_exception_lacks_is_told_at_once()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var command = RiskDesk.Decision(await desk.RatedAsync("medium", "medium"), TreatmentOption.Retain);
        command.ByException = true;
        Assert.Equal(["treatment.exception.end", "treatment.exception.reason"], (await desk.Home.SendAsync(command, desk.Analyst)).Errors.Select(e => e.Message).Order());
    }

    [Fact]
    public async Task What_is_left_above_the_criteria_is_recorded_as_an_exception_as_well()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("high", "high");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Target, "medium", "medium"));
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime);
        using var browser = await desk.Analyst.SignInAsync();
        var url = desk.Home.Url("risks/treatment/edit?id=" + risk.Id);
        Assert.Contains("Input.ExceptionUntil", (await browser.GetAsync(url)).Body, StringComparison.Ordinal);

        var command = IsmsModular.Risks.Treatment.EditModel.Command.From(await desk.RiskAsync(risk.Id), []);
        command.ByException = true;
        command.ExceptionUntil = today.AddMonths(6);
        RiskDesk.Refused("treatment.exception.reason", await desk.Home.SendAsync(command, desk.Analyst));
        command.ExceptionReason = "The rest waits for the refurbishment";
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        var stored = await desk.RiskAsync(risk.Id);
        Assert.Equal((TreatmentOption.Modify, true, today.AddMonths(6)), (stored.Treatment!.Option, stored.Treatment.ByException, stored.ExceptionUntil));

        RiskDesk.Ok(await desk.RateAsync(stored, RatingKind.Target, "low", "low"));
        command = IsmsModular.Risks.Treatment.EditModel.Command.From(await desk.RiskAsync(risk.Id), []);
        RiskDesk.Refused("treatment.exception.needless", await desk.Home.SendAsync(command, desk.Analyst));
    }

    [Fact]
    public async Task Retaining_what_must_be_treated_is_refused_even_by_exception()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var command = RiskDesk.Decision(await desk.RatedAsync("very-high", "very-high"), TreatmentOption.Retain);
        (command.ByException, command.ExceptionReason, command.ExceptionUntil) = (true, "No money", new DateOnly(2099, 1, 1));
        RiskDesk.Refused("treatment.retain.musttreat", await desk.Home.SendAsync(command, desk.Analyst));
    }

    [Fact]
    public async Task A_change_of_what_was_accepted_makes_the_acceptance_stale()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await AcceptedAsync(desk);
        var words = IsmsModular.Risks.Register.EditModel.Command.From(risk);
        words.Service = "Told better";
        RiskDesk.Ok(await desk.Home.SendAsync(words, desk.Analyst));
        Assert.Equal(AcceptanceState.Accepted, (await desk.RiskAsync(risk.Id)).Acceptance);

        var dearer = IsmsModular.Risks.Treatment.EditModel.Command.From(await desk.RiskAsync(risk.Id), []);
        dearer.CostOnce = 99;
        RiskDesk.Ok(await desk.Home.SendAsync(dearer, desk.Analyst));

        Assert.Equal(AcceptanceState.Stale, (await desk.RiskAsync(risk.Id)).Acceptance);
        using var browser = await desk.Owner.SignInAsync();
        Assert.Contains("Changed since", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_level_makes_the_acceptance_stale_and_the_same_level_does_not()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await AcceptedAsync(desk);
        RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "medium", "high"));
        Assert.Equal(AcceptanceState.Accepted, (await desk.RiskAsync(risk.Id)).Acceptance);
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(risk.Id), RatingKind.Current, "very-high", "very-high"));
        Assert.Equal(AcceptanceState.Stale, (await desk.RiskAsync(risk.Id)).Acceptance);
    }

    private static async Task<Risk> AcceptedAsync(RiskDesk desk)
    {
        var risk = await desk.RatedAsync("medium", "high");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        risk = await desk.RiskAsync(risk.Id);
        risk.Acceptance = AcceptanceState.Accepted;
        await desk.PutAsync(risk);
        return await desk.RiskAsync(risk.Id);
    }
}

public sealed class KeepingControls(IsmsApp app)
{
    [Fact]
    public async Task An_empty_form_is_told_what_is_missing_wherever_controls_are_chosen()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("high", "high");
        using var browser = await desk.Analyst.SignInAsync();
        foreach (var (page, list) in new[] { ("risks/controls/edit", "Input.ControlKey"), ("risks/plan/edit", "Input.ControlKeys"), ($"risks/treatment/edit?id={risk.Id}", "Input.Controls") })
        {
            var url = desk.Home.Url(page);
            RiskDesk.Is(HttpStatusCode.UnprocessableEntity, await browser.PostAsync(url, new() { ["Input.Id"] = (await browser.GetAsync(url)).Hidden("Input.Id"), [list] = "" }));
        }
    }

    [Fact]
    public async Task Says_how_a_control_of_the_catalogue_is_done_and_tested()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var url = desk.Home.Url("risks/controls/edit?control=iso27001-2022-annex-a%2FA.8.13");
        var form = await browser.GetAsync(url);
        var id = form.Hidden("Input.Id");
        var refused = await browser.PostAsync(url, new() { ["Input.Id"] = id, ["Input.ControlKey"] = "iso27001-2022-annex-a/A.8.13", ["Input.Name"] = "Nightly backup", ["Input.State"] = "InPlace" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("since when?", refused.Text, StringComparison.Ordinal);
        var saved = await browser.PostAsync(url, new() { ["Input.Id"] = id, ["Input.ControlKey"] = "iso27001-2022-annex-a/A.8.13", ["Input.Name"] = "Nightly backup", ["Input.State"] = "InPlace", ["Input.ActualOn"] = "2024-01-01", ["Input.TestEveryDays"] = "90", ["Input.OwnerId"] = desk.Owner.PersonId });
        RiskDesk.Is(HttpStatusCode.SeeOther, saved);
        var detail = desk.Home.Url("risks/controls/detail?id=" + id);
        Assert.Contains("there is no evidence", (await browser.GetAsync(detail)).Text, StringComparison.Ordinal);

        using var owner = await desk.Owner.SignInAsync();
        // Each of the forms on the page keeps what was typed and says what is wrong beside the field.
        foreach (var (handler, prefix, field, text, kept) in new[] { ("Evidence", "NewEvidence", "Title", "Report of the bell\u0007", "Where"), ("Test", "NewTest", "LastTestOn", "9999-12-31", "Note") })
        {
            var refusedHere = await owner.PostAsync($"{detail}&handler={handler}", new() { [$"{prefix}.Id"] = id, [$"{prefix}.Seen"] = "1", [$"{prefix}.{field}"] = text, [$"{prefix}.{kept}"] = "Kept words" }, form: detail);
            RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refusedHere);
            Assert.Contains($"id=\"{prefix}_{field}-error\"", refusedHere.Body, StringComparison.Ordinal);
            Assert.Contains("value=\"Kept words\"", refusedHere.Body, StringComparison.Ordinal);
        }

        var evidence = await owner.PostAsync(detail + "&handler=Evidence", new() { ["Id"] = id, ["Seen"] = "1", ["Title"] = "Backup report", ["EffectiveOn"] = "2024-02-01" }, form: detail);
        RiskDesk.Is(HttpStatusCode.SeeOther, evidence);
        var tested = await owner.PostAsync(detail + "&handler=Test", new() { ["Id"] = id, ["Seen"] = "2", ["LastTestOn"] = "2024-03-01", ["LastTestResult"] = "Failed" }, form: detail);
        RiskDesk.Is(HttpStatusCode.SeeOther, tested);

        var control = (await desk.Home.FindAsync<ControlImplementation>(id!))!;
        Assert.Equal((IsmsModular.Risks.Controls.TestResult.Failed, "IMPL-0001"), (control.LastTestResult, control.Reference));
        Assert.Equal("Backup report", Assert.Single(control.Evidence).Title);
        var list = await browser.GetAsync(desk.Home.Url("risks/controls"));
        Assert.Contains("test is due", list.Text, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(desk.Home.Url("risks/controls?format=csv")));
    }

    [Fact]
    public async Task Own_controls_are_numbered_chosen_and_not_retired_while_used()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var add = new OwnModel.Command { Title = "Hard-wired limiter" };
        Assert.Equal("OWN-01", RiskDesk.Ok(await desk.Home.SendAsync(add, desk.Analyst)));
        var decision = RiskDesk.Decision(await desk.RatedAsync("medium", "high"));
        decision.Controls = ["own/OWN-01"];
        RiskDesk.Ok(await desk.Home.SendAsync(decision, desk.Analyst));

        var retire = new OwnModel.Command { Id = add.Id, Seen = 1, Title = add.Title, Retired = true };
        RiskDesk.Refused("control.own.used", await desk.Home.SendAsync(retire, desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/controls/own?id=" + add.Id));
        Assert.Contains("Hard-wired limiter", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_own_control_is_not_retired_while_a_task_works_on_it()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var add = new OwnModel.Command { Title = "Hard-wired limiter" };
        RiskDesk.Ok(await desk.Home.SendAsync(add, desk.Analyst));
        var task = new IsmsModular.Risks.Plan.EditModel.Command { Id = Platform.Store.Document.NewId(), Title = "Wire it", ControlKeys = ["own/OWN-01"], ResponsibleId = desk.Owner.PersonId, DueOn = new DateOnly(2040, 1, 1) };
        RiskDesk.Ok(await desk.Home.SendAsync(task, desk.Analyst));

        var retire = new OwnModel.Command { Id = add.Id, Seen = 1, Title = add.Title, Retired = true };
        Assert.Equal(["TASK-0001"], RiskDesk.Refused("control.own.used", await desk.Home.SendAsync(retire, desk.Analyst)).Arguments);

        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Plan.CancelModel.Command { Id = task.Id, Seen = 1, Reason = "Bought instead" }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(retire, desk.Analyst));
    }

    [Fact]
    public async Task The_catalogue_is_searched_and_tells_where_a_control_is_used()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(risk), desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var page = await browser.GetAsync(desk.Home.Url("risks/catalogue?q=A.8.13"));

        Assert.Contains("risks: 1", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("A.5.1 ", page.Text, StringComparison.Ordinal);
        Assert.Contains("Controls: 93", (await browser.GetAsync(desk.Home.Url("risks/catalogue"))).Text, StringComparison.Ordinal);
    }
}

public sealed class WhenARiskOwnerLeaves(IsmsApp app)
{
    [Fact]
    public async Task Records_are_found_and_handed_over_and_the_new_owner_accepts_again()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var successor = await desk.Home.MemberAsync("New Head of ICT", Platform.Rights.Role.RiskOwner);
        var risk = await desk.RatedAsync("medium", "high");
        risk.Acceptance = AcceptanceState.Accepted;
        await desk.PutAsync(risk);
        await desk.PutAsync(new ControlImplementation { Reference = "IMPL-0001", ControlKey = "own/OWN-01", Name = "Backup", OwnerId = desk.Owner.PersonId });

        var owned = await desk.Home.RunAsync(s => s.GetRequiredService<IOwnedRecords>().OfAsync(desk.Owner.PersonId, 100, CancellationToken.None));
        Assert.Equal([risk.Reference, "IMPL-0001"], owned.Select(o => o.Reference));
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<IOwnedRecords>().HandOverAsync(desk.Owner.PersonId, successor.PersonId, "Retired", CancellationToken.None), desk.Analyst));

        var handed = await desk.RiskAsync(risk.Id);
        Assert.Equal((successor.PersonId, AcceptanceState.Stale), (handed.OwnerId, handed.Acceptance));
        Assert.Empty(await desk.Home.RunAsync(s => s.GetRequiredService<IOwnedRecords>().OfAsync(desk.Owner.PersonId, 100, CancellationToken.None)));
    }
}

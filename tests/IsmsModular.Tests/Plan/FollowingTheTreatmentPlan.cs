using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using EditModel = IsmsModular.Risks.Plan.EditModel;
using SubmitModel = IsmsModular.Risks.Plan.SubmitModel;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plan;

public sealed class FollowingTheTreatmentPlan(IsmsApp app)
{
    [Fact]
    public async Task A_later_date_is_asked_for_with_a_reason_agreed_by_top_management_and_keeps_the_baseline()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        var first = task.DueOn!.Value;
        Assert.Equal(first, task.BaselineOn);
        RiskDesk.Refused("plan.error.askdelay", await desk.Home.SendAsync(EditModel.Command.Of(task) with { DueOn = first.AddDays(30) }, desk.Analyst));
        RiskDesk.Refused("plan.error.notlater", await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = task.Version, NewDueOn = first, Reason = "Supplier bargains" }, desk.Owner));

        var id = RiskDesk.Ok(await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = task.Version, NewDueOn = first.AddDays(30), Reason = "Supplier bargains" }, desk.Owner));
        RiskDesk.Refused("plan.error.delayasked", await desk.Home.SendAsync(EditModel.Command.Of(await desk.TaskAsync(task.Id)) with { DueOn = first.AddDays(-1) }, desk.Analyst));
        Assert.Equal(first, (await desk.TaskAsync(task.Id)).DueOn);
        RiskDesk.Refused("approvals.error.notyours", await desk.DecideAsync(desk.Owner, await desk.SubmissionAsync(id), "management"));
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await desk.SubmissionAsync(id), "management"));

        task = await desk.TaskAsync(task.Id);
        Assert.Equal((first.AddDays(30), first, DelayState.Agreed), (task.DueOn, task.BaselineOn, task.Delay!.State));
        // The delay was a decision of its own: the owners' acceptances stand.
        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task An_agreed_date_cannot_be_taken_away_to_set_a_later_one()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        RiskDesk.Refused("plan.error.askdelay", await desk.Home.SendAsync(EditModel.Command.Of(task) with { DueOn = null }, desk.Analyst));
    }

    [Fact]
    public async Task The_baseline_is_the_date_that_was_submitted_not_one_moved_before_the_approval()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var task = await desk.AddAsync(desk.Task(risk));
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(task) with { DueOn = task.DueOn!.Value.AddDays(90) }, desk.Analyst));
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, "management"));
        Assert.Equal(task.DueOn, (await desk.TaskAsync(task.Id)).BaselineOn);
    }

    [Fact]
    public void An_agreed_delay_is_still_late_against_the_first_plan()
    {
        var task = new PlanTask { Title = "Contracts", State = PlanTaskState.InProgress, BaselineOn = new(2040, 1, 1), DueOn = new(2040, 3, 1) };
        Assert.True(task.IsLate(new(2040, 1, 2)));
        Assert.False(task.IsLate(new(2040, 1, 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_is_finished_or_cancelled_asks_for_no_later_date_any_more(bool cancelled)
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        var due = task.DueOn!.Value;
        var asked = RiskDesk.Ok(await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = task.Version, NewDueOn = due.AddDays(30), Reason = "Supplier bargains" }, desk.Owner));
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(cancelled
            ? await desk.Home.SendAsync(new CancelModel.Command { Id = task.Id, Seen = task.Version, Reason = "Replaced by insurance" }, desk.Analyst)
            : await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Photograph" }, desk.Owner));

        var request = await desk.SubmissionAsync(asked);
        Assert.Equal(SubmissionState.Withdrawn, request.State);
        using var reader = await desk.Analyst.SignInAsync();
        foreach (var page in new[] { "inbox/detail?id=" + request.Id, "history?id=" + request.Id, "activity" })
            Assert.Contains(cancelled ? "Replaced by insurance" : "The task is done.", (await reader.GetAsync(desk.Home.Url(page))).Text, StringComparison.Ordinal);
        RiskDesk.Refused("approvals.error.closed", await desk.DecideAsync(desk.Chief, request, "management"));
        task = await desk.TaskAsync(task.Id);
        Assert.Equal((due, null), (task.DueOn, task.Delay));
    }

    [Fact]
    public async Task An_older_request_about_a_task_that_is_finished_is_not_agreed_to()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        var asked = RiskDesk.Ok(await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = task.Version, NewDueOn = task.DueOn!.Value.AddDays(30), Reason = "Supplier bargains" }, desk.Owner));
        var done = await desk.TaskAsync(task.Id);
        done.Report(100, new DateOnly(2025, 1, 1), "Photograph");
        await desk.Risks.PutAsync(done);

        RiskDesk.Refused("plan.error.closed", await desk.DecideAsync(desk.Chief, await desk.SubmissionAsync(asked), "management"));
        Assert.Equal(task.DueOn, (await desk.TaskAsync(task.Id)).DueOn);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await desk.SubmissionAsync(asked), "management", DecisionOutcome.Refused));
    }

    [Fact]
    public async Task A_task_whose_risks_were_all_dismissed_is_named_before_it_leaves_the_plan()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, _) = await desk.ApprovedAsync();
        using var browser = await desk.Analyst.SignInAsync();
        const string words = "Tasks that work on no risk of the plan";
        Assert.DoesNotContain(words, (await browser.GetAsync(desk.Home.Url("risks/plan/submit"))).Text, StringComparison.Ordinal);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = mine.Id, Seen = mine.Version, DismissedBecause = "Nothing left to burn" }, desk.Analyst));

        var page = await browser.GetAsync(desk.Home.Url("risks/plan/submit"));
        Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.Contains("risks/plan/detail?id=" + task.Id, page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_delay_leaves_the_date()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        var id = RiskDesk.Ok(await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = task.Version, NewDueOn = task.DueOn!.Value.AddDays(30), Reason = "Holidays" }, desk.Owner));
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await desk.SubmissionAsync(id), "management", DecisionOutcome.Refused, "No"));

        var after = await desk.TaskAsync(task.Id);
        Assert.Equal((task.DueOn, DelayState.Refused), (after.DueOn, after.Delay!.State));
    }

    [Fact]
    public async Task A_second_delay_leaves_what_was_agreed_before_whether_it_waits_is_refused_or_is_withdrawn()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, approved) = await desk.ApprovedAsync();
        var first = task.DueOn!.Value;
        async Task<Submission> AskAsync(int days)
        {
            var now = await desk.TaskAsync(task.Id);
            return await desk.SubmissionAsync(RiskDesk.Ok(await desk.Home.SendAsync(new DelayModel.Command { Id = task.Id, Seen = now.Version, NewDueOn = first.AddDays(days), Reason = "Supplier bargains" }, desk.Owner)));
        }

        async Task StandsAsync() => Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await AskAsync(30), "management"));
        await StandsAsync();

        var second = await AskAsync(60);
        await StandsAsync();
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().WithdrawAsync(second.Id, second.Version, "Not needed", TestContext.Current.CancellationToken), desk.Owner));
        task = await desk.TaskAsync(task.Id);
        Assert.Equal((first.AddDays(30), DelayState.Agreed), (task.DueOn, task.Delay!.State));
        await StandsAsync();

        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await AskAsync(90), "management", DecisionOutcome.Refused, "No"));
        Assert.Equal(first.AddDays(30), (await desk.TaskAsync(task.Id)).DueOn);
        await StandsAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await AskAsync(120), "management"));
        Assert.Equal((first.AddDays(120), first), ((await desk.TaskAsync(task.Id)).DueOn, (await desk.TaskAsync(task.Id)).BaselineOn));
        await StandsAsync();
    }

    [Fact]
    public async Task Only_the_responsible_or_an_editor_reports_progress()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var task = await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Owner)));
        ProgressModel.Command Report() => new() { Id = task.Id, Seen = task.Version, Percent = 10 };

        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(Report(), desk.Second));
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(Report(), await desk.Home.MemberAsync("Auditor", Role.InternalAuditor)));
        RiskDesk.Ok(await desk.Home.SendAsync(Report(), desk.Owner));
        Assert.Equal(PlanTaskState.InProgress, (await desk.TaskAsync(task.Id)).State);
    }

    [Fact]
    public async Task No_task_waits_for_itself()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var first = await desk.AddAsync(desk.Task(risk));
        var second = await desk.AddAsync(desk.Task(risk) with { DependsOnIds = [first.Id] });
        var third = await desk.AddAsync(desk.Task(risk) with { DependsOnIds = [second.Id] });

        RiskDesk.Refused("plan.error.cycle", await desk.Home.SendAsync(EditModel.Command.Of(first) with { DependsOnIds = [third.Id] }, desk.Analyst));
    }

    [Fact]
    public async Task Correcting_a_word_keeps_what_is_no_longer_offered_and_the_acceptances()
    {
        const string former = "iso27001-2013-annex-a/A.12.3.1";
        var desk = await PlanDesk.OpenAsync(app);
        var mine = await desk.TreatedAsync(desk.Owner);
        var (cancelled, task) = (await desk.AddAsync(desk.Task(mine)), await desk.AddAsync(desk.Task(mine)));
        RiskDesk.Ok(await desk.Home.SendAsync(new CancelModel.Command { Id = cancelled.Id, Seen = cancelled.Version, Reason = "Not needed" }, desk.Analyst));
        var last = await desk.Home.RunAsync(async s =>
        {
            var session = s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().OpenSession();
            var many = Enumerable.Range(1, 301).Select(i => new IsmsModular.Risks.Controls.ControlImplementation { Reference = $"IMPL-{i:0000}", ControlKey = former, Name = $"Place {i}" }).ToList();
            many.ForEach(i => session.Add(i, "test.add"));
            await session.SaveAsync();
            return many[^1].Id;
        });
        (task.ControlKeys, task.DependsOnIds, task.ImplementationId) = ([former, "own/OWN-77"], [cancelled.Id], last);
        await desk.Risks.PutAsync(task);
        var approved = await desk.SubmitAsync();
        await desk.ApproveAsync(approved);
        approved = await desk.SubmissionAsync(approved.Id);
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Refused("plan.error.control", await desk.Home.SendAsync(desk.Task(mine) with { ControlKeys = [former] }, desk.Analyst));

        using var browser = await desk.Analyst.SignInAsync();
        var form = await browser.GetAsync(desk.Home.Url("risks/plan/edit?id=" + task.Id));
        foreach (var kept in new[] { former, "own/OWN-77", cancelled.Id, last })
            Assert.Matches($" (selected|checked)=\"\"[^>]* value=\"{System.Text.RegularExpressions.Regex.Escape(kept)}\"", form.Body);
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(task) with { Resources = "Two days of the plant's electricians" }, desk.Analyst));

        var stored = await desk.TaskAsync(task.Id);
        Assert.Equal([former, "own/OWN-77"], stored.ControlKeys);
        Assert.Equal((cancelled.Id, last), (stored.DependsOnIds.Single(), stored.ImplementationId));
        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
    }

    [Fact]
    public async Task Who_left_is_not_named_anew_and_stays_where_named_before()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var mine = await desk.TreatedAsync(desk.Owner);
        var task = await desk.AddAsync(desk.Task(mine, desk.Second));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Organisation.People.DetailPage.Leave(desk.Second.PersonId, new DateOnly(2025, 1, 1), 1)));

        RiskDesk.Refused("risk.owner.left", await desk.Home.SendAsync(desk.Task(mine, desk.Second), desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(task) with { Title = "Install detectors" }, desk.Analyst));
        var control = new IsmsModular.Risks.Controls.EditModel.Command { ControlKey = "iso27001-2022-annex-a/A.8.13", Name = "Backup", State = IsmsModular.Risks.Controls.ImplementationState.Planned, PlannedOn = new DateOnly(2040, 1, 1), OperatorId = desk.Second.PersonId };
        RiskDesk.Refused("risk.owner.left", await desk.Home.SendAsync(control, desk.Analyst));
        var risk = IsmsModular.Risks.Register.EditModel.Command.From(await desk.Risks.RiskAsync(mine.Id));
        risk.OtherOwnerIds = [desk.Second.PersonId];
        RiskDesk.Refused("risk.owner.left", await desk.Home.SendAsync(risk, desk.Analyst));
    }

    [Fact]
    public async Task Ids_of_another_workspace_are_refused()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var other = await PlanDesk.OpenAsync(app);
        var theirs = await other.TreatedAsync(other.Owner);
        var theirTask = await other.AddAsync(other.Task(theirs));
        var mine = await desk.TreatedAsync(desk.Owner);

        RiskDesk.Refused("plan.error.risk", await desk.Home.SendAsync(desk.Task(theirs) with { ControlKeys = [] }, desk.Analyst));
        RiskDesk.Refused("risk.person.unknown", await desk.Home.SendAsync(desk.Task(mine, other.Owner), desk.Analyst));
        RiskDesk.Refused("plan.error.task", await desk.Home.SendAsync(desk.Task(mine) with { DependsOnIds = [theirTask.Id] }, desk.Analyst));
        Assert.Equal(ErrorKind.NotFound, RiskDesk.Refused("error.notfound", await desk.Home.SendAsync(new ProgressModel.Command { Id = theirTask.Id, Seen = 1, Percent = 5 }, desk.Analyst)).Kind);
        using var browser = await desk.Analyst.SignInAsync();
        RiskDesk.Is(HttpStatusCode.NotFound, await browser.GetAsync(desk.Home.Url("risks/plan/detail?id=" + theirTask.Id)));
    }

    [Fact]
    public async Task No_progress_is_asked_of_what_is_done()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var task = await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Owner)));
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Minutes" }, desk.Owner));
        using var browser = await desk.Analyst.SignInAsync();

        Assert.Equal(desk.Home.Url("risks/plan/detail?id=" + task.Id), (await browser.GetAsync(desk.Home.Url("risks/plan/progress?id=" + task.Id))).Location);
    }

    [Fact]
    public async Task A_repeating_task_comes_again_when_it_is_done()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var task = await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Owner)) with { RepeatsEveryDays = 90 });
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Minutes" }, desk.Owner));

        var next = Assert.Single(await desk.Home.QueryAsync<PlanTask>(), t => t.Id != task.Id);
        Assert.Equal((task.DueOn!.Value.AddDays(90), PlanTaskState.Planned), (next.DueOn!.Value, next.State));
    }

    [Fact]
    public async Task A_repeating_task_that_was_taken_up_again_does_not_come_twice()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var task = await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Owner)) with { RepeatsEveryDays = 90 });
        ProgressModel.Command Report(PlanTask t) => new() { Id = t.Id, Seen = t.Version, Percent = 100, IsDone = true, Evidence = "Minutes" };
        RiskDesk.Ok(await desk.Home.SendAsync(Report(task), desk.Owner));
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(new ReopenModel.Command { Id = task.Id, Seen = task.Version, Reason = "Wrong minutes" }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(Report(await desk.TaskAsync(task.Id)), desk.Owner));

        Assert.Single(await desk.Home.QueryAsync<PlanTask>(), t => t.Id != task.Id);
    }

    [Fact]
    public async Task What_stands_in_the_way_of_a_submission_is_counted_and_named()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var treated = await desk.TreatedAsync(desk.Owner);
        await desk.AddAsync(desk.Task(await desk.TreatedAsync(desk.Second, "Flood stops the pumps")));
        var undecided = await desk.Risks.RatedAsync("medium", "high", "Theft");
        var retained = await desk.TreatedAsync(desk.Owner, "Retained above the criteria");
        retained.Treatment = new() { Option = TreatmentOption.Retain, Reason = "Too dear" };
        await desk.Risks.PutAsync(retained);

        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/plan/submit"));
        foreach (var reference in new[] { treated.Reference, undecided.Reference, retained.Reference })
            Assert.Contains(reference, page.Text, StringComparison.Ordinal);
        Assert.Contains(desk.Owner.Name, page.Text, StringComparison.Ordinal);
        Assert.Contains(desk.Second.Name, page.Text, StringComparison.Ordinal);
        Assert.Contains("the whole plan: 3 risks", page.Text, StringComparison.Ordinal);

        var refused = await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "First" }, desk.Analyst);
        Assert.Equal(["plan.obstacle.undecided", "plan.obstacle.musttreat"], refused.Errors.Select(e => e.Message));
    }

    [Fact]
    public async Task Every_page_of_the_plan_opens_and_a_form_keeps_what_was_typed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, approved) = await desk.ApprovedAsync();
        using var browser = await desk.Analyst.SignInAsync();
        foreach (var page in new[] { "risks/plan", "risks/plan/edit", "risks/plan/edit?id=" + task.Id, "risks/plan/edit?from=" + task.Id, "risks/plan/detail?id=" + task.Id, "risks/plan/progress?id=" + task.Id, "risks/plan/verify?id=" + task.Id, "risks/plan/delay?id=" + task.Id, "risks/plan/cancel?id=" + task.Id, "risks/plan/reopen?id=" + task.Id, "risks/plan/submit", "risks/plan/revisions", "risks/plan/revision?id=" + approved.RecordId, "risks/plan/handover", "", "inbox", "inbox?tab=decided", "inbox?tab=submitted", "inbox/detail?id=" + approved.Id, "inbox/segregation", "risks/plan?f.when=late", "risks/plan?f.phase=planned&sort=-due" })
        {
            var answer = await browser.GetAsync(desk.Home.Url(page));
            RiskDesk.Is(HttpStatusCode.OK, answer);
            Assert.DoesNotContain("href=\"\"", answer.Body, StringComparison.Ordinal);
        }

        var refused = await browser.PostAsync(desk.Home.Url("risks/plan/edit"), new() { ["Input.Id"] = Platform.Store.Document.NewId(), ["Input.Seen"] = "0", ["Input.Title"] = "", ["Input.Deliverable"] = "A working alarm", ["Input.Priority"] = "High" });
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("Say what is to be done.", refused.Text, StringComparison.Ordinal);
        Assert.Contains("A working alarm", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_too_large_for_a_document_is_frozen_beside_it_and_read_back_whole()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risks = Enumerable.Range(1, 5000).Select(i => new FrozenRisk(Platform.Store.Document.NewId(), $"RISK-{i:0000}", "Fire stops the servers", desk.Owner.PersonId, "high", "modify", ["iso27001-2022-annex-a/A.8.13"], "low", false, null, 1000, null)).ToList();
        var revision = new PlanRevision { ExerciseId = desk.Risks.ExerciseId };

        var read = await desk.Home.RunAsync(async s =>
        {
            var frozen = s.GetRequiredService<RevisionContent>();
            await frozen.KeepAsync(revision, new(risks, []), TestContext.Current.CancellationToken);
            return await frozen.PlanAsync(revision, TestContext.Current.CancellationToken);
        });

        Assert.NotNull(revision.ContentAttachment);
        Assert.Empty(revision.Risks);
        Assert.Equal(risks.Select(r => r.Id), read.Risks.Select(r => r.Id));
        Assert.True(read.Risks.Zip(risks).All(p => p.First.SameAs(p.Second)));
    }

    [Fact]
    public async Task Cancelling_takes_the_task_out_of_the_plan_and_asks_the_owner_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, _) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(new CancelModel.Command { Id = task.Id, Seen = task.Version, Reason = "Replaced by insurance" }, desk.Analyst));
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal("Replaced by insurance", (await desk.TaskAsync(task.Id)).CancelledBecause);
    }
}

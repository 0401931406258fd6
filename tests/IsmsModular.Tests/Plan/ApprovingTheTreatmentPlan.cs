using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using EditModel = IsmsModular.Risks.Plan.EditModel;
using SubmitModel = IsmsModular.Risks.Plan.SubmitModel;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plan;

/// <summary>The rules of the domain that approvals keep, by their number.</summary>
public sealed class ApprovingTheTreatmentPlan(IsmsApp app)
{
    [Fact]
    public async Task Rule_1_A_risk_owner_accepts_own_risks_also_after_preparing_the_rating_and_top_management_is_the_second_pair_of_eyes()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        RiskDesk.Ok(await desk.Risks.RateAsync(await desk.Risks.RiskAsync(risk.Id), RatingKind.Current, "medium", "high", desk.Owner));
        RiskDesk.Ok(await desk.Risks.RateAsync(await desk.Risks.RiskAsync(risk.Id), RatingKind.Target, "low", "low", desk.Owner));
        var submission = await desk.SubmitAsync();

        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        Assert.Equal(SubmissionState.Open, (await desk.SubmissionAsync(submission.Id)).State);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management));
        Assert.Equal(SubmissionState.Approved, (await desk.SubmissionAsync(submission.Id)).State);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);

        // Who accepted it stands on the risk's page.
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains($"Accept residual risk: Yes · {desk.Owner.Name} · ", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_1_One_person_who_rates_treats_and_signs_alone_is_warned_until_one_exception_is_recorded_for_the_workspace()
    {
        var risks = await RiskDesk.OpenAsync(app);
        var alone = await risks.Home.MemberAsync("Sole Trader", Role.LeadTeam, Role.RiskOwner, Role.TopManagement);
        var desk = new PlanDesk { Risks = risks, Chief = alone, Second = alone };
        var command = risks.Described();
        command.OwnerId = alone.PersonId;
        RiskDesk.Ok(await desk.Home.SendAsync(command, alone));
        RiskDesk.Ok(await risks.RateAsync(await risks.RiskAsync(command.Id), RatingKind.Current, "medium", "high", alone));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await risks.RiskAsync(command.Id)), alone));
        RiskDesk.Ok(await risks.RateAsync(await risks.RiskAsync(command.Id), RatingKind.Target, "low", "low", alone));
        var revision = RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "First" }, alone));
        var submission = (await desk.Home.FindAsync<PlanRevision>(revision))!.SubmissionId!;

        // Neither rated by anybody, nor part of the plan any more.
        var drafted = risks.Described("Not rated");
        drafted.OwnerId = alone.PersonId;
        RiskDesk.Ok(await desk.Home.SendAsync(drafted, alone));
        var aside = risks.Described("Dismissed");
        aside.OwnerId = alone.PersonId;
        RiskDesk.Ok(await desk.Home.SendAsync(aside, alone));
        RiskDesk.Ok(await risks.RateAsync(await risks.RiskAsync(aside.Id), RatingKind.Current, "medium", "high", alone));
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = aside.Id, Seen = (await risks.RiskAsync(aside.Id)).Version, DismissedBecause = "No" }, alone));

        using var browser = await alone.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + submission));
        Assert.Contains("You alone rated, treat and would sign these risks (1)", page.Text, StringComparison.Ordinal);
        Assert.Contains("You submitted this yourself", page.Text, StringComparison.Ordinal);

        RiskDesk.Ok(await desk.Home.SendAsync(new Web.Pages.Inbox.SegregationModel.Command { Reason = "A firm of one person", Until = new DateOnly(2027, 1, 1) }, alone));
        page = await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + submission));
        Assert.Contains("recorded an exception for this workspace", page.Text, StringComparison.Ordinal);
        RiskDesk.Ok(await desk.Home.SendAsync(new Web.Pages.Inbox.DetailModel.Command { Id = submission, Slots = [PlanSubject.Management], Outcome = DecisionOutcome.Approved }, alone));
        Assert.True((await desk.SubmissionAsync(submission)).Slots.Find(s => s.Key == PlanSubject.Management)!.Decision!.SamePersonSubmitted);
    }

    [Fact]
    public async Task Rule_2_Each_owner_signs_only_own_rows_and_the_plan_says_how_many_have_signed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        await desk.TreatedAsync(desk.Second, "Flood stops the pumps");
        var submission = await desk.SubmitAsync();

        RiskDesk.Refused("approvals.error.notyours", await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Second)));
        RiskDesk.Refused("approvals.error.notyours", await desk.DecideAsync(desk.Owner, submission, PlanSubject.Management));
        RiskDesk.Refused("approvals.error.notyours", await desk.DecideAsync(desk.Chief, submission, PlanDesk.SlotOf(desk.Owner)));
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));

        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("1 of 3 decided", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_2_A_changed_risk_makes_its_owners_slice_stale_and_leaves_the_others()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs, _, approved) = await desk.ApprovedAsync();
        Assert.Equal(SubmissionState.Approved, approved.State);

        RiskDesk.Ok(await desk.Risks.RateAsync(mine, RatingKind.Target, "very-low", "very-low"));

        var standing = await desk.StandingAsync(approved);
        Assert.Equal(SlotStanding.Stale, standing.Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(SlotStanding.Stands, standing.Slots[PlanDesk.SlotOf(desk.Second)]);
        Assert.Equal(SlotStanding.MovedOn, standing.Slots[PlanSubject.Management]);
        Assert.True(standing.Changed);
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(theirs.Id)).Acceptance);

        // Only the stale slice and the whole are asked again.
        var next = await desk.SubmitAsync();
        Assert.NotNull(next.Slots.Find(s => s.Key == PlanDesk.SlotOf(desk.Second))!.Decision!.CarriedFromId);
        Assert.Equal([PlanSubject.Management, PlanDesk.SlotOf(desk.Owner)], next.Slots.Where(s => s.Decision is null).Select(s => s.Key));
        await desk.ApproveAsync(next);
        Assert.Equal(SubmissionState.Superseded, (await desk.SubmissionAsync(approved.Id)).State);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rule_2_A_plan_that_comes_back_leaves_what_stood_and_what_was_stale_before(bool sentBack)
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs, _, approved) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Risks.RateAsync(mine, RatingKind.Target, "very-low", "very-low"));
        var next = await desk.SubmitAsync();
        Assert.Equal(AcceptanceState.Waiting, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        if (sentBack)
            RiskDesk.Ok(await desk.DecideAsync(desk.Chief, next, PlanSubject.Management, DecisionOutcome.SentBack, "Not yet"));
        else
            RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().WithdrawAsync(next.Id, next.Version, "Not yet", TestContext.Current.CancellationToken), desk.Analyst));

        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(theirs.Id)).Acceptance);
        Assert.Equal(SlotStanding.Stale, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Risks that changed since their owner accepted them: 1", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);

        // Changed back, it is what its owner accepted: nobody signs twice.
        RiskDesk.Ok(await desk.Risks.RateAsync(await desk.Risks.RiskAsync(mine.Id), RatingKind.Target, "low", "low"));
        RiskDesk.Refused("approvals.error.nothingchanged", await desk.Home.SendAsync(new IsmsModular.Risks.Plan.SubmitModel.Command { ChangeNote = "As before" }, desk.Analyst));
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_6_An_accepted_exception_keeps_its_last_day_when_the_next_plan_comes_back()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var until = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddMonths(3);
        var risk = await desk.Risks.RatedAsync("medium", "medium");
        var retain = RiskDesk.Decision(risk, TreatmentOption.Retain);
        (retain.ByException, retain.ExceptionReason, retain.ExceptionUntil) = (true, "Refurbishment comes first", until);
        RiskDesk.Ok(await desk.Home.SendAsync(retain, desk.Analyst));
        await desk.ApproveAsync(await desk.SubmitAsync());
        Assert.Equal((AcceptanceState.Accepted, until), ((await desk.Risks.RiskAsync(risk.Id)).Acceptance, (await desk.Risks.RiskAsync(risk.Id)).ExceptionUntil!.Value));

        // Another risk of the same owner is new, so the owner is asked about all of them again.
        await desk.TreatedAsync(desk.Owner, "Theft");
        var next = await desk.SubmitAsync();
        Assert.Equal(AcceptanceState.Waiting, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, next, PlanDesk.SlotOf(desk.Owner), DecisionOutcome.SentBack, "Not yet"));

        Assert.Equal((AcceptanceState.Accepted, until), ((await desk.Risks.RiskAsync(risk.Id)).Acceptance, (await desk.Risks.RiskAsync(risk.Id)).ExceptionUntil));
        using var browser = await desk.Analyst.SignInAsync();
        var first = (await desk.Home.QueryAsync<PlanRevision>()).Single(r => r.State == RevisionState.Issued);
        Assert.Contains(first.Reference, (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_risk_that_changed_hands_shows_the_decision_of_the_owner_who_took_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, _, _) = await desk.ApprovedAsync();
        var handed = IsmsModular.Risks.Register.EditModel.Command.From(mine);
        handed.OwnerId = desk.Second.PersonId;
        RiskDesk.Ok(await desk.Home.SendAsync(handed, desk.Analyst));

        using var browser = await desk.Analyst.SignInAsync();
        var page = (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + mine.Id))).Text;
        Assert.Contains($"Accept residual risk: Yes · {desk.Owner.Name}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"Accept residual risk: Yes · {desk.Second.Name}", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assets")]
    [InlineData("threat")]
    [InlineData("vulnerability")]
    [InlineData("event")]
    [InlineData("consequence")]
    public async Task Rule_2_What_the_risk_says_makes_it_stale_as_its_rating_does(string what)
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs, _, approved) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(Reworded(mine, what, desk.Risks.Asset.Id), desk.Analyst));

        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(theirs.Id)).Acceptance);
        var standing = await desk.StandingAsync(approved);
        Assert.Equal(SlotStanding.Stale, standing.Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(SlotStanding.Stands, standing.Slots[PlanDesk.SlotOf(desk.Second)]);

        // Its owner is asked anew, and sees what changed.
        var next = await desk.SubmitAsync();
        Assert.Null(next.Slots.Find(s => s.Key == PlanDesk.SlotOf(desk.Owner))!.Decision);
        var change = Assert.Single(ContentComparison.Between(approved.Content, next.Content).Changes);
        Assert.Equal("plan.field." + what, Assert.Single(change.Fields).Label);
    }

    [Fact]
    public async Task Rule_6_Another_reason_of_an_exception_is_accepted_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        RiskDesk.Ok(await desk.Risks.RateAsync(risk, RatingKind.Current, "medium", "medium"));
        risk = await desk.Risks.RiskAsync(risk.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(Exception(risk, "The part is out of stock"), desk.Analyst));
        await desk.ApproveAsync(await desk.SubmitAsync());
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);

        RiskDesk.Ok(await desk.Home.SendAsync(Exception(await desk.Risks.RiskAsync(risk.Id), "The budget is spent"), desk.Analyst));
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_2_What_was_accepted_before_the_risks_words_were_covered_stands_until_they_change()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs, _, approved) = await desk.ApprovedAsync();
        // As it was stored when approvals covered ratings and treatment alone.
        var old = approved.Content.ConvertAll(s => s with { Fields = [.. s.Fields.Where(f => f.Since == 1)] });
        (approved.Content, approved.Coverage, approved.Hash) = (old, 1, Canonical.Hash(old));
        foreach (var slot in approved.Slots)
            slot.Hash = Canonical.Hash(old.Where(s => slot.Slice is null || s.Slices!.Contains(slot.Slice)));
        await desk.Risks.PutAsync(approved);

        var standing = await desk.StandingAsync(approved);
        Assert.False(standing.Changed);
        Assert.Equal(SlotStanding.Stands, standing.Slots[PlanDesk.SlotOf(desk.Owner)]);

        RiskDesk.Ok(await desk.Home.SendAsync(Reworded(mine, "event"), desk.Analyst));
        standing = await desk.StandingAsync(approved);
        Assert.Equal((SlotStanding.Stale, SlotStanding.Stands), (standing.Slots[PlanDesk.SlotOf(desk.Owner)], standing.Slots[PlanDesk.SlotOf(desk.Second)]));
        Assert.Equal((AcceptanceState.Stale, AcceptanceState.Accepted), ((await desk.Risks.RiskAsync(mine.Id)).Acceptance, (await desk.Risks.RiskAsync(theirs.Id)).Acceptance));
    }

    private static IsmsModular.Risks.Register.EditModel.Command Reworded(Risk risk, string what, string? assetId = null)
    {
        var command = IsmsModular.Risks.Register.EditModel.Command.From(risk);
        switch (what)
        {
            case "assets": command.AssetIds = [assetId!]; break;
            case "threat": command.Threat = "threats-iso27005/T1.2"; break;
            case "vulnerability": command.VulnerabilityWords = "No sprinkler"; break;
            case "event": command.Event = "A cable burns"; break;
            default: command.Consequence = "No water for a day"; break;
        }

        return command;
    }

    private static IsmsModular.Risks.Treatment.EditModel.Command Exception(Risk risk, string reason)
    {
        var command = RiskDesk.Decision(risk, TreatmentOption.Retain);
        (command.ByException, command.ExceptionReason, command.ExceptionUntil) = (true, reason, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime).AddMonths(6));
        return command;
    }

    [Fact]
    public async Task Rule_3_Progress_evidence_and_state_never_make_an_approval_stale()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();

        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 40, Evidence = "Ticket 12" }, desk.Owner));
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Ticket 12" }, desk.Owner));

        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_3_A_task_that_comes_again_by_itself_takes_no_acceptance_away_until_somebody_changes_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var mine = await desk.TreatedAsync(desk.Owner);
        var task = await desk.AddAsync(desk.Task(mine) with { RepeatsEveryDays = 90 });
        var approved = await desk.SubmitAsync();
        await desk.ApproveAsync(approved);
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Minutes" }, desk.Owner));

        async Task<SubmissionStanding> StandingAsync() => await desk.StandingAsync(await desk.SubmissionAsync(approved.Id));
        Assert.Equal([SlotStanding.Stands, SlotStanding.Stands], (await StandingAsync()).Slots.Values);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);

        var again = (await desk.Home.QueryAsync<PlanTask>()).Single(t => t.Id != task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(again) with { CostOnce = 500 }, desk.Analyst));
        Assert.Equal(SlotStanding.Stale, (await StandingAsync()).Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Theory]
    [InlineData("date")]
    [InlineData("cost")]
    [InlineData("controls")]
    public async Task Rule_3_Controls_dates_and_cost_of_a_task_make_it_stale(string what)
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        var command = EditModel.Command.Of(task);
        command = what switch
        {
            "date" => command with { DueOn = task.DueOn!.Value.AddDays(-10) },
            "cost" => command with { CostOnce = 2000 },
            _ => command with { ControlKeys = ["iso27001-2022-annex-a/A.7.5"] },
        };

        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));

        Assert.Equal(SlotStanding.Stale, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_5_Done_is_not_effective_until_another_person_has_verified_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        var current = (await desk.Risks.RiskAsync(task.RiskIds[0])).Current!.Level;
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Photo" }, desk.Owner));
        task = await desk.TaskAsync(task.Id);
        Assert.Equal(TaskPhase.DoneUnverified, task.Phase);
        Assert.Equal(current, (await desk.Risks.RiskAsync(task.RiskIds[0])).Current!.Level);

        VerifyModel.Command Verify(PlanTask t) => new() { Id = t.Id, Seen = t.Version, Effective = true, VerifiedOn = t.DoneOn, Note = "Alarm was heard" };
        RiskDesk.Refused("plan.error.sameperson", await desk.Home.SendAsync(Verify(task), desk.Owner));
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(Verify(task), desk.Second));
        RiskDesk.Ok(await desk.Home.SendAsync(Verify(task), desk.Analyst));
        Assert.Equal(TaskPhase.Effective, (await desk.TaskAsync(task.Id)).Phase);
    }

    [Fact]
    public async Task Rule_5_Whoever_reported_a_task_done_does_not_verify_it_unless_an_exception_is_recorded()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (_, _, task, _) = await desk.ApprovedAsync();
        // An editor reports what somebody else is responsible for.
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Photo" }, desk.Analyst));
        task = await desk.TaskAsync(task.Id);
        Assert.Equal(desk.Analyst.PersonId, task.DoneById);

        var verify = new VerifyModel.Command { Id = task.Id, Seen = task.Version, Effective = true, VerifiedOn = task.DoneOn, Note = "Alarm was heard" };
        RiskDesk.Refused("plan.error.sameperson", await desk.Home.SendAsync(verify, desk.Analyst));
        using (var browser = await desk.Analyst.SignInAsync())
            Assert.DoesNotContain("risks/plan/verify", (await browser.GetAsync(desk.Home.Url("risks/plan/detail?id=" + task.Id))).Body, StringComparison.Ordinal);

        // Of a task done before it was kept, the log tells who reported it.
        (task.DoneById, task.DoneByAccountId) = (null, null);
        await desk.Risks.PutAsync(task);
        verify = verify with { Seen = task.Version };
        RiskDesk.Refused("plan.error.sameperson", await desk.Home.SendAsync(verify, desk.Analyst));

        RiskDesk.Ok(await desk.Home.SendAsync(new Web.Pages.Inbox.SegregationModel.Command { Reason = "A firm of two people", Until = new DateOnly(2027, 1, 1) }, desk.Chief));
        RiskDesk.Ok(await desk.Home.SendAsync(verify, desk.Analyst));
        Assert.True((await desk.TaskAsync(task.Id)).VerifiedByException);
        using var auditor = await desk.Home.SignedInAsync(Role.InternalAuditor);
        Assert.Contains("By exception: same person", (await auditor.GetAsync(desk.Home.Url("risks/plan/detail?id=" + task.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_5_A_finished_task_is_a_record_until_it_is_taken_up_again_with_a_reason()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(new ProgressModel.Command { Id = task.Id, Seen = task.Version, Percent = 100, IsDone = true, Evidence = "Photo" }, desk.Owner));
        task = await desk.TaskAsync(task.Id);

        // Naming another responsible would let the one who did it verify.
        var refused = RiskDesk.Refused("plan.error.closed", await desk.Home.SendAsync(EditModel.Command.Of(task) with { ResponsibleId = desk.Second.PersonId }, desk.Analyst));
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.DoesNotContain("risks/plan/edit?id=", (await browser.GetAsync(desk.Home.Url("risks/plan/detail?id=" + task.Id))).Body, StringComparison.Ordinal);

        RiskDesk.Ok(await desk.Home.SendAsync(new VerifyModel.Command { Id = task.Id, Seen = task.Version, Effective = true, VerifiedOn = task.DoneOn, Note = "Alarm was heard" }, desk.Analyst));
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Refused("plan.error.reopenreason", await desk.Home.SendAsync(new ReopenModel.Command { Id = task.Id, Seen = task.Version }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new ReopenModel.Command { Id = task.Id, Seen = task.Version, Reason = "The alarm fell silent" }, desk.Analyst));
        task = await desk.TaskAsync(task.Id);
        Assert.Equal((TaskPhase.InProgress, null, null, null), (task.Phase, task.DoneOn, task.VerifiedById, task.DoneById));
        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);

        // A cancelled task that comes back changes the plan.
        RiskDesk.Ok(await desk.Home.SendAsync(new CancelModel.Command { Id = task.Id, Seen = task.Version, Reason = "Too dear" }, desk.Analyst));
        await desk.ApproveAsync(await desk.SubmitAsync());
        task = await desk.TaskAsync(task.Id);
        RiskDesk.Ok(await desk.Home.SendAsync(new ReopenModel.Command { Id = task.Id, Seen = task.Version, Reason = "Money was found" }, desk.Analyst));
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_6_Retaining_above_the_criteria_needs_an_exception_with_an_end_date_that_owner_and_top_management_accept()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.Risks.RatedAsync("low", "high");
        risk.Treatment = new TreatmentDecision { Option = TreatmentOption.Retain, Reason = "Refurbishment comes first" };
        await desk.Risks.PutAsync(risk);
        RiskDesk.Refused("plan.obstacle.noexception", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "First" }, desk.Analyst));

        risk = await desk.Risks.RiskAsync(risk.Id);
        risk.Treatment!.ByException = true;
        risk.Treatment.ExceptionUntil = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddMonths(6);
        await desk.Risks.PutAsync(risk);
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, $"exception:{risk.Id}:owner"));
        Assert.Equal(AcceptanceState.Waiting, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, $"exception:{risk.Id}:top"));

        var stored = await desk.Risks.RiskAsync(risk.Id);
        Assert.Equal(AcceptanceState.Accepted, stored.Acceptance);
        Assert.Equal(risk.Treatment.ExceptionUntil, stored.ExceptionUntil);
    }

    [Fact]
    public async Task Rule_6_Retaining_inside_the_criteria_still_needs_the_owners_acceptance()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.Risks.RatedAsync("low", "low");
        risk.Treatment = new TreatmentDecision { Option = TreatmentOption.Retain, Reason = "Small" };
        await desk.Risks.PutAsync(risk);

        var submission = await desk.SubmitAsync();

        Assert.Contains(submission.Slots, s => s.Key == PlanDesk.SlotOf(desk.Owner) && s.Act == ApprovalAct.AcceptResidualRisk);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management));
        Assert.Equal(SubmissionState.Open, (await desk.SubmissionAsync(submission.Id)).State);
    }

    [Fact]
    public async Task Rule_7_When_an_owner_leaves_records_go_to_a_queue_and_the_new_owner_accepts_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, _, approved) = await desk.ApprovedAsync();
        var person = (await desk.Home.FindAsync<IsmsModular.Organisation.People.Person>(desk.Owner.PersonId))!;
        person.LeftOn = new DateOnly(2025, 1, 1);
        await desk.Risks.PutAsync(person);

        using var browser = await desk.Analyst.SignInAsync();
        var queue = await browser.GetAsync(desk.Home.Url("risks/plan/handover"));
        Assert.Contains("Risks: 1. Tasks: 1.", queue.Text, StringComparison.Ordinal);
        Assert.Equal(SlotStanding.HolderLeft, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);

        var refused = await browser.PostAsync(desk.Home.Url("risks/plan/handover"), new() { ["Input.FromId"] = desk.Owner.PersonId, ["Input.ToId"] = "", ["Input.Reason"] = "Retired in May" });
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("value=\"Retired in May\"", refused.Body, StringComparison.Ordinal);
        Assert.Contains("id=\"Input_ToId-error\"", refused.Body, StringComparison.Ordinal);

        RiskDesk.Ok(await desk.Home.SendAsync(new HandoverModel.Command { FromId = desk.Owner.PersonId, ToId = desk.Second.PersonId, Reason = "Retired" }, desk.Analyst));
        var moved = await desk.Risks.RiskAsync(mine.Id);
        Assert.Equal(desk.Second.PersonId, moved.OwnerId);
        Assert.Equal(AcceptanceState.Stale, moved.Acceptance);
        var next = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Second, next, PlanDesk.SlotOf(desk.Second)));
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_6_What_is_left_above_the_criteria_is_not_accepted_without_a_recorded_exception()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        RiskDesk.Ok(await desk.Risks.RateAsync(risk, RatingKind.Target, "medium", "medium"));
        RiskDesk.Refused("plan.obstacle.targetabove", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "First" }, desk.Analyst));

        var command = IsmsModular.Risks.Treatment.EditModel.Command.From(await desk.Risks.RiskAsync(risk.Id), []);
        (command.ByException, command.ExceptionReason, command.ExceptionUntil) = (true, "The rest waits for the refurbishment", DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddMonths(6));
        RiskDesk.Ok(await desk.Home.SendAsync(command, desk.Analyst));
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        Assert.Equal(AcceptanceState.Waiting, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
        await desk.ApproveAsync(await desk.SubmissionAsync(submission.Id));
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
    }

    [Fact]
    public async Task Rule_6_An_exception_accepted_for_less_long_is_not_prolonged_by_saving_the_decision_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var risk = await desk.Risks.RatedAsync("medium", "medium");
        var retain = RiskDesk.Decision(risk, TreatmentOption.Retain);
        (retain.ByException, retain.ExceptionReason, retain.ExceptionUntil) = (true, "Refurbishment comes first", today.AddMonths(6));
        RiskDesk.Ok(await desk.Home.SendAsync(retain, desk.Analyst));
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.Home.RunAsync(s => s.GetRequiredService<ApprovalDesk>().DecideAsync(new(submission.Id, [$"exception:{risk.Id}:owner"], DecisionOutcome.Approved, ValidUntil: today.AddMonths(3)), TestContext.Current.CancellationToken), desk.Owner));
        await desk.ApproveAsync(await desk.SubmissionAsync(submission.Id));
        Assert.Equal((AcceptanceState.Accepted, today.AddMonths(3)), ((await desk.Risks.RiskAsync(risk.Id)).Acceptance, (await desk.Risks.RiskAsync(risk.Id)).ExceptionUntil!.Value));

        var again = IsmsModular.Risks.Treatment.EditModel.Command.From(await desk.Risks.RiskAsync(risk.Id), []);
        again.Benefit = "Told better";
        RiskDesk.Ok(await desk.Home.SendAsync(again, desk.Analyst));
        Assert.Equal((AcceptanceState.Accepted, today.AddMonths(3)), ((await desk.Risks.RiskAsync(risk.Id)).Acceptance, (await desk.Risks.RiskAsync(risk.Id)).ExceptionUntil!.Value));
    }

    [Fact]
    public async Task Rule_2_The_plan_counts_only_decisions_that_stand()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, _, _) = await desk.ApprovedAsync();
        using var browser = await desk.Analyst.SignInAsync();
        async Task ShowsAsync(string figure) => Assert.Contains(figure, (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
        await ShowsAsync("3 of 3 decided");

        // An owner who left answers for nothing any more.
        var person = (await desk.Home.FindAsync<IsmsModular.Organisation.People.Person>(desk.Second.PersonId))!;
        person.LeftOn = new DateOnly(2025, 1, 1);
        await desk.Risks.PutAsync(person);
        await ShowsAsync("2 of 3 decided");

        // What changes before it is decided takes nothing away from those who decided.
        RiskDesk.Ok(await desk.Home.SendAsync(new HandoverModel.Command { FromId = desk.Second.PersonId, ToId = desk.Owner.PersonId, Reason = "Retired" }, desk.Analyst));
        await ShowsAsync("1 of 3 decided");
        await desk.SubmitAsync();
        await ShowsAsync("0 of 2 decided");
        var risk = await desk.Risks.RiskAsync(mine.Id);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, (await desk.Home.QueryAsync<Submission>()).Single(s => s.State == SubmissionState.Open), PlanSubject.Management));
        RiskDesk.Ok(await desk.Risks.RateAsync(risk, RatingKind.Current, "very-high", "very-high"));
        await ShowsAsync("1 of 2 decided");
    }

    [Fact]
    public async Task Rule_2_A_dismissed_risk_waits_for_nobody_once_the_plan_was_approved_without_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, _, _) = await desk.ApprovedAsync();
        await desk.TreatedAsync(desk.Owner, "Theft");
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Register.DetailModel.Dismiss { Id = mine.Id, Seen = mine.Version, DismissedBecause = "Nothing left to burn" }, desk.Analyst));
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);

        await desk.ApproveAsync(await desk.SubmitAsync());

        using var browser = await desk.Analyst.SignInAsync();
        var page = (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text;
        Assert.Contains("3 of 3 decided", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Risks that changed since their owner accepted them", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_7_Handing_over_a_task_asks_the_owner_of_its_risk_again_and_leaves_past_assessments_alone()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var mine = await desk.TreatedAsync(desk.Owner);
        var task = await desk.AddAsync(desk.Task(mine, desk.Second));
        var approved = await desk.SubmitAsync();
        await desk.ApproveAsync(approved);
        var done = await desk.AddAsync(desk.Task(mine, desk.Second) with { Title = "Done long ago", RiskIds = [] });
        (done.State, done.DoneOn) = (PlanTaskState.Done, new DateOnly(2025, 1, 1));
        await desk.Risks.PutAsync(done);
        var closed = new IsmsModular.Risks.Exercises.Exercise { Name = "Earlier round", Reference = "EX-00", MethodologyId = "matrix", State = IsmsModular.Risks.Exercises.ExerciseState.Closed };
        await desk.Risks.PutAsync(closed);
        var old = new Risk { ExerciseId = closed.Id, Reference = "RISK-0900", Title = "Of a closed round", OwnerId = desk.Second.PersonId };
        await desk.Risks.PutAsync(old);

        RiskDesk.Ok(await desk.Home.SendAsync(new HandoverModel.Command { FromId = desk.Second.PersonId, ToId = desk.Owner.PersonId, Reason = "Retired" }, desk.Analyst));

        Assert.Equal(desk.Owner.PersonId, (await desk.TaskAsync(task.Id)).ResponsibleId);
        Assert.Equal(SlotStanding.Stale, (await desk.StandingAsync(await desk.SubmissionAsync(approved.Id))).Slots[PlanDesk.SlotOf(desk.Owner)]);
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal(desk.Second.PersonId, (await desk.Risks.RiskAsync(old.Id)).OwnerId);
        Assert.Empty(await desk.Home.RunAsync(s => s.GetRequiredService<IsmsModular.Organisation.Contracts.IOwnedRecords>().OfAsync(desk.Second.PersonId, 100, CancellationToken.None)));
    }

    [Fact]
    public async Task Who_submitted_reads_on_the_plan_why_it_came_back_until_it_is_submitted_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, await desk.SubmitAsync(), PlanSubject.Management, DecisionOutcome.SentBack, "The drill has no budget"));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("The drill has no budget", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
        await desk.SubmitAsync();
        Assert.DoesNotContain("The drill has no budget", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_with_an_undecided_or_ownerless_risk_is_not_submitted()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        await desk.Risks.RatedAsync("medium", "high", "Nobody decided");

        RiskDesk.Refused("plan.obstacle.undecided", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "First" }, desk.Analyst));
    }

    [Fact]
    public async Task A_revision_stays_as_it_was_submitted()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(task) with { CostOnce = 9999 }, desk.Analyst));

        var revision = (await desk.Home.FindAsync<PlanRevision>(approved.RecordId!))!;
        Assert.Equal(RevisionState.Issued, revision.State);
        Assert.Equal(1000, Assert.Single(revision.Tasks).CostOnce);
        Assert.Equal(2, revision.Risks.Count);
        Assert.Equal(approved.Hash, revision.Hash);
        Assert.Contains(revision.Risks, r => r.Id == mine.Id && r.OwnerName == desk.Owner.Name);
    }

    [Fact]
    public async Task What_is_changed_and_changed_back_stands_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(task) with { CostOnce = 2000 }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(EditModel.Command.Of(await desk.TaskAsync(task.Id)) with { CostOnce = 1000.00m }, desk.Analyst));

        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(approved)).Slots[PlanDesk.SlotOf(desk.Owner)]);
        RiskDesk.Refused("approvals.error.nothingchanged", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "Again" }, desk.Analyst));
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
    }

    [Fact]
    public async Task Sending_back_gives_a_reason_and_keeps_what_others_accepted()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, theirs) = (await desk.TreatedAsync(desk.Owner), await desk.TreatedAsync(desk.Second, "Flood stops the pumps"));
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        RiskDesk.Refused("approvals.error.reason", await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management, DecisionOutcome.SentBack, ""));
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management, DecisionOutcome.SentBack, "No budget"));

        Assert.Equal(RevisionState.SentBack, (await desk.Home.FindAsync<PlanRevision>(submission.RecordId!))!.State);
        Assert.Equal(AcceptanceState.Accepted, (await desk.Risks.RiskAsync(mine.Id)).Acceptance);
        Assert.Equal(AcceptanceState.None, (await desk.Risks.RiskAsync(theirs.Id)).Acceptance);
        RiskDesk.Refused("approvals.error.closed", await desk.DecideAsync(desk.Second, submission, PlanDesk.SlotOf(desk.Second)));

        var next = await desk.SubmitAsync();
        Assert.NotNull(next.Slots.Find(s => s.Key == PlanDesk.SlotOf(desk.Owner))!.Decision);
        Assert.Equal("RTP-R02", next.Revision);
    }

    [Fact]
    public async Task An_owner_who_refuses_leaves_the_risk_refused()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner), DecisionOutcome.Refused, "Too little"));

        Assert.Equal(SubmissionState.Refused, (await desk.SubmissionAsync(submission.Id)).State);
        Assert.Equal(AcceptanceState.Refused, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
    }

    [Fact]
    public async Task What_changed_since_it_was_submitted_cannot_be_signed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        RiskDesk.Ok(await desk.Risks.RateAsync(await desk.Risks.RiskAsync(risk.Id), RatingKind.Target, "medium", "high"));

        RiskDesk.Refused("approvals.error.stale", await desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)));
        Assert.Equal(AcceptanceState.Stale, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
    }
}

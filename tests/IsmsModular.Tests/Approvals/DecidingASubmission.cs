using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using Inbox = IsmsModular.Web.Pages.Inbox.DetailModel;

namespace IsmsModular.Tests.Approvals;

public sealed class DecidingASubmission(IsmsApp app)
{
    [Fact]
    public async Task The_first_decision_of_a_slot_stands_and_a_second_gets_a_conflict_that_shows_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var other = await desk.Home.MemberAsync("Deputy Chief", Role.TopManagement);
        RiskDesk.Ok(await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management));

        var refused = RiskDesk.Refused("approvals.error.decided", await desk.DecideAsync(other, submission, PlanSubject.Management, DecisionOutcome.Refused, "No"));
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.Equal(desk.Chief.Name, ((Submission)refused.Stored!).Slots.Find(s => s.Key == PlanSubject.Management)!.Decision!.ByName);

        using var browser = await other.SignInAsync();
        var page = await browser.PostAsync(desk.Home.Url("inbox/detail?id=" + submission.Id), new() { ["Input.Id"] = submission.Id, ["Input.Slots"] = PlanSubject.Management, ["Input.Outcome"] = "Approved" }, form: desk.Home.Url("inbox/segregation"));
        RiskDesk.Is(HttpStatusCode.Conflict, page);
        Assert.Contains("Chief Executive decided this first", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decisions_of_different_slots_at_the_same_moment_do_not_hinder_each_other()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        await desk.TreatedAsync(desk.Second, "Flood stops the pumps");
        var submission = await desk.SubmitAsync();

        var results = await Task.WhenAll(desk.DecideAsync(desk.Owner, submission, PlanDesk.SlotOf(desk.Owner)), desk.DecideAsync(desk.Second, submission, PlanDesk.SlotOf(desk.Second)), desk.DecideAsync(desk.Chief, submission, PlanSubject.Management));

        Assert.All(results, r => RiskDesk.Ok(r));
        Assert.Equal(SubmissionState.Approved, (await desk.SubmissionAsync(submission.Id)).State);
    }

    [Fact]
    public async Task Of_two_decisions_of_one_slot_at_the_same_moment_one_stands()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var other = await desk.Home.MemberAsync("Deputy Chief", Role.TopManagement);

        var results = await Task.WhenAll(desk.DecideAsync(desk.Chief, submission, PlanSubject.Management), desk.DecideAsync(other, submission, PlanSubject.Management));

        Assert.Single(results, r => r.Succeeded);
        Assert.Single(results, r => r.Errors.Any(e => e.Kind == ErrorKind.Conflict));
    }

    [Fact]
    public async Task The_console_decides_for_nobody()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();

        Assert.Contains((await desk.DecideAsync(null, submission, PlanSubject.Management)).Errors, e => e.Kind == ErrorKind.Forbidden);
        Assert.Null((await desk.SubmissionAsync(submission.Id)).Slots[0].Decision);
    }

    [Fact]
    public async Task A_deputy_decides_on_behalf_and_only_with_the_right_to_accept()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var person = (await desk.Home.FindAsync<IsmsModular.Organisation.People.Person>(desk.Owner.PersonId))!;
        person.DeputyId = desk.Analyst.PersonId;
        await desk.Risks.PutAsync(person);
        Assert.Contains((await desk.DecideAsync(desk.Analyst, submission, PlanDesk.SlotOf(desk.Owner))).Errors, e => e.Kind == ErrorKind.Forbidden);

        person = (await desk.Home.FindAsync<IsmsModular.Organisation.People.Person>(desk.Owner.PersonId))!;
        person.DeputyId = desk.Second.PersonId;
        await desk.Risks.PutAsync(person);
        using (var browser = await desk.Second.SignInAsync())
            Assert.Contains("Yearly", (await browser.GetAsync(desk.Home.Url("inbox"))).Text, StringComparison.Ordinal);
        RiskDesk.Ok(await desk.DecideAsync(desk.Second, submission, PlanDesk.SlotOf(desk.Owner)));

        var decision = (await desk.SubmissionAsync(submission.Id)).Slots.Find(s => s.Key == PlanDesk.SlotOf(desk.Owner))!.Decision!;
        Assert.Equal((desk.Second.Name, desk.Owner.Name), (decision.ByName, decision.OnBehalfOfName));
    }

    [Fact]
    public async Task A_submission_is_withdrawn_with_a_reason_and_nothing_waits_any_more()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        Assert.Equal(AcceptanceState.Waiting, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
        RiskDesk.Refused("approvals.error.open", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "Again" }, desk.Analyst));
        RiskDesk.Refused("approvals.error.reason", await desk.Home.SendAsync(new Inbox.Withdraw { Id = submission.Id, Seen = submission.Version }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Withdraw { Id = submission.Id, Seen = submission.Version, Reason = "A risk was forgotten" }, desk.Analyst));

        Assert.Equal(SubmissionState.Withdrawn, (await desk.SubmissionAsync(submission.Id)).State);
        Assert.Equal(AcceptanceState.None, (await desk.Risks.RiskAsync(risk.Id)).Acceptance);
        RiskDesk.Refused("approvals.error.closed", await desk.DecideAsync(desk.Chief, submission, PlanSubject.Management));
    }

    [Fact]
    public async Task The_inbox_shows_what_changed_in_words_and_takes_the_decision()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, _, _) = await desk.ApprovedAsync();
        RiskDesk.Ok(await desk.Risks.RateAsync(mine, RatingKind.Target, "very-low", "very-low"));
        var next = await desk.SubmitAsync();
        using var browser = await desk.Owner.SignInAsync();
        var url = desk.Home.Url("inbox/detail?id=" + next.Id);

        var page = await browser.GetAsync(url);
        RiskDesk.Is(HttpStatusCode.OK, page);
        Assert.Contains("What changed since RTP-R01", page.Text, StringComparison.Ordinal);
        Assert.Contains("Target level", page.Text, StringComparison.Ordinal);

        var refused = await browser.PostAsync(url, new() { ["Input.Id"] = next.Id, ["Input.Slots"] = PlanDesk.SlotOf(desk.Owner), ["Input.Outcome"] = "SentBack" });
        RiskDesk.Is(HttpStatusCode.UnprocessableEntity, refused);
        Assert.Contains("Give a reason.", refused.Text, StringComparison.Ordinal);
        var done = await browser.PostAsync(url, new() { ["Input.Id"] = next.Id, ["Input.Slots"] = PlanDesk.SlotOf(desk.Owner), ["Input.Outcome"] = "Approved", ["Input.Comment"] = "Agreed" }, files: [("Input.Scan", "signed.pdf", "%PDF-1.7"u8.ToArray())]);
        RiskDesk.Is(HttpStatusCode.SeeOther, done);
        var file = await browser.GetAsync(desk.Home.Url($"inbox/scan?id={next.Id}&slot={Uri.EscapeDataString(PlanDesk.SlotOf(desk.Owner))}"));
        Assert.Equal("%PDF-1.7"u8.ToArray(), file.Bytes);
        Assert.Contains("My decisions", (await browser.GetAsync(desk.Home.Url("inbox?tab=decided"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_submitted_leads_to_the_records_it_is_about()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, approved) = await desk.ApprovedAsync();
        using var browser = await desk.Owner.SignInAsync();
        var page = (await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + approved.Id))).Body;
        Assert.Contains("risks/register/detail?id=" + mine.Id, page, StringComparison.Ordinal);
        Assert.Contains("risks/plan/detail?id=" + task.Id, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scan_of_nine_megabytes_is_kept_and_only_of_who_may_decide()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var url = desk.Home.Url("inbox/detail?id=" + submission.Id);
        var scan = new byte[9 * 1024 * 1024];
        "%PDF-1.7"u8.CopyTo(scan);
        int Kept() => Directory.Exists(Folder()) ? Directory.EnumerateFiles(Folder(), "*", SearchOption.AllDirectories).Count() : 0;
        string Folder() => Path.Combine(app.DataFolder, "attachments", desk.Home.Workspace.Id);
        Task<TestPage> Decide(TestBrowser browser) => browser.PostAsync(url, new() { ["Input.Id"] = submission.Id, ["Input.Slots"] = PlanSubject.Management, ["Input.Outcome"] = "Approved" }, files: [("Input.Scan", "signed.pdf", scan)], form: desk.Home.Url("inbox/segregation"));
        var before = Kept();

        using (var other = await desk.Owner.SignInAsync())
            RiskDesk.Is(HttpStatusCode.Forbidden, await Decide(other));
        Assert.Equal(before, Kept());

        using var browser = await desk.Chief.SignInAsync();
        RiskDesk.Is(HttpStatusCode.SeeOther, await Decide(browser));
        Assert.Equal(before + 1, Kept());
        Assert.Equal(scan.Length, (await browser.GetAsync(desk.Home.Url($"inbox/scan?id={submission.Id}&slot={Uri.EscapeDataString(PlanSubject.Management)}"))).Bytes.Length);
    }

    [Fact]
    public async Task Who_may_not_read_the_plan_does_not_read_its_exception()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.Employee);
        RiskDesk.Is(HttpStatusCode.Forbidden, await browser.GetAsync(home.Url("inbox/segregation")));
        Assert.DoesNotContain("inbox/segregation", (await browser.GetAsync(home.Url("inbox"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_of_another_workspace_decides_or_reads()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var stranger = await PlanDesk.OpenAsync(app);

        Assert.Equal(ErrorKind.NotFound, Assert.Single((await stranger.DecideAsync(stranger.Chief, submission, PlanSubject.Management)).Errors).Kind);
        using var browser = await stranger.Chief.SignInAsync();
        RiskDesk.Is(HttpStatusCode.NotFound, await browser.GetAsync(stranger.Home.Url("inbox/detail?id=" + submission.Id)));
        RiskDesk.Is(HttpStatusCode.NotFound, await browser.GetAsync(desk.Home.Url("inbox/detail?id=" + submission.Id)));
    }

    [Fact]
    public async Task Who_may_read_but_not_decide_is_refused()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        var submission = await desk.SubmitAsync();
        var auditor = await desk.Home.MemberAsync("Auditor", Role.InternalAuditor);

        Assert.Equal(ErrorKind.Forbidden, Assert.Single((await desk.DecideAsync(auditor, submission, PlanSubject.Management)).Errors).Kind);
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(new SubmitModel.Command { ChangeNote = "Mine" }, auditor));
    }

    [Fact]
    public void The_same_content_has_the_same_hash_in_any_order()
    {
        ContentSection One(string key, params string[] labels) => new(key, "Title", [.. labels.Select(l => new ContentField(l, "value of " + l))]);
        Assert.Equal(Canonical.Hash([One("a", "x", "y"), One("b", "z")]), Canonical.Hash([One("b", "z"), One("a", "y", "x")]));
        Assert.NotEqual(Canonical.Hash([One("a", "x")]), Canonical.Hash([One("a", "y")]));
        var progress = new ContentSection("a", "Other title", [new("x", "value of x"), new("state", "done", Counts: false)]);
        Assert.Equal(Canonical.Hash([One("a", "x")]), Canonical.Hash([progress]));
    }
}

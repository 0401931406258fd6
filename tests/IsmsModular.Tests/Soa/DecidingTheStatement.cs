using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;
using Inbox = IsmsModular.Web.Pages.Inbox.DetailModel;

namespace IsmsModular.Tests.Statement;

public sealed class DecidingTheStatement(IsmsApp app)
{
    private const string Backup = "iso27001-2022-annex-a/A.8.13";

    private static DecideModel.Command Include(string control = Backup, long seen = 0, params SoaReasonKind[] kinds) => new() { Control = control, Seen = seen, Decision = SoaDecision.Included, Kinds = [.. kinds.DefaultIfEmpty(SoaReasonKind.GoodPractice)], Status = SoaStatus.InPlace };

    private static async Task<SoaBoard> BoardAsync(PlanDesk desk) =>
        (await desk.Home.RunAsync(s => s.GetRequiredService<SoaRepository>().ReadAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), TestContext.Current.CancellationToken)))!;

    /// <summary>Includes everything that is open.</summary>
    private static async Task IncludeAllAsync(PlanDesk desk)
    {
        var open = (await BoardAsync(desk)).Lines.Where(l => l.Row.Decision is null && !l.IsOwn).Select(l => l.Control.Key).ToList();
        RiskDesk.Ok(await desk.Home.SendAsync(new DecideManyModel.Command { Keys = open, Seen = [.. open.Select(_ => 0L)], Decision = SoaDecision.Included, Kinds = [SoaReasonKind.GoodPractice], Status = SoaStatus.Partly }, desk.Analyst));
    }

    private static async Task<SoaRevision> SubmitAsync(PlanDesk desk) =>
        (await desk.Home.FindAsync<SoaRevision>(RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All of it", ChangeNote = "First" }, desk.Analyst))))!;

    private static async Task<SoaRevision> IssueAsync(PlanDesk desk, DateOnly? until = null)
    {
        var revision = await SubmitAsync(desk);
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Command { Id = revision.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.Approved, ValidUntil = until }, desk.Chief));
        return (await desk.Home.FindAsync<SoaRevision>(revision.Id))!;
    }

    [Fact]
    public async Task Starts_with_every_control_of_the_catalogue_undecided()
    {
        var board = await BoardAsync(await PlanDesk.OpenAsync(app));
        Assert.Equal((93, 93, 0), (board.Counts.Total, board.Counts.Undecided, board.Counts.Included));
    }

    [Fact]
    public async Task Including_needs_a_reason_and_a_state_and_excluding_what_would_reopen_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        RiskDesk.Refused("soa.error.reasons", await desk.Home.SendAsync(Include() with { Kinds = [] }, desk.Analyst));
        RiskDesk.Refused("soa.error.status", await desk.Home.SendAsync(Include() with { Status = null }, desk.Analyst));
        var exclude = new DecideModel.Command { Control = Backup, Decision = SoaDecision.Excluded, ExclusionReason = "Nothing is kept", ConfirmedById = desk.Chief.PersonId, ConfirmedOn = new DateOnly(2025, 1, 1) };
        RiskDesk.Refused("soa.error.reopen", await desk.Home.SendAsync(exclude, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(exclude with { ReopenIf = "Data is kept" }, desk.Analyst));

        var row = (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!;
        Assert.Equal((SoaDecision.Excluded, "Data is kept"), (row.Decision, row.ReopenIf));
        RiskDesk.Ok(await desk.Home.SendAsync(Include(seen: row.Version), desk.Analyst));
        Assert.Null((await desk.Home.FindAsync<SoaRow>(row.Id))!.ExclusionReason);
    }

    [Fact]
    public async Task The_dashboard_says_how_far_the_statement_is_and_what_lacks_a_reason()
    {
        var desk = await PlanDesk.OpenAsync(app);
        RiskDesk.Ok(await desk.Home.SendAsync(Include(), desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(Include("iso27001-2022-annex-a/A.5.1", kinds: SoaReasonKind.Risk), desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var page = await browser.GetAsync(desk.Home.Url(""));
        Assert.Contains("2 of 93 decided", page.Text, StringComparison.Ordinal);
        Assert.Contains("Justification missing 1", page.Text, StringComparison.Ordinal);
        Assert.Contains("No revision is in force yet", page.Text, StringComparison.Ordinal);
        Assert.Contains("f.status=inPlace&amp;f.own=no", page.Body, StringComparison.Ordinal);
        var missing = (await browser.GetAsync(desk.Home.Url("risks/soa?f.justified=false&format=csv"))).Body;
        Assert.Contains("A.8.13", missing, StringComparison.Ordinal);
        Assert.DoesNotContain("A.5.1,", missing, StringComparison.Ordinal);

        await IncludeAllAsync(desk);
        var revision = await SubmitAsync(desk);
        Assert.Contains($"{revision.Reference} waits for approval", (await browser.GetAsync(desk.Home.Url(""))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saving_goes_on_to_the_next_open_control_or_back_to_the_list_as_it_was_filtered()
    {
        var desk = await PlanDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        async Task<string?> SaveAsync(string control, string back, bool goOn)
        {
            var url = desk.Home.Url($"risks/soa/decide?control={Uri.EscapeDataString("iso27001-2022-annex-a/" + control)}");
            var answer = await browser.SendAsync(url, FormFields.Of((await browser.GetAsync(url)).Body, "record-form").Where(f => f.Name is not ("Back" or "Input.Status"))
                .Concat([("Input.Decision", "Included"), ("Input.Kinds", "GoodPractice"), ("Input.Status", "InPlace"), ("Back", back), ("GoOn", goOn ? "true" : "false")]));
            RiskDesk.Is(HttpStatusCode.SeeOther, answer);
            return answer.Location;
        }

        var soa = desk.Home.Url("risks/soa");
        Assert.Equal(soa + "/decide?control=iso27001-2022-annex-a%2FA.5.2", await SaveAsync("A.5.1", "", true));
        Assert.Equal(soa + "/decide?control=iso27001-2022-annex-a%2FA.5.2", await SaveAsync("A.8.34", "", true));
        Assert.Equal(soa + "?f.decision=-&q=a%26b", await SaveAsync("A.5.2", "?f.decision=-&q=a%26b", false));
        Assert.Equal(soa, await SaveAsync("A.5.3", "", false));
        Assert.StartsWith(soa + "?", await SaveAsync("A.5.4", "//evil.example/?x=\r\nSet-Cookie: a", false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_person_who_saves_an_older_row_gets_a_conflict()
    {
        var desk = await PlanDesk.OpenAsync(app);
        RiskDesk.Ok(await desk.Home.SendAsync(Include(), desk.Analyst));
        Assert.Equal(ErrorKind.Conflict, Assert.Single((await desk.Home.SendAsync(Include(), desk.Analyst)).Errors).Kind);
    }

    [Fact]
    public async Task Deciding_many_at_once_overwrites_nothing_that_somebody_decided_meanwhile()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var many = new DecideManyModel.Command { Keys = [Backup, "iso27001-2022-annex-a/A.8.12"], Seen = [0, 0], Decision = SoaDecision.Included, Kinds = [SoaReasonKind.GoodPractice], Status = SoaStatus.Planned };
        RiskDesk.Ok(await desk.Home.SendAsync(Include(), desk.Analyst));
        Assert.Equal(ErrorKind.Conflict, (await desk.Home.SendAsync(many, desk.Analyst)).Errors[0].Kind);
        Assert.Equal(SoaStatus.InPlace, (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!.Status);
        RiskDesk.Ok(await desk.Home.SendAsync(many with { Seen = [1, 0] }, desk.Analyst));
    }

    [Fact]
    public async Task A_proposal_is_not_taken_over_on_a_row_that_changed_meanwhile()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        RiskDesk.Ok(await desk.Home.SendAsync(Include(), desk.Analyst));
        Assert.NotEmpty((await desk.Home.SendAsync(new TakeOverModel.Command { Keys = [Backup + "@0"] }, desk.Analyst)).Errors);
        // A browser sends an empty value for a field that a script emptied.
        Assert.NotEmpty((await desk.Home.SendAsync(new TakeOverModel.Command { Keys = [null!] }, desk.Analyst)).Errors);
    }

    [Fact]
    public async Task Unknown_controls_and_ids_of_another_workspace_are_refused()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var other = await PlanDesk.OpenAsync(app);
        var risk = await other.TreatedAsync(other.Owner);
        Assert.Equal(ErrorKind.NotFound, Assert.Single((await desk.Home.SendAsync(Include("iso27001-2022-annex-a/A.99.1"), desk.Analyst)).Errors).Kind);
        RiskDesk.Refused("soa.error.risk", await desk.Home.SendAsync(Include(kinds: SoaReasonKind.Risk) with { RiskIds = [risk.Id] }, desk.Analyst));
        RiskDesk.Refused("soa.error.person", await desk.Home.SendAsync(new DecideModel.Command { Control = Backup, Decision = SoaDecision.Excluded, ExclusionReason = "x", ReopenIf = "y", ConfirmedById = other.Chief.PersonId, ConfirmedOn = new DateOnly(2025, 1, 1) }, desk.Analyst));
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(Include(), desk.Owner));
    }

    [Fact]
    public async Task Proposals_of_risk_treatment_are_shown_and_taken_over_on_demand_never_assumed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var proposed = Assert.Single((await BoardAsync(desk)).Proposed);
        Assert.Equal((Backup, null), (proposed.Control.Key, proposed.Row.Decision));

        RiskDesk.Ok(await desk.Home.SendAsync(new TakeOverModel.Command { Keys = [Backup + "@0"] }, desk.Analyst));

        var row = (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!;
        Assert.Equal([new SoaReason(SoaReasonKind.Risk, risk.Id, null)], row.Reasons);
        Assert.Empty((await BoardAsync(desk)).Proposed);
    }

    [Fact]
    public async Task Is_submitted_only_when_every_control_is_decided_and_approved_by_top_management_alone()
    {
        var desk = await PlanDesk.OpenAsync(app);
        RiskDesk.Refused("soa.error.undecided", await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All", ChangeNote = "First" }, desk.Analyst));
        await IncludeAllAsync(desk);
        var revision = await SubmitAsync(desk);
        Assert.Equal(("SOA-R01", RevisionState.Submitted, 93), (revision.Reference, revision.State, revision.Rows.Count));

        RiskDesk.Refused("approvals.error.notyours", await desk.Home.SendAsync(new Inbox.Command { Id = revision.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.Approved }, desk.Owner));
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Command { Id = revision.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.Approved }, desk.Chief));
        Assert.Equal(RevisionState.Issued, (await desk.Home.FindAsync<SoaRevision>(revision.Id))!.State);
    }

    [Fact]
    public async Task Rule_4_An_issued_revision_is_frozen_and_the_live_state_drafts_the_next()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var first = await IssueAsync(desk);
        var row = (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!;
        RiskDesk.Ok(await desk.Home.SendAsync(Include(seen: row.Version, kinds: SoaReasonKind.Law) with { LawWords = "Act 854" }, desk.Analyst));

        Assert.Equal(SoaReasonKind.GoodPractice, (await desk.Home.FindAsync<SoaRevision>(first.Id))!.Rows.Find(r => r.ControlKey == Backup)!.Reasons.Single().Kind);
        var standing = await desk.StandingAsync(await desk.SubmissionAsync(first.SubmissionId!));
        Assert.Equal(SlotStanding.MovedOn, standing.Slots["management"]);
        Assert.Contains((await BoardAsync(desk)).Points, p => p.Key == "soa.point.newerdraft" && p.Controls.Single().Key == Backup);

        var second = await IssueAsync(desk);
        Assert.Equal(RevisionState.Superseded, (await desk.Home.FindAsync<SoaRevision>(first.Id))!.State);
        Assert.Equal(2, second.Number);
        using var browser = await desk.Analyst.SignInAsync();
        var compared = await browser.GetAsync(desk.Home.Url($"risks/soa/compare?from={first.Id}&to={second.Id}"));
        RiskDesk.Is(HttpStatusCode.OK, compared);
        Assert.Contains("Act 854", compared.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_of_a_control_or_its_documents_and_note_are_issued_anew()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var first = await IssueAsync(desk);
        RiskDesk.Refused("approvals.error.nothingchanged", await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All of it", ChangeNote = "Again" }, desk.Analyst));
        foreach (var change in new Func<SoaRow, DecideModel.Command>[] { r => Include(seen: r.Version), r => Include(seen: r.Version) with { Documents = "Backup plan" }, r => Include(seen: r.Version) with { Documents = "Backup plan", Note = "Tapes" } })
        {
            RiskDesk.Ok(await desk.Home.SendAsync(change((await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!), desk.Analyst));
            Assert.True((await BoardAsync(desk)).NewerThanIssued);
            await IssueAsync(desk);
            Assert.False((await BoardAsync(desk)).NewerThanIssued);
        }

        using var browser = await desk.Analyst.SignInAsync();
        var compared = (await browser.GetAsync(desk.Home.Url($"risks/soa/compare?from={first.Id}"))).Text;
        foreach (var words in new[] { "In place", "Backup plan", "Tapes" })
            Assert.Contains(words, compared, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_scope_statement_is_issued_anew_and_management_reads_what_changed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var first = await IssueAsync(desk);
        var second = (await desk.Home.FindAsync<SoaRevision>(RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "The north alone", ChangeNote = "Less" }, desk.Analyst))))!;
        Assert.NotEqual(first.Hash, second.Hash);
        using var browser = await desk.Chief.SignInAsync();
        foreach (var page in new[] { "inbox/detail?id=" + second.SubmissionId, $"risks/soa/compare?from={first.Id}&to={second.Id}" })
        {
            var shown = (await browser.GetAsync(desk.Home.Url(page))).Text;
            Assert.Contains("All of it", shown, StringComparison.Ordinal);
            Assert.Contains("The north alone", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_approved_before_the_state_counted_stands_although_the_state_moved_on()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var submission = await desk.SubmissionAsync((await IssueAsync(desk)).SubmissionId!);
        submission.Content = submission.Content.Where(s => s.Key.Contains('/', StringComparison.Ordinal)).Select(s => s with { Fields = [.. s.Fields.Where(f => f.Since == 1)] }).ToList();
        (submission.Coverage, submission.Hash) = (1, Canonical.Hash(submission.Content));
        submission.Slots[0].Hash = submission.Hash;
        await desk.Risks.PutAsync(submission);
        var row = (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(Backup)))!;
        RiskDesk.Ok(await desk.Home.SendAsync(Include(seen: row.Version), desk.Analyst));

        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(await desk.SubmissionAsync(submission.Id))).Slots["management"]);
        await IssueAsync(desk);
    }

    [Fact]
    public async Task An_approval_with_a_last_day_runs_out_and_the_statement_says_so()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var today = await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<WorkspaceContext>().Today));
        var issued = await IssueAsync(desk, today);
        Assert.Equal((today, false, true), (issued.HoldsUntil, issued.HasEnded(today), issued.HasEnded(today.AddDays(1))));
        var submission = await desk.SubmissionAsync(issued.SubmissionId!);

        // A day later.
        submission.Slots[0].Decision = submission.Slots[0].Decision! with { ValidUntil = today.AddDays(-1) };
        issued.HoldsUntil = today.AddDays(-1);
        await desk.Risks.PutAsync(submission);
        await desk.Risks.PutAsync(issued);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("approval ran out", (await browser.GetAsync(desk.Home.Url("risks/soa"))).Text, StringComparison.Ordinal);
        Assert.Contains("Submit the statement for approval again", (await browser.GetAsync(desk.Home.Url("risks/soa"))).Text, StringComparison.Ordinal);
        Assert.Contains("approval ran out", (await browser.GetAsync(desk.Home.Url(""))).Text, StringComparison.Ordinal);

        Assert.Null((await IssueAsync(desk)).HoldsUntil);
        Assert.DoesNotContain("approval ran out", (await browser.GetAsync(desk.Home.Url("risks/soa"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retired_own_control_leaves_the_live_statement_and_the_issued_one_says_that_it_moved_on()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var own = new IsmsModular.Risks.Controls.OwnModel.Command { Title = "Hard-wired limiter" };
        RiskDesk.Ok(await desk.Home.SendAsync(own, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(Include("own/OWN-01"), desk.Analyst));
        await IncludeAllAsync(desk);
        var issued = await IssueAsync(desk);
        Assert.Equal(SlotStanding.Stands, (await desk.StandingAsync(await desk.SubmissionAsync(issued.SubmissionId!))).Slots["management"]);

        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Controls.OwnModel.Command { Id = own.Id, Seen = 1, Title = own.Title, Retired = true }, desk.Analyst));

        Assert.Equal(SlotStanding.MovedOn, (await desk.StandingAsync(await desk.SubmissionAsync(issued.SubmissionId!))).Slots["management"]);
        Assert.True((await BoardAsync(desk)).NewerThanIssued);
        Assert.DoesNotContain((await IssueAsync(desk)).Rows, r => r.ControlKey == "own/OWN-01");
    }

    [Fact]
    public async Task Who_submitted_reads_on_the_statement_why_it_came_back()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await IncludeAllAsync(desk);
        var id = RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All", ChangeNote = "First" }, desk.Analyst));
        var revision = (await desk.Home.FindAsync<SoaRevision>(id))!;
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Command { Id = revision.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.SentBack, Comment = "Guards are missing" }, desk.Chief));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Guards are missing", (await browser.GetAsync(desk.Home.Url("risks/soa"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_8_Orphans_are_pointed_out()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        await desk.AddAsync(desk.Task(risk) with { ControlKeys = ["iso27001-2022-annex-a/A.7.5"] });
        RiskDesk.Ok(await desk.Home.SendAsync(Include("iso27001-2022-annex-a/A.5.1", 0, SoaReasonKind.Risk), desk.Analyst));
        DecideModel.Command Exclude(string control) => new() { Control = control, Decision = SoaDecision.Excluded, ExclusionReason = "Nothing", ReopenIf = "Something", ConfirmedById = desk.Chief.PersonId, ConfirmedOn = new DateOnly(2025, 1, 1) };
        RiskDesk.Ok(await desk.Home.SendAsync(Exclude("iso27001-2022-annex-a/A.7.5"), desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(Exclude(Backup), desk.Analyst));
        await desk.Risks.PutAsync(new Asset { Name = "Online shop", Reference = "ASSET-0009", AddedOn = new DateOnly(2025, 3, 1) });

        var points = (await BoardAsync(desk)).Points;

        void Says(string key, string control) => Assert.Contains(points, p => p.Key == key && p.Controls.Any(c => c.Id == control));
        Says("soa.point.riskwithout", "A.5.1");
        Says("soa.point.noevidence", "A.5.1");
        Says("soa.point.excludedtask", "A.7.5");
        Says("soa.point.excludedrisk", "A.8.13");
        Says("soa.point.newerassets", "A.8.13");
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/soa"));
        Assert.Contains("excluded although a task of the plan works on them", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_edition_proposes_by_the_mapping_and_loses_and_assumes_nothing()
    {
        var desk = await PlanDesk.OpenAsync(app);
        const string old = "iso27001-2013-annex-a";
        SoaRow Row(string control, SoaDecision decision)
        {
            var row = SoaRow.For(new(old, control));
            if (decision == SoaDecision.Included)
                row.Include([new(SoaReasonKind.Law, null, "Act 854")], SoaStatus.InPlace);
            else
                row.Exclude("No transactions", "An online shop opens", desk.Chief.PersonId, new DateOnly(2025, 1, 1));
            return row;
        }

        foreach (var (control, decision) in new[] { ("A.5.1.1", SoaDecision.Included), ("A.5.1.2", SoaDecision.Included), ("A.14.1.2", SoaDecision.Included), ("A.14.1.3", SoaDecision.Excluded) })
            await desk.Risks.PutAsync(Row(control, decision));

        var move = (await desk.Home.SendAsync(new EditionModel.Query(), desk.Analyst))!;
        Assert.Equal("A.5.1", Assert.Single(move.Of(SoaMoveKind.Proposed)).Line.Control.Id);
        Assert.Contains(move.Of(SoaMoveKind.Decide), l => l.Line.Control.Id == "A.8.26" && l.From.Any(f => f.ControlId == "A.14.1.3"));
        Assert.Equal(11, move.Of(SoaMoveKind.New).Count());

        RiskDesk.Ok(await desk.Home.SendAsync(new EditionModel.Command { Keys = ["iso27001-2022-annex-a/A.5.1"] }, desk.Analyst));
        var carried = (await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf("iso27001-2022-annex-a/A.5.1")))!;
        Assert.Equal([new SoaReason(SoaReasonKind.Law, null, "Act 854")], carried.Reasons);
        Assert.Equal(ErrorKind.NotFound, Assert.Single((await desk.Home.SendAsync(new EditionModel.Command { Keys = ["iso27001-2022-annex-a/A.8.26"] }, desk.Analyst)).Errors).Kind);
        Assert.NotNull(await desk.Home.FindAsync<SoaRow>(SoaRow.IdOf(old + "/A.14.1.3")));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("new in this edition", (await browser.GetAsync(desk.Home.Url("risks/soa/edition"))).Text, StringComparison.Ordinal);
        Assert.Contains("Change of edition", (await browser.GetAsync(desk.Home.Url("risks/soa"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_of_the_statement_opens()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.TreatedAsync(desk.Owner);
        await IncludeAllAsync(desk);
        var revision = await IssueAsync(desk);
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("ISO/IEC 27001:2022", (await browser.GetAsync(desk.Home.Url("risks/soa/revisions"))).Text, StringComparison.Ordinal);
        foreach (var page in new[] { "risks/soa", "risks/soa?f.decision=included&f.status=partly&q=backup", "risks/soa/decide?control=" + Uri.EscapeDataString(Backup), "risks/soa/decidemany?k=" + Uri.EscapeDataString(Backup), "risks/soa/takeover", "risks/soa/submit", "risks/soa/revisions", "risks/soa/revision?id=" + revision.Id, "risks/soa/compare?from=" + revision.Id, "" })
        {
            var answer = await browser.GetAsync(desk.Home.Url(page));
            RiskDesk.Is(HttpStatusCode.OK, answer);
            Assert.DoesNotContain("href=\"\"", answer.Body, StringComparison.Ordinal);
        }
    }
}

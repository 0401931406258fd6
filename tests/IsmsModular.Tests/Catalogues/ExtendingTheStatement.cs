using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;
using Inbox = IsmsModular.Web.Pages.Inbox.DetailModel;

namespace IsmsModular.Tests.Catalogues;

/// <summary>Sector guides give rows in the statement of applicability.</summary>
public sealed class ExtendingTheStatement(IsmsApp app)
{
    private const string Energy = "iso27019-2024";
    private const string ControlCentres = Energy + "/ENR.7.15";

    private static async Task<SoaBoard> BoardAsync(PlanDesk desk) =>
        (await desk.Home.RunAsync(s => s.GetRequiredService<SoaRepository>().ReadAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), TestContext.Current.CancellationToken)))!;

    private static async Task<ChooseModel.Command> FormAsync(PlanDesk desk)
    {
        var view = await desk.Home.SendAsync(new ChooseModel.Query());
        return new() { Seen = view.Seen, Extensions = [.. view.Extensions], Threats = [.. view.Threats], Vulnerabilities = [.. view.Vulnerabilities] };
    }

    private static async Task ChooseAsync(PlanDesk desk, params string[] guides) => RiskDesk.Ok(await desk.Home.SendAsync(await FormAsync(desk) with { Extensions = [.. guides] }, desk.Analyst));

    [Fact]
    public async Task A_chosen_guide_adds_its_controls_under_its_own_name_and_they_are_decided_like_any_other()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await ChooseAsync(desk, Energy);

        var board = await BoardAsync(desk);
        Assert.Equal((93 + 12, 105), (board.Counts.Total, board.Counts.Undecided));
        var line = board.Lines.Single(l => l.Control.Key == ControlCentres);
        Assert.Equal(("ISO/IEC 27019:2024 energy utilities", "A.7 Physical controls"), (line.Guide, line.Objective));

        RiskDesk.Ok(await desk.Home.SendAsync(new DecideModel.Command { Control = ControlCentres, Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], Status = SoaStatus.Planned }, desk.Analyst));
        Assert.Equal((1, 104), ((await BoardAsync(desk)).Counts.Planned, (await BoardAsync(desk)).Counts.Undecided));
    }

    [Fact]
    public async Task A_guide_is_not_taken_away_while_a_decision_names_its_controls()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await ChooseAsync(desk, Energy);
        RiskDesk.Ok(await desk.Home.SendAsync(new DecideModel.Command { Control = ControlCentres, Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], Status = SoaStatus.Planned }, desk.Analyst));

        RiskDesk.Refused("catalogues.error.inuse", await desk.Home.SendAsync(await FormAsync(desk) with { Extensions = [] }, desk.Analyst));
        Assert.Equal(105, (await BoardAsync(desk)).Counts.Total);
    }

    [Fact]
    public async Task A_guide_without_decisions_is_taken_away_again()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await ChooseAsync(desk, Energy);
        await ChooseAsync(desk);
        Assert.Equal(93, (await BoardAsync(desk)).Counts.Total);
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(await FormAsync(desk), desk.Owner));
    }

    [Fact]
    public async Task Only_guides_that_fit_the_edition_are_offered_and_those_of_another_edition_say_so()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var offered = (await desk.Home.SendAsync(new ChooseModel.Query())).Guides;
        Assert.Equal(Energy, offered[0].Value);
        Assert.Equal("Written for ISO/IEC 27001:2022 Annex A", offered[0].Group);
        Assert.Contains(offered, g => g.Value == "iso27017-2015" && g.Group!.StartsWith("Written for another edition", StringComparison.Ordinal));
        RiskDesk.Refused("validation.value", await desk.Home.SendAsync(await FormAsync(desk) with { Extensions = ["iso27001-2013-annex-a"] }, desk.Analyst));
    }

    [Fact]
    public async Task A_treatment_may_choose_a_control_of_the_guide_and_the_statement_proposes_it()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await ChooseAsync(desk, Energy);
        Assert.Contains(await desk.Home.RunAsync(s => s.GetRequiredService<IsmsModular.Risks.Controls.ControlDirectory>().ChoicesAsync([], TestContext.Current.CancellationToken)), c => c.Value == ControlCentres && c.Group == "A.7 Physical controls");
        Assert.Empty(await desk.Home.RunAsync(s => s.GetRequiredService<IsmsModular.Risks.Controls.ControlDirectory>().UnknownAsync([ControlCentres], TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task An_issued_revision_keeps_its_rows_whatever_is_chosen_later()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var open = (await BoardAsync(desk)).Lines.Select(l => l.Control.Key).ToList();
        RiskDesk.Ok(await desk.Home.SendAsync(new DecideManyModel.Command { Keys = open, Seen = [.. open.Select(_ => 0L)], Decision = SoaDecision.Included, Kinds = [SoaReasonKind.GoodPractice], Status = SoaStatus.Partly }, desk.Analyst));
        var revision = (await desk.Home.FindAsync<SoaRevision>(RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All of it", ChangeNote = "First" }, desk.Analyst))))!;
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Command { Id = revision.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.Approved }, desk.Chief));

        await ChooseAsync(desk, Energy);

        Assert.Equal(93, (await desk.Home.FindAsync<SoaRevision>(revision.Id))!.Rows.Count);
        RiskDesk.Refused("soa.error.undecided", await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All of it", ChangeNote = "With the guide" }, desk.Analyst));
        var rest = (await BoardAsync(desk)).Lines.Where(l => l.Row.Decision is null).Select(l => l.Control.Key).ToList();
        RiskDesk.Ok(await desk.Home.SendAsync(new DecideManyModel.Command { Keys = rest, Seen = [.. rest.Select(_ => 0L)], Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], Status = SoaStatus.Planned }, desk.Analyst));
        var second = (await desk.Home.FindAsync<SoaRevision>(RiskDesk.Ok(await desk.Home.SendAsync(new SubmitModel.Command { ScopeStatement = "All of it", ChangeNote = "With the guide" }, desk.Analyst))))!;
        Assert.Equal(105, second.Rows.Count);
        RiskDesk.Ok(await desk.Home.SendAsync(new Inbox.Command { Id = second.SubmissionId, Slots = ["management"], Outcome = DecisionOutcome.Approved }, desk.Chief));
        Assert.Equal(RevisionState.Issued, (await desk.Home.FindAsync<SoaRevision>(second.Id))!.State);
    }

    [Fact]
    public async Task Another_workspace_keeps_its_own_choice_and_the_list_names_only_workspaces_that_the_reader_may_see()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var other = await PlanDesk.OpenAsync(app);
        await ChooseAsync(other, Energy);
        Assert.Equal(93, (await BoardAsync(desk)).Counts.Total);

        var rows = await desk.Home.SendAsync(new AllModel.Query(), desk.Analyst);
        Assert.Empty(rows.Single(r => r.Id == Energy).UsedBy);
        Assert.Contains(await other.Home.SendAsync(new AllModel.Query(), other.Analyst), r => r.Id == Energy && r.UsedBy.Single().Id == other.Home.Workspace.Id);
    }

    [Fact]
    public async Task The_pages_of_the_catalogue_browser_answer_and_name_what_is_not_confirmed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await ChooseAsync(desk, "iso27011-2016");
        using var browser = await desk.Analyst.SignInAsync();
        foreach (var page in new[] { "risks/catalogue", "risks/catalogue/all", "risks/catalogue/choose", "risks/catalogue/compare?from=iso27001-2005-annex-a&to=iso27001-2022-annex-a", "risks/catalogue/item?key=iso27011-2016%2FTEL.9.5.1", "risks/soa", "risks/soa/decide?control=iso27011-2016%2FTEL.9.5.1" })
        {
            var answer = await browser.GetAsync(desk.Home.Url(page));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.True(answer.Text.Contains("not confirmed", StringComparison.OrdinalIgnoreCase), page);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(desk.Home.Url("risks/catalogue?f.catalogue=nothing"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(desk.Home.Url("risks/catalogue/item?key=nothing%2FA.1"))).Status);
    }

    [Fact]
    public async Task Attributes_of_2022_narrow_the_tree()
    {
        var desk = await PlanDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/catalogue?f.control_type=Detective&f.operational_capabilities=Physical%20security"));
        Assert.Contains("A.7.4", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("A.8.13", page.Text, StringComparison.Ordinal);
    }
}

using System.Net;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Plugins;
using IsmsModular.Tests.Risks;

namespace IsmsModular.Tests.Catalogues;

/// <summary>A workspace moves from the edition of 2005 to that of 2013, and on to 2022.</summary>
public sealed class ChangingTheEdition(IsmsApp app)
{
    private const string Of2005 = "iso27001-2005-annex-a";
    private const string Of2013 = "iso27001-2013-annex-a";
    private const string Of2022 = "iso27001-2022-annex-a";

    private static async Task<long> SeenAsync(PlanDesk desk) => (await desk.Home.SendAsync(new EditionModel.AskWays())).Seen;

    private static async Task SwitchAsync(PlanDesk desk, string to) => RiskDesk.Ok(await desk.Home.SendAsync(new EditionModel.Switch { To = to, Seen = await SeenAsync(desk) }));

    private static async Task IncludeAsync(PlanDesk desk, string catalogue, params string[] controls)
    {
        foreach (var control in controls)
            RiskDesk.Ok(await desk.Home.SendAsync(new DecideModel.Command { Control = $"{catalogue}/{control}", Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], LawWords = "Act 854", Status = SoaStatus.InPlace }, desk.Analyst));
    }

    private static Correspondence Way(string from, string to) => Correspondence.Between(Shipped.Catalog.Mappings, k => k is null ? null : Shipped.Catalog.Catalogue(k), from, to)!;

    [Fact]
    public void The_mapping_from_2005_tells_one_to_one_splits_merges_and_what_has_no_successor()
    {
        var way = Way(Of2005, Of2013);
        Assert.Equal(133, way.Rows.Count);
        Assert.Equal(23, way.Rows.Count(r => r.Fate == RowFate.NoSuccessor));
        RowFate Fate(string id) => way.Rows.Single(r => r.From.Id == id).Fate;
        Assert.Equal((RowFate.OneToOne, RowFate.Merged, RowFate.NoSuccessor), (Fate("A.5.1.1"), Fate("A.8.1.1"), Fate("A.6.1.1")));
        Assert.Contains("A.6.1.5", way.New.Select(i => i.Id));
        Assert.True(way.IsConfirmed("A.5.1.1", "A.5.1.1"));
        Assert.False(way.Rows.Single(r => r.From.Id == "A.6.1.1").Confirmed);
        Assert.Equal(114, way.Rows.SelectMany(r => r.To).Select(t => t.Id).Distinct().Count() + way.New.Count);
    }

    [Fact]
    public void From_2005_to_2022_the_two_mappings_are_chained_and_a_pair_is_sure_only_when_both_are()
    {
        var way = Way(Of2005, Of2022);
        Assert.Equal(Of2013, Assert.Single(way.Through).Id);
        Assert.Equal(2, way.Sources.Count);
        Assert.Equal(["A.5.1"], way.Rows.Single(r => r.From.Id == "A.5.1.1").To.Select(t => t.Id));
        Assert.Equal(93, way.Rows.SelectMany(r => r.To).Select(t => t.Id).Distinct().Count() + way.New.Count);
        var first = Way(Of2005, Of2013);
        Assert.All(way.Rows.SelectMany(r => r.To.Select(t => (r.From.Id, To: t.Id))).Where(p => way.IsConfirmed(p.Id, p.To)), p => Assert.Contains(first.Rows.Single(r => r.From.Id == p.Id).To, t => first.IsConfirmed(p.Id, t.Id)));
    }

    [Fact]
    public void Clauses_lead_from_2005_to_2022_and_nothing_of_2005_is_called_confirmed()
    {
        var way = Way("iso27001-2005-clauses", "iso27001-2013-clauses");
        Assert.All(way.Rows, r => Assert.NotEmpty(r.To));
        Assert.All(way.Rows, r => Assert.All(r.To, t => Assert.False(way.IsConfirmed(r.From.Id, t.Id))));
        Assert.Equal(["4.1", "4.2", "7.4"], way.New.Where(n => n.Kind == "requirement").Select(n => n.Id));
        var whole = Way("iso27001-2005-clauses", "iso27001-2022-clauses");
        Assert.Equal(["10.2"], whole.Rows.Single(r => r.From.Id == "8.2").To.Select(t => t.Id));
        Assert.False(whole.IsConfirmed("8.2", "10.2"));
    }

    [Fact]
    public void Mappings_are_read_backwards_too_and_clauses_lead_to_quality_management()
    {
        Assert.Equal(["A.5.1.1", "A.5.1.2"], Way(Of2022, Of2013).Rows.Single(r => r.From.Id == "A.5.1").To.Select(t => t.Id));
        Assert.Equal(["10.3"], Way("iso27001-2013-clauses", "iso9001-2015-clauses").Rows.Single(r => r.From.Id == "10.2").To.Select(t => t.Id));
        Assert.Null(Correspondence.Between(Shipped.Catalog.Mappings, k => k is null ? null : Shipped.Catalog.Catalogue(k), Of2013, "threats-iso27005"));
    }

    [Fact]
    public async Task What_was_decided_and_kept_under_the_edition_before_is_read_and_no_longer_changed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await SwitchAsync(desk, Of2005);
        await IncludeAsync(desk, Of2005, "A.5.1.1");
        const string control = Of2005 + "/A.5.1.1";
        using var browser = await desk.Analyst.SignInAsync();
        var files = desk.Home.Url("risks/files?kind=Soa&id=" + Uri.EscapeDataString(control));
        Dictionary<string, string?> upload = new() { ["Input.Kind"] = "Soa", ["Input.Id"] = control, ["Input.EffectiveOn"] = "2026-01-31", ["Input.Note"] = "Signed minutes" };
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(files, upload, files: [("Input.File", "minutes.txt", "Signed"u8.ToArray())])).Status);
        var file = Assert.Single(await desk.Home.QueryAsync<IsmsModular.Risks.Files.EvidenceFile>());
        await SwitchAsync(desk, Of2013);

        var decision = await browser.GetAsync(desk.Home.Url("risks/soa/decide?control=" + Uri.EscapeDataString(control)));
        RiskDesk.Is(HttpStatusCode.OK, decision);
        Assert.Contains("Act 854", decision.Text, StringComparison.Ordinal);
        Assert.Contains("minutes.txt", decision.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Input.Decision\"", decision.Body, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(files));
        Assert.Equal("Signed"u8.ToArray(), (await browser.GetAsync(desk.Home.Url("risks/files/download?id=" + file.Id))).Bytes);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(files, upload, files: [("Input.File", "more.txt", "More"u8.ToArray())], form: desk.Home.Url("risks/soa"))).Status);
        Assert.Equal(ErrorKind.NotFound, Assert.Single((await desk.Home.SendAsync(new DecideModel.Command { Control = control, Seen = 1, Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], Status = SoaStatus.Partly }, desk.Analyst)).Errors).Kind);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(desk.Home.Url("risks/soa/decide?control=" + Uri.EscapeDataString(Of2005 + "/A.6.1.1")))).Status);
    }

    [Fact]
    public async Task Before_the_move_what_becomes_of_each_control_is_seen_and_nothing_is_changed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await SwitchAsync(desk, Of2005);
        await IncludeAsync(desk, Of2005, "A.5.1.1", "A.6.1.1");
        var move = (await desk.Home.SendAsync(new EditionModel.Query(null, Of2013), desk.Analyst))!;
        Assert.True(move.IsPreview);
        Assert.Equal("A.5.1.1", Assert.Single(move.Of(SoaMoveKind.Proposed)).Line.Control.Id);
        Assert.Equal("A.6.1.1", Assert.Single(move.Gone).Row.ControlId);
        Assert.Equal(2, (await desk.Home.QueryAsync<SoaRow>()).Count);
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(new EditionModel.Switch { To = Of2013, Seen = await SeenAsync(desk) }, desk.Owner));
        Assert.Equal(ErrorKind.Conflict, (await desk.Home.SendAsync(new EditionModel.Switch { To = Of2013, Seen = 0 })).Errors[0].Kind);
    }

    [Fact]
    public async Task After_the_move_decisions_are_proposed_never_assumed_and_the_old_statement_stays()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await SwitchAsync(desk, Of2005);
        await IncludeAsync(desk, Of2005, "A.5.1.1", "A.5.1.2", "A.6.1.1");
        await SwitchAsync(desk, Of2013);
        Assert.Equal(3, (await desk.Home.QueryAsync<SoaRow>()).Count);

        var move = (await desk.Home.SendAsync(new EditionModel.Query(Of2005), desk.Analyst))!;
        Assert.Equal(["A.5.1.1", "A.5.1.2"], move.Of(SoaMoveKind.Proposed).Select(l => l.Line.Control.Id));
        RiskDesk.Ok(await desk.Home.SendAsync(new EditionModel.Command { From = Of2005, Keys = [Of2013 + "/A.5.1.1"] }, desk.Analyst));
        var rows = (await desk.Home.QueryAsync<SoaRow>()).ToDictionary(r => r.ControlKey);
        Assert.Equal(4, rows.Count);
        Assert.Equal([new SoaReason(SoaReasonKind.Law, null, "Act 854")], rows[Of2013 + "/A.5.1.1"].Reasons);

        // Straight on to 2022, from what was decided in 2005, by way of 2013.
        await SwitchAsync(desk, Of2022);
        var further = (await desk.Home.SendAsync(new EditionModel.Query(Of2005), desk.Analyst))!;
        Assert.Contains("A.5.1", further.Of(SoaMoveKind.Proposed).Select(l => l.Line.Control.Id));
    }

    [Fact]
    public async Task A_proposal_whose_mapping_is_not_confirmed_says_so()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var unsure = Shipped.Catalog.Mappings.Single(m => m.From == Of2005).Rows.First(r => r.To is not null && !r.Confirmed);
        await SwitchAsync(desk, Of2005);
        await IncludeAsync(desk, Of2005, [.. Shipped.Catalog.Mappings.Single(m => m.From == Of2005).Rows.Where(r => r.To == unsure.To).Select(r => r.From)]);
        await SwitchAsync(desk, Of2013);
        var move = (await desk.Home.SendAsync(new EditionModel.Query(Of2005), desk.Analyst))!;
        Assert.False(move.IsConfirmed(move.Of(SoaMoveKind.Proposed).Single(l => l.Line.Control.Id == unsure.To)));
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("mapping not confirmed", (await browser.GetAsync(desk.Home.Url("risks/soa/edition?from=" + Of2005))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Implementations_risks_and_tasks_follow_where_somebody_says_so_and_an_acceptance_goes_stale()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var risk = await desk.TreatedAsync(desk.Owner);
        var control = risk.Treatment!.Controls[0].Key;
        await desk.Risks.PutAsync(new ControlImplementation { ControlKey = control, Name = "Copies each night" });
        await SwitchAsync(desk, Of2013);

        var line = (await desk.Home.SendAsync(new ReferencesModel.Query(), desk.Analyst)).Single(l => l.Key == control);
        Assert.Equal((1, 1), (line.Implementations, line.Risks));
        var to = line.To[0].Key;
        Assert.StartsWith(Of2013, to, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.NotFound, (await desk.Home.SendAsync(new ReferencesModel.Command { Moves = [$"{control}>{Of2013}/A.18.1.1"] }, desk.Analyst)).Errors[0].Kind);

        RiskDesk.Ok(await desk.Home.SendAsync(new ReferencesModel.Command { Moves = [$"{control}>{to}"] }, desk.Analyst));

        Assert.Equal(to, Assert.Single(await desk.Home.QueryAsync<ControlImplementation>()).ControlKey);
        Assert.Contains(to, (await desk.Home.FindAsync<Risk>(risk.Id))!.Treatment!.Controls.Select(c => c.Key));
        Assert.DoesNotContain(await desk.Home.SendAsync(new ReferencesModel.Query(), desk.Analyst), l => l.Key == control);
    }
}

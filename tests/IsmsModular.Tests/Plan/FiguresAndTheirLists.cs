using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;

namespace IsmsModular.Tests.Plan;

/// <summary>A figure that is a link leads to a list of as many.</summary>
public sealed partial class FiguresAndTheirLists(IsmsApp app)
{
    private static readonly DateOnly Past = new(2025, 1, 1);

    [Theory]
    [InlineData("")]
    [InlineData("risks/plan")]
    [InlineData("risks/soa")]
    [InlineData("risks/exercises/detail?id=")]
    public async Task Are_of_the_same_number(string path)
    {
        var desk = await CrowdedAsync();
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url(path.EndsWith('=') ? path + desk.Risks.ExerciseId : path));
        RiskDesk.Is(HttpStatusCode.OK, page);

        var figures = Links().Matches(page.Body).Select(m => (Url: WebUtility.HtmlDecode(m.Groups["url"].Value), Number: NumberOf(m.Value))).Where(f => f.Number is not null).Distinct().ToList();

        Assert.True(figures.Count >= 5, string.Join("; ", figures));
        List<string> unlike = [];
        foreach (var (url, number) in figures)
        {
            var listed = (await browser.GetAsync(url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "format=csv")).Body.TrimEnd().Split('\n').Length - 1;
            if (listed != number)
                unlike.Add($"{url}: {number} against {listed}");
        }

        Assert.True(unlike.Count == 0, string.Join("; ", unlike));
    }

    [Fact]
    public async Task The_register_opens_with_the_assessment_that_the_figures_are_about()
    {
        var desk = await CrowdedAsync();
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/register"));
        Assert.Contains("Fire stops the servers", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Of a later date", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_to_rate_leads_to_drafts_and_to_what_is_described()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.Risks.AddAsync("Described");
        await desk.Risks.PutAsync(new Risk { ExerciseId = desk.Risks.ExerciseId, Reference = "RISK-0800", Title = "Drafted" });
        using var browser = await desk.Analyst.SignInAsync();
        var next = (await browser.GetAsync(desk.Home.Url(""))).Body;
        var link = WebUtility.HtmlDecode(Regex.Match(next, "href=\"([^\"]*risks/register\\?[^\"]*f.state=[^\"]*)\"").Groups[1].Value);
        var list = (await browser.GetAsync(link)).Text;
        Assert.Contains("Described", list, StringComparison.Ordinal);
        Assert.Contains("Drafted", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unconfirmed_ratings_are_those_for_which_closing_waits()
    {
        var desk = await PlanDesk.OpenAsync(app);
        foreach (var title in new[] { "Fire", "Flood" })
        {
            var risk = await desk.Risks.RatedAsync("medium", "high", title);
            risk.Current!.CarriedBy = Document.NewId();
            if (title == "Flood")
                risk.State = RiskState.Dismissed;
            await desk.Risks.PutAsync(risk);
        }

        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.Risks.ExerciseId));
        var link = WebUtility.HtmlDecode(Regex.Match(page.Body, "href=\"([^\"]*f.carried=yes[^\"]*)\"").Groups[1].Value);
        Assert.Equal(1, (await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Query(desk.Risks.ExerciseId)))!.Unconfirmed);
        Assert.DoesNotContain("Flood", (await browser.GetAsync(link)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_7_Whatever_somebody_who_left_still_holds_is_pointed_out_once()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var leaver = desk.Second.PersonId;
        await desk.AddAsync(new() { Id = Document.NewId(), Title = "Accountable alone", ResponsibleId = desk.Owner.PersonId, AccountableId = leaver });
        await desk.AddAsync(new() { Id = Document.NewId(), Title = "Both", ResponsibleId = leaver, AccountableId = leaver });
        await desk.Risks.PutAsync(new Asset { Name = "Pump", Reference = "ASSET-0900", OwnerId = leaver, CustodianId = leaver });
        await desk.Risks.PutAsync(new Asset { Name = "Valve", Reference = "ASSET-0901", CustodianId = leaver });
        await desk.Risks.PutAsync(new AssetGroup { Name = "Pumps", Reference = "GRP-90", OwnerId = leaver });
        await desk.Risks.PutAsync(new ControlImplementation { Name = "Guard", Reference = "IMPL-0900", ControlKey = "iso27001-2022-annex-a/A.8.13", OperatorId = leaver });
        var person = (await desk.Home.FindAsync<IsmsModular.Organisation.People.Person>(leaver))!;
        person.LeftOn = Past;
        await desk.Risks.PutAsync(person);

        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Records of somebody who has left: 6", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
        var shown = Assert.Single((await desk.Home.SendAsync(new HandoverModel.Query())).Leavers);
        Assert.Equal((0L, 2L, 1L, 3L), (shown.Risks, shown.Tasks, shown.Controls, shown.Assets));
        Assert.Equal(6, RiskDesk.Ok(await desk.Home.SendAsync(new HandoverModel.Command { FromId = leaver, ToId = desk.Owner.PersonId, Reason = "Retired" }, desk.Analyst)));
        Assert.DoesNotContain("somebody who has left", (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text, StringComparison.Ordinal);
    }

    /// <summary>Risks and tasks in every state in which a count and a list may differ, and a closed round that began later than the one that runs.</summary>
    private async Task<PlanDesk> CrowdedAsync()
    {
        var desk = await PlanDesk.OpenAsync(app);
        async Task ChangeAsync(Risk risk, Action<Risk> change)
        {
            change(risk);
            await desk.Risks.PutAsync(risk);
        }

        await desk.TreatedAsync(desk.Owner);
        await desk.Risks.RatedAsync("medium", "high", "Undecided");
        await desk.Risks.AddAsync("Described");
        var accepted = new (string Title, RiskState State, AcceptanceState Acceptance)[]
        {
            ("Stale", RiskState.Rated, AcceptanceState.Stale), ("Stale and dismissed", RiskState.Dismissed, AcceptanceState.Stale), ("Refused", RiskState.Rated, AcceptanceState.Refused), ("Refused and dismissed", RiskState.Dismissed, AcceptanceState.Refused),
        };
        foreach (var (title, state, acceptance) in accepted)
            await ChangeAsync(await desk.TreatedAsync(desk.Owner, title), r => (r.State, r.Acceptance) = (state, acceptance));
        foreach (var (title, until) in new[] { ("Exception ended", Past), ("Exception holds", new DateOnly(2040, 1, 1)) })
        {
            await ChangeAsync(await desk.Risks.RatedAsync("medium", "medium", title), r =>
            {
                r.Treatment = new() { Option = TreatmentOption.Retain, Reason = "Later", ByException = true, ExceptionUntil = until };
                r.ExceptionUntil = until;
            });
        }

        await ChangeAsync(await desk.Risks.RatedAsync("medium", "high", "Rated, then dismissed"), r => r.State = RiskState.Dismissed);
        foreach (var state in Enum.GetValues<PlanTaskState>())
        {
            await desk.Risks.PutAsync(new PlanTask { Title = $"Nobody, no date, {state}", Reference = $"TASK-09{(int)state:00}", State = state });
            await desk.Risks.PutAsync(new PlanTask { Title = $"Late, {state}", Reference = $"TASK-08{(int)state:00}", State = state, DueOn = Past, ResponsibleId = desk.Owner.PersonId });
        }

        foreach (var title in new[] { "Limiter", "Guard dog" })
            RiskDesk.Ok(await desk.Home.SendAsync(new OwnModel.Command { Title = title }, desk.Analyst));
        foreach (var (control, decision) in new[] { ("own/OWN-01", SoaDecision.Included), ("iso27001-2022-annex-a/A.8.13", SoaDecision.Included), ("iso27001-2022-annex-a/A.8.12", SoaDecision.Excluded) })
            await desk.Risks.PutAsync(new SoaRow { Id = SoaRow.IdOf(control), Catalogue = ControlRef.Parse(control)!.Catalogue, ControlId = ControlRef.Parse(control)!.Id, Decision = decision, Status = decision == SoaDecision.Included ? SoaStatus.InPlace : null });

        var later = new Exercise { Name = "Round of a later date", Reference = "EX-00", MethodologyId = "matrix", State = ExerciseState.Closed, StartOn = new DateOnly(2040, 1, 1) };
        await desk.Risks.PutAsync(later);
        await desk.Risks.PutAsync(new Risk { ExerciseId = later.Id, Reference = "RISK-0900", Title = "Of a later date", Acceptance = AcceptanceState.Stale });
        return desk;
    }

    /// <summary>The figure of a link: alone, in a tile, in a cell of the heat map or at the end of a point.</summary>
    private static int? NumberOf(string link)
    {
        var text = Regex.Replace(Tile().Match(link) is { Success: true } tile ? tile.Groups[1].Value : Cell().Match(link) is { Success: true } cell ? cell.Groups[1].Value : link, "<[^>]*>", " ").Trim();
        return Last().Match(text) is { Success: true } number ? int.Parse(number.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("<a\\s[^>]*href=\"(?<url>[^\"]*/risks/(?:(?:register|plan)(?:\\?[^\"]*)?|soa\\?[^\"]*))\"[^>]*>.*?</a>", RegexOptions.Singleline)]
    private static partial Regex Links();

    [GeneratedRegex("stat-figure[^>]*>\\s*([\\d,]+)")]
    private static partial Regex Tile();

    [GeneratedRegex("aria-label=\"Risks: ([\\d,]+)\\.")]
    private static partial Regex Cell();

    [GeneratedRegex("^(?:.*: )?([\\d,]+)$", RegexOptions.Singleline)]
    private static partial Regex Last();
}

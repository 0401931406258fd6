using System.Net;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Risks;

public sealed class ReadingTheRegister(IsmsApp app)
{
    [Fact]
    public async Task Ranks_the_worst_first_and_a_duty_ahead_within_its_level()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "high", "High without duty");
        var duty = await desk.RatedAsync("medium", "high", "High with duty");
        await desk.RatedAsync("very-high", "very-high", "Worst of all");
        await desk.AddAsync("Not rated yet");
        var form = EditModel.Command.From(duty);
        (form.Duty, form.DutySource) = (DutyKind.Law, "Act 854");
        RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var text = (await browser.GetAsync(desk.Home.Url("risks/register"))).Text;

        string[] order = ["Worst of all", "High with duty", "High without duty", "Not rated yet"];
        Assert.Equal(order, order.OrderBy(t => text.IndexOf(t, StringComparison.Ordinal)));
        Assert.DoesNotContain("-1", order.Select(t => text.IndexOf(t, StringComparison.Ordinal).ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Opens_the_risks_of_a_cell_of_the_heat_map()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("medium", "high", "In the cell");
        await desk.RatedAsync("low", "low", "Elsewhere");
        using var browser = await desk.Analyst.SignInAsync();
        var exercise = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        var link = desk.Home.Url($"risks/register?f.exercise={desk.ExerciseId}&f.y=2&f.x=3");
        Assert.Contains(link.Replace("&", "&amp;", StringComparison.Ordinal), exercise.Body, StringComparison.Ordinal);
        Assert.Contains("Risks: 1. Likelihood Medium, Impact High", exercise.Body, StringComparison.Ordinal);

        var cell = await browser.GetAsync(link);

        Assert.Contains("Likelihood: Medium", cell.Text, StringComparison.Ordinal);
        Assert.Contains("Impact: High", cell.Text, StringComparison.Ordinal);
        Assert.Contains("In the cell", cell.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Elsewhere", cell.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_what_is_accepted_by_exception_where_the_dashboard_says_that_one_has_ended()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.RatedAsync("low", "low", "Inside the criteria");
        var excepted = await desk.RatedAsync("medium", "medium", "Above the criteria");
        var ended = new DateOnly(2025, 1, 1);
        excepted.Treatment = new() { Option = TreatmentOption.Retain, Reason = "Later", ByException = true, ExceptionUntil = ended };
        excepted.ExceptionUntil = ended;
        await desk.PutAsync(excepted);
        using var browser = await desk.Analyst.SignInAsync();

        Assert.Contains($"risks/register?f.exercise={desk.ExerciseId}&amp;f.byexception=ended&amp;f.state=rated", (await browser.GetAsync(desk.Home.Url(""))).Body, StringComparison.Ordinal);
        var list = (await browser.GetAsync(desk.Home.Url("risks/register?f.byexception=ended"))).Text;
        Assert.Contains("Above the criteria", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Inside the criteria", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_no_risk_matches_instead_of_asking_for_the_first_one()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.AddAsync();
        using var browser = await desk.Analyst.SignInAsync();
        var none = await browser.GetAsync(desk.Home.Url("risks/register?q=submarine"));
        Assert.Contains("Nothing matches", none.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{desk.Home.Url("risks/register")}\"", none.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stands_highlighted_in_the_journey_also_while_a_treatment_is_decided()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Matches($"<a href=\"{desk.Home.Url("risks/register")}\" aria-current=\"page\"", (await browser.GetAsync(desk.Home.Url("risks/treatment/edit?id=" + risk.Id))).Body);
    }

    [Theory]
    [InlineData("f.level=high", "High one")]
    [InlineData("f.state=dismissed", "Set aside")]
    [InlineData("f.option=modify", "High one")]
    [InlineData("f.class=threats-iso27005%2FT1&f.level=low", "Low one")]
    [InlineData("q=low", "Low one")]
    public async Task Is_narrowed_by(string filter, string left)
    {
        var desk = await RiskDesk.OpenAsync(app);
        var high = await desk.RatedAsync("medium", "high", "High one");
        await desk.RatedAsync("low", "low", "Low one");
        var aside = await desk.AddAsync("Set aside");
        RiskDesk.Ok(await desk.Home.SendAsync(new DetailModel.Dismiss { Id = aside.Id, Seen = 1, DismissedBecause = "No" }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(high), desk.Analyst));
        using var browser = await desk.Analyst.SignInAsync();

        var page = await browser.GetAsync(desk.Home.Url("risks/register?" + filter));

        RiskDesk.Is(HttpStatusCode.OK, page);
        foreach (var title in new[] { "High one", "Low one", "Set aside" })
            Assert.Equal(title == left, page.Text.Contains(title, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Is_exported_as_a_whole(string format)
    {
        var desk = await RiskDesk.OpenAsync(app);
        for (var i = 0; i < 55; i++)
            await desk.AddAsync($"Risk number {i}");
        using var browser = await desk.Analyst.SignInAsync();

        var file = await browser.GetAsync(desk.Home.Url("risks/register?format=" + format));

        RiskDesk.Is(HttpStatusCode.OK, file);
        if (format == "csv")
            Assert.Equal(56, file.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("attachment", file.Headers["Content-Disposition"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leads_on_when_there_is_nothing_yet()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Platform.Rights.Role.Ciso);
        foreach (var page in new[] { "risks/register", "risks/exercises", "risks/controls", "risks/catalogue", "risks/controls/own" })
            RiskDesk.Is(HttpStatusCode.OK, await browser.GetAsync(home.Url(page)));
        Assert.Contains("Plan an assessment", (await browser.GetAsync(home.Url("risks/register"))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffffff", "#111827")]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#f4c20d", "#111827")]
    [InlineData("#7a0b1f", "#ffffff")]
    public void Writes_readable_figures_on_any_colour(string colour, string ink)
    {
        Assert.Equal(ink, Contrast.InkOn(colour));
        Assert.True(Contrast.Ratio(colour, ink) >= 4.5);
    }
}

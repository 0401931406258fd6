using System.Net;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Risks;

/// <summary>The rating form of methods that ask more than choices.</summary>
public sealed class RatingByListsAndNumbers(IsmsApp app)
{
    [Fact]
    public async Task Rows_are_added_and_taken_out_without_scripts_and_rated_when_saved()
    {
        var (desk, risk, browser) = await OpenAsync("bow-tie");
        using var _ = browser;
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var typed = Typed(risk, ("threats.0.name", "Lightning"), ("threats.0.freq", "0.1"), ("threats.0.barriers.0", "0.1"), ("threats.0.barriers.1", "0.05"), ("threats.2.freq", "0.02"), ("threats.2.barriers.0", "0.1"), ("recovery.0", "0.2"), ("consequence", "1000000"));

        var more = await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Rows"), new(typed) { ["add"] = "threats" }, form: url);
        Assert.Contains("Input.Values[threats.3.freq]", more.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"Lightning\"", more.Body, StringComparison.Ordinal);
        Assert.Contains($"action=\"{desk.Home.Url("risks/register/rate?id=" + risk.Id)}", more.Body, StringComparison.Ordinal);
        var fewer = await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Rows"), new(typed) { ["remove"] = "threats.1" }, form: url);
        Assert.Contains("Input.Values[threats.1.freq]", fewer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Input.Values[threats.2.freq]", fewer.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"0.02\"", fewer.Body, StringComparison.Ordinal);

        foreach (var factor in new[] { "threats", "recovery", "consequence" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As measured", "Incident log");
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(url, typed));
        var rating = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.Equal(500, rating.Value!.Value, 1e-6);
        var detail = await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id));
        Assert.Contains("1. Name: Lightning · Times a year: 0.1 · Barriers: probability that each fails: 0.1; 0.05", detail.Text, StringComparison.Ordinal);
        var again = await browser.GetAsync(url);
        Assert.Contains("value=\"0.05\"", again.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulation_shows_its_loss_exceedance_curve_before_and_after_saving()
    {
        var (desk, risk, browser) = await OpenAsync("fair");
        using var _ = browser;
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var typed = Typed(risk, ("lef.low", "0.5"), ("lef.mode", "2"), ("lef.high", "6"), ("lm.low", "5000"), ("lm.mode", "20000"), ("lm.high", "400000"), ("iterations", "10000"), ("seed", "1"));
        Assert.Contains("loss-curve-svg", (await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Preview"), typed, htmx: true, form: url)).Body, StringComparison.Ordinal);
        foreach (var factor in new[] { "lef", "lm" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As last year", "Incident log");

        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(url, typed));

        var stored = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.True(stored.Inputs["seed"].IsNone, "A setting left as it is needs no reason and is not stored with the risk.");
        var detail = await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id));
        Assert.Contains("loss-curve-svg", detail.Body, StringComparison.Ordinal);
        Assert.Contains("Probability of a greater loss", detail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_number_for_an_estimate_is_shown_again_and_comes_to_the_same()
    {
        var (desk, risk, browser) = await OpenAsync("fair");
        using var _ = browser;
        var exercise = await desk.ExerciseAsync();
        var rated = await desk.Home.RunAsync(s => Task.FromResult(s.GetRequiredService<Methods>().Rate(exercise, new() { ["lef"] = FactorValue.Number(2), ["lm"] = FactorValue.Number(20_000) })));
        rated.Value!.Reasons = rated.Value.Sources = new() { ["lef"] = "As measured", ["lm"] = "As measured" };
        risk.Rate(rated.Value);
        await desk.PutAsync(risk);

        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var form = (await desk.Home.SendAsync(new RateModel.Open(risk.Id, RatingKind.Current), desk.Analyst))!;
        Assert.Equal(["2", "2", "2", "20000"], new[] { "lef.low", "lef.mode", "lef.high", "lm.mode" }.Select(form.Values.GetValueOrDefault));
        Assert.Contains("name=\"Input.Values[lm.high]\" value=\"20000\"", (await browser.GetAsync(url)).Body, StringComparison.Ordinal);
        RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
        var again = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.Equal((40_000, 40_000), (rated.Value.Value, again.Value));
    }

    [Fact]
    public async Task Monarc_asks_only_what_the_risk_concerns_and_knows_the_impact()
    {
        // The group is worth 3, 5 and 4, and the risk harms its availability.
        var (desk, risk, browser) = await OpenAsync("monarc");
        using var _ = browser;
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var form = (await desk.Home.SendAsync(new RateModel.Open(risk.Id, RatingKind.Current), desk.Analyst))!;
        Assert.Equal([(null, "no"), (null, "no"), ("3", "yes")], new[] { "c", "i", "a" }.Select(p => (form.Values.GetValueOrDefault(p), form.Values.GetValueOrDefault("threat_" + p))));
        var page = (await browser.GetAsync(url)).Body;
        var folded = page.IndexOf("Taken from the risk", StringComparison.Ordinal);
        Assert.Equal([false, true, true, true, true, true, false, false], new[] { "a", "c", "i", "threat_c", "threat_i", "threat_a", "threat", "vulnerability" }.Select(f => page.IndexOf($"id=\"factor-{f}\"", StringComparison.Ordinal) > folded));

        foreach (var (factor, value) in new[] { ("threat", "3"), ("vulnerability", "4") })
            (form.Values[factor], form.Reasons[factor], form.Sources[factor]) = (value, "As seen", "Incident log");
        form.Values["a"] = null;
        Assert.Equal("Values[a]", RiskDesk.Refused("rate.value.needed", await desk.Home.SendAsync(form, desk.Analyst)).Field);
        form.Values["a"] = "3";
        RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
        var rating = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.Equal((36, 36), (rating.Value, rating.Criteria["A"]));
        Assert.Contains("description of the risk", rating.Reasons["threat_c"], StringComparison.Ordinal);

        // What contradicts the risk stands in the open.
        var changed = IsmsModular.Risks.Register.EditModel.Command.From(await desk.RiskAsync(risk.Id));
        changed.HarmsC = true;
        RiskDesk.Ok(await desk.Home.SendAsync(changed, desk.Analyst));
        page = (await browser.GetAsync(url)).Body;
        folded = page.IndexOf("Taken from the risk", StringComparison.Ordinal);
        Assert.InRange(page.IndexOf("id=\"factor-threat_c\"", StringComparison.Ordinal), 0, folded);
    }

    [Fact]
    public async Task A_changed_setting_needs_its_reason()
    {
        var (desk, risk, browser) = await OpenAsync("simplerisk");
        using var _ = browser;
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var typed = Typed(risk, ("likelihood", "3"), ("impact", "4"), ("model", "1"), ("levels", "5"));
        foreach (var factor in new[] { "likelihood", "impact" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As last year", "Incident log");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.PostAsync(url, typed)).Status);
        (typed["Input.Reasons[model]"], typed["Input.Sources[model]"]) = ("Impact counts more here", "Board");
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(url, typed));
        Assert.Equal(5.71, (await desk.RiskAsync(risk.Id)).Current!.Value);
    }

    [Fact]
    public async Task A_cvss_vector_stands_for_its_score_and_a_broken_one_is_refused()
    {
        var (desk, risk, browser) = await OpenAsync("cvss");
        using var _ = browser;
        var url = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        var typed = Typed(risk, ("vector", "CVSS:3.1/AV:N/AC:L"));
        (typed["Input.Reasons[vector]"], typed["Input.Sources[vector]"]) = ("As published", "Advisory");
        var refused = await browser.PostAsync(url, typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("a CVSS vector with all its base metrics is needed", refused.Text, StringComparison.Ordinal);

        typed["Input.Values[vector]"] = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(url, typed));
        var rating = (await desk.RiskAsync(risk.Id)).Current!;
        Assert.Equal((9.8, "critical", typed["Input.Values[vector]"]), (rating.Value, rating.Level, rating.Inputs["vector"].AsText));
        Assert.Contains("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H (9.8)", (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Small_figures_are_not_shown_as_nothing()
    {
        var (desk, risk, browser) = await OpenAsync("ale");
        using var _ = browser;
        var typed = Typed(risk, ("sle", "10"), ("aro", "0.0004"));
        foreach (var factor in new[] { "sle", "aro" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As last year", "Incident log");
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current"), typed));
        var page = (await browser.GetAsync(desk.Home.Url("risks/register/detail?id=" + risk.Id))).Text;
        Assert.Contains("0.0004", page, StringComparison.Ordinal);
        Assert.Contains("0.004", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("0\\.0+(?![0-9.])", page);
        Assert.Contains("0.004", (await browser.GetAsync(desk.Home.Url("risks/register"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_above_the_level_now_warns()
    {
        var (desk, risk, browser) = await OpenAsync("ale");
        using var _ = browser;
        var typed = Typed(risk, ("sle", "1000"), ("aro", "1"));
        foreach (var factor in new[] { "sle", "aro" })
            (typed[$"Input.Reasons[{factor}]"], typed[$"Input.Sources[{factor}]"]) = ("As last year", "Incident log");
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current"), typed));
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(risk.Id)), desk.Analyst));
        var target = $"risks/register/rate?id={risk.Id}&which=target";
        (typed["Input.Which"], typed["Input.Seen"], typed["Input.Values[aro]"]) = ("Target", "3", "5");
        Assert.Contains("The target is worse than the level now.", (await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Preview"), typed, htmx: true, form: desk.Home.Url(target))).Text, StringComparison.Ordinal);
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(desk.Home.Url(target), typed));
        foreach (var page in new[] { "risks/register/detail?id=", "risks/treatment/edit?id=" })
            Assert.Contains("The target is worse than the level now.", (await browser.GetAsync(desk.Home.Url(page + risk.Id))).Text, StringComparison.Ordinal);
        var detail = await browser.GetAsync(desk.Home.Url("risks/exercises/detail?id=" + desk.ExerciseId));
        foreach (var text in new[] { detail.Text, (await browser.GetAsync(desk.Home.Url("risks/plan"))).Text })
            Assert.Contains("Risks whose target or achieved level is above the level now: 1", text, StringComparison.Ordinal);
        Assert.Contains("Target or achieved level above the level now: 1.", (await browser.GetAsync(desk.Home.Url("risks/plan/submit"))).Text, StringComparison.Ordinal);
        var register = desk.Home.Url($"risks/register?f.exercise={desk.ExerciseId}&f.above=yes");
        Assert.Contains("&f.above=yes", WebUtility.HtmlDecode(detail.Body), StringComparison.Ordinal);
        Assert.Contains("Above the level now", (await browser.GetAsync(register)).Text, StringComparison.Ordinal);
        Assert.Contains(risk.Reference, (await browser.GetAsync(register)).Text, StringComparison.Ordinal);

        // The level now, rated anew above the target, ends it; below again, the form says so before it is saved.
        var current = desk.Home.Url($"risks/register/rate?id={risk.Id}&which=current");
        (typed["Input.Which"], typed["Input.Seen"], typed["Input.Values[aro]"]) = ("Current", "4", "6");
        RiskDesk.Is(HttpStatusCode.SeeOther, await browser.PostAsync(current, typed));
        Assert.DoesNotContain(risk.Reference, (await browser.GetAsync(register)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("The target is worse than the level now.", (await browser.GetAsync(desk.Home.Url("risks/treatment/edit?id=" + risk.Id))).Text, StringComparison.Ordinal);
        (typed["Input.Seen"], typed["Input.Values[aro]"]) = ("5", "4");
        Assert.Contains("The target is worse than the level now.", (await browser.PostAsync(desk.Home.Url("risks/register/rate?handler=Preview"), typed, htmx: true, form: current)).Text, StringComparison.Ordinal);
    }

    private async Task<(RiskDesk Desk, Risk Risk, TestBrowser Browser)> OpenAsync(string methodology)
    {
        var desk = await RiskDesk.OpenAsync(app, start: false);
        await desk.PlanAsync(methodology: methodology);
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
        return (desk, await desk.AddAsync(), await desk.Analyst.SignInAsync());
    }

    private static Dictionary<string, string?> Typed(Risk risk, params (string Path, string Value)[] values)
    {
        var typed = values.ToDictionary(v => $"Input.Values[{v.Path}]", v => (string?)v.Value);
        (typed["Input.Id"], typed["Input.Seen"], typed["Input.Which"]) = (risk.Id, risk.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), "Current");
        return typed;
    }
}

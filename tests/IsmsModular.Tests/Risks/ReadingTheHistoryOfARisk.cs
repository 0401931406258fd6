using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Risks;

public sealed class ReadingTheHistoryOfARisk(IsmsApp app)
{
    [Fact]
    public async Task Names_every_field_in_words_and_leaves_out_what_serves_the_program()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("very-high", "high");
        var decision = RiskDesk.Decision(risk);
        decision.CostOnce = 1_500_000;
        RiskDesk.Ok(await desk.Home.SendAsync(decision, desk.Analyst));

        using var browser = await desk.Analyst.SignInAsync();
        var history = (await browser.GetAsync(desk.Home.Url("history?id=" + risk.Id))).Text;
        Assert.Contains("Current: Level of risk – " + char.ToUpperInvariant(risk.Current!.Level![0]) + risk.Current.Level[1..].Replace('-', ' '), history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Current: Likelihood – Very high", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Current: Likelihood, Reason – Twice in five years", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Cost once – 1,500,000", history, StringComparison.Ordinal);
        Assert.Contains("Treatment – Modify", history, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Assessment – EX", history, StringComparison.OrdinalIgnoreCase);
        foreach (var raw in (string[])["methodology", "steps", "{0}", "exception months", desk.ExerciseId])
            Assert.DoesNotContain(raw, history, StringComparison.OrdinalIgnoreCase);
    }
}

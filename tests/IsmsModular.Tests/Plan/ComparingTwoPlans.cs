using System.Net;
using IsmsModular.Platform.Approvals;
using IsmsModular.Risks.Plan;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;

namespace IsmsModular.Tests.Plan;

public sealed class ComparingTwoPlans(IsmsApp app)
{
    [Fact]
    public async Task Tells_field_by_field_what_was_added_removed_or_changed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var (mine, _, task, _) = await desk.ApprovedAsync();
        // Another cost of a task, and a new risk.
        var later = desk.Task(mine) with { Id = task.Id, Seen = task.Version, CostOnce = 4000 };
        RiskDesk.Ok(await desk.Home.SendAsync(later, desk.Analyst));
        var added = await desk.TreatedAsync(desk.Second, "Lightning stops the radio");
        var second = await desk.SubmitAsync();
        var revisions = (await desk.Home.QueryAsync<PlanRevision>()).OrderBy(r => r.Number).ToList();
        Assert.Equal(2, revisions.Count);

        using var browser = await desk.Analyst.SignInAsync();
        var list = await browser.GetAsync(desk.Home.Url("risks/plan/revisions"));
        Assert.Contains("risks/plan/compare", list.Body, StringComparison.Ordinal);
        var url = desk.Home.Url($"risks/plan/compare?from={revisions[0].Id}&to={revisions[1].Id}");
        var compared = await browser.GetAsync(url);
        RiskDesk.Is(HttpStatusCode.OK, compared);

        var changes = (await desk.Home.SendAsync(new CompareModel.Query(revisions[0].Id, revisions[1].Id, new() { Path = "", Sort = "title" }), desk.Analyst))!.Changes;
        Assert.Equal((1, 1, 0), (changes.Count(ContentChangeKind.Added), changes.Count(ContentChangeKind.Changed), changes.Count(ContentChangeKind.Removed)));
        Assert.Contains(changes.Shown, r => r.Kind == ContentChangeKind.Changed && r.Title.StartsWith(task.Reference, StringComparison.Ordinal) && r.Before == "1,000" && r.After == "4,000");
        Assert.Contains(changes.Shown, r => r.Kind == ContentChangeKind.Added && r.Title.Contains("Lightning", StringComparison.Ordinal));
        Assert.DoesNotContain(changes.Shown, r => r.Title.StartsWith(mine.Reference, StringComparison.Ordinal));

        // The other way round the same is gone.
        var back = (await desk.Home.SendAsync(new CompareModel.Query(revisions[1].Id, revisions[0].Id, new() { Path = "", Sort = "title" }), desk.Analyst))!.Changes;
        Assert.Equal((0, 1, 1), (back.Count(ContentChangeKind.Added), back.Count(ContentChangeKind.Changed), back.Count(ContentChangeKind.Removed)));

        // Filters and export keep what is compared.
        var narrowed = await browser.GetAsync(url + "&f.kind=added");
        Assert.Contains("Lightning", narrowed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("4,000", narrowed.Text, StringComparison.Ordinal);
        var csv = await browser.GetAsync(url + "&format=csv");
        Assert.Contains("4,000", csv.Body, StringComparison.Ordinal);
        Assert.Contains("Lightning", csv.Body, StringComparison.Ordinal);
        Assert.Contains($"format=xlsx&amp;from={revisions[0].Id}", compared.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compares_with_the_plan_as_it_stands_now()
    {
        var desk = await PlanDesk.OpenAsync(app);
        await desk.ApprovedAsync();
        var revision = Assert.Single(await desk.Home.QueryAsync<PlanRevision>());
        using var browser = await desk.Analyst.SignInAsync();
        Assert.Contains("Nothing differs", (await browser.GetAsync(desk.Home.Url($"risks/plan/compare?from={revision.Id}&to="))).Text, StringComparison.Ordinal);

        await desk.TreatedAsync(desk.Owner, "Theft of cable");
        Assert.Contains("Theft of cable", (await browser.GetAsync(desk.Home.Url($"risks/plan/compare?from={revision.Id}"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(desk.Home.Url($"risks/plan/compare?from={revision.Id}&to=nothing"))).Status);
    }
}

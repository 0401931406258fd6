using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Exercises.Swap;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>Rating forms of the methods that ask more than choices, and what comes of them. One page a route is not enough for these.</summary>
internal static class RatingForms
{
    private static readonly Dictionary<string, (string Path, string Value)[]> Values = new()
    {
        ["fair"] = [("lef.low", "0.5"), ("lef.mode", "2"), ("lef.high", "6"), ("lm.low", "5000"), ("lm.mode", "20000"), ("lm.high", "400000")],
        ["bow-tie"] = [("threats.0.name", "Lightning"), ("threats.0.freq", "0.1"), ("threats.0.barriers.0", "0.1"), ("threats.0.barriers.1", "0.05"), ("threats.1.name", "Flood"), ("threats.1.freq", "0.02"), ("recovery.0", "0.2"), ("consequence", "1000000")],
        ["monarc"] = [("threat", "3"), ("vulnerability", "4")],
        ["octave-allegro"] = [],
        ["owasp-risk-rating"] = [],
        ["cvss"] = [("vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")],
        ["lognormal-ale"] = [],
    };

    /// <summary>A workspace of its own with one risk for each method, rated where values are known.</summary>
    /// <returns>Addresses by the name of their screenshot.</returns>
    public static async Task<IReadOnlyList<(string Name, string Url)>> AddAsync(IsmsApp app, string accountId)
    {
        var desk = await RiskDesk.OpenAsync(app);
        await app.AsConsoleAsync(new Web.Workspaces.SetMembership.Command(desk.Home.Workspace.Id, accountId, [.. Enum.GetValues<Role>()]));
        var matrix = desk.ExerciseId;
        var high = await desk.RatedAsync("high", "high", "Burglary at the pumping station");
        await desk.RatedAsync("low", "medium", "Flood in the archive");
        RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(high), desk.Analyst));
        RiskDesk.Ok(await desk.RateAsync(await desk.RiskAsync(high.Id), RatingKind.Target, "very-high", "very-high"));
        List<(string, string)> pages = [("treatment-target-above", $"risks/treatment/edit?id={high.Id}"), ("register-target-above", $"risks/register?f.exercise={matrix}&f.above=yes"), ("exercise-target-above", $"risks/exercises/detail?id={matrix}")];

        foreach (var (method, values) in Values)
        {
            await desk.PlanAsync(methodology: method);
            RiskDesk.Ok(await desk.Home.SendAsync(new Risks.Exercises.DetailModel.Start { Id = desk.ExerciseId, Seen = 1 }, desk.Analyst));
            var risk = await desk.AddAsync($"Fire stops the servers ({method})");
            pages.Add(($"rate-{method}-empty", $"risks/register/rate?id={risk.Id}&which=current"));
            if (values.Length == 0)
                continue;
            var rated = await desk.AddAsync($"Lightning stops the servers ({method})");
            var form = (await desk.Home.SendAsync(new RateModel.Open(rated.Id, RatingKind.Current), desk.Analyst))!;
            foreach (var (path, value) in values)
            {
                form.Values[path] = value;
                form.Reasons[path.Split('.')[0]] = "As the last years were";
                form.Sources[path.Split('.')[0]] = "Incident log";
            }

            RiskDesk.Ok(await desk.Home.SendAsync(form, desk.Analyst));
            pages.Add(($"rate-{method}", $"risks/register/rate?id={rated.Id}&which=current"));
            pages.Add(($"risk-{method}", $"risks/register/detail?id={rated.Id}"));
            RiskDesk.Ok(await desk.Home.SendAsync(RiskDesk.Decision(await desk.RiskAsync(rated.Id)), desk.Analyst));
            pages.Add(($"target-{method}", $"risks/register/rate?id={rated.Id}&which=target"));
            pages.Add(($"exercise-{method}", $"risks/exercises/detail?id={desk.ExerciseId}"));
        }

        // A change to a method of estimates, step by step, and one whose ratings wait to be confirmed.
        var change = new Risks.Exercises.Swap.IndexModel.Command { SourceId = matrix, Name = "In money", MethodologyId = "fair", MethodReason = "The board thinks in money" };
        RiskDesk.Ok(await desk.Home.SendAsync(change, desk.Analyst));
        pages.Add(("swap-fair-factors", $"risks/exercises/swap/factors?id={change.Id}"));
        var made = await ChangedAsync(desk, matrix);
        pages.AddRange([("confirm-many", $"risks/register/confirm?f.exercise={made}&f.carried=yes"), ("register-carried", $"risks/register?f.exercise={made}&f.carried=yes"), ("report-preselected", $"reports?report=exercise-comparison&subject={made}~{matrix}")]);
        return [.. pages.Select(p => (p.Item1, desk.Home.Url(p.Item2)))];
    }

    private static async Task<string> ChangedAsync(RiskDesk desk, string source)
    {
        var begin = new Risks.Exercises.Swap.IndexModel.Command { SourceId = source, Name = "By BSI", MethodologyId = "bsi-200-3", MethodReason = "To see what changes" };
        RiskDesk.Ok(await desk.Home.SendAsync(begin, desk.Analyst));
        var plan = (await desk.Home.SendAsync(new FactorsModel.Query(begin.Id, null), desk.Analyst))!;
        RiskDesk.Ok(await desk.Home.SendAsync(new FactorsModel.Command { Id = begin.Id, Seen = plan.Change.Version }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(LevelsModel.Command.From((await desk.Home.SendAsync(new LevelsModel.Query(begin.Id), desk.Analyst))!), desk.Analyst));
        var preview = (await desk.Home.SendAsync(new PreviewModel.Query(begin.Id, new() { Path = "", Sort = "move" }, true), desk.Analyst))!;
        var made = RiskDesk.Ok(await desk.Home.SendAsync(new PreviewModel.Confirm { Id = begin.Id, Seen = preview.Plan.Change.Version, Print = preview.Compared!.All.Print() }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new Risks.Exercises.DetailModel.Start { Id = made, Seen = 1 }, desk.Analyst));
        return made;
    }
}

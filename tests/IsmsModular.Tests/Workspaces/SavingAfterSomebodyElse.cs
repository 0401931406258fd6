using System.Net;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Looks;
using IsmsModular.Tests.Risks;

namespace IsmsModular.Tests.Workspaces;

/// <summary>Two people have the same form open: the second sees both versions, and can still save.</summary>
public sealed partial class SavingAfterSomebodyElse(IsmsApp app)
{
    [Fact]
    public async Task Settings_show_both_versions_and_let_one_be_kept()
    {
        var home = await app.NewWorkspaceAsync();
        using var one = await home.SignedInAsync(Role.WorkspaceAdministrator);
        using var two = await home.SignedInAsync(Role.WorkspaceAdministrator);
        var seen = (await one.GetAsync(home.Url("settings"))).Hidden("Input.Seen");
        Dictionary<string, string?> Typed(string name, string? version) => new()
        {
            ["Input.Seen"] = version, ["Input.Name"] = name, ["Input.TimeZone"] = "Europe/Berlin", ["Input.Currency"] = "EUR",
            ["Input.Language"] = "en", ["Input.Catalogue"] = "iso27001-2022-annex-a", ["Input.Methodology"] = "iso27005-2011-e21",
        };
        Assert.Equal(HttpStatusCode.SeeOther, (await one.PostAsync(home.Url("settings"), Typed("Words of the first", seen))).Status);

        var second = await two.PostAsync(home.Url("settings"), Typed("Words of the second", seen));

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Matches("<td[^>]*>Words of the second</td><td[^>]*>Words of the first</td>", second.Body);
        Assert.Equal(HttpStatusCode.SeeOther, (await two.PostAsync(home.Url("settings"), Typed("Words of the second", Keep().Match(second.Body).Groups[1].Value))).Status);
    }

    [Fact]
    public async Task A_form_for_a_new_record_sent_twice_is_done_once_and_another_text_under_its_id_is_a_conflict()
    {
        var desk = await RiskDesk.OpenAsync(app);
        async Task TwiceAsync<T>(string what, Func<string, ICommand<T>> form)
        {
            Assert.True((await desk.Home.SendAsync(form("Once"), desk.Analyst)) is { Succeeded: true }, what);
            Assert.True((await desk.Home.SendAsync(form("Once"), desk.Analyst)) is { Succeeded: true }, what + " sent twice");
            var other = await desk.Home.SendAsync(form("Something else"), desk.Analyst);
            Assert.True(other.Errors is [{ Kind: ErrorKind.Conflict }], what + " with other words");
        }

        var ids = Enumerable.Range(0, 5).Select(_ => Document.NewId()).ToArray();
        await TwiceAsync("risk", title =>
        {
            var form = desk.Described(title);
            form.Id = ids[0];
            return form;
        });
        await TwiceAsync("task", title => new IsmsModular.Risks.Plan.EditModel.Command { Id = ids[1], Title = title, ResponsibleId = desk.Owner.PersonId });
        await TwiceAsync("own control", title => new IsmsModular.Risks.Controls.OwnModel.Command { Id = ids[2], Title = title });
        await TwiceAsync("control", title => new IsmsModular.Risks.Controls.EditModel.Command { Id = ids[3], Name = title, ControlKey = "iso27001-2022-annex-a/A.8.13", PlannedOn = new DateOnly(2040, 1, 1) });
        await TwiceAsync("exercise", title => new IsmsModular.Risks.Exercises.EditModel.Command { Id = ids[4], Name = title, MethodologyId = "matrix", ExceptionMonths = 12 });
        Assert.Equal("Once", (await desk.RiskAsync(ids[0])).Title);
        Assert.Single(await desk.Home.QueryAsync<Risk>());
    }

    [Fact]
    public async Task Settings_show_both_values_of_a_parameter()
    {
        var home = await app.NewWorkspaceAsync();
        using var one = await home.SignedInAsync(Role.WorkspaceAdministrator);
        Dictionary<string, string?> Typed(string? version, string low) => new()
        {
            ["Input.Seen"] = version, ["Input.Name"] = "Acme", ["Input.TimeZone"] = "Europe/Berlin", ["Input.Currency"] = "EUR", ["Input.Language"] = "en",
            ["Input.Catalogue"] = "iso27001-2022-annex-a", ["Input.Methodology"] = "simplerisk", ["Input.ParametersOf"] = "simplerisk", ["Input.Parameters[model]"] = low,
        };
        var seen = (await one.GetAsync(home.Url("settings"))).Hidden("Input.Seen");
        var first = await one.PostAsync(home.Url("settings"), Typed(seen, "2"));
        Assert.True(first.Status == HttpStatusCode.SeeOther, first.Text);

        var second = await one.PostAsync(home.Url("settings"), Typed(seen, "1"));

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Matches("<td[^>]*>1</td><td[^>]*>2</td>", second.Body);
    }

    [Fact]
    public async Task A_rating_shows_both_values_and_reasons()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "low", "high"));
        using var owner = await desk.Owner.SignInAsync();

        var second = await owner.PostAsync(desk.Home.Url("risks/register/rate?id=" + risk.Id), new()
        {
            ["Input.Id"] = risk.Id, ["Input.Seen"] = "1", ["Input.Which"] = "Current",
            ["Input.Values[likelihood]"] = "very-high", ["Input.Reasons[likelihood]"] = "Every week", ["Input.Sources[likelihood]"] = "Incident log",
            ["Input.Values[impact]"] = "high", ["Input.Reasons[impact]"] = "A day without service", ["Input.Sources[impact]"] = "Interview",
        });

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Matches("<td[^>]*>Very high</td><td[^>]*>Low</td>", second.Body);
        Assert.Matches("<td[^>]*>Every week</td><td[^>]*>Twice in five years</td>", second.Body);
    }

    [Fact]
    public async Task A_form_beside_the_record_keeps_the_version_it_shows()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.AddAsync();
        RiskDesk.Ok(await desk.RateAsync(risk, RatingKind.Current, "low", "high"));
        using var analyst = await desk.Analyst.SignInAsync();
        var url = desk.Home.Url($"risks/register/detail?id={risk.Id}&handler=Dismiss");
        Dictionary<string, string?> typed = new() { ["Dismissal.Id"] = risk.Id, ["Dismissal.Seen"] = "1", ["Dismissal.DismissedBecause"] = "Looked at twice" };

        var second = await analyst.PostAsync(url, typed, form: desk.Home.Url("risks/register/detail?id=" + risk.Id));

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Equal("2", second.Hidden("Dismissal.Seen"));
    }

    [Fact]
    public async Task The_button_that_keeps_ones_own_stands_before_the_version_that_was_seen()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.WorkspaceAdministrator);
        var made = await browser.PostAsync(home.Url("risks/methodologies/new"), new() { ["Input.Id"] = Document.NewId(), ["Input.Name"] = "Ours", ["Input.Start"] = "5" });
        var url = made.Location!;
        var page = await browser.GetAsync(url);
        var fields = Field().Matches(page.Body).Select(m => (Name: WebUtility.HtmlDecode(m.Groups[1].Value), Value: WebUtility.HtmlDecode(m.Groups[2].Value)));

        var second = await browser.PostAsync(url, new() { ["Input.Seen"] = "0" }, more: fields.Where(f => f.Name.StartsWith("Input.", StringComparison.Ordinal) && f.Name != "Input.Seen"));

        Assert.True(second.Status == HttpStatusCode.Conflict, second.Text);
        Assert.Matches("^<button[^>]*value=\"1\"", Seen().Match(second.Body).Value);
    }

    [Fact]
    public void Every_form_that_carries_the_version_seen_shows_the_conflict()
    {
        var silent = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cshtml", SearchOption.AllDirectories)
            .Select(path => (path, text: File.ReadAllText(path)))
            .Where(p => p.text.Contains("asp-for=\"Input.Seen\"", StringComparison.Ordinal) && !p.text.Contains("<conflict-notice", StringComparison.Ordinal))
            .Select(p => Path.GetRelativePath(Repository.Root, p.path));
        Assert.Equal([], silent);
    }

    [Fact]
    public async Task What_is_edited_and_not_here_is_not_made_anew()
    {
        var desk = await RiskDesk.OpenAsync(app);
        using var analyst = await desk.Analyst.SignInAsync();
        var risk = desk.Described();
        var plan = new IsmsModular.Risks.Exercises.EditModel.Command { Name = "Yearly", MethodologyId = "matrix", ExceptionMonths = 12 };
        var own = new IsmsModular.Risks.Controls.OwnModel.Command { Title = "Drill" };
        var control = new IsmsModular.Risks.Controls.EditModel.Command { Name = "Backup", ControlKey = "iso27001-2022-annex-a/A.8.13", State = IsmsModular.Risks.Controls.ImplementationState.Withdrawn };
        risk.Seen = plan.Seen = own.Seen = control.Seen = 1;

        Assert.Equal(ErrorKind.NotFound, (await desk.Home.SendAsync(risk, desk.Analyst)).Errors[0].Kind);
        Assert.Equal(ErrorKind.NotFound, (await desk.Home.SendAsync(plan, desk.Analyst)).Errors[0].Kind);
        Assert.Equal(ErrorKind.NotFound, (await desk.Home.SendAsync(own, desk.Analyst)).Errors[0].Kind);
        Assert.Equal(ErrorKind.NotFound, (await desk.Home.SendAsync(control, desk.Analyst)).Errors[0].Kind);
        Assert.Null(await desk.Home.FindAsync<Risk>(risk.Id));
    }

    [GeneratedRegex("<input[^>]* name=\"([^\"]*)\"[^>]* value=\"([^\"]*)\"")]
    private static partial Regex Field();

    [GeneratedRegex("<(?:button|input)[^>]*name=\"Input.Seen\"[^>]*>")]
    private static partial Regex Seen();

    [GeneratedRegex("<button[^>]*name=\"Input.Seen\"[^>]*value=\"(\\d+)\"")]
    private static partial Regex Keep();
}

using System.Net;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Organisation;

public sealed class KeepingPeople(IsmsApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Adds_changes_and_finds_a_person(bool htmx)
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var edit = home.Url("organisation/people/edit");
        var id = Document.NewId();
        Dictionary<string, string?> form = new() { ["Input.Id"] = id, ["Input.Seen"] = "0", ["Input.Name"] = "Head of Finance", ["Input.Unit"] = "Finance", ["Input.Email"] = "no mail" };

        var refused = await browser.PostAsync(edit, form, htmx);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Head of Finance", refused.Body, StringComparison.Ordinal);

        form["Input.Email"] = "finance@example.org";
        var added = await browser.PostAsync(edit, form, htmx, [("Input.Roles", "AssetOwner"), ("Input.Roles", "RiskOwner")]);
        Assert.Equal($"{home.Url("organisation/people/detail")}?id={id}", added.Location);
        var twice = await browser.PostAsync(edit, form, htmx);
        Assert.Equal(added.Location, twice.Location);

        var list = await browser.GetAsync(home.Url("organisation/people") + "?q=finance&f.role=riskOwner");
        Assert.Contains("Head of Finance", list.Text, StringComparison.Ordinal);
        Assert.Contains("PERS-0002", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Head of Finance", (await browser.GetAsync(home.Url("organisation/people") + "?f.role=custodian")).Text, StringComparison.Ordinal);
        var csv = await browser.GetAsync(home.Url("organisation/people") + "?f.role=riskOwner&format=csv");
        Assert.Contains("PERS-0002,Head of Finance,Finance,finance@example.org,\"Asset owner, Risk owner\"", csv.Body, StringComparison.Ordinal);
        Assert.Equal(2, csv.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (var url in (string[])[$"organisation/people/detail?id={id}", $"organisation/people/edit?id={id}", $"organisation/people/edit?from={id}", "organisation/people/queue"])
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(home.Url(url))).Status);
    }

    [Fact]
    public async Task Refuses_the_same_name_twice()
    {
        var home = await app.NewWorkspaceAsync();
        await home.MemberAsync("Head of ICT", Role.Ciso);
        using var browser = await home.SignedInAsync(Role.LeadTeam);

        var refused = await browser.PostAsync(home.Url("organisation/people/edit"), new() { ["Input.Id"] = Document.NewId(), ["Input.Seen"] = "0", ["Input.Name"] = "head of ict" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("PERS-0001 has this name already", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_a_new_name_at_once_where_owners_are_chosen()
    {
        var home = await app.NewWorkspaceAsync();
        var person = await home.MemberAsync("Head of ICT", Role.Ciso);
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var (picker, edit) = (home.Url("risks/assets/add"), $"{home.Url("organisation/people/edit")}?id={person.PersonId}");
        Assert.Contains("Head of ICT", (await browser.GetAsync(picker)).Text, StringComparison.Ordinal);

        var form = await browser.GetAsync(edit);
        var renamed = await browser.PostAsync(home.Url("organisation/people/edit"), new() { ["Input.Id"] = person.PersonId, ["Input.Seen"] = form.Hidden("Input.Seen"), ["Input.Name"] = "Head of Systems" }, form: edit);

        Assert.Equal(HttpStatusCode.SeeOther, renamed.Status);
        var now = (await browser.GetAsync(picker)).Text;
        Assert.Contains("Head of Systems", now, StringComparison.Ordinal);
        Assert.DoesNotContain("Head of ICT", now, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_both_versions_to_the_second_of_two_who_edit()
    {
        var home = await app.NewWorkspaceAsync();
        var person = await home.MemberAsync("Head of ICT", Role.Ciso);
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var edit = $"{home.Url("organisation/people/edit")}?id={person.PersonId}";
        var first = await browser.GetAsync(edit);
        Dictionary<string, string?> Form(string unit) => new() { ["Input.Id"] = person.PersonId, ["Input.Seen"] = first.Hidden("Input.Seen"), ["Input.Name"] = "Head of ICT", ["Input.Unit"] = unit };

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(home.Url("organisation/people/edit"), Form("Theirs"), form: edit)).Status);
        var second = await browser.PostAsync(home.Url("organisation/people/edit"), Form("Mine"), form: edit);

        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("Theirs", second.Text, StringComparison.Ordinal);
        Assert.Contains("Mine", second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leaver_is_no_longer_offered_as_owner()
    {
        var home = await app.NewWorkspaceAsync();
        var person = await home.MemberAsync("Leaver", Role.AssetOwner);
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var detail = $"{home.Url("organisation/people/detail")}?id={person.PersonId}";
        var page = await browser.GetAsync(detail);

        var tomorrow = await browser.PostAsync(detail + "&handler=Leave", new() { ["seen"] = page.Hidden("seen"), ["LeftOn"] = "2999-01-01" }, form: detail);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tomorrow.Status);
        var left = await browser.PostAsync(detail + "&handler=Leave", new() { ["seen"] = page.Hidden("seen"), ["LeftOn"] = "2026-01-31" }, form: detail);
        Assert.Equal(HttpStatusCode.SeeOther, left.Status);

        var offered = await home.RunAsync(s => s.GetRequiredService<IPeople>().AllAsync());
        Assert.DoesNotContain(offered, p => p.Id == person.PersonId);
        Assert.True((await home.RunAsync(s => s.GetRequiredService<IPeople>().FindAsync(person.PersonId)))!.HasLeft);
    }

    [Fact]
    public async Task Text_that_would_break_office_files_is_refused()
    {
        var home = await app.NewWorkspaceAsync();
        using var browser = await home.SignedInAsync(Role.LeadTeam);
        var refused = await browser.PostAsync(home.Url("organisation/people/edit"), new() { ["Input.Id"] = Document.NewId(), ["Input.Seen"] = "0", ["Input.Name"] = "Bell \u0007 ringer" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("characters that cannot be printed", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_makes_himself_deputy_of_another()
    {
        var home = await app.NewWorkspaceAsync();
        var owner = await home.MemberAsync("Head of ICT", Role.RiskOwner);
        var analyst = await home.MemberAsync("Analyst", Role.LeadTeam, Role.WorkspaceAdministrator);
        var colleague = await home.MemberAsync("Colleague", Role.LeadTeam);
        var edit = $"{home.Url("organisation/people/edit")}?id={owner.PersonId}";
        async Task<TestPage> AppointAsync(TestMember by)
        {
            using var browser = await by.SignInAsync();
            var form = await browser.GetAsync(edit);
            return await browser.PostAsync(home.Url("organisation/people/edit"), new() { ["Input.Id"] = owner.PersonId, ["Input.Seen"] = form.Hidden("Input.Seen"), ["Input.Name"] = "Head of ICT", ["Input.DeputyId"] = analyst.PersonId }, form: edit);
        }

        var refused = await AppointAsync(analyst);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Nobody makes himself deputy", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await AppointAsync(colleague)).Status);
        // Once appointed by another, the deputy may change the rest of the record.
        Assert.Equal(HttpStatusCode.SeeOther, (await AppointAsync(analyst)).Status);
    }

    [Fact]
    public async Task Many_records_of_a_leaver_are_counted_each_once_and_the_first_are_listed()
    {
        var desk = await RiskDesk.OpenAsync(app);
        await desk.Home.RunAsync(async s =>
        {
            var session = s.GetRequiredService<Platform.Workspaces.WorkspaceContext>().OpenSession();
            for (var i = 1; i <= 203; i++)
                session.Add(new IsmsModular.Risks.Assets.Asset { Reference = $"ASSET-1{i:000}", Name = $"Pump {i}", OwnerId = desk.Owner.PersonId, CustodianId = desk.Owner.PersonId }, "test.add");
            return (await session.SaveAsync()).Value;
        });
        await desk.AddAsync();
        RiskDesk.Ok(await desk.Home.SendAsync(new IsmsModular.Organisation.People.DetailPage.Leave(desk.Owner.PersonId, new DateOnly(2026, 1, 1), 1)));
        using var analyst = await desk.Analyst.SignInAsync();

        Assert.Contains("organisation/people/queue", (await analyst.GetAsync(desk.Home.Url("organisation/people"))).Body, StringComparison.Ordinal);
        Assert.Matches(@"Head of ICT\s.*\s204\s", (await analyst.GetAsync(desk.Home.Url("organisation/people/queue"))).Text);
        var detail = await analyst.GetAsync(desk.Home.Url("organisation/people/detail?id=" + desk.Owner.PersonId));
        Assert.Equal(199, System.Text.RegularExpressions.Regex.Count(detail.Body, "risks/assets/detail"));
        Assert.Contains("4 more are not listed here", detail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_in_a_person_s_name_show_to_who_may_read_them()
    {
        var desk = await RiskDesk.OpenAsync(app);
        var risk = await desk.RatedAsync("medium", "high");
        var detail = desk.Home.Url($"organisation/people/detail?id={desk.Owner.PersonId}");
        using var analyst = await desk.Analyst.SignInAsync();
        using var administrator = await desk.Home.SignedInAsync(Role.WorkspaceAdministrator);

        Assert.Contains(risk.Title, (await analyst.GetAsync(detail)).Text, StringComparison.Ordinal);
        var hidden = await administrator.GetAsync(detail);
        Assert.Equal(HttpStatusCode.OK, hidden.Status);
        Assert.DoesNotContain(risk.Title, hidden.Text, StringComparison.Ordinal);
        Assert.Contains("1 more that your roles do not show", hidden.Text, StringComparison.Ordinal);
    }
}

using System.Net;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Assets;

public sealed class KeepingTheInventory(IsmsApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Adds_an_asset_and_shows_it(bool htmx)
    {
        var here = await Inventory.OpenAsync(app);
        var saved = await here.Browser.PostAsync(here.Url("risks/assets/add"), new()
        {
            ["Input.Id"] = Document.NewId(), ["Input.Name"] = "Pump controllers", ["Input.Type"] = "physical", ["Input.Kind"] = "supporting", ["Input.Units"] = "12", ["Input.State"] = "inUse", ["Input.InScope"] = "true",
            ["Input.OwnerId"] = here.Officer.PersonId, ["Input.Identifier"] = "SN-77",
        }, htmx);
        Assert.Equal(htmx ? HttpStatusCode.OK : HttpStatusCode.SeeOther, saved.Status);
        var detail = await here.Browser.GetAsync(saved.Location!);
        Assert.Contains("ASSET-0001", detail.Text);
        Assert.Contains("Pump controllers", detail.Text);
        Assert.Contains("ISMS Officer", detail.Text);
        Assert.Contains("Pump controllers", (await here.Browser.GetAsync(here.Url("risks/assets?q=pump"))).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(bool htmx)
    {
        var here = await Inventory.OpenAsync(app);
        var answer = await here.Browser.PostAsync(here.Url("risks/assets/add"), new() { ["Input.Id"] = Document.NewId(), ["Input.Name"] = "", ["Input.Type"] = "physical", ["Input.Kind"] = "supporting", ["Input.Units"] = "0", ["Input.State"] = "inUse", ["Input.InScope"] = "false", ["Input.Place"] = "Cabinet <7>" }, htmx);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("Give the asset a name.", answer.Text);
        Assert.Contains("Units lie between 1 and 10 million.", answer.Text);
        Assert.Contains("Cabinet &lt;7&gt;", answer.Body);
        Assert.Equal(!htmx, answer.Body.Contains("<html", StringComparison.Ordinal));
        Assert.Empty(await here.Workspace.QueryAsync<Asset>());
    }

    [Fact]
    public async Task Adds_once_however_often_it_is_sent()
    {
        var here = await Inventory.OpenAsync(app);
        var command = new AddOnce("Pump").Command;
        Assert.Equal((await here.Workspace.SendAsync(command)).Value, (await here.Workspace.SendAsync(command)).Value);
        Assert.Single(await here.Workspace.QueryAsync<Asset>());
    }

    [Fact]
    public async Task Shows_both_versions_when_somebody_else_saved_first()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Pump");
        var first = here.Typed(asset);
        first["Input.Place"] = "Hall A";
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/edit?id={asset.Id}"), first)).Status);
        var second = here.Typed(asset);
        second["Input.Place"] = "Hall B";
        var answer = await here.Browser.PostAsync(here.Url($"risks/assets/edit?id={asset.Id}"), second);
        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("Hall A", answer.Text);
        Assert.Contains("Hall B", answer.Body);
        Assert.Equal("Hall A", (await here.Workspace.FindAsync<Asset>(asset.Id))!.Place);

        second["Input.Seen"] = "2";
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/edit?id={asset.Id}"), second)).Status);
        Assert.Equal("Hall B", (await here.Workspace.FindAsync<Asset>(asset.Id))!.Place);
    }

    [Fact]
    public async Task Knows_no_id_of_another_workspace()
    {
        var here = await Inventory.OpenAsync(app);
        var there = await Inventory.OpenAsync(app);
        var foreign = await there.AddAsync("Foreign");
        var foreignGroup = await there.AddGroupAsync("Foreign group");
        var asset = await here.AddAsync("Own");
        foreach (var page in new[] { "detail", "edit", "value", "retire", "add?from=", "move?ids=", "reassign?ids=" })
        {
            var url = page.Contains('?', StringComparison.Ordinal) ? $"risks/assets/{page}{foreign.Id}" : $"risks/assets/{page}?id={foreign.Id}";
            Assert.Equal(HttpStatusCode.NotFound, (await here.Browser.GetAsync(here.Url(url))).Status);
        }

        foreach (var (field, id) in new[] { ("Input.OwnerId", there.Officer.PersonId), ("Input.CustodianId", there.Officer.PersonId), ("Input.GroupId", foreignGroup.Id), ("Input.SupportsIds", foreign.Id) })
        {
            var typed = here.Typed(asset);
            typed[field] = id;
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await here.Browser.PostAsync(here.Url($"risks/assets/edit?id={asset.Id}"), typed)).Status);
        }

        var other = here.Typed(foreign);
        Assert.Equal(HttpStatusCode.NotFound, (await here.Browser.PostAsync(here.Url("risks/assets/edit?id=" + foreign.Id), other, form: here.Url("risks/assets/edit?id=" + asset.Id))).Status);
        Assert.Equal(ErrorKind.NotFound, (await here.Workspace.SendAsync(new MoveModel.Command { Ids = [foreign.Id], GroupId = (await here.AddGroupAsync("Mine")).Id })).Errors[0].Kind);
        Assert.Equal(ErrorKind.NotFound, (await here.Workspace.SendAsync(new ReassignModel.Command { Ids = [foreign.Id], ToId = here.Officer.PersonId })).Errors[0].Kind);
        Assert.Equal("Foreign", (await there.Workspace.FindAsync<Asset>(foreign.Id))!.Name);
    }

    [Fact]
    public async Task Lets_owners_change_their_own_rows_and_readers_none()
    {
        var here = await Inventory.OpenAsync(app);
        var owner = await here.Workspace.MemberAsync("Head of Operations", Role.AssetOwner);
        var auditor = await here.Workspace.MemberAsync("Auditor", Role.InternalAuditor);
        var own = await here.AddAsync("Own", c => c.OwnerId = owner.PersonId);
        var others = await here.AddAsync("Others");
        var ownerBrowser = await owner.SignInAsync();
        var auditorBrowser = await auditor.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await ownerBrowser.GetAsync(here.Url($"risks/assets/edit?id={own.Id}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ownerBrowser.GetAsync(here.Url($"risks/assets/edit?id={others.Id}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditorBrowser.GetAsync(here.Url($"risks/assets/edit?id={own.Id}"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await auditorBrowser.GetAsync(here.Url($"risks/assets/detail?id={own.Id}"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await ownerBrowser.GetAsync(here.Url("risks/assets/add"))).Status);
        var typed = here.Typed(others);
        Assert.Equal(HttpStatusCode.Forbidden, (await ownerBrowser.PostAsync(here.Url($"risks/assets/edit?id={others.Id}"), typed, form: here.Url($"risks/assets/edit?id={own.Id}"))).Status);
    }

    [Fact]
    public async Task Keeps_an_asset_that_a_risk_or_another_asset_needs()
    {
        var here = await Inventory.OpenAsync(app);
        var service = await here.AddAsync("Billing", c => (c.Type, c.Kind) = ("service", "primary"));
        var server = await here.AddAsync("Server", c => c.SupportsIds = [service.Id]);
        await here.Workspace.RunAsync(async services =>
        {
            var session = services.GetRequiredService<WorkspaceContext>().OpenSession();
            var exercise = new IsmsModular.Risks.Exercises.Exercise { Name = "Yearly", MethodologyId = "matrix" };
            session.Add(exercise, "exercise.add");
            session.Add(new Risk { Reference = "RISK-0001", ExerciseId = exercise.Id, Title = "Server fails", AssetIds = [server.Id], State = RiskState.Rated }, "risk.add");
            return await session.SaveAsync();
        });

        var risky = await here.Browser.PostAsync(here.Url($"risks/assets/retire?id={server.Id}"), new() { ["Input.Id"] = server.Id, ["Input.Seen"] = "1", ["Input.Reason"] = "scrapped" }, form: here.Url("risks/assets/add"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, risky.Status);
        Assert.Contains("RISK-0001", risky.Text);
        var needed = await here.Workspace.SendAsync(new RetireModel.Command { Id = service.Id, Seen = 1, Reason = "gone" });
        Assert.Equal(["ASSET-0002"], Assert.Single(needed.Errors).Arguments);
    }

    [Fact]
    public async Task Retires_with_a_reason_and_takes_back()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Old printer");
        Assert.False((await here.Workspace.SendAsync(new RetireModel.Command { Id = asset.Id, Seen = 1 })).Succeeded);
        var retired = await here.Browser.PostAsync(here.Url($"risks/assets/retire?id={asset.Id}"), new() { ["Input.Id"] = asset.Id, ["Input.Seen"] = "1", ["Input.Reason"] = "scrapped" });
        Assert.Equal(HttpStatusCode.SeeOther, retired.Status);
        Assert.Empty((await here.Workspace.FindAsync<Asset>(asset.Id))!.Gaps());
        Assert.Equal("scrapped", (await here.Workspace.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().HistoryAsync(asset.Id)))[0].Reason);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/detail?handler=restore&id={asset.Id}"), new() { ["id"] = asset.Id, ["seen"] = "2" }, form: here.Url($"risks/assets/detail?id={asset.Id}"))).Status);
        Assert.Equal(AssetState.InUse, (await here.Workspace.FindAsync<Asset>(asset.Id))!.State);
    }

    [Fact]
    public async Task Confirms_that_a_record_is_still_right()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Pump");
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/detail?handler=confirm&id={asset.Id}"), new() { ["id"] = asset.Id, ["seen"] = "1" }, form: here.Url($"risks/assets/detail?id={asset.Id}"))).Status);
        var confirmed = (await here.Workspace.FindAsync<Asset>(asset.Id))!;
        Assert.Equal(here.Officer.PersonId, confirmed.LastConfirmedById);
        Assert.NotNull(confirmed.LastConfirmedOn);
    }

    [Fact]
    public async Task Duplicates_everything_but_what_belongs_to_one_thing()
    {
        var here = await Inventory.OpenAsync(app);
        var original = await here.ValueAsync(await here.AddAsync("Server", c => (c.SourceKey, c.Place, c.OwnerId, c.Units) = ("K-1", "Hall", here.Officer.PersonId, 3)), 2, 5, 4);
        var form = await here.Browser.GetAsync(here.Url($"risks/assets/add?from={original.Id}"));
        Assert.Contains("Server (copy)", form.Body);
        var typed = here.Typed(original);
        typed["Input.Id"] = form.Hidden("Input.Id");
        typed["Input.FromId"] = form.Hidden("Input.FromId");
        Assert.NotEqual(original.Id, typed["Input.Id"]);
        typed["Input.Name"] = "Server (copy)";
        var saved = await here.Browser.PostAsync(here.Url($"risks/assets/add?from={original.Id}"), typed);
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var copy = (await here.Workspace.FindAsync<Asset>(typed["Input.Id"]!))!;
        Assert.Equal("ASSET-0002", copy.Reference);
        Assert.Null(copy.SourceKey);
        Assert.Equal(5, copy.Valuation!.Greatest);
    }

    [Fact]
    public async Task Refuses_a_circle_of_support()
    {
        var here = await Inventory.OpenAsync(app);
        var a = await here.AddAsync("A");
        var b = await here.AddAsync("B", c => c.SupportsIds = [a.Id]);
        var c = await here.AddAsync("C", x => x.SupportsRefs = b.Reference);
        Assert.Equal([b.Id], c.SupportsIds);
        var typed = here.Typed(a);
        typed["Input.SupportsIds"] = c.Id;
        var answer = await here.Browser.PostAsync(here.Url($"risks/assets/edit?id={a.Id}"), typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("support itself", answer.Text);
    }

    [Fact]
    public async Task Lists_what_is_incomplete_by_what_is_missing()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Printers");
        await here.ValueAsync(await here.AddAsync("Whole", c => (c.OwnerId, c.GroupId) = (here.Officer.PersonId, group.Id)), 1, 1, 1);
        await here.AddAsync("No owner", c => c.GroupId = group.Id);
        await here.AddAsync("No serial", c => (c.OwnerId, c.GroupId, c.Identifier) = (here.Officer.PersonId, group.Id, null));
        await here.AddAsync("Reason given", c => (c.OwnerId, c.GroupId, c.Identifier, c.IdentifierMissingBecause) = (here.Officer.PersonId, group.Id, null, "reading it stops the plant"));
        var queue = (await here.Browser.GetAsync(here.Url("risks/assets/incomplete"))).Text;
        Assert.DoesNotContain("Whole", queue);
        Assert.Contains("No serial", queue);
        var missing = (await here.Browser.GetAsync(here.Url("risks/assets?f.gaps=identifier"))).Text;
        Assert.Contains("No serial", missing);
        Assert.DoesNotContain("Reason given", missing);
    }

    [Fact]
    public async Task Gives_chosen_assets_to_another_custodian_together()
    {
        var here = await Inventory.OpenAsync(app);
        var assets = new[] { await here.AddAsync("One"), await here.AddAsync("Two") };
        await here.AddAsync("Three");
        var url = here.Url("risks/assets/reassign?" + string.Join('&', assets.Select(a => "ids=" + a.Id)));
        var given = await here.Browser.PostAsync(url, new() { ["Input.ToId"] = here.Officer.PersonId, ["Input.Role"] = "custodian" }, more: assets.Select(a => ("Input.Ids", a.Id)));
        Assert.Equal(HttpStatusCode.SeeOther, given.Status);
        Assert.Equal(["One", "Two"], (await here.Workspace.QueryAsync<Asset>(Query.All.Where("custodian", here.Officer.PersonId).OrderBy("ref"))).Select(a => a.Name));
    }

    [Fact]
    public async Task Points_at_the_hand_over_when_an_owner_has_left()
    {
        var here = await Inventory.OpenAsync(app);
        var leaver = await here.Workspace.MemberAsync("Old Hand", Role.AssetOwner);
        await here.AddAsync("Owned", c => c.OwnerId = leaver.PersonId);
        await here.Browser.PostAsync(here.Url($"organisation/people/detail?handler=leave&id={leaver.PersonId}"), new() { ["LeftOn"] = "2026-01-01", ["Seen"] = "1" }, form: here.Url($"organisation/people/detail?id={leaver.PersonId}"));
        var queue = await here.Browser.GetAsync(here.Url("risks/assets/incomplete"));
        Assert.Contains("Old Hand has left. Records still held: 1.", queue.Text);
        Assert.Contains(here.Url("risks/plan/handover"), queue.Body);
    }

    [Fact]
    public async Task Hides_what_is_retired_until_it_is_asked_for()
    {
        var here = await Inventory.OpenAsync(app);
        var old = await here.AddAsync("Old printer");
        await here.AddAsync("New printer");
        await here.Workspace.SendAsync(new RetireModel.Command { Id = old.Id, Seen = 1, Reason = "scrapped" });
        Assert.DoesNotContain("Old printer", (await here.Browser.GetAsync(here.Url("risks/assets"))).Text);
        Assert.Contains("Old printer", (await here.Browser.GetAsync(here.Url("risks/assets?f.state=retired"))).Text);
    }

    [Fact]
    public async Task Sorts_filters_and_exports_the_whole_filter()
    {
        var here = await Inventory.OpenAsync(app);
        for (var n = 0; n < 60; n++)
            await here.AddAsync($"Pump {n:00}", c => c.Units = n + 1);
        await here.AddAsync("=cmd|' /C calc'!A0", c => c.Type = "software");
        var first = await here.Browser.GetAsync(here.Url("risks/assets?sort=-units&f.type=physical"));
        Assert.Contains("Pump 59", first.Text);
        Assert.DoesNotContain("Pump 00", first.Text);
        var csv = await here.Browser.GetAsync(here.Url("risks/assets?format=csv&f.type=physical"));
        Assert.Equal(61, csv.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("'=cmd", (await here.Browser.GetAsync(here.Url("risks/assets?format=csv"))).Body);
        var xlsx = await here.Browser.GetAsync(here.Url("risks/assets?format=xlsx"));
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.Headers["Content-Type"]);
        using var workbook = DocumentFormat.OpenXml.Packaging.SpreadsheetDocument.Open(new MemoryStream(xlsx.Bytes), false);
        Assert.Empty(new DocumentFormat.OpenXml.Validation.OpenXmlValidator().Validate(workbook));
    }

    [Fact]
    public async Task Speaks_malay()
    {
        var here = await Inventory.OpenAsync(app);
        await here.AddAsync("Pam");
        using var request = new HttpRequestMessage(HttpMethod.Get, here.Url("risks/assets"));
        request.Headers.Add("Cookie", "isms.language=ms");
        var page = await (await here.Browser.Client.SendAsync(request)).Content.ReadAsStringAsync();
        Assert.DoesNotContain("asset.", System.Text.RegularExpressions.Regex.Replace(page, "(href|action|formaction|src)=\"[^\"]*\"", ""));
    }

    private sealed record AddOnce(string Name)
    {
        public IsmsModular.Risks.Assets.AddModel.Command Command { get; } = new() { Name = Name, Type = "physical" };
    }
}

using System.Net;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Assets;

public sealed class ValuingAssets(IsmsApp app)
{
    [Fact]
    public async Task Needs_three_values_each_with_a_reason_and_who_took_part()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Server");
        var answer = await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), new() { ["Input.Id"] = asset.Id, ["Input.Seen"] = "1", ["Input.C"] = "3", ["Input.I"] = "4", ["Input.IReason"] = "contract", ["Input.On"] = "2026-06-01" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("Choose a value.", answer.Text);
        Assert.Contains("an auditor asks for it", answer.Text);
        Assert.Contains("Name at least one person", answer.Text);
        Assert.Contains("value=\"contract\"", answer.Body);
        Assert.Null((await here.Workspace.FindAsync<Asset>(asset.Id))!.Valuation);
    }

    [Fact]
    public async Task Refuses_a_tier_that_the_scale_does_not_have()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Server");
        var answer = await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), Values(asset, 1, "6", "1", "1", here.Officer.PersonId));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Fact]
    public async Task Saves_a_value_with_its_scale_and_shows_who_gave_it()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Server");
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), Values(asset, 1, "2", "5", "4", here.Officer.PersonId))).Status);
        var value = (await here.Workspace.FindAsync<Asset>(asset.Id))!.Valuation!;
        Assert.Equal((5, 1, ValuationBasis.Own), (value.Greatest, value.ScaleVersion, value.Basis));
        Assert.Equal(("ISMS Officer", "owner"), (value.Participants[0].Name, value.Participants[0].Role));
        Assert.Contains("ISMS Officer", (await here.Browser.GetAsync(here.Url($"risks/assets/detail?id={asset.Id}"))).Text);
    }

    [Fact]
    public async Task Keeps_who_took_part_after_they_left()
    {
        var here = await Inventory.OpenAsync(app);
        var leaver = await here.Workspace.MemberAsync("Old Hand", Platform.Rights.Role.AssetOwner);
        var asset = await here.AddAsync("Server");
        var group = await here.AddGroupAsync("Servers");
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), Values(asset, 1, "2", "5", "4", leaver.PersonId))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/groups/value?id={group.Id}"), Values(group.Id, 1, "2", "5", "4", leaver.PersonId))).Status);
        Assert.True((await here.Workspace.SendAsync(new IsmsModular.Organisation.People.DetailPage.Leave(leaver.PersonId, new DateOnly(2026, 1, 1), 1))).Succeeded);
        foreach (var url in new[] { $"risks/assets/value?id={asset.Id}", $"risks/groups/value?id={group.Id}" })
            Assert.Matches($" selected=\"\"[^>]* value=\"{leaver.PersonId}\"", (await here.Browser.GetAsync(here.Url(url))).Body);
    }

    [Fact]
    public async Task Shows_the_second_of_two_both_versions_in_words()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.AddAsync("Server");
        await here.ValueAsync(asset, 1, 2, 3);
        var late = await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), Values(asset, 1, "2", "5", "4", here.Officer.PersonId));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("Confidentiality 2 ·", late.Text);
        Assert.Contains("Availability: reason because stop", late.Text);
        // Kept after all: the version that is stored now was seen.
        var values = Values(asset, 2, "2", "5", "4", here.Officer.PersonId);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), values)).Status);
    }

    [Fact]
    public async Task Passes_value_on_along_what_is_supported()
    {
        var here = await Inventory.OpenAsync(app);
        var billing = await here.ValueAsync(await here.AddAsync("Billing", c => (c.Type, c.Kind) = ("service", "primary")), 2, 3, 5);
        var program = await here.ValueAsync(await here.AddAsync("Program", c => c.SupportsIds = [billing.Id]), 4, 1, 1);
        var server = await here.AddAsync("Server", c => c.SupportsIds = [program.Id]);
        var form = await here.Browser.GetAsync(here.Url($"risks/assets/value?id={server.Id}"));
        Assert.Contains("C4 I3 A5", form.Text);
        var taken = await here.Browser.GetAsync(here.Url($"risks/assets/value?id={server.Id}&take=supports"));
        Assert.Equal(program.Id, taken.Hidden("Input.InheritedFromId"));
        var values = Values(server, 1, "4", "3", "5", here.Officer.PersonId);
        values["Input.InheritedFromId"] = program.Id;
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={server.Id}"), values)).Status);
        Assert.Equal(ValuationBasis.Inherited, (await here.Workspace.FindAsync<Asset>(server.Id))!.Valuation!.Basis);
        values["Input.A"] = "4";
        values["Input.Seen"] = "2";
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={server.Id}"), values)).Status);
        Assert.Equal(ValuationBasis.Overridden, (await here.Workspace.FindAsync<Asset>(server.Id))!.Valuation!.Basis);
        Assert.Contains("worth more", (await here.Browser.GetAsync(here.Url($"risks/assets/detail?id={server.Id}"))).Text);
    }

    [Fact]
    public async Task Keeps_unlike_values_out_of_one_group_unless_it_is_wanted()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        await here.ValueAsync(await here.AddAsync("One", c => c.GroupId = group.Id), 1, 2, 3);
        await here.ValueAsync(await here.AddAsync("Two", c => c.GroupId = group.Id), 1, 2, 3);
        var odd = await here.ValueAsync(await here.AddAsync("Odd"), 5, 5, 5);
        var move = here.Url($"risks/assets/move?ids={odd.Id}");
        var refused = await here.Browser.PostAsync(move, new() { ["Input.Ids"] = odd.Id, ["Input.GroupId"] = group.Id });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Odd (C5 I5 A5)", refused.Text);
        var wanted = await here.Browser.PostAsync(move, new() { ["Input.Ids"] = odd.Id, ["Input.GroupId"] = group.Id, ["Input.UnlikeAccepted"] = "true" });
        Assert.Equal(HttpStatusCode.SeeOther, wanted.Status);
        var page = await here.Browser.GetAsync(here.Url($"risks/groups/detail?id={group.Id}"));
        Assert.Contains("ASSET-0003 Odd (C5 I5 A5)", page.Text);
        Assert.Contains("Records: 3 · units: 3", page.Text);
    }

    [Fact]
    public async Task A_new_value_a_copy_and_what_is_taken_back_do_not_slip_into_a_group_of_other_values()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        var one = await here.ValueAsync(await here.AddAsync("One", c => c.GroupId = group.Id), 1, 2, 3);
        await here.ValueAsync(await here.AddAsync("Two", c => c.GroupId = group.Id), 1, 2, 3);
        var url = here.Url($"risks/assets/value?id={one.Id}");
        var values = Values(one, one.Version, "5", "5", "5", here.Officer.PersonId);
        var refused = await here.Browser.PostAsync(url, values);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("One (C5 I5 A5)", refused.Text);

        var odd = await here.ValueAsync(await here.AddAsync("Odd"), 5, 5, 5);
        var copy = await here.Workspace.SendAsync(new IsmsModular.Risks.Assets.AddModel.Command { FromId = odd.Id, Name = "Odd too", Type = "physical", GroupId = group.Id });
        Assert.Equal("asset.group.unlike", Assert.Single(copy.Errors).Message);

        values["Input.Seen"] = $"{one.Version}";
        values["Input.UnlikeAccepted"] = "true";
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(url, values)).Status);
        // Where it stands apart already, it may be valued again.
        one = (await here.Workspace.FindAsync<Asset>(one.Id))!;
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(url, Values(one, one.Version, "5", "5", "5", here.Officer.PersonId))).Status);

        one = (await here.Workspace.FindAsync<Asset>(one.Id))!;
        Assert.True((await here.Workspace.SendAsync(new RetireModel.Command { Id = one.Id, Seen = one.Version, Reason = "scrapped" })).Succeeded);
        var back = await here.Workspace.SendAsync(new IsmsModular.Risks.Assets.DetailModel.RestoreCommand(one.Id, one.Version + 1));
        Assert.Equal("asset.group.unlike", Assert.Single(back.Errors).Message);
    }

    [Fact]
    public async Task Takes_the_value_of_its_group_and_follows_it()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        var values = Values(group.Id, 1, "2", "2", "2", here.Officer.PersonId);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/groups/value?id={group.Id}"), values)).Status);
        var asset = await here.AddAsync("One", c => c.GroupId = group.Id);
        var own = Values(asset, 1, "2", "2", "2", here.Officer.PersonId);
        own["Input.InheritedFromId"] = group.Id;
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/assets/value?id={asset.Id}"), own)).Status);
        values = Values(group.Id, 2, "2", "4", "2", here.Officer.PersonId);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/groups/value?id={group.Id}"), values)).Status);
        Assert.Equal(4, (await here.Workspace.FindAsync<Asset>(asset.Id))!.Valuation!.Greatest);
    }

    [Fact]
    public async Task A_group_valued_apart_from_assets_of_its_own_values_asks_first()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        await here.ValueAsync(await here.AddAsync("Valued by itself", c => c.GroupId = group.Id), 1, 2, 3);
        var url = here.Url($"risks/groups/value?id={group.Id}");
        var values = Values(group.Id, 1, "2", "4", "2", here.Officer.PersonId);
        var asked = await here.Browser.PostAsync(url, values);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.Status);
        Assert.Contains("Valued by itself (C1 I2 A3)", asked.Text, StringComparison.Ordinal);
        Assert.Null((await here.Workspace.FindAsync<IsmsModular.Risks.Groups.AssetGroup>(group.Id))!.Valuation);

        values["Input.UnlikeAccepted"] = "true";
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(url, values)).Status);
        // It stands apart already: the next value does not ask again.
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(url, Values(group.Id, 2, "2", "5", "2", here.Officer.PersonId))).Status);
    }

    [Fact]
    public async Task A_groups_value_reaches_its_assets_that_have_none_and_leaves_others_their_own()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        var bare = await here.AddAsync("Imported without a value", c => c.GroupId = group.Id);
        var own = await here.ValueAsync(await here.AddAsync("Valued by itself", c => c.GroupId = group.Id), 1, 2, 3);
        Assert.Equal(HttpStatusCode.SeeOther, (await here.Browser.PostAsync(here.Url($"risks/groups/value?id={group.Id}"), new(Values(group.Id, 1, "2", "4", "2", here.Officer.PersonId)) { ["Input.UnlikeAccepted"] = "true" })).Status);

        var value = (await here.Workspace.FindAsync<Asset>(bare.Id))!.Valuation!;
        Assert.Equal((4, ValuationBasis.Inherited, group.Id), (value.Greatest, value.Basis, value.InheritedFromId));
        Assert.Equal((3, ValuationBasis.Own), ((await here.Workspace.FindAsync<Asset>(own.Id))!.Valuation!.Greatest, (await here.Workspace.FindAsync<Asset>(own.Id))!.Valuation!.Basis));
    }

    [Fact]
    public async Task Changing_the_scale_makes_a_version_and_leaves_values_alone()
    {
        var here = await Inventory.OpenAsync(app);
        var asset = await here.ValueAsync(await here.AddAsync("Server"), 1, 2, 4);
        Assert.False((await here.Workspace.SendAsync(Scale(0, 3))).Succeeded);
        Assert.Equal(2, (await here.Workspace.SendAsync(Scale(0, 4))).Value);
        Assert.Equal(3, (await here.Workspace.SendAsync(Scale(1, 6))).Value);
        Assert.Equal((4, 1), ((await here.Workspace.FindAsync<Asset>(asset.Id))!.Valuation!.Greatest, asset.Valuation!.ScaleVersion));
        Assert.Contains("now version 3", (await here.Browser.GetAsync(here.Url($"risks/assets/detail?id={asset.Id}"))).Text);
        Assert.Contains("Tier 4 is the highest", (await here.Browser.GetAsync(here.Url("risks/scales"))).Text);
    }

    [Fact]
    public async Task A_group_in_use_is_not_retired()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        await here.AddAsync("One", c => c.GroupId = group.Id);
        var answer = await here.Browser.PostAsync(here.Url($"risks/groups/detail?id={group.Id}"), new() { ["id"] = group.Id, ["seen"] = "1", ["retire"] = "true" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("ASSET-0001", answer.Text);
        Assert.False((await here.Workspace.FindAsync<AssetGroup>(group.Id))!.Retired);
    }

    private static IsmsModular.Risks.Scales.IndexModel.Command Scale(long seen, int tiers) => new() { Seen = seen, Reason = "finer", Tiers = [.. Enumerable.Range(1, tiers).Select(t => new IsmsModular.Risks.Scales.IndexModel.Tier { Label = $"L{t}", Anchor = $"Means {t}" })] };

    private static Dictionary<string, string?> Values(Asset asset, long seen, string c, string i, string a, string person) => Values(asset.Id, seen, c, i, a, person);

    private static Dictionary<string, string?> Values(string id, long seen, string c, string i, string a, string person) => new()
    {
        ["Input.Id"] = id,
        ["Input.Seen"] = seen.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Input.C"] = c,
        ["Input.CReason"] = "because",
        ["Input.I"] = i,
        ["Input.IReason"] = "because",
        ["Input.A"] = a,
        ["Input.AReason"] = "because",
        ["Input.On"] = "2026-06-01",
        ["Input.Participants[0].PersonId"] = person,
        ["Input.Participants[0].Role"] = "owner",
    };
}

using System.Globalization;
using System.Net;
using System.Text;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Groups;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Imports;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Assets;

public sealed class ImportingAssets(IsmsApp app)
{
    [Fact]
    public async Task Names_all_twelve_bad_rows_among_five_hundred_and_writes_nothing_then_imports_the_corrected_file()
    {
        var here = await Inventory.OpenAsync(app);
        var bad = new Dictionary<int, Action<object?[]>>
        {
            [3] = r => r[1] = null, [50] = r => r[1] = "gadget", [77] = r => r[3] = "Nobody", [101] = r => r[4] = "minus one", [150] = r => r[5] = "7", [200] = r => r[6] = null,
            [222] = r => r[8] = "maybe", [300] = r => r[9] = "31-31-2026", [333] = r => r[0] = null, [400] = r => r[10] = "K-1", [450] = r => r[2] = "No such group", [501] = r => r[7] = "eleven",
        };
        await here.AddGroupAsync("Controllers");
        var sheet = Sheet(500);
        foreach (var (row, spoil) in bad)
            spoil(sheet[row - 1]);

        var check = await CheckAsync(here, "inventory.xlsx", Workbook.Of(sheet));
        Assert.Equal(HttpStatusCode.OK, check.Status);
        var table = check.Body[check.Body.IndexOf("id=\"problems\"", StringComparison.Ordinal)..];
        var named = System.Text.RegularExpressions.Regex.Matches(table, "<tr><td[^>]*>(\\d+)</td>").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(bad.Keys.Order(), named.Distinct().Order());
        Assert.Contains("12 rows", check.Text);
        Assert.Empty(await here.Workspace.QueryAsync<Asset>());

        check = await CheckAsync(here, "inventory.xlsx", Workbook.Of(Sheet(500)));
        var done = await ConfirmAsync(here, check);
        Assert.Equal(HttpStatusCode.SeeOther, done.Status);
        var assets = await here.Workspace.QueryAsync<Asset>();
        Assert.Equal(500, assets.Count);
        var one = assets.Single(a => a.SourceKey == "K-7");
        Assert.Equal(("Thing 7", AssetType.Physical, here.Officer.PersonId, 8, 4), (one.Name, one.Type, one.OwnerId, one.Units, one.Valuation!.Greatest));
        Assert.Equal((8, "inventory.xlsx"), (one.SourceRow, one.SourceSystem));
    }

    [Fact]
    public async Task Takes_a_semicolon_file_with_byte_order_mark_and_malay_headers()
    {
        var here = await Inventory.OpenAsync(app);
        var csv = "\uFEFFNama;Jenis;Pemilik;Bilangan unit;Pengelasan;Data peribadi\r\nPam;Fizikal;isms officer;1.200;Sulit;Ya\r\n";
        var outcome = await ImportAsync(here, csv);
        Assert.Empty(outcome.Problems);
        var asset = Assert.Single(await here.Workspace.QueryAsync<Asset>());
        Assert.Equal(("Pam", AssetType.Physical, 1200, Classification.Confidential, true), (asset.Name, asset.Type, asset.Units, asset.Classification!.Value, asset.PersonalData!.Value));
        Assert.Equal(here.Officer.PersonId, asset.OwnerId);
    }

    [Fact]
    public async Task Gives_back_what_it_exported_without_a_change()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("=Group");
        var service = await here.ValueAsync(await here.AddAsync("+Service", c => (c.Type, c.Kind, c.Classification) = ("service", "primary", "internal")), 1, 2, 3);
        await here.AddAsync("@Server; \"main\"", c => (c.GroupId, c.OwnerId, c.SupportsIds, c.Description, c.PersonalData, c.InScope, c.ScopeReason, c.SourceKey) = (group.Id, here.Officer.PersonId, [service.Id], "-line 1\nline 2", "no", false, "'=outsourced", "K;1"));
        foreach (var format in new[] { "csv", "xlsx" })
        {
            var file = (await here.Browser.GetAsync(here.Url($"risks/assets?format={format}"))).Bytes;
            var outcome = await ImportAsync(here, file, new("back." + format));
            Assert.Empty(outcome.Problems);
            Assert.Equal((0, 0, 2), (outcome.New, outcome.Changed, outcome.Same));
            Assert.Empty(outcome.Leftover);
        }
    }

    [Fact]
    public async Task Updates_by_key_shows_the_change_and_leaves_empty_cells_alone()
    {
        var here = await Inventory.OpenAsync(app);
        await ImportAsync(here, "Key,Name,Type,Location,Serial\nK1,Pump,Physical,Hall 1,S1\nK2,Valve,Physical,Hall 2,S2\n");
        var check = await CheckAsync(here, "again.csv", Encoding.UTF8.GetBytes("Key,Name,Type,Location,Serial\nK1,Pump,Physical,Hall 9,\nK3,Gauge,Physical,,\n"));
        Assert.Contains("Hall 1", check.Text);
        Assert.Contains("Hall 9", check.Text);
        Assert.Equal(HttpStatusCode.SeeOther, (await ConfirmAsync(here, check)).Status);
        var assets = (await here.Workspace.QueryAsync<Asset>()).ToDictionary(a => a.SourceKey!);
        Assert.Equal(3, assets.Count);
        Assert.Equal(("Hall 9", "S1", 2L), (assets["K1"].Place, assets["K1"].Identifier, assets["K1"].Version));
        Assert.Equal(1L, assets["K2"].Version);
    }

    [Fact]
    public async Task Refuses_one_asset_twice_in_a_file_and_a_name_that_several_have()
    {
        var here = await Inventory.OpenAsync(app);
        var outcome = await ImportAsync(here, "Key,Name,Type\nK1,Pump,Physical\nK2,Pump,Physical\n,Valve,Physical\n,valve,Physical\nK1,Other,Physical\n");
        Assert.Equal([(5, "import.row.twice"), (6, "import.row.twice")], outcome.Problems.Select(p => (p.Row, p.Message)));
        Assert.False(outcome.Written);
        await ImportAsync(here, "Key,Name,Type\nK1,Pump,Physical\nK2,Pump,Physical\n");
        Assert.Equal("import.name.many", Assert.Single((await ImportAsync(here, "Name,Type\nPump,Physical\n")).Problems).Message);
    }

    [Fact]
    public async Task Makes_people_and_groups_only_when_asked()
    {
        var here = await Inventory.OpenAsync(app);
        const string csv = "Name,Type,Owner,Group\nPump,Physical,Plant Manager,Pumps\nValve,Physical,plant manager,Pumps\n";
        var refused = await ImportAsync(here, csv);
        Assert.Equal(4, refused.Problems.Count);
        Assert.Equal(["Plant Manager"], refused.UnknownPeople);
        Assert.True((await ImportAsync(here, Encoding.UTF8.GetBytes(csv), new("a.csv", CreatePeople: true, CreateGroups: true))).Written);
        var group = Assert.Single(await here.Workspace.QueryAsync<AssetGroup>());
        var person = (await here.Workspace.RunAsync(s => s.GetRequiredService<IPeople>().FindByNameAsync("Plant Manager")))!;
        Assert.All(await here.Workspace.QueryAsync<Asset>(), a => Assert.Equal((person.Id, group.Id), (a.OwnerId, a.GroupId)));
    }

    [Fact]
    public async Task Keeps_unlike_values_out_of_one_group_unless_it_is_wanted()
    {
        var here = await Inventory.OpenAsync(app);
        var group = await here.AddGroupAsync("Servers");
        await here.ValueAsync(await here.AddAsync("One", c => c.GroupId = group.Id), 1, 2, 3);
        var two = await here.ValueAsync(await here.AddAsync("Two", c => c.GroupId = group.Id), 1, 2, 3);
        // Unlike its group, unlike another row in a group that is made with it, and a value changed in place.
        var csv = $"Reference,Name,Type,Group,C,I,A\n,Odd,Physical,Servers,5,5,5\n,Alike,Physical,Servers,1,2,3\n,First,Physical,New group,2,2,2\n,Second,Physical,New group,2,2,2\n,Third,Physical,New group,4,4,4\n{two.Reference},Two,Physical,,1,2,4\n";
        var refused = await ImportAsync(here, Encoding.UTF8.GetBytes(csv), new("a.csv", CreateGroups: true));
        Assert.Equal([(2, "asset.group.unlike"), (6, "asset.group.unlike"), (7, "asset.group.unlike")], refused.Problems.Select(p => (p.Row, p.Message)));
        Assert.False(refused.Written);

        var check = await CheckAsync(here, "a.csv", Encoding.UTF8.GetBytes(csv), "&groups=true");
        Assert.Contains("Odd (C5 I5 A5)", check.Text);
        var wanted = await CheckAsync(here, "a.csv", Encoding.UTF8.GetBytes(csv), "&groups=true&unlike=true");
        Assert.Equal(HttpStatusCode.SeeOther, (await ConfirmAsync(here, wanted)).Status);
        Assert.Equal(7, (await here.Workspace.QueryAsync<Asset>()).Count);
        // What stands there already is not asked about again.
        Assert.Empty((await ImportAsync(here, "Name,Type,Place\nOdd,Physical,Hall 1\n")).Problems);
    }

    [Fact]
    public async Task Leaves_what_is_retired_alone()
    {
        var here = await Inventory.OpenAsync(app);
        var old = await here.AddAsync("Old printer", c => c.SourceKey = "K1");
        await here.Workspace.SendAsync(new RetireModel.Command { Id = old.Id, Seen = 1, Reason = "scrapped" });
        foreach (var row in new[] { $"{old.Reference},,Old printer,Physical,In use\n", ",K1,Renamed,Physical,\n" })
            Assert.Equal("asset.retired.locked", Assert.Single((await ImportAsync(here, "Reference,Key,Name,Type,State\n" + row)).Problems).Message);
        var move = await here.Workspace.SendAsync(new MoveModel.Command { Ids = [old.Id], GroupId = (await here.AddGroupAsync("Printers")).Id });
        Assert.Equal("asset.retired.locked", Assert.Single(move.Errors).Message);
        var give = await here.Workspace.SendAsync(new ReassignModel.Command { Ids = [old.Id], ToId = here.Officer.PersonId });
        Assert.Equal("asset.retired.locked", Assert.Single(give.Errors).Message);
        Assert.Equal(AssetState.Retired, (await here.Workspace.FindAsync<Asset>(old.Id))!.State);
    }

    [Fact]
    public async Task Lets_nobody_make_people_without_the_right_to()
    {
        var here = await Inventory.OpenAsync(app);
        var engineer = await here.Workspace.MemberAsync("Engineer", Role.ImplementationTeam);
        var csv = Encoding.UTF8.GetBytes("Name,Type,Owner\nPump,Physical,Plant Manager\n");
        var result = await here.Workspace.RunAsync(s => s.GetRequiredService<IAssetImport>().ImportAsync(new MemoryStream(csv), new("a.csv", CreatePeople: true), CancellationToken.None), engineer);
        Assert.Equal(IsmsModular.Platform.Results.ErrorKind.Forbidden, Assert.Single(result.Errors).Kind);
        Assert.Empty(await here.Workspace.QueryAsync<Asset>());
    }

    [Fact]
    public async Task Joins_what_rows_of_one_file_support_and_refuses_circles()
    {
        var here = await Inventory.OpenAsync(app);
        Assert.True((await ImportAsync(here, "Key,Name,Type,Supports\nS,Server,Physical,P\nP,Billing,Service,\n")).Written);
        var assets = (await here.Workspace.QueryAsync<Asset>()).ToDictionary(a => a.SourceKey!);
        Assert.Equal([assets["P"].Id], assets["S"].SupportsIds);
        Assert.Equal(AssetKind.Primary, assets["P"].Kind);
        var circle = await ImportAsync(here, "Key,Name,Type,Supports\nP,Billing,Service,S\n");
        Assert.Equal("asset.supports.circle", Assert.Single(circle.Problems).Message);
    }

    [Theory]
    [InlineData("notes.docx.xlsx", "PK\u0003\u0004rubbish")]
    [InlineData("photo.csv", "\u0000\u0001\u0002binary\u0000")]
    [InlineData("empty.csv", "")]
    public async Task Refuses_what_is_no_table_beside_the_file_field(string name, string content)
    {
        var here = await Inventory.OpenAsync(app);
        var answer = await here.Browser.PostAsync(here.Url("risks/assets/import"), [], files: [("Input.File", name, Encoding.UTF8.GetBytes(content))]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("field-error", answer.Body);
    }

    [Fact]
    public async Task Says_so_when_a_file_is_too_large()
    {
        var here = await Inventory.OpenAsync(app);
        var answer = await here.Browser.PostAsync(here.Url("risks/assets/import"), [], files: [("Input.File", "big.csv", new byte[25 * 1024 * 1024])]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("larger than 20 MB", answer.Text);
    }

    [Fact]
    public async Task Keeps_an_upload_from_other_workspaces()
    {
        var here = await Inventory.OpenAsync(app);
        var there = await Inventory.OpenAsync(app);
        var uploaded = await UploadAsync(here, "a.csv", Encoding.UTF8.GetBytes("Name,Type\nSecret pump,Physical\n"));
        var query = uploaded[uploaded.IndexOf('?', StringComparison.Ordinal)..];
        var foreign = await there.Browser.GetAsync(there.Url("risks/assets/import/columns") + query);
        Assert.Equal(HttpStatusCode.SeeOther, foreign.Status);
        Assert.DoesNotContain("Secret pump", (await there.Browser.GetAsync(there.Url("risks/assets/import/check") + query + "&m.name=0&m.type=1")).Text);
    }

    [Fact]
    public async Task Says_to_a_second_click_that_it_is_done_and_takes_the_file_again_when_it_is_uploaded_again()
    {
        var here = await Inventory.OpenAsync(app);
        var file = Encoding.UTF8.GetBytes("Name,Type\nPump,Physical\n");
        var check = await CheckAsync(here, "a.csv", file);
        Assert.Equal(HttpStatusCode.SeeOther, (await ConfirmAsync(here, check)).Status);
        var second = await ConfirmAsync(here, check);
        Assert.Equal((HttpStatusCode.SeeOther, here.Url("risks/assets")), (second.Status, second.Location));
        Assert.Contains("was imported already", (await here.Browser.GetAsync(second.Location!)).Text, StringComparison.Ordinal);
        var again = await CheckAsync(here, "a.csv", file);
        Assert.Contains("unchanged", again.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("was imported already", (await here.Browser.GetAsync((await ConfirmAsync(here, again)).Location!)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_which_field_has_no_column()
    {
        var here = await Inventory.OpenAsync(app);
        var uploaded = await UploadAsync(here, "a.csv", Encoding.UTF8.GetBytes("Name,Type\nPump,Physical\n"));
        var check = await here.Browser.GetAsync(uploaded.Replace("/columns?", "/check?", StringComparison.Ordinal) + "&m.name=0");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, check.Status);
        Assert.Contains("No column is chosen for “Type”", check.Text);
    }

    [Fact]
    public async Task Offers_a_template_that_can_be_imported()
    {
        var here = await Inventory.OpenAsync(app);
        foreach (var format in new[] { "csv", "xlsx" })
        {
            var template = (await here.Browser.GetAsync(here.Url($"risks/assets/import?template={format}"))).Bytes;
            var outcome = await ImportAsync(here, template, new("template", CreatePeople: true, CreateGroups: true, DryRun: true));
            Assert.Empty(outcome.Leftover);
            Assert.Equal(["asset.supports.noref"], outcome.Problems.Select(p => p.Message));
        }
    }

    [Fact]
    public void Is_described_field_by_field_in_the_docs()
    {
        var text = File.ReadAllText(Path.Combine(Looks.Repository.Root, "docs/importing-assets.md"));
        Assert.Empty(AssetColumns.Fields.Where(f => !text.Contains($"| `{f.Key}` |", StringComparison.Ordinal)).Select(f => f.Key));
    }

    [Fact]
    public async Task Writes_ten_thousand_rows_in_one_save()
    {
        var here = await Inventory.OpenAsync(app);
        await here.AddGroupAsync("Controllers");
        var before = await HeadAsync(here);
        var outcome = await ImportAsync(here, Workbook.Of(Sheet(10_000)), new("big.xlsx"));
        Assert.True(outcome.Written);
        Assert.Equal(10_000, await here.Workspace.RunAsync(s => s.GetRequiredService<WorkspaceContext>().OpenSession().CountAsync<Asset>(Query.All)));
        Assert.Equal(before + 10_001, await HeadAsync(here));
        var again = await ImportAsync(here, Workbook.Of(Sheet(10_000)), new("big.xlsx"));
        Assert.Equal((0, 0, 10_000), (again.New, again.Changed, again.Same));
    }

    private static Task<long> HeadAsync(Inventory here) => here.Workspace.RunAsync(async s => (await s.GetRequiredService<WorkspaceContext>().OpenSession().HeadAsync()).Sequence);

    private static object?[][] Sheet(int rows) =>
    [
        ["Asset name", "Type", "Group", "Owner", "Quantity", "Confidentiality", "Integrity", "Availability", "Personal data", "Valued on", "Key"],
        .. Enumerable.Range(1, rows).Select(n => new object?[] { $"Thing {n}", "Hardware", "Controllers", "ISMS Officer", n + 1, 2, 3, "High", "no", new DateOnly(2026, 5, 1), $"K-{n}" }),
    ];

    private static async Task<string> UploadAsync(Inventory here, string name, byte[] content)
    {
        var uploaded = await here.Browser.PostAsync(here.Url("risks/assets/import"), [], files: [("Input.File", name, content)]);
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
        return uploaded.Location!;
    }

    private static async Task<TestPage> CheckAsync(Inventory here, string name, byte[] content, string more = "")
    {
        var columns = await here.Browser.GetAsync(await UploadAsync(here, name, content));
        var map = System.Text.RegularExpressions.Regex.Matches(columns.Body, "<select[^>]*name=\"(m\\.[a-z]+)\".*?</select>", System.Text.RegularExpressions.RegexOptions.Singleline)
            .Select(m => (Name: m.Groups[1].Value, Value: System.Text.RegularExpressions.Regex.Match(m.Value, "<option[^>]*value=\"(\\d*)\"[^>]*selected").Groups[1].Value))
            .Where(m => m.Value.Length > 0);
        return await here.Browser.GetAsync(here.Url($"risks/assets/import/check?file={columns.Hidden("file")}&name={name}&{string.Join('&', map.Select(m => $"{m.Name}={m.Value}"))}{more}"));
    }

    private static Task<TestPage> ConfirmAsync(Inventory here, TestPage check)
    {
        var form = check.Body[check.Body.IndexOf("id=\"confirm\"", StringComparison.Ordinal)..];
        form = form[..form.IndexOf("</form>", StringComparison.Ordinal)];
        var fields = System.Text.RegularExpressions.Regex.Matches(form, "name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"").Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)));
        return here.Browser.SendAsync(here.Url("risks/assets/import/check"), fields);
    }

    private static Task<AssetImportOutcome> ImportAsync(Inventory here, string csv) => ImportAsync(here, Encoding.UTF8.GetBytes(csv), new("test.csv"));

    private static Task<AssetImportOutcome> ImportAsync(Inventory here, byte[] file, AssetImportRequest request) =>
        here.Workspace.RunAsync(async s => (await s.GetRequiredService<IAssetImport>().ImportAsync(new MemoryStream(file), request, CancellationToken.None)).Value);
}

using IsmsModular.Platform.Rights;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.Assets;

/// <summary>A workspace with a lead team member and short ways to put assets into it.</summary>
internal sealed record Inventory(TestWorkspace Workspace, TestMember Officer, TestBrowser Browser)
{
    public static async Task<Inventory> OpenAsync(IsmsApp app)
    {
        var workspace = await app.NewWorkspaceAsync();
        var officer = await workspace.MemberAsync("ISMS Officer", Role.LeadTeam);
        return new(workspace, officer, await officer.SignInAsync());
    }

    public string Url(string path) => Workspace.Url(path);

    public async Task<Asset> AddAsync(string name, Action<IsmsModular.Risks.Assets.AddModel.Command>? adjust = null)
    {
        var command = new IsmsModular.Risks.Assets.AddModel.Command { Name = name, Type = "physical", Identifier = "SN-1" };
        adjust?.Invoke(command);
        var added = await Workspace.SendAsync(command);
        Assert.True(added.Succeeded, string.Join("; ", added.Errors.Select(e => $"{e.Field} {e.Message}")));
        return (await Workspace.FindAsync<Asset>(added.Value))!;
    }

    public async Task<AssetGroup> AddGroupAsync(string name)
    {
        var added = await Workspace.SendAsync(new IsmsModular.Risks.Groups.AddModel.Command { Name = name, Type = "physical", Criteria = "Same kind and place" });
        return (await Workspace.FindAsync<AssetGroup>(added.Value))!;
    }

    public async Task<Asset> ValueAsync(Asset asset, int c, int i, int a)
    {
        var now = (await Workspace.FindAsync<Asset>(asset.Id))!;
        var valued = await Workspace.SendAsync(new IsmsModular.Risks.Assets.ValueModel.Command
        {
            Id = asset.Id,
            Seen = now.Version,
            C = c,
            CReason = "contract",
            I = i,
            IReason = "process",
            A = a,
            AReason = "stop",
            On = new DateOnly(2026, 6, 1),
            Participants = [new() { PersonId = Officer.PersonId, Role = "moderator" }],
        });
        Assert.True(valued.Succeeded, string.Join("; ", valued.Errors.Select(e => $"{e.Field} {e.Message}")));
        return (await Workspace.FindAsync<Asset>(asset.Id))!;
    }

    public Dictionary<string, string?> Typed(Asset asset) => new()
    {
        ["Input.Id"] = asset.Id,
        ["Input.Seen"] = asset.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Input.Name"] = asset.Name,
        ["Input.Type"] = "physical",
        ["Input.Kind"] = "supporting",
        ["Input.Units"] = "1",
        ["Input.State"] = "inUse",
        ["Input.InScope"] = "true",
    };
}

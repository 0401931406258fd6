using IsmsModular.Risks.Assets;
using IsmsModular.Tests.App;
using IsmsModular.Web.CommandLine;

namespace IsmsModular.Tests.Assets;

public sealed class ImportingFromTheCommandLine(IsmsApp app) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("isms-import-");

    [Fact]
    public async Task Prints_every_bad_row_and_writes_nothing()
    {
        var here = await Inventory.OpenAsync(app);
        var (code, _, error) = await RunAsync(here, "Name,Type,Owner\nPump,gadget,ISMS Officer\nValve,Physical,Nobody\n,Physical,\n");
        Assert.Equal(1, code);
        Assert.Contains("row 2, Type: “gadget” is not known.", error);
        Assert.Contains("row 3, Owner: Nobody in this workspace is called “Nobody”.", error);
        Assert.Contains("row 4, Name: Give the asset a name.", error);
        Assert.Contains("3 problems in 3 rows: nothing was written.", error);
        Assert.Empty(await here.Workspace.QueryAsync<Asset>());
    }

    [Fact]
    public async Task Maps_columns_as_told_and_only_looks_in_a_dry_run()
    {
        var here = await Inventory.OpenAsync(app);
        const string csv = "Gear;Sort;Boss;Name\nPump;Physical;New Person;ignored\n";
        var (code, output, _) = await RunAsync(here, csv, "--map", "Gear=name,Sort=type,Boss=owner,Name=-", "--create-people", "--dry-run");
        Assert.Equal((0, "Would import: 1 new, 0 changed, 0 unchanged."), (code, output.Trim()));
        Assert.Empty(await here.Workspace.QueryAsync<Asset>());
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "map.txt"), "Gear=name\nSort=type\nBoss=owner\nName=-\n");
        (code, output, _) = await RunAsync(here, csv, "--map", "map.txt", "--create-people");
        Assert.Equal((0, "Imported: 1 new, 0 changed, 0 unchanged."), (code, output.Trim()));
        Assert.Equal("Pump", Assert.Single(await here.Workspace.QueryAsync<Asset>()).Name);
    }

    [Fact]
    public async Task Tells_wrong_usage_from_a_wrong_file()
    {
        var here = await Inventory.OpenAsync(app);
        Assert.Equal(2, (await RunAsync(here, null)).Code);
        var (code, _, error) = await RunAsync(here, "Name,Type\nPump,Physical\n", "--map", "Nothing=name,Name=colour");
        Assert.Equal(1, code);
        Assert.Contains("The file has no column “Nothing”.", error);
        Assert.Contains("There is no field “colour”.", error);
        Assert.Equal(1, (await RunAsync(here, "")).Code);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<(int Code, string Output, string Error)> RunAsync(Inventory here, string? csv, params string[] options)
    {
        if (csv is not null)
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "assets.csv"), csv);
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await new Cli(["import", "assets", csv is null ? "missing.csv" : "assets.csv", "--workspace", here.Workspace.Slug, .. options], folder.FullName, output, error, () => Stream.Null, app.Services).RunAsync();
        return (code, output.ToString(), error.ToString());
    }
}

using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Tests.App;

namespace IsmsModular.Tests.CommandLine;

/// <summary>The real program in a process of its own, killed while it imports 5,000 assets, and started again.</summary>
public sealed class BeingKilledWhileImporting : IDisposable
{
    private const int Rows = 5000;
    private readonly RealProgram program = new();

    public void Dispose() => program.Dispose();

    [Fact]
    public async Task Leaves_all_of_the_import_or_nothing_and_a_sound_log()
    {
        Assert.Equal(0, (await program.RunAsync("workspace", "create", "Acme")).Code);
        var csv = new StringBuilder("Name,Type,Key\n");
        for (var row = 0; row < Rows; row++)
            csv.Append("Pump ").Append(row).Append(",Physical,K").Append(row).Append('\n');
        await File.WriteAllTextAsync(Path.Combine(program.Folder, "assets.csv"), csv.ToString(), TestContext.Current.CancellationToken);

        foreach (var after in (int[])[150, 700])
        {
            await program.ServeAsync();
            var import = ImportAsync();
            await Task.WhenAny(import, Task.Delay(after, TestContext.Current.CancellationToken));
            await program.KillAsync();
            Assert.InRange((await import).Code, 0, 1);

            await program.ServeAsync();
            Assert.Contains(await NewAndSameAsync(), new[] { (Rows, 0), (0, Rows) });
            var (code, output) = await program.RunAsync("verify");
            Assert.True(code == 0, output);
            await program.KillAsync();
        }

        Assert.Equal(0, (await ImportAsync()).Code);
        Assert.Equal((0, Rows), await NewAndSameAsync());
    }

    private Task<(int Code, string Output)> ImportAsync(params string[] options) => program.RunAsync(["import", "assets", "assets.csv", "--workspace", "acme", .. options]);

    private async Task<(int New, int Same)> NewAndSameAsync()
    {
        var (code, output) = await ImportAsync("--dry-run", "--json");
        Assert.True(code == 0, output);
        var json = JsonNode.Parse(output)!;
        return ((int)json["new"]!, (int)json["same"]!);
    }
}

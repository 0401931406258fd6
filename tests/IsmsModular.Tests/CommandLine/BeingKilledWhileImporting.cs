using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Web.CommandLine;

namespace IsmsModular.Tests.CommandLine;

/// <summary>The real program in a process of its own, killed while it imports 5,000 assets, and started again.</summary>
public sealed class BeingKilledWhileImporting : IDisposable
{
    private const int Rows = 5000;
    private readonly string folder = Directory.CreateTempSubdirectory("isms-kill-").FullName;

    private string Data => Path.Combine(folder, "data");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Leaves_all_of_the_import_or_nothing_and_a_sound_log()
    {
        Assert.Equal(0, (await RunAsync("workspace", "create", "Acme")).Code);
        var csv = new StringBuilder("Name,Type,Key\n");
        for (var row = 0; row < Rows; row++)
            csv.Append("Pump ").Append(row).Append(",Physical,K").Append(row).Append('\n');
        await File.WriteAllTextAsync(Path.Combine(folder, "assets.csv"), csv.ToString(), TestContext.Current.CancellationToken);

        foreach (var after in (int[])[150, 700])
        {
            using (var server = await ServeAsync())
            {
                var import = ImportAsync();
                await Task.WhenAny(import, Task.Delay(after, TestContext.Current.CancellationToken));
                await KillAsync(server);
                Assert.InRange((await import).Code, 0, 1);
            }

            using var again = await ServeAsync();
            try
            {
                Assert.Contains(await NewAndSameAsync(), new[] { (Rows, 0), (0, Rows) });
                var (code, output) = await RunAsync("verify");
                Assert.True(code == 0, output);
            }
            finally
            {
                await KillAsync(again);
            }
        }

        Assert.Equal(0, (await ImportAsync()).Code);
        Assert.Equal((0, Rows), await NewAndSameAsync());
    }

    private Task<(int Code, string Output)> ImportAsync(params string[] options) => RunAsync(["import", "assets", "assets.csv", "--workspace", "acme", .. options]);

    private async Task<(int New, int Same)> NewAndSameAsync()
    {
        var (code, output) = await ImportAsync("--dry-run", "--json");
        Assert.True(code == 0, output);
        var json = JsonNode.Parse(output)!;
        return ((int)json["new"]!, (int)json["same"]!);
    }

    private async Task<Process> ServeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "isms.dll"), "serve", "--urls", "http://127.0.0.1:0", "--data", Data]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var server = Process.Start(start)!;
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("listens on", StringComparison.Ordinal))
                return server;
        }

        throw new InvalidOperationException("The program ended: " + await server.StandardError.ReadToEndAsync());
    }

    private static async Task KillAsync(Process server)
    {
        server.Kill();
        await server.WaitForExitAsync();
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await new Cli([.. arguments, "--data", Data], folder, output, output, () => Stream.Null).RunAsync();
        return (code, output.ToString().Trim());
    }
}

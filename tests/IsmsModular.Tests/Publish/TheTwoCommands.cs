using System.Diagnostics;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Publish;

/// <summary>The commands of the README on a machine that lacks what they need.</summary>
public sealed class TheTwoCommands : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-commands-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("test.sh", null)]
    [InlineData("test.sh", "8.0.404 [/usr/share/dotnet/sdk]")]
    [InlineData("isms", null)]
    [InlineData("isms", "8.0.404 [/usr/share/dotnet/sdk]")]
    public async Task Say_in_one_sentence_that_the_SDK_is_missing(string command, string? installed)
    {
        if (OperatingSystem.IsWindows())
            return;
        // A copy, so that nothing is built yet.
        var script = Path.Combine(folder, command);
        File.Copy(Path.Combine(Repository.Root, command), script);
        foreach (var tool in (string[])["bash", "env", "dirname", "find", "grep", "cut", "paste", "cat"])
            File.CreateSymbolicLink(Path.Combine(folder, tool), new[] { "/usr/bin/", "/bin/" }.Select(d => d + tool).First(File.Exists));
        foreach (var (name, text) in new[] { ("dotnet", installed is null ? null : $"[ \"$1\" = --list-sdks ] && echo '{installed}' || {{ echo 'A compatible .NET SDK was not found.'; exit 155; }}"), ("chromium", "exit 0") })
        {
            if (text is null)
                continue;
            var path = Path.Combine(folder, name);
            await File.WriteAllTextAsync(path, $"#!{folder}/bash\n{text}\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "bash"), [script]) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PATH"] = folder } })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Equal("", said[0]);
        Assert.Contains(".NET 10 SDK", Assert.Single(said[1].Trim().Split('\n')), StringComparison.Ordinal);
    }
}

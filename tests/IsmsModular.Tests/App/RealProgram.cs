using System.Diagnostics;
using System.Text.RegularExpressions;
using IsmsModular.Web.CommandLine;

namespace IsmsModular.Tests.App;

/// <summary>The program in a process of its own over a folder of its own, to be killed and started again.</summary>
internal sealed partial class RealProgram : IDisposable
{
    private Process? server;

    /// <summary>Where its command line works; goes away with the program.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("isms-real-").FullName;

    /// <summary>Its data folder.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>Where the server listens; the same after each start.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>Starts the server and waits until it listens.</summary>
    public async Task ServeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "isms.dll"), "serve", "--urls", Address.ToString(), "--data", Data]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        server = Process.Start(start)!;
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                Address = new(match.Groups[1].Value);
                // Whatever it says from now on is let through, so that it never waits for a reader.
                _ = server.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                _ = server.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException("The program ended: " + await server.StandardError.ReadToEndAsync());
    }

    /// <summary>Kills the server as a power cut would: without a word.</summary>
    public async Task KillAsync()
    {
        server!.Kill();
        await server.WaitForExitAsync();
        server.Dispose();
        server = null;
    }

    /// <summary>Runs the command line, through the server when it runs.</summary>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await new Cli([.. arguments, "--data", Data], Folder, output, output, () => Stream.Null).RunAsync();
        return (code, output.ToString().Trim());
    }

    public void Dispose()
    {
        server?.Kill();
        server?.WaitForExit();
        server?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex(@"listens on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}

using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Publish;

/// <summary>Publishes the program as one file, copies it alone into an empty folder and runs it there. Takes half a minute.</summary>
public sealed partial class ThePublishedFile : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-published-").FullName;

    private string Program => Path.Combine(folder, "alone", OperatingSystem.IsWindows() ? "isms.exe" : "isms");

    public async ValueTask InitializeAsync()
    {
        var published = Path.Combine(folder, "published");
        var (code, output) = await RunAsync("dotnet", ["publish", "src/IsmsModular.Web", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", published, "-v", "q", "--nologo"], Repository.Root);
        Assert.True(code == 0, output);
        Assert.Equal([Path.GetFileName(Program)], Directory.GetFileSystemEntries(published).Select(Path.GetFileName));
        Directory.CreateDirectory(Path.GetDirectoryName(Program)!);
        File.Move(Path.Combine(published, Path.GetFileName(Program)), Program);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Needs_nothing_beside_it()
    {
        var (code, output) = await RunAsync(Program, ["plugins", "verify"], Path.GetDirectoryName(Program)!);
        Assert.True(code == 0, output);
        (code, output) = await RunAsync(Program, ["methodology", "evaluate", "matrix", "--input", "-"], Path.GetDirectoryName(Program)!, """[{"likelihood": "High", "impact": "High"}]""");
        Assert.True(code == 0, output);
        Assert.Contains("\"high\"", output, StringComparison.OrdinalIgnoreCase);

        // A plugin with a native library, which the system loads from a private copy of the verified bytes.
        (code, output) = await RunAsync(Program, ["workspace", "create", "--name", "Loji Air", "--slug", "loji"], Path.GetDirectoryName(Program)!);
        Assert.True(code == 0, output);
        (code, output) = await RunAsync(Program, ["report", "asset-inventory", "--workspace", "loji", "--format", "pdf", "--language", "ms", "--output", "assets.pdf"], Path.GetDirectoryName(Program)!);
        Assert.True(code == 0, output);
        using (var pdf = UglyToad.PdfPig.PdfDocument.Open(Path.Combine(Path.GetDirectoryName(Program)!, "assets.pdf")))
            Assert.Contains("Inventori aset", pdf.GetPage(1).Text, StringComparison.Ordinal);

        using var server = Start(Program, ["serve", "--urls", "http://127.0.0.1:0"], Path.GetDirectoryName(Program)!);
        try
        {
            var address = await ListeningAsync(server);
            using var client = new HttpClient { BaseAddress = address };
            var page = await client.GetStringAsync("/setup");
            Assert.Contains("<form", page, StringComparison.Ordinal);
            var styles = StyleSheets().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToList();
            Assert.NotEmpty(styles);
            foreach (var style in styles)
            {
                Assert.Contains("?v=", style, StringComparison.Ordinal);
                using var answer = await client.GetAsync(style);
                Assert.Equal("text/css", answer.Content.Headers.ContentType?.MediaType);
            }

            (code, output) = await RunAsync(Program, ["health"], Path.GetDirectoryName(Program)!);
            Assert.True(code == 0, output);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static async Task<Uri> ListeningAsync(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Addresses().Match(line) is { Success: true } match)
                return new(match.Value);
        }

        throw new InvalidOperationException("The program ended: " + await server.StandardError.ReadToEndAsync());
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string folder, string? input = null)
    {
        using var process = Start(program, arguments, folder);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }

    private static Process Start(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ISMS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    [GeneratedRegex("""<link[^>]*href="([^"]+\.css[^"]*)"[^>]*>""")]
    private static partial Regex StyleSheets();

    [GeneratedRegex("""http://127\.0\.0\.1:\d+""")]
    private static partial Regex Addresses();
}

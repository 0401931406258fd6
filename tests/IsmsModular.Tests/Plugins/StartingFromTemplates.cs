using System.Diagnostics;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Plugins;

/// <summary>The way of somebody who writes a plugin: packages of the SDK, a template, a build, the kit, a file, this program. Slow, and one test for all of it.</summary>
public sealed class StartingFromTemplates : IDisposable
{
    private readonly PluginFolder folder = new();

    private string Work => Path.Combine(folder.Data, "work");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Each_template_builds_on_the_packed_sdk_conforms_and_is_loaded()
    {
        var feed = Path.Combine(folder.Data, "feed");
        Directory.CreateDirectory(Work);
        foreach (var project in new[] { "src/IsmsModular.Abstractions", "src/IsmsModular.Conformance", "templates/IsmsModular.Templates.csproj" })
            await DotnetAsync(Repository.Root, "pack", project, "-o", feed, "-v", "q", "-nologo", "-p:RunAnalyzers=false", "-c", "Debug");
        Assert.Contains(Directory.GetFiles(feed), f => f.EndsWith("IsmsModular.Abstractions.1.1.0.snupkg", StringComparison.Ordinal));

        await File.WriteAllTextAsync(Path.Combine(Work, "nuget.config"), $"""<configuration><packageSources><clear /><add key="local" value="{feed}" /></packageSources></configuration>""");
        await File.WriteAllTextAsync(Path.Combine(Work, "Directory.Build.props"), "<Project />");
        var hive = Path.Combine(folder.Data, "hive");
        await DotnetAsync(Work, "new", "install", Directory.GetFiles(feed, "IsmsModular.Templates.*.nupkg").Single(), "--debug:custom-hive", hive);
        foreach (var (template, name) in new[] { ("isms-methodology", "AgencyLoss"), ("isms-methodology-data", "AgencyMatrix"), ("isms-catalogue", "AgencyControls"), ("isms-report-format", "AgencyText") })
            await DotnetAsync(Work, "new", template, "-n", name, "--debug:custom-hive", hive);

        await DotnetAsync(Work, "build", "AgencyLoss/check", "-v", "q", "-nologo", "-c", "Release");
        await DotnetAsync(Work, "build", "AgencyText/check", "-v", "q", "-nologo", "-c", "Release");
        foreach (var name in new[] { "AgencyLoss", "AgencyText" })
            await DotnetAsync(Path.Combine(Work, name), Path.Combine("check", "bin", "Release", "net10.0", "check.dll"));

        foreach (var source in new[] { "AgencyLoss/bin/Release/net10.0", "AgencyMatrix", "AgencyControls", "AgencyText/bin/Release/net10.0" })
            Unpack(Path.Combine(Work, source));
        var catalog = folder.LoadWithShipped();
        Assert.All(catalog.Plugins, p => Assert.Equal((PluginState.Active, null), (p.State, p.Reason?.ToString())));
        Assert.Equal("high", catalog.Methodology("agency-loss")!.Evaluate(null, Shipped.Inputs(("frequency", FactorValue.Number(2)), ("cost", FactorValue.Number(90_000)))).Value.Result!.Level);
        Assert.NotNull(catalog.Methodology("agency-matrix"));
        Assert.Equal("iso27001-2022-annex-a", catalog.Catalogue("agency-controls")!.Extends);
        Assert.Contains(catalog.Formats, f => f.PluginId == "agency-text");
    }

    [Fact]
    public void Templates_ask_for_the_sdk_of_this_repository()
    {
        var sdk = PluginLoader.HostSdk.ToString(3);
        foreach (var project in Directory.GetFiles(Path.Combine(Repository.Root, "templates"), "*.csproj", SearchOption.AllDirectories).Where(p => !p.Contains("/obj/", StringComparison.Ordinal)))
            Assert.Contains($"{sdk}", File.ReadAllText(project), StringComparison.Ordinal);
        foreach (var manifest in new[] { "methodology", "report-format" })
            Assert.Equal(PluginLoader.HostSdk.ToString(2), (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "templates", manifest, "plugin.json")))!["sdk"]);
    }

    /// <summary>Packs as <c>isms plugins pack</c> does, and unpacks as an installation does.</summary>
    private void Unpack(string source)
    {
        using var zip = new MemoryStream();
        var packed = PluginPacker.Pack(source, zip);
        Assert.True(packed.Succeeded, string.Join("; ", packed.Errors.Select(e => e.Message + " " + string.Join(",", e.Arguments))));
        zip.Position = 0;
        var target = Path.Combine(folder.Plugins, packed.Value.Id, packed.Value.Version);
        Directory.CreateDirectory(target);
        using var archive = PluginArchive.Open(zip);
        archive.Unpack(target);
    }

    private async Task DotnetAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (directory != Repository.Root)
            start.Environment["NUGET_PACKAGES"] = Path.Combine(folder.Data, "packages");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await error}");
    }
}

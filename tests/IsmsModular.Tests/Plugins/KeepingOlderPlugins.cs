using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Plugins;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Plugins;

/// <summary><c>tests/TestPlugins/OlderSdk</c> is compiled against the reference assembly of SDK 1.0 as it was published.</summary>
public sealed class KeepingOlderPlugins
{
    [Fact]
    public async Task A_plugin_built_against_the_previous_minor_of_the_sdk_still_works()
    {
        using var folder = new PluginFolder();
        folder.Add("older-sdk", "1.0.0", "OlderSdk.dll", new() { ["OlderSdk.dll"] = PluginFolder.Assembly("OlderSdk") });
        var catalog = folder.Load();
        Assert.Equal(PluginState.Active, catalog.Plugins.Single().State);

        var method = catalog.Methodology("older-sdk")!;
        Assert.Null(method.Describe(null).Value.Criteria);
        Assert.Equal((14, "high"), (method.Evaluate(null, Shipped.Inputs(("x", FactorValue.Number(7)))).Value.Result!.Value, method.Evaluate(null, Shipped.Inputs(("x", FactorValue.Number(7)))).Value.Result!.Level));
        Assert.Equal("x", Assert.Single(method.Evaluate(null, Shipped.Inputs(("x", FactorValue.Text("many")))).Errors).Field);

        var format = Assert.Single(catalog.Formats);
        using var output = new MemoryStream();
        var rendered = await format.RenderAsync(new() { Title = "T", Language = "en", Organisation = "O", MadeAt = DateTimeOffset.UnixEpoch, Blocks = [new ReportHeading(1, "One")] }, output, TestContext.Current.CancellationToken);
        Assert.True(rendered.Succeeded);
        Assert.Equal("T: One", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Empty(await Conformance.PluginCheck.CheckFormatAsync(((GuardedFormat)format).Unguarded, TestContext.Current.CancellationToken));
        Assert.Empty(Conformance.PluginCheck.CheckMethodology(((GuardedMethodology)method).Unguarded));
    }

    [Fact]
    public void The_previous_contract_has_none_of_the_newest_members()
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(Repository.Root, "tests", "TestPlugins", "Sdk", "IsmsModular.Abstractions-1.0.dll")));
        var metadata = image.GetMetadataReader();
        Assert.Equal(new Version(1, 0, 0, 0), metadata.GetAssemblyDefinition().Version);
        var old = metadata.TypeDefinitions.Select(t => metadata.GetString(metadata.GetTypeDefinition(t).Name)).ToHashSet();
        Assert.DoesNotContain(nameof(ReportControls), old);
        Assert.Contains(nameof(IIsmsPlugin), old);
        Assert.True(PluginLoader.HostSdk > new Version(1, 0, 0, 0));
    }

    [Fact]
    public void Nothing_of_the_published_contract_is_gone()
    {
        var shipped = File.ReadAllLines(Path.Combine(Repository.Root, "src", "IsmsModular.Abstractions", "PublicAPI.Shipped.txt"));
        Assert.True(shipped.Length > 250);
        Assert.DoesNotContain(File.ReadAllLines(Path.Combine(Repository.Root, "src", "IsmsModular.Abstractions", "PublicAPI.Unshipped.txt")), l => l.StartsWith("*REMOVED*", StringComparison.Ordinal));
    }
}

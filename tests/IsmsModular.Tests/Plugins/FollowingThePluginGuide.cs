using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Plugins;

public sealed partial class FollowingThePluginGuide : IDisposable
{
    private readonly PluginFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_examples_work_as_they_stand()
    {
        var examples = Fences().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "plugin-guide.md"))).Select(m => m.Groups[1].Value).ToList();
        folder.AddText("acme-matrix", "1.0.0", ("methodology.json", examples.Single(e => e.Contains("\"factors\"", StringComparison.Ordinal))), ("locales/ms.json", """{"acme-matrix.Rare":"Jarang"}"""));
        folder.AddText("acme-controls", "2026.1.0", ("catalogue.json", examples.Single(e => e.Contains("\"items\"", StringComparison.Ordinal))));
        var catalog = folder.Load(_ => null);
        Assert.All(catalog.Plugins, p => Assert.Equal(PluginState.Active, p.State));
        Assert.Equal("High", catalog.Methodology("acme-matrix")!.Evaluate(null, Shipped.Inputs(("chance", FactorValue.Text("Frequent")), ("damage", FactorValue.Text("Small")))).Value.Result!.Outputs["risk"].AsText);
        Assert.Equal("Manusia", catalog.Catalogue("acme-controls")!.Items[0].TitleIn("ms"));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fences();
}

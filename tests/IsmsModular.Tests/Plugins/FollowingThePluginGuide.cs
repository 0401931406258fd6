using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Plugins;

/// <summary>The guide shows the files of the templates, which <see cref="StartingFromTemplates"/> builds and loads.</summary>
public sealed partial class FollowingThePluginGuide : IDisposable
{
    private static readonly string Guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "plugin-guide.md"));

    private readonly PluginFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_it_shows_is_what_is_built()
    {
        var shown = Shown().Matches(Guide);
        Assert.All(shown, s => Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, s.Groups[1].Value)), s.Groups[2].Value));
        Assert.Superset(
            new HashSet<string> { "templates/methodology/LossMethod.cs", "templates/methodology/Plugin.cs", "templates/methodology/AcmeLoss.csproj", "templates/methodology/check/Program.cs", "templates/methodology-data/methodology.json", "templates/catalogue/catalogue.json", "templates/catalogue/mapping.json", "templates/report-format/MarkdownFormat.cs" },
            shown.Select(s => s.Groups[1].Value).ToHashSet());
        Assert.Equal(Code().Count(Guide), shown.Count);
    }

    [Fact]
    public void Its_examples_without_code_work_as_they_stand()
    {
        foreach (var template in new[] { "methodology-data", "catalogue" })
        {
            using var zip = new MemoryStream();
            var packed = PluginPacker.Pack(Path.Combine(Repository.Root, "templates", template), zip).Value;
            var target = Path.Combine(folder.Plugins, packed.Id, packed.Version);
            Directory.CreateDirectory(target);
            zip.Position = 0;
            using var archive = PluginArchive.Open(zip);
            archive.Unpack(target);
        }

        var catalog = folder.LoadWithShipped(_ => null);
        Assert.All(catalog.Plugins, p => Assert.Equal(PluginState.Active, p.State));
        Assert.Equal("High", catalog.Methodology("acme-matrix")!.Evaluate(null, Shipped.Inputs(("chance", FactorValue.Text("Frequent")), ("damage", FactorValue.Text("Small")))).Value.Result!.Outputs["risk"].AsText);
        Assert.Equal("Loji", catalog.Catalogue("acme-controls")!.Items[0].TitleIn("ms"));
        var words = catalog.Words("ms").Where(w => w.Key.StartsWith("acme-matrix.", StringComparison.Ordinal)).ToDictionary();
        Assert.Empty(Conformance.PluginCheck.CheckMethodology(((GuardedMethodology)catalog.Methodology("acme-matrix")!).Unguarded, new() { Words = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["ms"] = words } }));
        Assert.Empty(Conformance.PluginCheck.CheckCatalogue(catalog.Catalogue("acme-controls")!));
        Assert.Empty(catalog.Mappings.Where(m => m.From == "acme-controls").SelectMany(m => Conformance.PluginCheck.CheckMapping(m, catalog.Catalogues)));
    }

    [GeneratedRegex("<!-- ((?:templates|tests)/[^ ]+) -->\n```[a-z]+\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    /// <summary>Every fence of a language is compared; commands have none.</summary>
    [GeneratedRegex("^```[a-z]+$", RegexOptions.Multiline)]
    private static partial Regex Code();
}

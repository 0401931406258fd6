using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Conformance;
using IsmsModular.Platform.Plugins;

namespace IsmsModular.Tests.Plugins;

public sealed class KeepingToTheContract
{
    public static TheoryData<string> Methodologies => [.. Shipped.Catalog.Methodologies.Select(m => m.Id)];

    public static TheoryData<string> Formats => [.. Shipped.Catalog.Formats.Select(f => f.Key)];

    [Theory]
    [MemberData(nameof(Methodologies))]
    public void Every_methodology_that_ships_conforms(string id)
    {
        var handle = (GuardedMethodology)Shipped.Catalog.Methodology(id)!;
        var words = Shipped.Catalog.Words("ms").Where(w => w.Key.StartsWith(handle.PluginId + ".", StringComparison.Ordinal)).ToDictionary();
        var options = new ConformanceOptions { Words = words.Count == 0 ? [] : new Dictionary<string, IReadOnlyDictionary<string, string>> { ["ms"] = words }, GeneratedCases = 16 };
        Assert.Empty(PluginCheck.CheckMethodology(handle.Unguarded, options));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_report_format_that_ships_conforms(string key) =>
        Assert.Empty(await PluginCheck.CheckFormatAsync(((GuardedFormat)Shipped.Catalog.Formats.Single(f => f.Key == key)).Unguarded, TestContext.Current.CancellationToken));

    [Fact]
    public void Every_catalogue_and_mapping_that_ships_conforms()
    {
        Assert.Empty(Shipped.Catalog.Catalogues.SelectMany(c => PluginCheck.CheckCatalogue(c, Shipped.Catalog.Catalogue(c.Extends ?? ""))));
        Assert.Empty(Shipped.Catalog.Mappings.SelectMany(m => PluginCheck.CheckMapping(m, Shipped.Catalog.Catalogues)));
    }

    [Theory]
    [InlineData("random", "determinism")]
    [InlineData("shared state", "thread safety")]
    [InlineData("no steps", "explanation")]
    [InlineData("zero when unrated", "unrated")]
    [InlineData("index out of range", "wrong input")]
    [InlineData("takes anything", "wrong input")]
    [InlineData("unknown level", "results")]
    [InlineData("changes inputs", "purity")]
    [InlineData("shares its parameters", "parameters")]
    [InlineData("axis of nothing", "form")]
    public void A_methodology_that_does_not_conform_is_found_out(string fault, string check) =>
        Assert.Contains(PluginCheck.CheckMethodology(new Faulty(fault)), f => f.Check == check);

    [Fact]
    public void A_methodology_without_fault_is_not_blamed() => Assert.Empty(PluginCheck.CheckMethodology(new Faulty("")));

    [Fact]
    public void Words_that_are_missing_in_a_language_are_named()
    {
        var options = new ConformanceOptions { Words = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["ms"] = new Dictionary<string, string> { ["f.x"] = "{0}" } } };
        var findings = PluginCheck.CheckMethodology(new Faulty(""), options);
        Assert.Contains(findings, f => f.Problem == "ms has no words for 'f.High'.");
        Assert.Contains(findings, f => f.Problem == "ms has other places than English in 'f.x'.");
    }

    [Fact]
    public void A_catalogue_that_does_not_hang_together_is_found_out()
    {
        var findings = PluginCheck.CheckCatalogue(new()
        {
            Id = "c", Edition = "1", Name = "C", Kind = CatalogueKind.SectorGuide, Source = "Tests",
            Items = [new() { Id = "1.1", Parent = "1", Kind = "control", Title = "One" }, new() { Id = "1", Kind = "kingdom", Title = "" }, new() { Id = "1", Kind = "control", Title = "Again", Titles = new Dictionary<string, string> { ["ms"] = "Lagi" } }],
        });
        Assert.Equal(["identity", "rows", "words"], findings.Select(f => f.Check).Distinct().Order(StringComparer.Ordinal));
        Assert.True(findings.Count >= 6);
        Assert.NotEmpty(PluginCheck.CheckMapping(new() { From = "a", To = "a", Source = "", Rows = [new() { From = "1", To = "2", Relationship = "friend" }] }, []));
    }

    [Theory]
    [InlineData("throws", "rendering")]
    [InlineData("clock", "determinism")]
    [InlineData("empty", "rendering")]
    [InlineData("dies of cancellation", "cancellation")]
    public async Task A_format_that_does_not_conform_is_found_out(string fault, string check) =>
        Assert.Contains(await PluginCheck.CheckFormatAsync(new FaultyFormat(fault), TestContext.Current.CancellationToken), f => f.Check == check);

    [Fact]
    public async Task A_plugin_is_checked_as_a_whole_with_its_words()
    {
        using var folder = new PluginFolder();
        Directory.CreateDirectory(Path.Combine(folder.Data, "locales"));
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "locales", "ms.json"), "{}", TestContext.Current.CancellationToken);
        var findings = await PluginCheck.CheckAsync(new FaultyPlugin(), folder.Data, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(findings, f => f.Check == "registration" && f.Problem.Contains("twice", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Check == "words");
    }

    private sealed class FaultyPlugin : IIsmsPlugin
    {
        public void Register(IPluginRegistry registry)
        {
            registry.AddMethodology(new Faulty(""));
            registry.AddMethodology(new Faulty(""));
        }
    }

    private sealed class Faulty(string fault) : IRiskMethodology
    {
        private readonly JsonObject parameters = new() { ["step"] = 1 };
        private int shared;

        public string Id => "faulty";

        public string Version => "1";

        public MethodologyInfo Info { get; } = new() { Name = "Faulty", Summary = "For tests.", Source = "Tests", Confidence = "after" };

        public JsonObject DefaultParameters => fault == "shares its parameters" ? parameters : (JsonObject)parameters.DeepClone();

        public MethodologyForm Describe(JsonObject? given) => new()
        {
            Factors = [new() { Key = "x", Name = new("f.x", "X"), Kind = FactorKind.Number, Minimum = 0, Maximum = 9 }, new() { Key = "c", Name = "C", Kind = FactorKind.Choice, Tiers = Tiers }],
            Levels = Tiers,
            VerticalAxis = fault == "axis of nothing" ? "nothing" : "c",
            HorizontalAxis = "x",
        };

        private static Tier[] Tiers { get; } = [new() { Key = "low", Label = new("f.Low", "Low") }, new() { Key = "high", Label = new("f.High", "High") }];

        public MethodologyResult? Evaluate(JsonObject? given, IReadOnlyDictionary<string, FactorValue> inputs)
        {
            var x = inputs.GetValueOrDefault("x", FactorValue.None);
            var c = inputs.GetValueOrDefault("c", FactorValue.None);
            if (fault == "changes inputs")
                ((Dictionary<string, FactorValue>)inputs)["x"] = FactorValue.Number(1);
            if (x.IsNone || c.IsNone)
                return fault == "zero when unrated" ? new() { Order = 0, Value = 0, Steps = ["Nothing"] } : null;
            var tier = Array.FindIndex(Tiers, t => t.Key == c.AsText || t.Label.ToString() == c.AsText);
            if (tier < 0 && c.AsNumber is { } ordinal && ordinal == Math.Floor(ordinal) && ordinal is >= 0 and < 2)
                tier = (int)ordinal;
            if (fault == "takes anything")
                (x, tier) = (FactorValue.Number(x.AsNumber is { } any && double.IsFinite(any) ? any : 1), Math.Max(0, tier));
            if (fault == "index out of range")
                _ = Tiers[tier];
            if (tier < 0)
                throw new MethodologyException("c", "low or high is needed.");
            var number = x.AsNumber is { } right && (fault == "takes anything" || right is >= 0 and <= 9) ? right : throw new MethodologyException("x", "0 to 9 is needed.");
            if (fault == "random")
                number += System.Security.Cryptography.RandomNumberGenerator.GetInt32(1_000_000);
            if (fault == "shared state")
            {
                shared = (int)(number * 10);
                Thread.Sleep(1);
                number = shared / 10.0;
            }

            return new() { Level = fault == "unknown level" ? "terrible" : Tiers[tier].Key, Value = number, Order = number, Steps = fault == "no steps" ? [] : [new("f.step", "{0} it is", x.ToString())] };
        }
    }

    private sealed class FaultyFormat(string fault) : IReportFormat
    {
        public string Key => "faulty";

        public string Name => "Faulty";

        public string MediaType => "text/plain";

        public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
        {
            if (fault == "throws" && report.Blocks.Count == 0)
                throw new InvalidOperationException("Nothing to write.");
            if (fault == "dies of cancellation" && cancellationToken.IsCancellationRequested)
                throw new IOException("Gone.");
            if (fault == "clock")
                await output.WriteAsync(Guid.NewGuid().ToByteArray(), CancellationToken.None);
            if (fault != "empty")
                await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(report.Title), CancellationToken.None);
        }
    }
}

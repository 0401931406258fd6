using System.Text.Json;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Plugins.Oscal;

namespace IsmsModular.Tests.Reports;

public sealed class RenderingOscal
{
    private static readonly IReadOnlyList<IReportFormat> Formats = Register();

    [Theory]
    [InlineData("catalog")]
    [InlineData("component")]
    [InlineData("ssp")]
    public async Task Is_valid_even_with_awkward_words(string model) => OscalSchemas.AssertValid(model, await RenderAsync(model, Statement("Line\nbreak ")));

    [Theory]
    [InlineData("catalog")]
    [InlineData("component")]
    [InlineData("ssp")]
    public async Task Is_valid_while_nothing_is_decided(string model)
    {
        var open = new ReportControls { SystemId = "S", RevisionId = "draft", Revision = "Draft", Catalogue = Catalogue, Controls = [new() { Id = "A.1.1", Catalogue = "test", Title = "T" }] };
        OscalSchemas.AssertValid(model, await RenderAsync(model, open));
    }

    [Fact]
    public async Task Every_decision_is_a_state_of_its_control()
    {
        var plan = (await RenderAsync("ssp", Statement("x"))).GetProperty("system-security-plan");
        var states = plan.GetProperty("control-implementation").GetProperty("implemented-requirements").EnumerateArray().ToDictionary(
            r => r.GetProperty("control-id").GetString()!,
            r => r.GetProperty("by-components")[0].TryGetProperty("implementation-status", out var s) ? s.GetProperty("state").GetString() : null);
        Assert.Equal("implemented", states["A.1.1"]);
        Assert.Equal("not-applicable", states["A.1.2"]);
        Assert.Null(states["c-5.1"]);
        Assert.Equal("planned", states["own_C-01"]);
    }

    [Fact]
    public async Task Every_control_that_is_stated_is_in_the_catalogue_and_the_catalogue_is_named()
    {
        var statement = Statement("x");
        var catalogue = (await RenderAsync("catalog", statement)).GetProperty("catalog");
        var ids = new HashSet<string>();
        Collect(catalogue, ids);
        var component = (await RenderAsync("component", statement)).GetProperty("component-definition");
        var implementation = component.GetProperty("components")[0].GetProperty("control-implementations")[0];
        Assert.All(implementation.GetProperty("implemented-requirements").EnumerateArray(), r => Assert.Contains(r.GetProperty("control-id").GetString()!, ids));
        var resource = component.GetProperty("back-matter").GetProperty("resources")[0];
        Assert.Equal("#" + resource.GetProperty("uuid").GetString(), implementation.GetProperty("source").GetString());
        Assert.Contains(resource.GetProperty("props").EnumerateArray(), p => p.GetProperty("name").GetString() == "catalog-uuid" && p.GetProperty("value").GetString() == catalogue.GetProperty("uuid").GetString());
    }

    [Fact]
    public async Task Identifiers_are_the_same_each_time_and_others_for_another_workspace()
    {
        string Uuid(JsonElement json) => json.GetProperty("system-security-plan").GetProperty("uuid").GetString()!;
        var first = Uuid(await RenderAsync("ssp", Statement("x")));
        Assert.Equal(first, Uuid(await RenderAsync("ssp", Statement("y"))));
        Assert.NotEqual(first, Uuid(await RenderAsync("ssp", Statement("x", system: "OTHER"))));
        Assert.Equal('5', first[14]);
    }

    private static void Collect(JsonElement json, HashSet<string> ids)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
                Collect(item, ids);
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in json.EnumerateObject())
            {
                if (property.Name == "controls")
                    ids.UnionWith(property.Value.EnumerateArray().Select(c => c.GetProperty("id").GetString()!));
                Collect(property.Value, ids);
            }
        }
    }

    private static Catalogue Catalogue => new()
    {
        Id = "test", Edition = "2013", Name = "Test", Kind = CatalogueKind.Controls, Source = "Source",
        Items =
        [
            new() { Id = "A.1", Kind = "domain", Title = "Domain" },
            new() { Id = "A.1.0", Parent = "A.1", Kind = "objective", Title = "Objective\nof two lines", Guidance = "Why." },
            new() { Id = "A.1.1", Parent = "A.1.0", Kind = "control", Title = "One", Attributes = new Dictionary<string, IReadOnlyList<string>> { ["control type"] = ["#Preventive"] } },
            new() { Id = "A.1.2", Parent = "A.1", Kind = "control", Title = "Two", Confirmed = false },
            new() { Id = "5.1", Kind = "control", Title = "Alone" },
        ],
    };

    private static ReportControls Statement(string words, string system = "SYSTEM") => new()
    {
        SystemId = system, RevisionId = "R1", Revision = "SOA-R01", Approved = true, Scope = words, Catalogue = Catalogue,
        Controls =
        [
            new() { Id = "A.1.1", Catalogue = "test", Title = "One", Applicable = true, Status = ReportControlStatus.InPlace, Reasons = [words], Implementations = [words, "B"], Tasks = ["T-1"], Risks = ["R-1"], Note = words, Documents = " " },
            new() { Id = "A.1.2", Catalogue = "test", Title = "Two", Applicable = false, ExclusionReason = words },
            new() { Id = "5.1", Catalogue = "test", Title = "Alone" },
            new() { Id = "C-01", Catalogue = "own", Title = words, Applicable = true, Status = ReportControlStatus.Planned },
        ],
    };

    private static async Task<JsonElement> RenderAsync(string model, ReportControls statement)
    {
        using var output = new MemoryStream();
        var report = new ReportDocument { Title = "Statement", Language = "en", Organisation = " Water\u0000 Works ", MadeAt = new(2026, 11, 25, 14, 0, 0, TimeSpan.FromHours(8)), Blocks = [], Controls = statement };
        await Formats.Single(f => f.Key == "oscal-" + model).RenderAsync(report, output, TestContext.Current.CancellationToken);
        output.Position = 0;
        return (await JsonDocument.ParseAsync(output)).RootElement;
    }

    private static IReadOnlyList<IReportFormat> Register()
    {
        var registry = new Registry();
        new OscalPlugin().Register(registry);
        return registry.Formats;
    }

    private sealed class Registry : IPluginRegistry
    {
        public List<IReportFormat> Formats { get; } = [];

        public IPluginFiles Files => throw new NotSupportedException();

        public void AddReportFormat(IReportFormat format) => Formats.Add(format);

        public void AddMethodology(Abstractions.Methodologies.IRiskMethodology methodology) => throw new NotSupportedException();

        public void AddCatalogue(Catalogue catalogue) => throw new NotSupportedException();

        public void AddMapping(CatalogueMapping mapping) => throw new NotSupportedException();
    }
}

using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Tests.Plugins;

public sealed class ReadingShippedCatalogues
{
    [Theory]
    [InlineData("iso27001-2005-annex-a", 11, 39, 133)]
    [InlineData("iso27001-2013-annex-a", 14, 35, 114)]
    [InlineData("iso27001-2022-annex-a", 4, 0, 93)]
    public void An_annex_has_all_its_rows(string id, int domains, int objectives, int controls)
    {
        var items = Shipped.Catalog.Catalogue(id)!.Items;
        int Count(string kind) => items.Count(i => i.Kind == kind);
        Assert.Equal((domains, objectives, controls, domains + objectives + controls), (Count("domain"), Count("objective"), Count("control"), items.Count));
    }

    [Fact]
    public void The_themes_of_2022_have_37_8_14_and_34_controls_with_attributes()
    {
        var controls = Controls("iso27001-2022-annex-a");
        Assert.Equal([37, 8, 14, 34], controls.GroupBy(c => c.Parent).Select(g => g.Count()));
        Assert.All(controls, c => Assert.Equal(["control_type", "cybersecurity_concepts", "info_sec_properties", "operational_capabilities", "security_domains"], c.Attributes.Keys.Order(StringComparer.Ordinal)));
        Assert.All(controls, c => Assert.All(c.Attributes.Values, Assert.NotEmpty));
    }

    [Fact]
    public void The_mapping_covers_all_114_controls_of_2013_and_leaves_11_new()
    {
        var mapping = Shipped.Catalog.Mappings.Single(m => m is { From: "iso27001-2013-annex-a", To: "iso27001-2022-annex-a" });
        Assert.Equal(115, mapping.Rows.Count);
        Assert.Equal(Controls(mapping.From).Select(c => c.Id).Order(StringComparer.Ordinal), mapping.Rows.Select(r => r.From).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["A.5.23", "A.5.30", "A.5.7", "A.7.4", "A.8.10", "A.8.11", "A.8.12", "A.8.16", "A.8.23", "A.8.28", "A.8.9"],
            Controls(mapping.To).Select(c => c.Id).Except(mapping.Rows.Select(r => r.To!)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_mapping_leads_from_a_row_to_a_row()
    {
        Assert.All(Shipped.Catalog.Mappings, m =>
        {
            var from = Controls(m.From).Select(c => c.Id).ToHashSet();
            var to = Controls(m.To).Select(c => c.Id).ToHashSet();
            Assert.All(m.Rows, r => Assert.True(from.Contains(r.From) && (r.To is null || to.Contains(r.To)), $"{r.From} to {r.To}"));
            Assert.Equal(from.Count, m.Rows.Select(r => r.From).Distinct().Count());
        });
    }

    [Theory]
    [InlineData("iso27001-2013-annex-a", "objective")]
    [InlineData("iso27001-2022-annex-a", "domain")]
    public void Guidance_is_there_in_both_languages(string id, string kind) =>
        Assert.All(Shipped.Catalog.Catalogue(id)!.Items.Where(i => i.Kind == kind), i =>
        {
            Assert.NotNull(i.Guidance);
            Assert.NotEqual(i.Guidance, i.GuidanceIn("ms"));
            Assert.NotEqual(i.Title, i.TitleIn("ms"));
        });

    [Theory]
    [InlineData("iso27001-2013-annex-a")]
    [InlineData("iso27001-2022-annex-a")]
    public void Every_control_has_a_title_in_malay(string id) => Assert.All(Shipped.Catalog.Catalogue(id)!.Items, i => Assert.NotEqual(i.Title, i.TitleIn("ms")));

    [Theory]
    [InlineData(CatalogueKind.Threats, "threat")]
    [InlineData(CatalogueKind.Vulnerabilities, "vulnerability")]
    public void Threats_and_vulnerabilities_lie_in_classes_and_speak_both_languages(CatalogueKind kind, string item)
    {
        var items = Shipped.Catalog.Catalogues.Single(c => c.Kind == kind).Items;
        Assert.All(items, i => Assert.NotEqual(i.Title, i.TitleIn("ms")));
        Assert.All(items, i => Assert.Equal(i.Kind == item, i.Parent is not null));
        Assert.Equal(items.Count, items.Select(i => i.Title).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static List<CatalogueItem> Controls(string id) => [.. Shipped.Catalog.Catalogue(id)!.Items.Where(i => i.Kind == "control")];
}

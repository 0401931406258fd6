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
    public void Of_the_112_pairs_from_2005_those_from_memory_and_the_controls_without_a_successor_are_not_confirmed()
    {
        var mapping = Shipped.Catalog.Mappings.Single(m => m is { From: "iso27001-2005-annex-a", To: "iso27001-2013-annex-a" });
        Assert.Equal((112, 23), (mapping.Rows.Count(r => r.To is not null), mapping.Rows.Count(r => r.To is null)));
        Assert.All(mapping.Rows.Where(r => r.To is null), r => Assert.False(r.Confirmed));
        Assert.Equal(Controls(mapping.From).Select(c => c.Id).Order(StringComparer.Ordinal), mapping.Rows.Select(r => r.From).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Counts of the verified lists, a row a catalogue: rows of each kind, and how many are not confirmed.</summary>
    [Theory]
    [InlineData("iso27001-dis2012-annex-a", "13 domain", 0)]
    [InlineData("iso27001-2005-clauses", "4 clause, 18 requirement, 3 group, 96 item", 87)]
    [InlineData("iso27001-2013-clauses", "7 clause, 26 requirement, 97 item, 2 group", 70)]
    [InlineData("iso27001-2022-clauses", "7 clause, 30 requirement, 98 item, 4 group", 39)]
    [InlineData("iso27011-2008", "1 objective, 13 control", 12)]
    [InlineData("iso27011-2016", "13 control", 13)]
    [InlineData("iso27017-2015", "6 objective, 7 control", 6)]
    [InlineData("iso27018-2019", "12 objective, 25 control", 0)]
    [InlineData("iso27019-2017", "14 control", 12)]
    [InlineData("iso27019-2024", "12 control", 0)]
    [InlineData("iso27799-2008", "11 section", 11)]
    [InlineData("threats-bsi-elementary", "6 category, 47 threat", 0)]
    [InlineData("threats-iso27799", "5 category, 25 threat", 25)]
    [InlineData("threats-iso27005", "7 category, 59 threat", 0)]
    [InlineData("vulnerabilities-iso27005", "6 category, 71 vulnerability", 0)]
    [InlineData("iso9001-2000-clauses", "4 clause, 21 requirement", 25)]
    [InlineData("iso9001-2015-clauses", "7 clause, 30 requirement", 37)]
    public void A_catalogue_has_the_rows_of_its_list(string id, string kinds, int unconfirmed)
    {
        var items = Shipped.Catalog.Catalogue(id)!.Items;
        Assert.Equal((kinds, unconfirmed), (string.Join(", ", items.GroupBy(i => i.Kind).Select(g => $"{g.Count()} {g.Key}")), items.Count(i => !i.Confirmed)));
    }

    [Fact]
    public void Every_row_of_a_sector_guide_lies_in_the_guide_or_in_the_catalogue_that_it_extends() =>
        Assert.All(Shipped.Catalog.Catalogues.Where(c => c.Kind == CatalogueKind.SectorGuide), guide =>
        {
            var rows = guide.Items.Concat(Shipped.Catalog.Catalogue(guide.Extends!)!.Items).Select(i => i.Id).ToHashSet();
            Assert.All(guide.Items, i => Assert.True(i.Parent is null || rows.Contains(i.Parent), $"{guide.Id} {i.Id}"));
        });

    [Fact]
    public void The_draft_of_2012_is_for_reading_only_and_has_no_control()
    {
        var draft = Shipped.Catalog.Catalogue("iso27001-dis2012-annex-a")!;
        Assert.Equal((CatalogueKind.Reference, false), (draft.Kind, draft.Items.Any(i => i.Kind == "control")));
    }

    [Fact]
    public void Elementary_threats_name_the_BSI_and_its_licence_and_keep_the_german_names()
    {
        var threats = Shipped.Catalog.Catalogue("threats-bsi-elementary")!;
        Assert.Contains("CC BY-SA 4.0", threats.Attribution, StringComparison.Ordinal);
        Assert.Equal("CC-BY-SA-4.0", Shipped.Catalog.Plugins.Single(p => p.Id == "threats-bsi-elementary").Licence);
        Assert.Equal("Feuer", threats.Items.Single(i => i.Id == "G 0.1").TitleIn("de"));
    }

    [Fact]
    public void Every_mapping_leads_from_a_row_to_a_row()
    {
        Assert.All(Shipped.Catalog.Mappings, m =>
        {
            var from = Shipped.Catalog.Catalogue(m.From)!.Items.Select(c => c.Id).ToHashSet();
            var to = Shipped.Catalog.Catalogue(m.To)!.Items.Select(c => c.Id).ToHashSet();
            Assert.All(m.Rows, r => Assert.True(from.Contains(r.From) && (r.To is null || to.Contains(r.To)), $"{m.From} {r.From} to {m.To} {r.To}"));
        });
    }

    [Fact]
    public void Every_control_of_2022_has_guidance_in_both_languages() =>
        Assert.All(Controls("iso27001-2022-annex-a"), i => Assert.True(i.Guidance is not null && i.GuidanceIn("ms") != i.Guidance, i.Id));

    [Fact]
    public void Every_row_speaks_malay() =>
        Assert.All(Shipped.Catalog.Catalogues, c => Assert.All(c.Items, i => Assert.True(i.Titles.ContainsKey("ms"), $"{c.Id} {i.Id}")));

    [Fact]
    public void Every_objective_theme_section_and_requirement_has_guidance_in_both_languages() =>
        Assert.All(Shipped.Catalog.Catalogues.Where(c => !c.Id.StartsWith("iso9001", StringComparison.Ordinal)), c =>
            Assert.All(c.Items.Where(i => i.Kind is "objective" or "section" or "requirement" or "group" or "clause" || (i.Kind == "domain" && c.Items.All(o => o.Kind != "objective"))), i => Assert.True(i.Guidance is not null && i.GuidanceIn("ms") != i.Guidance, $"{c.Id} {i.Id}")));

    [Theory]
    [InlineData(CatalogueKind.Threats, "threat")]
    [InlineData(CatalogueKind.Vulnerabilities, "vulnerability")]
    public void Threats_and_vulnerabilities_lie_in_classes_and_speak_both_languages(CatalogueKind kind, string item)
    {
        var items = Shipped.Catalog.Catalogues.Single(c => c.Kind == kind && c.Id.EndsWith("-iso27005", StringComparison.Ordinal)).Items;
        Assert.All(items, i => Assert.NotEqual(i.Title, i.TitleIn("ms")));
        Assert.All(items, i => Assert.Equal(i.Kind == item, i.Parent is not null));
        Assert.Equal(items.Count, items.Select(i => i.Title).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static List<CatalogueItem> Controls(string id) => [.. Shipped.Catalog.Catalogue(id)!.Items.Where(i => i.Kind == "control")];
}

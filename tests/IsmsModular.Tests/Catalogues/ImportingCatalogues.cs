using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Catalogues.Import;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Methodologies;
using IsmsModular.Risks.Soa;
using IsmsModular.Tests.App;
using IsmsModular.Tests.Imports;
using IsmsModular.Tests.Plan;
using IsmsModular.Tests.Risks;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Catalogues;

public sealed class ImportingCatalogues(IsmsApp app)
{
    private static Task<Result<CatalogueImportOutcome>> ImportAsync(TestWorkspace work, byte[] bytes, string name, CatalogueImportRequest? more = null) =>
        work.RunAsync(s => s.GetRequiredService<ICatalogueImport>().ImportAsync(new MemoryStream(bytes), (more ?? new(name)) with { FileName = name }, TestContext.Current.CancellationToken));

    private static Task<Result<CatalogueImportOutcome>> ImportAsync(TestWorkspace work, string text, string name, CatalogueImportRequest? more = null) => ImportAsync(work, Encoding.UTF8.GetBytes(text), name, more);

    private static Task<Catalogue?> FindAsync(TestWorkspace work, string key) => work.RunAsync(s => Task.FromResult(s.GetRequiredService<WorkspaceCatalogues>().Find(key)));

    private static async Task<CatalogueImportPart> OneAsync(TestWorkspace work, byte[] bytes, string name, CatalogueImportRequest? more = null)
    {
        var outcome = RiskDesk.Ok(await ImportAsync(work, bytes, name, more));
        Assert.Empty(outcome.Problems);
        Assert.True(outcome.Written);
        return Assert.Single(outcome.Parts);
    }

    [Fact]
    public async Task The_OSCAL_baseline_has_18_groups_and_149_controls_with_18_enhancements_below_theirs()
    {
        var bytes = RealData.Read("oscal-800-53r5-LOW-resolved-catalog-min.json");
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, bytes, "low.json");
        Assert.Equal((18, 149), (part.Kinds["domain"], part.Kinds["control"]));
        var catalogue = (await FindAsync(work, part.Key))!;
        var kinds = catalogue.Items.ToDictionary(i => i.Id, i => i.Kind);
        Assert.Equal((18, 131), (catalogue.Items.Count(i => i.Kind == "control" && kinds[i.Parent!] == "control"), catalogue.Items.Count(i => i.Kind == "control" && kinds[i.Parent!] == "domain")));
        var controls = catalogue.Items.Where(i => i.Kind == "control").ToList();
        Assert.Equal(("ac-1", "sr-12"), (controls[0].Id, controls[^1].Id));
        Assert.DoesNotContain("{{", controls[0].Guidance, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_small_OSCAL_catalogue_has_groups_in_groups()
    {
        var bytes = RealData.Read("oscal-basic-catalog.json");
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, bytes, "basic.json");
        Assert.Equal(4, part.Kinds["control"]);
        Assert.Equal("s1", (await FindAsync(work, part.Key))!.Items.Single(i => i.Id == "s1.1").Parent);
    }

    [Fact]
    public async Task The_CISO_Assistant_framework_has_200_nodes_of_which_140_are_assessable()
    {
        var bytes = RealData.Read("ciso-iso27001-2013.yaml");
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, bytes, "iso27001-2013.yaml");
        Assert.Equal((200, 140), (part.Rows, part.Kinds["control"]));
        var items = (await FindAsync(work, part.Key))!.Items;
        Assert.Equal((2, 114), (items.Count(i => i.Parent is null), items.Count(i => i.Kind == "control" && i.Id.StartsWith("A.", StringComparison.OrdinalIgnoreCase))));
    }

    [Fact]
    public async Task The_EBIOS_matrix_becomes_a_methodology_of_the_workspace()
    {
        var bytes = RealData.Read("ciso-risk-matrix-4x4-ebios-rm.yaml");
        var work = await app.NewWorkspaceAsync();
        Assert.Equal("methodology", (await OneAsync(work, bytes, "matrix.yaml")).What);
        var methodology = Assert.Single(await work.QueryAsync<OwnMethodology>());
        var opened = Platform.Plugins.OwnMethodologies.Open(methodology.Declaration(1));
        var form = RiskDesk.Ok(RiskDesk.Ok(opened).Describe(null));
        Assert.Equal((4, 4, 3), (form.Factors[0].Tiers!.Count, form.Factors[1].Tiers!.Count, form.Levels.Count));
        string Level(string likelihood, string impact) => RiskDesk.Ok(opened.Value.Evaluate(null, new Dictionary<string, Abstractions.Methodologies.FactorValue> { ["likelihood"] = Abstractions.Methodologies.FactorValue.Text(likelihood), ["impact"] = Abstractions.Methodologies.FactorValue.Text(impact) })).Result!.Level!;
        var (rows, cols) = (form.Factors[0].Tiers!, form.Factors[1].Tiers!);
        Assert.Equal([form.Levels[0].Key, form.Levels[1].Key, form.Levels[2].Key], [Level(rows[0].Key, cols[2].Key), Level(rows[0].Key, cols[3].Key), Level(rows[3].Key, cols[1].Key)]);
    }

    [Fact]
    public async Task The_MONARC_taxonomy_of_MISP_has_30_threats_in_6_classes_and_risks_can_choose_them()
    {
        var bytes = RealData.Read("misp-monarc-threat.json");
        var desk = await PlanDesk.OpenAsync(app);
        var part = await OneAsync(desk.Home, bytes, "machinetag.json");
        Assert.Equal((6, 30), (part.Kinds["category"], part.Kinds["threat"]));
        var view = await desk.Home.SendAsync(new ChooseModel.Query());
        RiskDesk.Ok(await desk.Home.SendAsync(new ChooseModel.Command { Seen = view.Seen, Threats = [part.Key], Vulnerabilities = [.. view.Vulnerabilities] }, desk.Analyst));
        var (classes, threats) = await desk.Home.RunAsync(s => Task.FromResult((s.GetRequiredService<IsmsModular.Risks.Register.ThreatDirectory>().Classes, s.GetRequiredService<IsmsModular.Risks.Register.ThreatDirectory>().Threats)));
        Assert.Equal((6, 30), (classes.Count, threats.Count));
    }

    private const string Catalogue = """{"catalog":{"uuid":"u","metadata":{"title":"Small","version":"1","oscal-version":"1.1.2"},"groups":[{"id":"g","title":"Group","controls":[{"id":"c-1","title":"First for {{ insert: param, c-1_p }}","params":[{"id":"c-1_p","label":"everyone"}],"controls":[{"id":"c-1.1","title":"More of the first"}]},{"id":"c-2","title":"Second"},{"id":"c-3","title":"Gone","props":[{"name":"status","value":"withdrawn"}]}]}]}}""";

    [Fact]
    public async Task Withdrawn_controls_are_left_out_and_said()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, Catalogue, "small.json"));
        Assert.Equal("catalogues.import.note.withdrawn", Assert.Single(outcome.Notes).Message);
        Assert.Equal(3, outcome.Parts[0].Kinds["control"]);
    }

    [Theory]
    [InlineData("""{"include-controls":[{"with-ids":["c-1"],"with-child-controls":"yes"}]}""", "c-1 c-1.1")]
    [InlineData("""{"include-controls":[{"with-ids":["c-1"]},{"with-ids":["c-1"],"with-child-controls":"yes"}]}""", "c-1 c-1.1")]
    [InlineData("""{"include-controls":[{"with-ids":["c-1"]}]}""", "c-1")]
    [InlineData("""{"include-all":{},"exclude-controls":[{"with-ids":["c-2"]}]}""", "c-1 c-1.1")]
    [InlineData("""{"include-controls":[{"matching":[{"pattern":"c-*"}]}],"exclude-controls":[{"with-ids":["c-1"]}]}""", "c-1.1 c-2")]
    public async Task A_profile_takes_what_it_includes_less_what_it_excludes_from_the_catalogue_that_was_imported(string import, string expected)
    {
        var work = await app.NewWorkspaceAsync();
        await OneAsync(work, Encoding.UTF8.GetBytes(Catalogue), "small-catalog-min.json");
        var imports = (JsonObject)JsonNode.Parse(import)!;
        imports["href"] = "#r";
        var profile = new JsonObject
        {
            ["profile"] = new JsonObject
            {
                ["uuid"] = "p",
                ["metadata"] = new JsonObject { ["title"] = "Chosen", ["version"] = "1", ["oscal-version"] = "1.1.2" },
                ["imports"] = new JsonArray(imports),
                ["modify"] = new JsonObject { ["set-parameters"] = new JsonArray(new JsonObject { ["param-id"] = "c-1_p", ["values"] = new JsonArray("managers") }) },
                ["back-matter"] = new JsonObject { ["resources"] = new JsonArray(new JsonObject { ["uuid"] = "r", ["rlinks"] = new JsonArray(new JsonObject { ["href"] = "somewhere/small-catalog.json" }) }) },
            },
        };
        var part = await OneAsync(work, Encoding.UTF8.GetBytes(profile.ToJsonString()), "profile.json");
        var items = (await FindAsync(work, part.Key))!.Items;
        Assert.Equal(expected, string.Join(' ', items.Where(i => i.Kind == "control").Select(i => i.Id)));
        if (items.FirstOrDefault(i => i.Id == "c-1") is { } first)
            Assert.Equal("First for managers", first.Title);
    }

    [Fact]
    public async Task A_profile_of_a_catalogue_that_is_not_here_says_which_and_changes_nothing()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, """{"profile":{"uuid":"p","metadata":{"title":"x"},"imports":[{"href":"other.json","include-all":{}}]}}""", "profile.json"));
        Assert.Equal(("profile.imports[0].href", "catalogues.import.error.profilesource"), (outcome.Problems[0].Place, outcome.Problems[0].Message));
        Assert.Empty(await work.QueryAsync<ImportedCatalogue>());
    }

    [Fact]
    public async Task A_requirement_mapping_connects_the_catalogues_that_it_names()
    {
        var work = await app.NewWorkspaceAsync();
        const string Library = """
            urn: urn:x:library:map
            ref_id: map
            name: Map
            objects:
              requirement_mapping_sets:
              - urn: urn:x:set
                name: From 2013 to 2022
                source_framework_urn: urn:x:framework:iso27001-2013
                target_framework_urn: urn:x:framework:iso27001-2022
                requirement_mappings:
                - {source_requirement_urn: 'urn:x:req:iso27001-2013:a.5.1.1', target_requirement_urn: 'urn:x:req:iso27001-2022:a.5.1', relationship: subset}
                - {source_requirement_urn: 'urn:x:req:iso27001-2013:4.1', target_requirement_urn: 'urn:x:req:iso27001-2022:4.1', relationship: equal}
            """;
        var outcome = RiskDesk.Ok(await ImportAsync(work, Library, "map.yaml"));
        Assert.Equal(("mapping", 1), (outcome.Parts[0].What, outcome.Parts[0].Rows));
        Assert.Equal("catalogues.import.note.pairs", Assert.Single(outcome.Notes).Message);
    }

    [Theory]
    [InlineData("""[{"code":"T1","label":"Fire","theme":"Physical","c":false,"i":false,"a":true}]""", CatalogueKind.Threats, "category", "threat")]
    [InlineData("""{"data":[{"json_object":{"code":"T1","label":"Fire","theme":{"label2":"Physical"},"a":1}}]}""", CatalogueKind.Threats, "category", "threat")]
    [InlineData("""{"vulnerabilities":{"u1":{"code":"V1","label1":"Weak"}}}""", CatalogueKind.Vulnerabilities, "category", "vulnerability")]
    [InlineData("""{"label":"Standard","measures":[{"code":"M1","label":"Lock","category":"Doors"}]}""", CatalogueKind.Controls, "domain", "control")]
    public async Task MONARC_objects_are_read_however_they_are_wrapped(string json, CatalogueKind kind, string heading, string leaf)
    {
        var work = await app.NewWorkspaceAsync();
        var catalogue = (await FindAsync(work, (await OneAsync(work, Encoding.UTF8.GetBytes(json), "monarc.json")).Key))!;
        Assert.Equal((kind, heading, leaf), (catalogue.Kind, catalogue.Items[0].Kind, catalogue.Items[1].Kind));
    }

    [Fact]
    public async Task References_that_are_not_unique_give_way_to_the_ends_of_the_URNs()
    {
        var work = await app.NewWorkspaceAsync();
        var key = (await OneAsync(work, "urn: u\nname: N\nobjects:\n  framework:\n    requirement_nodes:\n    - {urn: 'u:a', ref_id: '1', name: A}\n    - {urn: 'u:b', ref_id: '1', assessable: true}\n    - {urn: 'u:1', parent_urn: 'u:a', assessable: true, description: D}\n"u8.ToArray(), "f.yaml")).Key;
        Assert.Equal(["a", "1", "b"], (await FindAsync(work, key))!.Items.Select(i => i.Id));
    }

    [Fact]
    public async Task A_table_is_mapped_by_its_headers_or_as_told()
    {
        var work = await app.NewWorkspaceAsync();
        const string Csv = "Ref;Nama;Kumpulan;Note\nW.1;Pump rooms locked;Water;a\nW.2;Dosing watched;Water;b\n";
        var part = await OneAsync(work, Encoding.UTF8.GetBytes(Csv), "water.csv");
        Assert.Equal((1, 2), (part.Kinds["domain"], part.Kinds["control"]));
        part = await OneAsync(work, Encoding.UTF8.GetBytes(Csv), "threats.csv", new("", CatalogueKind.Threats, "Note=title,Nama=guidance"));
        var threats = (await FindAsync(work, part.Key))!;
        Assert.Equal(("a", "Pump rooms locked", "threat"), (threats.Items.Single(i => i.Id == "W.1").Title, threats.Items.Single(i => i.Id == "W.1").Guidance, threats.Items.Single(i => i.Id == "W.1").Kind));
    }

    [Fact]
    public async Task A_guide_from_a_table_hangs_under_the_numbers_of_the_catalogue_that_it_extends()
    {
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, "id,title\nA.5.38,Report to the regulator\n"u8.ToArray(), "regulator.csv", new("", Extends: "iso27001-2022-annex-a"));
        var guide = (await FindAsync(work, part.Key))!;
        Assert.Equal((CatalogueKind.SectorGuide, "iso27001-2022-annex-a", "A.5"), (guide.Kind, guide.Extends, guide.Items[0].Parent));
    }

    [Fact]
    public async Task Every_bad_row_of_a_table_is_named_and_nothing_is_stored()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, "id,title,parent\nX.1,One,\nX.1,Again,\n,Nameless,\nX.2,,\nX.4,Ring,X.5\nX.5,Ring,X.4\n", "bad.csv"));
        Assert.Equal(["row 3", "row 4", "row 5", "row 6", "row 7"], outcome.Problems.Select(p => p.Place).Order(StringComparer.Ordinal));
        Assert.False(outcome.Written);
        Assert.Empty(await work.QueryAsync<ImportedCatalogue>());
    }

    [Fact]
    public async Task Of_one_identifier_over_and_over_the_first_thousand_rows_are_named()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, "id,title\n" + string.Concat(Enumerable.Repeat("X.1,One\n", 1100)), "same.csv"));
        Assert.Equal((1000, false), (outcome.Problems.Count, outcome.Written));
    }

    [Theory]
    [InlineData("cut.json", """{"catalog":{"metadata":{"title":"x"},"groups":[{"id":"a""", "catalogues.import.error.cut")]
    [InlineData("wrong.json", """{"catalog":{"metadata":{"title" "x"},"groups":[]},"more":"and more"}""", "catalogues.import.error.json")]
    [InlineData("kind.json", """{"hello":"world"}""", "catalogues.import.error.unknown")]
    [InlineData("number.json", "42", "catalogues.import.error.json")]
    [InlineData("twice.json", """{"catalog":{"metadata":{},"metadata":{}}}""", "catalogues.import.error.twice")]
    [InlineData("file.xml", "<catalog/>", "catalogues.import.error.xml")]
    [InlineData("file.pdf", "%PDF-1.7 words", "catalogues.import.error.binary")]
    [InlineData("tag.yaml", "urn: !!python/object:os.system x\nobjects: {}\n", "catalogues.import.error.tag")]
    [InlineData("alias.yaml", "urn: a\nobjects: &a {framework: *a}\n", "catalogues.import.error.alias")]
    [InlineData("cut.yaml", "urn: a\nobjects: {framework: [\n", "catalogues.import.error.yaml")]
    [InlineData("two.yaml", "urn: a\n---\nurn: b\n", "catalogues.import.error.documents")]
    [InlineData("twice.yaml", "urn: a\nurn: b\n", "catalogues.import.error.twiceat")]
    [InlineData("plain.yaml", "just words\n", "catalogues.import.error.unknown")]
    [InlineData("half.json", """{"catalog":{"metadata":{"title":"half \ud83d of a pair"},"groups":[]}}""", "catalogues.import.error.encoding")]
    [InlineData("halfname.json", """{"catalog":{"metadata":{"title":"x"},"\ud83d":[]}}""", "catalogues.import.error.encoding")]
    [InlineData("nothing.csv", "   \n", "import.file.empty")]
    public async Task A_file_of_the_wrong_kind_or_form_gets_an_error_of_its_own(string name, string text, string error)
    {
        var work = await app.NewWorkspaceAsync();
        RiskDesk.Refused(error, await ImportAsync(work, text, name));
        Assert.Empty(await work.QueryAsync<ImportedCatalogue>());
    }

    [Fact]
    public async Task YAML_that_is_cut_between_two_words_is_refused()
    {
        var work = await app.NewWorkspaceAsync();
        var whole = "urn: u\nname: N\nobjects:\n  framework:\n    requirement_nodes:\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"    - urn: u:{i}\n      assessable: true\n      ref_id: R.{i}\n      name: Doors are locked\n"));
        RiskDesk.Refused("catalogues.import.error.cutline", await ImportAsync(work, whole[..^10], "cut.yaml"));
        Assert.Empty(await work.QueryAsync<ImportedCatalogue>());
        Assert.Equal(100, (await OneAsync(work, Encoding.UTF8.GetBytes(whole), "whole.yaml")).Rows);
    }

    [Fact]
    public async Task Nesting_of_10_000_levels_is_refused_by_its_place()
    {
        var work = await app.NewWorkspaceAsync();
        RiskDesk.Refused("catalogues.import.error.deep", await ImportAsync(work, string.Concat(Enumerable.Repeat("{\"catalog\":", 10_000)), "deep.json"));
        RiskDesk.Refused("catalogues.import.error.deep", await ImportAsync(work, new string('[', 10_000), "deep.json"));
        RiskDesk.Refused("catalogues.import.error.deep", await ImportAsync(work, "urn: " + new string('[', 10_000), "deep.yaml"));
    }

    [Fact]
    public async Task Zeros_without_end_are_refused_as_soon_as_the_limit_is_reached()
    {
        var work = await app.NewWorkspaceAsync();
        var zeros = new Zeros(500L * 1024 * 1024);
        RiskDesk.Refused("import.file.toobig", await work.RunAsync(s => s.GetRequiredService<ICatalogueImport>().ImportAsync(zeros, new("zeros.json"), TestContext.Current.CancellationToken)));
        Assert.InRange(zeros.Position, 1, 21L * 1024 * 1024);
        RiskDesk.Refused("catalogues.import.error.zero", await ImportAsync(work, new byte[1000], "zeros.json"));
    }

    [Fact]
    public async Task An_alias_that_grows_at_each_step_is_refused_and_a_harmless_one_is_read()
    {
        var work = await app.NewWorkspaceAsync();
        var bomb = new StringBuilder("urn: x\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++)
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1},*a{i - 1},*a{i - 1},*a{i - 1},*a{i - 1},*a{i - 1},*a{i - 1},*a{i - 1}]\n");
        RiskDesk.Refused("catalogues.import.error.many", await ImportAsync(work, bomb + "objects: {}\n", "bomb.yaml"));
        var outcome = RiskDesk.Ok(await ImportAsync(work, "urn: x\nshared: &s [a]\nobjects:\n  threats:\n  - {urn: 'u:t1', ref_id: T1, name: One, tags: *s}\n", "fine.yaml"));
        Assert.True(outcome.Written);
    }

    [Fact]
    public async Task A_byte_order_mark_and_UTF_16_are_no_matter_and_other_encodings_are_named()
    {
        var work = await app.NewWorkspaceAsync();
        Assert.True(RiskDesk.Ok(await ImportAsync(work, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Catalogue)], "bom.json")).Written);
        Assert.True(RiskDesk.Ok(await ImportAsync(work, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Catalogue)], "utf16.json")).Written);
        Assert.True(RiskDesk.Ok(await ImportAsync(work, [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("id\ttitle\nW.1\tPam\n")], "utf16.txt")).Written);
        RiskDesk.Refused("import.file.utf16", await ImportAsync(work, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Catalogue)[..^1]], "utf16.json"));
        RiskDesk.Refused("catalogues.import.error.encoding", await ImportAsync(work, [.. "{\"catalog\":\n"u8, 0xC3, 0x28, (byte)'}'], "latin.json"));
    }

    [Fact]
    public async Task Duplicate_identifiers_name_both_places()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, Catalogue.Replace("\"c-2\"", "\"c-1\"", StringComparison.Ordinal), "twice.json"));
        var problem = Assert.Single(outcome.Problems);
        Assert.Equal(("catalog.groups[0].controls[1]", "catalogues.import.error.sameid"), (problem.Place, problem.Message));
        Assert.Equal(["c-1", "catalog.groups[0].controls[0]"], problem.Arguments);
        Assert.False(outcome.Written);
    }

    [Fact]
    public async Task A_trial_stores_nothing()
    {
        var work = await app.NewWorkspaceAsync();
        Assert.False(RiskDesk.Ok(await ImportAsync(work, Catalogue, "small.json", new("", DryRun: true))).Written);
        Assert.Empty(await work.QueryAsync<ImportedCatalogue>());
    }

    [Fact]
    public async Task A_newer_version_shows_what_changes_and_keeps_what_records_name()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var key = (await OneAsync(desk.Home, "id,title\nA.5.38,Report to the regulator\nA.5.39,Old\n"u8.ToArray(), "regulator.csv", new("", Extends: "iso27001-2022-annex-a"))).Key;
        var view = await desk.Home.SendAsync(new ChooseModel.Query());
        RiskDesk.Ok(await desk.Home.SendAsync(new ChooseModel.Command { Seen = view.Seen, Extensions = [key], Threats = [.. view.Threats], Vulnerabilities = [.. view.Vulnerabilities] }, desk.Analyst));
        RiskDesk.Ok(await desk.Home.SendAsync(new DecideModel.Command { Control = key + "/A.5.38", Decision = SoaDecision.Included, Kinds = [SoaReasonKind.Law], Status = SoaStatus.Planned }, desk.Analyst));

        var part = await OneAsync(desk.Home, "id,title\nA.5.40,New\n"u8.ToArray(), "regulator.csv", new("", Extends: "iso27001-2022-annex-a"));
        Assert.Equal((key, true, 1, 1, 1), (part.Key, part.Updates, part.Added, part.Removed, part.Kept));
        var items = (await FindAsync(desk.Home, key))!.Items;
        Assert.Equal(["A.5.40", "A.5.38"], items.Select(i => i.Id));
        Assert.True(items[1].Attributes.ContainsKey("withdrawn"));
        var board = await desk.Home.RunAsync(s => s.GetRequiredService<SoaRepository>().ReadAsync(s.GetRequiredService<WorkspaceContext>().OpenSession(), TestContext.Current.CancellationToken));
        Assert.Equal(SoaDecision.Included, board!.Lines.Single(l => l.Control.Key == key + "/A.5.38").Row.Decision);

        var record = Assert.Single(await desk.Home.QueryAsync<ImportedCatalogue>());
        RiskDesk.Refused("catalogues.error.chosen", await desk.Home.SendAsync(new RemoveModel.Command { Id = record.Id, Seen = record.Version }, desk.Analyst));
    }

    [Fact]
    public async Task An_imported_catalogue_belongs_to_its_workspace_alone_and_can_be_removed()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var other = await app.NewWorkspaceAsync();
        var key = (await OneAsync(desk.Home, Encoding.UTF8.GetBytes(Catalogue), "small.json")).Key;
        Assert.Null(await FindAsync(other, key));
        var record = Assert.Single(await desk.Home.QueryAsync<ImportedCatalogue>());
        Assert.Equal(ErrorKind.NotFound, (await other.SendAsync(new RemoveModel.Command { Id = record.Id, Seen = record.Version })).Errors[0].Kind);
        RiskDesk.Refused("error.forbidden", await desk.Home.SendAsync(new RemoveModel.Command { Id = record.Id, Seen = record.Version }, desk.Chief));
        RiskDesk.Ok(await desk.Home.SendAsync(new RemoveModel.Command { Id = record.Id, Seen = record.Version }, desk.Analyst));
        Assert.Null(await FindAsync(desk.Home, key));
    }

    [Fact]
    public async Task In_the_browser_a_file_is_seen_before_it_is_stored()
    {
        var desk = await PlanDesk.OpenAsync(app);
        using var browser = await desk.Analyst.SignInAsync();
        var form = desk.Home.Url("risks/catalogue/import");
        var uploaded = await browser.PostAsync(form, [], files: [("Input.File", "water.csv", "id,title\nA.5.38,Pump rooms\n"u8.ToArray())], form: form);
        RiskDesk.Is(HttpStatusCode.SeeOther, uploaded);
        var preview = await browser.GetAsync(uploaded.Location + "&extends=iso27001-2022-annex-a");
        Assert.Contains("Pump rooms", preview.Text, StringComparison.Ordinal);
        Assert.Empty(await desk.Home.QueryAsync<ImportedCatalogue>());
        var done = await browser.PostAsync(form + "?handler=Run", new() { ["file"] = preview.Hidden("file"), ["name"] = preview.Hidden("name"), ["extends"] = "iso27001-2022-annex-a", ["m.id"] = "0", ["m.title"] = "1" }, form: form);
        RiskDesk.Is(HttpStatusCode.SeeOther, done);
        Assert.EndsWith("risks/catalogue/choose", done.Location, StringComparison.Ordinal);
        var bad = await browser.PostAsync(form, [], files: [("Input.File", "cut.json", "{\"catalog\":"u8.ToArray())], form: form);
        var refused = await browser.GetAsync(bad.Location!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("seems to be cut", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_matrices_of_one_reference_become_two_methodologies_of_who_may_make_one()
    {
        static string Matrix(string name) => $$"""{"ref_id":"3x3","name":"{{name}}","probability":[{"name":"Rare"},{"name":"Seldom"},{"name":"Often"}],"impact":[{"name":"Small"},{"name":"Middle"},{"name":"Great"}],"risk":[{"name":"Low"},{"name":"Medium"},{"name":"High"}],"grid":[[0,0,1],[0,1,2],[1,2,2]]}""";
        var text = $$"""{"urn":"urn:water:library:matrices","ref_id":"water","name":"Water","version":1,"objects":{"risk_matrices":[{{Matrix("One")}},{{Matrix("Two")}}] } }""";
        var work = await app.NewWorkspaceAsync();
        async Task<HttpStatusCode> TakeAsync(Platform.Rights.Role role)
        {
            using var browser = await work.SignedInAsync(role);
            var form = work.Url("risks/catalogue/import");
            var uploaded = await browser.PostAsync(form, [], files: [("Input.File", "matrices.yaml", Encoding.UTF8.GetBytes(text))], form: form);
            var preview = await browser.GetAsync(uploaded.Location!);
            return (await browser.PostAsync(form + "?handler=Run", new() { ["file"] = preview.Hidden("file"), ["name"] = preview.Hidden("name") }, form: form)).Status;
        }

        Assert.Equal(HttpStatusCode.Forbidden, await TakeAsync(Platform.Rights.Role.LeadTeam));
        Assert.Empty(await work.QueryAsync<OwnMethodology>());
        Assert.Equal(HttpStatusCode.SeeOther, await TakeAsync(Platform.Rights.Role.Consultant));
        Assert.Equal(["One", "Two"], (await work.QueryAsync<OwnMethodology>()).Select(m => m.Name).Order());
        Assert.Equal(2, (await work.QueryAsync<OwnMethodology>()).Select(m => m.Key).Distinct().Count());
    }

    [Fact]
    public async Task A_control_whose_title_is_only_its_number_is_called_by_its_statement()
    {
        var work = await app.NewWorkspaceAsync();
        const string Functions = """{"catalog":{"metadata":{"title":"Functions"},"groups":[{"id":"WA","title":"WATER","controls":[{"id":"WA.PU","title":"Pumps","parts":[{"name":"statement","prose":"Pumps are known"}],"controls":[{"id":"WA.PU-01","title":"WA.PU-01","parts":[{"name":"statement","prose":"Each pump has an owner"},{"name":"example","prose":"A list in the control room"}]}]}]}]}}""";
        var row = (await FindAsync(work, (await OneAsync(work, Encoding.UTF8.GetBytes(Functions), "functions.json")).Key))!.Items.Single(i => i.Id == "WA.PU-01");
        Assert.Equal(("Each pump has an owner", "A list in the control room"), (row.Title, row.Guidance));
    }

    [Fact]
    public async Task What_stands_below_a_withdrawn_control_is_not_lost_with_it()
    {
        var work = await app.NewWorkspaceAsync();
        const string Text = """{"catalog":{"metadata":{"title":"W"},"groups":[{"id":"g","title":"Group","controls":[{"id":"c-1","title":"Gone","props":[{"name":"status","value":"Withdrawn"}],"controls":[{"id":"c-1.1","title":"Alive"},{"id":"c-1.2","title":"Gone too","props":[{"name":"status","value":"withdrawn"}]}]}]}]}}""";
        var outcome = RiskDesk.Ok(await ImportAsync(work, Text, "w.json"));
        Assert.Equal("2", Assert.Single(outcome.Notes).Arguments[0]);
        Assert.Equal("g", (await FindAsync(work, outcome.Parts[0].Key))!.Items.Single(i => i.Id == "c-1.1").Parent);
    }

    private const string Parameters = """{"catalog":{"metadata":{"title":"With parameters"},"params":[{"id":"who","label":"people"}],"groups":[{"id":"g","title":"Group","controls":[{"id":"c-1","title":"Review","params":[{"id":"c-1_p1","select":{"choice":["yearly","{{ insert: param, c-1_p2 }}"]}},{"id":"c-1_p2","label":"a period"}],"parts":[{"name":"statement","prose":"Review by {{ insert: param, who }} {{ insert: param, c-1_p1 }}."}]},{"id":"c-2","title":"Other"}]}]}}""";

    [Theory]
    [InlineData("""{"set-parameters":[{"param-id":"c-1_p1","values":["monthly"]},{"param-id":"who","constraints":[{"description":"at least two"}]}],"alters":[{"control-id":"c-1","adds":[{"parts":[{"name":"guidance","prose":"Keep a record for {{ insert: param, who }}."},{"name":"assessment-objective","prose":"Not for readers"}]}]}]}""", "Review by [at least two] monthly.\n\nKeep a record for [at least two].")]
    [InlineData("""{"set-parameters":{"c-1_p2":{"values":["each week"]}}}""", "Review by [people] [yearly / each week].")]
    [InlineData("{}", "Review by [people] [yearly / [a period]].")]
    public async Task A_profile_sets_parameters_in_the_text_of_controls_too(string modify, string expected)
    {
        var work = await app.NewWorkspaceAsync();
        await OneAsync(work, Encoding.UTF8.GetBytes(Parameters), "with parameters.json");
        var part = await OneAsync(work, Encoding.UTF8.GetBytes("""{"profile":{"metadata":{"title":"Set"},"imports":[{"href":"../x/with%20parameters.json","include-all":{}}],"modify":MODIFY}}""".Replace("MODIFY", modify, StringComparison.Ordinal)), "set.json");
        Assert.Equal(expected, (await FindAsync(work, part.Key))!.Items.Single(i => i.Id == "c-1").Guidance);
    }

    [Fact]
    public async Task A_profile_of_a_profile_keeps_what_the_first_one_set_and_added()
    {
        var work = await app.NewWorkspaceAsync();
        await OneAsync(work, Encoding.UTF8.GetBytes(Parameters), "catalog.json");
        await OneAsync(work, """{"profile":{"metadata":{"title":"A"},"imports":[{"href":"catalog.json","include-all":{}}],"modify":{"set-parameters":[{"param-id":"c-1_p1","values":["monthly"]}],"alters":[{"control-id":"c-1","adds":[{"parts":[{"name":"guidance","prose":"Keep a record for {{ insert: param, who }}."}]}]}]}}}"""u8.ToArray(), "a.json");
        async Task<string?> BAsync(string modify) => (await FindAsync(work, (await OneAsync(work, Encoding.UTF8.GetBytes("""{"profile":{"metadata":{"title":"B"},"imports":[{"href":"a.json","include-all":{}}],"modify":MODIFY}}""".Replace("MODIFY", modify, StringComparison.Ordinal)), "b.json")).Key))!.Items.Single(i => i.Id == "c-1").Guidance;
        Assert.Equal("Review by [people] monthly.\n\nKeep a record for [people].", await BAsync("{}"));
        Assert.Equal("Review by managers monthly.\n\nKeep a record for managers.", await BAsync("""{"set-parameters":[{"param-id":"who","values":["managers"]}]}"""));
    }

    [Theory]
    [InlineData("""{"include":{"calls":[{"control-id":"c-2"}]}}""", "c-2")]
    [InlineData("""{"include":{"all":{}},"exclude":{"matches":[{"pattern":"*-2"}]}}""", "c-1")]
    [InlineData("""{"include-controls":[{"with-ids":["c-1"]}],"exclude-controls":[{"with-ids":["not-here"]}]}""", "c-1")]
    public async Task A_profile_of_the_form_before_OSCAL_1_chooses_as_it_says(string import, string expected)
    {
        var work = await app.NewWorkspaceAsync();
        await OneAsync(work, Encoding.UTF8.GetBytes(Parameters), "p.json");
        var imports = (JsonObject)JsonNode.Parse(import)!;
        imports["href"] = "p.json";
        var part = await OneAsync(work, Encoding.UTF8.GetBytes(new JsonObject { ["profile"] = new JsonObject { ["metadata"] = new JsonObject { ["title"] = "Old" }, ["imports"] = new JsonArray(imports) } }.ToJsonString()), "old.json");
        Assert.Equal(expected, string.Join(' ', (await FindAsync(work, part.Key))!.Items.Where(i => i.Kind == "control").Select(i => i.Id)));
    }

    [Fact]
    public async Task A_catalogue_of_the_form_before_OSCAL_1_has_its_parameters_by_identifier()
    {
        var work = await app.NewWorkspaceAsync();
        const string Old = """{"catalog":{"metadata":{"title":"Old"},"groups":[{"id":"g","title":"Group","controls":[{"id":"c-1","title":"Review","parameters":{"c-1_p":{"label":"people"}},"parts":[{"name":"statement","prose":"By {{ c-1_p }}."}]},{"id":"c-2","title":"Gone","properties":[{"name":"status","value":"Withdrawn"}]}]}]}}""";
        var outcome = RiskDesk.Ok(await ImportAsync(work, Old, "old.json"));
        Assert.Equal(1, outcome.Parts[0].Kinds["control"]);
        Assert.Equal("By [people].", (await FindAsync(work, outcome.Parts[0].Key))!.Items.Single(i => i.Id == "c-1").Guidance);
    }

    [Fact]
    public async Task Parameters_that_name_each_other_many_times_do_not_grow_without_end()
    {
        var work = await app.NewWorkspaceAsync();
        string Many(string name) => string.Concat(Enumerable.Repeat("{{ insert: param, " + name + " }}", 30_000));
        var bomb = new JsonObject { ["catalog"] = new JsonObject { ["metadata"] = new JsonObject { ["title"] = "Bomb" }, ["params"] = new JsonArray(new JsonObject { ["id"] = "a", ["label"] = Many("b") }, new JsonObject { ["id"] = "b", ["label"] = Many("a") }), ["controls"] = new JsonArray(new JsonObject { ["id"] = "c-1", ["title"] = "Bomb", ["parts"] = new JsonArray(new JsonObject { ["name"] = "statement", ["prose"] = Many("a") }) }) } };
        var part = await OneAsync(work, Encoding.UTF8.GetBytes(bomb.ToJsonString()), "bomb.json");
        Assert.InRange((await FindAsync(work, part.Key))!.Items[0].Guidance!.Length, 1, 6000);
    }

    [Fact]
    public async Task A_long_name_or_value_is_cut_between_characters()
    {
        var work = await app.NewWorkspaceAsync();
        var name = new string('x', 198) + "😀😀";
        var value = new string('x', 999) + "😀😀";
        var part = await OneAsync(work, Encoding.UTF8.GetBytes(Parameters.Replace("With parameters", name, StringComparison.Ordinal).Replace("a period", value, StringComparison.Ordinal)), "long.json");
        Assert.Equal(new string('x', 198) + "…", part.Name);
        Assert.DoesNotContain('\uFFFD', (await FindAsync(work, part.Key))!.Items.Single(i => i.Id == "c-1").Guidance!);
    }

    [Fact]
    public async Task A_table_of_too_many_rows_with_a_class_each_is_refused_once()
    {
        var work = await app.NewWorkspaceAsync();
        var outcome = RiskDesk.Ok(await ImportAsync(work, "id,title,parent\n" + string.Concat(Enumerable.Range(0, 25_000).Select(i => $"X.{i},One,Class {i}\n")), "many.csv"));
        Assert.Equal(("row 20002", "catalogues.import.error.manyrows"), (Assert.Single(outcome.Problems).Place, outcome.Problems[0].Message));
    }

    [Fact]
    public async Task What_a_YAML_file_merges_is_read()
    {
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, "urn: x\nbase: &b\n  name: Shared\n  description: Same\nobjects:\n  threats:\n  - <<: *b\n    urn: u:t1\n    ref_id: T1\n  - ref_id: T2\n    urn: u:t2\n    name: Own\n    <<: [*b]\n"u8.ToArray(), "merge.yaml");
        Assert.Equal([("T1", "Shared", "Same"), ("T2", "Own", "Same")], (await FindAsync(work, part.Key))!.Items.Where(i => i.Kind == "threat").Select(i => (i.Id, i.Title, i.Guidance!)));
        RiskDesk.Refused("catalogues.import.error.yaml", await ImportAsync(work, "urn: x\nobjects:\n  <<: words\n", "merge.yaml"));
    }

    [Fact]
    public async Task What_is_kept_for_profiles_is_not_shown_as_an_attribute()
    {
        var desk = await PlanDesk.OpenAsync(app);
        var key = (await OneAsync(desk.Home, Encoding.UTF8.GetBytes(Parameters), "p.json")).Key;
        using var browser = await desk.Analyst.SignInAsync();
        var page = await browser.GetAsync(desk.Home.Url("risks/catalogue/item?key=" + Uri.EscapeDataString(key + "/c-1")));
        Assert.Contains("Review by", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("oscal", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_says_which_of_its_parts_are_not_read_and_groups_of_its_rows_can_be_filtered()
    {
        var work = await app.NewWorkspaceAsync();
        const string Library = """
            urn: urn:x:library:water
            locale: en
            ref_id: water
            name: Water
            version: 2
            objects:
              threat_catalogs:
              - {urn: 'urn:x:threat_catalog:water', ref_id: water}
              frameworks:
              - urn: urn:x:framework:water
                ref_id: water
                name: Water framework
                min_score: 1
                max_score: 4
                scores_definition:
                - {score: 1, name: Partial}
                implementation_groups_definition:
                - {ref_id: B, name: Basic, description: For everybody}
                requirement_nodes:
                - {urn: 'urn:x:req_node:water:W', assessable: false, depth: 1, ref_id: W, name: Water, translations: {ms: {name: Air}}}
                - {urn: 'urn:x:req_node:water:W.1', assessable: true, depth: 2, parent_urn: 'urn:x:req_node:water:w', ref_id: W.1, description: Doors are locked, implementation_groups: [B]}
              threats:
              - {urn: 'urn:x:threat:t1', ref_id: T1, name: Break-in}
              - {urn: 'urn:x:threat:t1.1', ref_id: T1.1, name: Through the roof, parent_urn: 'urn:x:threat:t1'}
            """;
        var outcome = RiskDesk.Ok(await ImportAsync(work, Library, "water.yaml"));
        Assert.Empty(outcome.Problems);
        Assert.Equal(("catalogues.import.note.objects", "threat_catalogs"), (Assert.Single(outcome.Notes).Message, outcome.Notes[0].Arguments[0]));
        var framework = (await FindAsync(work, outcome.Parts[0].Key))!;
        Assert.Equal(("W", "Doors are locked", "Air"), (framework.Items[1].Parent, framework.Items[1].Title, framework.Items[0].TitleIn("ms")));
        Assert.Equal(["Basic"], framework.Items[1].Attributes["implementation_groups"]);
        Assert.Equal("T1", (await FindAsync(work, outcome.Parts[1].Key))!.Items.Single(i => i.Id == "T1.1").Parent);
    }

    [Fact]
    public async Task A_comparison_begins_with_the_newest_edition_of_the_same_kind()
    {
        var work = await app.NewWorkspaceAsync();
        var guide = await OneAsync(work, "id,title\nAA.1,One\n"u8.ToArray(), "aa.csv", new("", Extends: "iso27001-2022-annex-a"));
        await OneAsync(work, Encoding.UTF8.GetBytes($$"""{"from":"{{guide.Key}}","to":"iso27001-2022-annex-a","rows":[{"from":"AA.1","to":"A.5.1"}]}"""), "mapping.json");
        var view = await work.SendAsync(new IsmsModular.Risks.Catalogues.CompareModel.Query("iso27001-2013-annex-a", null));
        Assert.Equal("iso27001-2022-annex-a", view.To!.Id);
        Assert.Contains(view.Targets, t => t.Value == guide.Key);
    }

    [Fact]
    public async Task Pairs_that_a_mapping_calls_not_related_are_no_pairs()
    {
        var work = await app.NewWorkspaceAsync();
        const string Library = """
            urn: urn:x:library:map
            objects:
              requirement_mapping_set:
                urn: urn:x:set
                source_framework_urn: urn:x:framework:iso27001-2013
                target_framework_urn: urn:x:framework:iso27001-2022
                requirement_mappings:
                - {source_requirement_urn: 'urn:x:iso27001-2013:a.5.1.1', target_requirement_urn: 'urn:x:iso27001-2022:a.5.1', relationship: subset, stregth_of_relationship: null}
                - {source_requirement_urn: 'urn:x:iso27001-2013:a.5.1.2', target_requirement_urn: 'urn:x:iso27001-2022:a.8.1', relationship: not_related}
            """;
        Assert.Equal(1, (await OneAsync(work, Encoding.UTF8.GetBytes(Library), "map.yaml")).Rows);
    }

    [Fact]
    public async Task Text_without_a_name_that_is_too_long_for_a_title_is_kept_whole()
    {
        var work = await app.NewWorkspaceAsync();
        var words = new string('w', 900);
        var key = (await OneAsync(work, Encoding.UTF8.GetBytes($"urn: u\nname: N\nobjects:\n  framework:\n    requirement_nodes:\n    - {{urn: 'u:a', assessable: true, description: {words}}}\n"), "long.yaml")).Key;
        Assert.Equal(words, (await FindAsync(work, key))!.Items[0].Guidance);
    }

    [Fact]
    public async Task A_galaxy_has_classes_by_its_kill_chain_and_lists_vulnerabilities_where_it_says_so()
    {
        var work = await app.NewWorkspaceAsync();
        const string Values = """[{"value":"Alarm suppression","uuid":"u1","meta":{"external_id":"T1","kill_chain":["matrix:inhibit-response"]}},{"value":"Spoofing","uuid":"u2","meta":{"Technique ID":["T2"],"Tactic":["Evasion"]}},{"value":"Plain","uuid":"u3"}]""";
        var catalogue = (await FindAsync(work, (await OneAsync(work, Encoding.UTF8.GetBytes($$"""{"name":"Techniques","type":"t","category":"attack-pattern","values":{{Values}}}"""), "galaxy.json")).Key))!;
        Assert.Equal(["T1 inhibit response", "T2 Evasion", "Plain Techniques"], catalogue.Items.Where(i => i.Kind == "threat").Select(i => i.Id + " " + catalogue.Items.Single(c => c.Id == i.Parent).Title));
        Assert.Equal(CatalogueKind.Vulnerabilities, (await FindAsync(work, (await OneAsync(work, Encoding.UTF8.GetBytes($$"""{"name":"Branded","type":"b","category":"vulnerability","values":{{Values}}}"""), "branded.json")).Key))!.Kind);
    }

    [Fact]
    public async Task A_predicate_without_entries_is_itself_the_threat()
    {
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, """{"namespace":"n","version":1,"predicates":[{"value":"a","expanded":"A"},{"value":"b","expanded":"B"}],"values":[{"predicate":"a","entry":[{"value":"a1","expanded":"A 1"}]}]}"""u8.ToArray(), "machinetag.json");
        Assert.Equal((1, 2), (part.Kinds["category"], part.Kinds["threat"]));
    }

    [Fact]
    public async Task MONARC_objects_come_in_several_languages_and_lists()
    {
        var work = await app.NewWorkspaceAsync();
        // Four languages by number, a class as an object, an identifier that is a number.
        var one = await OneAsync(work, """{"label":"Guide","measures":[{"code":5.10,"label1":"Usage","label2":"Use","description1":"Fr","description2":"En","category":{"label1":"Mesures","label2":"Measures"}}]}"""u8.ToArray(), "guide.json");
        var items = (await FindAsync(work, one.Key))!.Items;
        Assert.Equal(("Measures", "5.10", "Use", "En"), (items[0].Title, items[1].Id, items[1].Title, items[1].Guidance));
        // One object for each language.
        one = await OneAsync(work, """{"data":[{"json_object":{"code":"T1","label":"Incendie","theme":"Dégâts","a":true,"language":"FR"}},{"json_object":{"code":"T1","label":"Fire","theme":"Damage","a":true,"language":"EN"}}]}"""u8.ToArray(), "languages.json");
        items = (await FindAsync(work, one.Key))!.Items;
        Assert.Equal(("Damage", "Fire", "Incendie"), (Assert.Single(items, i => i.Kind == "category").Title, items[1].Title, items[1].TitleIn("fr")));
        // Threats and vulnerabilities of one knowledge base.
        var both = RiskDesk.Ok(await ImportAsync(work, """{"knowledgeBase":{"assets":[{"code":"A","label":"Pump"}],"threats":[{"code":"T1","label":{"en":"Fire","fr":"Feu"},"theme":{"label":"Damage"}}],"vulnerabilities":[{"code":"V1","label":"Weak"}]}}""", "base.json"));
        Assert.Empty(both.Problems);
        Assert.Equal(["threat", "vulnerability"], both.Parts.Select(p => p.Kinds.Keys.Single(k => k != "category")));
        Assert.Equal("Fire", (await FindAsync(work, both.Parts[0].Key))!.Items[1].Title);
    }

    [Fact]
    public async Task A_workbook_may_have_a_title_above_its_header_merged_cells_and_other_sheets()
    {
        var work = await app.NewWorkspaceAsync();
        var part = await OneAsync(work, Workbook.WithMerged("A4:A5", ["Water company: catalogue of measures"], ["Version", "3"], ["Domain", "Ref", "Control title"], ["Pumps", "W.1", "Doors locked"], [null, "W.2", "Keys counted"], ["Tanks", "W.3", "Lids locked"]), "water.xlsx");
        Assert.Equal((2, 3), (part.Kinds["domain"], part.Kinds["control"]));
        Assert.Equal("Pumps", (await FindAsync(work, part.Key))!.Items.Single(i => i.Id == "W.2").Parent);
    }

    /// <summary>As many zeros as asked for, none of them kept.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - position);
            Array.Clear(buffer, offset, read);
            position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

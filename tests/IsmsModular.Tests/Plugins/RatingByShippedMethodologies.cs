using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;

namespace IsmsModular.Tests.Plugins;

public sealed class RatingByShippedMethodologies
{
    public static TheoryData<string> Vectors => [.. Shipped.Data("vectors.json").Where(v => MethodOf(v!) is not null).Select(v => (string)v!["id"]!)];

    public static TheoryData<string> Matrices => [.. Shipped.Data("matrices.json").Select(m => (string)m!["id"]!)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Gives_the_published_results(string id)
    {
        var vector = Shipped.Data("vectors.json").Single(v => (string)v!["id"]! == id)!;
        var method = MethodOf(vector)!;
        var result = Rate(method, null, Shipped.Inputs(vector["input"]));
        foreach (var (key, expected) in (JsonObject)vector["expected"]!)
            Agrees(expected, (key == "level" ? LevelLabel(method, result) : result.Outputs[key]).ToJson(), (double)vector["tolerance"]!, key);
    }

    /// <summary>One case is about a file that is not part of this repository; all others are rated.</summary>
    [Fact]
    public void Every_known_case_is_tried_but_one() =>
        Assert.Equal(["monarc-stats-residual"], Shipped.Data("vectors.json").Where(v => MethodOf(v!) is null).Select(v => (string)v!["id"]!));

    [Theory]
    [MemberData(nameof(Matrices))]
    public void The_matrix_gives_every_cell_of_a_known_grid(string id)
    {
        var matrix = (JsonObject)Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == id)!;
        var form = Method("matrix").Describe(matrix).Value;
        var (rows, columns) = (form.Factors[0], form.Factors[1]);
        var grid = (JsonArray)matrix["grid"]!;
        for (var r = 0; r < grid.Count; r++)
        {
            for (var c = 0; c < grid[r]!.AsArray().Count; c++)
            {
                var expected = (string)matrix["levels"]![(int)grid[r]![c]!]!;
                var byOrdinal = Rate("matrix", matrix, Shipped.Inputs((rows.Key, FactorValue.Number(r)), (columns.Key, FactorValue.Number(c))));
                var byLabel = Rate("matrix", matrix, Shipped.Inputs((columns.Key, FactorValue.Text((string)matrix["cols"]![c]!)), (rows.Key, FactorValue.Text((string)matrix["rows"]![r]!))));
                var byKey = Rate("matrix", matrix, Shipped.Inputs((rows.Key, FactorValue.Text(rows.Tiers[r].Key)), (columns.Key, FactorValue.Text(columns.Tiers[c].Key))));
                Assert.All([byOrdinal, byLabel, byKey], result =>
                {
                    Assert.Equal(expected, result.Outputs["risk"].AsText);
                    Assert.Equal((double)grid[r]![c]!, result.Order);
                    Assert.Contains(expected, Assert.Single(result.Steps).ToString(), StringComparison.Ordinal);
                });
            }
        }
    }

    [Fact]
    public void The_default_matrix_is_the_5_by_5_after_iso_27005()
    {
        var known = Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == "ciso-risk-matrix-5x5-iso27005")!;
        Assert.Equal(known["grid"]!.ToJsonString(), Method("matrix").DefaultParameters["grid"]!.ToJsonString());
        Assert.Equal("Medium", Rate("matrix", null, Shipped.Inputs(("likelihood", FactorValue.Number(1)), ("impact", FactorValue.Number(4)))).Outputs["risk"].AsText);
        Assert.Equal("High", Rate("matrix", null, Shipped.Inputs(("likelihood", FactorValue.Number(4)), ("impact", FactorValue.Number(1)))).Outputs["risk"].AsText);
    }

    [Fact]
    public void Every_cell_of_both_nist_tables_is_as_published()
    {
        int[][] likelihoods = GridOf("nist800-30r1-G5"), risks = GridOf("nist800-30r1-I2");
        string[] words = ["Very Low", "Low", "Moderate", "High", "Very High"];
        for (var i = 0; i < 5; i++)
        {
            for (var h = 0; h < 5; h++)
            {
                for (var impact = 0; impact < 5; impact++)
                {
                    var result = Rate("nist-800-30-r1", null, Shipped.Inputs(("initiation", FactorValue.Number(i)), ("adverse_impact_likelihood", FactorValue.Number(h)), ("impact", FactorValue.Number(impact))));
                    Assert.Equal(words[likelihoods[i][h]], result.Outputs["overall_likelihood"].AsText);
                    Assert.Equal(words[risks[likelihoods[i][h]][impact]], result.Outputs["risk"].AsText);
                }
            }
        }
    }

    [Fact]
    public void Every_cell_of_the_predefined_matrix_is_the_sum_with_its_band()
    {
        for (var value = 0; value < 5; value++)
        {
            for (var threat = 0; threat < 3; threat++)
            {
                for (var ease = 0; ease < 3; ease++)
                {
                    var result = Rate("iso27005-2011-e21", null, Shipped.Inputs(("asset_value", FactorValue.Number(value)), ("threat", FactorValue.Number(threat)), ("ease", FactorValue.Number(ease))));
                    var sum = value + threat + ease;
                    Assert.Equal(sum, result.Value);
                    Assert.Equal(sum, result.Outputs["risk"].AsNumber);
                    Assert.Equal(sum <= 2 ? "low" : sum <= 5 ? "medium" : "high", result.Level);
                }
            }
        }
    }

    [Fact]
    public void A_worse_rating_never_gives_a_lower_risk()
    {
        foreach (var method in Shipped.Catalog.Methodologies)
        {
            var factors = method.Describe(null).Value.Factors;
            if (factors.Any(f => f.Kind != FactorKind.Choice))
                continue;
            foreach (var ordinals in Combinations(factors))
            {
                var order = Order(method, factors, ordinals);
                for (var i = 0; i < ordinals.Length; i++)
                {
                    if (ordinals[i] + 1 < factors[i].Tiers.Count)
                        Assert.True(Order(method, factors, [.. ordinals.Select((o, j) => j == i ? o + 1 : o)]) >= order, $"{method.Id} {string.Join(", ", ordinals)}: {factors[i].Key}");
                }
            }
        }
    }

    [Fact]
    public void Many_threads_get_the_same_result()
    {
        var method = Method("nist-800-30-r1");
        var factors = method.Describe(null).Value.Factors;
        var cases = Combinations(factors).ToList();
        var expected = cases.Select(c => Order(method, factors, c)).ToList();
        Parallel.For(0, 20 * cases.Count, i => Assert.Equal(expected[i % cases.Count], Order(method, factors, cases[i % cases.Count])));
    }

    [Fact]
    public void Every_level_has_a_colour() =>
        Assert.All(Shipped.Catalog.Methodologies.SelectMany(m => m.Describe(null).Value.Levels), l => Assert.Matches("^#[0-9a-f]{6}$", l.Colour));

    [Fact]
    public void Everything_a_method_shows_is_there_in_malay()
    {
        var malay = Shipped.Catalog.Words("ms");
        foreach (var method in Shipped.Catalog.Methodologies)
        {
            var form = method.Describe(null).Value;
            IEnumerable<Tier> tiers = [.. form.Levels, .. form.Factors.SelectMany(f => f.Tiers), .. form.Factors.SelectMany(f => f.Fields).SelectMany(f => f.Tiers), .. form.Outputs.SelectMany(o => o.Tiers)];
            IEnumerable<Factor> factors = [.. form.Factors, .. form.Factors.SelectMany(f => f.Fields).Where(f => f.Key.Length > 0), .. form.Factors.SelectMany(f => f.Fields).SelectMany(f => f.Fields).Where(f => f.Key.Length > 0)];
            IEnumerable<Message?> messages = [method.Info.Summary, .. factors.SelectMany(f => new[] { f.Name, f.Help }), .. form.Outputs.Select(o => o.Name), .. tiers.SelectMany(t => new[] { t.Label, t.Anchor })];
            Assert.All(messages.Where(m => m is not null && !int.TryParse(m.Fallback, out _)), m => Assert.Contains(m!.Key, malay));
        }
    }

    /// <summary>The shipped methodology that a case is about, or null when it is about a file that is not here.</summary>
    private static string? MethodOf(JsonNode vector) => (string)vector["method"]! switch
    {
        "NIST SP 800-30 r1" => "nist-800-30-r1",
        "NIST SP 800-30 (2002)" => "nist-800-30-2002",
        "ISO/IEC 27005:2011 E.2.1" => "iso27005-2011-e21",
        "ISO/IEC 27005:2011 E.2.2" => "iso27005-2011-e22-ranking",
        "ISO/IEC 27005:2011 E.2.3" => "iso27005-2011-e23",
        "BSI 200-3" => "bsi-200-3",
        "OWASP Risk Rating" => "owasp-risk-rating",
        "EBIOS RM" => vector["input"]!["gravity"] is null ? "ebios-rm-stakeholder" : "ebios-rm",
        "DREAD" => vector["expected"]!["level"] is null ? "dread" : "dread-3",
        "MyRAM style (SecuRA)" => "malaysia-public-sector-3",
        "ALE" => "ale",
        "FAIR" => vector["expected"]! switch { JsonObject e when e.ContainsKey("risk") => "fair", JsonObject e when e.ContainsKey("mean") => "pert", _ => "fair-frequency" },
        "Lognormal ALE" => vector["expected"]!["ale"] is null ? "lognormal-loss" : "lognormal-ale",
        "Loss exceedance" => "lognormal-ale",
        "SimpleRisk classic" => "simplerisk",
        "MONARC" => vector["input"]!["file"] is null ? "monarc" : null,
        "OCTAVE Allegro" => vector["input"]!["score_band"] is null ? "octave-allegro" : "octave-allegro-pool",
        "Bow-tie (LOPA)" => "bow-tie",
        "CVSS" => "cvss",
        _ => null,
    };

    private static void Agrees(JsonNode? expected, JsonNode? actual, double tolerance, string path)
    {
        switch (expected)
        {
            case null:
                Assert.True(actual is null, path);
                break;
            case JsonObject record:
                Assert.Equal(record.Select(p => p.Key).Order(), Assert.IsType<JsonObject>(actual).Select(p => p.Key).Order());
                Assert.All(record, p => Agrees(p.Value, actual![p.Key], tolerance, $"{path}.{p.Key}"));
                break;
            case JsonArray list:
                Assert.Equal(list.Count, Assert.IsType<JsonArray>(actual).Count);
                Assert.All(list.Index(), p => Agrees(p.Item, actual![p.Index], tolerance, $"{path}[{p.Index}]"));
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                Assert.Equal((double)expected, (double)actual!, tolerance);
                break;
            default:
                Assert.Equal((string)expected!, (string)actual!);
                break;
        }
    }

    [Theory]
    [InlineData("bsi-200-3", "bsi-200-3", "risk")]
    [InlineData("ciso-risk-matrix-4x4-ebios-rm", "ebios-rm", "risk")]
    [InlineData("mehari-seriousness", "mehari", "seriousness")]
    [InlineData("ebios-pertinence", "ebios-rm-pertinence", "pertinence")]
    public void Every_cell_of_a_grid_method_is_as_known(string matrix, string method, string output)
    {
        var grid = GridOf(matrix);
        var words = Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == matrix)!["levels"]!;
        var factors = Method(method).Describe(null).Value.Factors;
        for (var r = 0; r < grid.Length; r++)
        {
            for (var c = 0; c < grid[r].Length; c++)
                Assert.Equal((string?)words[grid[r][c]], Rate(method, null, Shipped.Inputs((factors[0].Key, FactorValue.Number(r)), (factors[1].Key, FactorValue.Number(c)))).Outputs[output].AsText, ignoreCase: true);
        }
    }

    /// <summary>The relative risk matrix of Allegro: a probability against the scores 30 to 45, 16 to 29 and 0 to 15.</summary>
    [Theory]
    [InlineData("high", 1, 2, 2)]
    [InlineData("medium", 2, 2, 3)]
    [InlineData("low", 3, 3, 4)]
    public void Every_pool_of_allegro_is_as_known(string probability, int upper, int middle, int lower)
    {
        foreach (var (band, impacts, pool) in new[] { ("30-45", new[] { 3, 3, 1, 1, 1 }, upper), ("16-29", [2, 2, 2, 1, 1], middle), ("0-15", [1, 1, 1, 1, 1], lower) })
        {
            var alone = Rate("octave-allegro-pool", null, Shipped.Inputs(("probability", FactorValue.Text(probability)), ("score_band", FactorValue.Text(band))));
            var whole = Rate("octave-allegro", null, Shipped.Inputs(("probability", FactorValue.Text(probability)), ("values", FactorValue.List([.. impacts.Select(i => FactorValue.Number(i))]))));
            Assert.Equal((band, pool, pool), (whole.Outputs["band"].AsText, alone.Outputs["pool"].AsNumber, whole.Outputs["pool"].AsNumber));
        }
    }

    [Theory]
    [InlineData("secura-product-3", "malaysia-public-sector-3")]
    [InlineData("secura-product-5", "malaysia-public-sector-5")]
    public void The_malaysian_style_uses_its_product_table_twice(string matrix, string method)
    {
        var grid = GridOf(matrix);
        var words = Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == matrix)!["levels"]!;
        for (var value = 0; value < grid.Length; value++)
        {
            for (var loss = 0; loss < grid.Length; loss++)
            {
                for (var likelihood = 0; likelihood < grid.Length; likelihood++)
                {
                    var result = Rate(method, null, Shipped.Inputs(("asset_value", FactorValue.Number(value)), ("business_loss", FactorValue.Number(loss)), ("likelihood", FactorValue.Number(likelihood))));
                    Assert.Equal((string?)words[grid[value][loss]], result.Outputs["impact"].AsText);
                    Assert.Equal((string?)words[grid[grid[value][loss]][likelihood]], result.Outputs["risk"].AsText);
                }
            }
        }
    }

    [Fact]
    public void Every_cell_of_the_5_by_5_of_2022_is_as_published()
    {
        var grid = GridOf("ciso-risk-matrix-5x5-iso27005");
        string[] levels = ["very-low", "low", "medium", "high", "very-high"];
        for (var r = 0; r < 5; r++)
        {
            for (var c = 0; c < 5; c++)
                Assert.Equal(levels[grid[r][c]], Rate("iso27005-2022", null, Shipped.Inputs(("likelihood", FactorValue.Number(r)), ("consequence", FactorValue.Number(c)))).Level);
        }
    }

    [Fact]
    public void Every_cell_of_the_severity_of_owasp_is_as_published()
    {
        var matrix = Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == "owasp-severity")!;
        var grid = GridOf("owasp-severity");
        static FactorValue Four(int level) => FactorValue.List([.. Enumerable.Repeat(FactorValue.Number((level * 3) + 1), 4)]);
        for (var impact = 0; impact < 3; impact++)
        {
            for (var likelihood = 0; likelihood < 3; likelihood++)
            {
                var result = Rate("owasp-risk-rating", null, Shipped.Inputs(("threat_agent", Four(likelihood)), ("vulnerability", Four(likelihood)), ("business_impact", Four(impact)), ("technical_impact", Four(2 - impact))));
                Assert.Equal((string?)matrix["levels"]![grid[impact][likelihood]], result.Outputs["severity"].AsText);
            }
        }
    }

    [Theory]
    [InlineData("""{"c":1,"i":2,"a":3,"threat_c":0,"threat_i":0,"threat_a":1,"threat":2,"vulnerability":5,"reduction":4}""", 30, 6.0)]
    [InlineData("""{"c":1,"i":2,"a":3,"threat_c":1,"threat_i":1,"threat_a":1,"threat":3,"vulnerability":4,"reduction":3}""", 36, 9.0)]
    [InlineData("""{"c":-1,"i":2,"a":1,"threat_c":1,"threat_i":1,"threat_a":1,"threat":3,"vulnerability":4}""", 24, null)]
    public void Monarc_gives_risk_and_target_of_the_demonstration(string inputs, double risk, double? target)
    {
        var result = Rate("monarc", null, Shipped.Inputs(JsonNode.Parse(inputs)));
        Assert.Equal((risk, target), (result.Value, result.Outputs["target"].AsNumber));
        Assert.Equal(result.Outputs["risk_a"].AsNumber, result.Criteria["A"]);
    }

    [Theory]
    [InlineData("""{"c":3,"threat_c":1,"threat_i":0,"threat_a":0,"threat":-1,"vulnerability":4}""")]
    [InlineData("""{"c":3,"threat_c":1,"threat_i":0,"threat_a":0,"threat":2,"vulnerability":-1}""")]
    [InlineData("""{"c":-1,"i":3,"threat_c":1,"threat_i":0,"threat_a":0,"threat":2,"vulnerability":4}""")]
    [InlineData("""{"c":3,"i":3,"a":3,"threat_c":0,"threat_i":0,"threat_a":0,"threat":2,"vulnerability":4}""")]
    public void What_monarc_has_not_rated_stays_unrated(string inputs) => Assert.Null(Method("monarc").Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs))).Value.Result);

    [Fact]
    public void A_simulation_is_the_same_for_its_seed_and_near_its_formula()
    {
        JsonObject Input(int seed) => (JsonObject)JsonNode.Parse($$"""{"lef":{"low":1,"mode":2,"high":5},"lm":{"low":5,"mode":20,"high":50,"gamma":2},"iterations":20000,"seed":{{seed}}}""")!;
        MethodologyResult Simulated(int seed) => Rate("fair", null, Shipped.Inputs(Input(seed)));
        Assert.Equal(Simulated(7).Value, Simulated(7).Value);
        Assert.NotEqual(Simulated(7).Value, Simulated(8).Value);
        // Means (1 + 4 × 2 + 5) ÷ 6 and (5 + 2 × 20 + 50) ÷ 4; three standard errors allow far less than two in a hundred.
        Assert.InRange(Simulated(7).Outputs["lm"].AsNumber!.Value, 23.75 * 0.99, 23.75 * 1.01);
        Assert.InRange(Simulated(7).Value!.Value, 2.3333 * 23.75 * 0.98, 2.3333 * 23.75 * 1.02);
        var curve = Simulated(7).Outputs["curve"].AsList!.Select(p => (Loss: p.AsRecord!["loss"].AsNumber!.Value, Probability: p.AsRecord["probability"].AsNumber!.Value)).ToList();
        Assert.Equal(curve.OrderBy(p => p.Loss).ThenByDescending(p => p.Probability), curve);
        Assert.Equal(Simulated(7).Outputs["p90"].AsNumber, curve.Single(p => p.Probability == 0.1).Loss);
    }

    [Theory]
    [InlineData("""{"lef":{"low":3,"mode":2,"high":5},"lm":1}""", "lef.mode")]
    [InlineData("""{"lef":{"low":1,"high":5},"lm":1}""", "lef.mode")]
    [InlineData("""{"lef":-1,"lm":1}""", "lef")]
    [InlineData("""{"lef":1,"tef":1,"vulnerability":[0.5,2],"lm":1}""", "vulnerability[1]")]
    [InlineData("""{"lef":1,"lm":1,"seed":0.5}""", "seed")]
    [InlineData("""{"lef":1,"lm":1,"luck":1}""", "luck")]
    public void A_wrong_estimate_is_named_by_its_place(string inputs, string field)
    {
        var refused = Method("fair").Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs)));
        Assert.Equal(field, refused.Errors[0].Field);
    }

    [Theory]
    [InlineData("""{"probability":0.1,"p5":100000,"p95":1000000,"threshold":316227.76601683797}""", 0.05, 316227.76601683797, 0.9)]
    [InlineData("""{"probability":0.1,"p5":100000,"p95":1000000,"threshold":1}""", 0.1, 316227.76601683797, 0.9)]
    public void Lognormal_losses_follow_their_closed_form(string inputs, double exceedance, double inTwentyYears, double noLoss)
    {
        var outputs = Rate("lognormal-ale", null, Shipped.Inputs(JsonNode.Parse(inputs))).Outputs;
        Assert.Equal(exceedance, outputs["exceedance"].AsNumber!.Value, 1e-6);
        Assert.Equal(inTwentyYears, outputs["p95_year"].AsNumber!.Value, 0.01);
        Assert.Equal(noLoss, outputs["no_loss"].AsNumber!.Value, 1e-9);
        Assert.Equal(40_400.128269457266, outputs["ale"].AsNumber!.Value, 1e-6);
    }

    [Fact]
    public void A_safeguard_is_worth_what_it_saves_less_what_it_costs()
    {
        var outputs = Rate("ale", null, Shipped.Inputs(JsonNode.Parse("""{"asset_value":100000,"exposure_factor":0.25,"aro":3,"aro_after":1,"safeguard_cost":20000}"""))).Outputs;
        Assert.Equal((25_000, 75_000, 25_000, 30_000), (outputs["sle"].AsNumber, outputs["ale"].AsNumber, outputs["ale_after"].AsNumber, outputs["safeguard_value"].AsNumber));
        Assert.Null(Method("ale").Evaluate(null, Shipped.Inputs(JsonNode.Parse("""{"asset_value":100000,"aro":3}"""))).Value.Result);
    }

    [Theory]
    [InlineData(1, 5.71)]
    [InlineData(2, 5.33)]
    [InlineData(3, 4.8)]
    [InlineData(4, 5.0)]
    [InlineData(5, 5.14)]
    public void Simplerisk_weighs_by_its_formula_whether_given_or_set_for_all(int formula, double score)
    {
        Assert.Equal(score, Rate("simplerisk", null, Shipped.Inputs(("likelihood", FactorValue.Number(3)), ("impact", FactorValue.Number(4)), ("model", FactorValue.Number(formula)))).Value);
        Assert.Equal(score, Rate("simplerisk", new JsonObject { ["model"] = formula }, Shipped.Inputs(("likelihood", FactorValue.Number(3)), ("impact", FactorValue.Number(4)))).Value);
    }

    private static int[][] GridOf(string id) => [.. Shipped.Data("matrices.json").Single(m => (string)m!["id"]! == id)!["grid"]!.AsArray().Select(r => r!.AsArray().Select(c => (int)c!).ToArray())];

    private static IMethodologyHandle Method(string id) => Shipped.Catalog.Methodology(id)!;

    private static MethodologyResult Rate(string id, JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var rated = Method(id).Evaluate(parameters, inputs);
        Assert.True(rated.Succeeded, string.Join("; ", rated.Errors));
        return rated.Value.Result!;
    }

    private static double Order(IMethodologyHandle method, IReadOnlyList<Factor> factors, int[] ordinals) =>
        method.Evaluate(null, factors.Zip(ordinals).ToDictionary(p => p.First.Key, p => FactorValue.Number(p.Second))).Value.Result!.Order;

    private static IEnumerable<int[]> Combinations(IReadOnlyList<Factor> factors) =>
        factors.Aggregate(new[] { Array.Empty<int>() }.AsEnumerable(), (so, factor) => so.SelectMany(s => Enumerable.Range(0, factor.Tiers.Count).Select(o => s.Append(o).ToArray())));

    private static FactorValue LevelLabel(string id, MethodologyResult result) =>
        FactorValue.Text(Method(id).Describe(null).Value.Levels.Single(l => l.Key == result.Level).Label.ToString());
}

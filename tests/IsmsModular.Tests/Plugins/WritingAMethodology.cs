using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins.Declared;

namespace IsmsModular.Tests.Plugins;

/// <summary>What the author of a methodology file is told.</summary>
public sealed class WritingAMethodology
{
    private const string Good = """
        {
          "id": "m", "version": "1.0.0", "name": "M", "summary": "S", "source": "T", "confidence": "after",
          "parameters": { "grid": [[0, 1], [1, 1]], "words": ["Low", "High"] },
          "scales": { "two": { "parameter": "words" }, "levels": ["Low", "High"], "bands": ["Low", "Medium", "High"] },
          "factors": [
            { "key": "a", "name": "A", "kind": "choice", "scale": "two" },
            { "key": "b", "name": "B", "kind": "choice", "scale": "two" },
            { "key": "n", "name": "N", "kind": "number", "minimum": 0, "maximum": 10 }
          ],
          "levels": "levels",
          "steps": [
            { "key": "level", "kind": "grid", "rows": "a", "columns": "b", "scale": "levels", "cells": { "parameter": "grid" } },
            { "key": "band", "kind": "band", "of": "n", "scale": "bands", "bands": [{ "below": 3 }, { "upTo": 6 }, {}] },
            { "key": "total", "kind": "sum", "of": ["a", "b", "n"] }
          ],
          "level": "level",
          "order": "total",
          "outputs": [{ "key": "band" }, { "key": "total" }]
        }
        """;

    [Theory]
    [InlineData("{ \"parameter\": \"grid\" }", "[[0, 1]]", "steps[0].cells")]
    [InlineData("{ \"parameter\": \"grid\" }", "[[0, 1], [1]]", "steps[0].cells[1]")]
    [InlineData("{ \"parameter\": \"grid\" }", "[[0, 1], [1, null]]", "steps[0].cells[1][1]")]
    [InlineData("{ \"parameter\": \"grid\" }", "[[0, 1], [1, 2]]", "steps[0].cells[1][1]")]
    [InlineData("{ \"parameter\": \"grid\" }", "[[0, 1], [1, \"Huge\"]]", "steps[0].cells[1][1]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"below\": 3 }, { \"upTo\": 2 }, {}]", "steps[1].bands[1]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"upTo\": 3 }, { \"below\": 3 }, {}]", "steps[1].bands[1]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"below\": 3 }, {}, {}]", "steps[1].bands[1]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"below\": 3, \"upTo\": 3 }, { \"upTo\": 6 }, {}]", "steps[1].bands[0]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"below\": 3 }, { \"upTo\": 6 }, { \"upTo\": 10 }]", "steps[1].bands[2]")]
    [InlineData("[{ \"below\": 3 }, { \"upTo\": 6 }, {}]", "[{ \"below\": 3 }, {}]", "steps[1].bands")]
    [InlineData("\"rows\": \"a\"", "\"rows\": \"nosuch\"", "steps[0].rows")]
    [InlineData("\"rows\": \"a\"", "\"rows\": \"n\"", "steps[0].rows")]
    [InlineData("\"rows\": \"a\"", "\"rows\": \"total\"", "steps[0].rows")]
    [InlineData("[\"a\", \"b\", \"n\"]", "[\"a\", \"nosuch\"]", "steps[2].of[1]")]
    [InlineData("\"scale\": \"two\" },", "\"scale\": \"nosuch\" },", "factors[0].scale")]
    [InlineData("\"level\": \"level\"", "\"level\": \"band\"", "level")]
    [InlineData("\"order\": \"total\"", "\"order\": \"nosuch\"", "order")]
    [InlineData("{ \"key\": \"band\" }", "{ \"key\": \"nosuch\" }", "outputs[0].key")]
    [InlineData("\"key\": \"b\", \"name\"", "\"key\": \"a\", \"name\"", "factors[1].key")]
    [InlineData("\"kind\": \"sum\"", "\"kind\": \"magic\"", "steps[2].kind")]
    [InlineData("[\"Low\", \"Medium\", \"High\"]", "[\"Low\", \"low\", \"High\"]", "scales.bands[1]")]
    [InlineData("\"levels\": \"levels\",", "\"levels\": \"levels\", \"ignoredParameters\": [\"old\", null],", "ignoredParameters[1]")]
    [InlineData("\"levels\": \"levels\",", "\"levels\": \"levels\", \"ignoredParameters\": [5],", "ignoredParameters[0]")]
    public void A_mistake_is_named_by_its_place(string right, string wrong, string place)
    {
        var error = Assert.Throws<DeclaredException>(() => Parse(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Equal(place, error.Path);
    }

    [Theory]
    [InlineData("""{"grid":[[0,1],[1]]}""", "grid[1]")]
    [InlineData("""{"grid":[[0,1],[1,7]]}""", "grid[1][1]")]
    [InlineData("""{"words":["Low","Medium","High"]}""", "grid")]
    [InlineData("""{"words":["Low",""]}""", "words[1].label")]
    [InlineData("""{"words":5}""", "words")]
    [InlineData("""{"colour":"red"}""", "colour")]
    public void A_wrong_parameter_is_named(string parameters, string field)
    {
        var error = Assert.Throws<MethodologyException>(() => Parse(Good).Describe((JsonObject)JsonNode.Parse(parameters)!));
        Assert.Equal(field, error.Field);
    }

    [Theory]
    [InlineData(0, "Low")]
    [InlineData(2.999, "Low")]
    [InlineData(3, "Medium")]
    [InlineData(6, "Medium")]
    [InlineData(6.001, "High")]
    public void An_edge_belongs_to_one_band(double number, string band) =>
        Assert.Equal(band, Rate(("a", FactorValue.Number(0)), ("b", FactorValue.Number(0)), ("n", FactorValue.Number(number)))!.Outputs["band"].AsText);

    [Fact]
    public void Unrated_is_null_never_zero()
    {
        Assert.Null(Rate(("a", FactorValue.Number(0)), ("b", FactorValue.None), ("n", FactorValue.Number(1))));
        Assert.Null(Rate(("a", FactorValue.Number(0)), ("b", FactorValue.Text(" ")), ("n", FactorValue.Number(1))));
        Assert.Null(Rate(("a", FactorValue.Number(0))));
        Assert.Null(Rate());
        Assert.NotNull(Rate(("a", FactorValue.Number(0)), ("b", FactorValue.Number(0)), ("n", FactorValue.Number(0))));
    }

    [Theory]
    [InlineData("""{"a":"Huge","b":0,"n":1}""", "a")]
    [InlineData("""{"a":0,"b":2,"n":1}""", "b")]
    [InlineData("""{"a":0,"b":-1,"n":1}""", "b")]
    [InlineData("""{"a":0,"b":0.5,"n":1}""", "b")]
    [InlineData("""{"a":0,"b":[0],"n":1}""", "b")]
    [InlineData("""{"a":0,"b":0,"n":11}""", "n")]
    [InlineData("""{"a":0,"b":0,"n":"many"}""", "n")]
    [InlineData("""{"a":0,"b":0,"n":1,"z":1}""", "z")]
    [InlineData("""{"a":"Huge","b":null}""", "a")]
    public void A_wrong_input_is_named_even_when_another_is_unrated(string inputs, string field)
    {
        var error = Assert.Throws<MethodologyException>(() => Parse(Good).Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs))));
        Assert.Equal(field, error.Field);
    }

    [Fact]
    public void Choices_are_given_by_key_label_or_ordinal_in_any_order()
    {
        var expected = Rate(("a", FactorValue.Number(1)), ("b", FactorValue.Number(0)), ("n", FactorValue.Number(2)))!;
        foreach (var high in new[] { "high", "High", "HIGH", " high ", "1" })
        {
            var result = Rate(("n", FactorValue.Text("2")), ("b", FactorValue.Text("low")), ("a", FactorValue.Text(high)))!;
            Assert.Equal((expected.Level, expected.Order, "high"), (result.Level, result.Order, result.Level));
        }
    }

    /// <summary>Whoever moves words to other tiers leaves keys where they were: forms and stored results name tiers by key.</summary>
    [Theory]
    [InlineData("low", 1, "low")]
    [InlineData("medium", 2, "high")]
    [InlineData("Medium", 1, "low")]
    [InlineData("MEDIUM", 2, "high")]
    [InlineData("High", 2, "high")]
    public void A_key_means_its_tier_where_another_has_that_word(string given, double total, string level)
    {
        var moved = Good
            .Replace("[\"Low\", \"High\"] },", "[{ \"key\": \"low\", \"label\": \"Medium\", \"value\": 1 }, { \"key\": \"medium\", \"label\": \"High\", \"value\": 2 }] },", StringComparison.Ordinal)
            .Replace("\"levels\": [\"Low\", \"High\"]", "\"levels\": [{ \"key\": \"low\", \"label\": \"High\" }, { \"key\": \"high\", \"label\": \"Very high\" }]", StringComparison.Ordinal)
            .Replace("[[0, 1], [1, 1]]", "[[\"low\", \"high\"], [\"high\", \"high\"]]", StringComparison.Ordinal);
        var result = Parse(moved).Evaluate(null, Shipped.Inputs(("a", FactorValue.Text(given)), ("b", FactorValue.Text("low")), ("n", FactorValue.Number(0))))!;
        Assert.Equal((total + 1, level), (result.Outputs["total"].AsNumber, result.Level));
    }

    [Fact]
    public void Parameters_change_nothing_for_who_does_not_give_them()
    {
        var method = Parse(Good);
        var inverted = (JsonObject)JsonNode.Parse("""{"grid":[[1,0],[0,0]]}""")!;
        var inputs = Shipped.Inputs(("a", FactorValue.Number(0)), ("b", FactorValue.Number(0)), ("n", FactorValue.Number(0)));
        Assert.Equal("high", method.Evaluate(inverted, inputs)!.Level);
        Assert.Equal("low", method.Evaluate(null, inputs)!.Level);
        inverted["grid"]![0]![0] = 0;
        Assert.Equal("low", method.Evaluate(inverted, inputs)!.Level);
        Assert.Equal("[[0,1],[1,1]]", method.DefaultParameters["grid"]!.ToJsonString());
    }

    private const string Rows = """
        {
          "id": "m", "version": "1.0.0", "name": "M", "summary": "S", "source": "T", "confidence": "after",
          "parameters": { "weights": { "x": 2, "y": 1 } },
          "scales": { "two": [{ "label": "Low", "value": 1 }, { "label": "High", "value": 3 }], "three": ["A", "B", "C"] },
          "factors": [
            { "key": "threats", "name": "T", "kind": "list", "fields": [
              { "key": "id", "name": "Id", "kind": "text" }, { "key": "ease", "name": "E", "kind": "choice", "scale": "two" }, { "key": "gates", "name": "G", "kind": "list", "minimum": 0, "maximum": 1, "preset": [1] }] },
            { "key": "weights", "name": "W", "kind": "record", "preset": { "parameter": "weights" }, "fields": [{ "key": "x", "name": "X", "kind": "number" }, { "key": "y", "name": "Y", "kind": "number" }] },
            { "key": "marks", "name": "K", "kind": "record", "fields": [{ "key": "x", "name": "X", "kind": "choice", "scale": "two", "byValue": true }, { "key": "y", "name": "Y", "kind": "number", "optional": true }] },
            { "key": "asked", "name": "Q", "kind": "number", "unrated": -1, "optional": true },
            { "key": "flaw", "name": "F", "kind": "number", "minimum": 0, "maximum": 10, "optional": true, "helper": "cvss" }
          ],
          "steps": [
            { "key": "reach", "kind": "product", "of": ["threats.ease", "threats.gates"], "each": true },
            { "key": "place", "kind": "rank", "of": "reach" },
            { "key": "band", "kind": "band", "of": "reach", "scale": "three", "bands": [{ "below": 1 }, { "upTo": 1 }, {}], "each": true },
            { "key": "worst", "kind": "maximum", "of": ["reach"] },
            { "key": "weighted", "kind": "product", "of": ["weights", "marks"], "each": true },
            { "key": "total", "kind": "sum", "of": ["weighted"] },
            { "key": "one", "kind": "constant", "value": 1 },
            { "key": "given", "kind": "first", "of": ["asked", "flaw", "one"] },
            { "key": "less", "kind": "difference", "of": ["total", "one"] },
            { "key": "third", "kind": "quotient", "of": ["worst", "total"] },
            { "key": "rounded", "kind": "round", "of": "third", "digits": 2 },
            { "key": "counted", "kind": "sum", "of": ["asked", "one"], "when": "asked" }
          ],
          "value": "total", "criteria": { "C": "worst", "A": "counted" },
          "outputs": [{ "key": "reach", "by": "threats.id" }, { "key": "place" }, { "key": "band", "by": "threats.id" }, { "key": "weighted" }, { "key": "given" }, { "key": "less" }, { "key": "rounded" }, { "key": "counted" }]
        }
        """;

    [Theory]
    [InlineData("""{"threats":[{"id":"a","ease":"High","gates":[0.5,0.5]},{"id":"b","ease":"Low"},{"id":"c","ease":1,"gates":[0.25]}],"marks":{"x":3,"y":4}}""", """{"reach":{"a":0.75,"b":1,"c":0.75},"place":[2,1,2],"band":{"a":"A","b":"B","c":"A"},"weighted":{"x":6,"y":4},"given":1,"less":9,"rounded":0.1,"counted":null}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"},{"id":"a","ease":"High"}],"marks":[1],"weights":[5,9],"asked":0}""", """{"reach":[1,3],"place":[2,1],"band":["B","C"],"weighted":{"x":5},"given":0,"less":4,"rounded":0.6,"counted":null}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low","gates":[]}],"marks":{"X":"High"},"asked":-1,"flaw":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}""", """{"reach":{"a":1},"place":[1],"band":{"a":"B"},"weighted":{"x":6},"given":9.8,"less":5,"rounded":0.17,"counted":null}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":1},"asked":4}""", """{"reach":{"a":1},"place":[1],"band":{"a":"B"},"weighted":{"x":2},"given":4,"less":1,"rounded":0.5,"counted":5}""")]
    public void Lists_and_records_are_rated_row_by_row(string inputs, string outputs) =>
        Assert.Equal(outputs, new JsonObject(Parse(Rows).Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs)))!.Outputs.Select(o => KeyValuePair.Create(o.Key, o.Value.ToJson()))).ToJsonString());

    [Fact]
    public void A_constant_is_told_by_the_steps_that_use_it_and_not_as_a_step()
    {
        var rows = Parse(Rows.Replace("\"key\": \"one\", \"kind\"", "\"key\": \"one\", \"name\": \"One\", \"kind\"", StringComparison.Ordinal));
        var steps = rows.Evaluate(null, Shipped.Inputs(JsonNode.Parse("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":1},"asked":4}""")))!.Steps.Select(s => s.ToString()).ToList();
        Assert.DoesNotContain("One = 1", steps);
        Assert.Contains(steps, s => s.Contains("One 1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"threats":[],"marks":{"x":1}}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"},{"id":"b"}],"marks":{"x":1}}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"},null],"marks":{"x":1}}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low","gates":[0.5,null]}],"marks":{"x":1}}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"y":1}}""")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"}],"marks":{}}""")]
    public void A_row_with_something_needed_missing_leaves_the_whole_unrated(string inputs) => Assert.Null(Parse(Rows).Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs))));

    [Theory]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"},{"id":"b","ease":"Huge"}],"marks":{"x":1}}""", "threats[1].ease")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low","gates":[0.5,2]}],"marks":{"x":1}}""", "threats[0].gates[1]")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low","colour":1}],"marks":{"x":1}}""", "threats[0].colour")]
    [InlineData("""{"threats":"many","marks":{"x":1}}""", "threats")]
    [InlineData("""{"threats":[5],"marks":{"x":1}}""", "threats[0]")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":2}}""", "marks.x")]
    [InlineData("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":1},"flaw":"CVSS:3.1/AV:N"}""", "flaw")]
    public void A_wrong_part_of_a_list_or_record_is_named_by_its_place(string inputs, string field)
    {
        var error = Assert.Throws<MethodologyException>(() => Parse(Rows).Evaluate(null, Shipped.Inputs(JsonNode.Parse(inputs))));
        Assert.Equal(field, error.Field);
    }

    [Theory]
    [InlineData("\"of\": [\"threats.ease\", \"threats.gates\"], \"each\"", "\"of\": [\"threats.ease\", \"weights\"], \"each\"", "steps[0].each")]
    [InlineData("\"of\": [\"threats.ease\", \"threats.gates\"], \"each\"", "\"of\": [\"threats.id\"], \"each\"", "steps[0].of[0]")]
    [InlineData("\"kind\": \"rank\", \"of\": \"reach\"", "\"kind\": \"rank\", \"of\": \"asked\"", "steps[1].of")]
    [InlineData("\"scale\": \"three\", \"bands\": [{ \"below\": 1 }, { \"upTo\": 1 }, {}], \"each\": true", "\"scale\": \"three\", \"bands\": [{ \"below\": 1 }, { \"upTo\": 1 }, {}]", "steps[2].of")]
    [InlineData("\"of\": [\"total\", \"one\"]", "\"of\": [\"reach\", \"one\"]", "steps[8].of")]
    [InlineData("\"digits\": 2", "\"digits\": 99", "steps[10].digits")]
    [InlineData("\"value\": \"total\"", "\"value\": \"reach\"", "value")]
    [InlineData("\"value\": \"total\"", "\"levels\": \"three\", \"level\": \"band\", \"value\": \"total\"", "level")]
    [InlineData("\"value\": \"total\"", "\"axes\": { \"vertical\": \"threats.ease\", \"horizontal\": \"asked\" }, \"value\": \"total\"", "axes.vertical")]
    [InlineData("\"preset\": [1]", "\"preset\": [7]", "factors[0].fields[2].preset[0]")]
    [InlineData("\"by\": \"threats.id\" }, { \"key\": \"place\"", "\"by\": \"threats.ease\" }, { \"key\": \"place\"", "outputs[0].by")]
    [InlineData("\"key\": \"y\", \"name\": \"Y\", \"kind\": \"number\" }]", "\"key\": \"x\", \"name\": \"Y\", \"kind\": \"number\" }]", "factors[1].fields")]
    public void A_mistake_about_rows_is_named_by_its_place(string right, string wrong, string place)
    {
        Assert.Contains(right, Rows, StringComparison.Ordinal);
        Assert.Equal(place, Assert.Throws<DeclaredException>(() => Parse(Rows.Replace(right, wrong, StringComparison.Ordinal))).Path);
    }

    [Fact]
    public void A_parameter_sets_what_holds_when_none_is_given()
    {
        var weights = (JsonObject)JsonNode.Parse("""{"weights":{"x":10,"y":0}}""")!;
        var inputs = Shipped.Inputs(JsonNode.Parse("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":3}}"""));
        Assert.Equal((30, 6), (Parse(Rows).Evaluate(weights, inputs)!.Value, Parse(Rows).Evaluate(null, inputs)!.Value));
        Assert.Equal(10, Parse(Rows).Describe(weights).Factors[1].Preset!.AsRecord!["x"].AsNumber);
        Assert.Equal("weights.x", Assert.Throws<MethodologyException>(() => Parse(Rows).Describe((JsonObject)JsonNode.Parse("""{"weights":{"x":"heavy"}}""")!)).Field);
    }

    [Theory]
    [InlineData("{ \"key\": \"third\", \"kind\": \"quotient\", \"of\": [\"worst\", \"total\"] }", "{ \"key\": \"huge\", \"kind\": \"product\", \"of\": [\"asked\", \"asked\"] }, { \"key\": \"third\", \"kind\": \"difference\", \"of\": [\"huge\", \"huge\"] }")]
    [InlineData("\"of\": [\"total\", \"one\"]", "\"of\": [\"asked\", \"one\"], \"when\": \"one\" }, { \"key\": \"huge\", \"kind\": \"product\", \"of\": [\"asked\", \"asked\"]")]
    public void A_result_beyond_all_numbers_is_refused_by_its_field(string right, string wrong)
    {
        Assert.Contains(right, Rows, StringComparison.Ordinal);
        var method = Parse(Rows.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Equal("asked", Assert.Throws<MethodologyException>(() => method.Evaluate(null, Shipped.Inputs(JsonNode.Parse("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":1},"asked":1e200}""")))).Field);
    }

    [Fact]
    public void Numbers_too_great_for_decimals_stay_what_they_are_when_rounded()
    {
        var method = Parse(Rows.Replace("\"of\": \"third\"", "\"of\": \"given\"", StringComparison.Ordinal));
        Assert.Equal(1e200, method.Evaluate(null, Shipped.Inputs(JsonNode.Parse("""{"threats":[{"id":"a","ease":"Low"}],"marks":{"x":1},"asked":1e200}""")))!.Outputs["rounded"].AsNumber);
    }

    private static DeclaredMethodology Parse(string json) => DeclaredMethodology.Parse("m", (JsonObject)JsonNode.Parse(json)!);

    private static MethodologyResult? Rate(params (string Key, FactorValue Value)[] inputs) => Parse(Good).Evaluate(null, Shipped.Inputs(inputs));
}

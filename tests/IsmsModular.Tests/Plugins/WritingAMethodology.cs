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

    private static DeclaredMethodology Parse(string json) => DeclaredMethodology.Parse("m", (JsonObject)JsonNode.Parse(json)!);

    private static MethodologyResult? Rate(params (string Key, FactorValue Value)[] inputs) => Parse(Good).Evaluate(null, Shipped.Inputs(inputs));
}

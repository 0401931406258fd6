using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Web.CommandLine;

namespace IsmsModular.Tests.Plugins;

public sealed class AskingTheConsole : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Cases_are_rated_in_order_with_null_where_unrated()
    {
        var (code, output, _) = await RunAsync("""[{"initiation":"High","adverse_impact_likelihood":"Moderate","impact":"High"},{"initiation":"High","impact":null},{},null]""", "methodology", "evaluate", "nist-800-30-r1", "--input", "-");
        Assert.Equal(0, code);
        var results = (JsonArray)JsonNode.Parse(output)!;
        Assert.Equal(4, results.Count);
        Assert.Equal("Moderate", (string?)results[0]!["level"]);
        Assert.Equal("Moderate", (string?)results[0]!["overall_likelihood"]);
        Assert.Equal("Moderate", (string?)results[0]!["outputs"]!["risk"]);
        Assert.Contains("gives Level of risk “Moderate”", (string?)results[0]!["steps"]![1], StringComparison.Ordinal);
        Assert.Null(results[1]);
        Assert.Null(results[2]);
        Assert.Null(results[3]);
    }

    [Fact]
    public async Task A_bad_case_is_answered_in_its_place()
    {
        var (code, output, _) = await RunAsync("""[{"asset_value":9,"threat":1,"ease":1},{"asset_value":4,"threat":"high","ease":2}]""", "methodology", "evaluate", "iso27005-2011-e21", "--input", "-");
        Assert.Equal(1, code);
        var results = (JsonArray)JsonNode.Parse(output)!;
        Assert.Equal("asset_value", (string?)results[0]!["field"]);
        Assert.NotNull((string?)results[0]!["error"]);
        Assert.Equal(8, (double)results[1]!["risk"]!);
        Assert.Equal("High", (string?)results[1]!["level"]);
    }

    [Fact]
    public async Task A_catalogue_is_tried_then_imported_into_a_workspace_and_listed_there()
    {
        var file = Path.Combine(folder, "regulator.csv");
        await File.WriteAllTextAsync(file, "id,title\nA.5.38,Report to the regulator\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("", "workspace", "create", "acme")).Code);
        string[] import = ["catalogue", "import", file, "--workspace", "acme", "--extends", "iso27001-2022-annex-a", "--json"];
        Assert.False((bool)JsonNode.Parse((await RunAsync("", [.. import, "--dry-run"])).Output)!["written"]!);
        var (code, output, error) = await RunAsync("", import);
        Assert.True(code == 0, error);
        var part = JsonNode.Parse(output)!["parts"]![0]!;
        Assert.Equal((1, "import-regulator"), ((int)part["rows"]!, (string?)part["key"]));
        Assert.Contains("import-regulator", (await RunAsync("", "catalogue", "list", "--workspace", "acme")).Output, StringComparison.Ordinal);
        Assert.Equal("iso27001-2022-annex-a", (string?)JsonNode.Parse((await RunAsync("", "catalogue", "show", "import-regulator", "--workspace", "acme")).Output)!["extends"]);
        Assert.DoesNotContain("import-regulator", (await RunAsync("", "catalogue", "list")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "id,title\nA.5.38,Once\nA.5.38,Twice\n", TestContext.Current.CancellationToken);
        (code, _, error) = await RunAsync("", [.. import[..^1]]);
        Assert.Equal(1, code);
        Assert.Contains("row 3: The identifier A.5.38 is there twice, first at row 2.", error, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("", [.. import, "--kind", "nonsense"])).Code);
    }

    [Fact]
    public async Task Parameters_come_from_a_file()
    {
        var file = Path.Combine(folder, "parameters.json");
        await File.WriteAllTextAsync(file, """{"rows":["Low","High"],"cols":["Small","Great"],"levels":["Fine","Bad"],"grid":[[0,0],[0,1]]}""", TestContext.Current.CancellationToken);
        var (code, output, _) = await RunAsync("""[{"likelihood":"High","impact":"Great"}]""", "methodology", "evaluate", "matrix", "--input", "-", "--parameters", file);
        Assert.Equal(0, code);
        Assert.Equal("Bad", (string?)JsonNode.Parse(output)![0]!["level"]);
    }

    [Theory]
    [InlineData("methodology", "evaluate", "matrix")]
    [InlineData("methodology", "evaluate", "matrix", "--input", "-", "--nosuch")]
    [InlineData("methodology", "evaluate")]
    [InlineData("catalogue", "show")]
    public async Task Wrong_usage_is_2(params string[] arguments) => Assert.Equal(2, (await RunAsync("[]", arguments)).Code);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""[{"likelihood":1,"likelihood":2}]""")]
    public async Task Input_that_cannot_be_read_is_wrong_usage(string input) => Assert.Equal(2, (await RunAsync(input, "methodology", "evaluate", "matrix", "--input", "-")).Code);

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_an_error_in_its_place()
    {
        var (code, output, _) = await RunAsync("""[{"likelihood":"High","impact":"High"},{"likelihood":"half \ud83d","impact":"High"}]""", "methodology", "evaluate", "matrix", "--input", "-");
        Assert.Equal(1, code);
        var results = (JsonArray)JsonNode.Parse(output)!;
        Assert.Equal("High", (string?)results[0]!["level"]);
        Assert.StartsWith("This text holds characters", (string?)results[1]!["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iso27001-2013-annex-a", "2013", 14, 35, 114)]
    [InlineData("iso27001-2022-annex-a", "2022", 4, 0, 93)]
    public async Task A_catalogue_is_shown_with_all_rows(string id, string edition, int domains, int objectives, int controls)
    {
        var (code, output, _) = await RunAsync("", "catalogue", "show", id);
        Assert.Equal(0, code);
        var shown = JsonNode.Parse(output)!;
        Assert.Equal(edition, (string?)shown["edition"]);
        int Count(string kind) => ((JsonArray)shown["controls"]!).Count(r => (string?)r!["kind"] == kind);
        Assert.Equal((domains, objectives, controls), (Count("domain"), Count("objective"), Count("control")));
    }

    [Fact]
    public async Task What_is_not_there_is_1()
    {
        Assert.Equal(1, (await RunAsync("", "catalogue", "show", "nosuch")).Code);
        Assert.Equal(1, (await RunAsync("[]", "methodology", "evaluate", "nosuch", "--input", "-")).Code);
        Assert.Equal(1, (await RunAsync("", "plugins", "enable", "nosuch")).Code);
    }

    [Fact]
    public async Task Lists_are_json_when_asked()
    {
        foreach (var noun in new[] { "methodology", "catalogue", "plugins" })
            Assert.NotEmpty((JsonArray)JsonNode.Parse((await RunAsync("", noun, "list", "--json")).Output)!);
    }

    [Fact]
    public async Task Verification_says_what_is_wrong()
    {
        Assert.Equal(0, (await RunAsync("", "plugins", "verify")).Code);
        await File.AppendAllTextAsync(Path.Combine(folder, "plugins", "matrix", "1.0.0", "methodology.json"), " ", TestContext.Current.CancellationToken);
        var (code, output, _) = await RunAsync("", "plugins", "verify");
        Assert.Equal(1, code);
        Assert.Contains("methodology.json", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string input, params string[] arguments)
    {
        await using StringWriter output = new(), error = new();
        var cli = new Cli([.. arguments, "--data", folder], folder, output, error, () => new MemoryStream(Encoding.UTF8.GetBytes(input)));
        return (await cli.RunAsync(TestContext.Current.CancellationToken), output.ToString(), error.ToString());
    }
}

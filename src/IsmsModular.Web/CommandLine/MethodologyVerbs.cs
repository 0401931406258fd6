using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms methodology list</c> and <c>isms methodology evaluate</c>.</summary>
internal sealed class MethodologyVerbs : ICliVerb
{
    private const int LargestInput = 256 << 20;

    public Command Build(Cli cli) => new("methodology", "Risk methodologies of the active plugins, and a workspace's own") { List(cli), Evaluate(cli) };

    private static Option<string?> Within() => Cli.Within("its own methodologies too");

    /// <summary>Runs over all plugins, or inside the workspace that was named.</summary>
    private static Task<int> WithAsync(Cli cli, System.CommandLine.ParseResult parsed, string? slug, Func<IServiceProvider, CancellationToken, Task<int>> act, CancellationToken cancellationToken) =>
        slug is null ? cli.InNewStore(parsed, act, cancellationToken) : cli.InWorkspace(parsed, slug, act, cancellationToken);

    private static Command List(Cli cli)
    {
        var within = Within();
        var command = new Command("list", "Lists methodologies with what they ask") { within, Cli.Json };
        command.SetAction((parsed, cancellationToken) => WithAsync(cli, parsed, parsed.GetValue(within), async (services, token) =>
        {
            var words = services.GetRequiredService<IWords>();
            var methods = parsed.GetValue(within) is null ? services.GetRequiredService<IPluginCatalog>().Methodologies : await services.GetRequiredService<IWorkspaceMethodologies>().AllAsync(token);
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(new JsonArray([.. methods.Select(m => Described(m, words))]));
            else
                await cli.WriteTableAsync(["ID", "VERSION", "NAME", "CONFIDENCE", "SOURCE"], [.. methods.Select(m => new[] { m.Id, m.Version, words.Of(m.Info.Name), m.Info.Confidence, m.Info.Source })]);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Evaluate(Cli cli)
    {
        var id = new Argument<string>("id") { Description = "Key of the methodology" };
        var input = cli.InputFile(new Option<string>("--input") { Description = "JSON array of inputs; a choice is given by its key, its label, or its place counted from 0", Required = true, HelpName = "FILE" });
        var parameters = cli.InputFile(new Option<string?>("--parameters") { Description = "JSON object of parameters", HelpName = "FILE" });
        var version = new Option<string?>("--method-version") { Description = "Version of the methodology (newest)", HelpName = "VERSION" };
        var within = Within();
        var command = new Command("evaluate", "Rates cases: a JSON array of inputs gives a JSON array of results, null where unrated; a case that is null is unrated") { id, input, parameters, version, within };
        command.SetAction((parsed, cancellationToken) => WithAsync(cli, parsed, parsed.GetValue(within), async (services, token) =>
        {
            var method = parsed.GetValue(within) is null
                ? services.GetRequiredService<IPluginCatalog>().Methodology(parsed.GetValue(id)!, parsed.GetValue(version))
                : await services.GetRequiredService<IWorkspaceMethodologies>().FindAsync(parsed.GetValue(id)!, parsed.GetValue(version), token);
            if (method is null)
            {
                await cli.Error.WriteLineAsync($"There is no active methodology {parsed.GetValue(id)} {parsed.GetValue(version)}".TrimEnd() + $". See: isms methodology list{(parsed.GetValue(within) is { } slug ? " --workspace " + slug : "")}");
                return Cli.NotDone;
            }

            var given = parsed.GetValue(parameters) is { } file ? await ReadAsync(cli, file, token) as JsonObject ?? throw new UsageException($"{file}: a JSON object of parameters is needed.") : null;
            var cases = await ReadAsync(cli, parsed.GetValue(input)!, token) as JsonArray ?? throw new UsageException($"{parsed.GetValue(input)}: a JSON array of inputs is needed.");
            var words = services.GetRequiredService<IWords>();
            var results = cases.Select(c => Rate(method, given, c, words)).ToList();
            await cli.WriteJsonAsync(new JsonArray([.. results.Select(r => r.Json)]));
            return results.TrueForAll(r => r.IsGood) ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static (JsonNode? Json, bool IsGood) Rate(IMethodologyHandle method, JsonObject? parameters, JsonNode? given, IWords words)
    {
        if (given is null)
            return (null, true);
        if (given is not JsonObject record)
            return (new JsonObject { ["error"] = "An object of inputs is needed.", ["field"] = null }, false);
        Dictionary<string, FactorValue> inputs;
        try
        {
            inputs = record.Deserialize<Dictionary<string, FactorValue>>()!;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Half of a surrogate pair is found when the text is read, not when the file is parsed.
            return (new JsonObject { ["error"] = words["validation.text"], ["field"] = null }, false);
        }

        var rated = method.Evaluate(parameters, inputs);
        if (!rated.Succeeded)
        {
            var wrong = rated.Errors[0];
            return (new JsonObject { ["error"] = words[wrong.Message, [.. wrong.Arguments]], ["field"] = wrong.Field }, false);
        }

        return (rated.Value.Result is { } result ? Shown(method, parameters, result, words) : null, true);
    }

    private static JsonObject Shown(IMethodologyHandle method, JsonObject? parameters, MethodologyResult result, IWords words)
    {
        var level = result.Level is null ? null : method.Describe(parameters).Value.Levels.FirstOrDefault(l => l.Key == result.Level);
        var json = new JsonObject
        {
            ["level"] = level is null ? result.Level : words.Of(level.Label),
            ["levelKey"] = result.Level,
            ["value"] = result.Value,
            ["order"] = result.Order,
        };
        foreach (var (key, value) in result.Outputs)
            json.TryAdd(key, value.ToJson());
        json["outputs"] = new JsonObject(result.Outputs.Select(o => KeyValuePair.Create(o.Key, o.Value.ToJson())));
        json["criteria"] = new JsonObject(result.Criteria.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)c.Value)));
        json["steps"] = new JsonArray([.. result.Steps.Select(s => (JsonNode)words.Of(s))]);
        return json;
    }

    private static JsonObject Described(IMethodologyHandle method, IWords words)
    {
        var form = method.Describe(null);
        var json = new JsonObject
        {
            ["id"] = method.Id,
            ["version"] = method.Version,
            ["name"] = words.Of(method.Info.Name),
            ["summary"] = words.Of(method.Info.Summary),
            ["source"] = method.Info.Source,
            ["confidence"] = method.Info.Confidence,
            ["plugin"] = method.PluginId,
            ["parameters"] = method.DefaultParameters,
        };
        if (form.Succeeded)
        {
            json["factors"] = new JsonArray([.. form.Value.Factors.Select(f => Described(f, words))]);
            json["levels"] = Tiers(form.Value.Levels, words);
            json["outputs"] = new JsonArray([.. form.Value.Outputs.Select(o => new JsonObject { ["key"] = o.Key, ["name"] = words.Of(o.Name) })]);
        }

        return json;
    }

    private static JsonObject Described(Factor factor, IWords words) => new()
    {
        ["key"] = factor.Key,
        ["name"] = words.Of(factor.Name),
        ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(factor.Kind.ToString()),
        ["needed"] = factor.Needed,
        ["minimum"] = factor.Minimum,
        ["maximum"] = factor.Maximum,
        ["tiers"] = Tiers(factor.Tiers, words),
    };

    private static JsonArray Tiers(IReadOnlyList<Tier> tiers, IWords words) => [.. tiers.Select(t => new JsonObject { ["key"] = t.Key, ["label"] = words.Of(t.Label), ["value"] = t.Value })];

    private static async Task<JsonNode?> ReadAsync(Cli cli, string file, CancellationToken cancellationToken)
    {
        await using var stream = cli.OpenRead(file);
        if (stream.CanSeek && stream.Length > LargestInput)
            throw new UsageException($"{file}: too large, {LargestInput >> 20} MiB at the most.");
        try
        {
            return await JsonNode.ParseAsync(stream, documentOptions: new() { AllowDuplicateProperties = false }, cancellationToken: cancellationToken);
        }
        catch (JsonException error)
        {
            throw new UsageException($"{file}: not JSON: {error.Message}");
        }
    }
}

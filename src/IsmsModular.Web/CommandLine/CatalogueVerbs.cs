using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Plugins;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms catalogue list</c>, <c>show</c> and <c>import</c>.</summary>
internal sealed class CatalogueVerbs : ICliVerb
{
    public Command Build(Cli cli) => new("catalogue", "Controls, clauses, threats and vulnerabilities of the active plugins") { List(cli), Show(cli), ImportCatalogue.Build(cli) };

    /// <summary>Runs with the catalogues of all plugins, or with those of the workspace that was named.</summary>
    private static Task<int> WithAsync(Cli cli, System.CommandLine.ParseResult parsed, string? slug, Func<IPluginCatalog, IReadOnlyList<Catalogue>, Task<int>> act, CancellationToken cancellationToken) => slug is null
        ? cli.InNewStore(parsed, (services, _) => act(services.GetRequiredService<IPluginCatalog>(), services.GetRequiredService<IPluginCatalog>().Catalogues), cancellationToken)
        : cli.InWorkspace(parsed, slug, (services, _) => act(services.GetRequiredService<IPluginCatalog>(), services.GetRequiredService<IControlCatalogues>().Offered()), cancellationToken);

    private static Command List(Cli cli)
    {
        var within = Cli.Within("its own catalogues too");
        var command = new Command("list", "Lists catalogues with their size") { within, Cli.Json };
        command.SetAction((parsed, cancellationToken) => WithAsync(cli, parsed, parsed.GetValue(within), async (plugins, catalogues) =>
        {
            if (parsed.GetValue(Cli.Json))
                await cli.WriteJsonAsync(new JsonArray([.. catalogues.Select(c => Described(c, plugins))]));
            else
                await cli.WriteTableAsync(["ID", "EDITION", "KIND", "NAME", "ROWS"], [.. catalogues.Select(c => new[] { c.Id, c.Edition, Kind(c), c.Name, string.Join(", ", Counts(c).Select(n => $"{n.Count} {n.Kind}")) })]);
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Show(Cli cli)
    {
        var id = new Argument<string>("id") { Description = "Key of the catalogue" };
        var within = Cli.Within("its own catalogues too");
        var command = new Command("show", "Writes a catalogue as JSON, all rows") { id, within, Cli.Json };
        command.SetAction((parsed, cancellationToken) => WithAsync(cli, parsed, parsed.GetValue(within), async (_, catalogues) =>
        {
            if (catalogues.FirstOrDefault(c => c.Id == parsed.GetValue(id)) is not { } catalogue)
            {
                await cli.Error.WriteLineAsync($"There is no active catalogue {parsed.GetValue(id)}. See: isms catalogue list");
                return Cli.NotDone;
            }

            await cli.WriteJsonAsync(new JsonObject
            {
                ["id"] = catalogue.Id,
                ["edition"] = catalogue.Edition,
                ["name"] = catalogue.Name,
                ["kind"] = Kind(catalogue),
                ["extends"] = catalogue.Extends,
                ["source"] = catalogue.Source,
                ["attribution"] = catalogue.Attribution,
                ["controls"] = new JsonArray([.. catalogue.Items.Select(Row)]),
            });
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static JsonObject Row(CatalogueItem item)
    {
        var row = new JsonObject { ["id"] = item.Id, ["parent"] = item.Parent, ["kind"] = item.Kind, ["title"] = item.Title };
        if (item.Guidance is not null)
            row["guidance"] = item.Guidance;
        if (!item.Confirmed)
            row["confirmed"] = false;
        if (item.Attributes.Count > 0)
            row["attributes"] = new JsonObject(item.Attributes.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)new JsonArray([.. a.Value.Select(v => (JsonNode)v)]))));
        return row;
    }

    private static JsonObject Described(Catalogue catalogue, IPluginCatalog plugins) => new()
    {
        ["id"] = catalogue.Id,
        ["edition"] = catalogue.Edition,
        ["kind"] = Kind(catalogue),
        ["name"] = catalogue.Name,
        ["source"] = catalogue.Source,
        ["rows"] = new JsonObject(Counts(catalogue).Select(n => KeyValuePair.Create(n.Kind, (JsonNode?)n.Count))),
        ["mapsTo"] = new JsonArray([.. plugins.Mappings.Where(m => m.From == catalogue.Id).Select(m => (JsonNode)m.To)]),
    };

    private static IEnumerable<(string Kind, int Count)> Counts(Catalogue catalogue) => catalogue.Items.GroupBy(i => i.Kind).Select(g => (g.Key, g.Count()));

    private static string Kind(Catalogue catalogue) => JsonNamingPolicy.CamelCase.ConvertName(catalogue.Kind.ToString());
}

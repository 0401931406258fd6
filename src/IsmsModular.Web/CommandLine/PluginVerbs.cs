using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Text;
using MediatR;
using IsmsModular.Web.Pages.Admin;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms plugins list</c>, <c>verify</c>, <c>enable</c> and <c>disable</c>.</summary>
internal sealed class PluginVerbs : ICliVerb
{
    public Command Build(Cli cli) => new("plugins", "What extends the program") { List(cli), Verify(cli), Switch(cli, "enable", true), Switch(cli, "disable", false) };

    private static Command List(Cli cli)
    {
        var command = new Command("list", "Lists plugins with state and reason") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, _) =>
        {
            await WriteAsync(cli, services, services.GetRequiredService<IPluginCatalog>().Plugins, parsed.GetValue(Cli.Json));
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Verify(Cli cli)
    {
        var command = new Command("verify", "Compares every file of every plugin with its manifest again") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, _) =>
        {
            var found = services.GetRequiredService<IPluginAdministration>().Verify();
            var wrong = found.Where(p => p.State is not (PluginState.Active or PluginState.Disabled)).ToList();
            await WriteAsync(cli, services, found, parsed.GetValue(Cli.Json));
            if (!parsed.GetValue(Cli.Json))
                await cli.Out.WriteLineAsync(wrong.Count == 0 ? $"{found.Count} plugins, every file as in its manifest." : $"{found.Count} plugins, {wrong.Count} wrong.");
            return wrong.Count == 0 ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static Command Switch(Cli cli, string verb, bool enabled)
    {
        var id = new Argument<string>("id") { Description = "Id of the plugin" };
        var command = new Command(verb, enabled ? "Switches a plugin on; one with code can do everything the program can" : "Switches a plugin off") { id };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var switched = await services.GetRequiredService<IMediator>().Send(new PluginsModel.Command { Id = parsed.GetValue(id)!, Enabled = enabled }, token);
            if (!switched.Succeeded)
                return await cli.RefusedAsync(services, switched.Errors);
            var found = services.GetRequiredService<IPluginCatalog>().Plugins.Where(p => p.Id == parsed.GetValue(id)).ToList();
            await WriteAsync(cli, services, found, false);
            return !enabled || found.Exists(p => p.State == PluginState.Active) ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static async Task WriteAsync(Cli cli, IServiceProvider services, IReadOnlyList<PluginStatus> plugins, bool asJson)
    {
        var words = services.GetRequiredService<IWords>();
        string? Reason(PluginStatus p) => p.Reason is null ? null : words.Of(p.Reason);
        string State(PluginStatus p) => JsonNamingPolicy.CamelCase.ConvertName(p.State.ToString());
        if (asJson)
        {
            await cli.WriteJsonAsync(new JsonArray([.. plugins.Select(p => new JsonObject
            {
                ["id"] = p.Id,
                ["version"] = p.Version,
                ["name"] = p.Name,
                ["kind"] = p.Kind,
                ["state"] = State(p),
                ["reason"] = Reason(p),
                ["code"] = p.HasCode,
                ["licence"] = p.Licence,
                ["source"] = p.Source,
            })]));
        }
        else
        {
            await cli.WriteTableAsync(["ID", "VERSION", "KIND", "STATE", "REASON"], [.. plugins.Select(p => new[] { p.Id, p.Version, p.Kind, State(p), Reason(p) })]);
        }
    }
}

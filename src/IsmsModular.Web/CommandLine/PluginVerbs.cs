using System.CommandLine;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms plugins list</c>, <c>install</c>, <c>update</c>, <c>verify</c>, <c>enable</c>, <c>disable</c>, <c>remove</c>.</summary>
internal sealed class PluginVerbs : ICliVerb
{
    public Command Build(Cli cli)
    {
        var plugins = new Command("plugins", "What extends the program")
        {
            List(cli),
            Install(cli, "install", "Checks a plugin file and installs it; a version of a plugin that is here already needs update", isUpdate: false),
            Install(cli, "update", "Installs a newer version beside the older ones; stored results keep theirs", isUpdate: true),
            Verify(cli), Switch(cli, "enable", true), Switch(cli, "disable", false), Remove(cli),
        };
        foreach (var verb in PluginKeyVerbs.Build(cli))
            plugins.Add(verb);
        return plugins;
    }

    private static Command List(Cli cli)
    {
        var command = new Command("list", "Lists plugins with state and reason") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, _) =>
        {
            await WriteAsync(cli, services, services.GetRequiredService<IPluginCatalog>().Plugins, parsed.GetValue(Cli.Json));
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Install(Cli cli, string verb, string description, bool isUpdate)
    {
        var file = cli.InputFile(new Argument<string>("file") { Description = "The plugin: a zip" });
        var enable = new Option<bool>("--enable") { Description = "Use this version at once; one with code can then do everything the program can" };
        var older = new Option<bool>("--older") { Description = "Take a version that is older than one here" };
        var command = new Command(verb, description) { file, enable };
        if (isUpdate)
            command.Add(older);
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var plugins = services.GetRequiredService<IPluginAdministration>();
            await using var content = await cli.OpenTwiceAsync(parsed.GetValue(file)!, token);
            var looked = await plugins.InspectAsync(content, token);
            if (!looked.Succeeded)
                return await cli.RefusedAsync(services, looked.Errors);
            var found = looked.Value;
            if (isUpdate && found.Change == PluginChange.New)
                return await cli.RefusedAsync(services, [Error.Invalid("plugins.update.none", null, found.Plugin.Id)]);
            if (!isUpdate && found.Change is PluginChange.Update or PluginChange.Older)
                return await cli.RefusedAsync(services, [Error.Invalid("plugins.install.known", null, found.Plugin.Id, found.Newest!)]);
            content.Position = 0;
            var installed = await plugins.InstallAsync(services.GetRequiredService<ICurrentUser>().Actor, content, new(parsed.GetValue(enable), isUpdate && parsed.GetValue(older), found.ManifestHash), token);
            if (!installed.Succeeded)
                return await cli.RefusedAsync(services, installed.Errors);
            await WriteAsync(cli, services, [installed.Value.Plugin], false);
            return !parsed.GetValue(enable) || installed.Value.Plugin.State == PluginState.Active ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static Command Verify(Cli cli)
    {
        var id = new Argument<string?>("id") { Description = "Id of one plugin; all when left out", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Compares every file of every plugin with its manifest again") { id, Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var only = parsed.GetValue(id);
            var found = (await services.GetRequiredService<IMediator>().Send(new Pages.Admin.Plugins.Index.Verify(), token)).Value.Where(p => only is null || p.Id == only).ToList();
            if (only is not null && found.Count == 0)
                return await cli.RefusedAsync(services, [Error.NotFound("plugins.notfound", null, only)]);
            var wrong = found.Where(p => p.State is not (PluginState.Active or PluginState.Disabled)).ToList();
            await WriteAsync(cli, services, found, parsed.GetValue(Cli.Json));
            if (!parsed.GetValue(Cli.Json))
                await cli.Out.WriteLineAsync($"{found.Count} {(found.Count == 1 ? "plugin" : "plugins")}, {(wrong.Count == 0 ? "every file as in its manifest" : $"{wrong.Count} wrong")}.");
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
            var switched = await services.GetRequiredService<IPluginAdministration>().SwitchAsync(services.GetRequiredService<ICurrentUser>().Actor, parsed.GetValue(id)!, enabled, token);
            if (!switched.Succeeded)
                return await cli.RefusedAsync(services, switched.Errors);
            var found = services.GetRequiredService<IPluginCatalog>().Plugins.Where(p => p.Id == parsed.GetValue(id)).ToList();
            await WriteAsync(cli, services, found, false);
            return !enabled || found.Exists(p => p.State == PluginState.Active) ? Cli.Good : Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static Command Remove(Cli cli)
    {
        var id = new Argument<string>("id") { Description = "Id of the plugin" };
        var version = new Option<string?>("--version") { Description = "One version only", HelpName = "V" };
        var command = new Command("remove", "Removes a plugin; refused while a workspace uses it") { id, version };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var plugins = services.GetRequiredService<IPluginAdministration>();
            var removed = await plugins.RemoveAsync(services.GetRequiredService<ICurrentUser>().Actor, parsed.GetValue(id)!, parsed.GetValue(version), token);
            if (removed.Succeeded)
                return Cli.Good;
            await cli.RefusedAsync(services, removed.Errors);
            var words = services.GetRequiredService<IWords>();
            foreach (var use in await plugins.UsesAsync(parsed.GetValue(id)!, parsed.GetValue(version), token))
                await cli.Error.WriteLineAsync($"  {use.WorkspaceSlug}: {words[use.What, use.Count]} (/w/{use.WorkspaceSlug}/{use.Path})");
            return Cli.NotDone;
        }, cancellationToken));
        return command;
    }

    private static async Task WriteAsync(Cli cli, IServiceProvider services, IReadOnlyList<PluginStatus> plugins, bool asJson)
    {
        var words = services.GetRequiredService<IWords>();
        string? Reason(PluginStatus p) => p.Reason is null ? null : words.Of(p.Reason);
        if (asJson)
        {
            await cli.WriteJsonAsync(new JsonArray([.. plugins.Select(p => new JsonObject
            {
                ["id"] = p.Id,
                ["version"] = p.Version,
                ["name"] = p.Name,
                ["kind"] = p.Kind,
                ["state"] = EnumChoice.Value(p.State),
                ["reason"] = Reason(p),
                ["code"] = p.HasCode,
                ["licence"] = p.Licence,
                ["source"] = p.Source,
                ["signature"] = EnumChoice.Value(p.Origin.State),
                ["key"] = p.Origin.Fingerprint,
                ["offers"] = new JsonArray([.. p.Offers.Select(o => (JsonNode)$"{o.Kind} {o.Key}")]),
            })]));
        }
        else
        {
            await cli.WriteTableAsync(["ID", "VERSION", "KIND", "STATE", "SIGNATURE", "REASON"], [.. plugins.Select(p => new[] { p.Id, p.Version, p.Kind, EnumChoice.Value(p.State), p.Origin.KeyName ?? EnumChoice.Value(p.Origin.State), Reason(p) })]);
        }
    }
}

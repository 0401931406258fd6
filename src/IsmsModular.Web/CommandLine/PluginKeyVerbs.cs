using System.CommandLine;
using IsmsModular.Conformance;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using Microsoft.Extensions.FileProviders;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms plugins pack</c>, <c>check</c>, <c>keygen</c> and <c>sign</c> for who writes plugins; <c>keys</c>, <c>trust</c>, <c>untrust</c> and <c>require-signatures</c> for who uses them.</summary>
internal static class PluginKeyVerbs
{
    public static IEnumerable<Command> Build(Cli cli) => [Pack(cli), Check(cli), KeyGen(cli), Sign(cli), Keys(cli), Trust(cli), Untrust(cli), Require(cli)];

    private static Command Pack(Cli cli)
    {
        var folder = new Argument<string>("folder") { Description = "Folder with plugin.json" };
        var output = new Option<string>("-o") { Description = "The zip to write", Required = true, HelpName = "FILE" };
        var command = new Command("pack", "Packs a folder as a plugin file, with the hash of every file in its manifest") { folder, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var zip = new MemoryStream();
            var packed = PluginPacker.Pack(cli.PathOf(parsed.GetValue(folder)!), zip);
            if (!packed.Succeeded)
                return await RefusedAsync(cli, packed.Errors);
            await WriteWholeAsync(cli.PathOf(parsed.GetValue(output)!), zip, cancellationToken);
            await cli.Out.WriteLineAsync($"{packed.Value.Id} {packed.Value.Version}, {packed.Value.Files} {(packed.Value.Files == 1 ? "file" : "files")}.");
            return Cli.Good;
        });
        return command;
    }

    private static Command Check(Cli cli)
    {
        var file = cli.InputFile(new Argument<string>("file") { Description = "The plugin: a zip" });
        var command = new Command("check", "Checks whether a plugin of one's own keeps to the contract; runs its code") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var scratch = Directory.CreateTempSubdirectory("isms-check-");
            try
            {
                await using var content = await cli.OpenTwiceAsync(parsed.GetValue(file)!, cancellationToken);
                var loaded = PluginContents.Load(content, scratch.FullName);
                if (!loaded.Succeeded)
                    return await RefusedAsync(cli, loaded.Errors);
                var found = new List<Finding>();
                foreach (var methodology in loaded.Value.Methodologies)
                    found.AddRange(PluginCheck.CheckMethodology(methodology, new() { Words = loaded.Value.Words }));
                foreach (var catalogue in loaded.Value.Catalogues)
                    found.AddRange(PluginCheck.CheckCatalogue(catalogue));
                foreach (var mapping in loaded.Value.Mappings)
                    found.AddRange(PluginCheck.CheckMapping(mapping, loaded.Value.Catalogues));
                foreach (var format in loaded.Value.Formats)
                    found.AddRange(await PluginCheck.CheckFormatAsync(format, cancellationToken));
                foreach (var finding in found)
                    await cli.Error.WriteLineAsync(finding.ToString());
                await cli.Out.WriteLineAsync(found.Count == 0 ? "It keeps to the contract." : $"{found.Count} findings.");
                return found.Count == 0 ? Cli.Good : Cli.NotDone;
            }
            finally
            {
                scratch.Delete(recursive: true);
            }
        });
        return command;
    }

    private static Command KeyGen(Cli cli)
    {
        var output = new Option<string>("-o") { Description = "Name of the key: writes NAME.key (keep it secret) and NAME.pub", Required = true, HelpName = "NAME" };
        var command = new Command("keygen", "Makes a key to sign plugins with") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = cli.PathOf(parsed.GetValue(output)!);
            var (secret, known) = SigningKey.Create();
            if (File.Exists(name + ".key") || File.Exists(name + ".pub"))
                throw new UsageException($"{name}.key or {name}.pub is there already.");
            var ownerOnly = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                ownerOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new FileStream(name + ".key", ownerOnly))
            {
                await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(secret), cancellationToken);
            }

            await File.WriteAllTextAsync(name + ".pub", known, cancellationToken);
            await cli.Out.WriteLineAsync($"{name}.key, {name}.pub. Fingerprint: {SigningKey.FingerprintOf(SigningKey.ReadPublic(known)!)}");
            return Cli.Good;
        });
        return command;
    }

    private static Command Sign(Cli cli)
    {
        var plugin = new Argument<string>("plugin") { Description = "A plugin file, or the folder of a plugin whose manifest lists every file" };
        var key = new Option<string>("--key") { Description = "The key, as keygen made it", Required = true, HelpName = "KEY" };
        var command = new Command("sign", "Signs a plugin") { plugin, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = cli.PathOf(parsed.GetValue(plugin)!);
            var secret = await File.ReadAllTextAsync(cli.PathOf(parsed.GetValue(key)!), cancellationToken);
            Result<string> signed;
            if (Directory.Exists(path))
            {
                signed = PluginPacker.SignFolder(path, secret);
            }
            else
            {
                using var zip = new MemoryStream();
                await using (var file = File.OpenRead(path))
                    await file.CopyToAsync(zip, cancellationToken);
                zip.Position = 0;
                signed = PluginPacker.SignFile(zip, secret);
                if (signed.Succeeded)
                    await WriteWholeAsync(path, zip, cancellationToken);
            }

            if (!signed.Succeeded)
                return await RefusedAsync(cli, signed.Errors);
            await cli.Out.WriteLineAsync($"Signed by {signed.Value}.");
            return Cli.Good;
        });
        return command;
    }

    private static Command Keys(Cli cli)
    {
        var command = new Command("keys", "Lists the keys whose signatures are believed") { Cli.Json };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var (keys, policy) = await services.GetRequiredService<IPluginAdministration>().TrustAsync(token);
            if (parsed.GetValue(Cli.Json))
            {
                await cli.WriteJsonAsync(new { policy.OnlySigned, keys = keys.Select(k => new { k.Name, k.Fingerprint }) });
                return Cli.Good;
            }

            await cli.WriteTableAsync(["NAME", "FINGERPRINT"], [.. keys.Select(k => new[] { k.Name, k.Fingerprint })]);
            await cli.Out.WriteLineAsync(policy.OnlySigned ? "Only plugins signed by one of them are used." : "Plugins without a signature are used too.");
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Trust(Cli cli)
    {
        var file = cli.InputFile(new Argument<string>("file") { Description = "Public key as PEM, such as keygen's NAME.pub" });
        var name = new Option<string>("--name") { Description = "Whose key it is", Required = true, HelpName = "NAME" };
        var command = new Command("trust", "Believes the signatures of a key") { file, name };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            using var reader = new StreamReader(cli.OpenRead(parsed.GetValue(file)!));
            var trusted = await services.GetRequiredService<IPluginAdministration>().TrustKeyAsync(services.GetRequiredService<ICurrentUser>().Actor, parsed.GetValue(name), await reader.ReadToEndAsync(token), token);
            if (!trusted.Succeeded)
                return await cli.RefusedAsync(services, trusted.Errors);
            await cli.Out.WriteLineAsync($"{trusted.Value.Name}: {trusted.Value.Fingerprint}");
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Untrust(Cli cli)
    {
        var fingerprint = new Argument<string>("fingerprint") { Description = "Fingerprint of the key" };
        var command = new Command("untrust", "Believes a key no longer") { fingerprint };
        command.SetAction((parsed, cancellationToken) => cli.InStore(parsed, async (services, token) =>
        {
            var plugins = services.GetRequiredService<IPluginAdministration>();
            var key = (await plugins.TrustAsync(token)).Keys.FirstOrDefault(k => k.Fingerprint == parsed.GetValue(fingerprint));
            var forgotten = key is null ? Result<IReadOnlyList<PluginStatus>>.Failed([Error.NotFound("plugins.key.notfound")]) : await plugins.ForgetKeyAsync(services.GetRequiredService<ICurrentUser>().Actor, key.Id, token);
            if (!forgotten.Succeeded)
                return await cli.RefusedAsync(services, forgotten.Errors);
            foreach (var plugin in forgotten.Value)
                await cli.Out.WriteLineAsync($"{plugin.Id} {plugin.Version} was signed by it.");
            return Cli.Good;
        }, cancellationToken));
        return command;
    }

    private static Command Require(Cli cli)
    {
        var answer = new Argument<string>("answer") { Description = "yes or no" };
        answer.AcceptOnlyFromAmong("yes", "no");
        var command = new Command("require-signatures", "Uses only plugins that a trusted key signed, beside those of the program; or all again") { answer };
        command.SetAction((parsed, cancellationToken) => cli.InNewStore(parsed, async (services, token) =>
        {
            var demanded = await services.GetRequiredService<IPluginAdministration>().DemandSignaturesAsync(services.GetRequiredService<ICurrentUser>().Actor, parsed.GetValue(answer) == "yes", token);
            return demanded.Succeeded ? Cli.Good : await cli.RefusedAsync(services, demanded.Errors);
        }, cancellationToken));
        return command;
    }

    /// <summary>Beside the place first, then in one step over it.</summary>
    private static async Task WriteWholeAsync(string path, MemoryStream content, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        await using (var file = File.Create(part))
        {
            content.Position = 0;
            await content.CopyToAsync(file, cancellationToken);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Without the program's data there is no scope with words.</summary>
    private static async Task<int> RefusedAsync(Cli cli, IReadOnlyList<Error> errors)
    {
        var book = new WordBook(new ManifestEmbeddedFileProvider(typeof(PluginKeyVerbs).Assembly, "content"));
        foreach (var error in errors)
            await cli.Error.WriteLineAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, book.Find("en", error.Message) ?? error.Message, [.. error.Arguments]));
        return Cli.NotDone;
    }
}

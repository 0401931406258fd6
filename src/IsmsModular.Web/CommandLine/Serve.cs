using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;

namespace IsmsModular.Web.CommandLine;

/// <summary><c>isms serve</c>: the web server.</summary>
internal sealed class Serve : ICliVerb
{
    public Command Build(Cli cli)
    {
        var urls = new Option<string[]>("--urls") { Description = "Addresses to listen on (http://127.0.0.1:5080)", AllowMultipleArgumentsPerToken = true, HelpName = "URL" };
        var sample = new Option<bool>("--sample") { Description = "Run on a sample organisation in ./data-sample, made at the first start" };
        var proxy = new Option<string[]?>("--behind-proxy") { Description = "Serve plain HTTP to a reverse proxy that does HTTPS; addresses of the proxies (127.0.0.1)", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true, HelpName = "ADDRESS" };
        var host = new Option<string[]>("--host") { Description = "Host names that are answered", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var certificate = new Option<string?>("--certificate") { Description = "Certificate for HTTPS: PFX (password in ISMS_CERTIFICATE_PASSWORD) or PEM beside its .key", HelpName = "FILE" };
        var command = new Command("serve", "Start the program for browsers") { urls, sample, proxy, host, certificate };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new HostSettings
            {
                DataFolder = cli.DataFolder(parsed, parsed.GetValue(sample)),
                Urls = Addresses(parsed.GetValue(urls) is { Length: > 0 } given ? given : ["http://127.0.0.1:5080"]),
                KnownProxies = parsed.GetResult(proxy) is null ? null : Proxies(parsed.GetValue(proxy)),
                HostNames = parsed.GetValue(host) ?? [],
                Certificate = parsed.GetValue(certificate) is { } file ? cli.PathOf(file) : null,
                Sample = parsed.GetValue(sample),
            };
            if (settings.Urls.FirstOrDefault(u => BindingAddress.Parse(u) is { Port: 0, Host: var host } && host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) is { } twofold)
                throw new UsageException($"{twofold} stands for two addresses, which cannot share a port that is found: name a port, or take 127.0.0.1.");
            if (settings.Certificate is null && settings.Urls.FirstOrDefault(u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) is { } secure)
                throw new UsageException($"{secure} needs --certificate FILE.");
            if (settings.Certificate is not null && !File.Exists(settings.Certificate))
                throw new UsageException($"There is no file {settings.Certificate}.");
            if (settings is { KnownProxies: null, Certificate: null } && settings.Urls.FirstOrDefault(u => !IsLoopback(u)) is { } open)
                throw new UsageException($"{open} would send passwords in the clear over the network: give --certificate FILE, or --behind-proxy when a proxy does HTTPS.");
            using var running = await CommandSocket.ConnectAsync(settings.DataFolder, cancellationToken);
            if (running is not null)
            {
                await cli.Error.WriteLineAsync($"A server runs on {settings.DataFolder} already.");
                return Cli.NotDone;
            }

            if (settings.Sample)
                await Sample.PrepareAsync(settings, cli.Out, cancellationToken);
            await RunAsync(settings, cli.Out, cancellationToken);
            return Cli.Good;
        });
        return command;
    }

    private static async Task RunAsync(HostSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        await using var app = IsmsHost.Create(settings);
        await StartAsync(app, settings, cancellationToken);
        var addresses = app.Urls.Where(u => !u.StartsWith("http://unix:", StringComparison.Ordinal)).ToArray();
        await output.WriteLineAsync($"IsmsModular listens on {string.Join(", ", addresses)}. Data: {settings.DataFolder}. Stop with Ctrl+C.");
        if (!CommandSocket.Fits(settings.DataFolder))
            await output.WriteLineAsync("The path of the data folder is too long for a socket: stop the server before using the command line on it.");
        var setup = app.Services.GetRequiredService<SetupCode>();
        if (await setup.IsNeededAsync(cancellationToken))
            await output.WriteLineAsync($"First start: open {addresses[0]}/setup and type the code {setup.Printed}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static async Task StartAsync(WebApplication app, HostSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException error)
        {
            throw new IOException($"Cannot listen on {string.Join(", ", settings.Urls)}: {error.Message}.", error);
        }
    }

    private static string[] Addresses(string[] given)
    {
        string[] urls = [.. given.SelectMany(u => u.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return urls.FirstOrDefault(u => !(Uri.TryCreate(u.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", PathAndQuery: "/" })) is { } wrong
            ? throw new UsageException($"'{wrong}' is not an address such as http://127.0.0.1:5080.")
            : urls;
    }

    private static IPAddress[] Proxies(string[]? given) => given is not { Length: > 0 }
        ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : [.. given.Select(g => IPAddress.TryParse(g, out var ip) ? ip : throw new UsageException($"'{g}' is not the address of a proxy."))];

    private static bool IsLoopback(string url)
    {
        var name = BindingAddress.Parse(url).Host.Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out var ip) && IPAddress.IsLoopback(ip));
    }
}

/// <summary><c>isms health</c>: does the server on this data folder answer?</summary>
internal sealed class Health : ICliVerb
{
    public Command Build(Cli cli)
    {
        var command = new Command("health", "Ask the running server whether it works");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = await CommandSocket.ConnectAsync(cli.DataFolder(parsed), cancellationToken);
            if (client is null)
            {
                await cli.Error.WriteLineAsync($"No server runs on {cli.DataFolder(parsed)}.");
                return Cli.NotDone;
            }

            using var response = await client.GetAsync("health", cancellationToken);
            await cli.Out.WriteLineAsync(response.IsSuccessStatusCode ? "ok" : $"The server answered {(int)response.StatusCode}.");
            return response.IsSuccessStatusCode ? Cli.Good : Cli.NotDone;
        });
        return command;
    }
}

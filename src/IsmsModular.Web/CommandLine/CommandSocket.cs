using System.Net.Http.Json;
using System.Net.Sockets;
using IsmsModular.Web.Hosting;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IsmsModular.Web.CommandLine;

/// <summary>How the command line reaches a running server: a socket file in the data folder that only its owner may open.</summary>
internal static class CommandSocket
{
    private const string Mark = "isms.cli";
    private const int LongestPath = 100;

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "isms.sock");

    /// <summary>Whether a socket can have this path.</summary>
    public static bool Fits(string dataFolder) => System.Text.Encoding.UTF8.GetByteCount(PathIn(dataFolder)) <= LongestPath;

    /// <summary>Listens beside the web addresses.</summary>
    public static void Listen(KestrelServerOptions kestrel, HostSettings settings)
    {
        var path = PathIn(settings.DataFolder);
        if (!Fits(settings.DataFolder))
            return;
        // Left by a server that was killed: the store's own lock has already shown that no other server runs here.
        File.Delete(path);
        kestrel.ListenUnixSocket(path, listen => listen.Use(next => connection =>
        {
            connection.Items[Mark] = true;
            return next(connection);
        }));
    }

    /// <summary>Answers forwarded commands, on the socket alone.</summary>
    public static void Map(WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var path = PathIn(app.Services.GetRequiredService<HostSettings>().DataFolder);
            if (File.Exists(path) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        });
        app.MapPost("/command-line", async (HttpContext context) =>
        {
            if (context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) != true)
                return Results.NotFound();
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            var call = (await context.Request.ReadFromJsonAsync<Call>(context.RequestAborted))!;
            await using var output = new StringWriter();
            await using var error = new StringWriter();
            var cli = new Cli(call.Arguments, call.WorkingDirectory, output, error, () => new MemoryStream(call.Input ?? []), app.Services);
            var code = await cli.RunAsync(context.RequestAborted);
            return Results.Json(new Answer(code, output.ToString(), error.ToString()));
        }).AllowAnonymous().DisableAntiforgery();
    }

    /// <summary>Hands a command to the running server, with what is typed when there is <paramref name="input"/>.</summary>
    /// <returns>Its exit code, or <c>null</c> when no server runs on this folder.</returns>
    public static async Task<int?> ForwardAsync(string dataFolder, string[] arguments, string workingDirectory, Func<Stream>? input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var client = await ConnectAsync(dataFolder, cancellationToken);
        if (client is null)
            return null;
        byte[]? typed = null;
        if (input is not null)
        {
            using var memory = new MemoryStream();
            await input().CopyToAsync(memory, cancellationToken);
            typed = memory.ToArray();
        }

        using var response = await client.PostAsJsonAsync("command-line", new Call(arguments, workingDirectory, typed), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await error.WriteLineAsync("The server failed at this command; its log says why. Look whether the command was done.");
            return Cli.NotDone;
        }

        var answer = (await response.Content.ReadFromJsonAsync<Answer>(cancellationToken))!;
        await output.WriteAsync(answer.Output);
        await error.WriteAsync(answer.Error);
        return answer.Code;
    }

    /// <summary>A client of the running server, or <c>null</c>.</summary>
    public static async Task<HttpClient?> ConnectAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
            return null;
        try
        {
            await using var probe = await Open(path, cancellationToken);
        }
        catch (SocketException)
        {
            return null;
        }

        return new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, token) => await Open(path, token) }) { BaseAddress = new("http://localhost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async Task<NetworkStream> Open(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record Call(string[] Arguments, string WorkingDirectory, byte[]? Input);

    private sealed record Answer(int Code, string Output, string Error);
}

using System.Net;

namespace IsmsModular.Web.Hosting;

/// <summary>How one run of the program is set up: by the command line, or by a test.</summary>
internal sealed record HostSettings
{
    /// <summary>Folder of all data, as a full path.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:5080"];

    /// <summary>Proxies whose forwarded headers are believed; <c>null</c> when there is none.</summary>
    public IReadOnlyList<IPAddress>? KnownProxies { get; init; }

    /// <summary>Certificate for HTTPS: a PFX file, or PEM with certificate and key.</summary>
    public string? Certificate { get; init; }

    /// <summary>Host names that are answered beside loopback names and the listened addresses.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>How often one address may try a password or a token in a minute.</summary>
    public int SecretsPerMinute { get; init; } = 60;

    /// <summary>Whether this runs on the sample's data.</summary>
    public bool Sample { get; init; }

    /// <summary>Whether the command line's socket is opened, and the one process that owns the data folder is this one.</summary>
    public bool Serves { get; init; } = true;

    /// <summary>The data folder of a command: the option, else <c>ISMS_DATA</c>, else <c>./data</c>; the sample has its own.</summary>
    public static string FolderFor(string? option, bool sample, string workingDirectory) =>
        Path.GetFullPath(option ?? (sample ? "data-sample" : Environment.GetEnvironmentVariable("ISMS_DATA") is { Length: > 0 } folder ? folder : "data"), workingDirectory);
}

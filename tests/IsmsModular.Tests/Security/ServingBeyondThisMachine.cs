using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IsmsModular.Platform.Plugins;
using IsmsModular.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Security;

public sealed class ServingBeyondThisMachine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("isms-https-").FullName;

    /// <summary>Starts a program and waits until it is ready, so that nothing writes into the folder when the test ends.</summary>
    private static async Task<WebApplication> StartAsync(HostSettings settings)
    {
        var app = IsmsHost.Create(settings);
        _ = app.Services.GetRequiredService<IPluginCatalog>().Plugins;
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_known_proxy_that_does_https_makes_cookies_secure()
    {
        await using var app = await StartAsync(new() { DataFolder = Path.Combine(folder, "data"), Urls = ["http://127.0.0.1:0"], KnownProxies = [IPAddress.Loopback], HostNames = ["isms.example.org"] });
        using var client = new HttpClient { BaseAddress = new(app.Urls.First(u => u.StartsWith("http://127", StringComparison.Ordinal))) };
        client.DefaultRequestHeaders.Host = "isms.example.org";
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");

        using var answer = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), c => Assert.Contains("secure", c, StringComparison.OrdinalIgnoreCase));
        client.DefaultRequestHeaders.Host = "evil.example.com";
        using var other = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task A_stranger_is_not_believed_to_be_a_proxy()
    {
        await using var app = await StartAsync(new() { DataFolder = Path.Combine(folder, "data"), Urls = ["http://127.0.0.1:0"], KnownProxies = [IPAddress.Parse("203.0.113.1")], HostNames = [] });
        using var client = new HttpClient { BaseAddress = new(app.Urls.First(u => u.StartsWith("http://127", StringComparison.Ordinal))) };
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.All(answer.Headers.GetValues("Set-Cookie"), c => Assert.DoesNotContain("secure", c, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_certificate_gives_https()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var file = Path.Combine(folder, "isms.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "isms.key"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await using var app = await StartAsync(new() { DataFolder = Path.Combine(folder, "data"), Urls = ["https://127.0.0.1:0"], Certificate = file });
        using var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint }) { BaseAddress = new(app.Urls.First(u => u.StartsWith("https://", StringComparison.Ordinal))) };

        using var answer = await client.GetAsync("/sign-in", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), c => Assert.Contains("secure", c, StringComparison.OrdinalIgnoreCase));
    }
}

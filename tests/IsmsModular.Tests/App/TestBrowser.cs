using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Tests.App;

/// <summary>A browser without scripts: cookies, forms with their hidden token, and htmx posts. Redirects are not followed by themselves.</summary>
public sealed partial class TestBrowser : IDisposable
{
    private readonly HttpClient client;

    /// <summary>Opens a browser.</summary>
    public TestBrowser(Uri address) => client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address };

    /// <summary>The client, for what the methods below do not do.</summary>
    public HttpClient Client => client;

    /// <summary>Opens a page.</summary>
    public async Task<TestPage> GetAsync(string url, bool htmx = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (htmx)
            request.Headers.Add("HX-Request", "true");
        return await Read(await client.SendAsync(request));
    }

    /// <summary>Opens the page of a form, then posts to it with its antiforgery token. Several values of one name: separate keys in <paramref name="more"/>.</summary>
    /// <param name="url">Address of the form.</param>
    /// <param name="fields">Fields typed, by name (<c>Input.Name</c>).</param>
    /// <param name="htmx">As htmx does.</param>
    /// <param name="more">Further fields, names may repeat.</param>
    /// <param name="files">Files by field.</param>
    /// <param name="form">Page that carries the form when it posts elsewhere.</param>
    public async Task<TestPage> PostAsync(string url, Dictionary<string, string?> fields, bool htmx = false, IEnumerable<(string Name, string Value)>? more = null, IEnumerable<(string Field, string FileName, byte[] Content)>? files = null, string? form = null)
    {
        var page = await GetAsync(form ?? url);
        var token = page.Hidden("__RequestVerificationToken") ?? throw new InvalidOperationException($"{form ?? url} answered {(int)page.Status} and has no form.");
        var values = fields.Where(f => f.Value is not null).Select(f => (f.Key, f.Value!)).Concat(more ?? []).Append(("__RequestVerificationToken", token));
        return await SendAsync(url, values, htmx, files);
    }

    /// <summary>Posts exactly these fields, without opening a page first.</summary>
    public async Task<TestPage> SendAsync(string url, IEnumerable<(string Name, string Value)> values, bool htmx = false, IEnumerable<(string Field, string FileName, byte[] Content)>? files = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        if (htmx)
            request.Headers.Add("HX-Request", "true");
        if (files is null)
        {
            request.Content = new FormUrlEncodedContent(values.Select(v => KeyValuePair.Create(v.Name, v.Value)));
        }
        else
        {
            var parts = new MultipartFormDataContent();
            foreach (var (name, value) in values)
                parts.Add(new StringContent(value), name);
            foreach (var (field, fileName, content) in files)
                parts.Add(new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, field, fileName);
            request.Content = parts;
        }

        // A large body waits for leave, so that a refusal arrives before the line is cut.
        request.Headers.ExpectContinue = request.Content.Headers.ContentLength > 1_000_000;
        return await Read(await client.SendAsync(request));
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    private static async Task<TestPage> Read(HttpResponseMessage response)
    {
        using (response)
        {
            var bytes = await response.Content.ReadAsByteArrayAsync();
            return new(response.StatusCode, bytes, response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
        }
    }
}

/// <summary>An answer.</summary>
public sealed partial record TestPage(HttpStatusCode Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Body as text.</summary>
    public string Body { get; } = System.Text.Encoding.UTF8.GetString(Bytes);

    /// <summary>Body without tags, entities decoded, white space collapsed: what is read.</summary>
    public string Text => WebUtility.HtmlDecode(Spaces().Replace(Tags().Replace(Body, " "), " "));

    /// <summary>Where it sends the browser, or null.</summary>
    public string? Location => Headers.GetValueOrDefault("Location") ?? Headers.GetValueOrDefault("HX-Redirect");

    /// <summary>Value of a hidden field, or null.</summary>
    public string? Hidden(string name) =>
        Inputs().Matches(Body).Select(m => m.Value).Where(i => i.Contains($"name=\"{name}\"", StringComparison.Ordinal)).Select(i => Values().Match(i)).Where(m => m.Success).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).FirstOrDefault();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Inputs();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex Values();

    [GeneratedRegex("<(script|style)[^>]*>.*?</\\1>|<[^>]+>", RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}

/// <summary>Keeps what the program logs at warning or above.</summary>
public sealed class LogKeeper : ILoggerProvider
{
    /// <summary>Lines so far.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Keeper(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Keeper(LogKeeper all, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                all.Lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}

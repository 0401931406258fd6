using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Hosting;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IsmsModular.Benchmarks;

/// <summary>Measures the program as one user sees it: a server process of its own, real Kestrel over loopback, one client that asks again when it was answered. CPU is the server's alone.</summary>
internal static partial class Program
{
    private const string EmptyPage = "empty page of the same layout";
    private const int Rounds = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(35);
    private const string Password = "correct horse battery";
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static async Task<int> Main(string[] args)
    {
        if (args is ["reports", ..])
            return await MeasureReportsAsync(args[1..]);
        if (args is ["evaluations", ..])
            return await Evaluations.RunAsync(args.Length > 1 ? double.Parse(args[1], Invariant) : 0.5);
        if (args is ["recompute", ..])
            return await Recompute.RunAsync([.. args.Skip(1).DefaultIfEmpty("1000,10000,100000").First().Split(',').Select(a => int.Parse(a, Invariant))]);
        if (args is ["serve", var served])
            return await ServeAsync(served);
        int[] sizes = args.Length > 0 ? [.. args[0].Split(',').Select(a => int.Parse(a, Invariant))] : [1_000, 10_000, 100_000];
        var requests = args.Length > 1 ? int.Parse(args[1], Invariant) : 200;
        var root = Directory.CreateTempSubdirectory("isms-bench-").FullName;
        var all = new List<(int Size, List<Measure> Measures)>();
        try
        {
            foreach (var size in sizes)
                all.Add((size, await MeasureAsync(Path.Combine(root, size.ToString(Invariant)), size, requests)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        Print(all);
        return 0;
    }

    private static async Task<List<Measure>> MeasureAsync(string folder, int size, int requests)
    {
        await Console.Error.WriteLineAsync($"{size} risks: making the workspace …");
        var made = Stopwatch.StartNew();
        await PrepareAsync(folder, size);
        var measures = new List<Measure> { new("making the workspace", made.Elapsed.TotalMilliseconds, null, null) };

        measures.AddRange(await FromTheStartAsync(folder));
        using var server = Run("IsmsModular.Benchmarks.dll", "serve", folder);
        try
        {
            var address = await ListeningAsync(server);
            using var client = await SignInAsync(address);
            await Console.Error.WriteLineAsync($"{size} risks: measuring …");
            var register = await Text(client, "/w/big/risks/register");
            var risk = DetailLinks().Match(register).Groups[1].Value;
            measures.AddRange(await PagesAsync(client, server, requests, [
                (EmptyPage, "/w/imported/risks/register"),
                ("help, without the journey", "/help"),
                ("register, default sort", "/w/big/risks/register"),
                ("register, other sort", "/w/big/risks/register?sort=title"),
                ("register, equality filter", "/w/big/risks/register?f.level=high"),
                ("assets", "/w/big/risks/assets"),
                ("controls", "/w/big/risks/controls"),
                ("plan", "/w/big/risks/plan"),
                ("risk detail", $"/w/big/risks/register/detail?id={risk}"),
                ("dashboard", "/w/big"),
            ]));
            foreach (var (name, url) in new[] { ("statement of applicability", "/w/big/risks/soa"), ("submit the plan", "/w/big/risks/plan/submit") })
                measures.Add(await RepeatAsync(name, server, 10, () => Text(client, url)));
            var edit = $"/w/big/risks/register/edit?id={risk}";
            var number = 0;
            measures.Add(await RepeatAsync("saving a risk", server, 40, () => Text(client, edit), async form => await PostFormAsync(client, edit, form, ("Input.Title", $"Saved {number++} times"))));
            foreach (var (report, format) in new[] { ("soa", "xlsx"), ("soa", "docx"), ("risk-register", "xlsx"), ("risk-register", "docx") })
                measures.Add(await RepeatAsync($"{report} as {format}", server, size > 10_000 && report != "soa" ? 1 : 4, () => PostAsync(client, "/w/big/reports", "/w/big/reports", new() { ["Input.Name"] = report, ["Input.Format"] = format })));
            measures.Add(await ImportAsync(folder, server));
            measures.Add(new("memory after all this (MB)", Memory(server), null, null));
        }
        finally
        {
            await StopAsync(server);
        }

        return measures;
    }

    /// <summary>The program as it ships: how long until the first page, and what it holds once nobody asks any more.</summary>
    private static async Task<List<Measure>> FromTheStartAsync(string folder)
    {
        var started = Stopwatch.StartNew();
        using var server = Run("isms.dll", "serve", "--urls", "http://127.0.0.1:0", "--data", folder);
        try
        {
            var address = await ListeningAsync(server);
            using (var first = new HttpClient { BaseAddress = address })
                await Text(first, "/sign-in");
            var page = new Measure("start to first page", started.Elapsed.TotalMilliseconds, null, server.TotalProcessorTime.TotalMilliseconds);
            using (var client = await SignInAsync(address))
                await Text(client, "/w/big");
            await Task.Delay(Idle);
            return [page, new("idle memory (MB)", Memory(server), null, null), new("idle memory without pages of files (MB)", Memory(server, "RssAnon", "RssShmem"), null, null)];
        }
        finally
        {
            await StopAsync(server);
        }
    }

    private static async Task<HttpClient> SignInAsync(Uri address)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };
        await PostAsync(client, "/sign-in", "/sign-in", new() { ["Input.UserName"] = "bench@example.org", ["Input.Password"] = Password });
        return client;
    }

    private static async Task StopAsync(Process server)
    {
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync();
    }

    /// <summary>Serves as <c>isms serve</c> does, over stores that can be told to answer from memory.</summary>
    private static async Task<int> ServeAsync(string folder)
    {
        RememberingStores? stores = null;
        await using var app = IsmsHost.Create(new() { DataFolder = folder, Urls = ["http://127.0.0.1:0"] }, builder =>
        {
            var own = builder.Services.Last(s => s.ServiceType == typeof(IStoreDirectory)).ImplementationFactory!;
            builder.Services.AddSingleton<IStoreDirectory>(p => stores ??= new((IStoreDirectory)own(p)));
        });
        app.MapGet("/bench/remember/{on:bool}", (bool on) =>
        {
            stores!.On = on;
            return "ok";
        }).AllowAnonymous();
        await app.StartAsync();
        await Console.Out.WriteLineAsync(string.Join(' ', app.Urls));
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>
    /// Every page in several rounds, the pages of a round one after the other, so that what else the machine does meets all of them: the middle round counts. Each is asked
    /// as it is, and again with the stores answering from memory.
    /// </summary>
    private static async Task<List<Measure>> PagesAsync(HttpClient client, Process server, int requests, (string Name, string Url)[] pages)
    {
        var (cpu, aside, latencies) = (new List<double>[pages.Length], new List<double>[pages.Length], new List<double>[pages.Length]);
        foreach (var i in Enumerable.Range(0, pages.Length))
            (cpu[i], aside[i], latencies[i]) = ([], [], []);
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var remember in new[] { false, true })
            {
                await Text(client, $"/bench/remember/{remember}");
                foreach (var (i, (_, url)) in pages.Index())
                {
                    // Round -1 is for the compiler: it compiles twice, the second time what it has seen often.
                    var times = round < 0 ? requests * 2 : requests;
                    await Text(client, url);
                    server.Refresh();
                    var before = server.TotalProcessorTime;
                    for (var n = 0; n < times; n++)
                    {
                        var watch = Stopwatch.GetTimestamp();
                        await Text(client, url);
                        if (round >= 0 && !remember)
                            latencies[i].Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
                    }

                    server.Refresh();
                    if (round >= 0)
                        (remember ? aside : cpu)[i].Add((server.TotalProcessorTime - before).TotalMilliseconds / times);
                }
            }
        }

        await Text(client, $"/bench/remember/{false}");
        static double Quantile(List<double> values, int percent) => values.Order().ElementAt(Math.Min(values.Count - 1, values.Count * percent / 100));
        return [.. pages.Select((p, i) => new Measure(p.Name, Quantile(latencies[i], 50), Quantile(latencies[i], 95), Quantile(cpu[i], 50)) { Aside = Quantile(aside[i], 50) })];
    }

    internal static async Task PrepareAsync(string folder, int size)
    {
        await using var app = IsmsHost.Create(new() { DataFolder = folder, Serves = false });
        async Task<T> Send<T>(IRequest<Platform.Results.Result<T>> command)
        {
            await using var scope = app.Services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
            return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command)).Value;
        }

        var account = await Send(new AddAccount.Command("bench@example.org", "Bench", true, Password));
        foreach (var slug in new[] { "big", "imported" })
        {
            var workspace = await Send(new CreateWorkspace.Command(slug, slug, account.Id));
            await Send(new SetMembership.Command(workspace.Id, account.Id, [Role.Ciso]));
        }

        await using var inside = app.Services.CreateAsyncScope();
        inside.ServiceProvider.GetRequiredService<CurrentUser>().BecomeConsole();
        inside.ServiceProvider.GetRequiredService<WorkspaceContext>().Enter((await inside.ServiceProvider.GetRequiredService<SystemDirectory>().WorkspaceAsync("big", default))!, Actor.Console, [], null, console: true);
        await inside.ServiceProvider.GetRequiredService<ILargeSample>().GenerateAsync(Math.Min(size, 10_000), size, 1, null, default);
    }

    private static async Task<Measure> ImportAsync(string folder, Process server)
    {
        var file = Path.Combine(folder, "assets.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(1, 10_000).Select(i => $"Server {i},physical,KEY-{i},{1 + i % 5}").Prepend("Name,Type,Source key,Units"));
        var before = server.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        using var import = Run("isms.dll", "import", "assets", file, "--workspace", "imported", "--data", folder);
        var output = await import.StandardOutput.ReadToEndAsync() + await import.StandardError.ReadToEndAsync();
        await import.WaitForExitAsync();
        if (import.ExitCode != 0)
            await Console.Error.WriteLineAsync("import: " + output);
        server.Refresh();
        return new("import of 10,000 assets", watch.Elapsed.TotalMilliseconds, null, (server.TotalProcessorTime - before).TotalMilliseconds);
    }

    private static Task<Measure> RepeatAsync(string name, Process server, int times, Func<Task<string>> act) =>
        RepeatAsync(name, server, times, () => Task.FromResult(""), _ => act());

    /// <summary>Repeats one request. What <paramref name="prepare"/> asks is not counted in the time; its CPU is measured apart and taken off.</summary>
    private static async Task<Measure> RepeatAsync(string name, Process server, int times, Func<Task<string>> prepare, Func<string, Task<string>> act)
    {
        for (var i = 0; i < Math.Max(1, times / 2); i++)
            await act(await prepare());
        var latencies = new List<double>(times);
        var cpu = TimeSpan.Zero;
        for (var i = 0; i < times; i++)
        {
            var prepared = await prepare();
            server.Refresh();
            var before = server.TotalProcessorTime;
            var watch = Stopwatch.GetTimestamp();
            await act(prepared);
            latencies.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
            server.Refresh();
            cpu += server.TotalProcessorTime - before;
        }

        latencies.Sort();
        return new(name, latencies[times / 2], latencies[Math.Min(times - 1, times * 95 / 100)], cpu.TotalMilliseconds / times);
    }

    private static async Task<string> Text(HttpClient client, string url)
    {
        using var response = await client.GetAsync(url);
        var text = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.OK ? text : throw new InvalidOperationException($"{url} answered {(int)response.StatusCode} {response.Headers.Location}");
    }

    private static async Task<string> PostAsync(HttpClient client, string form, string url, Dictionary<string, string> fields)
    {
        fields["__RequestVerificationToken"] = Tokens().Match(await Text(client, form)).Groups[1].Value;
        return await SendAsync(client, url, fields);
    }

    /// <summary>Sends a form back as a browser would, with some fields changed.</summary>
    private static Task<string> PostFormAsync(HttpClient client, string url, string page, params (string Name, string Value)[] changes)
    {
        var fields = new List<KeyValuePair<string, string>>();
        var form = page[page.IndexOf("name=\"Input.Seen\"", StringComparison.Ordinal)..];
        form = page[page.LastIndexOf("<form", page.Length - form.Length, StringComparison.Ordinal)..];
        form = form[..form.IndexOf("</form>", StringComparison.Ordinal)];
        foreach (Match tag in Controls().Matches(form))
        {
            var name = Names().Match(tag.Value) is { Success: true } n ? WebUtility.HtmlDecode(n.Groups[1].Value) : null;
            if (name is null || Array.Exists(changes, c => c.Name == name))
                continue;
            if (tag.Value.StartsWith("<select", StringComparison.Ordinal))
                fields.AddRange(Selected().Matches(tag.Value).Select(m => KeyValuePair.Create(name, WebUtility.HtmlDecode(m.Groups[1].Value))));
            else if (tag.Value.StartsWith("<textarea", StringComparison.Ordinal))
                fields.Add(new(name, WebUtility.HtmlDecode(tag.Value[(tag.Value.IndexOf('>', StringComparison.Ordinal) + 1)..tag.Value.LastIndexOf('<')]).Trim('\n')));
            else if (!(tag.Value.Contains("type=\"checkbox\"", StringComparison.Ordinal) || tag.Value.Contains("type=\"radio\"", StringComparison.Ordinal)) || tag.Value.Contains("checked", StringComparison.Ordinal))
                fields.Add(new(name, Values().Match(tag.Value) is { Success: true } v ? WebUtility.HtmlDecode(v.Groups[1].Value) : ""));
        }

        fields.AddRange(changes.Select(c => KeyValuePair.Create(c.Name, c.Value)));
        return SendAsync(client, url, fields);
    }

    private static async Task<string> SendAsync(HttpClient client, string url, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        using var response = await client.PostAsync(url, content);
        await response.Content.CopyToAsync(Stream.Null);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.SeeOther ? "" : throw new InvalidOperationException($"POST {url} answered {(int)response.StatusCode}");
    }

    /// <summary>Runs one of the two programs here with the settings of the one that ships.</summary>
    private static Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "isms.runtimeconfig.json"), Path.Combine(AppContext.BaseDirectory, program), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    private static async Task<Uri> ListeningAsync(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Addresses().Match(line) is { Success: true } match)
            {
                _ = server.StandardOutput.ReadToEndAsync();
                _ = server.StandardError.ReadToEndAsync();
                return new(match.Value);
            }
        }

        throw new InvalidOperationException("The program ended: " + await server.StandardError.ReadToEndAsync());
    }

    private static double Memory(Process server)
    {
        server.Refresh();
        return server.WorkingSet64 / 1024.0 / 1024.0;
    }

    /// <summary>Parts of the memory, where the system tells.</summary>
    private static double Memory(Process server, params string[] parts)
    {
        var file = $"/proc/{server.Id}/status";
        return !File.Exists(file) ? double.NaN : File.ReadLines(file).Where(l => Array.Exists(parts, p => l.StartsWith(p + ":", StringComparison.Ordinal))).Sum(l => double.Parse(l.Split(':', 'k')[1], Invariant)) / 1024;
    }

    private static void Print(List<(int Size, List<Measure> Measures)> all)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.Version}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}");
        Console.WriteLine();
        Console.WriteLine("| risks | what | p50 ms | p95 ms | CPU ms | CPU ms, the store's reads aside | CPU to the empty page | the store's reads aside | CPU to the smallest |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (size, measures) in all)
        {
            var empty = measures.Find(m => m.Name == EmptyPage)!;
            foreach (var m in measures)
            {
                var smallest = all[0].Measures.Find(x => x.Name == m.Name)?.Cpu;
                Console.WriteLine(string.Create(Invariant, $"| {size:#,0} | {m.Name} | {m.Middle:0.##} | {m.Slow:0.##} | {m.Cpu:0.##} | {m.Aside:0.##} | {(m.Slow is null ? null : m.Cpu / empty.Cpu):0.0} | {m.Aside / empty.Aside:0.0} | {m.Cpu / smallest:0.0} |"));
            }
        }
    }

    /// <param name="Name">What was measured.</param>
    /// <param name="Middle">Median in milliseconds, or the one value.</param>
    /// <param name="Slow">95th percentile.</param>
    /// <param name="Cpu">CPU of the server in milliseconds a time.</param>
    private sealed record Measure(string Name, double Middle, double? Slow, double? Cpu)
    {
        /// <summary>CPU in milliseconds a time without the store's reads.</summary>
        public double? Aside { get; init; }
    }

    [GeneratedRegex("""http://127\.0\.0\.1:\d+""")]
    private static partial Regex Addresses();

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex Tokens();

    [GeneratedRegex("""risks/register/detail\?id=([0-9A-Z]{26})""")]
    private static partial Regex DetailLinks();

    [GeneratedRegex("<input[^>]*>|<select.*?</select>|<textarea.*?</textarea>", RegexOptions.Singleline)]
    private static partial Regex Controls();

    [GeneratedRegex("""\bname="([^"]+)""")]
    private static partial Regex Names();

    [GeneratedRegex("""\bvalue="([^"]*)""")]
    private static partial Regex Values();

    [GeneratedRegex("""<option(?=[^>]*\bselected)[^>]*\bvalue="([^"]*)""")]
    private static partial Regex Selected();
}

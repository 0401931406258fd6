using IsmsModular.Platform.Store;
using IsmsModular.Web.Accounts;

namespace IsmsModular.Web.Hosting;

/// <summary>Fills a new data folder with the sample organisation, by the program's own commands.</summary>
internal interface ISampleBuilder
{
    /// <summary>Builds everything. Accounts get <see cref="SampleRun.Password"/>; the clock is moved with <see cref="SettableClock.Set"/>.</summary>
    Task BuildAsync(SampleRun run, CancellationToken cancellationToken);
}

/// <summary>What the sample is built with.</summary>
/// <param name="Services">Services of a host that does not serve; open a scope for each actor.</param>
/// <param name="Clock">The program's clock.</param>
/// <param name="Password">Password of the sample accounts.</param>
internal sealed record SampleRun(IServiceProvider Services, SettableClock Clock, string Password);

/// <summary>A clock that stands where it is set.</summary>
internal sealed class SettableClock : TimeProvider
{
    private DateTimeOffset? now;

    public void Set(DateTimeOffset moment) => now = moment;

    public override DateTimeOffset GetUtcNow() => now ?? base.GetUtcNow();
}

/// <summary>Makes the sample once, in a data folder that is missing or empty (the volume of a container is there before its first start). An unfinished one is thrown away and made again.</summary>
internal static class Sample
{
    private const string Making = ".making-sample";

    public static async Task PrepareAsync(HostSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = settings.DataFolder;
        var making = Path.Combine(folder, Making);
        var complete = Path.Combine(making, ".complete");
        if (!File.Exists(complete))
        {
            if (HoldsData(folder))
                return;
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
            IsmsHost.OwnerOnlyFolder(folder);
            await MakeAsync(settings with { DataFolder = making, Serves = false }, output, cancellationToken);
            await File.WriteAllTextAsync(complete, "", cancellationToken);
        }

        // A power cut between two moves leaves the rest to the next start.
        foreach (var entry in Directory.EnumerateFileSystemEntries(making).Where(e => e != complete).ToArray())
            Directory.Move(entry, Path.Combine(folder, Path.GetFileName(entry)));
        Directory.Delete(making, recursive: true);
    }

    private static bool HoldsData(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(e => Path.GetFileName(e) is not (Making or "lost+found"));

    private static async Task MakeAsync(HostSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        var given = Environment.GetEnvironmentVariable("ISMS_SAMPLE_PASSWORD");
        var password = string.IsNullOrEmpty(given) ? Passwords.Random() : given;
        if (password.Length < Passwords.Least || Passwords.IsEasy(password))
            throw new CommandLine.UsageException($"ISMS_SAMPLE_PASSWORD needs {Passwords.Least} characters or more, and must not be among the passwords that are tried first.");
        await output.WriteLineAsync("Making the sample organisation …");
        var clock = new SettableClock();
        await using var app = IsmsHost.Create(settings, b => b.Services.AddSingleton<TimeProvider>(clock));
        await using var scope = app.Services.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<ISampleBuilder>() is { } builder)
            await builder.BuildAsync(new(app.Services, clock, password), cancellationToken);
        var accounts = await app.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System).StreamAsync<Account>(Query.All.OrderBy("user"), cancellationToken).Select(a => a.UserName).ToListAsync(cancellationToken);
        await output.WriteLineAsync($"Sign in as {string.Join(", ", accounts)}.");
        await output.WriteLineAsync(string.IsNullOrEmpty(given) ? $"Password of every sample account: {password}" : "The sample accounts have the password of ISMS_SAMPLE_PASSWORD.");
    }
}

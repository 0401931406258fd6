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

/// <summary>Makes the sample's data folder once. An unfinished one is thrown away and made again.</summary>
internal static class Sample
{
    public static async Task PrepareAsync(HostSettings settings, TextWriter output, CancellationToken cancellationToken)
    {
        var folder = settings.DataFolder;
        if (Directory.Exists(folder))
            return;
        var unfinished = folder + ".unfinished";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        var given = Environment.GetEnvironmentVariable("ISMS_SAMPLE_PASSWORD");
        var password = string.IsNullOrEmpty(given) ? Passwords.Random() : given;
        if (password.Length < Passwords.Least || Passwords.IsEasy(password))
            throw new CommandLine.UsageException($"ISMS_SAMPLE_PASSWORD needs {Passwords.Least} characters or more, and must not be among the passwords that are tried first.");
        await output.WriteLineAsync("Making the sample organisation …");
        var clock = new SettableClock();
        await using (var app = IsmsHost.Create(settings with { DataFolder = unfinished, Serves = false }, b => b.Services.AddSingleton<TimeProvider>(clock)))
        {
            await using var scope = app.Services.CreateAsyncScope();
            if (scope.ServiceProvider.GetService<ISampleBuilder>() is { } builder)
                await builder.BuildAsync(new(app.Services, clock, password), cancellationToken);
            var accounts = await app.Services.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.System).StreamAsync<Account>(Query.All.OrderBy("user"), cancellationToken).Select(a => a.UserName).ToListAsync(cancellationToken);
            await output.WriteLineAsync($"Sign in as {string.Join(", ", accounts)}.");
        }

        Directory.Move(unfinished, folder);
        await output.WriteLineAsync(string.IsNullOrEmpty(given) ? $"Password of every sample account: {password}" : "The sample accounts have the password of ISMS_SAMPLE_PASSWORD.");
    }
}

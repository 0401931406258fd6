using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Store;
using IsmsModular.Web.Security;
using IsmsModular.Web.Workspaces;

namespace IsmsModular.Web.Accounts;

/// <summary>Writes tries that reach no account, or a locked one, into the log: the first at once, those that follow from the same address within the window as one entry that counts them. Wrong passwords, and so each lockout, stay entries of their own.</summary>
internal sealed partial class FailedSignIns(IStoreDirectory stores, SystemDirectory directory, TimeProvider time, ILogger<FailedSignIns> logger) : BackgroundService
{
    /// <summary>How long tries are counted together.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private const int MostAddresses = 1000;
    private readonly Lock gate = new();
    private readonly Dictionary<(string Action, string? AccountId, string Address), Tally> tallies = [];

    /// <summary>Takes note of a try.</summary>
    public async Task NoteAsync(string action, Account? account, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var isFirst = false;
        lock (gate)
        {
            var key = (action, account?.Id, RateLimits.Caller(address));
            // Whoever tries from ever new addresses shares one count.
            if (!tallies.ContainsKey(key) && tallies.Count >= MostAddresses)
                key = (action, null, "*");
            if (tallies.TryGetValue(key, out var tally))
            {
                tally.Count++;
                tally.Until = now;
            }
            else
            {
                tallies[key] = new(key.Item2 is null ? null : account, now);
                isFirst = true;
            }
        }

        if (isFirst)
            await WriteAsync([(action, account, null, null)], cancellationToken);
        else
            await WriteEndedAsync(cancellationToken);
    }

    /// <summary>Writes the counts whose window is over, or all.</summary>
    public Task WriteEndedAsync(CancellationToken cancellationToken, bool all = false)
    {
        List<(string, Account?, string?, JsonObject?)> entries = [];
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var (key, tally) in tallies.Where(t => all || now - t.Value.From >= Window).ToList())
            {
                tallies.Remove(key);
                if (tally.Count == 0)
                    continue;
                var words = string.Create(CultureInfo.InvariantCulture, $"{tally.Count} × {key.Address} {tally.From:yyyy-MM-dd HH:mm}–{tally.Until:HH:mm} UTC");
                entries.Add((key.Action, tally.Account, words, new() { ["count"] = tally.Count, ["address"] = key.Address, ["from"] = tally.From.ToString("O"), ["until"] = tally.Until.ToString("O") }));
            }
        }

        return entries.Count == 0 ? Task.CompletedTask : WriteAsync(entries, cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await KeepAsync(all: true, cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
                await KeepAsync(all: false, CancellationToken.None);
        }
    }

    /// <summary>A disk that fails must not end the program from here.</summary>
    private async Task KeepAsync(bool all, CancellationToken cancellationToken)
    {
        try
        {
            await WriteEndedAsync(cancellationToken, all);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException)
        {
            NotWritten(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Counted failed sign-ins could not be written to the activity log.")]
    private static partial void NotWritten(ILogger logger, Exception e);

    private async Task WriteAsync(IReadOnlyList<(string Action, Account? Account, string? Words, JsonObject? Data)> entries, CancellationToken cancellationToken)
    {
        foreach (var sameAccount in entries.GroupBy(e => e.Account?.Id))
        {
            var account = sameAccount.First().Account;
            var session = stores.System.OpenSession(account is null ? Actor.System : new Actor(account.Id, account.Name));
            foreach (var (action, _, words, data) in sameAccount)
                session.Log(action, account?.Id, words, data);
            await directory.SaveAsync(session, cancellationToken);
        }
    }

    private sealed class Tally(Account? account, DateTimeOffset from)
    {
        public Account? Account { get; } = account;

        public DateTimeOffset From { get; } = from;

        /// <summary>Tries after the first, which is in the log already.</summary>
        public int Count { get; set; }

        public DateTimeOffset Until { get; set; } = from;
    }
}

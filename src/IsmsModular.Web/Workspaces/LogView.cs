using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;

namespace IsmsModular.Web.Workspaces;

/// <summary>What the log's partial shows.</summary>
public sealed record LogView(string Path, LogFilter Filter, IReadOnlyList<LogRow> Rows, long? NextBefore, string Head, IReadOnlyList<Choice> Actors, IReadOnlyList<Choice> Actions, IReadOnlyList<Choice> Collections);

/// <summary>Reads a log for a page.</summary>
internal sealed class LogReader(ActivityWords say, IWords words, WordBook book)
{
    public async Task<LogView> ReadAsync(string path, LogFilter filter, IDocumentSession session, TimeZoneInfo zone, IReadOnlyList<Choice> actors, IEnumerable<string> collections, CancellationToken cancellationToken)
    {
        var page = await session.ActivityAsync(filter.ToQuery(zone), cancellationToken);
        var head = await session.HeadAsync(cancellationToken);
        Choice[] actions = [.. book.Keys("en").Where(k => k.StartsWith("action.", StringComparison.Ordinal)).Select(k => new Choice(k["action.".Length..], words[k])).OrderBy(c => c.Text, StringComparer.CurrentCulture)];
        return new(path, filter, [.. page.Entries.Select(Row)], page.NextBefore, head.Hash, actors, actions, [.. collections.Select(c => new Choice(c, say.Collection(c))).OrderBy(c => c.Text, StringComparer.CurrentCulture)]);
    }

    /// <summary>The whole filter, newest first.</summary>
    public async IAsyncEnumerable<LogRow> AllAsync(LogFilter filter, IDocumentSession session, TimeZoneInfo zone, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? before = null; ;)
        {
            var page = await session.ActivityAsync((filter with { Before = before }).ToQuery(zone, 500), cancellationToken);
            foreach (var entry in page.Entries)
                yield return Row(entry) with { At = TimeZoneInfo.ConvertTime(entry.At, zone) };
            if (page.NextBefore is not { } next)
                yield break;
            before = next;
        }
    }

    public IReadOnlyList<ExportColumn<LogRow>> Columns =>
    [
        new(words["log.number"], r => r.Sequence), new(words["log.at"], r => r.At), new(words["log.actor"], r => r.Actor), new(words["log.action"], r => r.Action),
        new(words["log.collection"], r => r.Collection), new(words["log.about"], r => r.About), new(words["log.reason"], r => r.Reason), new(words["log.hash"], r => r.Hash),
    ];

    private LogRow Row(ActivityEntry e) => new(e.Sequence, e.At, e.ActorName, say.Action(e.Action), say.Collection(e.Collection), ActivityWords.About(e), e.DocumentId, words.Sentence(e.Reason), e.Hash);
}

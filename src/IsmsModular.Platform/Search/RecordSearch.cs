using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Search;

/// <summary>A kind of record that the search over a whole workspace finds. A module registers one for each list that it has.</summary>
public interface IRecordSearch
{
    /// <summary>Key of the heading in the locales.</summary>
    string Title { get; }

    /// <summary>Name of a Tabler icon.</summary>
    string Icon { get; }

    /// <summary>Searched for who may read it.</summary>
    Area Area { get; }

    /// <summary>Path of the list under the workspace; it takes the words as <c>q</c>.</summary>
    string List { get; }

    /// <summary>Further filters that the list needs to show all that is found.</summary>
    IReadOnlyList<(string Key, string? Value)> Filters { get; }

    /// <summary>Records in which every word of the text occurs.</summary>
    /// <param name="session">The workspace that is searched.</param>
    /// <param name="text">Words, not empty.</param>
    /// <param name="most">How many are given back, 1 to 1000.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<FoundRecords> FindAsync(IDocumentSession session, string text, int most, CancellationToken cancellationToken);
}

/// <summary>What was found of one kind.</summary>
/// <param name="Items">The first, in order of reference.</param>
/// <param name="Total">How many there are.</param>
public sealed record FoundRecords(IReadOnlyList<FoundRecord> Items, long Total);

/// <summary>One record.</summary>
/// <param name="Reference">Such as <c>RISK-0042</c>.</param>
/// <param name="Title">Its name.</param>
/// <param name="Path">Path of its page under the workspace.</param>
/// <param name="Query">What the page is called with.</param>
public sealed record FoundRecord(string Reference, string Title, string Path, IReadOnlyList<(string Key, string? Value)> Query);

/// <summary>Finds documents by their declared text fields.</summary>
/// <param name="title">Key of the heading.</param>
/// <param name="icon">Name of a Tabler icon.</param>
/// <param name="area">Searched for who may read it.</param>
/// <param name="list">Path of the list.</param>
/// <param name="page">Path of one record's page; it takes the id.</param>
/// <param name="words">Reference and name of a document.</param>
/// <param name="filters">Further filters of the list.</param>
public sealed class RecordSearch<T>(string title, string icon, Area area, string list, string page, Func<T, (string Reference, string Title)> words, params IReadOnlyList<(string Key, string? Value)> filters) : IRecordSearch
    where T : Document
{
    /// <inheritdoc />
    public string Title => title;

    /// <inheritdoc />
    public string Icon => icon;

    /// <inheritdoc />
    public Area Area => area;

    /// <inheritdoc />
    public string List => list;

    /// <inheritdoc />
    public IReadOnlyList<(string Key, string? Value)> Filters => filters;

    /// <inheritdoc />
    public async Task<FoundRecords> FindAsync(IDocumentSession session, string text, int most, CancellationToken cancellationToken)
    {
        var found = await session.QueryAsync<T>(Query.All.Search(text).OrderBy("ref").Take(most), cancellationToken);
        return new([.. found.Items.Select(d => (Document: d, Words: words(d))).Select(d => new FoundRecord(d.Words.Reference, d.Words.Title, page, [("id", d.Document.Id)]))], found.Total);
    }
}

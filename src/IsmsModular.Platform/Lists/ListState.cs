using System.Collections.Immutable;
using IsmsModular.Platform.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace IsmsModular.Platform.Lists;

/// <summary>State of a list as it stands in the address: <c>?q=&amp;f.level=high&amp;sort=-level&amp;after=</c>. Unknown fields and sort keys are left out, so a hand-made address never fails.</summary>
public sealed class ListState
{
    /// <summary>Path of the list's page, such as <c>/w/acme/risks/assets</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Free text, or <c>null</c>.</summary>
    public string? Text { get; init; }

    /// <summary>Filter values by field; the value <c>-</c> means "is empty".</summary>
    public ImmutableSortedDictionary<string, string> Filters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Parameters that say what is listed, such as the record whose rows these are; every address of the list carries them.</summary>
    public ImmutableSortedDictionary<string, string> Kept { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Sort key with <c>-</c> for descending.</summary>
    public required string Sort { get; init; }

    /// <summary>Cursor.</summary>
    public string? After { get; init; }

    /// <summary>Cursor.</summary>
    public string? Before { get; init; }

    /// <summary>Reads the state from a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="defaultSort">Sort key when none is given.</param>
    /// <param name="filterable">Fields that may be filtered.</param>
    /// <param name="sortable">Fields that may be sorted by.</param>
    /// <param name="kept">Parameters that say what is listed.</param>
    public static ListState From(HttpRequest request, string defaultSort, IReadOnlyCollection<string> filterable, IReadOnlyCollection<string> sortable, params IReadOnlyCollection<string> kept)
    {
        var query = request.Query;
        var sort = query["sort"].ToString();
        var text = query["q"].ToString().Trim();
        return new()
        {
            Path = request.PathBase + request.Path,
            Text = text.Length == 0 ? null : text.Length > 200 ? text[..200] : text,
            Filters = filterable.Select(f => (f, v: query["f." + f].ToString())).Where(p => p.v.Length > 0).ToImmutableSortedDictionary(p => p.f, p => p.v, StringComparer.Ordinal),
            Kept = kept.Select(k => (k, v: query[k].ToString())).Where(p => p.v.Length > 0).ToImmutableSortedDictionary(p => p.k, p => p.v, StringComparer.Ordinal),
            Sort = sortable.Contains(sort.StartsWith('-') ? sort[1..] : sort) ? sort : defaultSort,
            After = query["after"].ToString() is { Length: > 0 } after ? after : null,
            Before = query["before"].ToString() is { Length: > 0 } before ? before : null,
        };
    }

    /// <summary>The same list under other filters.</summary>
    public ListState Filtered(ImmutableSortedDictionary<string, string> filters) => new() { Path = Path, Text = Text, Filters = filters, Kept = Kept, Sort = Sort, After = After, Before = Before };

    /// <summary>The question for the store. A cursor that is not from this list is ignored by the store.</summary>
    public Query ToQuery(int size = 50)
    {
        var query = Query.All.Search(Text).OrderBy(Sort).Take(size) with { After = After, Before = Before };
        return Filters.Aggregate(query, (q, f) => q.Where(f.Key, f.Value == "-" ? null : f.Value));
    }

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsNarrowed => Text is not null || Filters.Count > 0;

    /// <summary>Whether anything but one filter, which the list sets by itself, narrows it.</summary>
    public bool IsNarrowedBeyond(string field) => Text is not null || Filters.Keys.Any(f => f != field);

    /// <summary>Address sorted by a field: up first, the other way when it is sorted by it already.</summary>
    public string SortBy(string field) => Address(Filters, Sort == field ? "-" + field : field, null, null);

    /// <summary>Address with one filter set, or taken away when <paramref name="value"/> is <c>null</c>.</summary>
    public string With(string field, string? value) => Address(value is null ? Filters.Remove(field) : Filters.SetItem(field, value), Sort, null, null);

    /// <summary>Address of the next page.</summary>
    public string Next(string cursor) => Address(Filters, Sort, cursor, null);

    /// <summary>Address of the page before.</summary>
    public string Previous(string cursor) => Address(Filters, Sort, null, cursor);

    /// <summary>Query string of the whole filter without cursors, for exports: <c>?q=…</c>, or empty.</summary>
    public string Whole() => Address(Filters, Sort, null, null)[Path.Length..];

    /// <summary>A query string that a form brought back, made anew: whatever it holds, it stays on the list's page.</summary>
    /// <param name="query">Such as <c>?q=pump&amp;after=…</c>; null or rubbish gives an empty string.</param>
    public static string Again(string? query) =>
        query is not { Length: > 1 and <= 4000 } ? "" : new QueryBuilder(QueryHelpers.ParseQuery(query).Select(p => KeyValuePair.Create(p.Key, p.Value.ToString()))).ToString();

    private string Address(ImmutableSortedDictionary<string, string> filters, string sort, string? after, string? before)
    {
        var pairs = filters.Select(f => ("f." + f.Key, f.Value)).Prepend(("q", Text ?? "")).Append(("sort", sort)).Append(("after", after ?? "")).Append(("before", before ?? ""));
        var text = string.Join('&', Kept.Select(k => (k.Key, k.Value)).Concat(pairs).Where(p => p.Item2.Length > 0).Select(p => $"{Uri.EscapeDataString(p.Item1)}={Uri.EscapeDataString(p.Item2)}"));
        return text.Length == 0 ? Path : Path + "?" + text;
    }
}

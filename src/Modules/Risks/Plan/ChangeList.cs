using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using Microsoft.AspNetCore.Http;

namespace IsmsModular.Risks.Plan;

/// <summary>One field of a record that differs between two revisions, in words.</summary>
internal sealed record ChangeRow(string Title, ContentChangeKind Kind, string Field, string Before, string After);

/// <summary>What differs between two revisions as a list with filters, pages and export. Drawn by <c>/Pages/Risks/Plan/_ChangeList.cshtml</c>.</summary>
internal sealed class ChangeList(ContentComparison comparison, ListState list, IWords words)
{
    private readonly IReadOnlyList<ChangeRow> all = [.. comparison.Changes.SelectMany(c => c.Fields.Count == 0
        ? [new(c.Title, c.Kind, "", "", "")]
        : c.Fields.Select(f => new ChangeRow(c.Title, c.Kind, words[f.Label], words.Say(f.Before), words.Say(f.After))))];

    public ListState List => list;

    /// <summary>Records that differ.</summary>
    public int Records => comparison.Changes.Count;

    /// <summary>Rows after filters.</summary>
    public IReadOnlyList<ChangeRow> Shown => [.. all.Where(r =>
        (list.Filters.GetValueOrDefault("kind") is not { } kind || kind == (string)FieldValue.Normalise(r.Kind)!)
        && (list.Filters.GetValueOrDefault("field") is not { } wanted || wanted == r.Field)
        && (list.Text is null || $"{r.Title} {r.Field} {r.Before} {r.After}".Contains(list.Text, StringComparison.OrdinalIgnoreCase)))];

    public Page<ChangeRow> Page => list.PageOf(Shown, 100);

    public static ListState ListFrom(HttpRequest request) => ListState.From(request, "title", ["kind", "field"], [], "from", "to");

    public int Count(ContentChangeKind kind) => comparison.Changes.Count(c => c.Kind == kind);

    public IReadOnlyList<ListFilter> Filters() =>
    [
        new("kind", words["compare.move"], [.. Enum.GetValues<ContentChangeKind>().Where(k => Count(k) > 0).Select(k => new Choice((string)FieldValue.Normalise(k)!, words.Of(k)))]),
        new("field", words["common.field"], [.. all.Select(r => r.Field).Where(f => f.Length > 0).Distinct().Order(StringComparer.CurrentCulture).Select(f => new Choice(f, f))]),
    ];

    public IReadOnlyList<ExportColumn<ChangeRow>> Columns() =>
    [
        new(words["changes.record"], r => r.Title),
        new(words["compare.move"], r => words.Of(r.Kind)),
        new(words["common.field"], r => r.Field),
        new(words["approvals.before"], r => r.Before),
        new(words["changes.after"], r => r.After),
    ];
}

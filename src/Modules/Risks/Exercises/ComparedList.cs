using System.Collections.Immutable;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Risks.Register;
using Microsoft.AspNetCore.Http;

namespace IsmsModular.Risks.Exercises;

/// <summary>A comparison as pages show it: figures, chart, and the list with its filters.</summary>
/// <param name="All">The whole comparison.</param>
/// <param name="Before">The exercise before.</param>
/// <param name="Now">The exercise now, or as it would be.</param>
/// <param name="BeforeLevels">Words of the levels before.</param>
/// <param name="NowLevels">Words of the levels now.</param>
internal sealed record ComparedView(Comparison All, Exercise Before, Exercise Now, LevelWords BeforeLevels, LevelWords NowLevels)
{
    private const string Unrated = "-";

    /// <summary>Whether nothing of the new side is stored yet.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Words of the levels that numbers count as; those of the side itself where it has any.</summary>
    public LevelWords CountedBefore => BeforeLevels.All.Count == 0 && All.HasBounds ? NowLevels : BeforeLevels;

    public LevelWords CountedNow => NowLevels.All.Count == 0 && All.HasBounds ? BeforeLevels : NowLevels;

    /// <summary>Words for the key of what is asked anew.</summary>
    public Func<string, string> PartName { get; init; } = key => key;

    /// <summary>State of the list.</summary>
    public required ListState List { get; init; }

    /// <summary>Rows after filters, sorted.</summary>
    public required IReadOnlyList<ComparedRisk> Shown { get; init; }

    /// <summary>One page of them.</summary>
    public Page<ComparedRisk> Page => List.PageOf(Shown);

    /// <summary>State of the list from the address.</summary>
    public static ListState ListFrom(HttpRequest request) =>
        ListState.From(request, "move", ["move", "flip", "before", "now"], ["move", "ref", "title", "before", "now", "rankbefore", "ranknow", "climbed"], "id", "with");

    /// <summary>Address of the list narrowed to risks that went from one level to another.</summary>
    public string From(string before, string now) => List.Path + new ListState
    {
        Path = List.Path,
        Kept = List.Kept,
        Sort = List.Sort,
        Filters = new[] { ("before", before), ("now", now) }.Where(f => f.Item2.Length > 0).ToImmutableSortedDictionary(f => f.Item1, f => f.Item2, StringComparer.Ordinal),
    }.Whole();

    public static IReadOnlyList<ComparedRisk> Narrow(Comparison all, ListState list)
    {
        var words = list.Text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool Is(string field, Func<string, bool> holds) => list.Filters.GetValueOrDefault(field) is not { } wanted || holds(wanted);
        var rows = all.Rows.Where(r =>
            Is("move", w => w == (string)FieldValue.Normalise(r.Move)!)
            && Is("flip", w => w == "any" ? r.Flip != Flip.None : w == (string)FieldValue.Normalise(r.Flip)!)
            && Is("before", w => w == (r.LevelBefore.Length > 0 ? r.LevelBefore : Unrated))
            && Is("now", w => w == (r.LevelNow.Length > 0 ? r.LevelNow : Unrated))
            && words.All(w => $"{r.Now?.Reference} {r.Before?.Reference} {r.Any.Title}".Contains(w, StringComparison.OrdinalIgnoreCase)));
        var field = list.Sort.TrimStart('-');
        if (field == "move")
            return list.Sort == field ? [.. rows] : [.. rows.Reverse()];
        return [.. field switch
        {
            "ref" => By(r => r.Any.Reference),
            "title" => By(r => r.Any.Title),
            "before" => By(r => -r.Before?.Order),
            "now" => By(r => -r.Now?.Order),
            "rankbefore" => By(r => r.RankBefore?.Middle),
            "ranknow" => By(r => r.RankNow?.Middle),
            _ => By<double?>(r => r.RankNow is null ? null : r.Climbed),
        }];

        // What has no value comes last, both ways.
        IEnumerable<ComparedRisk> By<TKey>(Func<ComparedRisk, TKey> key)
        {
            var known = rows.OrderBy(r => key(r) is null);
            return list.Sort.StartsWith('-') ? known.ThenByDescending(key) : known.ThenBy(key);
        }
    }

    public IReadOnlyList<ListFilter> Filters(IWords words)
    {
        Choice Level(LevelWords levels, string key) => new(key, levels.Of(key) ?? key);
        List<ListFilter> filters =
        [
            new("move", words["compare.move"], [.. Enum.GetValues<RiskMove>().Where(m => All.Count(m) > 0).Select(m => new Choice((string)FieldValue.Normalise(m)!, words.Of(m)))]),
            new("flip", words["compare.flip"], [new("any", words["compare.flip.any"]), .. Enum.GetValues<Flip>().Where(f => f != Flip.None && All.Count(f) > 0).Select(f => new Choice((string)FieldValue.Normalise(f)!, words.Of(f)))]),
        ];
        if (CountedBefore.All.Count > 0)
            filters.Add(new("before", words["compare.levelbefore"], [.. CountedBefore.All.Reverse().Select(l => Level(CountedBefore, l.Key)), new(Unrated, words["common.unrated"])]));
        if (CountedNow.All.Count > 0)
            filters.Add(new("now", words["compare.levelnow"], [.. CountedNow.All.Reverse().Select(l => Level(CountedNow, l.Key)), new(Unrated, words["common.unrated"])]));
        return filters;
    }

    /// <summary>The level in words, or the number; null when unrated.</summary>
    public static string? Say(LevelWords levels, RiskBrief? risk, IWords words) => risk?.Order is null ? null : risk.Level is null ? Number(risk.Value, words) : levels.Of(risk.Level);

    /// <summary>A number as large as money or as small as a share.</summary>
    public static string? Number(double? value, IWords words) => value is null ? null : words.Number((decimal)Math.Clamp(value.Value, -1e27, 1e27), value is > -100 and < 100 ? FactorWords.Decimals(value.Value) : 0);

    public IReadOnlyList<ExportColumn<ComparedRisk>> Columns(IWords words) =>
    [
        new(words["compare.refbefore"], r => r.Before?.Reference),
        new(words["compare.refnow"], r => IsPreview ? null : r.Now?.Reference),
        new(words["risk.title"], r => r.Any.Title),
        new(words["compare.levelbefore"], r => BeforeLevels.Of(r.Before?.Level)),
        new(words["compare.valuebefore"], r => r.Before?.Value),
        new(words["compare.levelnow"], r => NowLevels.Of(r.Now?.Level)),
        new(words["compare.valuenow"], r => r.Now?.Value),
        new(words["compare.rankbefore"], r => r.RankBefore?.ToString()),
        new(words["compare.ranknow"], r => r.RankNow?.ToString()),
        new(words["compare.move"], r => words.Of(r.Move)),
        new(words["compare.criteriabefore"], r => r.HandlingBefore is { } h ? words.Of(h) : null),
        new(words["compare.criterianow"], r => r.HandlingNow is { } h ? words.Of(h) : null),
        new(words["compare.flip"], r => r.Flip == Flip.None ? null : words.Of(r.Flip)),
        new(words["compare.missing"], r => r.Missing.Count == 0 ? null : string.Join(", ", r.Missing.Select(PartName))),
    ];
}

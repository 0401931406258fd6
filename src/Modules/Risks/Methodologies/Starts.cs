using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Text;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Where a new methodology begins: complete ones of three, four or five tiers in the reader's language, or an empty one.</summary>
internal static class Starts
{
    /// <summary>Which of the five worded steps a scale of so many tiers takes.</summary>
    private static readonly Dictionary<int, int[]> Picks = new() { [3] = [2, 3, 4], [4] = [2, 3, 4, 5], [5] = [1, 2, 3, 4, 5] };

    public static JsonObject Guided(int tiers, string name, IWords words)
    {
        var picks = Picks[tiers];
        var form = new MethodForm
        {
            Name = name,
            Summary = words["method.start.summary", tiers],
            Source = words["method.start.source"],
            Confidence = "after",
            Scales =
            [
                Scale("likelihood", picks.Select((p, i) => Tier(words, p, i, words[$"method.start.likelihood.{p}"]))),
                Scale("impact", picks.Select((p, i) =>
                {
                    var tier = Tier(words, p, i, words[$"method.start.impact.{p}"]);
                    tier.Kinds = TierForm.KindKeys.ToDictionary(k => k, k => (string?)words[$"method.start.impact.{p}.{k}"]);
                    return tier;
                })),
                Scale("level", picks.Select((p, i) => Tier(words, p, i, words[$"method.start.level.{p}"]))),
            ],
            Factors =
            [
                new() { Key = "likelihood", Name = words["method.start.likelihood"], Help = words["method.start.likelihood.help"], Kind = "choice", Scale = "likelihood", Role = "likelihood" },
                new() { Key = "impact", Name = words["method.start.impact"], Help = words["method.start.impact.help"], Kind = "choice", Scale = "impact", Role = "consequence" },
            ],
            Steps = [new() { Key = "risk", Name = words["method.start.level"], Kind = "grid", Rows = "likelihood", Columns = "impact", Scale = "level", Shown = true }],
            Levels = "level",
            Level = "risk",
            Vertical = "likelihood",
            Horizontal = "impact",
            Criteria = new()
            {
                Handling = [.. Enumerable.Range(0, tiers).Select(i => i * 5 >= tiers * 3 ? "mustTreat" : i * 5 >= tiers * 2 ? "byException" : "acceptable")],
                ExceptionMonths = "12",
                ResidualLevel = ((tiers - 1) / 2).ToString(CultureInfo.InvariantCulture),
            },
        };
        MethodChanges.Apply(form, "fill:0", words);
        return Declarations.Write(form, "");
    }

    public static JsonObject Blank(string name, IWords words)
    {
        var form = new MethodForm
        {
            Name = name,
            Source = words["method.start.source"],
            Scales = [Scale("level", Picks[3].Select((p, i) => Tier(words, p, i, null)))],
            Levels = "level",
        };
        MethodChanges.Tidy(form);
        return Declarations.Write(form, "");
    }

    private static ScaleForm Scale(string key, IEnumerable<TierForm> tiers) => new() { Key = key, Tiers = [.. tiers] };

    private static TierForm Tier(IWords words, int pick, int place, string? anchor) => new() { Label = words[$"method.start.tier.{pick}"], Value = (place + 1).ToString(CultureInfo.InvariantCulture), Anchor = anchor };
}

using System.Globalization;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Plan;

/// <summary>What an approval of the plan covers: of risks what could happen to what, level, option, controls, target, exception, cost and owner; of tasks deliverable, controls, date, cost and who. Progress, evidence and state are left out (domain.md rule 3).</summary>
internal static class PlanContent
{
    /// <summary>Coverage since which an approval also covers what the risk says, not its ratings and treatment alone.</summary>
    public const int Described = 2;

    public static string OwnerSlice(string ownerId) => "owner:" + ownerId;

    public static string ExceptionSlice(string riskId) => "exception:" + riskId;

    /// <summary>The risk whose exception a part is about; null for another part.</summary>
    public static string? ExceptedRisk(string? slice) => slice?.StartsWith("exception:", StringComparison.Ordinal) == true ? slice["exception:".Length..] : null;

    public static FrozenTask Freeze(PlanTask task) => new(
        task.Id, task.Reference, task.Title, [.. task.RiskIds.Order(StringComparer.Ordinal)], [.. task.ControlKeys.Order(StringComparer.Ordinal)],
        task.ResponsibleId, task.AccountableId, task.PlannedOn, task.CostOnce, task.CostYearly, task.Priority, task.DueOn == task.PlannedOn ? null : task.DueOn);

    /// <summary>The plan as records of a submission.</summary>
    public static List<ContentSection> Sections(IReadOnlyList<FrozenRisk> risks, IReadOnlyList<FrozenTask> tasks)
    {
        var slicesOf = risks.ToDictionary(r => r.Id, SlicesOf, StringComparer.Ordinal);
        var references = risks.ToDictionary(r => r.Id, r => r.Reference, StringComparer.Ordinal);
        return
        [
            .. risks.Select(r => new ContentSection(r.Id, $"{r.Reference} {r.Title}", Fields(r), slicesOf[r.Id])),
            .. tasks.Select(t => new ContentSection(t.Id, $"{t.Reference} {t.Title}", Fields(t, references), [.. t.RiskIds.SelectMany(id => slicesOf.GetValueOrDefault(id) ?? []).Distinct()])),
        ];
    }

    private static List<string> SlicesOf(FrozenRisk risk) =>
        [.. risk.OwnerId is null ? (string[])[] : [OwnerSlice(risk.OwnerId)], .. risk.ByException ? (string[])[ExceptionSlice(risk.Id)] : []];

    private static List<ContentField> Fields(FrozenRisk r) =>
    [
        new("plan.field.owner", r.OwnerId, Shown: r.OwnerName),
        new("plan.field.level", r.Level, Shown: r.LevelWords),
        new("plan.field.option", r.Option, "enum.treatmentOption"),
        new("plan.field.controls", Joined(r.Controls), Shown: Joined(r.Controls.Select(ShortControl))),
        new("plan.field.target", r.Target, Shown: r.TargetWords),
        new("plan.field.exception", r.ByException ? "true" : null, "bool"),
        new("plan.field.exceptionuntil", Text(r.ExceptionUntil), "date"),
        new("plan.field.costonce", Text(r.CostOnce), "number"),
        new("plan.field.costyearly", Text(r.CostYearly), "number"),
        new("plan.field.assets", Joined(r.Assets ?? []), Shown: r.AssetNames, Since: Described),
        new("plan.field.threat", r.Threat, Shown: r.ThreatName, Since: Described),
        new("plan.field.vulnerability", r.Vulnerability, Shown: r.VulnerabilityName, Since: Described),
        new("plan.field.event", r.Event, Since: Described),
        new("plan.field.consequence", r.Consequence, Since: Described),
        new("plan.field.exceptionbecause", r.ExceptionBecause, Since: Described),
    ];

    private static List<ContentField> Fields(FrozenTask t, Dictionary<string, string> references) => All(t, references).ConvertAll(f => f with { Counts = f.Counts && !t.CameAgain });

    private static List<ContentField> All(FrozenTask t, Dictionary<string, string> references) =>
    [
        new("plan.field.risks", Joined(t.RiskIds), Shown: Joined(t.RiskIds.Select(id => references.GetValueOrDefault(id, "?")))),
        new("plan.field.controls", Joined(t.ControlKeys), Shown: Joined(t.ControlKeys.Select(ShortControl))),
        new("plan.field.responsible", t.ResponsibleId, Shown: t.ResponsibleName),
        new("plan.field.accountable", t.AccountableId, Shown: t.AccountableName),
        new("plan.field.due", Text(t.DueOn), "date"),
        new("plan.field.costonce", Text(t.CostOnce), "number"),
        new("plan.field.costyearly", Text(t.CostYearly), "number"),
        new("plan.field.priority", (string?)FieldValue.Normalise(t.Priority), "enum.taskPriority", Counts: false),
        new("plan.field.reviseddue", Text(t.RevisedDueOn), "date", Counts: false),
    ];

    public static string ShortControl(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string? Joined(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : null;

    private static string? Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // 1.0 and 1.00 are the same money.
    private static string? Text(decimal? number) => number?.ToString("0.##########", CultureInfo.InvariantCulture);
}

using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Treatment;

/// <summary>What each option of treatment requires, and what looks wrong (guideline 6.3; domain.md rules 5, 6 and 8).</summary>
internal static class TreatmentRules
{
    /// <summary>Last day on which an exception that starts today may end.</summary>
    public static DateOnly LatestException(Criteria criteria, DateOnly today) => today.AddMonths(criteria.ExceptionMonths);

    /// <summary>Why the risk may not be retained: key of words and field, or null.</summary>
    public static (string Message, string Field)? CannotBeRetained(Rating? current, Criteria criteria, TreatmentDecision decision, DateOnly today) => (criteria.For(current), decision) switch
    {
        (null, _) => ("treatment.unrated", nameof(decision.Option)),
        (Handling.Acceptable, { ByException: true }) => ("treatment.exception.needless", nameof(decision.ByException)),
        (Handling.Acceptable, _) => null,
        (Handling.MustTreat, _) => ("treatment.retain.musttreat", nameof(decision.Option)),
        (_, { ByException: false }) => ("treatment.retain.above", nameof(decision.ByException)),
        (_, { Condition: var met }) when criteria.Conditions.Count > 0 && !criteria.Conditions.Contains(met ?? "") => ("treatment.exception.condition", nameof(decision.Condition)),
        (_, { ExceptionReason: null or "" }) => ("treatment.exception.reason", nameof(decision.ExceptionReason)),
        (_, { ExceptionUntil: null }) => ("treatment.exception.end", nameof(decision.ExceptionUntil)),
        (_, { ExceptionUntil: { } until }) when until <= today => ("treatment.exception.past", nameof(decision.ExceptionUntil)),
        (_, { ExceptionUntil: { } until }) when until > LatestException(criteria, today) => ("treatment.exception.long", nameof(decision.ExceptionUntil)),
        _ => null,
    };

    /// <summary>Whether every task that was not given up is done and its effect verified; a risk without tasks only when it is retained.</summary>
    public static bool EffectIsVerified(Risk risk, IEnumerable<PlanTask> tasks)
    {
        var live = tasks.Where(t => t.State != PlanTaskState.Cancelled).ToList();
        return risk.Treatment is not null && live.TrueForAll(t => t.VerifiedOn is not null) && (live.Count > 0 || risk.Treatment.Option == TreatmentOption.Retain);
    }

    /// <summary>What an auditor would point at: keys of words.</summary>
    public static IEnumerable<string> Warnings(Risk risk, Criteria criteria, IReadOnlyList<PlanTask> tasks, DateOnly today)
    {
        if (risk.State is not RiskState.Rated || risk.Current is null)
            yield break;
        if (risk.Treatment is not { } treatment)
        {
            if (criteria.For(risk.Current) != Handling.Acceptable)
                yield return "risk.warn.notreatment";
            yield break;
        }

        if (treatment.Option == TreatmentOption.Modify && treatment.Controls.Count == 0 && tasks.Count == 0)
            yield return "risk.warn.nocontrol";
        if (treatment.Option != TreatmentOption.Retain && tasks.Count == 0)
            yield return "risk.warn.notask";
        if (treatment.Option == TreatmentOption.Retain && criteria.For(risk.Current) != Handling.Acceptable && !treatment.ByException)
            yield return "risk.warn.retainedabove";
        if (treatment.ByException && treatment.ExceptionUntil < today)
            yield return "risk.warn.exceptionover";
        if (risk.Target is null)
            yield return "risk.warn.notarget";
        else if (risk.Target.Order > risk.Current.Order)
            yield return "risk.warn.targetabove";
        else if (criteria.For(risk.Target) != Handling.Acceptable && !treatment.ByException)
            yield return "risk.warn.residualabove";
        if (risk.Achieved is { } achieved && achieved.Order > risk.Current.Order)
            yield return "risk.warn.achievedabove";
        if (risk.Acceptance == AcceptanceState.Stale)
            yield return "risk.warn.stale";
        if (risk.ReviewOn < today)
            yield return "risk.warn.review";
    }
}

using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Treatment;

/// <summary>What each option of treatment requires, and what looks wrong (guideline 6.3; domain.md rules 5, 6 and 8).</summary>
internal static class TreatmentRules
{
    /// <summary>Last day on which an exception that starts today may end.</summary>
    public static DateOnly LatestException(Criteria criteria, DateOnly today) => today.AddMonths(criteria.ExceptionMonths);

    /// <summary>Why the decision is not taken: keys of words and fields. Above the criteria a risk is retained, and what treatment leaves is accepted, only by a recorded exception (domain.md rule 6).</summary>
    public static IEnumerable<(string Message, string Field)> Refusals(Rating? current, Rating? target, Criteria criteria, TreatmentDecision decision, DateOnly today)
    {
        var retained = decision.Option == TreatmentOption.Retain;
        var left = criteria.For(retained ? current : target);
        if (retained && left is null)
            yield return ("treatment.unrated", nameof(decision.Option));
        if (retained && left == Handling.MustTreat)
            yield return ("treatment.retain.musttreat", nameof(decision.Option));
        else if (retained && left == Handling.ByException && !decision.ByException)
            yield return ("treatment.retain.above", nameof(decision.ByException));
        else if (left == Handling.Acceptable && decision.ByException)
            yield return ("treatment.exception.needless", nameof(decision.ByException));
        else if (decision.ByException)
        {
            if (criteria.Conditions.Count > 0 && !criteria.Conditions.Contains(decision.Condition ?? ""))
                yield return ("treatment.exception.condition", nameof(decision.Condition));
            if (string.IsNullOrWhiteSpace(decision.ExceptionReason))
                yield return ("treatment.exception.reason", nameof(decision.ExceptionReason));
            if (decision.ExceptionUntil is not { } until)
                yield return ("treatment.exception.end", nameof(decision.ExceptionUntil));
            else if (until <= today)
                yield return ("treatment.exception.past", nameof(decision.ExceptionUntil));
            else if (until > LatestException(criteria, today))
                yield return ("treatment.exception.long", nameof(decision.ExceptionUntil));
        }
    }

    /// <summary>Whether every task that was not given up is done and its effect verified; a risk without tasks only when it is retained.</summary>
    public static bool EffectIsVerified(Risk risk, IEnumerable<PlanTask> tasks)
    {
        var live = tasks.Where(t => t.State != PlanTaskState.Cancelled).ToList();
        return risk.Treatment is not null && live.TrueForAll(t => t.VerifiedOn is not null) && (live.Count > 0 || risk.Treatment.Option == TreatmentOption.Retain);
    }

    /// <summary>Where what treatment is to leave, or did leave, is above the level now: keys of words. It warns and does not block: a rating may be old.</summary>
    public static IEnumerable<string> AboveCurrent(Risk risk) => AboveCurrent(risk.Current, risk.Target, risk.Achieved);

    /// <inheritdoc cref="AboveCurrent(Risk)"/>
    public static IEnumerable<string> AboveCurrent(Rating? current, Rating? target, Rating? achieved)
    {
        if (current is not null && target is not null && target.IsAbove(current))
            yield return "risk.warn.targetabove";
        if (current is not null && achieved is not null && achieved.IsAbove(current))
            yield return "risk.warn.achievedabove";
    }

    /// <summary>What an auditor would point at: keys of words.</summary>
    public static IEnumerable<string> Warnings(Risk risk, Criteria criteria, IReadOnlyList<PlanTask> tasks, DateOnly today)
    {
        if (risk.State is not RiskState.Rated || risk.Current is null)
            yield break;
        foreach (var above in AboveCurrent(risk))
            yield return above;
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
        if (treatment.ByException && (risk.ExceptionUntil ?? treatment.ExceptionUntil) < today)
            yield return "risk.warn.exceptionover";
        if (risk.Target is null)
            yield return "risk.warn.notarget";
        else if (!risk.Target.IsAbove(risk.Current) && criteria.For(risk.Target) != Handling.Acceptable && !treatment.ByException)
            yield return "risk.warn.residualabove";
        if (risk.Acceptance == AcceptanceState.Stale)
            yield return "risk.warn.stale";
        if (risk.ReviewOn < today)
            yield return "risk.warn.review";
    }
}

using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Treatment;

namespace IsmsModular.Tests.Risks;

/// <summary>No orphans (domain.md rule 8), and what an auditor would point at.</summary>
public sealed class PointingOutWhatIsMissing
{
    private static readonly DateOnly Today = new(2026, 6, 1);
    private static readonly Criteria Criteria = new() { Acceptable = ["low"], ByException = ["medium"] };

    [Fact]
    public void A_risk_to_be_modified_without_control_or_task() =>
        Assert.Equal(["risk.warn.nocontrol", "risk.warn.notask"], TreatmentRules.Warnings(Risk("high", "low", new() { Option = TreatmentOption.Modify }), Criteria, [], Today));

    [Fact]
    public void A_risk_above_the_criteria_without_treatment() => Assert.Equal(["risk.warn.notreatment"], TreatmentRules.Warnings(Risk("high", null, null), Criteria, [], Today));

    [Fact]
    public void A_target_worse_than_the_level_now() =>
        Assert.Contains("risk.warn.targetabove", TreatmentRules.Warnings(Risk("low", "high", new() { Option = TreatmentOption.Avoid }), Criteria, [Task()], Today));

    [Fact]
    public void What_was_achieved_above_the_level_now_whether_treated_or_not()
    {
        var risk = Risk("low", "low", null);
        risk.Achieved = Rating("medium");
        Assert.Equal(["risk.warn.achievedabove"], TreatmentRules.Warnings(risk, Criteria, [], Today));
        risk.Current = Rating("medium");
        Assert.DoesNotContain("risk.warn.achievedabove", TreatmentRules.Warnings(risk, Criteria, [], Today));
    }

    [Fact]
    public void What_is_left_above_the_criteria() =>
        Assert.Equal(["risk.warn.residualabove"], TreatmentRules.Warnings(Risk("high", "medium", new() { Option = TreatmentOption.Avoid }), Criteria, [Task()], Today));

    [Fact]
    public void An_exception_that_has_ended()
    {
        var retained = new TreatmentDecision { Option = TreatmentOption.Retain, ByException = true, ExceptionUntil = Today.AddDays(-1) };
        Assert.Equal(["risk.warn.exceptionover"], TreatmentRules.Warnings(Risk("medium", "medium", retained), Criteria, [], Today));
        retained.ExceptionUntil = Today;
        Assert.Empty(TreatmentRules.Warnings(Risk("medium", "medium", retained), Criteria, [], Today));
    }

    [Fact]
    public void Nothing_on_a_low_risk_that_is_retained() =>
        Assert.Empty(TreatmentRules.Warnings(Risk("low", "low", new() { Option = TreatmentOption.Retain }), Criteria, [], Today));

    [Fact]
    public void The_effect_is_verified_only_when_every_live_task_is()
    {
        var risk = Risk("high", "low", new() { Option = TreatmentOption.Modify });
        PlanTask verified = Task(), open = Task(), cancelled = Task();
        verified.VerifiedOn = Today;
        cancelled.State = PlanTaskState.Cancelled;
        Assert.False(TreatmentRules.EffectIsVerified(risk, []));
        Assert.False(TreatmentRules.EffectIsVerified(risk, [verified, open]));
        Assert.True(TreatmentRules.EffectIsVerified(risk, [verified, cancelled]));
    }

    private static PlanTask Task() => new() { Title = "Task", State = PlanTaskState.Done };

    private static Risk Risk(string level, string? target, TreatmentDecision? treatment) => new()
    {
        ExerciseId = "X",
        Title = "Risk",
        State = RiskState.Rated,
        Current = Rating(level),
        Target = target is null ? null : Rating(target),
        Treatment = treatment,
    };

    private static Rating Rating(string level) => new() { MethodologyId = "matrix", MethodologyVersion = "1", Level = level, Order = level switch { "low" => 1, "medium" => 2, _ => 3 } };
}

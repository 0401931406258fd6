using System.Text.Json;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;
using Microsoft.Extensions.FileProviders;

namespace IsmsModular.Web.Samples;

/// <summary>The sample organisation as <c>content/sample</c> tells it. Days are counted from today: -30 is a month ago.</summary>
internal sealed record SampleData(SampleOrganisationData Organisation, List<SamplePerson> People, SampleAssets Assets, SampleRisks Risks, SampleControls Controls, SamplePlan Plan)
{
    public static SampleData Read(IFileProvider content)
    {
        T Part<T>(string name)
        {
            using var stream = content.GetFileInfo($"sample/{name}.json").CreateReadStream();
            return JsonSerializer.Deserialize<T>(stream, StoreJson.Options)!;
        }

        return new(Part<SampleOrganisationData>("organisation"), Part<List<SamplePerson>>("people"), Part<SampleAssets>("assets"), Part<SampleRisks>("risks"), Part<SampleControls>("controls"), Part<SamplePlan>("plan"));
    }
}

internal sealed record SampleOrganisationData(string Name, string Slug, string TimeZone, string Currency, string Language, string Catalogue, string Methodology, string Scope);

/// <param name="Name">Post.</param>
/// <param name="Unit">Department.</param>
/// <param name="Roles">ISMS roles.</param>
/// <param name="Account">User name, for the roles that sign in.</param>
/// <param name="LeftOn">Day of leaving.</param>
internal sealed record SamplePerson(string Name, string Unit, List<Role> Roles, string? Account = null, int? LeftOn = null);

/// <param name="ValueReasons">Reason by criterion and tier.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Assets">Records.</param>
internal sealed record SampleAssets(Dictionary<string, Dictionary<int, string>> ValueReasons, List<SampleGroup> Groups, List<SampleAsset> Assets);

internal sealed record SampleGroup(string Code, string Name, string Type, string Owner, string Criteria, int[]? Cia = null);

internal sealed record SampleAsset(string Key, string Group, string Name, string Type, string Kind, int Units, string Owner, string Custodian, int[] Cia)
{
    public string? Classification { get; init; }

    public bool PersonalData { get; init; }

    public string? Site { get; init; }

    public string? Supplier { get; init; }

    public string? Contract { get; init; }

    public string? Users { get; init; }

    public string? Identifier { get; init; }

    public string? IdentifierMissingBecause { get; init; }

    public int? IdentifierNextChance { get; init; }

    public string State { get; init; } = "inUse";

    public List<string> Supports { get; init; } = [];

    public int? AddedOn { get; init; }
}

internal sealed record SampleRisks(List<SampleExercise> Exercises, List<SampleRisk> Risks, List<SampleDraft> Drafts, List<SampleCoverage> Coverage, SampleDismissed Dismissed);

/// <summary>Cells of the coverage matrix: groups by one class of threat.</summary>
internal sealed record SampleCoverage(string Class, List<string> Groups, CoverageState State, string Reason);

internal sealed record SampleExercise(string Code, string Name, string ScopePart, ExerciseTrigger Trigger, string TriggerNote, int Start, int Freeze, int End, List<string> Participants, string MethodReason, string CriteriaNote, List<string> Likelihood, List<string> Impact, List<string> Acceptable, List<string> ByException, int ExceptionMonths, int? Close = null, string? Predecessor = null);

internal sealed record SampleDraft(string Title, List<string> Groups, string? Owner = null);

internal sealed record SampleDismissed(string Title, List<string> Groups, string Threat, string Vulnerability, string Harms, string Owner, string Reason);

internal sealed record SampleExisting(string Name, ControlWorks Works, string? Effect = null);

internal sealed record SampleBefore(int Likelihood, int Impact, string Reason);

internal sealed record SampleRisk(string Code, string Title, List<string> Groups, string Threat, string Vulnerability, string Harms, string Event, string Consequence, List<ConsequenceKind> Kinds, string Service, string Owner, List<SampleExisting> Existing, int Likelihood, int Impact, string LikelihoodReason, string ImpactReason, string Source, TreatmentOption Option, string Reason, List<string> Controls, int TargetLikelihood, int TargetImpact)
{
    /// <summary>Controls that are in use already and that the treatment keeps.</summary>
    public List<string> Keeps { get; init; } = [];

    public SampleBefore? Before { get; init; }

    public DutyKind? Duty { get; init; }

    public string? DutySource { get; init; }

    public decimal? CostOnce { get; init; }

    public decimal? CostYearly { get; init; }

    public string? Benefit { get; init; }

    public string? GivenUp { get; init; }

    public string? SharedWith { get; init; }

    public string? NewRisks { get; init; }

    public List<string> NewRiskCodes { get; init; } = [];

    public bool Exception { get; init; }

    public string? ExceptionReason { get; init; }

    public int? ExceptionUntil { get; init; }

    public int? Review { get; init; }
}

internal sealed record SampleControls(List<SampleOwnControl> Own, List<SampleControl> Controls, List<SampleExclusion> Excluded, List<SampleRefusal> Refused, string ChangeNote1, string ChangeNote2);

internal sealed record SampleOwnControl(string Ref, string Title, string Description, string Purpose, SoaReasonKind Reason, SoaStatus Status, string Owner, string? Words = null);

internal sealed record SampleControl(string Id, SoaReasonKind Reason, SoaStatus Status, string Implementation, string Owner, string? Words = null, bool Evidence = true);

internal sealed record SampleExclusion(string Id, string Reason, string Reopen, string ConfirmedBy, int ConfirmedOn);

internal sealed record SampleRefusal(string Id, string Proposal, string Answer);

internal sealed record SamplePlan(int Submitted1, int SentBack, string SentBackComment, int Submitted2, int Approved, string ChangeNote1, string ChangeNote2, List<SampleTask> Tasks);

internal sealed record SampleDelay(string Reason, int NewDue, int AskedOn);

internal sealed record SampleTask(string Code, List<string> Risks, string Title, string Responsible, int Due, decimal CostOnce, int Percent, PlanTaskState State, List<string> Controls, TaskPriority Priority)
{
    public decimal? CostYearly { get; init; }

    public string? Resources { get; init; }

    public int? DoneOn { get; init; }

    public string? Evidence { get; init; }

    public string? VerifiedBy { get; init; }

    public int? VerifiedOn { get; init; }

    public string? VerifiedNote { get; init; }

    public SampleDelay? Delay { get; init; }

    public int? RepeatsEvery { get; init; }
}

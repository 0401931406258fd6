using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Contracts;

/// <summary>Computes every stored result of the workspace again, by the method, version and parameters it was made with. Scoped.</summary>
public interface IAssessmentCheck
{
    /// <summary>Reads risk after risk and gives each result that differs; memory does not grow with their number.</summary>
    /// <param name="progress">Told now and then how far it is, and once at the end.</param>
    /// <param name="cancellationToken">Token.</param>
    IAsyncEnumerable<AssessmentFinding> CheckAsync(IProgress<AssessmentProgress>? progress, CancellationToken cancellationToken);
}

/// <summary>How far a check is.</summary>
/// <param name="Risks">Risks read.</param>
/// <param name="Total">Risks there are.</param>
/// <param name="Results">Results computed again: current, target and achieved.</param>
/// <param name="Findings">Results that differ or could not be computed.</param>
public sealed record AssessmentProgress(long Risks, long Total, long Results, long Findings);

/// <summary>Why a stored result is reported.</summary>
public enum AssessmentFault
{
    /// <summary>What comes out now is not what is stored.</summary>
    Differs,

    /// <summary>The version of the methodology that the result names is not there.</summary>
    MethodologyMissing,

    /// <summary>The methodology refuses the stored inputs or parameters.</summary>
    Refused,

    /// <summary>The assessment that the risk belongs to is not there.</summary>
    AssessmentMissing,
}

/// <summary>A stored result that does not stand.</summary>
/// <param name="RiskId">Id of the risk.</param>
/// <param name="Reference">Its reference, such as <c>RISK-0001</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Assessment">Reference of the exercise.</param>
/// <param name="Rating">Which of its ratings.</param>
/// <param name="Methodology">Methodology and version that the result names.</param>
/// <param name="Fault">Why it is reported.</param>
/// <param name="Stored">Stored values, such as <c>level high, value 12</c>.</param>
/// <param name="Computed">Values that come out now, or the reason why none do.</param>
/// <param name="Differences">What differs: <c>level</c>, <c>value</c>, <c>order</c>, <c>place</c>, <c>outputs.risk</c>, <c>criteria.C</c>.</param>
public sealed record AssessmentFinding(string RiskId, string Reference, string Title, string Assessment, RatingKind Rating, string Methodology, AssessmentFault Fault, string Stored, string Computed, IReadOnlyList<string> Differences);

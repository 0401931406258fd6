using IsmsModular.Abstractions.Methodologies;

namespace IsmsModular.Risks.Contracts;

/// <summary>The forms by which assessments of the current workspace rate: scales, factors and levels with their words under the parameters that each froze. Scoped.</summary>
public interface IAssessmentForms
{
    /// <summary>The form of an assessment; <c>null</c> when there is no such assessment or its methodology is not active.</summary>
    Task<MethodologyForm?> FindAsync(string exerciseId, CancellationToken cancellationToken = default);
}

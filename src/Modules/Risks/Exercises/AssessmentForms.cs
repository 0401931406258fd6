using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;

namespace IsmsModular.Risks.Exercises;

/// <inheritdoc />
internal sealed class AssessmentForms(WorkspaceContext ws, Methods methods) : IAssessmentForms
{
    public async Task<MethodologyForm?> FindAsync(string exerciseId, CancellationToken cancellationToken = default) =>
        await ws.OpenSession().FindAsync<Exercise>(exerciseId, cancellationToken) is { } exercise ? methods.Form(exercise) : null;
}

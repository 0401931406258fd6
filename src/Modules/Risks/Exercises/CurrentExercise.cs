using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Exercises;

/// <summary>The exercise that statement, plan and dashboard speak about: the newest that runs, else the newest that was closed.</summary>
internal static class CurrentExercise
{
    public static async Task<Exercise?> FindAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        foreach (var state in (ExerciseState[])[ExerciseState.Running, ExerciseState.Closed])
        {
            if ((await session.QueryAsync<Exercise>(Query.All.Where("state", state).OrderBy("-ref").Take(1), cancellationToken)).Items is [var found])
                return found;
        }

        return null;
    }

    /// <summary>Ids of the exercises whose risks are still worked on; the others are records.</summary>
    public static async Task<IReadOnlyList<string>> WorkedOnAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        var open = (await session.QueryAsync<Exercise>(Query.All.WhereNot("state", ExerciseState.Closed).Take(100), cancellationToken)).Items.Select(e => e.Id);
        return [.. open, .. await FindAsync(session, cancellationToken) is { State: ExerciseState.Closed } last ? (string[])[last.Id] : []];
    }
}

using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Register;

/// <summary>Risks shown on the page of something else: an asset, a group, a control, a catalogue's item.</summary>
/// <param name="Items">The worst first, each with its level in words.</param>
/// <param name="Total">How many there are in the assessments that are worked on.</param>
/// <param name="Earlier">How many there are in those that are records.</param>
internal sealed record RiskLinks(IReadOnlyList<RiskLink> Items, long Total, long Earlier);

/// <summary>One risk with its level and the reference of its assessment.</summary>
/// <param name="Level">Null while unrated.</param>
internal sealed record RiskLink(Risk Risk, string? Exercise, string? Level, string? Colour);

internal sealed class RiskLinkReader(Methods methods, IWords words)
{
    /// <summary>The first 20 of the risks asked for that are worked on, worst first.</summary>
    public async Task<RiskLinks> ReadAsync(IDocumentSession session, Query risks, CancellationToken cancellationToken)
    {
        var page = await session.QueryAsync<Risk>(risks.WhereIn("exercise", await CurrentExercise.WorkedOnAsync(session, cancellationToken)).OrderBy("-rank").Take(20), cancellationToken);
        var exercises = await session.FindManyAsync<Exercise>(page.Items.Select(r => r.ExerciseId).Distinct(), cancellationToken);
        var levels = exercises.Values.ToDictionary(e => e.Id, e => new LevelWords(methods.Form(e), words));
        return new([.. page.Items.Select(r => new RiskLink(r, exercises.GetValueOrDefault(r.ExerciseId)?.Reference, levels.GetValueOrDefault(r.ExerciseId)?.Of(r.Current), levels.GetValueOrDefault(r.ExerciseId)?.Colour(r.Current)))], page.Total, await session.CountAsync<Risk>(risks, cancellationToken) - page.Total);
    }
}

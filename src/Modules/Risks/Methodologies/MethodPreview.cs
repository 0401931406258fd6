using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Methodologies;

/// <summary>What comes out of a methodology: its form, one case rated, its matrix; without anything being stored.</summary>
internal sealed class MethodPreview(Methods methods, IWords words)
{
    /// <param name="Form">What is asked; null while something is wrong.</param>
    /// <param name="Levels">Words of the levels.</param>
    /// <param name="Typed">Values tried.</param>
    /// <param name="Result">What comes out of them; null when unrated.</param>
    /// <param name="Missing">Needed factors without a value.</param>
    /// <param name="Refused">Why the case cannot be rated, or null.</param>
    /// <param name="Matrix">The grid that comes out, or null.</param>
    /// <param name="Errors">What keeps it from being published.</param>
    /// <param name="Warnings">What deserves a second look.</param>
    internal sealed record Picture(
        MethodologyForm? Form,
        LevelWords Levels,
        IReadOnlyDictionary<string, string?> Typed,
        Rating? Result,
        IReadOnlyList<Factor> Missing,
        string? Refused,
        Matrix? Matrix,
        IReadOnlyList<Error> Errors,
        IReadOnlyList<string> Warnings);

    /// <param name="Vertical">Name of the axis drawn upwards.</param>
    /// <param name="Horizontal">Name of the axis drawn to the right.</param>
    /// <param name="Rows">Words upwards, lowest first.</param>
    /// <param name="Columns">Words to the right, lowest first.</param>
    /// <param name="Cells">By row and column.</param>
    internal sealed record Matrix(string Vertical, string Horizontal, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Cells);

    internal sealed record Cell(string? Level, string Colour, string Ink, bool IsTried);

    internal Picture Of(MethodForm form, string? wordsPlugin, Dictionary<string, string?> tried)
    {
        var opened = OwnMethodologies.Open(Declarations.Write(form, "draft"), wordsPlugin);
        var picture = opened.Succeeded ? Of(opened.Value, null, tried) : Empty(tried);
        return picture with { Errors = MethodCheck.Errors(form), Warnings = [.. MethodCheck.Warnings(form).Select(w => words[w.Message, [.. w.Arguments]])] };
    }

    internal Picture Of(IMethodologyHandle method, System.Text.Json.Nodes.JsonObject? parameters, Dictionary<string, string?> tried)
    {
        // As an exercise that was planned and is not stored would rate.
        var exercise = new Exercise { Name = "", MethodologyId = method.Id };
        exercise.Take(method, parameters);
        if (method.Declaration(null) is { Succeeded: true } declared && parameters is null)
            (exercise.Declaration, exercise.WordsPlugin) = (declared.Value, method.WordsPlugin);
        if (methods.Form(exercise) is not { } form)
            return Empty(tried);
        List<Error> wrong = [];
        var values = RatingForm.Read(form, tried, wrong);
        var rated = wrong.Count > 0 ? null : methods.Rate(exercise, values);
        var result = rated is { Succeeded: true } ? rated.Value : null;
        var refused = wrong.Concat(rated is { Succeeded: false } ? rated.Errors : []).FirstOrDefault();
        return Empty(tried) with
        {
            Form = form,
            Levels = new(form, words),
            Result = result,
            Missing = [.. form.Factors.Where(f => f.Needed && values[f.Key].IsNone)],
            Refused = refused is null ? null : words[refused.Message, [.. refused.Arguments]],
            Matrix = Draw(exercise, form, result),
        };
    }

    private Picture Empty(Dictionary<string, string?> tried) => new(null, new(null, words), tried, null, [], null, null, [], []);

    private Matrix? Draw(Exercise exercise, MethodologyForm form, Rating? tried)
    {
        if (methods.AxesOf(exercise) is not { } axes || axes.Vertical.Tiers.Count * axes.Horizontal.Tiers.Count > 400)
            return null;
        var grid = methods.Grid(exercise);
        var levels = new LevelWords(form, words);
        return new(
            words.Of(axes.Vertical.Name),
            words.Of(axes.Horizontal.Name),
            [.. axes.Vertical.Tiers.Select(t => words.Of(t.Label))],
            [.. axes.Horizontal.Tiers.Select(t => words.Of(t.Label))],
            [.. Enumerable.Range(0, axes.Vertical.Tiers.Count).Select(y => (IReadOnlyList<Cell>)[.. Enumerable.Range(0, axes.Horizontal.Tiers.Count).Select(x =>
            {
                var level = grid.GetValueOrDefault((y, x));
                var colour = Contrast.IsColour(levels.Colour(level)) ? levels.Colour(level)! : "#dfe3e8";
                return new Cell(levels.Of(level), colour, Contrast.InkOn(colour), tried is not null && tried.Y == y && tried.X == x);
            })])]);
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Exercises;

/// <summary>The methodology of an exercise: its form, its levels, its results. Forms and grids of started exercises are kept, since nothing in them can change. Singleton.</summary>
internal sealed class Methods(IPluginCatalog plugins)
{
    private readonly ConcurrentDictionary<(string Exercise, long Version), IMethodologyHandle> own = new();
    private readonly ConcurrentDictionary<(string Exercise, long Version), MethodologyForm> forms = new();
    private readonly ConcurrentDictionary<(string Exercise, long Version), Axes?> axes = new();
    private readonly ConcurrentDictionary<(string Exercise, long Version), IReadOnlyDictionary<(int Y, int X), string?>> grids = new();

    /// <summary>The methodology in the version that the exercise froze; before it starts the newest, or the workspace's own in the version that was chosen. Null when no active plugin has it.</summary>
    public IMethodologyHandle? Of(Exercise exercise)
    {
        if (exercise.Declaration is not { } declaration)
            return plugins.Methodology(exercise.MethodologyId, exercise.MethodologyVersion);
        var key = (exercise.Id, exercise.Version);
        if (own.TryGetValue(key, out var known))
            return known;
        if (OwnMethodologies.Open(declaration, exercise.WordsPlugin) is not { Succeeded: true } opened)
            return null;
        if (exercise.State != ExerciseState.Planned)
            Keep(own, key, opened.Value);
        return opened.Value;
    }

    /// <summary>The form, or null when the methodology is not active or its parameters are wrong.</summary>
    public MethodologyForm? Form(Exercise exercise)
    {
        var key = (exercise.Id, exercise.Version);
        if (forms.TryGetValue(key, out var known))
            return known;
        if (Of(exercise)?.Describe(exercise.Parameters) is not { Succeeded: true } described)
            return null;
        if (exercise.State != ExerciseState.Planned)
            Keep(forms, key, described.Value);
        return described.Value;
    }

    /// <summary>Rates one case; null when unrated.</summary>
    public Result<Rating?> Rate(Exercise exercise, Dictionary<string, FactorValue> inputs) =>
        Rater(exercise) is { } rater ? rater.Rate(inputs) : Error.Invalid("risk.method.gone", null, exercise.MethodologyId, exercise.MethodologyVersion ?? "");

    /// <summary>Rates many cases of one exercise; null when its method is not active.</summary>
    public Rater? Rater(Exercise exercise) => Of(exercise) is { } method && Form(exercise) is { } form ? new(method, form, exercise.Parameters, AxesOf(exercise)) : null;

    /// <summary>Level of each cell of the heat map, worst where several ratings fall into one; empty where the method has too many cases to try.</summary>
    public IReadOnlyDictionary<(int Y, int X), string?> Grid(Exercise exercise)
    {
        var key = (exercise.Id, exercise.Version);
        if (grids.TryGetValue(key, out var known))
            return known;
        var grid = Form(exercise) is { } form && Of(exercise) is { } method ? Try(exercise, method, form) : new Dictionary<(int, int), string?>();
        if (exercise.State != ExerciseState.Planned)
            Keep(grids, key, grid);
        return grid;
    }

    /// <summary>The axes of the heat map; null where the method names none or their steps are not known.</summary>
    public Axes? AxesOf(Exercise exercise)
    {
        var key = (exercise.Id, exercise.Version);
        if (axes.TryGetValue(key, out var known))
            return known;
        if (Form(exercise) is not { VerticalAxis: { } vertical, HorizontalAxis: { } horizontal } form || Of(exercise) is not { } method)
            return null;
        var found = AxisOf(exercise, method, form, vertical) is { Tiers.Count: > 0 } up && AxisOf(exercise, method, form, horizontal) is { Tiers.Count: > 0 } right ? new Axes(up, right) : null;
        if (exercise.State != ExerciseState.Planned)
            Keep(axes, key, found);
        return found;
    }

    /// <summary>Ordinal of a value among tiers: given by key, ordinal or English label.</summary>
    public static int? Ordinal(IReadOnlyList<Tier> tiers, FactorValue? value)
    {
        if (value?.AsNumber is { } number)
            return number >= 0 && number < tiers.Count && number == Math.Floor(number) ? (int)number : null;
        return value?.AsText is { } text && TierWords.IndexOf(tiers, text) is >= 0 and var place ? place : null;
    }

    private static Axis? AxisOf(Exercise exercise, IMethodologyHandle method, MethodologyForm form, string key)
    {
        if (form.Factors.FirstOrDefault(f => f.Key == key) is { } factor)
            return new(key, factor.Name, factor.Tiers, OfFactor: true, Numbers: false);
        if (form.Outputs.FirstOrDefault(o => o.Key == key) is not { } output)
            return null;
        if (output.Tiers.Count > 0)
            return new(key, output.Name, output.Tiers, OfFactor: false, Numbers: false);
        // A number without a scale, such as a sum of two tiers: its steps are the values that can come out.
        var values = Cases(exercise, method, form).Select(c => c.Result.Outputs.GetValueOrDefault(key)?.AsNumber).Where(v => v is not null).Distinct().Order().Take(20).ToList();
        return values.Count is 0 or > 12 ? null : new(key, output.Name, [.. values.Select(v => FactorValue.Number(v!.Value).ToString()).Select(v => new Tier { Key = v, Label = v })], OfFactor: false, Numbers: true);
    }

    private Dictionary<(int Y, int X), string?> Try(Exercise exercise, IMethodologyHandle method, MethodologyForm form)
    {
        var worst = new Dictionary<(int, int), (double Order, string? Level)>();
        if (AxesOf(exercise) is not { } places)
            return [];
        foreach (var (inputs, result) in Cases(exercise, method, form))
        {
            if (places.Vertical.Place(inputs, result.Outputs) is not { } y || places.Horizontal.Place(inputs, result.Outputs) is not { } x)
                continue;
            if (!worst.TryGetValue((y, x), out var now) || result.Order > now.Order)
                worst[(y, x)] = (result.Order, result.Level);
        }

        return worst.ToDictionary(w => w.Key, w => w.Value.Level);
    }

    /// <summary>Every case of a method whose factors are all choices and few.</summary>
    private static IEnumerable<(Dictionary<string, FactorValue> Inputs, MethodologyResult Result)> Cases(Exercise exercise, IMethodologyHandle method, MethodologyForm form)
    {
        var factors = form.Factors.Where(f => f.Needed).ToList();
        if (factors.Exists(f => f.Kind != FactorKind.Choice) || factors.Aggregate(1L, (n, f) => n * Math.Max(1, f.Tiers.Count)) > 2000)
            yield break;
        foreach (var inputs in Combinations(factors, 0))
        {
            if (method.Evaluate(exercise.Parameters, inputs) is { Succeeded: true, Value.Result: { } result })
                yield return (inputs, result);
        }
    }

    private static IEnumerable<Dictionary<string, FactorValue>> Combinations(List<Factor> factors, int from)
    {
        if (from == factors.Count)
        {
            yield return [];
            yield break;
        }

        foreach (var tier in factors[from].Tiers)
        {
            foreach (var rest in Combinations(factors, from + 1))
            {
                rest[factors[from].Key] = FactorValue.Text(tier.Key);
                yield return rest;
            }
        }
    }

    private static void Keep<T>(ConcurrentDictionary<(string, long), T> kept, (string, long) key, T value)
    {
        if (kept.Count > 200)
            kept.Clear();
        kept[key] = value;
    }
}

/// <summary>A method under the parameters of one exercise.</summary>
/// <param name="Method">The method.</param>
/// <param name="Form">Its form.</param>
/// <param name="Parameters">Parameters; null for the defaults.</param>
/// <param name="Axes">Axes of the heat map, or null.</param>
internal sealed record Rater(IMethodologyHandle Method, MethodologyForm Form, JsonObject? Parameters, Axes? Axes)
{
    /// <summary>Greatest value that can be shown and sums can be made of.</summary>
    public const double Largest = 1e24;

    /// <summary>Rates one case; null when unrated.</summary>
    public Result<Rating?> Rate(Dictionary<string, FactorValue> inputs)
    {
        var rated = Method.Evaluate(Parameters, inputs);
        if (!rated.Succeeded)
            return (List<Error>)[.. rated.Errors];
        if (rated.Value.Result is not { } result)
            return (Rating?)null!;
        if (Math.Abs(result.Value ?? 0) > Largest)
            return Error.Invalid("rate.toolarge");
        return new Rating
        {
            Inputs = inputs,
            MethodologyId = Method.Id,
            MethodologyVersion = Method.Version,
            Level = result.Level,
            Value = result.Value,
            Order = result.Order,
            LevelAt = Form.Levels.ToList().FindIndex(l => l.Key == result.Level) is >= 0 and var at ? at : null,
            Y = Axes?.Vertical.Place(inputs, result.Outputs),
            X = Axes?.Horizontal.Place(inputs, result.Outputs),
            Outputs = new(result.Outputs),
            Criteria = new(result.Criteria),
            Steps = [.. result.Steps],
        };
    }
}

/// <summary>The two axes of a heat map.</summary>
internal sealed record Axes(Axis Vertical, Axis Horizontal);

/// <param name="Key">Factor or output.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tiers">Its steps, lowest first.</param>
/// <param name="OfFactor">Whether it is a factor.</param>
/// <param name="Numbers">Whether the steps are numbers that come out rather than tiers of a scale.</param>
internal sealed record Axis(string Key, Message Name, IReadOnlyList<Tier> Tiers, bool OfFactor, bool Numbers)
{
    /// <summary>Ordinal of a case on this axis, or null.</summary>
    public int? Place(IReadOnlyDictionary<string, FactorValue> inputs, IReadOnlyDictionary<string, FactorValue> outputs)
    {
        var value = (OfFactor ? inputs : outputs).GetValueOrDefault(Key);
        if (!Numbers)
            return Methods.Ordinal(Tiers, value);
        var step = value is null ? -1 : Tiers.ToList().FindIndex(t => t.Key == value.ToString());
        return step < 0 ? null : step;
    }
}

/// <summary>Levels of a methodology in the reader's words.</summary>
internal sealed class LevelWords(MethodologyForm? form, IWords words)
{
    /// <summary>Levels, lowest first.</summary>
    public IReadOnlyList<Tier> All => form?.Levels ?? [];

    public string? Colour(Rating? rating) => Colour(rating?.Level);

    public string? Colour(string? level) => All.FirstOrDefault(t => t.Key == level)?.Colour;

    /// <summary>Word of the level, the number where the method has no level, null when unrated.</summary>
    public string? Of(Rating? rating) => rating is null ? null : rating.Level is null ? ComparedView.Number(rating.Value, words) : Of(rating.Level);

    /// <summary>Word of a residual level, and that it lies above the level now where it does.</summary>
    public string? Residual(Rating? residual, Rating? current) =>
        residual is not null && current is not null && residual.IsAbove(current) ? $"{Of(residual)} · {words["risk.above"]}" : Of(residual);

    public string? Of(string? level) => level is null ? null : All.FirstOrDefault(t => t.Key == level) is { } tier ? words.Of(tier.Label) : level;
}

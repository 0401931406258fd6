using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<(string Exercise, long Version), MethodologyForm> forms = new();
    private readonly ConcurrentDictionary<(string Exercise, long Version), IReadOnlyDictionary<(int Y, int X), string?>> grids = new();

    /// <summary>Newest active version of each methodology.</summary>
    public IReadOnlyList<IMethodologyHandle> All => plugins.Methodologies;

    /// <summary>The methodology in the version that the exercise froze; the newest before it starts. Null when no active plugin has it.</summary>
    public IMethodologyHandle? Of(Exercise exercise) => plugins.Methodology(exercise.MethodologyId, exercise.MethodologyVersion);

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
    public Result<Rating?> Rate(Exercise exercise, Dictionary<string, FactorValue> inputs)
    {
        if (Of(exercise) is not { } method || Form(exercise) is not { } form)
            return Error.Invalid("risk.method.gone", null, exercise.MethodologyId, exercise.MethodologyVersion ?? "");
        var rated = method.Evaluate(exercise.Parameters, inputs);
        if (!rated.Succeeded)
            return (List<Error>)[.. rated.Errors];
        if (rated.Value.Result is not { } result)
            return (Rating?)null!;
        return new Rating
        {
            Inputs = inputs,
            MethodologyId = method.Id,
            MethodologyVersion = method.Version,
            Level = result.Level,
            Value = result.Value,
            Order = result.Order,
            Y = Place(form, form.VerticalAxis, inputs, result.Outputs),
            X = Place(form, form.HorizontalAxis, inputs, result.Outputs),
            Outputs = new(result.Outputs),
            Criteria = new(result.Criteria),
            Steps = [.. result.Steps],
        };
    }

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

    /// <summary>Tiers of an axis, lowest first; empty when it has none.</summary>
    public static IReadOnlyList<Tier> Axis(MethodologyForm form, string? key) =>
        form.Factors.FirstOrDefault(f => f.Key == key)?.Tiers ?? form.Outputs.FirstOrDefault(o => o.Key == key)?.Tiers ?? [];

    public static Message? AxisName(MethodologyForm form, string? key) =>
        form.Factors.FirstOrDefault(f => f.Key == key)?.Name ?? form.Outputs.FirstOrDefault(o => o.Key == key)?.Name;

    /// <summary>Ordinal of a value among tiers: given by key, ordinal or English label.</summary>
    public static int? Ordinal(IReadOnlyList<Tier> tiers, FactorValue? value)
    {
        if (value?.AsNumber is { } number)
            return number >= 0 && number < tiers.Count && number == Math.Floor(number) ? (int)number : null;
        for (var i = 0; i < tiers.Count; i++)
        {
            if (value?.AsText is { } text && (string.Equals(tiers[i].Key, text, StringComparison.OrdinalIgnoreCase) || string.Equals(tiers[i].Label.ToString(), text, StringComparison.OrdinalIgnoreCase)))
                return i;
        }

        return null;
    }

    private static int? Place(MethodologyForm form, string? axis, IReadOnlyDictionary<string, FactorValue> inputs, IReadOnlyDictionary<string, FactorValue> outputs)
    {
        if (axis is null)
            return null;
        var tiers = Axis(form, axis);
        var value = form.Factors.Any(f => f.Key == axis) ? inputs.GetValueOrDefault(axis) : outputs.GetValueOrDefault(axis);
        return Ordinal(tiers, value);
    }

    private static Dictionary<(int Y, int X), string?> Try(Exercise exercise, IMethodologyHandle method, MethodologyForm form)
    {
        var worst = new Dictionary<(int, int), (double Order, string? Level)>();
        var factors = form.Factors.Where(f => f.Needed).ToList();
        if (form.VerticalAxis is null || form.HorizontalAxis is null || factors.Exists(f => f.Kind != FactorKind.Choice) || factors.Aggregate(1L, (n, f) => n * Math.Max(1, f.Tiers.Count)) > 2000)
            return [];
        foreach (var inputs in Combinations(factors, 0))
        {
            if (method.Evaluate(exercise.Parameters, inputs) is not { Succeeded: true, Value.Result: { } result })
                continue;
            if (Place(form, form.VerticalAxis, inputs, result.Outputs) is not { } y || Place(form, form.HorizontalAxis, inputs, result.Outputs) is not { } x)
                continue;
            if (!worst.TryGetValue((y, x), out var now) || result.Order > now.Order)
                worst[(y, x)] = (result.Order, result.Level);
        }

        return worst.ToDictionary(w => w.Key, w => w.Value.Level);
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

/// <summary>Levels of a methodology in the reader's words.</summary>
internal sealed class LevelWords(MethodologyForm? form, IWords words)
{
    /// <summary>Levels, lowest first.</summary>
    public IReadOnlyList<Tier> All => form?.Levels ?? [];

    public string? Colour(Rating? rating) => Colour(rating?.Level);

    public string? Colour(string? level) => All.FirstOrDefault(t => t.Key == level)?.Colour;

    /// <summary>Word of the level, the number where the method has no level, null when unrated.</summary>
    public string? Of(Rating? rating) => rating is null ? null : rating.Level is null ? words.Number((decimal?)rating.Value, rating.Value is > -100 and < 100 ? 2 : 0) : Of(rating.Level);

    public string? Of(string? level) => level is null ? null : All.FirstOrDefault(t => t.Key == level) is { } tier ? words.Of(tier.Label) : level;
}

using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>A value of the old assessment that a new one can be made from.</summary>
/// <param name="Key"><c>in:{path}</c> an input, <c>out:{key}</c> an output, <c>level</c>, <c>value</c>, <c>asset</c>, <c>copy:{key}</c> a list as it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Tiers">Steps, lowest first; empty for a number.</param>
/// <param name="Role">What it stands for.</param>
internal sealed record MappingSource(string Key, Message Name, IReadOnlyList<Tier> Tiers, FactorRole Role)
{
    /// <summary>One value for every risk.</summary>
    public const string Everywhere = "all";

    public const string AssetValue = "asset";

    public const string OfLevel = "level";

    public const string OfValue = "value";

    public bool IsCopy => Key.StartsWith("copy:", StringComparison.Ordinal);

    public bool IsNumber => Tiers.Count == 0 && !IsCopy && Key != Everywhere;

    /// <summary>Step of the source on which a rated case stands, or its number; null when the case has none.</summary>
    public (string? Tier, double? Number) Of(Rating rating, int? assetValue)
    {
        var value = Key switch
        {
            AssetValue => assetValue is { } tier ? FactorValue.Number(tier - 1) : null,
            OfLevel => rating.Level is { } level ? FactorValue.Text(level) : null,
            OfValue => rating.Value is { } number ? FactorValue.Number(number) : null,
            _ when Key.StartsWith("out:", StringComparison.Ordinal) => rating.Outputs.GetValueOrDefault(Key[4..]),
            _ => At(rating.Inputs, Key[3..]),
        };
        return Tiers.Count == 0 ? (null, value?.AsNumber ?? Cvss.BaseScore(value?.AsText)) : Methods.Ordinal(Tiers, value) is { } at ? (Tiers[at].Key, null) : (null, null);
    }

    private static FactorValue? At(IReadOnlyDictionary<string, FactorValue> inputs, string path)
    {
        var steps = path.Split('.');
        var value = inputs.GetValueOrDefault(steps[0]);
        // One number for an estimate stands for each of its parts.
        foreach (var step in steps.Skip(1))
            value = value?.AsNumber is null ? value?.AsRecord?.GetValueOrDefault(step) : value;
        return value;
    }
}

/// <summary>A part of the new form that has one source: a single factor, or the fields of a record that belong together, such as low, likely and high.</summary>
/// <param name="Key">Path in the new form.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it stands for.</param>
/// <param name="Needed">Whether a result needs it, and there is nothing that holds when none is given.</param>
/// <param name="Fields">Single values by their path in the form.</param>
internal sealed record MappingPart(string Key, Message Name, Message? Help, FactorRole Role, bool Needed, IReadOnlyList<(string Path, Factor Factor)> Fields)
{
    /// <summary>Whether it is one choice among tiers.</summary>
    public bool IsChoice => Fields is [{ Factor.Kind: FactorKind.Choice }];
}

/// <summary>What can be mapped between two methods, what is proposed, and what a value becomes. Values are kept as text by <see cref="KeyOf"/>: for a source with steps one for each step and field; for one value everywhere the step is <see cref="Any"/>; for a number that becomes a tier the step is the new tier and the value the least number; for a number that becomes a number the step is <see cref="Times"/> and the value what it is multiplied with.</summary>
internal sealed class MappingTable
{
    public const string Any = "*";
    public const string Times = "times";

    private static readonly Factor Multiplier = new() { Key = "", Name = "", Kind = FactorKind.Number };

    private readonly MethodologyForm after;

    public MappingTable(MethodologyForm before, MethodologyForm after, IReadOnlyList<ScaleTier> scale)
    {
        this.after = after;
        Parts = [.. after.Factors.SelectMany(f => PartsOf(f, f.Key, null, f.Needed && f.Preset is null, f.Role))];
        Sources = [.. SourcesOf(before, scale)];
    }

    public IReadOnlyList<MappingPart> Parts { get; }

    public IReadOnlyList<MappingSource> Sources { get; }

    public static string KeyOf(string part, string source, string step, string field) => $"{part}|{source}|{step}|{field}";

    /// <summary>Sources that a part can be made from.</summary>
    public IEnumerable<MappingSource> SourcesFor(MappingPart part) => Sources.Where(s => !s.IsCopy || s.Key == "copy:" + part.Key);

    public MappingSource? Source(string? key) => key == MappingSource.Everywhere ? new(key, "", [], FactorRole.Other) : Sources.FirstOrDefault(s => s.Key == key);

    /// <summary>Steps for which a part needs values from this source.</summary>
    public static IReadOnlyList<string> StepsOf(MappingPart part, MappingSource source) =>
        source.IsCopy ? [] : source.Key == MappingSource.Everywhere ? [Any] : !source.IsNumber ? [.. source.Tiers.Select(t => t.Key)] : part.IsChoice ? [.. part.Fields[0].Factor.Tiers.Select(t => t.Key)] : [Times];

    /// <summary>Proposes what is not decided yet: factor to factor by role, tier to tier by key, number of steps, value, or relative place. What has no likeness is left to be asked anew.</summary>
    public void Propose(ScaleMapping mapping)
    {
        foreach (var part in Parts)
        {
            if (!mapping.Sources.TryGetValue(part.Key, out var chosen) || chosen.Length > 0 && Source(chosen) is null)
                mapping.Sources[part.Key] = chosen = (Likeness(part)?.Key) ?? "";
            if (Source(chosen) is not { } source)
                continue;
            foreach (var step in StepsOf(part, source))
            {
                foreach (var (path, factor) in part.Fields)
                {
                    var key = KeyOf(part.Key, source.Key, step, path);
                    if (!mapping.Values.ContainsKey(key) && Proposal(source, step, factor) is { } value)
                        mapping.Values[key] = value;
                }
            }
        }
    }

    /// <summary>What is wrong with the values that count. A step without values is not wrong: risks on it are asked anew.</summary>
    public List<Error> Check(ScaleMapping mapping)
    {
        List<Error> errors = [];
        foreach (var part in Parts)
        {
            var chosen = mapping.Sources.GetValueOrDefault(part.Key);
            if (string.IsNullOrEmpty(chosen))
                continue;
            if (Source(chosen) is not { } source || source.IsCopy && source.Key != "copy:" + part.Key)
                errors.Add(Error.Invalid("swap.source.unknown", $"Sources[{part.Key}]"));
            else if (!source.IsCopy)
                errors.AddRange(Check(mapping, part, source));
        }

        return errors;
    }

    /// <summary>Values of the new form for a rated case, by path; what cannot be made is missing.</summary>
    public Dictionary<string, string?> Carry(ScaleMapping mapping, Rating rating, int? assetValue)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var part in Parts)
        {
            if (Source(mapping.Sources.GetValueOrDefault(part.Key)) is not { } source)
                continue;
            if (source.IsCopy)
            {
                foreach (var (path, value) in RatingForm.Write(rating.Inputs).Where(v => v.Key.StartsWith(part.Key + ".", StringComparison.Ordinal)))
                    values[path] = value;
                continue;
            }

            var (tier, number) = source.Key == MappingSource.Everywhere ? (Any, null) : source.Of(rating, assetValue);
            foreach (var (path, factor) in part.Fields)
            {
                var value = tier is not null ? mapping.Values.GetValueOrDefault(KeyOf(part.Key, source.Key, tier, path))
                    : number is null ? null
                    : part.IsChoice ? Reached(mapping, part, source, number.Value)
                    : Number(mapping.Values.GetValueOrDefault(KeyOf(part.Key, source.Key, Times, path))) is { } times ? Text(number.Value * times) : null;
                if (!string.IsNullOrWhiteSpace(value))
                    values[path] = value;
            }
        }

        return values;
    }

    /// <summary>Needed parts for which a value is missing.</summary>
    public IEnumerable<MappingPart> Missing(IReadOnlyDictionary<string, string?> values) =>
        Parts.Where(p => p.Needed && (p.Fields.Count == 0 ? RatingForm.Rows(p.Key, values) == 0 : p.Fields.Any(f => f.Factor is { Needed: true, Preset: null } && string.IsNullOrWhiteSpace(values.GetValueOrDefault(f.Path)))));

    /// <summary>What to ask where the method says that too little was given: what is needed, else what stands for something known, without a value.</summary>
    public IEnumerable<MappingPart> Wanted(IReadOnlyDictionary<string, string?> values)
    {
        var empty = Parts.Where(p => !values.Keys.Any(k => k == p.Key || k.StartsWith(p.Key + ".", StringComparison.Ordinal))).ToList();
        return empty.Where(p => p.Needed || p.Role != FactorRole.Other) is var wanted && wanted.Any() ? wanted : empty;
    }

    /// <summary>Inputs of the new method from values by path.</summary>
    public Dictionary<string, FactorValue> Read(IReadOnlyDictionary<string, string?> values, List<Error> errors) => RatingForm.Read(after, values, errors);

    /// <summary>Step among others by the same relative place: the first falls on the first, the last on the last, halves go up.</summary>
    internal static int Place(int step, int steps, int others) => others <= 1 || steps <= 1 ? Math.Min(step, others - 1) : (int)Math.Floor((step * (others - 1) / (double)(steps - 1)) + 0.5);

    internal static double? Number(string? text) => double.TryParse(text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static IEnumerable<Error> Check(ScaleMapping mapping, MappingPart part, MappingSource source)
    {
        var steps = StepsOf(part, source);
        string? At(string step, string path) => mapping.Values.GetValueOrDefault(KeyOf(part.Key, source.Key, step, path)) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        string Field(string step, string path) => $"Values[{KeyOf(part.Key, source.Key, step, path)}]";
        if (source.IsNumber && part.IsChoice)
        {
            var (path, least) = (part.Fields[0].Path, double.NegativeInfinity);
            foreach (var step in steps.Skip(1))
            {
                if (At(step, path) is not { } text)
                    continue;
                if (Number(text) is not { } number)
                    yield return Error.Invalid("rate.number", Field(step, path));
                else if (number <= least)
                    yield return Error.Invalid("swap.bounds.order", Field(step, path));
                else
                    least = number;
            }

            if (double.IsInfinity(least))
                yield return Error.Invalid("swap.bounds.needed", $"Sources[{part.Key}]");
            yield break;
        }

        var any = false;
        foreach (var step in steps)
        {
            var given = part.Fields.Any(f => At(step, f.Path) is not null);
            any |= given;
            foreach (var (path, factor) in part.Fields)
            {
                if (At(step, path) is not { } text)
                {
                    if (given && factor is { Needed: true, Preset: null })
                        yield return Error.Invalid("swap.value.needed", Field(step, path));
                }
                else if (Wrong(source.IsNumber ? Multiplier : factor, text) is { } wrong)
                {
                    yield return Error.Invalid(wrong.Message, Field(step, path), wrong.Arguments);
                }
            }
        }

        if (!any)
            yield return Error.Invalid("swap.values.needed", $"Sources[{part.Key}]");
    }

    private static (string Message, string[] Arguments)? Wrong(Factor factor, string text) => factor.Kind switch
    {
        FactorKind.Choice when Methods.Ordinal(factor.Tiers, FactorValue.Text(text)) is null => ("swap.tier.unknown", []),
        FactorKind.Number when Number(text) is null => ("rate.number", []),
        FactorKind.Number when Number(text) < factor.Minimum || Number(text) > factor.Maximum => ("rate.range", [Text(factor.Minimum), Text(factor.Maximum)]),
        _ => null,
    };

    private static string Text(double? number) => number?.ToString("0.############", CultureInfo.InvariantCulture) ?? "…";

    /// <summary>The highest tier whose least number is reached.</summary>
    private static string? Reached(ScaleMapping mapping, MappingPart part, MappingSource source, double number)
    {
        var (path, factor) = part.Fields[0];
        var reached = factor.Tiers[0].Key;
        foreach (var tier in factor.Tiers.Skip(1))
        {
            if (Number(mapping.Values.GetValueOrDefault(KeyOf(part.Key, source.Key, tier.Key, path))) <= number)
                reached = tier.Key;
        }

        return reached;
    }

    private MappingSource? Likeness(MappingPart part)
    {
        var copy = Sources.FirstOrDefault(s => s.Key == "copy:" + part.Key);
        if (part.Fields.Count == 0 || copy is not null)
            return copy;
        return Sources.FirstOrDefault(s => part.Role != FactorRole.Other && s.Role == part.Role)
            ?? Sources.FirstOrDefault(s => s.Key == "in:" + part.Key || s.Key == "in:" + part.Fields[0].Path)
            ?? Sources.FirstOrDefault(s => s.Key == "out:" + part.Key);
    }

    private static string? Proposal(MappingSource source, string step, Factor factor)
    {
        if (source.IsNumber)
            return step == Times && factor.Key.Length > 0 && factor.Kind == FactorKind.Number && factor.Role != FactorRole.Other && factor.Role == source.Role ? "1" : null;
        var at = source.Tiers.ToList().FindIndex(t => t.Key == step);
        if (at < 0 || factor is { Needed: false } or { Preset: not null })
            return null;
        return factor.Kind switch
        {
            FactorKind.Choice when factor.Tiers.Count > 0 => TierLike(source.Tiers, at, factor.Tiers).Key,
            FactorKind.Number when source.Tiers[at].Value is { } value && factor is { Minimum: { } least, Maximum: { } most } && source.Tiers[0].Value == least && source.Tiers[^1].Value == most => Text(value),
            FactorKind.Number when factor is { Minimum: { } least, Maximum: { } most } && most - least is > 0 and <= 100 && source.Tiers.Count > 1 => Text(Math.Round(least + (at * (most - least) / (source.Tiers.Count - 1)), most - least > 5 ? 0 : 2)),
            _ => null,
        };
    }

    internal static Tier TierLike(IReadOnlyList<Tier> from, int at, IReadOnlyList<Tier> to)
    {
        if (from.Count == to.Count)
            return to[at];
        if (from.All(f => to.Any(t => t.Key == f.Key)))
            return to.First(t => t.Key == from[at].Key);
        // The same numbers at both ends: the same scale, only finer or coarser.
        if (from.All(t => t.Value is not null) && to.All(t => t.Value is not null) && from[0].Value == to[0].Value && from[^1].Value == to[^1].Value)
            return to.OrderBy(t => Math.Abs(t.Value!.Value - from[at].Value!.Value)).ThenByDescending(t => t.Value).First();
        return to[Place(at, from.Count, to.Count)];
    }

    private static IEnumerable<MappingPart> PartsOf(Factor factor, string path, Message? within, bool needed, FactorRole role)
    {
        if (factor.Kind == FactorKind.Record && factor.Fields.Any(f => f.Kind is FactorKind.Record or FactorKind.List))
        {
            foreach (var part in factor.Fields.SelectMany(f => PartsOf(f, $"{path}.{f.Key}", factor.Name, needed && f.Needed && f.Preset is null, f.Role == FactorRole.Other ? role : f.Role)))
                yield return part;
            yield break;
        }

        var name = within is null ? factor.Name : new Message("", "{0}: {1}", within, factor.Name);
        yield return new(path, name, factor.Help, role, needed, factor.Kind switch
        {
            FactorKind.Record => [.. factor.Fields.Select(f => ($"{path}.{f.Key}", f))],
            // A list is filled by its first row, where that is made of single values.
            FactorKind.List when factor.Fields.All(f => f.Kind is not (FactorKind.Record or FactorKind.List)) => [.. factor.Fields.Select(f => (f.Key.Length == 0 ? $"{path}.0" : $"{path}.0.{f.Key}", f))],
            FactorKind.List => [],
            _ => [(path, factor)],
        });
    }

    private static IEnumerable<MappingSource> SourcesOf(MethodologyForm before, IReadOnlyList<ScaleTier> scale)
    {
        foreach (var source in before.Factors.SelectMany(f => Single(f, f.Key, null, f.Role)))
            yield return source;
        foreach (var list in before.Factors.Where(f => f.Kind == FactorKind.List))
            yield return new("copy:" + list.Key, list.Name, [], list.Role);
        foreach (var output in before.Outputs)
            yield return new("out:" + output.Key, output.Name, output.Tiers, FactorRole.Other);
        if (scale.Count > 1)
            yield return new(MappingSource.AssetValue, new Message("swap.source.asset"), [.. scale.Select((t, i) => new Tier { Key = $"{i + 1}", Label = t.Label, Value = i + 1 })], FactorRole.AssetValue);
        if (before.Levels.Count > 0)
            yield return new(MappingSource.OfLevel, new Message("swap.source.level"), before.Levels, FactorRole.Other);
        yield return new(MappingSource.OfValue, new Message("swap.source.value"), [], FactorRole.Other);
    }

    private static IEnumerable<MappingSource> Single(Factor factor, string path, Message? within, FactorRole role)
    {
        var name = within is null ? factor.Name : new Message("", "{0}: {1}", within, factor.Name);
        return factor.Kind switch
        {
            FactorKind.Choice => [new("in:" + path, name, factor.Tiers, role)],
            FactorKind.Number => [new("in:" + path, name, [], role)],
            FactorKind.Record => factor.Fields.SelectMany(f => Single(f, $"{path}.{f.Key}", factor.Name, f.Role == FactorRole.Other ? role : f.Role)),
            _ => [],
        };
    }
}

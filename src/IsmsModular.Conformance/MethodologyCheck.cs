using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Conformance;

/// <summary>All checks of one methodology.</summary>
internal sealed partial class MethodologyCheck(IRiskMethodology methodology, ConformanceOptions options)
{
    private readonly Findings findings = new("methodology " + methodology.Id);

    public IReadOnlyList<Finding> Run()
    {
        CheckIdentity();
        CheckParameters();
        var form = findings.Try("form", "Describe", () => methodology.Describe(null));
        if (form is null)
            return findings.All;
        CheckForm(form);
        CheckWords(form);
        var cases = new SampleCases(form).Make(options.GeneratedCases).Concat(options.Cases).ToList();
        var rated = Rate(cases);
        CheckRepeatable(rated);
        foreach (var (_, result) in rated)
            CheckResult(form, result);
        if (rated.Count > 0)
        {
            CheckUnrated(form, [.. rated.Select(r => r.Inputs)]);
            CheckWrongInput(form, rated[0].Inputs);
        }

        return findings.All;
    }

    private void CheckIdentity()
    {
        findings.Unless(Key().IsMatch(methodology.Id), "identity", $"The id '{methodology.Id}' is not of a-z, 0-9, hyphen, dot and underscore.");
        findings.Unless(!string.IsNullOrWhiteSpace(methodology.Version), "identity", "The version is empty.");
        findings.Unless(methodology.Info.Confidence is "published" or "after", "identity", $"The confidence '{methodology.Info.Confidence}' is neither published nor after.");
        findings.Unless(!string.IsNullOrWhiteSpace(methodology.Info.Source), "identity", "The source is empty.");
        foreach (var (what, message) in new[] { ("name", methodology.Info.Name), ("summary", methodology.Info.Summary) })
            findings.Unless(!string.IsNullOrWhiteSpace(message.ToString()), "identity", $"The {what} is empty.");
    }

    private void CheckParameters()
    {
        var defaults = findings.Try("parameters", "DefaultParameters", () => methodology.DefaultParameters);
        if (defaults is null)
            return;
        var before = defaults.ToJsonString();
        foreach (var key in defaults.Select(p => p.Key).ToList())
            defaults[key] = "changed by who asked for it";
        findings.Unless(methodology.DefaultParameters.ToJsonString() == before, "parameters", "Who changes the parameters that were handed out changes them for everybody: hand out a copy.");
        var described = findings.Try("parameters", "Describe of the default parameters", () => methodology.Describe(methodology.DefaultParameters));
        if (described is not null)
            findings.Unless(Json(described) == Json(methodology.Describe(null)), "parameters", "null and the default parameters give different forms.");
        foreach (var key in methodology.DefaultParameters.Select(p => p.Key))
        {
            foreach (var wrong in new JsonNode?[] { JsonValue.Create("\u2205"), JsonValue.Create(-1e9), new JsonArray(new JsonObject { ["\u2205"] = 1 }), new JsonObject { ["\u2205"] = true }, null })
            {
                var parameters = methodology.DefaultParameters;
                parameters[key] = wrong;
                Refuses($"the parameter {key} as {wrong?.ToJsonString() ?? "null"}", () => methodology.Describe(parameters), null, mustRefuse: false);
            }
        }
    }

    private void CheckForm(MethodologyForm form)
    {
        findings.Unless(Json(methodology.Describe(null)) == Json(form), "determinism", "Describe gives another form the second time.");
        findings.Unless(form.Factors.Count > 0, "form", "It asks for nothing.");
        Unique("factor", form.Factors.Select(f => f.Key));
        Unique("level", form.Levels.Select(l => l.Key));
        Unique("output", form.Outputs.Select(o => o.Key));
        foreach (var factor in form.Factors)
            CheckFactor(factor, factor.Key);
        foreach (var tier in form.Levels.Concat(form.Outputs.SelectMany(o => o.Tiers)))
            CheckTier(tier);
        foreach (var axis in new[] { form.VerticalAxis, form.HorizontalAxis }.OfType<string>())
            findings.Unless(form.Factors.Any(f => f.Key == axis) || form.Outputs.Any(o => o.Key == axis), "form", $"The axis '{axis}' is neither a factor nor an output.");
        findings.Unless(form.VerticalAxis is null == form.HorizontalAxis is null, "form", "There is one axis only.");
    }

    private void CheckFactor(Factor factor, string path)
    {
        findings.Unless(!string.IsNullOrWhiteSpace(factor.Name.ToString()) || factor.Key.Length == 0, "form", $"The factor {path} has no name.");
        findings.Unless(factor.Kind != FactorKind.Choice || factor.Tiers.Count > 0, "form", $"The choice {path} has no tiers.");
        findings.Unless(factor.Kind is not (FactorKind.List or FactorKind.Record) || factor.Fields.Count > 0, "form", $"The {factor.Kind} {path} has no fields.");
        findings.Unless(!(factor.Minimum > factor.Maximum), "form", $"The minimum of {path} is above its maximum.");
        Unique("tier of " + path, factor.Tiers.Select(t => t.Key));
        foreach (var tier in factor.Tiers)
            CheckTier(tier);
        Unique("field of " + path, factor.Fields.Select(f => f.Key));
        foreach (var field in factor.Fields)
            CheckFactor(field, path + "." + field.Key);
    }

    private void CheckTier(Tier tier)
    {
        findings.Unless(!string.IsNullOrWhiteSpace(tier.Key) && !string.IsNullOrWhiteSpace(tier.Label.ToString()), "form", $"A tier '{tier.Key}' has no key or no label.");
        findings.Unless(tier.Colour is null || Colour().IsMatch(tier.Colour), "form", $"The colour {tier.Colour} of {tier.Key} is not of the form #rrggbb.");
    }

    private void Unique(string what, IEnumerable<string> keys)
    {
        foreach (var twice in keys.GroupBy(k => k, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            findings.Add("form", $"The {what} '{twice.Key}' is there twice.");
    }

    /// <summary>Cases that give a result; refusals of cases that were made up are no mistake, as long as they name a field.</summary>
    private List<(IReadOnlyDictionary<string, FactorValue> Inputs, MethodologyResult Result)> Rate(List<IReadOnlyDictionary<string, FactorValue>> cases)
    {
        var rated = new List<(IReadOnlyDictionary<string, FactorValue>, MethodologyResult)>();
        foreach (var inputs in cases)
        {
            var before = Json(inputs);
            if (Refuses("a case of its own form", () => methodology.Evaluate(null, inputs), null, mustRefuse: options.Cases.Contains(inputs) ? null : false) is { } result)
                rated.Add((inputs, result));
            findings.Unless(Json(inputs) == before, "purity", "Evaluate changes the inputs that it was given.");
        }

        findings.Unless(rated.Count > 0, "results", "No case that was made from its form gives a result: give cases of your own (ConformanceOptions.Cases).");
        return rated;
    }

    private void CheckRepeatable(List<(IReadOnlyDictionary<string, FactorValue> Inputs, MethodologyResult Result)> rated)
    {
        foreach (var (inputs, result) in rated)
        {
            var expected = Json(result);
            Same(expected, inputs, "determinism", "The same inputs give another result the second time.");
            Same(expected, inputs.Reverse().ToDictionary(p => p.Key, p => p.Value), "order of inputs", "The order in which inputs are given changes the result.");
            Same(expected, JsonSerializer.Deserialize<Dictionary<string, FactorValue>>(Json(inputs))!, "round trip", "Inputs that were stored as JSON give another result.");
            findings.Unless(Json(result.Outputs) == Json(JsonSerializer.Deserialize<Dictionary<string, FactorValue>>(Json(result.Outputs))), "round trip", "The outputs do not survive being stored as JSON.");
            findings.Unless(Json(result.Steps) == Json(JsonSerializer.Deserialize<List<Message>>(Json(result.Steps))), "round trip", "The steps do not survive being stored as JSON.");
        }

        var expectations = rated.Select(r => Json(r.Result)).ToList();
        var different = 0;
        Parallel.For(0, rated.Count * 4, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var at = i * 7 % rated.Count;
            try
            {
                if (Json(methodology.Evaluate(null, rated[at].Inputs)) != expectations[at])
                    Interlocked.Increment(ref different);
            }
            catch (Exception)
            {
                Interlocked.Increment(ref different);
            }
        });
        findings.Unless(different == 0, "thread safety", $"{different} evaluations from several threads at once gave another answer.");
    }

    private void Same(string expected, IReadOnlyDictionary<string, FactorValue> inputs, string check, string problem)
    {
        if (findings.Try(check, "Evaluate", () => new { Result = methodology.Evaluate(null, inputs) }) is { } again)
            findings.Unless(Json(again.Result) == expected, check, problem);
    }

    private void CheckResult(MethodologyForm form, MethodologyResult result)
    {
        findings.Unless(double.IsFinite(result.Order) && (result.Value is null || double.IsFinite(result.Value.Value)), "results", "A result is no finite number.");
        findings.Unless(result.Level is null || form.Levels.Any(l => l.Key == result.Level), "results", $"The level '{result.Level}' is none of the form.");
        findings.Unless(result.Level is not null || result.Value is not null, "results", "A result has neither level nor value.");
        findings.Unless(result.Steps.Count > 0 && result.Steps.All(s => !string.IsNullOrWhiteSpace(s.ToString())), "explanation", "A result comes without steps, or with an empty one.");
        foreach (var output in result.Outputs.Keys.Where(k => form.Outputs.All(o => o.Key != k)))
            findings.Add("results", $"The output '{output}' is none of the form.");
        foreach (var criterion in result.Criteria.Keys.Where(k => k is not ("C" or "I" or "A")))
            findings.Add("results", $"The criterion '{criterion}' is none of C, I, A.");
        CheckPlaces(result.Steps);
    }

    private void CheckPlaces(IEnumerable<Message> messages)
    {
        foreach (var message in messages.Where(m => m.Arguments.Count > 0 && m.Fallback is not null))
            findings.Unless(PlacesOf(message.Fallback!).All(p => p < message.Arguments.Count), "explanation", $"'{message.Fallback}' has a place without an argument.");
    }

    /// <summary>Without a needed factor there is no result: null, no exception, no zero.</summary>
    private void CheckUnrated(MethodologyForm form, List<IReadOnlyDictionary<string, FactorValue>> cases)
    {
        foreach (var factor in form.Factors.Where(f => f is { Needed: true, Preset: null }))
        {
            var inputs = cases.Find(c => c.ContainsKey(factor.Key));
            if (inputs is null)
                continue;
            foreach (var (how, without) in new[] { ("as none", inputs.ToDictionary(p => p.Key, p => p.Key == factor.Key ? FactorValue.None : p.Value)), ("left out", inputs.Where(p => p.Key != factor.Key).ToDictionary(p => p.Key, p => p.Value)) })
            {
                if (findings.Try("unrated", $"Evaluate with {factor.Key} {how}", () => new { Result = methodology.Evaluate(null, without) }) is { } answer)
                    findings.Unless(answer.Result is null, "unrated", $"With {factor.Key} {how} there is a result.");
            }
        }

        if (form.Factors.Any(f => f is { Needed: true, Preset: null }) && findings.Try("unrated", "Evaluate without inputs", () => new { Result = methodology.Evaluate(null, new Dictionary<string, FactorValue>()) }) is { } empty)
            findings.Unless(empty.Result is null, "unrated", "Without any input there is a result.");
    }

    private void CheckWrongInput(MethodologyForm form, IReadOnlyDictionary<string, FactorValue> right)
    {
        foreach (var factor in form.Factors)
        {
            foreach (var (wrong, certainly) in SampleCases.Wrong(factor))
            {
                var inputs = right.ToDictionary(p => p.Key, p => p.Value);
                inputs[factor.Key] = wrong;
                Refuses($"{factor.Key} as {wrong}", () => methodology.Evaluate(null, inputs), certainly ? factor.Key : null, mustRefuse: certainly);
            }
        }
    }

    /// <summary>A refusal is a MethodologyException with the field's name, and nothing else.</summary>
    /// <param name="what">What is given.</param>
    /// <param name="act">The call.</param>
    /// <param name="field">Field that the refusal begins with, or <c>null</c> for any.</param>
    /// <param name="mustRefuse">True: it must. False: it may. Null: it must not.</param>
    private T? Refuses<T>(string what, Func<T?> act, string? field, bool? mustRefuse)
        where T : class
    {
        try
        {
            var result = act();
            findings.Unless(mustRefuse != true, "wrong input", $"It takes {what}.");
            return result;
        }
        catch (MethodologyException refusal)
        {
            findings.Unless(mustRefuse is not null, "results", $"It refuses a case that was given: {refusal.Message}");
            findings.Unless(!string.IsNullOrWhiteSpace(refusal.Field) && (field is null || refusal.Field.StartsWith(field, StringComparison.Ordinal)), "wrong input", $"The refusal of {what} names '{refusal.Field}'.");
            findings.Unless(!string.IsNullOrWhiteSpace(refusal.Reason.ToString()), "wrong input", $"The refusal of {what} gives no reason.");
        }
        catch (Exception error)
        {
            findings.Add("wrong input", $"For {what} it throws {error.GetType().Name} ({error.Message}); a MethodologyException with the field's name is needed.");
        }

        return null;
    }

    private void CheckWords(MethodologyForm form)
    {
        // The name of a method is a proper name; numbers are the same in every language.
        var messages = new[] { methodology.Info.Summary }
            .Concat(form.Factors.SelectMany(WordsOf))
            .Concat(form.Levels.SelectMany(WordsOf))
            .Concat(form.Outputs.SelectMany(o => o.Tiers.SelectMany(WordsOf).Prepend(o.Name)))
            .Where(m => m.Key.Length > 0 && (m.Fallback ?? m.Key).Any(char.IsLetter)).DistinctBy(m => m.Key).ToList();
        foreach (var (language, words) in options.Words)
        {
            foreach (var message in messages)
            {
                if (!words.TryGetValue(message.Key, out var text))
                {
                    if (language != "en" || message.Fallback is null)
                        findings.Add("words", $"{language} has no words for '{message.Key}'.");
                }
                else if (message.Fallback is { } english && !PlacesOf(text).Order().SequenceEqual(PlacesOf(english).Order()))
                {
                    findings.Add("words", $"{language} has other places than English in '{message.Key}'.");
                }
            }
        }
    }

    private static IEnumerable<Message> WordsOf(Factor factor) =>
        new[] { factor.Name, factor.Help }.OfType<Message>().Concat(factor.Tiers.SelectMany(WordsOf)).Concat(factor.Fields.SelectMany(WordsOf));

    private static IEnumerable<Message> WordsOf(Tier tier) => new[] { tier.Label, tier.Anchor }.OfType<Message>();

    private static IEnumerable<int> PlacesOf(string text) => Places().Matches(text).Select(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Distinct();

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, SampleCases.Json);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex("^#[0-9a-fA-F]{6}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();

    [GeneratedRegex("\\{([0-9])\\}", RegexOptions.CultureInvariant)]
    private static partial Regex Places();
}

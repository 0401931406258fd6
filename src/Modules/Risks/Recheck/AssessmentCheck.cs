using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Recheck;

/// <summary>Computes stored results again, one risk at a time.</summary>
internal sealed class AssessmentCheck(WorkspaceContext ws, Methods methods) : IAssessmentCheck
{
    /// <summary>Numbers may differ by the last digits between processors.</summary>
    private const double Tolerance = 1e-9;
    private const int ReportEach = 200;

    public async IAsyncEnumerable<AssessmentFinding> CheckAsync(IProgress<AssessmentProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = ws.OpenSession();
        var total = await session.CountAsync<Risk>(Query.All, cancellationToken);
        var (risks, results, findings) = (0L, 0L, 0L);
        // Few beside the risks, and needed again and again: what an exercise froze cannot change.
        var raters = new Dictionary<string, (string Reference, Exercise Exercise, Rater? Rater)?>(StringComparer.Ordinal);
        await foreach (var risk in session.StreamAsync<Risk>(Query.All, cancellationToken))
        {
            if (!raters.TryGetValue(risk.ExerciseId, out var at))
                raters[risk.ExerciseId] = at = await session.FindAsync<Exercise>(risk.ExerciseId, cancellationToken) is { } exercise ? (exercise.Reference, Slim(exercise), methods.Rater(exercise)) : null;
            foreach (var (kind, rating) in new[] { (RatingKind.Current, risk.Current), (RatingKind.Target, risk.Target), (RatingKind.Achieved, risk.Achieved) })
            {
                if (rating is null)
                    continue;
                results++;
                if (Check(risk, kind, rating, at) is not { } finding)
                    continue;
                findings++;
                yield return finding;
            }

            if (++risks % ReportEach == 0)
                progress?.Report(new(risks, total, results, findings));
        }

        progress?.Report(new(risks, Math.Max(risks, total), results, findings));
    }

    /// <summary>Without the values it froze, which the check does not need.</summary>
    private static Exercise Slim(Exercise exercise)
    {
        exercise.Values = [];
        exercise.Coverage = [];
        exercise.ControlStates = [];
        return exercise;
    }

    private static AssessmentFinding? Check(Risk risk, RatingKind kind, Rating rating, (string Reference, Exercise Exercise, Rater? Rater)? at)
    {
        AssessmentFinding Finding(AssessmentFault fault, string computed, params IReadOnlyList<string> differences) =>
            new(risk.Id, risk.Reference, risk.Title, at?.Reference ?? risk.ExerciseId, kind, $"{rating.MethodologyId} {rating.MethodologyVersion}", fault, Text(rating), computed, differences);

        if (at is not { } found)
            return Finding(AssessmentFault.AssessmentMissing, "");
        // A result stands on the method and parameters of its exercise; what names another version cannot be computed from them.
        if (found.Rater is not { } rater || rater.Method.Id != rating.MethodologyId || rater.Method.Version != rating.MethodologyVersion)
            return Finding(AssessmentFault.MethodologyMissing, "");
        var again = rater.Rate(rating.Inputs);
        if (!again.Succeeded)
            return Finding(AssessmentFault.Refused, string.Join("; ", again.Errors.Select(e => $"{e.Field}: {e.Message} {string.Join(' ', e.Arguments)}".Trim())));
        var differences = Differences(rating, again.Value).ToList();
        return differences.Count == 0 ? null : Finding(AssessmentFault.Differs, again.Value is { } computed ? Text(computed) : "unrated", differences);
    }

    private static IEnumerable<string> Differences(Rating stored, Rating? computed)
    {
        if (computed is null)
        {
            yield return "unrated";
            yield break;
        }

        if (stored.Level != computed.Level)
            yield return "level";
        if (!Same(stored.Value, computed.Value))
            yield return "value";
        if (!Same(stored.Order, computed.Order))
            yield return "order";
        if ((stored.Y, stored.X) != (computed.Y, computed.X))
            yield return "place";
        foreach (var key in stored.Outputs.Keys.Union(computed.Outputs.Keys).Where(k => !Same(stored.Outputs.GetValueOrDefault(k)?.ToJson(), computed.Outputs.GetValueOrDefault(k)?.ToJson())))
            yield return $"outputs.{key}";
        foreach (var key in stored.Criteria.Keys.Union(computed.Criteria.Keys).Where(k => !Same(Number(stored, k), Number(computed, k))))
            yield return $"criteria.{key}";

        static double? Number(Rating rating, string key) => rating.Criteria.TryGetValue(key, out var number) ? number : null;
    }

    private static bool Same(double? a, double? b) => a == b || (a is { } x && b is { } y && Math.Abs(x - y) <= Tolerance * Math.Max(Math.Abs(x), Math.Abs(y)));

    private static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (JsonArray one, JsonArray other) => one.Count == other.Count && one.Zip(other).All(p => Same(p.First, p.Second)),
        (JsonObject one, JsonObject other) => one.Count == other.Count && one.All(p => other.ContainsKey(p.Key) && Same(p.Value, other[p.Key])),
        (JsonValue one, JsonValue other) when one.TryGetValue(out double x) && other.TryGetValue(out double y) => Same(x, y),
        _ => JsonNode.DeepEquals(a, b),
    };

    private static string Text(Rating rating)
    {
        List<string?> parts =
        [
            rating.Level is null ? null : $"level {rating.Level}",
            rating.Value is { } value ? $"value {value.ToString("R", CultureInfo.InvariantCulture)}" : null,
            $"order {rating.Order.ToString("R", CultureInfo.InvariantCulture)}",
            .. rating.Outputs.Select(o => $"{o.Key} {Short(o.Value)}"),
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Short(FactorValue value) => CellText.Cut(value.ToString(), 60);
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Risks.Exercises;

namespace IsmsModular.Risks.Methodologies;

/// <summary>What keeps a methodology from being published, each beside its field; and what deserves a second look.</summary>
internal static partial class MethodCheck
{
    /// <summary>Everything that is wrong, all at once. Fields are those of <see cref="MethodForm"/>.</summary>
    public static List<Error> Errors(MethodForm form)
    {
        var errors = new List<Error>();
        void Wrong(string message, string field, params string[] arguments) => errors.Add(Error.Invalid(message, field, arguments));
        void Needed(string? text, string field, int most = 2000)
        {
            if (string.IsNullOrWhiteSpace(text))
                Wrong("method.needed", field);
            else if (text.Trim().Length > most)
                Wrong("method.toolong", field, $"{most}");
        }

        void Number(string? text, string field)
        {
            if (!string.IsNullOrWhiteSpace(text) && Typed.Number(text) is null)
                Wrong("method.number", field);
        }

        Needed(form.Name, "Name", 200);
        Needed(form.Summary, "Summary");
        Needed(form.Source, "Source", 500);
        foreach (var (scale, s) in form.Scales.Select((x, i) => (x, $"Scales[{i}]")))
        {
            Key(scale.Key, form.Scales.Count(o => o.Key == scale.Key) > 1, $"{s}.Key");
            foreach (var (tier, t) in scale.Tiers.Select((x, i) => (x, $"{s}.Tiers[{i}]")))
            {
                Needed(tier.Label, $"{t}.Label", 60);
                if (!string.IsNullOrWhiteSpace(tier.Label) && scale.Tiers.Count(o => string.Equals(o.Label?.Trim(), tier.Label.Trim(), StringComparison.OrdinalIgnoreCase)) > 1)
                    Wrong("method.tier.twice", $"{t}.Label", tier.Label.Trim());
                Number(tier.Value, $"{t}.Value");
                if (!string.IsNullOrWhiteSpace(tier.Colour) && !Colour().IsMatch(tier.Colour))
                    Wrong("method.colour", $"{t}.Colour");
            }
        }

        if (form.Factors.Count == 0)
            Wrong("method.factors.none", "Factors");
        foreach (var (factor, f) in form.Factors.Select((x, i) => (x, $"Factors[{i}]")))
        {
            Needed(factor.Name, $"{f}.Name", 100);
            Key(factor.Key, IsTaken(factor.Key), $"{f}.Key");
            if (factor.Kind == "choice" && form.Scale(factor.Scale) is null)
                Wrong("method.scale.needed", $"{f}.Scale");
            Number(factor.Minimum, $"{f}.Minimum");
            Number(factor.Maximum, $"{f}.Maximum");
            Number(factor.Count, $"{f}.Count");
            if (Typed.Number(factor.Minimum) > Typed.Number(factor.Maximum))
                Wrong("method.maximum", $"{f}.Maximum");
        }

        if (form.Steps.Count == 0)
            Wrong("method.steps.none", "Steps");
        for (var i = 0; i < form.Steps.Count; i++)
            Step(form.Steps[i], i, $"Steps[{i}]");

        if (string.IsNullOrEmpty(form.Level) && string.IsNullOrEmpty(form.Value) && string.IsNullOrEmpty(form.Order) && form.Steps.Count > 0)
            Wrong("method.result.needed", "Level");
        if (!string.IsNullOrEmpty(form.Level) && (string.IsNullOrEmpty(form.Levels) || form.ScaleOf(form.Level)?.Key != form.Levels))
            Wrong("method.level.scale", "Level");
        if (string.IsNullOrEmpty(form.Vertical) != string.IsNullOrEmpty(form.Horizontal))
            Wrong("method.axes.both", string.IsNullOrEmpty(form.Vertical) ? "Vertical" : "Horizontal");
        Number(form.Criteria.AcceptUpTo, "Criteria.AcceptUpTo");
        Number(form.Criteria.ExceptionUpTo, "Criteria.ExceptionUpTo");
        Number(form.Criteria.ResidualValue, "Criteria.ResidualValue");
        foreach (var (text, field) in new[] { (form.Criteria.AcceptUpTo, "Criteria.AcceptUpTo"), (form.Criteria.ExceptionUpTo, "Criteria.ExceptionUpTo"), (form.Criteria.ResidualValue, "Criteria.ResidualValue") })
        {
            if (Math.Abs(Typed.Number(text) ?? 0) > Rater.Largest)
                Wrong("validation.range", field);
        }

        if (!string.IsNullOrWhiteSpace(form.Criteria.ExceptionMonths) && Typed.Number(form.Criteria.ExceptionMonths) is not (>= 1 and <= 60))
            Wrong("exercise.months.range", "Criteria.ExceptionMonths");
        if (Typed.Number(form.Criteria.ExceptionUpTo) < Typed.Number(form.Criteria.AcceptUpTo))
            Wrong("exercise.exceptionupto.less", "Criteria.ExceptionUpTo");

        foreach (var level in Criteria.OutOfOrder([.. form.Criteria.Handling.Select(h => Enum.TryParse<Handling>(h, ignoreCase: true, out var handling) ? handling : (Handling?)null)]))
            Wrong("exercise.handling.order", $"Criteria.Handling[{level}]");

        // What the engine itself finds, where nothing above did.
        if (errors.Count == 0 && OwnMethodologies.Open(Declarations.Write(form, "draft")) is { Succeeded: false } refused)
            errors.AddRange(refused.Errors.Select(e => e with { Field = FieldOf(e.Field, form) }));
        return errors;

        bool IsTaken(string? key) => form.Factors.Count(o => o.Key == key) + form.Steps.Count(o => o.Key == key) > 1;

        void Key(string? key, bool taken, string field)
        {
            if (string.IsNullOrWhiteSpace(key) || key.Length > 40 || !KeyPattern().IsMatch(key))
                Wrong("method.key", field);
            else if (taken)
                Wrong("method.key.twice", field, key);
        }

        void Step(StepForm step, int i, string s)
        {
            Key(step.Key, IsTaken(step.Key), $"{s}.Key");
            var before = form.Places(i).ToList();
            var (rows, columns) = (form.ScaleOf(step.Rows), form.ScaleOf(step.Columns));
            bool Knows(string? key) => before.Exists(p => p.Key == key);
            switch (step.Kind)
            {
                case "grid":
                    if (rows is null || !Knows(step.Rows))
                        Wrong("method.place.tiered", $"{s}.Rows");
                    if (columns is null || !Knows(step.Columns))
                        Wrong("method.place.tiered", $"{s}.Columns");
                    var tiers = form.Scale(step.Scale)?.Tiers.Count;
                    for (var r = 0; r < (rows?.Tiers.Count ?? 0); r++)
                    {
                        for (var c = 0; c < (columns?.Tiers.Count ?? 0); c++)
                        {
                            var cell = step.Cells.ElementAtOrDefault(r)?.ElementAtOrDefault(c);
                            if (string.IsNullOrWhiteSpace(cell))
                                Wrong("method.cell.needed", $"{s}.Cells[{r}][{c}]");
                            else if (tiers is { } count ? Typed.Ordinal(cell, count) is null : Typed.Number(cell) is null)
                                Wrong(tiers is null ? "method.number" : "method.cell.wrong", $"{s}.Cells[{r}][{c}]");
                        }
                    }

                    break;
                case "band":
                    if (form.Scale(step.Scale) is null)
                        Wrong("method.scale.needed", $"{s}.Scale");
                    if (step.Of.Count == 0 || !Knows(step.Of[0]))
                        Wrong("method.place.needed", $"{s}.Of");
                    Bands(step, s);
                    break;
                case "constant":
                    if (Typed.Number(step.Value) is null)
                        Wrong("method.number", $"{s}.Value");
                    break;
                case null or "":
                    Wrong("method.needed", $"{s}.Kind");
                    break;
                default:
                    if (!MethodChanges.Operations.Contains(step.Kind))
                        break;
                    if (StepForm.Ordered.Contains(step.Kind) && !Knows(step.First))
                        Wrong("method.place.needed", $"{s}.First");
                    if (step.Of.Count == 0 || step.Of.Exists(o => !Knows(o)))
                        Wrong("method.place.needed", $"{s}.Of");
                    Number(step.WhenZero, $"{s}.WhenZero");
                    break;
            }
        }

        void Bands(StepForm step, string s)
        {
            BandForm? last = null;
            for (var b = 0; b < step.Bands.Count - 1; b++)
            {
                var (band, field) = (step.Bands[b], $"{s}.Bands[{b}].At");
                if (Typed.Number(band.At) is not { } edge)
                {
                    Wrong(string.IsNullOrWhiteSpace(band.At) ? "method.band.needed" : "method.number", field);
                    continue;
                }

                // An edge twice is one point: it must belong to one band, and the band of that point alone ends with it.
                if (last is not null && Typed.Number(last.At) is { } before && (edge < before || (edge == before && (last.Edge != "below" || band.Edge == "below"))))
                    Wrong("method.band.order", field, last.At!);
                last = band;
            }
        }
    }

    /// <summary>What is allowed but rarely meant: tiers that can never come out.</summary>
    public static List<(string Message, string[] Arguments)> Warnings(MethodForm form)
    {
        var warnings = new List<(string, string[])>();
        foreach (var step in form.Steps.Where(s => s.Kind == "band" && s.Of.Count > 0 && form.Scale(s.Scale) is not null))
        {
            if (Ranges.Of(form, step.Of[0]) is not { } range)
                continue;
            var tiers = form.Scale(step.Scale)!.Tiers;
            for (var b = 0; b < Math.Min(tiers.Count, step.Bands.Count); b++)
            {
                var isLast = b == step.Bands.Count - 1;
                var above = b == 0 ? null : Typed.Number(step.Bands[b - 1].At);
                var edge = isLast ? null : Typed.Number(step.Bands[b].At);
                var isTooHigh = above is { } low && (step.Bands[b - 1].Edge == "below" ? range.To < low : range.To <= low);
                var isTooLow = edge is { } high && (step.Bands[b].Edge == "below" ? range.From >= high : range.From > high);
                if (isTooHigh || isTooLow)
                    warnings.Add(("method.warn.band", [tiers[b].Label ?? "", Typed.Text(range.From), Typed.Text(range.To)]));
            }
        }

        foreach (var step in form.Steps.Where(s => s.Kind == "grid" && s.Key == form.Level))
        {
            var tiers = form.Scale(step.Scale)?.Tiers ?? [];
            var reached = step.Cells.SelectMany(r => r).ToHashSet();
            warnings.AddRange(tiers.Where((_, i) => step.Cells.Count > 0 && !reached.Contains($"{i}")).Select(t => ("method.warn.unreached", new[] { t.Label ?? "" })));
            if (step.Cells.Count > 0 && !IsMonotone(step.Cells))
                warnings.Add(("method.warn.monotone", []));
        }

        foreach (var scale in form.Scales.Where(s => form.Factors.Exists(f => f.Kind == "choice" && f.Scale == s.Key) && s.Tiers.Exists(t => string.IsNullOrWhiteSpace(t.Anchor) && t.Kinds.Values.All(string.IsNullOrWhiteSpace))))
            warnings.Add(("method.warn.anchor", [string.Join(", ", form.UsersOf(scale.Key))]));
        return warnings;
    }

    private static bool IsMonotone(List<List<string?>> cells)
    {
        double At(int r, int c) => Typed.Number(cells[r].ElementAtOrDefault(c)) ?? double.NaN;
        for (var r = 0; r < cells.Count; r++)
        {
            for (var c = 0; c < cells[r].Count; c++)
            {
                if ((r > 0 && At(r, c) < At(r - 1, c)) || (c > 0 && At(r, c) < At(r, c - 1)))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Field of the form for a path of the declaration: <c>steps[0].of</c> is <c>Steps[0].Of</c>, <c>scales.value.tiers[1]</c> the label of that tier.</summary>
    private static string? FieldOf(string? path, MethodForm form)
    {
        if (path is null)
            return null;
        var parts = path.Split('.');
        if (parts[0] == "scales" && parts.Length > 1)
        {
            var name = parts[1].Split('[')[0];
            var at = form.Scales.FindIndex(s => s.Key == name);
            return at < 0 ? null : path.Contains(".tiers[", StringComparison.Ordinal) ? $"Scales[{at}].{Capital(parts[2])}.Label" : $"Scales[{at}].Key";
        }

        return string.Join('.', parts.Select(Capital));

        static string Capital(string part) => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..];
    }

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{N}_-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}

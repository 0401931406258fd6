using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Text;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Changes of a methodology's build while it is edited: tiers, factors and steps come and go, and what refers to them follows.</summary>
internal static class MethodChanges
{
    public const int MostTiers = 20;
    public const int MostParts = 40;
    public static readonly IReadOnlyList<string> Operations = ["sum", "product", "difference", "quotient", "maximum", "minimum", "mean"];

    /// <summary>Does one change, such as <c>tier-remove:0:2</c>, and puts everything in order.</summary>
    public static void Apply(MethodForm form, string? change, IWords words)
    {
        var wanted = form.Scales.ConvertAll(s => s.Count);
        Tidy(form);
        var parts = (change ?? "").Split(':');
        int At(int i) => parts.Length > i && int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        var scale = form.Scales.ElementAtOrDefault(At(1));
        var step = form.Steps.ElementAtOrDefault(At(1));
        switch (parts[0])
        {
            case "tier-add" when scale?.Tiers.Count < MostTiers:
                scale.Tiers.Add(new() { Value = NextValue(scale) });
                break;
            case "tier-remove" when scale?.Tiers.Count > 1 && At(2) >= 0 && At(2) < scale.Tiers.Count:
                Reshape(form, scale, [.. Enumerable.Range(0, scale.Tiers.Count).Where(i => i != At(2))], ordinal => ordinal == At(2) ? null : ordinal > At(2) ? ordinal - 1 : ordinal);
                break;
            case "resize" when scale?.Tiers.Count > 0:
                Resize(form, scale, Math.Clamp(wanted[At(1)], 1, MostTiers));
                break;
            case "scale-add" when form.Scales.Count < MostParts:
                form.Scales.Add(NewScale(form, "scale", words));
                break;
            case "scale-remove" when scale is not null && !form.UsersOf(scale.Key).Any() && form.Levels != scale.Key:
                form.Scales.Remove(scale);
                break;
            case "factor-add" when form.Factors.Count < MostParts:
                Add(form, parts.ElementAtOrDefault(1), words);
                break;
            case "factor-remove" when At(1) >= 0 && At(1) < form.Factors.Count:
                form.Factors.RemoveAt(At(1));
                break;
            case "factor-up" when At(1) > 0 && At(1) < form.Factors.Count:
                (form.Factors[At(1)], form.Factors[At(1) - 1]) = (form.Factors[At(1) - 1], form.Factors[At(1)]);
                break;
            case "step-add" when form.Steps.Count < MostParts:
                AddStep(form, parts.ElementAtOrDefault(1) ?? "grid");
                break;
            case "step-remove" when step is not null:
                form.Steps.Remove(step);
                break;
            case "step-up" when step is not null && At(1) > 0:
                (form.Steps[At(1)], form.Steps[At(1) - 1]) = (form.Steps[At(1) - 1], step);
                break;
            case "fill" when step is { Kind: "grid" }:
                Fill(form, step, blankOnly: false);
                break;
            case "fill-blank" when step is { Kind: "grid" }:
                Fill(form, step, blankOnly: true);
                break;
            case "even" when step is { Kind: "band" }:
                Even(form, step);
                break;
        }

        Tidy(form);
    }

    /// <summary>Gives new parts a key, follows keys that were typed over, and makes grids, bands and criteria as large as their scales.</summary>
    public static void Tidy(MethodForm form)
    {
        // All keys first, then what refers to them at once: two that are exchanged must not meet on the way.
        var (scales, places) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var scale in form.Scales)
        {
            scale.Key = Typed.Clean(scale.Key) ?? Unused("scale", form.Scales.Select(s => s.Key));
            scales.TryAdd(scale.Was ?? "", scale.Key);
            scale.Was = scale.Key;
            scale.Count = scale.Tiers.Count;
        }

        foreach (var factor in form.Factors)
        {
            factor.Key = Typed.Clean(factor.Key) ?? Unused(Declarations.KeyOf(factor.Name, "factor"), Keys(form));
            places.TryAdd(factor.Was ?? "", factor.Key);
            factor.Was = factor.Key;
        }

        foreach (var step in form.Steps)
        {
            step.Key = Typed.Clean(step.Key) ?? Unused(Declarations.KeyOf(step.Name, "step"), Keys(form));
            places.TryAdd(step.Was ?? "", step.Key);
            step.Was = step.Key;
            step.Of.RemoveAll(string.IsNullOrEmpty);
        }

        Follow(form, scales, places);
        for (var i = 0; i < form.Steps.Count; i++)
        {
            var step = form.Steps[i];
            if (step.Kind == "grid")
            {
                var (rows, columns) = (form.ScaleOf(step.Rows)?.Tiers.Count ?? 0, form.ScaleOf(step.Columns)?.Tiers.Count ?? 0);
                step.Cells = [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, columns).Select(c => step.Cells.ElementAtOrDefault(r)?.ElementAtOrDefault(c)).ToList())];
            }
            else if (step.Kind == "band")
            {
                step.Bands = [.. Enumerable.Range(0, form.Scale(step.Scale)?.Tiers.Count ?? 0).Select(b => step.Bands.ElementAtOrDefault(b) ?? new())];
            }
        }

        form.Criteria.Handling = [.. Enumerable.Range(0, form.Scale(form.Levels)?.Tiers.Count ?? 0).Select(l => form.Criteria.Handling.ElementAtOrDefault(l))];
    }

    /// <summary>Level of a cell: the mean of both ranks, a half going up where the impact (the column) is the greater.</summary>
    public static int Proposed(int row, int rows, int column, int columns, int levels)
    {
        var (up, right) = (rows < 2 ? 0 : (double)row / (rows - 1), columns < 2 ? 0 : (double)column / (columns - 1));
        var place = (up + right) / 2 * (levels - 1);
        return (int)Math.Clamp(Math.Round(place + (right > up ? 1e-9 : -1e-9), MidpointRounding.AwayFromZero), 0, levels - 1);
    }

    /// <summary>Bands of equal width over everything that can come out.</summary>
    public static void Even(MethodForm form, StepForm step)
    {
        if (form.Scale(step.Scale) is not { } scale || step.Of.Count == 0 || Ranges.Of(form, step.Of[0]) is not { } range)
            return;
        var whole = range.To - range.From >= scale.Tiers.Count;
        step.Bands = [.. Enumerable.Range(1, scale.Tiers.Count).Select(i =>
        {
            var edge = range.From + ((range.To - range.From) * i / scale.Tiers.Count);
            return new BandForm { At = i == scale.Tiers.Count ? null : Typed.Text(whole ? Math.Floor(edge) : Math.Round(edge, 6)) };
        })];
    }

    private static void Fill(MethodForm form, StepForm step, bool blankOnly)
    {
        var levels = form.Scale(step.Scale)?.Tiers.Count ?? 0;
        if (levels == 0)
            return;
        for (var r = 0; r < step.Cells.Count; r++)
        {
            for (var c = 0; c < step.Cells[r].Count; c++)
            {
                if (!blankOnly || string.IsNullOrWhiteSpace(step.Cells[r][c]))
                    step.Cells[r][c] = Proposed(r, step.Cells.Count, c, step.Cells[r].Count, levels).ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    /// <summary>Stretches or shrinks a scale: ends and middle stay, new tiers have no words yet, grids and criteria follow.</summary>
    private static void Resize(MethodForm form, ScaleForm scale, int count)
    {
        var old = scale.Tiers.Count;
        if (count == old)
            return;
        var from = Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)Math.Round((double)i * (old - 1) / (count - 1), MidpointRounding.AwayFromZero)).ToArray();
        var numbers = scale.Tiers.Select(t => Typed.Number(t.Value)).ToList();
        var isCounted = numbers.TrueForAll(n => n is not null) && numbers.Select((n, i) => n - i).Distinct().Count() == 1;
        int? Moved(int ordinal) => old == 1 ? 0 : (int)Math.Round((double)ordinal * (count - 1) / (old - 1), MidpointRounding.AwayFromZero);
        Reshape(form, scale, from, Moved);
        for (var i = 0; isCounted && i < count; i++)
            scale.Tiers[i].Value = Typed.Text(numbers[0]!.Value + i);
        if (scale.Key == form.Levels)
            scale.Tiers.ForEach(t => t.Colour = null);
        foreach (var band in form.Steps.Where(s => s.Kind == "band" && s.Scale == scale.Key))
            Even(form, band);
    }

    /// <summary>Gives a scale the tiers that stood at these places (a place taken twice becomes a new tier), and everything that stands on it with it.</summary>
    private static void Reshape(MethodForm form, ScaleForm scale, int[] from, Func<int, int?> moved)
    {
        List<T> Taken<T>(List<T> of) => [.. from.Where(i => i < of.Count).Select(i => of[i])];
        string? Move(string? ordinal) => Typed.Ordinal(ordinal, scale.Tiers.Count) is { } number ? moved(number)?.ToString(CultureInfo.InvariantCulture) : ordinal;
        foreach (var step in form.Steps)
        {
            if (step.Kind == "grid")
            {
                if (form.ScaleOf(step.Rows) == scale)
                    step.Cells = [.. Taken(step.Cells).Select(row => row.ToList())];
                if (form.ScaleOf(step.Columns) == scale)
                    step.Cells = [.. step.Cells.Select(Taken)];
                if (step.Scale == scale.Key)
                    step.Cells = [.. step.Cells.Select(row => row.Select(Move).ToList())];
            }
            else if (step.Kind == "band" && step.Scale == scale.Key)
            {
                step.Bands = [.. Taken(step.Bands).Select(b => new BandForm { At = b.At, Edge = b.Edge })];
            }
        }

        if (form.Levels == scale.Key)
        {
            form.Criteria.Handling = Taken(form.Criteria.Handling);
            form.Criteria.ResidualLevel = Move(form.Criteria.ResidualLevel);
        }

        var kept = new HashSet<int>();
        scale.Tiers = [.. from.Select(i => kept.Add(i) ? scale.Tiers[i] : new TierForm())];
    }

    private static void Add(MethodForm form, string? kind, IWords words)
    {
        var factor = new FactorForm { Kind = kind is "number" or "list" ? kind : "choice" };
        if (factor.Kind == "choice")
        {
            var scale = NewScale(form, "scale", words);
            form.Scales.Add(scale);
            factor.Scale = scale.Key;
        }

        form.Factors.Add(factor);
    }

    private static void AddStep(MethodForm form, string kind)
    {
        var step = new StepForm { Kind = kind, Shown = true, Key = Unused(kind, Keys(form)) };
        var tiered = form.Places(form.Steps.Count).Where(p => !string.IsNullOrEmpty(p.Scale)).Select(p => p.Key).ToList();
        switch (kind)
        {
            case "grid":
                (step.Rows, step.Columns, step.Scale) = (tiered.ElementAtOrDefault(0), tiered.ElementAtOrDefault(1), form.Levels);
                break;
            case "band":
                step.Scale = form.Levels;
                step.Of = [.. form.Steps.Where(s => !s.Scaled).Select(s => s.Key!).TakeLast(1)];
                break;
            case "quotient" or "difference":
                (step.First, step.Of) = (form.Factors.ElementAtOrDefault(0)?.Key, [.. form.Factors.Skip(1).Take(1).Select(f => f.Key!)]);
                break;
            case not "constant":
                step.Of = [.. form.Factors.Select(f => f.Key!)];
                break;
        }

        form.Steps.Add(step);
        if (step.Scaled && step.Scale == form.Levels)
            form.Level ??= step.Key;
        else if (!step.Scaled)
            form.Value ??= step.Key;
    }

    private static ScaleForm NewScale(MethodForm form, string name, IWords words)
    {
        var key = Unused(name, form.Scales.Select(s => s.Key));
        return new() { Key = key, Was = key, Count = 3, Tiers = [.. Enumerable.Range(2, 3).Select(i => new TierForm { Label = words[$"method.start.tier.{i}"], Value = $"{i - 1}" })] };
    }

    private static string? NextValue(ScaleForm scale) => scale.Tiers.Count > 0 && Typed.Number(scale.Tiers[^1].Value) is { } last ? Typed.Text(last + 1) : null;

    private static IEnumerable<string?> Keys(MethodForm form) => form.Factors.Select(f => f.Key).Concat(form.Steps.Select(s => s.Key));

    private static string Unused(string name, IEnumerable<string?> taken)
    {
        var all = taken.ToHashSet();
        var key = name;
        for (var i = 2; all.Contains(key); i++)
            key = $"{name}-{i}";
        return key;
    }

    /// <summary>Renames what refers to scales, factors and steps, a list's fields (<c>factor.field</c>) included.</summary>
    private static void Follow(MethodForm form, Dictionary<string, string> scales, Dictionary<string, string> places)
    {
        string? Scale(string? key) => string.IsNullOrEmpty(key) ? key : scales.GetValueOrDefault(key, key);
        string? Place(string? key) => string.IsNullOrEmpty(key) ? key
            : places.TryGetValue(key, out var now) ? now
            : key.Split('.', 2) is [var list, var field] && places.TryGetValue(list, out now) ? $"{now}.{field}"
            : key;
        foreach (var factor in form.Factors)
        {
            factor.Scale = Scale(factor.Scale);
            factor.Rest = Changed<JsonObject>(factor.Rest, rest => Each(rest["fields"], field => Put(field, "scale", Scale)));
        }

        foreach (var step in form.Steps)
        {
            step.Scale = Scale(step.Scale);
            step.Of = [.. step.Of.Select(o => Place(o)!)];
            (step.First, step.Rows, step.Columns) = (Place(step.First), Place(step.Rows), Place(step.Columns));
            step.Rest = Changed<JsonObject>(step.Rest, rest => Put(rest, "when", Place));
        }

        form.Levels = Scale(form.Levels);
        (form.Level, form.Value, form.Order) = (Place(form.Level), Place(form.Value), Place(form.Order));
        (form.Vertical, form.Horizontal) = (Place(form.Vertical), Place(form.Horizontal));
        form.Rest = Changed<JsonObject>(form.Rest, rest =>
        {
            foreach (var criterion in (rest["criteria"] as JsonObject ?? []).Select(c => c.Key).ToList())
                Put((JsonObject)rest["criteria"]!, criterion, Place);
        });
        form.Outputs = Changed<JsonArray>(form.Outputs, outputs => Each(outputs, output =>
        {
            Put(output, "from", Place, "key");
            Put(output, "by", Place);
        }));

        static void Each(JsonNode? list, Action<JsonObject> change) => (list as JsonArray ?? []).OfType<JsonObject>().ToList().ForEach(change);

        static void Put(JsonObject holder, string property, Func<string?, string?> to, string? otherwise = null)
        {
            var was = (holder[property] ?? holder[otherwise ?? property])?.ToString();
            if (to(was) is var now && now != was)
                holder[property] = now;
        }

        static string? Changed<T>(string? json, Action<T> change)
            where T : JsonNode
        {
            if (Declarations.ParsedNode(json) is not T node)
                return json;
            change(node);
            return node.ToJsonString();
        }
    }
}

/// <summary>What can come out of a factor or a step: least and greatest number, as far as it is known.</summary>
internal static class Ranges
{
    public static (double From, double To)? Of(MethodForm form, string? key) => Of(form, key, 0);

    private static (double From, double To)? Of(MethodForm form, string? key, int depth)
    {
        if (depth > MethodChanges.MostParts || string.IsNullOrEmpty(key))
            return null;
        if (form.Factors.Find(f => f.Key == key) is { } factor)
            return factor.Kind == "choice" ? Tiers(form.Scale(factor.Scale)) : Typed.Number(factor.Minimum) is { } from && Typed.Number(factor.Maximum) is { } to ? (from, to) : null;
        if (form.Steps.Find(s => s.Key == key) is not { } step)
            return null;
        if (step.Kind == "constant")
            return Typed.Number(step.Value) is { } always ? (always, always) : null;
        if (step.Scaled)
            return Tiers(form.Scale(step.Scale));
        if (step.Kind == "grid")
        {
            var cells = step.Cells.SelectMany(r => r).Select(Typed.Number).OfType<double>().ToList();
            return cells.Count == 0 ? null : (cells.Min(), cells.Max());
        }

        // A list adds up to nobody knows what, and a step with further settings is not understood here.
        if (step.Rest is not null)
            return null;
        var names = StepForm.Ordered.Contains(step.Kind) ? step.Of.Prepend(step.First ?? "") : step.Of;
        if (step.Kind is "sum" or "product" && names.Any(n => form.Factors.Exists(f => f.Key == n && f.Kind == "list")))
            return null;
        var parts = names.Select(o => Of(form, o, depth + 1)).ToList();
        if (parts.Count == 0 || parts.Exists(p => p is null))
            return null;
        var ranges = parts.ConvertAll(p => p!.Value);
        return step.Kind switch
        {
            "sum" => (ranges.Sum(r => r.From), ranges.Sum(r => r.To)),
            "product" => ranges.Aggregate((a, b) => Corners(a.From * b.From, a.From * b.To, a.To * b.From, a.To * b.To)),
            "difference" => (ranges[0].From - ranges.Skip(1).Sum(r => r.To), ranges[0].To - ranges.Skip(1).Sum(r => r.From)),
            "maximum" => (ranges.Max(r => r.From), ranges.Max(r => r.To)),
            "minimum" => (ranges.Min(r => r.From), ranges.Min(r => r.To)),
            "mean" => (ranges.Average(r => r.From), ranges.Average(r => r.To)),
            "quotient" when ranges.Skip(1).All(r => r.From > 0) => ranges.Aggregate((a, b) => Corners(a.From / b.From, a.From / b.To, a.To / b.From, a.To / b.To)),
            _ => null,
        };
    }

    private static (double From, double To)? Tiers(ScaleForm? scale)
    {
        if (scale is not { Tiers.Count: > 0 })
            return null;
        var numbers = scale.Tiers.Select((t, i) => Typed.Number(t.Value) ?? i).ToList();
        return (numbers.Min(), numbers.Max());
    }

    private static (double From, double To) Corners(params double[] all) => (all.Min(), all.Max());
}

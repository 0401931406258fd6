using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Between a declaration (<c>methodology.json</c> without parameters) and its form. What goes through both ways means the same.</summary>
internal static class Declarations
{
    private static readonly string[] Root = ["id", "version", "name", "summary", "source", "confidence", "scales", "factors", "steps", "levels", "level", "value", "order", "outputs", "axes", "acceptance"];
    private static readonly string[] TierParts = ["key", "label", "value", "colour", "anchor", "anchorsByKind"];
    private static readonly string[] FactorParts = ["key", "name", "help", "kind", "scale", "role", "minimum", "maximum", "unit", "count", "whole", "optional"];
    private static readonly string[] StepParts = ["key", "name", "kind", "of", "rows", "columns", "scale", "cells", "bands", "whenZero", "value"];
    private static readonly string[] CriteriaParts = ["acceptable", "byException", "exceptionMonths", "acceptUpTo", "exceptionUpTo", "residualLevel", "residualValue"];

    public static MethodForm Read(JsonObject file)
    {
        var form = new MethodForm
        {
            Name = Text(file["name"]),
            Summary = Text(file["summary"]),
            Source = Text(file["source"]),
            Confidence = Text(file["confidence"]),
            Scales = [.. (file["scales"] as JsonObject ?? []).Select(s => ReadScale(s.Key, s.Value))],
            Factors = [.. Objects(file["factors"]).Select(ReadFactor)],
            Levels = Text(file["levels"]),
            Level = Text(file["level"]),
            Value = Text(file["value"]),
            Order = Text(file["order"]),
            Vertical = Text(file["axes"]?["vertical"]),
            Horizontal = Text(file["axes"]?["horizontal"]),
            Rest = Rest(file, Root),
        };
        foreach (var step in Objects(file["steps"]))
            form.Steps.Add(ReadStep(step, form));
        var outputs = Objects(file["outputs"]).ToList();
        foreach (var step in form.Steps)
            step.Shown = outputs.Exists(o => (Text(o["from"]) ?? Text(o["key"])) == step.Key);
        form.Outputs = outputs.Count == 0 ? null : new JsonArray([.. outputs.Select(o => o.DeepClone())]).ToJsonString();
        form.Criteria = ReadCriteria(file["acceptance"] as JsonObject, form.Scale(form.Levels));
        return form;
    }

    /// <param name="form">The form.</param>
    /// <param name="id">Key of the methodology.</param>
    public static JsonObject Write(MethodForm form, string id)
    {
        var file = new JsonObject
        {
            ["id"] = id,
            ["version"] = "0",
            ["name"] = Typed.Clean(form.Name),
            ["summary"] = Typed.Clean(form.Summary),
            ["source"] = Typed.Clean(form.Source),
            ["confidence"] = form.Confidence is "published" ? "published" : "after",
        };
        var scales = new JsonObject();
        foreach (var scale in form.Scales)
            scales[Free(scales, scale.Key ?? "scale")] = WriteScale(scale);
        file["scales"] = scales;
        file["factors"] = new JsonArray([.. form.Factors.Select(WriteFactor)]);
        Put(file, "levels", form.Levels);
        file["steps"] = new JsonArray([.. form.Steps.Select(s => WriteStep(s, form))]);
        Put(file, "level", form.Level);
        Put(file, "value", form.Value);
        Put(file, "order", form.Order);
        var outputs = WriteOutputs(form);
        if (outputs.Count > 0)
            file["outputs"] = outputs;
        if (Typed.Clean(form.Vertical) is { } up && Typed.Clean(form.Horizontal) is { } right)
            file["axes"] = new JsonObject { ["vertical"] = up, ["horizontal"] = right };
        if (WriteCriteria(form) is { Count: > 0 } criteria)
            file["acceptance"] = criteria;
        return Joined(file, form.Rest);
    }

    /// <summary>Key made of a word: letters and digits of any script, others as hyphens.</summary>
    public static string KeyOf(string? word, string otherwise)
    {
        var key = new StringBuilder();
        foreach (var c in (word ?? "").ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
                key.Append(c);
            else if (key.Length > 0 && key[^1] != '-')
                key.Append('-');
        }

        var trimmed = key.ToString().Trim('-');
        return trimmed.Length == 0 ? otherwise : trimmed.Length > 40 ? trimmed[..40].Trim('-') : trimmed;
    }

    private static ScaleForm ReadScale(string key, JsonNode? node)
    {
        var tiers = (node is JsonObject whole ? whole["tiers"] : node) as JsonArray ?? [];
        JsonNode? Beside(string property, int i) => node is JsonObject holder && holder[property] is JsonArray list && i < list.Count ? list[i] : null;
        return new()
        {
            Key = key,
            Was = key,
            Count = tiers.Count,
            Tiers = [.. tiers.Select((t, i) => ReadTier(t, Beside("anchors", i), Beside("colours", i)))],
            Rest = node is JsonObject rest ? Rest(rest, ["tiers", "anchors", "colours"]) : null,
        };
    }

    private static TierForm ReadTier(JsonNode? node, JsonNode? anchor, JsonNode? colour)
    {
        var tier = node as JsonObject ?? new JsonObject { ["label"] = node?.DeepClone() };
        return new()
        {
            Key = Text(tier["key"]),
            Label = Text(tier["label"]),
            Value = Text(tier["value"]),
            Colour = Text(tier["colour"]) ?? Text(colour),
            Anchor = Text(tier["anchor"]) ?? Text(anchor),
            Kinds = (tier["anchorsByKind"] as JsonObject ?? []).ToDictionary(k => k.Key, k => Text(k.Value)),
            Rest = Rest(tier, TierParts),
        };
    }

    private static JsonNode WriteScale(ScaleForm scale)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var tiers = new JsonArray();
        for (var i = 0; i < scale.Tiers.Count; i++)
        {
            var tier = scale.Tiers[i];
            var key = Typed.Clean(tier.Key) ?? KeyOf(tier.Label, $"tier-{i + 1}");
            while (!taken.Add(key))
                key += "-2";
            var json = new JsonObject { ["key"] = key, ["label"] = Typed.Clean(tier.Label) };
            PutNumber(json, "value", tier.Value);
            Put(json, "colour", tier.Colour);
            Put(json, "anchor", tier.Anchor);
            var kinds = new JsonObject(tier.Kinds.Where(k => !string.IsNullOrWhiteSpace(k.Value)).Select(k => KeyValuePair.Create(k.Key, (JsonNode?)k.Value!.Trim())));
            if (kinds.Count > 0)
                json["anchorsByKind"] = kinds;
            tiers.Add(Joined(json, tier.Rest));
        }

        return Parsed(scale.Rest) is { Count: > 0 } ? Joined(new() { ["tiers"] = tiers }, scale.Rest) : tiers;
    }

    private static FactorForm ReadFactor(JsonObject factor) => new()
    {
        Key = Text(factor["key"]),
        Was = Text(factor["key"]),
        Name = Text(factor["name"]),
        Help = Text(factor["help"]),
        Kind = Text(factor["kind"]) ?? "choice",
        Scale = Text(factor["scale"]),
        Role = Text(factor["role"]),
        Minimum = Text(factor["minimum"]),
        Maximum = Text(factor["maximum"]),
        Unit = Text(factor["unit"]),
        Count = Text(factor["count"]),
        Whole = Yes(factor["whole"]),
        Optional = Yes(factor["optional"]),
        Rest = Rest(factor, FactorParts),
    };

    private static JsonObject WriteFactor(FactorForm factor)
    {
        var json = new JsonObject { ["key"] = Typed.Clean(factor.Key), ["name"] = Typed.Clean(factor.Name), ["kind"] = factor.Kind };
        Put(json, "help", factor.Help);
        if (factor.Kind == "choice")
            Put(json, "scale", factor.Scale);
        if (factor.Role is not ("other" or ""))
            Put(json, "role", factor.Role);
        if (factor.Kind != "choice")
        {
            PutNumber(json, "minimum", factor.Minimum);
            PutNumber(json, "maximum", factor.Maximum);
            Put(json, "unit", factor.Unit);
            if (factor.Kind == "list")
                PutNumber(json, "count", factor.Count);
            if (factor.Whole)
                json["whole"] = true;
        }

        if (factor.Optional)
            json["optional"] = true;
        return Joined(json, factor.Rest);
    }

    private static StepForm ReadStep(JsonObject step, MethodForm form)
    {
        var read = new StepForm
        {
            Key = Text(step["key"]),
            Was = Text(step["key"]),
            Name = Text(step["name"]),
            Kind = Text(step["kind"]),
            Of = step["of"] is JsonArray of ? [.. of.Select(Text).OfType<string>()] : Text(step["of"]) is { } single ? [single] : [],
            Rows = Text(step["rows"]),
            Columns = Text(step["columns"]),
            Scale = Text(step["scale"]),
            WhenZero = Text(step["whenZero"]),
            Value = Text(step["value"]),
            Rest = Rest(step, StepParts),
        };
        if (StepForm.Ordered.Contains(read.Kind) && read.Of.Count > 0)
            (read.First, read.Of) = (read.Of[0], read.Of[1..]);
        var tiers = form.Scale(read.Scale)?.Tiers;
        read.Cells = [.. (step["cells"] as JsonArray ?? []).Select(row => (row as JsonArray ?? []).Select(cell => ReadCell(cell, tiers)).ToList())];
        read.Bands = [.. Objects(step["bands"]).Select(b => new BandForm { At = Text(b["upTo"]) ?? Text(b["below"]), Edge = b["below"] is null ? "upTo" : "below" })];
        return read;
    }

    /// <summary>Cells name tiers by key, label or ordinal; the form holds ordinals.</summary>
    private static string? ReadCell(JsonNode? cell, List<TierForm>? tiers)
    {
        if (tiers is null || cell is not JsonValue value || !value.TryGetValue(out string? word))
            return Text(cell);
        // As TierWords: a word that moved to another tier does not take what a key means.
        var tier = tiers.FindIndex(t => (t.Key ?? KeyOf(t.Label, "")) == word);
        if (tier < 0)
            tier = tiers.FindIndex(t => t.Label == word);
        if (tier < 0)
            tier = tiers.FindIndex(t => Same(t.Key ?? KeyOf(t.Label, ""), word));
        if (tier < 0)
            tier = tiers.FindIndex(t => Same(t.Label, word));
        return tier < 0 ? word : tier.ToString(CultureInfo.InvariantCulture);
    }

    private static JsonObject WriteStep(StepForm step, MethodForm form)
    {
        var json = new JsonObject { ["key"] = Typed.Clean(step.Key) };
        Put(json, "name", step.Name);
        json["kind"] = step.Kind;
        switch (step.Kind)
        {
            case "grid":
                Put(json, "rows", step.Rows);
                Put(json, "columns", step.Columns);
                Put(json, "scale", step.Scale);
                json["cells"] = new JsonArray([.. step.Cells.Select(row => (JsonNode)new JsonArray([.. row.Select(Typed.Node)]))]);
                break;
            case "round" or "rank":
                if (step.Of.Count > 0)
                    json["of"] = step.Of[0];
                break;
            case "band":
                if (step.Of.Count > 0)
                    json["of"] = step.Of[0];
                Put(json, "scale", step.Scale);
                json["bands"] = new JsonArray([.. step.Bands.Select((b, i) => i == step.Bands.Count - 1 ? new JsonObject() : new JsonObject { [b.Edge is "below" ? "below" : "upTo"] = Typed.Node(b.At) })]);
                break;
            case "constant":
                PutNumber(json, "value", step.Value);
                break;
            default:
                IEnumerable<string> of = StepForm.Ordered.Contains(step.Kind) && Typed.Clean(step.First) is { } first ? [first, .. step.Of.Where(o => o != first)] : step.Of;
                if (of.Any())
                    json["of"] = new JsonArray([.. of.Select(o => (JsonNode)o)]);
                PutNumber(json, "whenZero", step.Kind == "quotient" ? step.WhenZero : null);
                break;
        }

        return Joined(json, step.Rest);
    }

    private static JsonArray WriteOutputs(MethodForm form)
    {
        var outputs = new JsonArray();
        foreach (var output in Objects(ParsedNode(form.Outputs)))
        {
            var from = Text(output["from"]) ?? Text(output["key"]);
            if (form.Steps.Find(s => s.Key == from) is { } step ? step.Shown : form.Factors.Exists(f => f.Key == from))
                outputs.Add(output.DeepClone());
        }

        foreach (var step in form.Steps.Where(s => s.Shown && !outputs.Any(o => (Text(o!["from"]) ?? Text(o["key"])) == s.Key)))
            outputs.Add(new JsonObject { ["key"] = step.Key });
        return outputs;
    }

    private static CriteriaForm ReadCriteria(JsonObject? criteria, ScaleForm? levels)
    {
        if (criteria is null)
            return new() { Handling = [.. (levels?.Tiers ?? []).Select(_ => (string?)null)] };
        var (acceptable, byException) = (Names(criteria["acceptable"]), Names(criteria["byException"]));
        var keys = (levels?.Tiers ?? []).Select(t => t.Key ?? KeyOf(t.Label, "")).ToList();
        var residual = Text(criteria["residualLevel"]) is { } level ? keys.IndexOf(level) : -1;
        return new()
        {
            Handling = [.. keys.Select(k => acceptable.Contains(k) ? "acceptable" : byException.Contains(k) ? "byException" : "mustTreat")],
            ExceptionMonths = Text(criteria["exceptionMonths"]),
            AcceptUpTo = Text(criteria["acceptUpTo"]),
            ExceptionUpTo = Text(criteria["exceptionUpTo"]),
            ResidualLevel = residual < 0 ? null : residual.ToString(CultureInfo.InvariantCulture),
            ResidualValue = Text(criteria["residualValue"]),
            Rest = Rest(criteria, CriteriaParts),
        };

        static List<string> Names(JsonNode? node) => [.. (node as JsonArray ?? []).Select(Text).OfType<string>()];
    }

    private static JsonObject WriteCriteria(MethodForm form)
    {
        var (typed, json) = (form.Criteria, new JsonObject());
        var tiers = WriteScale(form.Scale(form.Levels) ?? new()) is var scale && scale is JsonObject whole ? (JsonArray)whole["tiers"]! : (JsonArray)scale;
        string? Key(int level) => level >= 0 && level < tiers.Count ? Text(tiers[level]!["key"]) : null;
        if (typed.Handling.Exists(h => !string.IsNullOrEmpty(h)))
        {
            JsonArray Levels(string handling) => [.. typed.Handling.Select((h, i) => h == handling ? Key(i) : null).OfType<string>()];
            json["acceptable"] = Levels("acceptable");
            json["byException"] = Levels("byException");
        }

        PutNumber(json, "exceptionMonths", typed.ExceptionMonths);
        PutNumber(json, "acceptUpTo", typed.AcceptUpTo);
        PutNumber(json, "exceptionUpTo", typed.ExceptionUpTo);
        if (Typed.Ordinal(typed.ResidualLevel, tiers.Count) is { } residual)
            json["residualLevel"] = Key(residual);
        PutNumber(json, "residualValue", typed.ResidualValue);
        return Joined(json, typed.Rest);
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonValue value when value.TryGetValue(out double number) => Typed.Text(number),
        _ => node.ToJsonString(),
    };

    private static bool Yes(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool yes) && yes;

    private static string? Rest(JsonObject holder, string[] known)
    {
        var rest = new JsonObject(holder.Where(p => !known.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return rest.Count == 0 ? null : rest.ToJsonString();
    }

    private static JsonObject Joined(JsonObject holder, string? rest)
    {
        foreach (var (key, value) in Parsed(rest) ?? [])
            holder.TryAdd(key, value?.DeepClone());
        return holder;
    }

    internal static JsonObject? Parsed(string? json) => ParsedNode(json) as JsonObject;

    internal static JsonNode? ParsedNode(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
            return null;
        try
        {
            return JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = 32 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Put(JsonObject holder, string property, string? text)
    {
        if (Typed.Clean(text) is { } value)
            holder[property] = value;
    }

    private static void PutNumber(JsonObject holder, string property, string? text)
    {
        if (Typed.Node(text) is { } value)
            holder[property] = value;
    }

    private static bool Same(string? a, string? b) => a is not null && string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string Free(JsonObject holder, string key)
    {
        while (holder.ContainsKey(key))
            key += "-2";
        return key;
    }
}

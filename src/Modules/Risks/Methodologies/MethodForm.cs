using System.Globalization;
using System.Text.Json.Nodes;
using IsmsModular.Risks.Register;

namespace IsmsModular.Risks.Methodologies;

/// <summary>A declaration as fields of a form. Numbers stay as typed, so that nothing is lost while something is wrong; what the form does not show travels along in <c>Rest</c>.</summary>
public sealed class MethodForm
{
    public string? Name { get; set; }

    public string? Summary { get; set; }

    public string? Source { get; set; }

    public string? Confidence { get; set; }

    public List<ScaleForm> Scales { get; set; } = [];

    public List<FactorForm> Factors { get; set; } = [];

    public List<StepForm> Steps { get; set; } = [];

    /// <summary>Key of the scale of levels, or none where the method gives a number only.</summary>
    public string? Levels { get; set; }

    /// <summary>Step that gives the level.</summary>
    public string? Level { get; set; }

    /// <summary>Step that gives the value.</summary>
    public string? Value { get; set; }

    /// <summary>Step that ranks; none for value, then level.</summary>
    public string? Order { get; set; }

    public string? Vertical { get; set; }

    public string? Horizontal { get; set; }

    public CriteriaForm Criteria { get; set; } = new();

    /// <summary>Outputs with another name than that of their step, as JSON.</summary>
    public string? Outputs { get; set; }

    public string? Rest { get; set; }

    /// <summary>What a step may refer to: factors, and the steps before it.</summary>
    internal IEnumerable<(string Key, string Name, string? Scale)> Places(int beforeStep) =>
        Factors.SelectMany(f => f.Fields().Prepend((f.Key ?? "", f.Name ?? f.Key ?? "", f.Kind == "choice" ? f.Scale : null)))
            .Concat(Steps.Take(beforeStep).Select(s => (s.Key ?? "", string.IsNullOrWhiteSpace(s.Name) ? s.Key ?? "" : s.Name, s.Scaled ? s.Scale : null)));

    internal ScaleForm? Scale(string? key) => Scales.Find(s => s.Key == key);

    internal ScaleForm? ScaleOf(string? place) => Scale(Places(Steps.Count).FirstOrDefault(p => p.Key == place).Scale);

    /// <summary>Names of what uses a scale.</summary>
    internal IEnumerable<string> UsersOf(string? scale) =>
        Places(Steps.Count).Where(p => p.Scale == scale && !string.IsNullOrEmpty(scale)).Select(p => p.Name);
}

/// <summary>A scale: tiers, lowest first.</summary>
public sealed class ScaleForm
{
    public string? Key { get; set; }

    /// <summary>Key before it was typed over.</summary>
    public string? Was { get; set; }

    /// <summary>Number of tiers wanted, when it is to change.</summary>
    public int Count { get; set; }

    public List<TierForm> Tiers { get; set; } = [];

    public string? Rest { get; set; }
}

/// <summary>A step of a scale.</summary>
public sealed class TierForm
{
    /// <summary>Kinds of impact that may have anchor texts of their own.</summary>
    internal static readonly IReadOnlyList<string> KindKeys = [.. Enum.GetNames<ConsequenceKind>().Select(n => n.ToLowerInvariant())];

    public string? Key { get; set; }

    public string? Label { get; set; }

    public string? Value { get; set; }

    public string? Colour { get; set; }

    public string? Anchor { get; set; }

    public Dictionary<string, string?> Kinds { get; set; } = [];

    public string? Rest { get; set; }
}

/// <summary>What is asked.</summary>
public sealed class FactorForm
{
    public string? Key { get; set; }

    public string? Was { get; set; }

    public string? Name { get; set; }

    public string? Help { get; set; }

    public string? Kind { get; set; } = "choice";

    public string? Scale { get; set; }

    public string? Role { get; set; }

    public string? Minimum { get; set; }

    public string? Maximum { get; set; }

    public string? Unit { get; set; }

    public string? Count { get; set; }

    public bool Whole { get; set; }

    public bool Optional { get; set; }

    public string? Rest { get; set; }

    /// <summary>Fields of a list or record, which steps may name as <c>key.field</c>.</summary>
    internal IEnumerable<(string Key, string Name, string? Scale)> Fields()
    {
        if (Kind is not ("list" or "record") || Declarations.Parsed(Rest)?["fields"] is not JsonArray fields)
            yield break;
        foreach (var field in fields.OfType<JsonObject>().Where(f => f["key"] is JsonValue))
            yield return ($"{Key}.{field["key"]}", $"{Name}: {field["name"] ?? field["key"]}", field["scale"]?.ToString());
    }
}

/// <summary>A step of the calculation.</summary>
public sealed class StepForm
{
    /// <summary>Kinds whose first part counts for itself.</summary>
    internal static readonly IReadOnlyList<string> Ordered = ["quotient", "difference", "first"];

    public string? Key { get; set; }

    public string? Was { get; set; }

    public string? Name { get; set; }

    public string? Kind { get; set; }

    /// <summary>What it is computed from; a quotient divides <see cref="First"/> by the rest.</summary>
    public List<string> Of { get; set; } = [];

    public string? First { get; set; }

    public string? Rows { get; set; }

    public string? Columns { get; set; }

    public string? Scale { get; set; }

    /// <summary>For each row, lowest first, the ordinal of the tier (or the number, without a scale) in each column.</summary>
    public List<List<string?>> Cells { get; set; } = [];

    public List<BandForm> Bands { get; set; } = [];

    public string? WhenZero { get; set; }

    public string? Value { get; set; }

    /// <summary>Whether results show it.</summary>
    public bool Shown { get; set; }

    public string? Rest { get; set; }

    internal bool Scaled => Kind is "band" || (Kind is "grid" && !string.IsNullOrEmpty(Scale));
}

/// <summary>Upper edge of a band.</summary>
public sealed class BandForm
{
    public string? At { get; set; }

    /// <summary><c>upTo</c>: the edge belongs to this band; <c>below</c>: to the next.</summary>
    public string? Edge { get; set; } = "upTo";
}

/// <summary>Acceptance and residual criteria that exercises begin with.</summary>
public sealed class CriteriaForm
{
    /// <summary>For each level, lowest first, what is asked of it.</summary>
    public List<string?> Handling { get; set; } = [];

    public string? ExceptionMonths { get; set; }

    public string? AcceptUpTo { get; set; }

    public string? ExceptionUpTo { get; set; }

    /// <summary>Ordinal of the highest level that a risk should keep after treatment.</summary>
    public string? ResidualLevel { get; set; }

    public string? ResidualValue { get; set; }

    public string? Rest { get; set; }
}

/// <summary>Numbers as people type them into forms.</summary>
internal static class Typed
{
    public static double? Number(string? text) =>
        double.TryParse(text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    public static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    public static int? Ordinal(string? text, int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) && ordinal < count ? ordinal : null;

    /// <summary>A number where it is one, else the text as it stands: a draft may be wrong, but it is kept.</summary>
    public static JsonNode? Node(string? text) => string.IsNullOrWhiteSpace(text) ? null : Number(text) is { } number ? JsonValue.Create(number) : JsonValue.Create(text.Trim());

    public static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

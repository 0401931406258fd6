using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Abstractions.Methodologies;

/// <summary>A way of turning ratings into a level of risk (ISO/IEC 27000, 3.39). Implementations are pure, deterministic and thread-safe: they hold no mutable state and read no clock.</summary>
public interface IRiskMethodology
{
    /// <summary>Stable key stored with every result, such as <c>nist-800-30-r1</c>; never reused for another method.</summary>
    string Id { get; }

    /// <summary>Version of the method's rules, stored with every result.</summary>
    string Version { get; }

    /// <summary>What the method is and where it comes from.</summary>
    MethodologyInfo Info { get; }

    /// <summary>Parameters that a workspace may set, with their defaults; <c>null</c> parameters mean the defaults.</summary>
    JsonObject DefaultParameters { get; }

    /// <summary>The form of the method under these parameters: factors, levels, outputs and axes. The host renders every form from it.</summary>
    /// <exception cref="MethodologyException">A parameter is wrong; the field names it.</exception>
    MethodologyForm Describe(JsonObject? parameters);

    /// <summary>Rates one case. An unrated factor gives <c>null</c> (unrated), never zero.</summary>
    /// <returns>The result, or <c>null</c> when a needed factor is none.</returns>
    /// <exception cref="MethodologyException">An input is not of the declared shape; the field names it.</exception>
    MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs);
}

/// <summary>Origin and standing of a method.</summary>
public sealed class MethodologyInfo
{
    /// <summary>Name shown to people.</summary>
    public required Message Name { get; init; }

    /// <summary>One or two sentences: what it is good for.</summary>
    public required Message Summary { get; init; }

    /// <summary>Publication, with edition.</summary>
    public required string Source { get; init; }

    /// <summary><c>published</c>: its numbers were read in the source; <c>after</c>: built after the method, not confirmed against its text.</summary>
    public required string Confidence { get; init; }
}

/// <summary>The form of a methodology under given parameters.</summary>
public sealed class MethodologyForm
{
    /// <summary>What is asked, in order.</summary>
    public required IReadOnlyList<Factor> Factors { get; init; }

    /// <summary>Levels of risk, lowest first.</summary>
    public required IReadOnlyList<Tier> Levels { get; init; }

    /// <summary>Named outputs that a result carries, beside the level.</summary>
    public IReadOnlyList<Output> Outputs { get; init; } = [];

    /// <summary>Key of the factor or output drawn upwards in a heat map; <c>null</c> where the method has no axes.</summary>
    public string? VerticalAxis { get; init; }

    /// <summary>Key of the factor or output drawn to the right in a heat map; <c>null</c> where the method has no axes.</summary>
    public string? HorizontalAxis { get; init; }

    /// <summary>Criteria that the method suggests to a new exercise; <c>null</c> for none. The exercise decides.</summary>
    public SuggestedCriteria? Criteria { get; init; }
}

/// <summary>Acceptance criteria and residual criterion that a method suggests. Levels by key; a level in neither list must be treated.</summary>
public sealed class SuggestedCriteria
{
    /// <summary>Levels that may be retained with the owner's acceptance.</summary>
    public IReadOnlyList<string> Acceptable { get; init; } = [];

    /// <summary>Levels that may be retained only by a recorded exception with an end date.</summary>
    public IReadOnlyList<string> ByException { get; init; } = [];

    /// <summary>Longest exception in months, or <c>null</c>.</summary>
    public int? ExceptionMonths { get; init; }

    /// <summary>Methods that give a number and no level: greatest value that may be retained.</summary>
    public double? AcceptUpTo { get; init; }

    /// <summary>Methods that give a number and no level: greatest value that may be retained by exception.</summary>
    public double? ExceptionUpTo { get; init; }

    /// <summary>Highest level that a risk should keep after treatment, or <c>null</c>.</summary>
    public string? ResidualLevel { get; init; }

    /// <summary>Methods that give a number and no level: greatest value that a risk should keep after treatment.</summary>
    public double? ResidualValue { get; init; }
}

/// <summary>What a factor's value may be.</summary>
public enum FactorKind
{
    /// <summary>One tier of a scale, given by key, ordinal (0 = lowest) or English label.</summary>
    Choice,

    /// <summary>A number between <see cref="Factor.Minimum"/> and <see cref="Factor.Maximum"/>.</summary>
    Number,

    /// <summary>Free text.</summary>
    Text,

    /// <summary>Several records or values of one shape.</summary>
    List,

    /// <summary>Named fields.</summary>
    Record,
}

/// <summary>What a factor stands for, so that an exercise can fill it from the workspace's own data.</summary>
public enum FactorRole
{
    /// <summary>Nothing the host knows.</summary>
    Other,

    /// <summary>Value of the assets (greatest of the harmed C, I, A); filled from the exercise's snapshot.</summary>
    AssetValue,

    /// <summary>Likelihood of the event.</summary>
    Likelihood,

    /// <summary>Consequence (impact) of the event.</summary>
    Consequence,

    /// <summary>Ease of exploitation, or how weak the defence is.</summary>
    Vulnerability,

    /// <summary>Likelihood that the threat arises or is initiated.</summary>
    Threat,
}

/// <summary>One thing that the method asks.</summary>
public sealed class Factor
{
    /// <summary>Key in the inputs, such as <c>likelihood</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Label shown to people.</summary>
    public required Message Name { get; init; }

    /// <summary>Help text, or <c>null</c>.</summary>
    public Message? Help { get; init; }

    /// <summary>Shape of the value.</summary>
    public required FactorKind Kind { get; init; }

    /// <summary>What the factor stands for.</summary>
    public FactorRole Role { get; init; }

    /// <summary>Tiers of a choice, lowest first.</summary>
    public IReadOnlyList<Tier> Tiers { get; init; } = [];

    /// <summary>Least allowed number, inclusive.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest allowed number, inclusive.</summary>
    public double? Maximum { get; init; }

    /// <summary>Unit of a number, such as <c>per year</c>, or <c>null</c>.</summary>
    public string? Unit { get; init; }

    /// <summary>Whether a result needs it. A missing needed factor makes the result unrated.</summary>
    public bool Needed { get; init; } = true;

    /// <summary>Fields of a record, or of each element of a list; a list of plain values has one field with an empty key.</summary>
    public IReadOnlyList<Factor> Fields { get; init; } = [];

    /// <summary>What holds when none is given, such as the weights of a workspace or the seed of a simulation; <c>null</c> where there is none. The host shows it and asks for no reason while it is kept.</summary>
    public FactorValue? Preset { get; init; }

    /// <summary>Notation that a number may also be given in; the host's form offers it and shows the number that comes out.</summary>
    public FactorHelper Helper { get; init; }

    /// <summary>Property of the assets that the factor is about. As asset value or consequence it is filled from the exercise's snapshot; a choice of two tiers without a role (no, yes) asks whether the risk
    /// harms the property, and is filled from the risk. The host asks for it only where the risk harms the property, and then a result needs it.</summary>
    public SecurityProperty Property { get; init; }
}

/// <summary>What of an asset a risk may harm.</summary>
public enum SecurityProperty
{
    /// <summary>None in particular.</summary>
    None,

    /// <summary>Confidentiality.</summary>
    Confidentiality,

    /// <summary>Integrity.</summary>
    Integrity,

    /// <summary>Availability.</summary>
    Availability,
}

/// <summary>Another notation for the number of a factor. The method receives what was typed, so that the origin of the number is stored with it.</summary>
public enum FactorHelper
{
    /// <summary>None: a number is a number.</summary>
    None,

    /// <summary>A CVSS vector (3.1, 3.0 or 2) in place of its base score, as a text; <see cref="Cvss.BaseScore"/> reads it.</summary>
    Cvss,
}

/// <summary>One step of a scale.</summary>
public sealed class Tier
{
    /// <summary>Stable key, such as <c>high</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Word shown to people.</summary>
    public required Message Label { get; init; }

    /// <summary>Number used in formulas, or <c>null</c>.</summary>
    public double? Value { get; init; }

    /// <summary>Anchor text: what this step means, so that two raters mean the same.</summary>
    public Message? Anchor { get; init; }

    /// <summary>What this step means for each kind of impact: <c>financial</c>, <c>operational</c>, <c>legal</c>, <c>reputation</c>, <c>safety</c>, <c>customer</c>. Empty where the method does not tell them apart.</summary>
    public IReadOnlyDictionary<string, Message> AnchorsByKind { get; init; } = new Dictionary<string, Message>();

    /// <summary>Colour as <c>#rrggbb</c>, or <c>null</c>; the host computes a readable text colour and always shows the word too.</summary>
    public string? Colour { get; init; }
}

/// <summary>A named output of a method.</summary>
public sealed class Output
{
    /// <summary>Key in <see cref="MethodologyResult.Outputs"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Label shown to people.</summary>
    public required Message Name { get; init; }

    /// <summary>Tiers where the output is a step of a scale, lowest first.</summary>
    public IReadOnlyList<Tier> Tiers { get; init; } = [];

    /// <summary>Whether the output is a loss exceedance curve, which the host draws: a list of records with <c>loss</c> (money a year, rising) and <c>probability</c> (0 to 1, that a year's loss is greater).</summary>
    public bool IsCurve { get; init; }
}

/// <summary>Result of one evaluation.</summary>
public sealed class MethodologyResult
{
    /// <summary>Key of the level of risk, or <c>null</c> where the method gives a number only.</summary>
    public string? Level { get; init; }

    /// <summary>Value of the risk where the method has one.</summary>
    public double? Value { get; init; }

    /// <summary>Greater means worse; the host ranks by it. Same order means tie.</summary>
    public required double Order { get; init; }

    /// <summary>Named outputs: numbers, tier labels, or lists of them.</summary>
    public IReadOnlyDictionary<string, FactorValue> Outputs { get; init; } = new Dictionary<string, FactorValue>();

    /// <summary>Result for each of <c>C</c>, <c>I</c>, <c>A</c> where the method has them.</summary>
    public IReadOnlyDictionary<string, double> Criteria { get; init; } = new Dictionary<string, double>();

    /// <summary>How the result came about, step by step, in words.</summary>
    public required IReadOnlyList<Message> Steps { get; init; }
}

/// <summary>An input or a parameter is not of the declared shape.</summary>
public sealed class MethodologyException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="field">Key of the input or parameter, with a path for nested ones: <c>threats[1].ease</c>.</param>
    /// <param name="reason">What is wrong, as a message.</param>
    public MethodologyException(string field, Message reason)
        : base($"{field}: {reason}")
    {
        Field = field;
        Reason = reason;
    }

    /// <summary>Key of the input or parameter at fault.</summary>
    public string Field { get; }

    /// <summary>What is wrong.</summary>
    public Message Reason { get; }
}

using System.Text.RegularExpressions;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Where in the editor a field stands, in words.</summary>
internal static partial class MethodFields
{
    /// <summary>The part of the editor: name, scale, tier, factor, step, cell, band, result or criteria.</summary>
    public static string PartOf(string? field) => field switch
    {
        null => "other",
        _ when field.StartsWith("Scales", StringComparison.Ordinal) => field.Contains(".Tiers[", StringComparison.Ordinal) ? "tier" : "scale",
        _ when field.StartsWith("Factors", StringComparison.Ordinal) => "factor",
        _ when field.Contains(".Cells[", StringComparison.Ordinal) => "cell",
        _ when field.Contains(".Bands[", StringComparison.Ordinal) => "band",
        _ when field.StartsWith("Steps", StringComparison.Ordinal) => "step",
        _ when field.StartsWith("Criteria", StringComparison.Ordinal) => "criteria",
        "Name" or "Summary" or "Source" => "name",
        _ => "result",
    };

    /// <summary>Its number, from 1, as people count.</summary>
    public static string NumberOf(string? field) => field is not null && Number().Match(field) is { Success: true } found ? $"{int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) + 1}" : "";

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Number();
}

using System.Net;
using System.Text.RegularExpressions;

namespace IsmsModular.Tests.App;

/// <summary>What a browser without scripts would post: the fields of a form as the page shows them.</summary>
internal static partial class FormFields
{
    /// <param name="body">The page.</param>
    /// <param name="css">Class of the form.</param>
    public static List<(string Name, string Value)> Of(string body, string css)
    {
        var form = Forms().Matches(body).Select(m => m.Value).First(f => f[..f.IndexOf('>', StringComparison.Ordinal)].Contains(css, StringComparison.Ordinal));
        var fields = new List<(string, string)>();
        foreach (Match input in Inputs().Matches(form))
        {
            var type = Attribute(input.Value, "type");
            if (Attribute(input.Value, "name") is { } name && (type is not ("checkbox" or "radio") || input.Value.Contains(" checked", StringComparison.Ordinal)))
                fields.Add((name, Attribute(input.Value, "value") ?? ""));
        }

        foreach (Match area in Areas().Matches(form))
        {
            if (Attribute(area.Groups[1].Value, "name") is { } name)
                fields.Add((name, WebUtility.HtmlDecode(area.Groups[2].Value).TrimStart('\r', '\n')));
        }

        foreach (Match select in Selects().Matches(form))
        {
            var options = Options().Matches(select.Groups[2].Value).Select(o => o.Value).ToList();
            if (Attribute(select.Groups[1].Value, "name") is { } name && (options.Find(o => o.Contains(" selected", StringComparison.Ordinal)) ?? options.FirstOrDefault()) is { } chosen)
                fields.Add((name, Attribute(chosen, "value") ?? ""));
        }

        return fields;
    }

    private static string? Attribute(string tag, string name) => Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } m ? WebUtility.HtmlDecode(m.Groups[1].Value) : null;

    [GeneratedRegex("<form\\b.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input\\b[^>]*>")]
    private static partial Regex Inputs();

    [GeneratedRegex("(<textarea\\b[^>]*>)(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex Areas();

    [GeneratedRegex("(<select\\b[^>]*>)(.*?)</select>", RegexOptions.Singleline)]
    private static partial Regex Selects();

    [GeneratedRegex("<option\\b[^>]*>")]
    private static partial Regex Options();
}

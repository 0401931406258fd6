using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>Reads scales: a list of tiers, lowest first, each a word or an object; or an object with <c>tiers</c> and, beside them, <c>anchors</c> and <c>colours</c>.</summary>
internal static partial class Scale
{
    private const int MostTiers = 50;
    private static readonly (int R, int G, int B)[] Ramp = [(0x2f, 0x9e, 0x44), (0x8c, 0xb3, 0x3a), (0xf2, 0xc0, 0x37), (0xf0, 0x82, 0x2d), (0xd6, 0x39, 0x39)];

    public static IReadOnlyList<Tier> Read(string plugin, JsonNode? node, string path)
    {
        var tiers = node is JsonObject whole ? whole["tiers"] : node;
        var tiersPath = node is JsonObject ? $"{path}.tiers" : path;
        if (tiers is not JsonArray list || list.Count is 0 or > MostTiers)
            throw DeclaredReader.Fault(tiersPath, $"a list of 1 to {MostTiers} tiers is needed");
        var anchors = Beside(node, path, "anchors", list.Count);
        var colours = Beside(node, path, "colours", list.Count);
        var read = list.Select((tier, i) => ReadTier(plugin, tier, $"{tiersPath}[{i}]", anchors?[i], colours?[i])).ToList();
        for (var i = 0; i < read.Count; i++)
        {
            if (read.Take(i).Any(t => Same(t.Key, read[i].Key) || Same(t.Label.Fallback!, read[i].Label.Fallback!)))
                throw DeclaredReader.Fault($"{tiersPath}[{i}]", "two tiers have the same word");
        }

        return read;
    }

    /// <summary>Gives tiers without a colour one from green to red.</summary>
    public static IReadOnlyList<Tier> Coloured(IReadOnlyList<Tier> tiers) =>
        [.. tiers.Select((t, i) => t.Colour is not null ? t : new Tier { Key = t.Key, Label = t.Label, Value = t.Value, Anchor = t.Anchor, AnchorsByKind = t.AnchorsByKind, Colour = RampAt(tiers.Count == 1 ? 0 : (double)i / (tiers.Count - 1)) })];

    /// <summary>The tier meant by a value: a number is the ordinal; a text is the key, the English label (a leading number may be missing), or the ordinal.</summary>
    public static int Find(IReadOnlyList<Tier> scale, FactorValue value, string field)
    {
        if (value.AsText is { } text)
        {
            text = text.Trim();
            var tier = TierWords.IndexOf(scale, text);
            if (tier < 0)
                tier = IndexOf(t => Same(WithoutNumber(t.Label.Fallback!), WithoutNumber(text)));
            if (tier >= 0)
                return tier;
            if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var written) && written < scale.Count)
                return written;
        }
        else if (value.AsNumber is { } number && number >= 0 && number < scale.Count && Math.Floor(number) == number)
        {
            return (int)number;
        }

        throw new MethodologyException(field, new Message(
            "plugins.input.choice",
            "{0} is none of: {1} (or its number, 0 to {2}).",
            value.ToString(),
            string.Join(", ", scale.Select(t => t.Label.ToString())),
            (scale.Count - 1).ToString(System.Globalization.CultureInfo.InvariantCulture)));

        int IndexOf(Func<Tier, bool> matches)
        {
            for (var i = 0; i < scale.Count; i++)
            {
                if (matches(scale[i]))
                    return i;
            }

            return -1;
        }
    }

    public static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static Tier ReadTier(string plugin, JsonNode? node, string path, string? anchorBeside, string? colourBeside)
    {
        var reader = new DeclaredReader(plugin, node is JsonValue ? new JsonObject { ["label"] = node.DeepClone() } : node, path);
        var label = reader.Text("label");
        var colour = reader.OptionalText("colour") ?? colourBeside;
        if (colour is not null && !ColourPattern().IsMatch(colour))
            throw DeclaredReader.Fault(path, "a colour is written #rrggbb");
        var anchor = reader.OptionalText("anchor") ?? anchorBeside;
        return new()
        {
            Key = reader.OptionalText("key") ?? KeyOf(label),
            Label = DeclaredReader.WordsOf(plugin, label),
            Value = reader.OptionalNumber("value"),
            Anchor = anchor is null ? null : DeclaredReader.WordsOf(plugin, anchor),
            AnchorsByKind = reader.Has("anchorsByKind") ? ReadKinds(plugin, reader.Node("anchorsByKind"), reader.PathOf("anchorsByKind")) : new Dictionary<string, Message>(),
            Colour = colour?.ToLowerInvariant(),
        };
    }

    private static Dictionary<string, Message> ReadKinds(string plugin, JsonNode? node, string path)
    {
        var reader = new DeclaredReader(plugin, node, path);
        return ((JsonObject)node!).ToDictionary(k => k.Key, k => reader.Words(k.Key), StringComparer.Ordinal);
    }

    private static string?[]? Beside(JsonNode? node, string path, string property, int count)
    {
        if (node is not JsonObject whole || whole[property] is not { } beside)
            return null;
        return beside is JsonArray list && list.Count == count && list.All(n => n is null or JsonValue)
            ? [.. list.Select(n => n is JsonValue v && v.TryGetValue(out string? text) ? text : null)]
            : throw DeclaredReader.Fault($"{path}.{property}", $"a list of {count} texts is needed, one for each tier");
    }

    /// <summary>Key of a tier given by its word alone: letters and digits of any script, others as hyphens.</summary>
    private static string KeyOf(string label)
    {
        var key = new StringBuilder();
        foreach (var c in label.ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c))
                key.Append(c);
            else if (key.Length > 0 && key[^1] != '-')
                key.Append('-');
        }

        var trimmed = key.ToString().Trim('-');
        return trimmed.Length == 0 ? label : trimmed;
    }

    private static string WithoutNumber(string label) => LeadingNumber().Replace(label, "");

    private static string RampAt(double place)
    {
        var at = place * (Ramp.Length - 1);
        var low = Math.Min((int)at, Ramp.Length - 2);
        int Between(int a, int b) => (int)Math.Round(a + ((b - a) * (at - low)));
        var (from, to) = (Ramp[low], Ramp[low + 1]);
        return $"#{Between(from.R, to.R):x2}{Between(from.G, to.G):x2}{Between(from.B, to.B):x2}";
    }

    [GeneratedRegex("^#[0-9a-fA-F]{6}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ColourPattern();

    [GeneratedRegex(@"^\[?[0-9]+\]?\s*[-–.:)]?\s+(?=\D)", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingNumber();
}

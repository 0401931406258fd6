using IsmsModular.Abstractions.Methodologies;

namespace IsmsModular.Platform.Plugins;

/// <summary>Finds the tier that a word means.</summary>
public static class TierWords
{
    /// <summary>
    /// Place of the tier with this key or English label, or -1. As it is written comes before another case, and a key before a label:
    /// where words were moved to other tiers, what a form or a stored result names by key still means the same tier.
    /// </summary>
    public static int IndexOf(IReadOnlyList<Tier> tiers, string text)
    {
        var found = IndexOf(tiers, text, StringComparison.Ordinal);
        return found >= 0 ? found : IndexOf(tiers, text, StringComparison.OrdinalIgnoreCase);
    }

    private static int IndexOf(IReadOnlyList<Tier> tiers, string text, StringComparison comparison)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            if (string.Equals(tiers[i].Key, text, comparison))
                return i;
        }

        for (var i = 0; i < tiers.Count; i++)
        {
            if (string.Equals(tiers[i].Label.Fallback ?? tiers[i].Label.ToString(), text, comparison))
                return i;
        }

        return -1;
    }
}

using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Text;
using IsmsModular.Risks.Catalogues.Import;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Words for what catalogues carry as keys.</summary>
internal static class CatalogueWords
{
    /// <summary>Kind of a row, such as control or threat; the word itself where it is not one of the program's.</summary>
    public static string KindOf(this IWords words, CatalogueItem item) => words.Has("catalogues.kind." + item.Kind) ? words["catalogues.kind." + item.Kind] : item.Kind;

    /// <summary>Short title in the reader's language; a row that was not confirmed says so.</summary>
    public static string TitleOf(this IWords words, CatalogueItem item) => item.Confirmed ? item.TitleIn(words.Language) : $"{item.TitleIn(words.Language)} ({words["catalogue.unconfirmed"]})";

    /// <summary>Value of an attribute, such as Preventive.</summary>
    public static string AttributeValue(this IWords words, string value)
    {
        var key = "catalogues.value." + value.ToLowerInvariant().Replace(' ', '_');
        return words.Has(key) ? words[key] : value;
    }

    /// <summary>Attributes of a row that are told as such: not those for the program, and not the mark of a row that left its file.</summary>
    public static IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> ShownAttributes(this CatalogueItem item) => item.Attributes.Where(a => a.Key is not (['_', ..] or CatalogueImport.Withdrawn));

    /// <summary>Name of an attribute.</summary>
    public static string AttributeName(this IWords words, string key) => words.Has("catalogues.attribute." + key) ? words["catalogues.attribute." + key] : key.Replace('_', ' ');
}

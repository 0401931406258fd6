namespace IsmsModular.Abstractions.Catalogues;

/// <summary>What a catalogue lists.</summary>
public enum CatalogueKind
{
    /// <summary>Controls, such as an Annex A.</summary>
    Controls,

    /// <summary>Clauses and requirements of a management system standard.</summary>
    Clauses,

    /// <summary>Threats by class.</summary>
    Threats,

    /// <summary>Vulnerabilities by class.</summary>
    Vulnerabilities,

    /// <summary>Controls of a sector that extend a base catalogue.</summary>
    SectorGuide,

    /// <summary>For reading only: no statement of applicability can be made from it.</summary>
    Reference,
}

/// <summary>A catalogue as data. Identifiers and short titles are facts; no text of a standard is carried.</summary>
public sealed class Catalogue
{
    /// <summary>Stable key, such as <c>iso27001-2013-annex-a</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Edition, such as <c>2013</c>.</summary>
    public required string Edition { get; init; }

    /// <summary>Name shown to people.</summary>
    public required string Name { get; init; }

    /// <summary>What it lists.</summary>
    public required CatalogueKind Kind { get; init; }

    /// <summary>Key of the catalogue that a sector guide extends, or <c>null</c>.</summary>
    public string? Extends { get; init; }

    /// <summary>Publication and how the rows were confirmed.</summary>
    public required string Source { get; init; }

    /// <summary>Licence or attribution that must be shown, or <c>null</c>.</summary>
    public string? Attribution { get; init; }

    /// <summary>Rows in the order of the publication; parents before children.</summary>
    public required IReadOnlyList<CatalogueItem> Items { get; init; }
}

/// <summary>One row of a catalogue.</summary>
public sealed class CatalogueItem
{
    /// <summary>Identifier in the publication, such as <c>A.9.2.3</c>; unique in its catalogue.</summary>
    public required string Id { get; init; }

    /// <summary>Identifier of the row above, or <c>null</c> at the top. In a sector guide it may be a row of the catalogue that it extends, where the guide has none of that identifier.</summary>
    public string? Parent { get; init; }

    /// <summary><c>domain</c>, <c>objective</c>, <c>control</c>, <c>clause</c>, <c>group</c>, <c>requirement</c>, <c>item</c>, <c>section</c>, <c>category</c>, <c>threat</c> or <c>vulnerability</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Short title in English.</summary>
    public required string Title { get; init; }

    /// <summary>Short title in other languages, by language code.</summary>
    public IReadOnlyDictionary<string, string> Titles { get; init; } = new Dictionary<string, string>();

    /// <summary>Guidance in our own words, or <c>null</c>.</summary>
    public string? Guidance { get; init; }

    /// <summary>Guidance in other languages, by language code.</summary>
    public IReadOnlyDictionary<string, string> Guidances { get; init; } = new Dictionary<string, string>();

    /// <summary>Short title in a language; in English when there is none.</summary>
    public string TitleIn(string language) => Titles.GetValueOrDefault(language) ?? Title;

    /// <summary>Guidance in a language; in English when there is none; <c>null</c> when there is no guidance.</summary>
    public string? GuidanceIn(string language) => Guidances.GetValueOrDefault(language) ?? Guidance;

    /// <summary>False when the row was not confirmed against the publication; the screen says so.</summary>
    public bool Confirmed { get; init; } = true;

    /// <summary>Attributes, such as <c>control_type</c> to <c>Preventive</c>. A key that begins with an underscore is for the program alone and is not shown.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Attributes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>Correspondence between the rows of two catalogues.</summary>
public sealed class CatalogueMapping
{
    /// <summary>Key of the catalogue mapped from.</summary>
    public required string From { get; init; }

    /// <summary>Key of the catalogue mapped to.</summary>
    public required string To { get; init; }

    /// <summary>Where the correspondence comes from.</summary>
    public required string Source { get; init; }

    /// <summary>Pairs; a row that maps to several appears several times.</summary>
    public required IReadOnlyList<MappingRow> Rows { get; init; }
}

/// <summary>One pair of a mapping.</summary>
public sealed class MappingRow
{
    /// <summary>Identifier in the catalogue mapped from.</summary>
    public required string From { get; init; }

    /// <summary>Identifier in the catalogue mapped to, or <c>null</c> when it has no successor.</summary>
    public string? To { get; init; }

    /// <summary><c>equal</c>, <c>subset</c>, <c>superset</c>, <c>intersect</c>, or <c>null</c> when not stated.</summary>
    public string? Relationship { get; init; }

    /// <summary>False when the pair was not confirmed against the publication.</summary>
    public bool Confirmed { get; init; } = true;
}

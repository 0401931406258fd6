using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Conformance;

/// <summary>Checks of catalogues and mappings.</summary>
internal static class CatalogueCheck
{
    private static readonly string[] Kinds = ["domain", "objective", "control", "clause", "section", "group", "requirement", "item", "category", "threat", "vulnerability"];

    public static IReadOnlyList<Finding> Run(Catalogue catalogue, Catalogue? extended)
    {
        var findings = new Findings("catalogue " + catalogue.Id);
        findings.Unless(catalogue.Id.Length > 0 && !catalogue.Id.Contains('/', StringComparison.Ordinal) && !catalogue.Id.Contains(' ', StringComparison.Ordinal), "identity", $"The id '{catalogue.Id}' is empty or has a slash or a space.");
        foreach (var (what, text) in new[] { ("edition", catalogue.Edition), ("name", catalogue.Name), ("source", catalogue.Source) })
            findings.Unless(!string.IsNullOrWhiteSpace(text), "identity", $"The {what} is empty.");
        findings.Unless(catalogue.Kind == CatalogueKind.SectorGuide == catalogue.Extends is not null, "identity", "A sector guide names the catalogue that it extends, and no other kind does.");
        findings.Unless(catalogue.Items.Count > 0, "rows", "There are no rows.");
        var above = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in catalogue.Items)
        {
            findings.Unless(item.Parent is null || above.Contains(item.Parent) || IsAbove(item.Parent), "rows", $"{item.Id} comes before its parent {item.Parent}, or has none.");
            findings.Unless(above.Add(item.Id), "rows", $"{item.Id} is there twice.");
            findings.Unless(item.Id.Length > 0 && !item.Id.Contains('/', StringComparison.Ordinal) && item.Id.Trim() == item.Id, "rows", $"The id '{item.Id}' is empty, has a slash, or spaces around it.");
            findings.Unless(Kinds.Contains(item.Kind), "rows", $"The kind '{item.Kind}' of {item.Id} is none of {string.Join(", ", Kinds)}.");
            findings.Unless(!string.IsNullOrWhiteSpace(item.Title), "rows", $"{item.Id} has no title.");
            findings.Unless(item.Attributes.All(a => a.Value.Count > 0), "rows", $"An attribute of {item.Id} has no value.");
        }

        // A row of a sector guide may stand under one of the catalogue that it extends.
        bool IsAbove(string parent) => catalogue.Kind == CatalogueKind.SectorGuide && catalogue.Items.All(i => i.Id != parent) && extended?.Items.Any(i => i.Id == parent) != false;

        var chosen = catalogue.Kind switch { CatalogueKind.Controls => "control", CatalogueKind.Threats => "threat", CatalogueKind.Vulnerabilities => "vulnerability", _ => null };
        findings.Unless(chosen is null || catalogue.Items.Any(i => i.Kind == chosen), "rows", $"There is no row of the kind {chosen}, so that nothing can be chosen.");
        foreach (var (kind, language) in catalogue.Items.SelectMany(i => i.Titles.Keys.Select(l => (i.Kind, l))).Distinct())
        {
            foreach (var item in catalogue.Items.Where(i => i.Kind == kind && !i.Titles.ContainsKey(language)))
                findings.Add("words", $"{item.Id} has no title in {language}, though other rows of its kind have.");
            foreach (var item in catalogue.Items.Where(i => i.Kind == kind).Where(i => i.Guidance is not null && i.Guidances.Count > 0 && !i.Guidances.ContainsKey(language)))
                findings.Add("words", $"{item.Id} has no guidance in {language}, though it has in others.");
        }

        return findings.All;
    }

    public static IReadOnlyList<Finding> Run(CatalogueMapping mapping, IReadOnlyList<Catalogue> catalogues)
    {
        var findings = new Findings($"mapping {mapping.From} to {mapping.To}");
        findings.Unless(mapping.From.Length > 0 && mapping.To.Length > 0 && mapping.From != mapping.To, "identity", "It does not lead from one catalogue to another.");
        findings.Unless(!string.IsNullOrWhiteSpace(mapping.Source), "identity", "The source is empty.");
        findings.Unless(mapping.Rows.Count > 0, "rows", "There are no rows.");
        foreach (var twice in mapping.Rows.GroupBy(r => (r.From, r.To)).Where(g => g.Count() > 1))
            findings.Add("rows", $"{twice.Key.From} to {twice.Key.To} is there twice.");
        foreach (var row in mapping.Rows)
        {
            findings.Unless(row.Relationship is null or "equal" or "subset" or "superset" or "intersect", "rows", $"The relationship '{row.Relationship}' of {row.From} is none of equal, subset, superset, intersect.");
            foreach (var (catalogue, id) in new[] { (mapping.From, (string?)row.From), (mapping.To, row.To) })
            {
                if (id is not null && catalogues.FirstOrDefault(c => c.Id == catalogue) is { } known)
                    findings.Unless(known.Items.Any(i => i.Id == id), "rows", $"{catalogue} has no row {id}.");
            }
        }

        foreach (var lost in mapping.Rows.GroupBy(r => r.From).Where(g => g.Any(r => r.To is null) && g.Any(r => r.To is not null)))
            findings.Add("rows", $"{lost.Key} has a successor and has none.");
        return findings.All;
    }
}

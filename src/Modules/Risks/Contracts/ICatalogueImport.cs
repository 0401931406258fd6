using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Results;

namespace IsmsModular.Risks.Contracts;

/// <summary>Brings catalogues into the current workspace from foreign files, for the command line. Scoped.</summary>
public interface ICatalogueImport
{
    /// <summary>Reads a file and, unless it is a trial or something is wrong in it, stores what it holds.</summary>
    /// <returns>What happened; an error when the file as a whole cannot be read.</returns>
    Task<Result<CatalogueImportOutcome>> ImportAsync(Stream content, CatalogueImportRequest request, CancellationToken cancellationToken);
}

/// <summary>What is asked of an import.</summary>
/// <param name="FileName">Name of the file.</param>
/// <param name="Kind">What the rows are to be; <c>null</c> for what fits the file.</param>
/// <param name="Map">Columns of a table: <c>Column=field,…</c>; <c>null</c> recognises them by header.</param>
/// <param name="Name">Name instead of the file's.</param>
/// <param name="Extends">Key of the catalogue that a sector guide extends.</param>
/// <param name="From">Key of the catalogue that a mapping leads from.</param>
/// <param name="To">Key of the catalogue that a mapping leads to, or that a profile chooses from.</param>
/// <param name="DryRun">Only say what would happen.</param>
public sealed record CatalogueImportRequest(string FileName, CatalogueKind? Kind = null, string? Map = null, string? Name = null, string? Extends = null, string? From = null, string? To = null, bool DryRun = false);

/// <summary>What happened.</summary>
/// <param name="Written">Whether anything was stored.</param>
/// <param name="Format">What the file is.</param>
/// <param name="Parts">What it holds.</param>
/// <param name="Problems">Everything wrong, by place.</param>
/// <param name="Notes">What was left out on purpose.</param>
public sealed record CatalogueImportOutcome(bool Written, string Format, IReadOnlyList<CatalogueImportPart> Parts, IReadOnlyList<CatalogueImportProblem> Problems, IReadOnlyList<CatalogueImportProblem> Notes);

/// <summary>One thing in a file.</summary>
/// <param name="What"><c>catalogue</c>, <c>mapping</c> or <c>methodology</c>.</param>
/// <param name="Key">Key.</param>
/// <param name="Name">Name.</param>
/// <param name="Rows">Rows or pairs.</param>
/// <param name="Kinds">Rows by kind.</param>
/// <param name="Updates">Whether it replaces what was brought in before.</param>
/// <param name="Added">New rows.</param>
/// <param name="Changed">Changed rows.</param>
/// <param name="Removed">Rows that go.</param>
/// <param name="Kept">Rows that left the file and stay because records name them.</param>
public sealed record CatalogueImportPart(string What, string Key, string Name, int Rows, IReadOnlyDictionary<string, int> Kinds, bool Updates, int Added, int Changed, int Removed, int Kept);

/// <summary>Something to say about one place of the file. The message is a key of the locales.</summary>
public sealed record CatalogueImportProblem(string Place, string Message, IReadOnlyList<string> Arguments);

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Risks.Contracts;

/// <summary>Brings an asset inventory into the current workspace, as the pages do: every wrong row is named, and all is written in one save or nothing. For the command line and the sample.</summary>
public interface IAssetImport
{
    /// <summary>Reads a CSV or XLSX file and writes it, unless a row is wrong or it is a dry run.</summary>
    /// <param name="content">The file, 20 MB at the most.</param>
    /// <param name="request">How to take it.</param>
    /// <param name="cancellationToken">Token.</param>
    /// <returns>What happened, with the wrong rows; an error when the file as a whole or its map is wrong.</returns>
    Task<Result<AssetImportOutcome>> ImportAsync(Stream content, AssetImportRequest request, CancellationToken cancellationToken);
}

/// <summary>How a file is taken.</summary>
/// <param name="FileName">Name kept as source and as reason in the log.</param>
/// <param name="Map">Columns as <c>Header=field,Header=field</c>; the rest is mapped by header. <c>null</c> maps by header alone.</param>
/// <param name="CreatePeople">Add owners and custodians that are not there yet.</param>
/// <param name="CreateGroups">Add groups that are not there yet.</param>
/// <param name="DryRun">Only look.</param>
/// <param name="UnlikeAccepted">Put assets of unlike values into one group all the same.</param>
public sealed record AssetImportRequest(string FileName, string? Map = null, bool CreatePeople = false, bool CreateGroups = false, bool DryRun = false, bool UnlikeAccepted = false);

/// <summary>What an import did or would do.</summary>
/// <param name="New">New assets.</param>
/// <param name="Changed">Assets that change.</param>
/// <param name="Same">Assets that stay as they are.</param>
/// <param name="Problems">Everything that is wrong, by row; when there is any, nothing was written.</param>
/// <param name="UnknownPeople">Names that nobody in the workspace has.</param>
/// <param name="UnknownGroups">Groups that are not there.</param>
/// <param name="Leftover">Headers that fill nothing.</param>
public sealed record AssetImportOutcome(int New, int Changed, int Same, IReadOnlyList<RowProblem> Problems, IReadOnlyList<string> UnknownPeople, IReadOnlyList<string> UnknownGroups, IReadOnlyList<string> Leftover)
{
    /// <summary>Whether it was written.</summary>
    public bool Written { get; init; }
}

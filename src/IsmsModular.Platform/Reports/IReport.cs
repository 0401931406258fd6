using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Reports;

/// <summary>A report that a module defines. Found by convention (Scrutor); offered on the reports page and by <c>isms report NAME</c>, in every active format.</summary>
public interface IReport
{
    /// <summary>Name on the command line and in addresses: <c>risk-register</c>.</summary>
    string Name { get; }

    /// <summary>Key of its title in the locales.</summary>
    string Title { get; }

    /// <summary>Whoever may read this area may take the report.</summary>
    Area Area { get; }

    /// <summary>Builds the model for the current workspace (scoped services: WorkspaceContext, IWords).</summary>
    Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken);
}

/// <summary>What the report is about.</summary>
/// <param name="SubjectId">Exercise, revision or other record, or <c>null</c> for the newest.</param>
/// <param name="Query">Filter of a list for exports, or <c>null</c> for all.</param>
public sealed record ReportRequest(string? SubjectId = null, Query? Query = null);

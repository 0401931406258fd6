using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;

namespace IsmsModular.Platform.Reports;

/// <summary>A report that a module defines. Found by convention (Scrutor); offered on the reports page and by <c>isms report NAME</c>, in every active format.</summary>
public interface IReport
{
    /// <summary>Name on the command line and in addresses: <c>risk-register</c>.</summary>
    string Name { get; }

    /// <summary>Key of its title in the locales; the same with <c>.why</c> says what it is good for.</summary>
    string Title { get; }

    /// <summary>Name of a Tabler icon.</summary>
    string Icon => "report";

    /// <summary>Chapter of the guideline that asks for it, or <c>null</c>.</summary>
    string? Chapter => null;

    /// <summary>Whether it is a statement of applicability, and so has <see cref="ReportDocument.Controls"/> for formats such as OSCAL.</summary>
    bool HasControls => false;

    /// <summary>Whoever may read this area may take the report.</summary>
    Area Area { get; }

    /// <summary>What the report can be about, newest first: exercises, revisions. Empty where there is nothing to choose.</summary>
    Task<IReadOnlyList<Choice>> SubjectsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Choice>>([]);

    /// <summary>What a link names, where <see cref="SubjectsAsync"/> does not offer it: one of very many. <c>null</c> when there is no such thing.</summary>
    Task<Choice?> SubjectAsync(string subjectId, CancellationToken cancellationToken) => Task.FromResult<Choice?>(null);

    /// <summary>Builds the model for the current workspace (scoped services: WorkspaceContext, IWords).</summary>
    Task<Result<ReportDocument>> BuildAsync(ReportRequest request, CancellationToken cancellationToken);
}

/// <summary>What the report is about.</summary>
/// <param name="SubjectId">Exercise, revision or other record, by id or by reference, or <c>null</c> for the newest.</param>
/// <param name="Query">Filter of a list for exports, or <c>null</c> for all.</param>
public sealed record ReportRequest(string? SubjectId = null, Query? Query = null);

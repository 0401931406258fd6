using IsmsModular.Abstractions.Catalogues;

namespace IsmsModular.Abstractions.Reports;

/// <summary>A statement of applicability as data, for formats that exchange controls with other programs (<see cref="IReportFormat.NeedsControls"/>).</summary>
public sealed class ReportControls
{
    /// <summary>Stable id of what is stated: the workspace's. The same statement exported twice has the same identifiers.</summary>
    public required string SystemId { get; init; }

    /// <summary>Stable id of the statement's revision.</summary>
    public required string RevisionId { get; init; }

    /// <summary>Name of the revision: <c>SOA-R02</c>, or the words for a draft.</summary>
    public required string Revision { get; init; }

    /// <summary>Whether top management approved it.</summary>
    public bool Approved { get; init; }

    /// <summary>Scope of the management system in words, or <c>null</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>The catalogue it is made from.</summary>
    public required Catalogue Catalogue { get; init; }

    /// <summary>Controls in the order of the statement; own controls last.</summary>
    public required IReadOnlyList<ReportControl> Controls { get; init; }
}

/// <summary>One control of a statement.</summary>
public sealed class ReportControl
{
    /// <summary>Identifier in the catalogue, such as <c>A.9.2.3</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the catalogue it is from; <c>own</c> for a control of the organisation itself.</summary>
    public required string Catalogue { get; init; }

    /// <summary>Title.</summary>
    public required string Title { get; init; }

    /// <summary>Whether it applies; <c>null</c> until decided.</summary>
    public bool? Applicable { get; init; }

    /// <summary>How far it is in place, where it applies.</summary>
    public ReportControlStatus? Status { get; init; }

    /// <summary>Why it applies.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Why it does not apply.</summary>
    public string? ExclusionReason { get; init; }

    /// <summary>What implements it, in words.</summary>
    public IReadOnlyList<string> Implementations { get; init; } = [];

    /// <summary>Tasks of the treatment plan that will implement it.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Risks it treats.</summary>
    public IReadOnlyList<string> Risks { get; init; } = [];

    /// <summary>Documents that describe it, or <c>null</c>.</summary>
    public string? Documents { get; init; }

    /// <summary>Note, or <c>null</c>.</summary>
    public string? Note { get; init; }
}

/// <summary>How far a control is in place.</summary>
public enum ReportControlStatus
{
    /// <summary>Fully in place.</summary>
    InPlace,

    /// <summary>Partly in place.</summary>
    Partly,

    /// <summary>Planned.</summary>
    Planned,
}

using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Controls;

/// <summary>How a control is put into practice at one place (domain.md, record 5); apart from the catalogue's row.</summary>
internal sealed class ControlImplementation : Document
{
    public static DocumentMap<ControlImplementation> Map { get; } = new DocumentMap<ControlImplementation>("risks_implementations")
        .Text("ref", c => c.Reference)
        .Text("name", c => c.Name)
        .Text("description", c => c.Description)
        .Field("control", c => c.ControlKey)
        .Field("owner", c => c.OwnerId)
        .Field("operator", c => c.OperatorId)
        .Field("state", c => c.State)
        .Field("kind", c => c.Kind)
        .Field("site", c => c.Site)
        .Field("planned", c => c.PlannedOn)
        .Field("evidence", c => c.Evidence.Count > 0);

    /// <summary>IMPL-0001.</summary>
    public string Reference { get; set; } = "";

    /// <summary><c>{catalogue}/{id}</c> or <c>own/{ref}</c>.</summary>
    public required string ControlKey { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    /// <summary>Part of the scope, or site.</summary>
    public string? Site { get; set; }

    public string? OwnerId { get; set; }

    public string? OperatorId { get; set; }

    public ImplementationState State { get; set; } = ImplementationState.Planned;

    public DateOnly? PlannedOn { get; set; }

    public DateOnly? ActualOn { get; set; }

    public ControlKind? Kind { get; set; }

    public string? Documents { get; set; }

    public List<Evidence> Evidence { get; set; } = [];

    /// <summary>Days between tests, or null.</summary>
    public int? TestEveryDays { get; set; }

    public DateOnly? LastTestOn { get; set; }

    public TestResult? LastTestResult { get; set; }

    public decimal? CostOnce { get; set; }

    public decimal? CostYearly { get; set; }

    public string? Supplier { get; set; }

    /// <summary>Whether a test in force is overdue.</summary>
    public bool IsTestDue(DateOnly today) => State is ImplementationState.InPlace or ImplementationState.Partly && TestEveryDays is { } days && (LastTestOn ?? ActualOn)?.AddDays(days) < today;
}

public enum ImplementationState { Planned, Partly, InPlace, Withdrawn }

public enum ControlKind { Prevent, Detect, Correct }

public enum TestResult { Passed, Partly, Failed }

/// <summary>Evidence with the date from which it holds.</summary>
internal sealed record Evidence(string Title, DateOnly EffectiveOn, string? Where, string? Attachment = null);

/// <summary>A control of the organisation's own.</summary>
internal sealed class OwnControl : Document
{
    public static DocumentMap<OwnControl> Map { get; } = new DocumentMap<OwnControl>("risks_own_controls")
        .Text("ref", c => c.Reference)
        .Text("name", c => c.Title)
        .Field("state", c => c.Retired ? "retired" : "active");

    /// <summary>OWN-01.</summary>
    public string Reference { get; set; } = "";

    public required string Title { get; set; }

    public string? Description { get; set; }

    public string? Purpose { get; set; }

    public bool Retired { get; set; }
}

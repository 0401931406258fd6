using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Approvals;

/// <summary>A kind of thing that can be approved. A module implements it and registers it; scoped.</summary>
public interface IApprovalSubject
{
    /// <summary>Key, such as <c>soa</c>; words under <c>approvals.kind.{kind}</c>.</summary>
    string Kind { get; }

    /// <summary>Who may read this area may read its submissions.</summary>
    Area Area { get; }

    /// <summary>Path of the page about it under the workspace, with query.</summary>
    (string Path, string? Id) Page(Submission submission);

    /// <summary>Path and query of the page of one record that was submitted; <c>null</c> where it has none of its own.</summary>
    (string Path, string Name, string Value)? RecordPage(ContentSection record) => null;

    /// <summary>What the subject says now, in the shape of the submission; <c>null</c> when it is gone.</summary>
    Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken);

    /// <summary>Whether a change of what the slot covers takes the slot's decision away. An issued, frozen revision answers no.</summary>
    bool GoesStale(Slot slot) => true;

    /// <summary>What who decides should know first, for the slots open to them; none by default. Messages are keys of the locales.</summary>
    Task<IReadOnlyList<ApprovalWarning>> WarningsAsync(IDocumentSession session, Submission submission, IReadOnlyList<Slot> mine, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ApprovalWarning>>([]);

    /// <summary>Follows what happened, in the same save: changes are added to the session, not saved. An error refuses the whole.</summary>
    Task<Error?> FollowAsync(IDocumentSession session, Submission submission, ApprovalStep step, IReadOnlyList<Slot> decided, CancellationToken cancellationToken);
}

/// <summary>A warning before a decision.</summary>
/// <param name="Message">Key of its words.</param>
/// <param name="Arguments">Arguments.</param>
public sealed record ApprovalWarning(string Message, params string[] Arguments);

/// <summary>What happened to a submission.</summary>
public enum ApprovalStep
{
    /// <summary>Some slots were decided with yes; others are open.</summary>
    Decided,

    /// <summary>The last slot was decided with yes.</summary>
    Approved,

    /// <summary>Sent back.</summary>
    SentBack,

    /// <summary>Refused.</summary>
    Refused,

    /// <summary>Withdrawn by the submitter.</summary>
    Withdrawn,
}

/// <summary>People as approvals need them; implemented by the module that keeps people.</summary>
public interface IApprovalPeople
{
    /// <summary>Everybody, leavers too.</summary>
    Task<IReadOnlyList<ApprovalPerson>> AllAsync(CancellationToken cancellationToken);
}

/// <summary>A person as approvals see one.</summary>
/// <param name="Id">ULID.</param>
/// <param name="Name">Name or post.</param>
/// <param name="Roles">ISMS roles.</param>
/// <param name="DeputyId">Who may decide on behalf.</param>
/// <param name="HasLeft">Whether the person left.</param>
public sealed record ApprovalPerson(string Id, string Name, IReadOnlyList<Role> Roles, string? DeputyId, bool HasLeft);

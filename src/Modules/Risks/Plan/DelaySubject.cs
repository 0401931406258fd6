using System.Globalization;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Plan;

/// <summary>Agreement to a later date of a task (guideline 6.6): the date moves, the baseline stays.</summary>
internal sealed class DelaySubject : IApprovalSubject
{
    public const string TheKind = "delay";

    public string Kind => TheKind;

    public Area Area => Area.Plan;

    public (string Path, string? Id) Page(Submission submission) => ("risks/plan/detail", submission.SubjectId);

    public async Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken) =>
        await session.FindAsync<PlanTask>(submission.SubjectId, cancellationToken) is { Delay: { } delay } task ? [Section(task, delay)] : null;

    public bool GoesStale(Slot slot) => false;

    public async Task<Error?> FollowAsync(IDocumentSession session, Submission submission, ApprovalStep step, IReadOnlyList<Slot> decided, CancellationToken cancellationToken)
    {
        if (await session.FindAsync<PlanTask>(submission.SubjectId, cancellationToken) is not { } task)
            return Error.NotFound();
        if (task.Delay is not { State: DelayState.Asked } delay || delay.SubmissionId != submission.Id)
            return null;
        if (step == ApprovalStep.Approved && !task.IsOpen)
            return Error.Conflict("plan.error.closed", task);
        if (step == ApprovalStep.Approved)
        {
            task.Delay = delay with { State = DelayState.Agreed };
            task.DueOn = delay.NewDueOn;
        }
        else
        {
            task.Delay = step == ApprovalStep.Withdrawn ? delay.Before : delay with { State = DelayState.Refused };
        }

        session.Update(task, task.Version, step == ApprovalStep.Approved ? "task.delayagreed" : "task.delaynot", decided.Count > 0 ? decided[0].Decision?.Comment : null);
        return null;
    }

    /// <summary>A task that is no longer open waits for no later date: the request ends with it, in the same save.</summary>
    public static async Task EndAsync(IDocumentSession session, PlanTask task, ApprovalDesk desk, string reason, CancellationToken cancellationToken)
    {
        if (task.Delay is not { State: DelayState.Asked } delay)
            return;
        task.Delay = delay.Before;
        await desk.EndAsync(session, TheKind, task.Id, reason, cancellationToken);
    }

    public static ContentSection Section(PlanTask task, Delay delay) => new(task.Id, $"{task.Reference} {task.Title}",
    [
        new("plan.field.due", task.DueOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "date"),
        new("plan.field.newdue", delay.NewDueOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "date"),
        new("plan.field.delayreason", delay.Reason),
    ]);
}

using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Soa;

namespace IsmsModular.Risks.Plan;

/// <summary>Approval of a treatment plan: top management approves the whole, each accountable owner accepts the residual risk of own rows (domain.md rules 1, 2, 6). <see cref="Risk.Acceptance"/> follows in the same save.</summary>
internal sealed class PlanSubject(WorkspaceContext ws, PlanRepository plans, RevisionContent content, IApprovalPeople people) : IApprovalSubject
{
    public const string TheKind = "plan";

    public const string Management = "management";

    public string Kind => TheKind;

    public Area Area => Area.Plan;

    public (string Path, string? Id) Page(Submission submission) => ("risks/plan/revision", submission.RecordId);

    public (string Path, string Name, string Value)? RecordPage(ContentSection record) => (record.Title.StartsWith("TASK-", StringComparison.Ordinal) ? "risks/plan/detail" : "risks/register/detail", "id", record.Key);

    // A changed risk flags the plan and takes its owner's acceptance away; it does not void the others.
    public bool GoesStale(Slot slot) => slot.Slice is not null;

    public async Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken)
    {
        var stale = new HashSet<string>(StringComparer.Ordinal);
        var plan = await plans.FreezeAsync(session, submission.SubjectId, cancellationToken, r => { if (r.Acceptance == AcceptanceState.Stale) stale.Add(r.Id); });
        var sections = PlanContent.Sections(plan.Risks, plan.Tasks);
        // Older decisions know nothing of what the risk says; that it changed since is told by the risk itself.
        return submission.Coverage >= PlanContent.Described ? sections : sections.ConvertAll(s => stale.Contains(s.Key) ? s with { Fields = [.. s.Fields, new("plan.field.changed", "true", "bool")] } : s);
    }

    public async Task<IReadOnlyList<ApprovalWarning>> WarningsAsync(IDocumentSession session, Submission submission, IReadOnlyList<Slot> mine, CancellationToken cancellationToken)
    {
        if (ws.PersonId is not { } me)
            return [];
        var management = (await people.AllAsync(cancellationToken)).Where(p => !p.HasLeft && p.Roles.Contains(Role.TopManagement)).ToList();
        if (management.Exists(p => p.Id != me) || !ws.Roles.Contains(Role.TopManagement))
            return [];
        List<string> sole = [];
        long count = 0;
        await foreach (var risk in session.StreamAsync<Risk>(PlanRepository.RisksOf(submission.SubjectId).Where("owner", me).OrderBy("ref"), cancellationToken))
        {
            if (risk.Current?.ById is not { } rater || (rater != me && rater != ws.Actor.Id))
                continue;
            count++;
            if (sole.Count < 10)
                sole.Add(risk.Reference);
        }

        return count == 0 ? [] : [new("approvals.warn.sole", count.ToString(System.Globalization.CultureInfo.InvariantCulture), string.Join(", ", sole))];
    }

    public async Task<Error?> FollowAsync(IDocumentSession session, Submission submission, ApprovalStep step, IReadOnlyList<Slot> decided, CancellationToken cancellationToken)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in decided.Where(s => s.Slice is not null))
            await AcceptAsync(session, submission, slot, done, cancellationToken);
        if (step == ApprovalStep.Decided)
            return null;
        if (await session.FindAsync<PlanRevision>(submission.RecordId, cancellationToken) is not { } revision)
            return Error.NotFound();
        revision.State = step switch
        {
            ApprovalStep.Approved => RevisionState.Issued,
            ApprovalStep.Withdrawn => RevisionState.Withdrawn,
            _ => RevisionState.SentBack,
        };
        if (step == ApprovalStep.Approved)
        {
            revision.IssuedOn = ws.Today;
            foreach (var before in (await session.QueryAsync<PlanRevision>(Query.All.Where("state", RevisionState.Issued).Take(100), cancellationToken)).Items)
            {
                before.State = RevisionState.Superseded;
                session.Update(before, before.Version, "plan.supersede");
            }

            await SetBaselinesAsync(session, await content.PlanAsync(revision, cancellationToken), cancellationToken);
        }
        else
        {
            await StopWaitingAsync(session, submission, decided, cancellationToken);
        }

        session.Update(revision, revision.Version, step switch { ApprovalStep.Approved => "plan.issue", ApprovalStep.Withdrawn => "plan.withdraw", _ => "plan.sendback" });
        return null;
    }

    /// <summary>Writes the owner's decision into the risks of the slice. A risk above the criteria counts as accepted only when its exception is.</summary>
    private static async Task AcceptAsync(IDocumentSession session, Submission submission, Slot slot, HashSet<string> done, CancellationToken cancellationToken)
    {
        var yes = slot.Decision!.Outcome == DecisionOutcome.Approved;
        await foreach (var risk in RisksOf(session, submission, slot, cancellationToken))
        {
            if (!done.Add(risk.Id))
                continue;
            var exceptions = submission.Slots.Where(s => s.Slice == PlanContent.ExceptionSlice(risk.Id)).ToList();
            var owner = submission.Slots.Find(s => s.Slice == PlanContent.OwnerSlice(risk.OwnerId ?? ""));
            var complete = exceptions.Append(owner).All(s => s is null || s.Decision?.Outcome == DecisionOutcome.Approved);
            var acceptance = !yes ? slot.Decision.Outcome == DecisionOutcome.Refused ? AcceptanceState.Refused : risk.AcceptanceBefore : complete ? AcceptanceState.Accepted : AcceptanceState.Waiting;
            var until = complete ? exceptions.Min(s => s.Decision!.ValidUntil ?? s.ValidUntil) : acceptance == AcceptanceState.Refused ? null : risk.ExceptionUntil;
            var decided = new DecidedIn(submission.Id, risk.OwnerId);
            // What changed meanwhile was not accepted.
            if (risk.Acceptance == AcceptanceState.Stale || (risk.Acceptance == acceptance && risk.ExceptionUntil == until && risk.DecidedIn == decided))
                continue;
            (risk.Acceptance, risk.ExceptionUntil, risk.DecidedIn) = (acceptance, until, decided);
            session.Update(risk, risk.Version, yes ? "risk.accept" : "risk.notaccept", slot.Decision.Comment);
        }
    }

    private static async IAsyncEnumerable<Risk> RisksOf(IDocumentSession session, Submission submission, Slot slot, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (PlanContent.ExceptedRisk(slot.Slice) is { } excepted)
        {
            if (await session.FindAsync<Risk>(excepted, cancellationToken) is { } one)
                yield return one;
            yield break;
        }

        // Only what was submitted waits; what was drafted afterwards is not accepted with it.
        await foreach (var risk in session.StreamAsync<Risk>(Query.All.Where("exercise", submission.SubjectId).Where("owner", slot.Slice!["owner:".Length..]).WhereNot("acceptance", AcceptanceState.None), cancellationToken))
            yield return risk;
    }

    /// <summary>The last decisions about one risk: its owner's and, above the criteria, those about the exception, each with the submission in which it was given.</summary>
    public static async Task<IReadOnlyList<(Submission Submission, Slot Slot)>> DecisionsOnAsync(IDocumentSession session, Risk risk, CancellationToken cancellationToken)
    {
        if (risk.Acceptance == AcceptanceState.None || await session.FindAsync<Submission>(risk.DecidedIn?.SubmissionId, cancellationToken) is not { } last)
            return [];
        List<(Submission, Slot)> decided = [];
        foreach (var slot in last.Slots.Where(s => s.Decision is not null && (s.Slice == PlanContent.ExceptionSlice(risk.Id) || s.Slice == PlanContent.OwnerSlice(risk.DecidedIn!.OwnerId ?? ""))))
            decided.Add((await session.FindAsync<Submission>(slot.Decision!.CarriedFromId, cancellationToken) ?? last, slot));
        return decided;
    }

    /// <summary>After a plan came back, what was not decided waits no more: what the plan in force says of it stands as before, or is stale as before.</summary>
    private static async Task StopWaitingAsync(IDocumentSession session, Submission submission, IReadOnlyList<Slot> decided, CancellationToken cancellationToken)
    {
        var touched = decided.Where(s => s.Slice is not null).Select(s => s.Slice!).ToHashSet(StringComparer.Ordinal);
        await foreach (var risk in session.StreamAsync<Risk>(Query.All.Where("exercise", submission.SubjectId).Where("acceptance", AcceptanceState.Waiting), cancellationToken))
        {
            if (touched.Contains(PlanContent.OwnerSlice(risk.OwnerId ?? "")) || touched.Contains(PlanContent.ExceptionSlice(risk.Id)))
                continue;
            risk.Acceptance = risk.AcceptanceBefore;
            session.Update(risk, risk.Version, "risk.notwaiting");
        }
    }

    /// <summary>The first approved date stays as the baseline: the date that was submitted, whatever the live task says by now.</summary>
    private static async Task SetBaselinesAsync(IDocumentSession session, FrozenPlan approved, CancellationToken cancellationToken)
    {
        var live = await session.FindManyAsync<PlanTask>(approved.Tasks.Select(t => t.Id), cancellationToken);
        foreach (var frozen in approved.Tasks)
        {
            if (frozen.DueOn is null || live.GetValueOrDefault(frozen.Id) is not { BaselineOn: null, State: not PlanTaskState.Cancelled } task)
                continue;
            task.BaselineOn = frozen.DueOn;
            session.Update(task, task.Version, "task.baseline");
        }
    }
}

using System.Text.Json;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Approvals;

/// <summary>What is laid before people.</summary>
/// <param name="Kind">Kind of subject.</param>
/// <param name="SubjectId">Line of submissions.</param>
/// <param name="RecordId">Revision document, or <c>null</c>.</param>
/// <param name="Revision">Its reference.</param>
/// <param name="Title">Words for lists.</param>
/// <param name="Content">What is decided about.</param>
/// <param name="Slots">Who decides.</param>
/// <param name="Note">What changed and why.</param>
public sealed record SubmissionDraft(string Kind, string SubjectId, string? RecordId, string Revision, string Title, IReadOnlyList<ContentSection> Content, IReadOnlyList<Slot> Slots, string? Note);

/// <summary>A decision to be taken.</summary>
/// <param name="SubmissionId">About what.</param>
/// <param name="SlotKeys">Slots decided together.</param>
/// <param name="Outcome">What is decided.</param>
/// <param name="Comment">Comment; a reason is compulsory unless it is a yes.</param>
/// <param name="Conditions">Conditions of a yes.</param>
/// <param name="ValidUntil">Last day on which it holds.</param>
/// <param name="Scan">SHA-256 of a scan kept already.</param>
/// <param name="ScanName">Its file name.</param>
public sealed record DecisionRequest(string SubmissionId, IReadOnlyList<string> SlotKeys, DecisionOutcome Outcome, string? Comment = null, string? Conditions = null, DateOnly? ValidUntil = null, string? Scan = null, string? ScanName = null);

/// <summary>Whether a decision still covers what the subject says now.</summary>
public enum SlotStanding
{
    /// <summary>Not decided yet.</summary>
    Waiting,

    /// <summary>Yes, and nothing of its part changed since.</summary>
    Stands,

    /// <summary>Yes, but its part changed: it must be asked again (rule 2).</summary>
    Stale,

    /// <summary>Yes about something frozen whose live state moved on since: it stands, and is pointed out (rule 4).</summary>
    MovedOn,

    /// <summary>Yes, but its last day has passed.</summary>
    Expired,

    /// <summary>The person who must decide has left (rule 7).</summary>
    HolderLeft,

    /// <summary>Sent back.</summary>
    SentBack,

    /// <summary>Refused.</summary>
    Refused,
}

/// <summary>A submission compared with what its subject says now.</summary>
public sealed record SubmissionStanding(IReadOnlyDictionary<string, SlotStanding> Slots, bool Changed)
{
    /// <summary>How many decisions stand.</summary>
    public int Standing => Slots.Values.Count(s => s is SlotStanding.Stands or SlotStanding.MovedOn);

    /// <summary>How many there must be.</summary>
    public int Total => Slots.Count;
}

/// <summary>The one way in which anything is submitted, decided and withdrawn. Scoped.</summary>
public sealed class ApprovalDesk(WorkspaceContext workspace, IStoreDirectory stores, IEnumerable<IApprovalSubject> subjects, IApprovalPeople people, TimeProvider time)
{
    private const int InlineLimit = 400_000;
    private const int Attempts = 6;

    /// <summary>The subject of a kind.</summary>
    public IApprovalSubject Subject(string kind) => subjects.First(s => s.Kind == kind);

    /// <summary>Adds a submission to the session; the caller adds its own changes and saves. What was decided about a part that did not change is carried over.</summary>
    public async Task<Result<Submission>> SubmitAsync(IDocumentSession session, SubmissionDraft draft, CancellationToken cancellationToken)
    {
        var earlier = await LineAsync(session, draft.Kind, draft.SubjectId, cancellationToken);
        if (earlier.FirstOrDefault(s => s.State == SubmissionState.Open) is { } open)
            return Error.Conflict("approvals.error.open", open, null, open.Reference);
        if (draft.Slots.Count == 0)
            return Error.Invalid("approvals.error.nobody");

        var last = earlier.Count > 0 ? earlier[0] : null;
        var submission = new Submission
        {
            Kind = draft.Kind,
            SubjectId = draft.SubjectId,
            RecordId = draft.RecordId,
            Revision = draft.Revision,
            Title = draft.Title,
            Hash = Canonical.Hash(draft.Content),
            Coverage = draft.Content.SelectMany(s => s.Fields).Select(f => f.Since).DefaultIfEmpty(1).Max(),
            Slots = [.. draft.Slots],
            SubmittedById = workspace.Actor.Id,
            SubmittedByPersonId = workspace.PersonId,
            SubmittedByName = workspace.Actor.Name,
            At = time.GetUtcNow(),
            Note = draft.Note,
            PreviousId = (earlier.FirstOrDefault(s => s.State is SubmissionState.Approved or SubmissionState.Superseded) ?? last)?.Id,
        };
        var hashes = HashesBySlice(draft.Content, submission.Coverage);
        foreach (var slot in submission.Slots)
        {
            slot.Hash = slot.Slice is null ? submission.Hash : hashes.GetValueOrDefault(slot.Slice, "");
            slot.Decision = CarriedOver(slot, last, earlier.FirstOrDefault(s => s.State == SubmissionState.Approved));
        }

        if (submission.Slots.TrueForAll(s => s.Decision is not null))
            return Error.Invalid("approvals.error.nothingchanged");
        await KeepContentAsync(submission, [.. draft.Content], cancellationToken);
        session.Next("SUB", n => submission.Reference = $"SUB-{n:0000}");
        session.Add(submission, draft.Kind + ".submit", draft.Note);
        return submission;
    }

    /// <summary>Decides slots. The first committed decision of a slot stands; a later one is a conflict that carries the submission with it.</summary>
    public Task<Result<Submission>> DecideAsync(DecisionRequest request, CancellationToken cancellationToken) => DecideAsync(request, save: true, cancellationToken);

    /// <summary>Whether <see cref="DecideAsync(DecisionRequest, CancellationToken)"/> would take the decision now; writes nothing.</summary>
    public Task<Result<Submission>> TryAsync(DecisionRequest request, CancellationToken cancellationToken) => DecideAsync(request, save: false, cancellationToken);

    private async Task<Result<Submission>> DecideAsync(DecisionRequest request, bool save, CancellationToken cancellationToken)
    {
        if (workspace.IsConsole)
            return Error.Forbidden("approvals.error.console");
        if (request.Outcome != DecisionOutcome.Approved && string.IsNullOrWhiteSpace(request.Comment))
            return Error.Invalid("approvals.error.reason", "Comment");
        if (request.ValidUntil < workspace.Today)
            return Error.Invalid("approvals.error.past", "ValidUntil");

        var everybody = await people.AllAsync(cancellationToken);
        // Other slots of the same submission may be decided at this moment: what counts is whether this slot is still open.
        for (var attempt = 1; ; attempt++)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Submission>(request.SubmissionId, cancellationToken) is not { } submission)
                return Error.NotFound();
            var decided = await DecideAsync(session, submission, request, everybody, cancellationToken);
            if (!decided.Succeeded || !save)
                return decided;
            var saved = await session.SaveAsync(cancellationToken);
            if (saved.Succeeded)
                return submission;
            if (attempt == Attempts || saved.Errors.Any(e => e.Kind != ErrorKind.Conflict))
                return saved.Errors.ToList();
        }
    }

    /// <summary>Takes an open submission back.</summary>
    public async Task<Result<Submission>> WithdrawAsync(string submissionId, long seen, string reason, CancellationToken cancellationToken)
    {
        var session = workspace.OpenSession();
        if (await session.FindAsync<Submission>(submissionId, cancellationToken) is not { } submission)
            return Error.NotFound();
        if (submission.State != SubmissionState.Open)
            return Error.Conflict("approvals.error.closed", submission);
        var subject = Subject(submission.Kind);
        if (submission.SubmittedById != workspace.Actor.Id && !workspace.May(subject.Area, Verb.Submit))
            return Error.Forbidden();
        if (await subject.FollowAsync(session, submission, ApprovalStep.Withdrawn, [], cancellationToken) is { } refused)
            return refused;
        End(session, submission, seen, reason);
        var saved = await session.SaveAsync(cancellationToken);
        return saved.Succeeded ? submission : saved.Errors.ToList();
    }

    /// <summary>Adds to the session the end of a line's open submission, when what it asks for has no sense any more; the caller adds its own changes and saves.</summary>
    /// <param name="session">Unit of work.</param>
    /// <param name="kind">Kind of the subject.</param>
    /// <param name="subjectId">The subject.</param>
    /// <param name="reason">Somebody's words, or the key of a sentence of the program.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task EndAsync(IDocumentSession session, string kind, string subjectId, string reason, CancellationToken cancellationToken)
    {
        if ((await LineAsync(session, kind, subjectId, cancellationToken)).FirstOrDefault(s => s.State == SubmissionState.Open) is { } open)
            End(session, open, open.Version, reason);
    }

    private void End(IDocumentSession session, Submission submission, long seen, string reason)
    {
        (submission.State, submission.ClosedAt, submission.ClosedBecause) = (SubmissionState.Withdrawn, time.GetUtcNow(), reason);
        session.Update(submission, seen, submission.Kind + ".withdraw", reason);
    }

    /// <summary>Open submissions that wait for the caller: as a person, as holder of a role, or as a deputy.</summary>
    public async Task<Page<Submission>> WaitingAsync(IDocumentSession session, Query query, CancellationToken cancellationToken)
    {
        var tokens = await TokensAsync(cancellationToken);
        return tokens.Count == 0 ? new([], 0, null, null) : await session.QueryAsync<Submission>(query.WhereIn("waits", tokens), cancellationToken);
    }

    /// <summary>How many wait for the caller.</summary>
    public async Task<long> CountWaitingAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        var tokens = await TokensAsync(cancellationToken);
        return tokens.Count == 0 ? 0 : await session.CountAsync<Submission>(Query.All.WhereIn("waits", tokens), cancellationToken);
    }

    /// <summary>Open slots that the caller may decide.</summary>
    public async Task<IReadOnlyList<Slot>> MineAsync(Submission submission, CancellationToken cancellationToken)
    {
        if (workspace.IsConsole || submission.State != SubmissionState.Open)
            return [];
        var everybody = await people.AllAsync(cancellationToken);
        return [.. submission.Slots.Where(s => s.Decision is null && Authority(s, everybody) is not null)];
    }

    /// <summary>Submissions of a line, newest first.</summary>
    public static async Task<IReadOnlyList<Submission>> LineAsync(IDocumentSession session, string kind, string subjectId, CancellationToken cancellationToken) =>
        (await session.QueryAsync<Submission>(Query.All.Where("line", Submission.LineOf(kind, subjectId)).OrderBy("-ref").Take(100), cancellationToken)).Items;

    /// <summary>The newest submission of a line if it was sent back or refused and nothing was submitted since; else <c>null</c>.</summary>
    public static async Task<Submission?> CameBackAsync(IDocumentSession session, string kind, string subjectId, CancellationToken cancellationToken)
    {
        var line = Query.All.Where("line", Submission.LineOf(kind, subjectId));
        // Found among declared fields first: a submission carries all that was submitted.
        var last = (await session.GroupAsync<Submission>(line, "at", "state")).MaxBy(g => g.Values[0]);
        return last?.Values[1] is "sentBack" or "refused" ? (await session.QueryAsync<Submission>(line.OrderBy("-at").Take(1), cancellationToken)).Items.FirstOrDefault() : null;
    }

    /// <summary>The frozen content.</summary>
    public async Task<IReadOnlyList<ContentSection>> ContentAsync(Submission submission, CancellationToken cancellationToken)
    {
        if (submission.ContentAttachment is null)
            return submission.Content;
        await using var file = stores.Workspace(workspace.Workspace.Id).Attachments.Open(submission.ContentAttachment) ?? throw new StoreException($"The attachment {submission.ContentAttachment} of {submission.Reference} is missing.");
        return (await JsonSerializer.DeserializeAsync<List<ContentSection>>(file, StoreJson.Options, cancellationToken))!;
    }

    /// <summary>Which decisions stand, compared with what the subject says now.</summary>
    public async Task<SubmissionStanding> StandingAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken)
    {
        var current = await Subject(submission.Kind).CurrentAsync(session, submission, cancellationToken) ?? [];
        return Standing(submission, current, await people.AllAsync(cancellationToken));
    }

    /// <summary>Which decisions stand, compared with given content.</summary>
    public SubmissionStanding Standing(Submission submission, IReadOnlyList<ContentSection> current, IReadOnlyList<ApprovalPerson> everybody)
    {
        var subject = Subject(submission.Kind);
        var whole = Canonical.Hash(current, submission.Coverage);
        var slices = HashesBySlice(current, submission.Coverage);
        SlotStanding Of(Slot slot)
        {
            var changed = (slot.Slice is null ? whole : slices.GetValueOrDefault(slot.Slice, "")) != slot.Hash;
            return slot.Decision?.Outcome switch
            {
                null => everybody.Any(p => p.Id == slot.PersonId && p.HasLeft) ? SlotStanding.HolderLeft : SlotStanding.Waiting,
                DecisionOutcome.SentBack => SlotStanding.SentBack,
                DecisionOutcome.Refused => SlotStanding.Refused,
                _ when changed && subject.GoesStale(slot) => SlotStanding.Stale,
                _ when everybody.Any(p => p.Id == slot.PersonId && p.HasLeft) => SlotStanding.HolderLeft,
                _ when (slot.Decision.ValidUntil ?? slot.ValidUntil) < workspace.Today => SlotStanding.Expired,
                _ => changed ? SlotStanding.MovedOn : SlotStanding.Stands,
            };
        }

        return new(submission.Slots.ToDictionary(s => s.Key, Of), whole != submission.Hash);
    }

    private async Task<Result<Submission>> DecideAsync(IDocumentSession session, Submission submission, DecisionRequest request, IReadOnlyList<ApprovalPerson> everybody, CancellationToken cancellationToken)
    {
        List<Slot> slots = [];
        foreach (var key in request.SlotKeys.Distinct())
        {
            if (submission.Slots.Find(s => s.Key == key) is not { } slot)
                return Error.NotFound();
            slots.Add(slot);
        }

        if (slots.Count == 0)
            return Error.Invalid("approvals.error.choose", "Slots");
        if (slots.Exists(s => Authority(s, everybody) is null))
            return Error.Forbidden("approvals.error.notyours");
        if (slots.Find(s => s.Decision is not null) is { Decision: { } first })
            return Error.Conflict("approvals.error.decided", submission, null, first.ByName);
        if (submission.State != SubmissionState.Open)
            return Error.Conflict("approvals.error.closed", submission);

        var subject = Subject(submission.Kind);
        if (request.Outcome == DecisionOutcome.Approved && slots.Exists(subject.GoesStale))
        {
            var current = await subject.CurrentAsync(session, submission, cancellationToken) ?? [];
            var hashes = HashesBySlice(current, submission.Coverage);
            var whole = Canonical.Hash(current, submission.Coverage);
            if (slots.Exists(s => subject.GoesStale(s) && (s.Slice is null ? whole : hashes.GetValueOrDefault(s.Slice, "")) != s.Hash))
                return Error.Invalid("approvals.error.stale");
        }

        foreach (var slot in slots)
        {
            if (slot.ValidUntil < request.ValidUntil)
                return Error.Invalid("approvals.error.beyond", "ValidUntil");
            var behalf = Authority(slot, everybody)!;
            slot.Decision = new()
            {
                Outcome = request.Outcome,
                ByAccountId = workspace.Actor.Id,
                ByPersonId = workspace.PersonId,
                ByName = workspace.Actor.Name,
                OnBehalfOfId = behalf.OnBehalfOf?.Id,
                OnBehalfOfName = behalf.OnBehalfOf?.Name,
                At = time.GetUtcNow(),
                Comment = Trimmed(request.Comment),
                Conditions = Trimmed(request.Conditions),
                ValidUntil = request.ValidUntil ?? slot.ValidUntil,
                SamePersonSubmitted = submission.SubmittedById == workspace.Actor.Id,
                Scan = request.Scan,
                ScanName = request.ScanName,
            };
        }

        var step = request.Outcome switch
        {
            DecisionOutcome.SentBack => ApprovalStep.SentBack,
            DecisionOutcome.Refused => ApprovalStep.Refused,
            _ => submission.Slots.TrueForAll(s => s.Decision?.Outcome == DecisionOutcome.Approved) ? ApprovalStep.Approved : ApprovalStep.Decided,
        };
        if (step != ApprovalStep.Decided)
        {
            submission.ClosedAt = time.GetUtcNow();
            submission.State = step switch { ApprovalStep.Approved => SubmissionState.Approved, ApprovalStep.SentBack => SubmissionState.SentBack, _ => SubmissionState.Refused };
        }

        if (step == ApprovalStep.Approved)
        {
            foreach (var before in (await LineAsync(session, submission.Kind, submission.SubjectId, cancellationToken)).Where(s => s.State == SubmissionState.Approved && s.Id != submission.Id))
            {
                before.State = SubmissionState.Superseded;
                before.SupersededById = submission.Id;
                foreach (var slot in before.Slots.Where(s => s.Decision is not null))
                    slot.Decision = slot.Decision! with { SupersededById = submission.Id };
                session.Update(before, before.Version, before.Kind + ".supersede");
            }
        }

        if (await subject.FollowAsync(session, submission, step, slots, cancellationToken) is { } refused)
            return refused;
        var verb = step switch { ApprovalStep.SentBack => ".sendback", ApprovalStep.Refused => ".refuse", ApprovalStep.Approved => ".approve", _ => ".decide" };
        session.Update(submission, submission.Version, submission.Kind + verb, Trimmed(request.Comment));
        return submission;
    }

    private sealed record Standpoint(ApprovalPerson? OnBehalfOf);

    /// <summary>As whom the caller may decide a slot; null when not at all. A deputy needs the right as well: naming somebody deputy gives no right.</summary>
    private Standpoint? Authority(Slot slot, IReadOnlyList<ApprovalPerson> everybody)
    {
        if (workspace.IsConsole || !workspace.May(slot.Area, slot.Verb))
            return null;
        if (slot.Role is { } role && workspace.Roles.Contains(role))
        {
            // Who holds the role only to stand in for somebody decides on that person's behalf.
            var me = everybody.FirstOrDefault(p => p.Id == workspace.PersonId);
            return new(me is null || me.Roles.Contains(role) ? null : everybody.FirstOrDefault(p => p.DeputyId == me.Id && !p.HasLeft && p.Roles.Contains(role)));
        }

        if (slot.PersonId is null || workspace.PersonId is null)
            return null;
        if (slot.PersonId == workspace.PersonId)
            return new((ApprovalPerson?)null);
        return everybody.FirstOrDefault(p => p.Id == slot.PersonId && p.DeputyId == workspace.PersonId && !p.HasLeft) is { } absent ? new(absent) : null;
    }

    private async Task<List<string>> TokensAsync(CancellationToken cancellationToken)
    {
        if (workspace.IsConsole)
            return [];
        List<string> tokens = [.. workspace.Roles.Where(r => RightsTable.Of(r).Any(x => x.Verb == Verb.Approve)).Select(Slot.RoleToken)];
        if (workspace.PersonId is { } me)
        {
            tokens.Add(Slot.PersonToken(me));
            tokens.AddRange((await people.AllAsync(cancellationToken)).Where(p => p.DeputyId == me && !p.HasLeft).Select(p => Slot.PersonToken(p.Id)));
        }

        return tokens;
    }

    /// <summary>The yes that was given to the same part: in the last submission, or where that one decided nothing about it, in the one in force.</summary>
    private Decision? CarriedOver(Slot slot, Submission? last, Submission? inForce)
    {
        var from = Same(last)?.Decision is null ? inForce : last;
        return Same(from)?.Decision is { Outcome: DecisionOutcome.Approved } given && !(given.ValidUntil < workspace.Today)
            ? given with { CarriedFromId = given.CarriedFromId ?? from!.Id, SupersededById = null }
            : null;

        Slot? Same(Submission? of) => of?.Slots.Find(s => s.Key == slot.Key && s.Holder == slot.Holder && s.Hash == slot.Hash && s.ValidUntil == slot.ValidUntil);
    }

    private static Dictionary<string, string> HashesBySlice(IEnumerable<ContentSection> content, int coverage) =>
        content.SelectMany(s => (s.Slices ?? []).Select(slice => (slice, s))).GroupBy(p => p.slice, p => p.s, StringComparer.Ordinal).ToDictionary(g => g.Key, g => Canonical.Hash(g, coverage), StringComparer.Ordinal);

    private async Task KeepContentAsync(Submission submission, List<ContentSection> content, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(content, StoreJson.Options);
        if (bytes.Length <= InlineLimit)
        {
            submission.Content = content;
            return;
        }

        using var file = new MemoryStream(bytes);
        submission.ContentAttachment = await stores.Workspace(workspace.Workspace.Id).Attachments.PutAsync(file, bytes.Length, cancellationToken);
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

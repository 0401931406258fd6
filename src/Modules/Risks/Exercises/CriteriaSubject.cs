using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Risks.Exercises;

/// <summary>Approval of an exercise's acceptance criteria by top management (guideline 6.1; domain.md rule 9).</summary>
internal sealed class CriteriaSubject(WorkspaceContext ws, Methods methods, IWords words) : IApprovalSubject
{
    public const string TheKind = "criteria";

    /// <summary>Coverage since which an approval also covers version and parameters of the method, which give the levels their meaning.</summary>
    private const int Method = 2;

    public string Kind => TheKind;

    public Area Area => Area.Exercises;

    public static Slot Slot => new() { Key = "management", Act = ApprovalAct.Approve, Role = Role.TopManagement, Why = "approvals.slot.criteria", Area = Area.Exercises, Verb = Verb.Approve, Count = 1 };

    public (string Path, string? Id) Page(Submission submission) => ("risks/exercises/detail", submission.SubjectId);

    public async Task<IReadOnlyList<ContentSection>?> CurrentAsync(IDocumentSession session, Submission submission, CancellationToken cancellationToken) =>
        await session.FindAsync<Exercise>(submission.SubjectId, cancellationToken) is { } exercise ? [Section(exercise, methods, words)] : null;

    public async Task<Error?> FollowAsync(IDocumentSession session, Submission submission, ApprovalStep step, IReadOnlyList<Slot> decided, CancellationToken cancellationToken)
    {
        if (await session.FindAsync<Exercise>(submission.SubjectId, cancellationToken) is not { } exercise)
            return Error.NotFound();
        if (step == ApprovalStep.Decided)
            return null;
        exercise.CriteriaState = step switch { ApprovalStep.Approved => CriteriaState.Approved, ApprovalStep.Withdrawn => CriteriaState.NotAsked, _ => CriteriaState.SentBack };
        (exercise.CriteriaApprovedOn, exercise.CriteriaUntil) = step == ApprovalStep.Approved ? ((DateOnly?)ws.Today, submission.HoldsUntil) : (null, null);
        session.Update(exercise, exercise.Version, step == ApprovalStep.Approved ? "exercise.criteria.approve" : "exercise.criteria.notapproved", decided.Count > 0 ? decided[0].Decision?.Comment : null);
        return null;
    }

    /// <summary>After the exercise changed: what top management approved stands as long as it says the same, and again as soon as it does.</summary>
    /// <param name="session">Unit of work.</param>
    /// <param name="exercise">The exercise as it will be saved.</param>
    /// <param name="methods">Methods.</param>
    /// <param name="ws">Workspace.</param>
    /// <param name="sameMethod">Whether the method is the one before; older approvals do not cover it.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task StandAsync(IDocumentSession session, Exercise exercise, Methods methods, WorkspaceContext ws, bool sameMethod, CancellationToken cancellationToken)
    {
        if (exercise.CriteriaState is not (CriteriaState.Approved or CriteriaState.NotAsked))
            return;
        var approved = (await ApprovalDesk.LineAsync(session, TheKind, exercise.Id, cancellationToken)).FirstOrDefault(s => s.State == SubmissionState.Approved);
        var stands = approved is not null && approved.Hash == Canonical.Hash([Section(exercise, methods)], approved.Coverage)
            && (approved.Coverage >= Method || (sameMethod && exercise.CriteriaState == CriteriaState.Approved));
        exercise.CriteriaState = stands ? CriteriaState.Approved : CriteriaState.NotAsked;
        exercise.CriteriaApprovedOn = stands ? exercise.CriteriaApprovedOn ?? ws.DayOf(approved!.ClosedAt!.Value) : null;
        exercise.CriteriaUntil = stands ? approved!.HoldsUntil : null;
    }

    /// <summary>What is approved: method with its parameters, what may be retained, exceptions and their conditions. With words it says them as top management reads them; what is compared stays the same.</summary>
    public static ContentSection Section(Exercise exercise, Methods methods, IWords? words = null)
    {
        var (method, form) = (methods.Of(exercise), methods.Form(exercise));
        var levels = words is null ? null : new LevelWords(form, words);
        string? Said(List<string> keys) => levels is null || keys.Count == 0 ? null : string.Join(", ", keys.Select(levels.Of));
        return new(exercise.Id, $"{exercise.Reference} {exercise.Name}",
        [
            new("exercise.methodologyid", exercise.MethodologyId, Shown: words is null || method is null ? null : $"{words.Of(method.Info.Name)} {exercise.MethodologyVersion ?? method.Version}"),
            new("exercise.methodversion", exercise.MethodologyVersion ?? method?.Version, Since: Method),
            new("exercise.parameters", (exercise.Parameters ?? method?.DefaultParameters) is { } parameters ? Canonical.Json(parameters) : null, Shown: words is null ? null : Told(string.Join("; ", Scales(form, words).Concat(Grid(exercise, methods, levels!, words)))), Since: Method),
            new("exercise.acceptable", Words(exercise.Criteria.Acceptable, exercise.Criteria.AcceptUpTo), Shown: Said(exercise.Criteria.Acceptable)),
            new("exercise.byexception", Words(exercise.Criteria.ByException, exercise.Criteria.ExceptionUpTo), Shown: Said(exercise.Criteria.ByException)),
            new("exercise.exceptionmonths", exercise.Criteria.ExceptionMonths.ToString(CultureInfo.InvariantCulture), "number"),
            new("exercise.conditions", exercise.Criteria.Conditions.Count == 0 ? null : string.Join("; ", exercise.Criteria.Conditions)),
            new("exercise.criterianote", exercise.Criteria.Note),
            // Only where there is one, so that what was approved before there was such a criterion stays approved.
            .. Residual(exercise.Criteria, levels),
        ]);
    }

    /// <summary>Factors with the words of their steps, lowest first.</summary>
    private static IEnumerable<string> Scales(MethodologyForm? form, IWords words)
    {
        string Step(Tier tier) => tier.Anchor is null ? words.Of(tier.Label) : $"{words.Of(tier.Label)} ({words.Of(tier.Anchor)})";
        return form?.Factors.Where(f => f.Tiers.Count > 0).Select(f => $"{words.Of(f.Name)}: {string.Join(", ", f.Tiers.Select(Step))}") ?? [];
    }

    /// <summary>Levels of the matrix, a row for each step of its vertical axis; none where the method has no such picture.</summary>
    private static IEnumerable<string> Grid(Exercise exercise, Methods methods, LevelWords levels, IWords words)
    {
        if (methods.AxesOf(exercise) is not { } axes || methods.Grid(exercise) is not { Count: > 0 } grid)
            return [];
        return axes.Vertical.Tiers.Select((row, y) => $"{words.Of(axes.Vertical.Name)} {words.Of(row.Label)} × {words.Of(axes.Horizontal.Name)}: {string.Join(", ", axes.Horizontal.Tiers.Select((_, x) => levels.Of(grid.GetValueOrDefault((y, x))) ?? "–"))}");
    }

    private static string? Told(string text) => text.Length > 0 ? text : null;

    private static IEnumerable<ContentField> Residual(Criteria criteria, LevelWords? levels) =>
        (criteria.ResidualLevel ?? criteria.ResidualValue?.ToString(CultureInfo.InvariantCulture)) is { } residual ? [new("method.residual", residual, Shown: criteria.ResidualLevel is null ? null : levels?.Of(criteria.ResidualLevel))] : [];

    private static string? Words(List<string> levels, double? upTo) => levels.Count > 0 ? string.Join(", ", levels) : upTo?.ToString(CultureInfo.InvariantCulture);
}

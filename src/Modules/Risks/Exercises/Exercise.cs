using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Register;
using IsmsModular.Risks.Scales;

namespace IsmsModular.Risks.Exercises;

/// <summary>One round of risk assessment over a part of the scope (domain.md, record 4; clauses 8.2, 6.1.2). From <see cref="ExerciseState.Running"/> on, methodology, parameters, scale and asset values are frozen in it.</summary>
internal sealed class Exercise : Document
{
    public static DocumentMap<Exercise> Map { get; } = new DocumentMap<Exercise>("risks_exercises")
        .Text("ref", e => e.Reference)
        .Text("name", e => e.Name)
        .Field("state", e => e.State)
        .Field("methodology", e => e.MethodologyId)
        .Field("start", e => e.StartOn)
        .Field("end", e => e.EndOn)
        .Attachments(e => [e.SnapshotAttachment]);

    /// <summary>EX-01.</summary>
    public string Reference { get; set; } = "";

    public required string Name { get; set; }

    /// <summary>Which part of the scope.</summary>
    public string? ScopePart { get; set; }

    public ExerciseTrigger Trigger { get; set; }

    public string? TriggerNote { get; set; }

    public DateOnly? StartOn { get; set; }

    public DateOnly? EndOn { get; set; }

    public List<Participant> Participants { get; set; } = [];

    public ExerciseState State { get; set; } = ExerciseState.Planned;

    public required string MethodologyId { get; set; }

    /// <summary>The methodology itself where it is one of the workspace's own: kept here, so that the exercise can be computed again whatever becomes of it. Null for a plugin's.</summary>
    public JsonObject? Declaration { get; set; }

    /// <summary>Plugin whose locales translate the words of <see cref="Declaration"/>, or null.</summary>
    public string? WordsPlugin { get; set; }

    /// <summary>Set when the exercise starts.</summary>
    public string? MethodologyVersion { get; set; }

    /// <summary>Parameters; null for the methodology's defaults. Frozen when the exercise starts (then never null).</summary>
    public JsonObject? Parameters { get; set; }

    /// <summary>Why this method suits the business and the law.</summary>
    public string? MethodReason { get; set; }

    public Criteria Criteria { get; set; } = new();

    /// <summary>Whether top management approved the criteria (domain.md rule 9); kept by the approvals.</summary>
    public CriteriaState CriteriaState { get; set; }

    public DateOnly? CriteriaApprovedOn { get; set; }

    /// <summary>Last day on which that approval holds, or null when it has no end of its own.</summary>
    public DateOnly? CriteriaUntil { get; set; }

    /// <summary>Where the approval of the criteria stands on a day: one that has run out is to be asked for again.</summary>
    public CriteriaState CriteriaOn(DateOnly day) => CriteriaState == CriteriaState.Approved && CriteriaUntil < day ? CriteriaState.Ended : CriteriaState;

    /// <summary>Valuation scale as it stood when the exercise started.</summary>
    public List<ScaleTier> Scale { get; set; } = [];

    public int ScaleVersion { get; set; }

    /// <summary>Values of assets and groups when the exercise started, by record id. Large workspaces: an attachment holds them (<see cref="SnapshotAttachment"/>).</summary>
    public Dictionary<string, AssetSnapshot> Values { get; set; } = [];

    /// <summary>SHA-256 of the attachment with the snapshot when it would not fit a document, else null.</summary>
    public string? SnapshotAttachment { get; set; }

    /// <summary>States of control implementations when the exercise started, by id.</summary>
    public Dictionary<string, string> ControlStates { get; set; } = [];

    /// <summary>The exercise before, for comparison.</summary>
    public string? PredecessorId { get; set; }

    /// <summary>The change of method by which its first ratings came, or null. Method and parameters are then fixed from the beginning, since ratings stand on them.</summary>
    public string? ChangeId { get; set; }

    /// <summary>Coverage: cell key <c>{groupId}/{threat class}</c> to what was decided. A cell without entry and without risk was not looked at.</summary>
    public Dictionary<string, CoverageCell> Coverage { get; set; } = [];

    public DateTimeOffset? FrozenAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Key of a cell of the coverage matrix.</summary>
    public static string Cell(string groupId, string threatClass) => $"{groupId}/{threatClass}";

    /// <summary>Takes a methodology with parameters (null for its defaults).</summary>
    public void Take(IMethodologyHandle method, JsonObject? parameters)
    {
        MethodologyId = method.Id;
        Parameters = parameters;
        Declaration = OwnMethodologies.IsOwn(method.Id) ? method.Declaration(null)!.Value : null;
        WordsPlugin = Declaration is null ? null : method.WordsPlugin;
    }

    /// <summary>Freezes what later changes must not reach: version and parameters of the method, scale, and (by the caller) values and control states.</summary>
    public void Start(string version, JsonObject parameters, ValuationScale scale, DateTimeOffset now)
    {
        if (State != ExerciseState.Planned)
            throw new InvalidOperationException("Only a planned exercise can start.");
        State = ExerciseState.Running;
        MethodologyVersion = version;
        Parameters = parameters;
        Scale = [.. scale.Tiers];
        ScaleVersion = scale.Number;
        FrozenAt = now;
        StartOn ??= DateOnly.FromDateTime(now.DateTime);
    }

    /// <summary>Ends the work: from here on the exercise is a record.</summary>
    public void Close(DateTimeOffset now)
    {
        if (State != ExerciseState.Running)
            throw new InvalidOperationException("Only a running exercise can be closed.");
        State = ExerciseState.Closed;
        ClosedAt = now;
        EndOn ??= DateOnly.FromDateTime(now.DateTime);
    }
}

public enum ExerciseState { Planned, Running, Closed }

public enum ExerciseTrigger { First, Interval, Change, Incident, Request }

/// <summary>C, I, A as frozen (1 = lowest; null = not valued).</summary>
internal sealed record AssetSnapshot(int? C, int? I, int? A)
{
    /// <summary>The greatest of the three.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int? Greatest => new[] { C, I, A }.Max();
}

internal sealed record CoverageCell(CoverageState State, string? Reason, string? ById, DateOnly? On);

public enum CoverageState { Considered, Dismissed }

/// <summary>Acceptance criteria of an exercise (domain.md rule 9). Levels by key; what is in neither list must be treated.</summary>
internal sealed class Criteria
{
    /// <summary>Levels at which a risk may be retained with its owner's acceptance.</summary>
    public List<string> Acceptable { get; set; } = [];

    /// <summary>Levels at which it may be retained only by a recorded exception of risk owner and top management, with an end date.</summary>
    public List<string> ByException { get; set; } = [];

    /// <summary>Longest exception, in months.</summary>
    public int ExceptionMonths { get; set; } = 12;

    /// <summary>Methods that give a number and no level: greatest value that may be retained.</summary>
    public double? AcceptUpTo { get; set; }

    /// <summary>Methods that give a number and no level: greatest value that may be retained by exception.</summary>
    public double? ExceptionUpTo { get; set; }

    /// <summary>Highest level that a risk should keep after treatment, or null.</summary>
    public string? ResidualLevel { get; set; }

    /// <summary>Methods that give a number and no level: greatest value that a risk should keep after treatment.</summary>
    public double? ResidualValue { get; set; }

    /// <summary>Whether a result after treatment is above the residual criterion.</summary>
    public bool IsAboveResidual(Rating rating, IReadOnlyList<Tier> levels)
    {
        int Place(string? key) => levels.ToList().FindIndex(l => l.Key == key);
        return rating.Level is null ? rating.Value > ResidualValue : ResidualLevel is not null && Place(ResidualLevel) >= 0 && Place(rating.Level) > Place(ResidualLevel);
    }

    /// <summary>Conditions for an exception; the decision names the one that is met, with a reason.</summary>
    public List<string> Conditions { get; set; } = [];

    /// <summary>In words: weights, who decides, guide for raters.</summary>
    public string? Note { get; set; }

    /// <summary>What the criteria ask for a result; null while there is none.</summary>
    public Handling? For(Rating? rating) => rating is null ? null : For(rating.Level, rating.Value);

    /// <summary>What the criteria ask for a level, or for a number where the method gives no level.</summary>
    public Handling For(string? level, double? value) => (level, value) switch
    {
        ({ } key, _) => Acceptable.Contains(key) ? Handling.Acceptable : ByException.Contains(key) ? Handling.ByException : Handling.MustTreat,
        (null, { } number) => number <= AcceptUpTo ? Handling.Acceptable : number <= ExceptionUpTo ? Handling.ByException : Handling.MustTreat,
        _ => Handling.MustTreat,
    };

    /// <summary>Places of the levels, lowest first, that would be handled more mildly than a lower one; a level that is not decided counts for nothing.</summary>
    public static IEnumerable<int> OutOfOrder(IReadOnlyList<Handling?> levels) =>
        Enumerable.Range(0, levels.Count).Where(i => levels.Take(i).Any(lower => lower > levels[i]));

    /// <summary>What is usual where nothing was decided: the lower two fifths acceptable, the next by exception, the rest to be treated.</summary>
    public static Handling Usual(int level, int levels) => level * 5 >= levels * 3 ? Handling.MustTreat : level * 5 >= levels * 2 ? Handling.ByException : Handling.Acceptable;
}

/// <summary>Where the approval of the criteria stands. <see cref="Ended"/> is never stored: it is what an approval becomes after its last day.</summary>
public enum CriteriaState { NotAsked, Waiting, Approved, SentBack, Ended }

/// <summary>What acceptance criteria ask of a level, mildest first.</summary>
public enum Handling { Acceptable, ByException, MustTreat }

/// <summary>A row of the table in which each level is given its handling.</summary>
/// <param name="Field">Name of the form's field.</param>
/// <param name="Colour">Colour of the level.</param>
/// <param name="Label">Word of the level.</param>
/// <param name="Anchor">What it means, or null.</param>
/// <param name="Chosen">What is chosen, or null.</param>
internal sealed record HandlingRow(string Field, string? Colour, string? Label, string? Anchor, Handling? Chosen);

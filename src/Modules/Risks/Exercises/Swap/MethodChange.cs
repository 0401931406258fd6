using System.Text.Json.Nodes;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Store;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>A change of methodology (requirement D3): how the ratings of one exercise become ratings under another method. Prepared step by step, so that going back loses nothing; carried out once, and kept as evidence of how ratings were carried over.</summary>
internal sealed class MethodChange : Document
{
    public static DocumentMap<MethodChange> Map { get; } = new DocumentMap<MethodChange>("risks_changes")
        .Field("exercise", c => c.SourceId)
        .Field("done", c => c.DoneAt is not null);

    /// <summary>The exercise whose ratings are carried over; it stays as it is.</summary>
    public required string SourceId { get; init; }

    /// <summary>Id that the new exercise will have, given here so that a second click makes no second exercise.</summary>
    public string ResultId { get; init; } = NewId();

    /// <summary>Name of the new exercise.</summary>
    public required string Name { get; set; }

    public required string MethodologyId { get; set; }

    public required string MethodologyVersion { get; set; }

    /// <summary>Parameters; null for the method's defaults.</summary>
    public JsonObject? Parameters { get; set; }

    /// <summary>The method itself where it is one of the workspace's own; null for a plugin's.</summary>
    public JsonObject? Declaration { get; set; }

    /// <summary>Plugin whose locales translate its words, or null.</summary>
    public string? WordsPlugin { get; set; }

    /// <summary>Why the new method suits the business and the law.</summary>
    public string? MethodReason { get; set; }

    /// <summary>What was entered for each method that was tried, by its key.</summary>
    public Dictionary<string, ScaleMapping> Mappings { get; set; } = [];

    /// <summary>When it was carried out; null while it is prepared.</summary>
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>What was entered for the method that is chosen now.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ScaleMapping Mapping => Mappings.TryGetValue(MethodologyId, out var known) ? known : Mappings[MethodologyId] = new();

    /// <summary>Chooses the new method.</summary>
    public void Take(IMethodologyHandle method, JsonObject? parameters)
    {
        MethodologyId = method.Id;
        MethodologyVersion = method.Version;
        Parameters = parameters;
        Declaration = OwnMethodologies.IsOwn(method.Id) ? method.Declaration(null)!.Value : null;
        WordsPlugin = Declaration is null ? null : method.WordsPlugin;
    }

    /// <summary>The new exercise as it would be made from <paramref name="source"/>.</summary>
    public Exercise ToExercise(Exercise source, DateOnly today) => new()
    {
        Id = ResultId,
        Name = Name,
        ScopePart = source.ScopePart,
        Trigger = ExerciseTrigger.Change,
        StartOn = today,
        Participants = [.. source.Participants],
        MethodologyId = MethodologyId,
        MethodologyVersion = MethodologyVersion,
        Parameters = Parameters,
        Declaration = Declaration,
        WordsPlugin = WordsPlugin,
        MethodReason = MethodReason,
        PredecessorId = source.Id,
        ChangeId = Id,
        Criteria = Mapping.Criteria(source.Criteria, MethodologyId == source.MethodologyId),
        Coverage = new(source.Coverage),
    };
}

/// <summary>How values of one method become values of another, as it was entered.</summary>
internal sealed class ScaleMapping
{
    /// <summary>Whether the step with the factors was saved.</summary>
    public bool HasFactors { get; set; }

    /// <summary>Whether the step with levels and criteria was saved.</summary>
    public bool HasLevels { get; set; }

    /// <summary>Where each part of the new form comes from: part to key of a <see cref="MappingSource"/>; empty is asked anew.</summary>
    public Dictionary<string, string> Sources { get; set; } = [];

    /// <summary>Values by <c>part|source|step|field</c>; see <see cref="MappingTable"/>.</summary>
    public Dictionary<string, string> Values { get; set; } = [];

    /// <summary>Which new level counts as an old one: key to key; empty is not compared.</summary>
    public Dictionary<string, string> Levels { get; set; } = [];

    /// <summary>Where one method has numbers and no levels: from which number on a level of the other is reached, by the level's key.</summary>
    public Dictionary<string, double> Bounds { get; set; } = [];

    /// <summary>Where both methods have numbers and no levels: whether the numbers may be compared as they are.</summary>
    public bool SameUnit { get; set; }

    /// <summary>What the criteria of the new exercise ask of each level.</summary>
    public Dictionary<string, Handling> Handling { get; set; } = [];

    public double? AcceptUpTo { get; set; }

    public double? ExceptionUpTo { get; set; }

    public int ExceptionMonths { get; set; } = 12;

    /// <summary>Whether treatment decisions and planned levels go over as well, where the new criteria allow them; nobody has accepted them.</summary>
    public bool Treatments { get; set; } = true;

    /// <summary>Whether tasks of the plan work on the successors of their risks as well.</summary>
    public bool Tasks { get; set; } = true;

    /// <summary>Criteria of the new exercise; the residual criterion as far as levels or numbers are the same; conditions are those of the old one, its note only under the same method, since it speaks of levels.</summary>
    public Criteria Criteria(Criteria before, bool sameMethod) => new()
    {
        Acceptable = [.. Handling.Where(h => h.Value == Exercises.Handling.Acceptable).Select(h => h.Key)],
        ByException = [.. Handling.Where(h => h.Value == Exercises.Handling.ByException).Select(h => h.Key)],
        AcceptUpTo = AcceptUpTo,
        ExceptionUpTo = ExceptionUpTo,
        ExceptionMonths = ExceptionMonths,
        ResidualLevel = Levels.GetValueOrDefault(before.ResidualLevel ?? "") is { Length: > 0 } level ? level : null,
        ResidualValue = SameUnit ? before.ResidualValue : null,
        Conditions = [.. before.Conditions],
        Note = sameMethod ? before.Note : null,
    };
}

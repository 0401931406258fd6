namespace IsmsModular.Conformance;

/// <summary>One thing in which a plugin does not keep to the contract.</summary>
/// <param name="Check">What was checked, such as <c>determinism</c>.</param>
/// <param name="Subject">What was looked at, such as <c>methodology acme</c>.</param>
/// <param name="Problem">What is wrong, in a sentence.</param>
public sealed record Finding(string Check, string Subject, string Problem)
{
    /// <inheritdoc />
    public override string ToString() => $"{Subject}: {Check}: {Problem}";
}

/// <summary>What a check can be told.</summary>
public sealed class ConformanceOptions
{
    /// <summary>Inputs that the method must accept, where those that are made from its form are not enough.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Abstractions.Methodologies.FactorValue>> Cases { get; init; } = [];

    /// <summary>Words by language and key, as in the plugin's <c>locales</c>. Each language that is here must have every key.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Words { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>How many cases are made from a method's form.</summary>
    public int GeneratedCases { get; init; } = 60;
}

/// <summary>Gathers findings about one subject.</summary>
internal sealed class Findings(string subject)
{
    private readonly List<Finding> all = [];

    public IReadOnlyList<Finding> All => all;

    public void Add(string check, string problem)
    {
        // The first few of a kind say it all.
        if (all.Count(f => f.Check == check) < 5)
            all.Add(new(check, subject, problem));
    }

    public void Unless(bool right, string check, string problem)
    {
        if (!right)
            Add(check, problem);
    }

    /// <summary>Whatever a plugin throws is a finding.</summary>
    public T? Try<T>(string check, string what, Func<T> act)
        where T : class
    {
        try
        {
            return act();
        }
        catch (Exception error)
        {
            Add(check, $"{what} throws {error.GetType().Name}: {error.Message}");
            return null;
        }
    }
}

using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Text;

/// <summary>Words of the interface, from <c>content/locales/{language}/*.json</c> and plugins' locales. Injected into every page as <c>T</c>. Scoped to the request's language.</summary>
public interface IWords
{
    /// <summary>Current language: <c>en</c> or <c>ms</c>.</summary>
    string Language { get; }

    /// <summary>Words for a key, with <c>{0}</c> filled; the key itself when missing (a test finds those).</summary>
    string this[string key, params object?[] arguments] { get; }

    /// <summary>Whether there are words for a key.</summary>
    bool Has(string key);

    /// <summary>A stored reason: the program's own sentence where a key is stored, else what somebody typed.</summary>
    string? Sentence(string? stored) => stored is not null && Has(stored) ? this[stored] : stored;

    /// <summary>Words of an enum member: key <c>enum.{type}.{member}</c> in camel case.</summary>
    string Of(Enum value);

    /// <summary>Words of a plugin's message.</summary>
    string Of(Message message);

    /// <summary>A date as people write it in this language.</summary>
    string Date(DateOnly? date);

    /// <summary>A moment in the workspace's time zone.</summary>
    string Moment(DateTimeOffset? moment);

    /// <summary>A number with the language's separators.</summary>
    string Number(decimal? number, int decimals = 0);
}

using System.Globalization;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Platform.Text;

/// <summary>Words in the language of the current culture, which <see cref="Web.LanguageChoice"/> sets for a request and the command line for a report.</summary>
internal sealed partial class Words(WordBook book, WorkspaceContext workspace) : IWords
{
    public string Language => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is "ms" ? "ms" : "en";

    public string this[string key, params object?[] arguments] => Fill(book.Find(Language, key) ?? Missing(key), arguments);

    public bool Has(string key) => book.Find(Language, key) is not null;

    public string Of(Enum value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return this[$"enum.{Camel(value.GetType().Name)}.{Camel(value.ToString())}"];
    }

    public string Of(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.In(key => book.Find(Language, key) ?? (message.Fallback is null ? Missing(key) : null));
    }

    public string Date(DateOnly? date) => date?.ToString("d MMM yyyy", CultureInfo.CurrentCulture) ?? "";

    public string Moment(DateTimeOffset? moment)
    {
        if (moment is not { } at)
            return "";
        var local = workspace.IsSet ? TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(workspace.Workspace.TimeZone)) : at.ToUniversalTime();
        return local.ToString("d MMM yyyy, HH:mm", CultureInfo.CurrentCulture) + (workspace.IsSet ? "" : " UTC");
    }

    public string Number(decimal? number, int decimals = 0) => number?.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.CurrentCulture) ?? "";

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>Fills the gaps of a sentence.</summary>
    internal static string Fill(string text, object?[] arguments)
    {
        if (arguments.Length == 0)
            return text;
        try
        {
            return string.Format(CultureInfo.CurrentCulture, Numbered(text, arguments), arguments);
        }
        catch (FormatException)
        {
            return text;
        }
    }

    /// <summary>Chooses between one and many: <c>{0} {0|risk|risks}</c>.</summary>
    private static string Numbered(string text, object?[] arguments) => !text.Contains('|', StringComparison.Ordinal) ? text : OneOrMany().Replace(text, m =>
        int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var i && i < arguments.Length && Convert.ToString(arguments[i], CultureInfo.InvariantCulture) == "1" ? m.Groups[2].Value : m.Groups[3].Value);

    [System.Text.RegularExpressions.GeneratedRegex(@"\{(\d)\|([^|{}]*)\|([^|{}]*)\}")]
    private static partial System.Text.RegularExpressions.Regex OneOrMany();

    private string Missing(string key)
    {
        book.Miss(key);
        return key;
    }
}

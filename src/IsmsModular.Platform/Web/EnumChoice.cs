using System.Text.Json;
using IsmsModular.Platform.Text;

namespace IsmsModular.Platform.Web;

/// <summary>Enum members as forms and addresses carry them: in camel case.</summary>
public static class EnumChoice
{
    /// <summary>All members with their words, for selects, radio cards and filters.</summary>
    public static IReadOnlyList<Choice> Of<T>(IWords words)
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(v => new Choice(Value(v), words.Of(v)))];

    /// <summary>The member of a posted value, or <c>null</c>.</summary>
    public static T? Parse<T>(string? value)
        where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            if (string.Equals(Value(member), value, StringComparison.OrdinalIgnoreCase))
                return member;
        }

        return null;
    }

    /// <summary>The value that a form posts for a member.</summary>
    public static string Value(Enum member) => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());
}

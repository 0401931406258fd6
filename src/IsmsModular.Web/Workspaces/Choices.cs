using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;

namespace IsmsModular.Web.Workspaces;

/// <summary>Options that several forms offer.</summary>
internal static class Choices
{
    /// <summary>Time zones by continent.</summary>
    public static IReadOnlyList<Choice> TimeZones { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Where(z => z.Id.Contains('/') && !z.Id.StartsWith("Etc/", StringComparison.Ordinal) || z.Id == "UTC").Select(z => new Choice(z.Id, z.Id.Replace('_', ' '), z.Id.Split('/')[0])).OrderBy(c => c.Value, StringComparer.Ordinal)];

    /// <summary>Languages of the program.</summary>
    public static IReadOnlyList<Choice> Languages(IWords words) => [.. WordBook.Languages.Select(l => new Choice(l, words["language." + l]))];
}

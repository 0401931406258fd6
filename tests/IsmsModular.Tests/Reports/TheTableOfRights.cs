using IsmsModular.Platform.Rights;
using IsmsModular.Tests.Looks;

namespace IsmsModular.Tests.Reports;

/// <summary>The user guide shows the rights that the program enforces.</summary>
public sealed class TheTableOfRights
{
    private static readonly (Verb Verb, char Letter)[] Letters = [(Verb.Read, 'R'), (Verb.Edit, 'E'), (Verb.OwnRows, 'O'), (Verb.Submit, 'S'), (Verb.Approve, 'A'), (Verb.Accept, 'C'), (Verb.Administer, 'X')];

    [Fact]
    public void Is_the_same_in_the_user_guide()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "user-guide.md"));
        Assert.Contains(Table(), guide.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Table()
    {
        // The system administrator's area gives no right in a workspace.
        var areas = Enum.GetValues<Area>().Except([Area.System]).ToArray();
        var lines = Enum.GetValues<Role>().Select(role => $"| {Words(role.ToString())} | " + string.Join(" | ", areas.Select(a => Cell(role, a))) + " |");
        return string.Join('\n', lines.Prepend("| --- | " + string.Join(" | ", areas.Select(_ => "---")) + " |").Prepend("| role | " + string.Join(" | ", areas.Select(a => Words(a.ToString()))) + " |"));
    }

    private static string Cell(Role role, Area area) => string.Concat(Letters.Where(l => RightsTable.Of(role).Contains((area, l.Verb))).Select(l => l.Letter)) is { Length: > 0 } letters ? letters : "–";

    private static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}

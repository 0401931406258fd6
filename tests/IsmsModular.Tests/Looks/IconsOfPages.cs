using System.Text.RegularExpressions;

namespace IsmsModular.Tests.Looks;

/// <summary>An icon that is named but not vendored would be an empty hole.</summary>
public sealed partial class IconsOfPages
{
    [Fact]
    public void Are_all_in_the_vendored_set()
    {
        var sprite = File.ReadAllText(Path.Combine(Repository.Root, "src/IsmsModular.Web/wwwroot/lib/tabler-icons/sprite.svg"));
        var named = Repository.Sources(".cshtml").SelectMany(s => Markup().Matches(s.Text).Select(m => (Name: m.Groups[1].Value, s.Path)))
            .Concat(Repository.Sources(".cs").SelectMany(s => Code().Matches(s.Text).Select(m => (Name: m.Groups[1].Value, s.Path))));
        Expect.None(named.Where(n => !sprite.Contains($"<symbol id=\"{n.Name}\"", StringComparison.Ordinal)).Select(n => $"{n.Name} in {n.Path} (add it to tools/icons.txt and run tools/vendor.sh)"));
    }

    [GeneratedRegex("""(?:<ti-icon[^>]*\bname|\bicon)="([a-z0-9-]+)["@]""")]
    private static partial Regex Markup();

    [GeneratedRegex("""(?:new NavigationEntry\([^;]*?"[^"]*",\s*"[^"]*",\s*"[^"]*",\s*|new ShellLink\("[^"]*",\s*"[^"]*",\s*|Draw\(versions, View, )"([a-z0-9-]+)"(?=[,)])""")]
    private static partial Regex Code();
}

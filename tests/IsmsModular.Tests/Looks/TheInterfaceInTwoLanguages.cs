using System.Text.RegularExpressions;
using IsmsModular.Platform.Text;

namespace IsmsModular.Tests.Looks;

/// <summary>Every string of the interface exists in English and in Malay.</summary>
public sealed partial class TheInterfaceInTwoLanguages
{
    private static readonly WordBook Book = Repository.Words();

    [Fact]
    public void Has_the_same_keys_in_both()
    {
        Expect.None(Book.Keys("en").Except(Book.Keys("ms")).Order());
        Expect.None(Book.Keys("ms").Except(Book.Keys("en")).Order());
    }

    [Fact]
    public void Has_each_key_in_one_file_only() => Expect.None(Book.Doubles);

    [Fact]
    public void Fills_the_same_gaps_in_both()
    {
        static string Gaps(string text) => string.Join(' ', Gap().Matches(text).Select(m => m.Value).Distinct().Order());
        Expect.None(Book.Keys("en").Where(k => Gaps(Book.Find("en", k)!) != Gaps(Book.Find("ms", k)!)).Order());
    }

    [Fact]
    public void Knows_every_key_that_a_page_or_a_command_uses()
    {
        var missing = Used().Where(u => Book.Find("en", u.Key) is null).Select(u => $"{u.Key} in {u.Path}");
        Expect.None(missing);
    }

    [Fact]
    public void Knows_the_words_of_every_choice_shown()
    {
        var shown = Repository.Sources(".cs").SelectMany(s => EnumDeclaration().Matches(s.Text)).Select(m => (Name: m.Groups[1].Value, Body: m.Groups[2].Value)).Where(e => Book.Find("en", $"enum.{Camel(e.Name)}.{Camel(Members(e.Body).First())}") is not null);
        var missing = shown.SelectMany(e => Members(e.Body).Select(m => $"enum.{Camel(e.Name)}.{Camel(m)}")).Where(k => Book.Find("en", k) is null).Order();
        Expect.None(missing);
    }

    [Fact]
    public void Names_every_kind_of_record_that_has_a_history()
    {
        var collections = Repository.Sources(".cs").SelectMany(s => Collection().Matches(s.Text)).Select(m => "collection." + m.Groups[1].Value).ToList();
        Assert.NotEmpty(collections);
        Expect.None(collections.Where(k => Book.Find("en", k) is null).Distinct().Order());
    }

    [Fact]
    public void Says_something_for_every_key() => Expect.None(Book.Keys("en").Where(k => Book.Find("en", k)!.Trim().Length == 0 || Book.Find("ms", k)!.Trim().Length == 0));

    [Fact]
    public void Names_every_action_of_the_log_alike_as_what_happened()
    {
        // "Asset added", never "added an asset": the log's columns say who.
        foreach (var language in (string[])["en", "ms"])
            Expect.None(Book.Keys(language).Where(k => k.StartsWith("action.", StringComparison.Ordinal) && !char.IsUpper(Book.Find(language, k)![0])));
    }

    [GeneratedRegex("new DocumentMap<[A-Za-z]+>\\(\"([a-z_]+)\"")]
    private static partial Regex Collection();

    private static IEnumerable<(string Key, string Path)> Used() =>
        Repository.Sources(".cs", ".cshtml").SelectMany(s => UsedKey().Matches(s.Text).Select(m => (m.Groups[1].Value, s.Path)));

    private static IEnumerable<string> Members(string body) => Comment().Replace(body, "").Split(',').Select(m => m.Split('=')[0].Trim()).Where(m => m.Length > 0);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    // T["a.key"…], words["a.key"…], WithMessage("a.key"), Error.Invalid("a.key"…), this.Done(…, "a.key"), and keys handed to navigation and the shell.
    [GeneratedRegex("""(?:\b(?:T|words)\[|WithMessage\(|Error\.(?:Invalid|NotFound|Conflict|Forbidden)\(|new NavigationEntry\([^;]*?|new ShellLink\(|\.Done\([^;]*?,\s*)"([a-z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9_-]+)+)"\s*[\],)]""")]
    private static partial Regex UsedKey();

    [GeneratedRegex(@"\{\d[^}|]*\}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"\benum\s+(\w+)\s*\{([^}]*)\}")]
    private static partial Regex EnumDeclaration();

    [GeneratedRegex(@"///?[^\n]*|\[[^\]]*\]")]
    private static partial Regex Comment();
}

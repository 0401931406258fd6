using IsmsModular.Tests.App;

namespace IsmsModular.BrowserTests.Pages;

/// <summary>What holds on each page. A new page is found by itself: the tour follows the program's own links.</summary>
public sealed class EveryPage(Tour tour, IsmsApp app) : IClassFixture<Tour>
{
    /// <summary>Pages that no link leads to on purpose, and why.</summary>
    private static readonly Dictionary<string, string> NotLinked = new(StringComparer.OrdinalIgnoreCase)
    {
        ["error"] = "shown as part of a failed request",
        ["language"] = "answers the language switch and has no page",
        ["setup"] = "exists on the first start only",
        ["sign-out"] = "answers the account menu; opened by hand it asks",
    };

    [Fact]
    public void Is_reached_by_a_link() => None(tour.Pages.Where(p => p.Value is null && !NotLinked.ContainsKey(p.Key)).Select(p => p.Key));

    [Fact]
    public void Has_no_dead_link() => None(tour.DeadLinks);

    [Fact]
    public void Is_open_to_everybody() => None(tour.Barriers);

    [Fact]
    public void Fits_a_phone() => None(tour.TooWide);

    [Fact]
    public void Shows_words_and_no_keys() => None(tour.BareKeys);

    [Fact]
    public void Leaves_no_error_on_the_console() => None(tour.Console);

    [Fact]
    public void Leaves_no_error_in_the_log() => None(app.Log.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal)));

    private static void None(IEnumerable<string> wrong)
    {
        var list = wrong.Distinct().Order(StringComparer.Ordinal).ToList();
        if (list.Count > 0)
            Assert.Fail($"{list.Count}:\n" + string.Join('\n', list));
    }
}

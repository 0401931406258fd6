using System.Collections.Immutable;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Web.TagHelpers;
using Microsoft.AspNetCore.Http;

namespace IsmsModular.Tests.Looks;

/// <summary>What lists, notices and pills say, and that nothing shown becomes markup.</summary>
public sealed class ListsAndNotices
{
    private const string Evil = "\"><script>alert(1)</script>";

    private static readonly ListState Narrowed = new()
    {
        Path = "/w/acme/risks/assets", Text = Evil, Sort = "-name",
        Filters = ImmutableSortedDictionary<string, string>.Empty.Add("state", "inUse"),
    };

    [Fact]
    public async Task A_list_shows_what_narrows_it_and_how_to_take_that_away()
    {
        var html = await Bar().DrawAsync();
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("State: In use", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/w/acme/risks/assets?sort=-name\"", html, StringComparison.Ordinal);
        Assert.Contains("12 entries", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "1 entry")]
    [InlineData(0, "0 entries")]
    [InlineData(21, "21 entries")]
    public async Task One_entry_is_not_called_entries(long total, string said)
    {
        var bar = Bar();
        bar.Total = total;
        Assert.Contains($">{said}<", await bar.DrawAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-name", "-name")]
    [InlineData("--name", "ref")]
    [InlineData("-", "ref")]
    public void A_sort_that_no_column_has_is_left_out(string asked, string sorted)
    {
        var request = new DefaultHttpContext { Request = { QueryString = QueryString.Create("sort", asked) } }.Request;
        Assert.Equal(sorted, ListState.From(request, "ref", [], ["ref", "name"]).Sort);
    }

    [Fact]
    public async Task Many_filters_fold_behind_a_button_that_says_how_many_are_set()
    {
        Assert.DoesNotContain("<details class=\"list-fold\"", await Bar().DrawAsync(), StringComparison.Ordinal);
        var bar = Bar();
        bar.Filters = [.. bar.Filters!, new("owner", "Owner", []), new("group", "Group", [])];
        Assert.Matches("<details class=\"list-fold\"><summary class=\"btn\">.*Filters<span class=\"badge\">1</span></summary><select", await bar.DrawAsync());
    }

    [Fact]
    public async Task A_filter_that_only_links_set_is_named_and_not_offered()
    {
        var bar = Bar();
        bar.Filters = [new("state", "State", [new("inUse", "In use")], Offered: false)];
        var html = await bar.DrawAsync();
        Assert.Contains("State: In use", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<select", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_in_which_nothing_fits_offers_to_take_the_filters_away()
    {
        var html = await new ListNothingTagHelper(Drawing.English, Drawing.Plain) { State = Narrowed, View = Drawing.View() }.DrawAsync();
        Assert.Contains("Nothing matches", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/w/acme/risks/assets\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_takes_the_whole_filter_and_no_page()
    {
        var html = await Bar().DrawAsync();
        Assert.Matches("href=\"/w/acme/risks/assets/export\\?format=xlsx&amp;q=[^\"]*&amp;f.state=inUse&amp;sort=-name\"", html);
        Assert.DoesNotContain("after=", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sorted_column_says_so_and_turns_the_other_way()
    {
        var html = await new SortHeadTagHelper(Drawing.Plain) { State = Narrowed, Field = "name", View = Drawing.View() }.DrawAsync("Name");
        Assert.Contains("aria-sort=\"descending\"", html, StringComparison.Ordinal);
        Assert.Contains("sort=name", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_one_page_has_no_pager() => Assert.Equal("", await new ListPagerTagHelper(Drawing.English, Drawing.Plain) { State = Narrowed, Next = "", Previous = "", View = Drawing.View() }.DrawAsync());

    [Fact]
    public async Task A_conflict_shows_both_versions_and_lets_one_be_chosen()
    {
        var view = Drawing.View();
        view.ViewData[PageResults.Conflict] = Error.Conflict(stored: new Note { Title = "theirs" + Evil, Version = 7 });
        var html = await new ConflictNoticeTagHelper(Drawing.English, Drawing.Plain) { Typed = new { Title = "mine" + Evil }, View = view, Open = "/w/acme/note" }.DrawAsync();
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("mine&quot;", html, StringComparison.Ordinal);
        Assert.Contains("theirs&quot;", html, StringComparison.Ordinal);
        Assert.Matches("<button[^>]*name=\"Input.Seen\"[^>]*value=\"7\"", html);
    }

    [Fact]
    public async Task A_conflict_with_the_state_of_the_record_offers_no_saving_over_it()
    {
        var view = Drawing.View();
        view.ViewData[PageResults.Conflict] = Error.Conflict("plan.error.closed", new Note { Title = "theirs", Version = 7 });
        var html = await new ConflictNoticeTagHelper(Drawing.English, Drawing.Plain) { Typed = new { Title = "mine" }, View = view }.DrawAsync();
        Assert.Contains("theirs", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<button", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_elsewhere_on_the_record_draws_no_empty_table()
    {
        var view = Drawing.View();
        view.ViewData[PageResults.Conflict] = Error.Conflict(stored: new Note { Title = "same", Version = 7 });
        var html = await new ConflictNoticeTagHelper(Drawing.English, Drawing.Plain) { Typed = new { Title = "same" }, View = view }.DrawAsync();
        Assert.DoesNotContain("<table", html, StringComparison.Ordinal);
        Assert.Contains("value=\"7\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_with_another_record_draws_no_notice()
    {
        var view = Drawing.View();
        view.ViewData[PageResults.Conflict] = Error.Conflict("approvals.error.open", new Note { Title = "A submission", Version = 1 });
        Assert.Equal("", await new ConflictNoticeTagHelper(Drawing.English, Drawing.Plain) { Typed = new { NewDueOn = "2027-12-01" }, View = view }.DrawAsync());
    }

    [Fact]
    public async Task Without_a_conflict_there_is_no_notice() => Assert.Equal("", await new ConflictNoticeTagHelper(Drawing.English, Drawing.Plain) { Typed = new { Title = "mine" }, View = Drawing.View() }.DrawAsync());

    [Fact]
    public async Task An_error_beside_no_field_stands_at_the_top_and_one_beside_a_field_links_to_it()
    {
        var view = Drawing.View();
        view.ViewData.ModelState.AddModelError("", Evil);
        view.ViewData.ModelState.AddModelError("Input.Name", "validation.required");
        var html = await new ErrorSummaryTagHelper(Drawing.English, Drawing.Plain) { View = view }.DrawAsync();
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"#Input_Name\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#c62828", "#c62828")]
    [InlineData("red;}", "#8a94a3")]
    [InlineData(null, "#8a94a3")]
    public async Task A_level_takes_only_a_colour_for_its_colour(string? given, string drawn) =>
        Assert.Contains($"fill=\"{drawn}\"", await new LevelPillTagHelper(Drawing.English) { Colour = given, Text = "High" }.DrawAsync(), StringComparison.Ordinal);

    private static ListBarTagHelper Bar() => new(Drawing.English, Drawing.Plain)
    {
        State = Narrowed, Total = 12, Export = "/w/acme/risks/assets/export", View = Drawing.View(),
        Filters = [new("state", "State", [new("inUse", "In use"), new("retired", Evil)])],
    };

    private sealed class Note : Document
    {
        public string Title { get; set; } = "";
    }
}

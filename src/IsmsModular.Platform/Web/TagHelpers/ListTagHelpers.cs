using System.Collections.Immutable;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>Bar above a list: search, filters, what narrows it, how many there are, export. A plain form; a script only sends it by itself.</summary>
[HtmlTargetElement("list-bar", Attributes = "state")]
public sealed class ListBarTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    private const int Unfolded = 2;

    /// <summary>State of the list.</summary>
    public ListState State { get; set; } = null!;

    /// <summary>Filters offered.</summary>
    public IEnumerable<ListFilter>? Filters { get; set; }

    /// <summary>Rows of the whole question.</summary>
    public long? Total { get; set; }

    /// <summary>Address that answers the export; <c>format=csv</c> or <c>format=xlsx</c> and the filter are added.</summary>
    public string? Export { get; set => field = Html.OrNull(value); }

    /// <summary>File types of the export.</summary>
    public string Formats { get; set; } = "xlsx,csv";

    /// <summary>Whether there is a search box.</summary>
    public bool Search { get; set; } = true;

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var extra = await output.GetChildContentAsync();
        var filters = Filters?.ToList() ?? [];
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "list-bar d-print-none");

        var form = Html.El("form", "list-bar-form").With("method", "get").With("action", State.Path).With("role", "search").With("data-auto-submit", "");
        ListLinks.Boost(form);
        if (Search)
            form.Add(Html.El("label", "list-search", IconTagHelper.Draw(versions, View, "search"), Html.El("input", "form-control").With("type", "search").With("name", "q").With("id", "list-q").With("value", State.Text).With("placeholder", words["list.search"]).With("aria-label", words["list.search"]).With("maxlength", "200")));
        // On a phone many filters are folded away behind a button; wide screens show them all (site.css). No script is needed for either.
        var place = form;
        var offered = filters.FindAll(f => f.Offered);
        if (offered.Count > Unfolded)
        {
            var set = offered.Count(f => State.Filters.ContainsKey(f.Field));
            place = Html.El("details", "list-fold", Html.El("summary", "btn", IconTagHelper.Draw(versions, View, "filter"), words["list.filters"], set > 0 ? Html.El("span", "badge", words.Number(set)) : null));
            form.Add(place);
        }

        foreach (var filter in offered)
        {
            var now = State.Filters.GetValueOrDefault(filter.Field);
            var select = Html.El("select", "form-select" + (now is null ? "" : " is-set"), Html.El("option", null, filter.Label + ": " + words["list.all"]).With("value", "")).With("name", "f." + filter.Field).With("id", "list-f-" + filter.Field).With("aria-label", filter.Label);
            foreach (var choice in filter.Choices)
                select.Add(Html.El("option", null, choice.Text).With("value", choice.Value).If(choice.Value == now, "selected"));
            place.Add(select);
        }

        foreach (var (name, value) in State.Kept)
            form.Add(Html.El("input").With("type", "hidden").With("name", name).With("value", value));
        form.Add(Html.El("input").With("type", "hidden").With("name", "sort").With("value", State.Sort));
        form.Add(Html.El("button", "btn list-apply", words["list.apply"]).With("type", "submit"));
        output.Content.AppendHtml(form);

        var side = Html.El("div", "list-bar-side");
        if (Total is { } total)
            side.Add(Html.El("span", "list-count", words["list.count", words.Number(total)]).With("aria-live", "polite"));
        side.Add(extra);
        if (Export is not null)
            side.Add(ExportMenu());
        output.Content.AppendHtml(side);

        if (State.IsNarrowed)
            output.Content.AppendHtml(Chips(filters));
    }

    private TagBuilder ExportMenu()
    {
        var whole = State.Whole();
        var menu = Html.El("div", "dropdown-menu dropdown-menu-end");
        foreach (var format in Formats.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var href = Export + (Export!.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "format=" + format + (whole.Length > 0 ? "&" + whole[1..] : "");
            menu.Add(Html.El("a", "dropdown-item", IconTagHelper.Draw(versions, View, format == "csv" ? "file-type-csv" : "file-spreadsheet", css: "dropdown-item-icon"), words["list.export." + format]).With("href", href).With("download", ""));
        }

        return Html.El("details", "dropdown", Html.El("summary", "btn", IconTagHelper.Draw(versions, View, "download"), words["list.export"]), menu);
    }

    private TagBuilder Chips(List<ListFilter> filters)
    {
        var chips = Html.El("div", "list-chips");
        void Chip(string text, string href)
        {
            chips.Add(ListLinks.Boost(Html.El("a", "chip", text, IconTagHelper.Draw(versions, View, "x", words["list.remove"])).With("href", href)));
        }

        if (State.Text is { } q)
            Chip($"“{q}”", State.Path + new ListState { Path = State.Path, Kept = State.Kept, Sort = State.Sort, Filters = State.Filters }.Whole());
        foreach (var (field, value) in State.Filters)
        {
            var filter = filters.Find(f => f.Field == field);
            Chip($"{filter?.Label ?? field}: {filter?.Choices.FirstOrDefault(c => c.Value == value)?.Text ?? (Store.Document.IsId(value) ? "–" : value)}", State.With(field, null));
        }

        chips.Add(ListLinks.Boost(Html.El("a", "chip-clear", words["list.clear"]).With("href", State.Path + new ListState { Path = State.Path, Kept = State.Kept, Sort = State.Sort, Filters = ImmutableSortedDictionary<string, string>.Empty }.Whole())));
        return chips;
    }
}

/// <summary>Head of a sortable column.</summary>
[HtmlTargetElement("sort-head", Attributes = "state, field")]
public sealed class SortHeadTagHelper(IFileVersionProvider versions) : TagHelper
{
    /// <summary>State of the list.</summary>
    public ListState State { get; set; } = null!;

    /// <summary>Declared field.</summary>
    public string Field { get; set; } = "";

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var text = await output.GetChildContentAsync();
        var (up, down) = (State.Sort == Field, State.Sort == "-" + Field);
        output.TagName = "th";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("scope", "col");
        if (up || down)
            output.Attributes.SetAttribute("aria-sort", up ? "ascending" : "descending");
        output.Content.SetHtmlContent(ListLinks.Boost(Html.El("a", "sort-link" + (up || down ? " is-sorted" : ""), text, IconTagHelper.Draw(versions, View, up ? "chevron-up" : down ? "chevron-down" : "selector")).With("href", State.SortBy(Field))));
    }
}

/// <summary>Links to the page before and after.</summary>
[HtmlTargetElement("list-pager", Attributes = "state", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ListPagerTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>State of the list.</summary>
    public ListState State { get; set; } = null!;

    /// <summary>Cursor of the page after, or <c>null</c>.</summary>
    public string? Next { get; set => field = Html.OrNull(value); }

    /// <summary>Cursor of the page before, or <c>null</c>.</summary>
    public string? Previous { get; set => field = Html.OrNull(value); }

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        // A null in an attribute of a page arrives as empty text.
        if (string.IsNullOrEmpty(Next) && string.IsNullOrEmpty(Previous))
            return;
        var nav = Html.El("nav", "list-pager d-print-none").With("aria-label", words["list.pages"]);
        if (!string.IsNullOrEmpty(Previous))
            nav.Add(ListLinks.Boost(Html.El("a", "btn", IconTagHelper.Draw(versions, View, "chevron-left"), words["list.previous"]).With("href", State.Previous(Previous)).With("rel", "prev")));
        if (!string.IsNullOrEmpty(Next))
            nav.Add(ListLinks.Boost(Html.El("a", "btn", words["list.next"], IconTagHelper.Draw(versions, View, "chevron-right")).With("href", State.Next(Next)).With("rel", "next")));
        output.Content.SetHtmlContent(nav);
    }
}

/// <summary>In place of rows when nothing fits the search and the filters: says so, and takes them away.</summary>
[HtmlTargetElement("list-nothing", Attributes = "state", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ListNothingTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>State of the list.</summary>
    public ListState State { get; set; } = null!;

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new EmptyStateTagHelper(versions) { Icon = "search-off", Title = words["list.nothing"], Text = words["list.nothingwhy"], View = View }
            .Draw(output, ListLinks.Boost(Html.El("a", "btn", IconTagHelper.Draw(versions, View, "x"), words["list.clear"]).With("href", State.Path)));
    }
}

/// <summary>Links of a list: htmx swaps the main part only; without script they are plain links.</summary>
internal static class ListLinks
{
    public static TagBuilder Boost(TagBuilder tag) => tag.With("hx-boost", "true").With("hx-target", "#main").With("hx-select", "#main").With("hx-swap", "outerHTML show:none");
}

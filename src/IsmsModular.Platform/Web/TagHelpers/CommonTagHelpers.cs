using System.Globalization;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Workspaces;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>Nothing here yet: says so and what to do next.</summary>
[HtmlTargetElement("empty-state")]
public sealed class EmptyStateTagHelper(IFileVersionProvider versions) : TagHelper
{
    /// <summary>Name of a Tabler icon.</summary>
    public string Icon { get; set; } = "box";

    /// <summary>What is missing.</summary>
    public string Title { get; set; } = "";

    /// <summary>What to do next.</summary>
    public string? Text { get; set => field = Html.OrNull(value); }

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var buttons = await output.GetChildContentAsync();
        Draw(output, buttons.IsEmptyOrWhiteSpace ? null : buttons);
    }

    internal void Draw(TagHelperOutput output, IHtmlContent? buttons)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "empty-state");
        output.Content.AppendHtml(Html.El("div", "empty-state-icon", IconTagHelper.Draw(versions, View, Icon)));
        output.Content.AppendHtml(Html.El("p", "empty-state-title", Title));
        if (Text is not null)
            output.Content.AppendHtml(Html.El("p", "empty-state-text", Text));
        if (buttons is not null)
            output.Content.AppendHtml(Html.El("div", "empty-state-actions", buttons));
    }
}

/// <summary>A status: a word and a colour, never a colour alone.</summary>
[HtmlTargetElement("status-pill")]
public sealed class StatusPillTagHelper(IFileVersionProvider versions) : TagHelper
{
    /// <summary><c>success</c>, <c>warning</c>, <c>danger</c>, <c>info</c> or <c>neutral</c>.</summary>
    public string Tone { get; set; } = "neutral";

    /// <summary>Name of a Tabler icon, or <c>null</c>.</summary>
    public string? Icon { get; set => field = Html.OrNull(value); }

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var word = await output.GetChildContentAsync();
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "status-pill tone-" + Tone);
        if (IconTagHelper.Draw(versions, View, Icon) is { } icon)
            output.Content.AppendHtml(icon);
        output.Content.AppendHtml("<span>");
        output.Content.AppendHtml(word);
        output.Content.AppendHtml("</span>");
    }
}

/// <summary>A level of risk: its colour as the methodology names it, and its word.</summary>
[HtmlTargetElement("level-pill", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class LevelPillTagHelper(IWords words) : TagHelper
{
    /// <summary>Colour as <c>#rrggbb</c>; anything else is drawn grey.</summary>
    public string? Colour { get; set => field = Html.OrNull(value); }

    /// <summary>Word of the level; <c>null</c> when not rated.</summary>
    public string? Text { get; set => field = Html.OrNull(value); }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var colour = Colour is { Length: 7 } c && c[0] == '#' && c[1..].All(char.IsAsciiHexDigit) ? c : "#8a94a3";
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Text is null ? "level-pill level-none" : "level-pill");
        output.Content.AppendHtml($"""<svg aria-hidden="true" class="level-mark" height="12" viewBox="0 0 12 12" width="12"><rect fill="{colour}" height="12" rx="3" width="12"></rect></svg><span>""");
        output.Content.Append(Text ?? words["common.unrated"]);
        output.Content.AppendHtml("</span>");
    }
}

/// <summary>What comes next: the strip at the end of a page.</summary>
[HtmlTargetElement("what-next", Attributes = "href")]
public sealed class WhatNextTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>Address of the next step.</summary>
    public string Href { get; set; } = "";

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var text = await output.GetChildContentAsync();
        output.TagName = "a";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "what-next d-print-none");
        output.Attributes.SetAttribute("href", Href);
        output.Content.AppendHtml(Html.El("span", "what-next-label", words["common.whatnext"]));
        output.Content.AppendHtml(Html.El("span", "what-next-text", text));
        output.Content.AppendHtml(IconTagHelper.Draw(versions, View, "arrow-right")!);
    }
}

/// <summary>Link to the history of a record: its versions, compared.</summary>
[HtmlTargetElement("history-link", Attributes = "id", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class HistoryLinkTagHelper(IWords words, WorkspaceContext workspace, IFileVersionProvider versions) : TagHelper
{
    /// <summary>Id of the document.</summary>
    public string Id { get; set; } = "";

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "a";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", output.Attributes["class"]?.Value ?? "btn");
        output.Attributes.SetAttribute("href", workspace.Url("history", ("id", Id)));
        output.Content.AppendHtml(IconTagHelper.Draw(versions, View, "history")!);
        output.Content.Append(words["common.history"]);
    }
}

/// <summary>Tabs of a record: details, further tabs as child links, history.</summary>
[HtmlTargetElement("record-tabs", Attributes = "id")]
public sealed class RecordTabsTagHelper(IWords words, WorkspaceContext workspace) : TagHelper
{
    /// <summary>Id of the document.</summary>
    public string Id { get; set; } = "";

    /// <summary>Address of the record's own page.</summary>
    public string? Detail { get; set => field = Html.OrNull(value); }

    /// <summary>Which is open: <c>detail</c>, <c>history</c>, or another for the page's own tabs.</summary>
    public string Active { get; set; } = "detail";

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var extra = await output.GetChildContentAsync();
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "record-tabs d-print-none");
        output.Attributes.SetAttribute("aria-label", words["common.tabs"]);
        if (Detail is not null)
            output.Content.AppendHtml(Tab("detail", Detail, words["common.detail"]));
        output.Content.AppendHtml(extra);
        output.Content.AppendHtml(Tab("history", workspace.Url("history", ("id", Id)), words["common.history"]));
    }

    private TagBuilder Tab(string name, string href, string text) => Html.El("a", "record-tab", text).With("href", href).With("aria-current", Active == name ? "page" : null);
}

/// <summary>How far along something is, as a bar and a figure.</summary>
[HtmlTargetElement("progress-bar", Attributes = "value", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ProgressBarTagHelper : TagHelper
{
    /// <summary>Done, 0 to <see cref="Max"/>.</summary>
    public decimal Value { get; set; }

    /// <summary>The whole.</summary>
    public decimal Max { get; set; } = 100;

    /// <summary>What is measured, for who cannot see it.</summary>
    public string Label { get; set; } = "";

    /// <summary>Figure shown beside the bar; percent when not given.</summary>
    public string? Text { get; set => field = Html.OrNull(value); }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "progress-line");
        output.Content.AppendHtml(Html.El("progress").With("value", Value.ToString(CultureInfo.InvariantCulture)).With("max", Math.Max(Max, 1).ToString(CultureInfo.InvariantCulture)).With("aria-label", Label));
        output.Content.AppendHtml(Html.El("span", "progress-figure", Text ?? (Max <= 0 ? "0" : Math.Round(Value * 100 / Max).ToString(CultureInfo.InvariantCulture)) + "%"));
    }
}

using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>Head of a page: title in plain words, one sentence why it matters with the guideline's chapter, actions at the right. Sets the document's title.</summary>
[HtmlTargetElement("page-head")]
public sealed class PageHeadTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>Title.</summary>
    public string Title { get; set; } = "";

    /// <summary>Why it matters.</summary>
    public string? Why { get; set => field = Html.OrNull(value); }

    /// <summary>Chapter of the guideline, such as <c>6.2 a</c>.</summary>
    public string? Chapter { get; set => field = Html.OrNull(value); }

    /// <summary>Reference of the record shown, such as <c>RISK-0042</c>.</summary>
    public string? Reference { get; set => field = Html.OrNull(value); }

    /// <summary>Address of the page above, drawn as a way back.</summary>
    public string? Up { get; set => field = Html.OrNull(value); }

    /// <summary>Words of the way back.</summary>
    public string? UpTitle { get; set => field = Html.OrNull(value); }

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var actions = await output.GetChildContentAsync();
        View.ViewData["Title"] = Title;
        output.TagName = "header";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "page-head");
        var text = Html.El("div", "page-head-text");
        if (Up is not null)
            text.Add(Html.El("a", "page-up d-print-none", IconTagHelper.Draw(versions, View, "arrow-left"), UpTitle ?? words["common.back"]).With("href", Up));
        text.Add(Html.El("h1", "page-title", Reference is null ? null : Html.El("span", "page-reference", Reference), " ", Title));
        if (Why is not null || Chapter is not null)
            text.Add(Html.El("p", "page-why", Why, Chapter is null ? null : " ", Chapter is null ? null : Html.El("span", "chapter", IconTagHelper.Draw(versions, View, "book-2"), words["shell.chapter", Chapter])));
        output.Content.AppendHtml(text);
        if (!actions.IsEmptyOrWhiteSpace)
            output.Content.AppendHtml(Html.El("div", "page-actions d-print-none", actions));
    }
}

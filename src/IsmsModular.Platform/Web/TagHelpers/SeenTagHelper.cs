using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>The hidden field with the version seen moves into the notice of a conflict, behind the button that keeps one's own version: of two fields of one name the first counts. A field beside a record, of a form without a notice, stays.</summary>
[HtmlTargetElement("input", Attributes = "[type=hidden],asp-for", TagStructure = TagStructure.WithoutEndTag)]
[HtmlTargetElement("input", Attributes = "[type=hidden],[name='Input.Seen']", TagStructure = TagStructure.WithoutEndTag)]
public sealed class SeenTagHelper : TagHelper
{
    /// <inheritdoc />
    public override int Order => 1000;

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (Stored(View) is not null && output.Attributes["name"]?.Value?.ToString() is { } name && name.EndsWith(".Seen", StringComparison.Ordinal))
            output.SuppressOutput();
    }

    /// <summary>The record that somebody else saved first and that may be saved over; null where its state forbids that, such as a finished task.</summary>
    internal static Document? Stored(ViewContext view) => view.ViewData[PageResults.Conflict] is Error { Message: "error.conflict" or "error.exists", Stored: Document stored } ? stored : null;
}

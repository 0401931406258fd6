using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>Gives a posted form with an <c>action</c> its antiforgery token; the framework does so only for forms without one.</summary>
[HtmlTargetElement("form", Attributes = "action, method")]
public sealed class PostFormTagHelper(IAntiforgery antiforgery) : TagHelper
{
    /// <inheritdoc />
    public override int Order => 1000;

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(output);
        var posts = string.Equals(context.AllAttributes["method"].Value?.ToString(), "post", StringComparison.OrdinalIgnoreCase);
        var hasAction = context.AllAttributes["action"].Value?.ToString() is { Length: > 0 };
        if (posts && hasAction && !context.AllAttributes.ContainsName("asp-antiforgery"))
            output.PostContent.AppendHtml(antiforgery.GetHtml(View.HttpContext));
    }
}

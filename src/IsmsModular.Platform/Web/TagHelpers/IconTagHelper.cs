using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>An icon of the vendored Tabler set: <c>&lt;ti-icon name="check" /&gt;</c>. Decoration: the word beside it says the same; with <c>label</c> it speaks for itself.</summary>
[HtmlTargetElement("ti-icon", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class IconTagHelper(IFileVersionProvider versions) : TagHelper
{
    /// <summary>Name of a Tabler icon.</summary>
    public string Name { get; set; } = "";

    /// <summary>Words for who cannot see it; without it the icon is hidden from them.</summary>
    public string? Label { get; set => field = Html.OrNull(value); }

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        var css = output.Attributes["class"]?.Value?.ToString();
        output.Content.SetHtmlContent(Draw(versions, View, Name, Label, css));
    }

    internal static IHtmlContent? Draw(IFileVersionProvider versions, ViewContext view, string? name, string? label = null, string? css = null)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        var root = view.HttpContext.Request.PathBase;
        var sheet = versions.AddFileVersionToPath(root, root + "/lib/tabler-icons/sprite.svg");
        static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
        // Written by hand: a page has hundreds.
        var (before, after) = label is null ? ("aria-hidden=\"true\" ", " focusable=\"false\"") : ($"aria-label=\"{Encoded(label)}\" ", " role=\"img\"");
        return new HtmlString($"<svg {before}class=\"{(css is null ? "icon" : "icon " + Encoded(css))}\"{after}><use href=\"{Encoded(sheet)}#{Encoded(name)}\"></use></svg>");
    }
}

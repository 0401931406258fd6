using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>Builds elements; text is always encoded.</summary>
internal static class Html
{
    /// <summary>An element with children: text (encoded), other elements, or null (left out).</summary>
    public static TagBuilder El(string name, string? css = null, params object?[] children)
    {
        var tag = new TagBuilder(name);
        if (name is "input")
            tag.TagRenderMode = TagRenderMode.SelfClosing;
        if (css is not null)
            tag.Attributes["class"] = css;
        foreach (var child in children)
            tag.Add(child);
        return tag;
    }

    /// <summary>Razor hands an attribute whose expression is null over as an empty text.</summary>
    public static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Sets an attribute; null leaves it out, empty writes it without value.</summary>
    public static TagBuilder With(this TagBuilder tag, string attribute, string? value)
    {
        if (value is not null)
            tag.Attributes[attribute] = value;
        return tag;
    }

    /// <summary>Writes a boolean attribute when it holds.</summary>
    public static TagBuilder If(this TagBuilder tag, bool condition, string attribute) => tag.With(attribute, condition ? "" : null);

    /// <summary>Appends a child.</summary>
    public static TagBuilder Add(this TagBuilder tag, object? child)
    {
        if (child is IHtmlContent html)
            tag.InnerHtml.AppendHtml(html);
        else if (child is IEnumerable<IHtmlContent> many)
            foreach (var one in many)
                tag.InnerHtml.AppendHtml(one);
        else if (child is not null)
            tag.InnerHtml.Append(child.ToString()!);
        return tag;
    }
}

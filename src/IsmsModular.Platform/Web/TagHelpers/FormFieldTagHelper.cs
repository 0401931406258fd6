using System.Collections;
using System.Globalization;
using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>A field of a form: label, control bound to a property, hint, and the errors beside it. Attributes it does not know (<c>min</c>, <c>accept</c>, <c>autocomplete</c> …) go to the control.</summary>
[HtmlTargetElement("form-field", Attributes = "for", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FormFieldTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>Property that the control is bound to.</summary>
    public ModelExpression For { get; set; } = null!;

    /// <summary>Label.</summary>
    public string Label { get; set; } = "";

    /// <summary>A line of help.</summary>
    public string? Hint { get; set => field = Html.OrNull(value); }

    /// <summary>Kind of control: <c>text</c>, <c>textarea</c>, <c>number</c>, <c>date</c>, <c>email</c>, <c>password</c>, <c>checkbox</c>, <c>select</c>, <c>multiselect</c>, <c>file</c>, <c>radio</c>.</summary>
    public string Kind { get; set; } = "text";

    /// <summary>Options of <c>select</c>, <c>multiselect</c> and <c>radio</c>.</summary>
    public IEnumerable<Choice>? Options { get; set; }

    /// <summary>Whether it must be filled; said in words and by the attribute.</summary>
    public bool Required { get; set; }

    /// <summary>Whether it is marked as one that must be filled, and only the server insists: for forms that are sent half filled to show what comes out.</summary>
    public bool Marked { get; set; }

    /// <summary>Rows of a <c>textarea</c>.</summary>
    public int Rows { get; set; } = 3;

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var extra = await output.GetChildContentAsync();
        var name = View.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);
        var id = IdOf(name);
        var entry = View.ViewData.ModelState.TryGetValue(name, out var found) ? found : null;
        var errors = entry?.Errors.Select(e => words.Has(e.ErrorMessage) ? words[e.ErrorMessage] : e.ErrorMessage).Distinct().ToList() ?? [];
        var typed = entry is { RawValue: not null } && Kind is not ("password" or "file") ? entry.RawValue as IEnumerable<string?> ?? [entry.AttemptedValue] : null;
        var describedBy = string.Join(' ', new[] { Hint is null ? null : id + "-hint", errors.Count == 0 ? null : id + "-error" }.Where(p => p is not null));

        var attributes = output.Attributes.Where(a => a.Name is not "class").ToList();
        var wrapperClass = "form-field form-field-" + Kind + (errors.Count > 0 ? " has-error" : "") + (output.Attributes["class"]?.Value is { } css ? " " + css : "");
        output.Attributes.Clear();

        TagBuilder Described(TagBuilder control)
        {
            foreach (var a in attributes)
                control.Attributes[a.Name] = a.ValueStyle == HtmlAttributeValueStyle.Minimized ? "" : Text(a.Value);
            return control.With("aria-describedby", describedBy.Length == 0 ? null : describedBy).With("aria-invalid", errors.Count > 0 ? "true" : null);
        }

        var mark = Required || Marked ? Html.El("span", "required-mark", "*").With("title", words["common.required"]).With("aria-hidden", "true") : null;
        var hint = Hint is null ? null : Html.El("div", "form-hint", Hint).With("id", id + "-hint");
        var error = errors.Count == 0 ? null : Html.El("div", "field-error", IconTagHelper.Draw(versions, View, "alert-circle"), Html.El("span", null, string.Join(" ", errors))).With("id", id + "-error");
        var values = typed is not null ? [.. typed.Select(v => v ?? "")] : Values(For.Model);
        var value = values.Count > 0 ? values[0] : "";

        output.TagMode = TagMode.StartTagAndEndTag;
        output.TagName = Kind is "radio" or "multiselect" ? "fieldset" : "div";
        output.Attributes.SetAttribute("class", wrapperClass);
        if (output.TagName == "fieldset")
        {
            output.Attributes.SetAttribute("id", id);
            output.Attributes.SetAttribute("tabindex", "-1");
            if (describedBy.Length > 0)
                output.Attributes.SetAttribute("aria-describedby", describedBy);
            output.Content.AppendHtml(Html.El("legend", "form-label", Label, mark));
            if (hint is not null)
                output.Content.AppendHtml(hint);
            output.Content.AppendHtml(Kind == "radio" ? Radios(name, id, value, attributes) : Boxes(name, id, values));
        }
        else if (Kind == "checkbox")
        {
            var box = Described(Html.El("input", "form-check-input").With("type", "checkbox").With("id", id).With("name", name).With("value", "true").If(values.Contains("true", StringComparer.OrdinalIgnoreCase), "checked"));
            output.Content.AppendHtml(Html.El("label", "form-check", box, Html.El("span", "form-check-label", Label, mark)));
            output.Content.AppendHtml(Html.El("input").With("type", "hidden").With("name", name).With("value", "false"));
            if (hint is not null)
                output.Content.AppendHtml(hint);
        }
        else
        {
            output.Content.AppendHtml(Html.El("label", "form-label", Label, mark).With("for", id));
            var invalid = errors.Count > 0 ? " is-invalid" : "";
            var control = Kind switch
            {
                "textarea" => Html.El("textarea", "form-control" + invalid, "\n" + value).With("rows", Rows.ToString(CultureInfo.InvariantCulture)),
                "select" => Select(value, invalid),
                _ => Html.El("input", "form-control" + invalid).With("type", Kind).With("value", Kind is "file" or "password" ? null : value),
            };
            if (Kind == "number" && !attributes.Exists(a => a.Name == "step"))
                control.With("step", "any").With("inputmode", "decimal");
            output.Content.AppendHtml(Described(control.With("id", id).With("name", name).If(Required, "required")));
            if (hint is not null)
                output.Content.AppendHtml(hint);
        }

        if (error is not null)
            output.Content.AppendHtml(error);
        output.Content.AppendHtml(extra);
    }

    internal static string IdOf(string name) => TagBuilder.CreateSanitizedId(name, "_");

    private static string? Text(object? value)
    {
        if (value is not IHtmlContent html)
            return Convert.ToString(value, CultureInfo.InvariantCulture);
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        html.WriteTo(writer, System.Text.Encodings.Web.HtmlEncoder.Default);
        return System.Net.WebUtility.HtmlDecode(writer.ToString());
    }

    private static List<string> Values(object? model) => model switch
    {
        null => [],
        string text => [text],
        IEnumerable many => [.. many.Cast<object?>().Select(One)],
        _ => [One(model)],
    };

    private static string One(object? value) => value switch
    {
        null => "",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        decimal number => number.ToString("0.############", CultureInfo.InvariantCulture),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private TagBuilder Select(string value, string invalid)
    {
        var select = Html.El("select", "form-select" + invalid);
        var choices = Options?.ToList() ?? [];
        if (!choices.Exists(c => c.Value.Length == 0) && (!Required || !choices.Exists(c => c.Value == value)))
            select.Add(Html.El("option", null, words[Required ? "common.choose" : "common.none"]).With("value", ""));
        foreach (var group in choices.GroupBy(c => c.Group))
        {
            var options = group.Select(c => Html.El("option", null, c.Text).With("value", c.Value).If(c.Value == value, "selected"));
            select.Add(group.Key is null ? options : Html.El("optgroup", null, options).With("label", group.Key));
        }

        return select;
    }

    private TagBuilder Radios(string name, string id, string value, List<TagHelperAttribute> attributes)
    {
        var cards = Html.El("div", "radio-cards");
        var number = 0;
        foreach (var choice in Options ?? [])
        {
            var radio = Html.El("input", "form-check-input").With("type", "radio").With("id", $"{id}_{number++}").With("name", name).With("value", choice.Value).If(choice.Value == value, "checked").If(Required, "required");
            foreach (var a in attributes)
                radio.With(a.Name, Text(a.Value));
            cards.Add(Html.El("label", "radio-card", radio, Html.El("span", "radio-card-text", Html.El("span", "radio-card-title", choice.Text), choice.Hint is null ? null : Html.El("span", "radio-card-hint", choice.Hint))));
        }

        return cards;
    }

    private TagBuilder Boxes(string name, string id, List<string> values)
    {
        var list = Html.El("div", "check-list").With("data-filter", Options?.Count() > 8 ? words["common.filter"] : null);
        var number = 0;
        foreach (var group in (Options ?? []).GroupBy(c => c.Group))
        {
            if (group.Key is not null)
                list.Add(Html.El("div", "check-list-group", group.Key));
            foreach (var choice in group)
            {
                var box = Html.El("input", "form-check-input").With("type", "checkbox").With("id", $"{id}_{number++}").With("name", name).With("value", choice.Value).If(values.Contains(choice.Value), "checked");
                list.Add(Html.El("label", "form-check", box, Html.El("span", "form-check-label", choice.Text, choice.Hint is null ? null : Html.El("small", "check-list-hint", choice.Hint))));
            }
        }

        return list;
    }
}

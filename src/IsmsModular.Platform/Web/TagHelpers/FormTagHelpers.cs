using System.Globalization;
using System.Reflection;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Platform.Web.TagHelpers;

/// <summary>What was refused, at the top of a form: errors without a field in words, those of a field as links to it.</summary>
[HtmlTargetElement("error-summary", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ErrorSummaryTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        var errors = View.ViewData.ModelState.SelectMany(e => e.Value!.Errors.Select(x => (e.Key, Text: words.Has(x.ErrorMessage) ? words[x.ErrorMessage] : x.ErrorMessage))).Distinct().ToList();
        if (errors.Count == 0)
            return;
        var list = Html.El("ul", "error-summary-list");
        foreach (var (key, text) in errors)
            list.Add(Html.El("li", null, key.Length == 0 ? text : Html.El("a", null, text).With("href", "#" + FormFieldTagHelper.IdOf(key))));
        var box = Html.El("div", "alert alert-danger error-summary", IconTagHelper.Draw(versions, View, "alert-circle", css: "alert-icon"), Html.El("div", null, Html.El("h2", "alert-title", words["common.refused"]), list));
        output.Content.SetHtmlContent(box.With("role", "alert").With("tabindex", "-1").With("data-focus", ""));
    }
}

/// <summary>Buttons at the end of a form.</summary>
[HtmlTargetElement("form-actions", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class FormActionsTagHelper(IWords words) : TagHelper
{
    /// <summary>Words of the button that sends.</summary>
    public string? Submit { get; set => field = Html.OrNull(value); }

    /// <summary>Address to go to without saving.</summary>
    public string? Cancel { get; set => field = Html.OrNull(value); }

    /// <summary>Look of the button that sends: <c>primary</c>, <c>danger</c>, <c>success</c>.</summary>
    public string Tone { get; set; } = "primary";

    /// <summary>Question asked before it sends, for what destroys.</summary>
    public string? Confirm { get; set => field = Html.OrNull(value); }

    /// <inheritdoc />
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var extra = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "form-actions");
        output.Content.AppendHtml(Html.El("button", "btn btn-" + Tone, Submit ?? words["common.save"]).With("type", "submit").With("data-confirm", Confirm));
        if (Cancel is not null)
            output.Content.AppendHtml(Html.El("a", "btn btn-link", words["common.cancel"]).With("href", Cancel));
        output.Content.AppendHtml(extra);
    }
}

/// <summary>Shown in a form when somebody saved the record first (409): both versions side by side, and the choice between them. Takes what the store holds from the conflict that <c>Refused</c> leaves; draws nothing without one.</summary>
[HtmlTargetElement("conflict-notice", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class ConflictNoticeTagHelper(IWords words, IFileVersionProvider versions) : TagHelper
{
    /// <summary>What this user typed: the page's <c>Input</c>.</summary>
    public object? Typed { get; set; }

    /// <summary>What the store holds; taken from the conflict when not given.</summary>
    public object? Stored { get; set; }

    /// <summary>First part of the keys of the fields' labels: <c>asset</c> looks up <c>asset.name</c> for <c>Name</c>.</summary>
    public string Words { get; set; } = "";

    /// <summary>Name of the hidden field with the version seen.</summary>
    public string Seen { get; set; } = "Input.Seen";

    /// <summary>Address of the record as it is stored.</summary>
    public string? Open { get; set => field = Html.OrNull(value); }

    /// <summary>Words for ids, such as the names of persons.</summary>
    public Func<string, string?>? Lookup { get; set; }

    /// <summary>Further differences in words, where a form is more than fields of one name with the record.</summary>
    public IEnumerable<(string Label, string? Mine, string? Theirs)> More { get; set; } = [];

    /// <summary>Request and view.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagName = null;
        // A value that another record has already is no second version of this one.
        var stored = Stored ?? (View.ViewData[PageResults.Conflict] is Results.Error { Message: not "error.taken" } conflict ? conflict.Stored : null);
        if (stored is null || Typed is null)
            return;
        var rows = Html.El("tbody");
        var differences = Differences(Typed, stored).Concat(More.Select(m => (m.Label, Mine: Say(m.Mine), Theirs: Say(m.Theirs))).Where(m => m.Mine != m.Theirs)).ToList();
        // Nothing to compare and nothing to save over, such as a request that is still open: the reason of the refusal says it all.
        if (differences.Count == 0 && SeenTagHelper.Stored(View) is null)
            return;
        foreach (var (label, mine, theirs) in differences)
            rows.Add(Html.El("tr", null, Html.El("th", null, label).With("scope", "row"), Html.El("td", null, mine).With("data-label", words["common.yours"]), Html.El("td", null, theirs).With("data-label", words["common.theirs"])));
        var head = Html.El("thead", null, Html.El("tr", null, Html.El("th", null, words["common.field"]).With("scope", "col"), Html.El("th", null, words["common.yours"]).With("scope", "col"), Html.El("th", null, words["common.theirs"]).With("scope", "col")));
        var table = Html.El("table", "table table-sm conflict-table", head, rows);
        var buttons = Html.El("div", "btn-list mt-3");
        if (SeenTagHelper.Stored(View) is { } document)
        {
            buttons.Add(Html.El("button", "btn btn-warning", words["common.keepmine"]).With("type", "submit").With("name", Seen).With("value", document.Version.ToString(CultureInfo.InvariantCulture)));
            var seen = Typed.GetType().GetProperty("Seen")?.GetValue(Typed) ?? View.ViewData.ModelState[Seen]?.AttemptedValue;
            buttons.Add(Html.El("input").With("type", "hidden").With("name", Seen).With("value", Convert.ToString(seen, CultureInfo.InvariantCulture)));
        }

        if (Open is not null)
            buttons.Add(Html.El("a", "btn", words["common.taketheirs"]).With("href", Open));
        var box = Html.El("section", "alert alert-warning conflict-notice",
            IconTagHelper.Draw(versions, View, "git-merge", css: "alert-icon"),
            Html.El("div", "flex-fill", Html.El("h2", "alert-title", words["common.conflict"]), Html.El("p", null, words[differences.Count > 0 ? "common.conflictwhy" : "common.conflictelsewhere"]), differences.Count > 0 ? Html.El("div", "table-responsive", table) : null, buttons));
        output.Content.SetHtmlContent(box.With("role", "alert").With("tabindex", "-1").With("data-focus", ""));
    }

    private IEnumerable<(string Label, string Mine, string Theirs)> Differences(object typed, object stored)
    {
        foreach (var property in typed.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var other = stored.GetType().GetProperty(property.Name);
            if (other is null || property.Name is "Id" or "Version" or "Seen")
                continue;
            var (mine, theirs) = (Say(property.GetValue(typed)), Say(other.GetValue(stored)));
            if (mine == theirs)
                continue;
            var key = Words + "." + property.Name.ToLowerInvariant();
            // PersonId is named by "person" too.
            if (!words.Has(key) && key.EndsWith("id", StringComparison.Ordinal))
                key = key[..^2];
            yield return (words.Has(key) ? words[key] : property.Name, mine, theirs);
        }
    }

    private string Say(object? value) => value switch
    {
        null or "" => "–",
        string text => Lookup?.Invoke(text) ?? text,
        bool yes => words[yes ? "common.yes" : "common.no"],
        Enum member => words.Of(member),
        DateOnly date => words.Date(date),
        DateTimeOffset moment => words.Moment(moment),
        System.Collections.IEnumerable many => string.Join(", ", many.Cast<object?>().Select(Say).Where(s => s is not ("" or "–"))) is { Length: > 0 } list ? list : "–",
        IFormattable f => f.ToString(null, CultureInfo.CurrentCulture),
        _ => value.ToString() ?? "–",
    };
}

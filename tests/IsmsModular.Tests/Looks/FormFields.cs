using IsmsModular.Platform.Web;
using IsmsModular.Platform.Web.TagHelpers;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace IsmsModular.Tests.Looks;

/// <summary>What a field of a form says to the eye and to a screen reader, and that nothing typed becomes markup.</summary>
public sealed class FormFields
{
    private const string Evil = "\"><script>alert(1)</script>";
    private readonly ModelStateDictionary state = new();

    [Fact]
    public async Task Encode_what_was_typed()
    {
        foreach (var kind in new[] { "text", "textarea", "email", "number", "select", "multiselect", "radio" })
            Assert.DoesNotContain("<script", await Draw(kind, Evil, [new(Evil, Evil, Evil, Evil)], label: Evil, hint: Evil), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tie_label_hint_and_error_to_the_control()
    {
        state.AddModelError("Name", "validation.required");
        var html = await Draw("text", "", hint: "Short and clear");
        Assert.Contains("<label class=\"form-label\" for=\"Name\">", html, StringComparison.Ordinal);
        Assert.Contains("aria-describedby=\"Name-hint Name-error\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-invalid=\"true\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"Name-error\"", html, StringComparison.Ordinal);
        Assert.Contains("Fill this in.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keep_what_was_typed_over_what_is_stored()
    {
        state.SetModelValue("Name", "typed", "typed");
        Assert.Contains("value=\"typed\"", await Draw("text", "stored"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_send_a_password_back()
    {
        state.SetModelValue("Name", "secret", "secret");
        Assert.DoesNotContain("secret", await Draw("password", "secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_boxes_under_a_legend_and_check_the_chosen()
    {
        var html = await Draw("multiselect", null, [new("a", "First"), new("b", "Second")], model: new List<string> { "b" });
        Assert.StartsWith("<fieldset", html, StringComparison.Ordinal);
        Assert.Contains("<legend", html, StringComparison.Ordinal);
        Assert.Matches("value=\"b\"[^>]*checked|checked=\"\"[^>]*value=\"b\"", html);
        Assert.DoesNotMatch("<input[^>]*checked[^>]*value=\"a\"", html);
    }

    [Fact]
    public async Task Post_an_unticked_box_as_no() => Assert.Contains("type=\"hidden\" value=\"false\"", await Draw("checkbox", null, model: false), StringComparison.Ordinal);

    private Task<string> Draw(string kind, string? value, IEnumerable<Choice>? options = null, string label = "Name", string? hint = null, object? model = null)
    {
        var metadata = new EmptyModelMetadataProvider();
        return new FormFieldTagHelper(Drawing.English, Drawing.Plain)
        {
            For = new ModelExpression("Name", new ModelExplorer(metadata, metadata.GetMetadataForType((model ?? "").GetType()), model ?? value)),
            Kind = kind, Label = label, Hint = hint, Options = options, View = Drawing.View(state),
        }.DrawAsync();
    }
}

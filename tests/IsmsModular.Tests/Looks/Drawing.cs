using System.Text.Encodings.Web;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace IsmsModular.Tests.Looks;

/// <summary>Draws one tag helper outside a page.</summary>
internal static class Drawing
{
    public static IWords English { get; } = new EnglishWords();

    public static IFileVersionProvider Plain { get; } = new NoVersions();

    public static ViewContext View(ModelStateDictionary? state = null) => new() { HttpContext = new DefaultHttpContext(), ViewData = new ViewDataDictionary(new EmptyModelMetadataProvider(), state ?? new()) };

    public static async Task<string> DrawAsync(this TagHelper helper, string inside = "")
    {
        var output = new TagHelperOutput("x", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent().Append(inside)));
        await helper.ProcessAsync(new TagHelperContext([], new Dictionary<object, object>(), "1"), output);
        await using var writer = new StringWriter();
        output.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }

    private sealed class NoVersions : IFileVersionProvider
    {
        public string AddFileVersionToPath(PathString requestPathBase, string path) => path;
    }

    private sealed class EnglishWords : IWords
    {
        private static readonly WordBook Book = Repository.Words();

        public string Language => "en";

        public string this[string key, params object?[] arguments] => Book.Find("en", key) is { } text ? Words.Fill(text, arguments) : key;

        public bool Has(string key) => Book.Find("en", key) is not null;

        public string Of(Enum value) => value.ToString();

        public string Of(Message message) => message.ToString();

        public string Date(DateOnly? date) => $"{date}";

        public string Moment(DateTimeOffset? moment) => $"{moment}";

        public string Number(decimal? number, int decimals = 0) => $"{number}";
    }
}

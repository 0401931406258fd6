using Htmx;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Platform.Web;

/// <summary>The two ends of every post: refused, or done.</summary>
public static class PageResults
{
    /// <summary>Key in TempData of the sentence that the next page shows once.</summary>
    public const string Flash = "flash";

    /// <summary>Key in ViewData of the conflicting <see cref="Error"/>; its <see cref="Error.Stored"/> is what the store holds now.</summary>
    public const string Conflict = "conflict";

    /// <summary>Shows the page again with what was typed and the errors in words beside the fields: 422, 404, 403 or 409. For htmx only the partial.</summary>
    /// <param name="page">The page that was posted.</param>
    /// <param name="result">The refused result.</param>
    /// <param name="partial">Partial to render for htmx; <c>null</c> renders the whole page.</param>
    /// <param name="prefix">Name of the bound property of the page.</param>
    public static IActionResult Refused<T>(this PageModel page, Result<T> result, string? partial = null, string prefix = "Input")
    {
        page.Explain(result.Errors, prefix);
        return partial is not null && page.Request.IsHtmx() ? page.Partial(partial, page) : page.Page();
    }

    /// <summary>Puts the errors into ModelState and sets the status, for pages that render something else afterwards.</summary>
    public static void Explain(this PageModel page, IReadOnlyList<Error> errors, string prefix = "Input")
    {
        var words = page.HttpContext.RequestServices.GetRequiredService<IWords>();
        foreach (var entry in page.ModelState.Values)
            entry.Errors.Clear();
        foreach (var error in errors)
            page.ModelState.AddModelError(error.Field is null ? "" : prefix.Length == 0 ? error.Field : prefix + "." + error.Field, words[error.Message, [.. error.Arguments]]);
        page.ViewData[Conflict] = errors.FirstOrDefault(e => e.Kind == ErrorKind.Conflict);
        page.Response.StatusCode = errors.Max(e => Severity(e.Kind)).Status;
    }

    /// <summary>Goes to the next page with a sentence shown once: 303, or HX-Redirect for htmx.</summary>
    /// <param name="page">The page that was posted.</param>
    /// <param name="url">Address inside the program.</param>
    /// <param name="flash">Key of the sentence in the locales, or <c>null</c>.</param>
    /// <param name="arguments">Arguments of the sentence.</param>
    public static IActionResult Done(this PageModel page, string url, string? flash = null, params object?[] arguments)
    {
        if (!page.Url.IsLocalUrl(url))
            throw new ArgumentException($"'{url}' is not an address inside the program.", nameof(url));
        if (flash is not null)
            page.TempData[Flash] = page.HttpContext.RequestServices.GetRequiredService<IWords>()[flash, arguments];
        url = Ascii(url);
        if (page.Request.IsHtmx())
        {
            page.Response.Headers["HX-Redirect"] = url;
            return new StatusCodeResult(StatusCodes.Status200OK);
        }

        page.Response.Headers.Location = url;
        return new StatusCodeResult(StatusCodes.Status303SeeOther);
    }

    /// <summary>Headers carry ASCII only.</summary>
    private static string Ascii(string url) => string.Concat(url.EnumerateRunes().Select(r => r.IsAscii ? r.ToString() : Uri.EscapeDataString(r.ToString())));

    private static (int Weight, int Status) Severity(ErrorKind kind) => kind switch
    {
        ErrorKind.Forbidden => (4, StatusCodes.Status403Forbidden),
        ErrorKind.NotFound => (3, StatusCodes.Status404NotFound),
        ErrorKind.Conflict => (2, StatusCodes.Status409Conflict),
        _ => (1, StatusCodes.Status422UnprocessableEntity),
    };
}

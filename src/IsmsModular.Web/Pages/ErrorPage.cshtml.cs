using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages;

/// <summary>What went wrong, in words, with the number under which the operator finds it in the log.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class ErrorPage : PageModel
{
    private static readonly int[] Known = [400, 401, 403, 404, 409, 413, 422, 429, 500];

    /// <summary>Status that is explained.</summary>
    public string Key { get; private set; } = "500";

    /// <summary>Number of this request in the log.</summary>
    public string CorrelationId => HttpContext.TraceIdentifier;

    /// <summary>Explains; only as part of a failed request.</summary>
    public IActionResult OnGet(int? status) => Explain(status);

    /// <summary>The failed request was a post.</summary>
    public IActionResult OnPost(int? status) => Explain(status);

    private IActionResult Explain(int? status)
    {
        if (HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null && HttpContext.Features.Get<IExceptionHandlerFeature>() is null)
            return LocalRedirect("/");
        var code = status ?? Response.StatusCode;
        Key = Known.Contains(code) ? code.ToString(System.Globalization.CultureInfo.InvariantCulture) : code >= 500 ? "500" : "400";
        return Page();
    }
}

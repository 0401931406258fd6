using IsmsModular.Platform.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages;

/// <summary>Keeps the language that the reader chose, and goes back to the page.</summary>
[AllowAnonymous]
public sealed class LanguageModel : PageModel
{
    /// <summary>Opened by hand: to the start.</summary>
    public IActionResult OnGet() => LocalRedirect("/");

    /// <summary>Keeps the choice.</summary>
    public IActionResult OnPost(string language, string? back)
    {
        LanguageChoice.Remember(Response, language ?? "");
        return Url.IsLocalUrl(back) ? LocalRedirect(back) : LocalRedirect("/");
    }
}

using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Account;

/// <summary>Closes the session of this browser.</summary>
[SignedIn]
public sealed class SignOut : PageModel
{
    /// <summary>Asks.</summary>
    public void OnGet()
    {
    }

    /// <summary>Closes.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        await HttpContext.SignOutAsync();
        return this.Done("/sign-in", "account.signedout");
    }
}

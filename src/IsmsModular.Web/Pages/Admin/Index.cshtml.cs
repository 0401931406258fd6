using IsmsModular.Platform.Rights;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin;

/// <summary>Administration of the system: begins with the accounts.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Index : PageModel
{
    /// <summary>To the accounts.</summary>
    public IActionResult OnGet() => LocalRedirect("/admin/accounts");
}

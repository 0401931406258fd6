using IsmsModular.Platform.Rights;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages;

/// <summary>The way through the program on one page, and the words it uses.</summary>
[SignedIn]
public sealed class HelpModel : PageModel
{
    /// <summary>Terms explained; the words stand in the locales as <c>help.term.…</c>.</summary>
    public IReadOnlyList<string> Terms { get; } =
    [
        "asset", "assetowner", "custodian", "cia", "threat", "vulnerability", "level", "criteria", "riskowner", "exercise", "methodology",
        "treatment", "control", "soa", "plan", "residual", "acceptance", "stale", "log", "workspace",
    ];

    /// <summary>Opens the page.</summary>
    public void OnGet()
    {
    }
}

using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Web.Accounts;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Admin.Accounts;

/// <summary>Adds an account by invitation.</summary>
[Access(Area.System, Verb.Administer)]
public sealed class Add(IMediator mediator) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Form Input { get; set; } = new();

    /// <summary>Shows the form.</summary>
    public void OnGet()
    {
    }

    /// <summary>Adds, and shows the invitation's link once.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new AddAccount.Command(Input.UserName ?? "", Input.Name ?? "", Input.IsSystemAdministrator, null, Input.Id), cancellationToken);
        if (!result.Succeeded)
            return this.Refused(result);
        TempData[Detail.Link] = Detail.LinkFor(Request, result.Value.Token!);
        return this.Done("/admin/accounts/detail?id=" + result.Value.Id, "account.added");
    }

    /// <summary>The form.</summary>
    public sealed class Form
    {
        /// <summary>New id.</summary>
        public string Id { get; set; } = Document.NewId();

        /// <summary>Name.</summary>
        public string? Name { get; set; }

        /// <summary>User name.</summary>
        public string? UserName { get; set; }

        /// <summary>Administers the system.</summary>
        public bool IsSystemAdministrator { get; set; }
    }
}

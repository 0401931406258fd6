using IsmsModular.Platform.Approvals;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.Inbox;

/// <summary>Gives the scan of a paper signature as a download.</summary>
[Access(Area.Home)]
public sealed class ScanModel(WorkspaceContext ws, IStoreDirectory stores, ApprovalDesk desk) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string? id, string? slot, CancellationToken cancellationToken)
    {
        var submission = await ws.OpenSession().FindAsync<Submission>(id, cancellationToken);
        if (submission is null || !ws.May(desk.Subject(submission.Kind).Area, Verb.Read) || submission.Slots.Find(s => s.Key == slot)?.Decision is not { Scan: { } sha } decision)
            return NotFound();
        return stores.Workspace(ws.Workspace.Id).Attachments.Open(sha) is { } file ? File(file, "application/octet-stream", decision.ScanName ?? "scan") : NotFound();
    }
}

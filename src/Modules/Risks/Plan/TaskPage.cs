using IsmsModular.Platform.Results;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>A form about one task: finds it, refuses who may not, and goes back to it when done.</summary>
public abstract class TaskPage(IMediator mediator, WorkspaceContext ws) : PageModel
{
    internal PlanTask? Shown { get; private set; }

    private protected IMediator Mediator { get; } = mediator;

    private protected WorkspaceContext Ws { get; } = ws;

    /// <summary>Opens the form.</summary>
    private protected async Task<IActionResult> OpenAsync(string? id, Func<PlanTask, bool> may, Action<PlanTask> fill, CancellationToken cancellationToken)
    {
        Shown = await Mediator.Send(new EditModel.Load(id), cancellationToken);
        if (Shown is null)
            return NotFound();
        if (!may(Shown))
            return new StatusCodeResult(StatusCodes.Status403Forbidden);
        fill(Shown);
        return Page();
    }

    /// <summary>Goes to the task, or shows the form again with what was typed.</summary>
    private protected async Task<IActionResult> AnswerAsync<T>(Result<T> result, string? id, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(Ws.Url("risks/plan/detail", ("id", id)), flash);
        Shown = await Mediator.Send(new EditModel.Load(id), cancellationToken);
        return Shown is null ? NotFound() : this.Refused(result);
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Change of methodology, step 4: what would come of it, computed without storing anything; then the new exercise is made in one save.</summary>
[Access(Area.Exercises, Verb.Edit)]
public sealed class PreviewModel(IMediator mediator, WorkspaceContext ws, IWords words) : PageModel
{
    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id, ComparedView.ListFrom(Request), Wait: ListExport.Wanted(Request) is not null), cancellationToken) is not { } view)
            return await GoneAsync(id, cancellationToken);
        View = view;
        if (view.Writing is { } writing)
            return writing.Failed is null ? Page() : this.Refused(writing.Outcome, prefix: "");
        if (view.Incomplete is { } step)
            return this.Done(ws.Url("risks/exercises/swap/" + step, ("id", view.Plan.Change.Id)));
        if (view.Compared is not { } compared)
        {
            // Looked at again by itself, with or without scripts.
            Response.Headers["Refresh"] = "1";
            return Page();
        }

        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, $"change-of-method-{compared.Before.Reference}", compared.Columns(words), compared.Shown.ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    public async Task<IActionResult> OnPostAsync(Confirm input, CancellationToken cancellationToken)
    {
        // While many risks are written the workspace's file answers nobody, so the page that tells how far it is comes first.
        var shown = input.Shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = await mediator.Send(input, cancellationToken);
        if (result is { Succeeded: true, Value.Length: > 0 })
            return Confirmed(result.Value);
        if (result.Succeeded)
        {
            Response.OnCompleted(() =>
            {
                shown.TrySetResult();
                return Task.CompletedTask;
            });
            if (await mediator.Send(new Query(input.Id, ComparedView.ListFrom(Request), Wait: false), cancellationToken) is not { } going)
                return await GoneAsync(input.Id, cancellationToken);
            View = going;
            return Page();
        }

        if (await mediator.Send(new Query(input.Id, ComparedView.ListFrom(Request), Wait: true), cancellationToken) is not { } view)
            return await GoneAsync(input.Id, cancellationToken);
        View = view;
        return this.Refused(result, prefix: "");
    }

    /// <summary>How far it is, told without the workspace's file; when it has ended, the browser goes on to what came of it.</summary>
    public async Task<IActionResult> OnGetProgressAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Going(id), cancellationToken) is { Failed: null } job)
            return Partial("_Writing", (id!, job));
        Response.Headers["HX-Redirect"] = ws.Url("risks/exercises/swap/preview", ("id", id));
        return new EmptyResult();
    }

    /// <summary>To the exercise of a change that was carried out meanwhile.</summary>
    private async Task<IActionResult> GoneAsync(string? id, CancellationToken cancellationToken) => await mediator.Send(new Made(id), cancellationToken) is { } made ? Confirmed(made) : NotFound();

    private IActionResult Confirmed(string exerciseId) => this.Done(ws.Url("risks/exercises/compare", ("id", exerciseId)), "swap.confirmed");

    internal sealed record Query(string? Id, ListState List, bool Wait) : IQuery<Model?>;

    /// <summary>The change while it is being written, or null.</summary>
    internal sealed record Going(string? Id) : IQuery<SwapJobs.Job?>;

    internal sealed class GoingHandler(WorkspaceContext ws, SwapJobs jobs) : IQueryHandler<Going, SwapJobs.Job?>
    {
        public Task<SwapJobs.Job?> Handle(Going request, CancellationToken cancellationToken) => Task.FromResult(jobs.Of(ws, request.Id ?? ""));
    }

    /// <summary>The exercise that a change made, or null.</summary>
    internal sealed record Made(string? Id) : IQuery<string?>;

    internal sealed class MadeHandler(WorkspaceContext ws) : IQueryHandler<Made, string?>
    {
        public async Task<string?> Handle(Made request, CancellationToken cancellationToken) => await ws.OpenSession().FindAsync<MethodChange>(request.Id, cancellationToken) is { DoneAt: not null } change ? change.ResultId : null;
    }

    /// <param name="Plan">The change.</param>
    /// <param name="Compared">What would come of it; null while it is computed.</param>
    /// <param name="Done">Risks computed so far.</param>
    /// <param name="All">Risks in all.</param>
    /// <param name="Tasks">Tasks of the plan that work on these risks.</param>
    /// <param name="Writing">The change while it is being written, or what became of it; else null.</param>
    /// <param name="Incomplete">The step that is not complete, or null.</param>
    internal sealed record Model(ChangePlan Plan, ComparedView? Compared, long Done, long All, int Tasks = 0, SwapJobs.Job? Writing = null, string? Incomplete = null);

    internal sealed class QueryHandler(WorkspaceContext ws, Carrying carrying, SwapJobs jobs, IWords words) : IQueryHandler<Query, Model?>
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
                return null;
            if (carrying.Incomplete(plan) is { } step)
                return new(plan, null, 0, 0, Incomplete: step);
            var writing = jobs.Told(ws, request.Id!);
            if (writing is { Failed: null })
                return new(plan, null, 0, 0, Writing: writing);
            var work = carrying.Preview(session, plan);
            if (!request.Wait && await Task.WhenAny(work.Task, Task.Delay(Patience, cancellationToken)) != work.Task)
                return new(plan, null, work.Done, await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", plan.Source.Id).WhereNot("state", RiskState.Dismissed), cancellationToken), Writing: writing);
            var all = await work.Task;
            return new(plan, new(all, plan.Source, plan.Result, new(plan.Before, words), new(plan.After, words)) { IsPreview = true, PartName = k => plan.Table.Parts.FirstOrDefault(p => p.Key == k || k.StartsWith(p.Key + ".", StringComparison.Ordinal)) is { } part ? words.Of(part.Name) : k, List = request.List, Shown = ComparedView.Narrow(all, request.List) }, all.Rows.Count, all.Rows.Count, await TaskLinks.CountAsync(session, all.Rows.Select(r => r.Any.Id).OfType<string>()), writing);
        }
    }

    /// <summary>Carries the change out: a new planned exercise with every risk, rated as far as values carry over. Answers its id; with many risks and a page to be shown first an empty text, while it goes on.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Confirm : ICommand<string>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        /// <summary>Print of the preview that was looked at.</summary>
        public string Print { get; set; } = "";

        /// <summary>Ends when the page that tells how far it is was shown; null waits for the outcome.</summary>
        internal TaskCompletionSource? Shown { get; set; }
    }

    internal sealed class ConfirmHandler(WorkspaceContext ws, SwapJobs jobs) : ICommandHandler<Confirm, string>
    {
        private const int Few = 300;

        public async Task<Result<string>> Handle(Confirm request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<MethodChange>(request.Id, cancellationToken) is not { } change)
                return Error.NotFound();
            // A second click: what it asks for is there.
            if (change.DoneAt is not null)
                return change.ResultId;
            var isLong = request.Shown is not null && await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", change.SourceId), cancellationToken) > Few;
            var job = jobs.Begin(ws, request, isLong ? request.Shown!.Task : Task.CompletedTask);
            if (isLong)
                return "";
            await job.Done.WaitAsync(cancellationToken);
            return job.Outcome;
        }
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
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
            return NotFound();
        View = view;
        if (!view.Plan.Mapping.HasFactors || !view.Plan.Mapping.HasLevels)
            return this.Done(ws.Url(view.Plan.Mapping.HasFactors ? "risks/exercises/swap/levels" : "risks/exercises/swap/factors", ("id", view.Plan.Change.Id)));
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
        var result = await mediator.Send(input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/compare", ("id", result.Value)), "swap.confirmed");
        if (await mediator.Send(new Query(input.Id, ComparedView.ListFrom(Request), Wait: true), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(result, prefix: "");
    }

    internal sealed record Query(string? Id, ListState List, bool Wait) : IQuery<Model?>;

    /// <param name="Plan">The change.</param>
    /// <param name="Compared">What would come of it; null while it is computed.</param>
    /// <param name="Done">Risks computed so far.</param>
    /// <param name="All">Risks in all.</param>
    internal sealed record Model(ChangePlan Plan, ComparedView? Compared, long Done, long All);

    internal sealed class QueryHandler(WorkspaceContext ws, Carrying carrying, IWords words) : IQueryHandler<Query, Model?>
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
                return null;
            if (!plan.Mapping.HasFactors || !plan.Mapping.HasLevels)
                return new(plan, null, 0, 0);
            var work = await carrying.PreviewAsync(session, plan, cancellationToken);
            if (!request.Wait && await Task.WhenAny(work.Task, Task.Delay(Patience, cancellationToken)) != work.Task)
                return new(plan, null, work.Done, await session.CountAsync<Risk>(Platform.Store.Query.All.Where("exercise", plan.Source.Id).WhereNot("state", RiskState.Dismissed), cancellationToken));
            var all = await work.Task;
            return new(plan, new(all, plan.Source, plan.Result, new(plan.Before, words), new(plan.After, words)) { IsPreview = true, PartName = k => plan.Table.Parts.FirstOrDefault(p => p.Key == k || k.StartsWith(p.Key + ".", StringComparison.Ordinal)) is { } part ? words.Of(part.Name) : k, List = request.List, Shown = ComparedView.Narrow(all, request.List) }, all.Rows.Count, all.Rows.Count);
        }
    }

    /// <summary>Carries the change out: a new planned exercise with every risk, rated as far as values carry over. Answers its id.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Confirm : ICommand<string>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        /// <summary>Print of the preview that was looked at.</summary>
        public string Print { get; set; } = "";
    }

    internal sealed class ConfirmHandler(WorkspaceContext ws, Carrying carrying) : ICommandHandler<Confirm, string>
    {
        public async Task<Result<string>> Handle(Confirm request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            // A second click: what it asks for is there.
            if (await session.FindAsync<MethodChange>(request.Id, cancellationToken) is { DoneAt: not null } done)
                return done.ResultId;
            if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
                return Error.NotFound();
            if (!plan.Mapping.HasFactors || !plan.Mapping.HasLevels || carrying.Check(plan).Count > 0)
                return Error.Invalid("swap.incomplete");
            if ((await (await carrying.PreviewAsync(session, plan, cancellationToken)).Task).Print() != request.Print)
                return Error.Conflict("swap.changedsince");

            var exercise = plan.Result;
            exercise.Parameters ??= plan.Rater.Method.DefaultParameters;
            session.Next("EX", n => exercise.Reference = $"EX-{n:00}");
            session.Add(exercise, "exercise.swap", plan.Change.MethodReason);
            await foreach (var carried in carrying.StreamAsync(session, plan, cancellationToken))
            {
                var copy = carrying.Copy(plan, carried);
                session.Next("RISK", n => copy.Reference = $"RISK-{n:0000}");
                session.Add(copy, "risk.swap");
            }

            plan.Change.DoneAt = ws.Now;
            session.Update(plan.Change, request.Seen, "change.carryout");
            session.Guard(plan.Source);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? exercise.Id : (List<Error>)[.. saved.Errors];
        }
    }
}

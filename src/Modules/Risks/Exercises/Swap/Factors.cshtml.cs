using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Change of methodology, step 2: where each part of the new form comes from, and which old step becomes which new value.</summary>
[Access(Area.Exercises, Verb.Edit)]
public sealed class FactorsModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal ChangePlan Plan { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id, null), cancellationToken) is not { } plan)
            return NotFound();
        Show(plan);
        Input.Seen = plan.Change.Version;
        return Page();
    }

    /// <summary>Another source was chosen: its steps are shown, nothing is saved.</summary>
    public async Task<IActionResult> OnPostShowAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (await mediator.Send(new Query(Input.Id, Input), cancellationToken) is not { } plan)
            return NotFound();
        Show(plan);
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Factors", this) : Page();
    }

    /// <summary>Back to the first step; what was typed is kept.</summary>
    public Task<IActionResult> OnPostBackAsync(CancellationToken cancellationToken)
    {
        Input.Unchecked = true;
        return SaveAsync(ws.Url("risks/exercises/swap", ("change", Input.Id)), cancellationToken);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Input.Unchecked = false;
        return SaveAsync(ws.Url("risks/exercises/swap/levels", ("id", Input.Id)), cancellationToken);
    }

    private async Task<IActionResult> SaveAsync(string next, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(next);
        if (await mediator.Send(new Query(Input.Id, Input), cancellationToken) is not { } plan)
            return NotFound();
        Show(plan);
        return this.Refused(result);
    }

    private void Show(ChangePlan plan)
    {
        Plan = plan;
        Input = new() { Id = plan.Change.Id, Seen = Input.Seen, Sources = plan.Mapping.Sources.ToDictionary(s => s.Key, s => (string?)s.Value), Values = plan.Mapping.Values.ToDictionary(v => v.Key, v => (string?)v.Value) };
    }

    /// <summary>The change as stored, or with what is typed so far.</summary>
    internal sealed record Query(string? Id, Command? Typed) : IQuery<ChangePlan?>;

    internal sealed class QueryHandler(WorkspaceContext ws, Carrying carrying) : IQueryHandler<Query, ChangePlan?>
    {
        public async Task<ChangePlan?> Handle(Query request, CancellationToken cancellationToken)
        {
            var plan = await carrying.PlanAsync(ws.OpenSession(), request.Id, cancellationToken);
            if (plan is not null && request.Typed is not null)
            {
                Take(plan, request.Typed);
                plan.Table.Propose(plan.Mapping);
            }

            return plan;
        }
    }

    /// <summary>Saves the mapping of factors and their steps.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Command : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        /// <summary>Source by part of the new form; empty is asked anew.</summary>
        public Dictionary<string, string?> Sources { get; set; } = [];

        /// <summary>Values by <c>part|source|step|field</c>.</summary>
        public Dictionary<string, string?> Values { get; set; } = [];

        /// <summary>Whether it is only put aside and may be incomplete.</summary>
        [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
        public bool Unchecked { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Values).Must(v => v.Count <= 1000);
            RuleForEach(c => c.Values).Must(v => v.Value is null || v.Value.Length <= 2000);
            RuleFor(c => c.Sources).Must(v => v.Count <= 200);
            RuleForEach(c => c.Sources).Must(v => v.Value is null || v.Value.Length <= 200);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Carrying carrying) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await carrying.PlanAsync(session, request.Id, cancellationToken) is not { } plan)
                return Error.NotFound();
            Take(plan, request);
            if (!request.Unchecked && carrying.Check(plan) is { Count: > 0 } errors)
                return errors;
            plan.Mapping.HasFactors = !request.Unchecked;
            session.Update(plan.Change, request.Seen, "change.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }

    /// <summary>Puts what was typed into the mapping; what belongs to no part or source is left out, an emptied value stays empty.</summary>
    private static void Take(ChangePlan plan, Command typed)
    {
        var parts = plan.Table.Parts.Select(p => p.Key).ToHashSet();
        foreach (var (part, source) in typed.Sources.Where(s => parts.Contains(s.Key)))
            plan.Mapping.Sources[part] = source ?? "";
        foreach (var (key, value) in typed.Values)
        {
            if (key.Split('|') is [var part, var source, _, _] && parts.Contains(part) && plan.Table.Source(source) is not null)
                plan.Mapping.Values[key] = value?.Trim() ?? "";
        }
    }
}

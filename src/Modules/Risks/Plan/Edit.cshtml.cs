using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>Adds a task to the live plan, changes one, or starts a copy of one.</summary>
[Access(Area.Plan, Verb.Edit)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Choices Shown { get; private set; } = null!;

    /// <summary>Opens the form: of a task by <paramref name="id"/>, as a copy of the task <paramref name="from"/>, or new for a <paramref name="risk"/> or a <paramref name="control"/>.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, string? from, string? risk, string? control, CancellationToken cancellationToken)
    {
        var task = await mediator.Send(new Load(id ?? from), cancellationToken);
        if (task is null && (id ?? from) is not null)
            return NotFound();
        // What is finished or cancelled is a record; its page says how it is taken up again.
        if (id is not null && task is { IsOpen: false })
            return Redirect(ws.Url("risks/plan/detail", ("id", id)));
        Input = task is null
            ? new() { Id = Document.NewId(), RiskIds = risk is null ? [] : [risk], ControlKeys = control is null ? [] : [control] }
            : id is null ? Command.Of(task) with { Id = Document.NewId(), Seen = 0 } : Command.Of(task);
        Shown = await mediator.Send(new Query(Input), cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var saved = await mediator.Send(Input, cancellationToken);
        if (saved.Succeeded)
            return this.Done(ws.Url("risks/plan/detail", ("id", Input.Id)), "plan.tasksaved", saved.Value);
        Shown = await mediator.Send(new Query(Input), cancellationToken);
        return this.Refused(saved);
    }

    [Requires(Area.Plan, Verb.Edit)]
    public sealed record Command : ICommand<string>
    {
        public string? Id { get; init; }

        public long Seen { get; init; }

        public string? Title { get; init; }

        public string? Deliverable { get; init; }

        public List<string> RiskIds { get; init; } = [];

        public List<string> ControlKeys { get; init; } = [];

        public string? ImplementationId { get; init; }

        public string? ResponsibleId { get; init; }

        public string? AccountableId { get; init; }

        public string? Resources { get; init; }

        public decimal? CostOnce { get; init; }

        public decimal? CostYearly { get; init; }

        public bool BudgetApproved { get; init; }

        public TaskPriority Priority { get; init; } = TaskPriority.Medium;

        public string? PriorityReason { get; init; }

        public DateOnly? StartOn { get; init; }

        public DateOnly? DueOn { get; init; }

        public List<string> DependsOnIds { get; init; } = [];

        public int? RepeatsEveryDays { get; init; }

        internal static Command Of(PlanTask task) => new()
        {
            Id = task.Id,
            Seen = task.Version,
            Title = task.Title,
            Deliverable = task.Deliverable,
            RiskIds = task.RiskIds,
            ControlKeys = task.ControlKeys,
            ImplementationId = task.ImplementationId,
            ResponsibleId = task.ResponsibleId,
            AccountableId = task.AccountableId,
            Resources = task.Resources,
            CostOnce = task.CostOnce,
            CostYearly = task.CostYearly,
            BudgetApproved = task.BudgetApproved,
            Priority = task.Priority,
            PriorityReason = task.PriorityReason,
            StartOn = task.StartOn,
            DueOn = task.DueOn,
            DependsOnIds = task.DependsOnIds,
            RepeatsEveryDays = task.RepeatsEveryDays,
        };

        internal void WriteTo(PlanTask task)
        {
            task.Title = Title!.Trim();
            task.Deliverable = Deliverable?.Trim();
            task.RiskIds = [.. RiskIds.Distinct()];
            task.ControlKeys = [.. ControlKeys.Distinct()];
            task.ImplementationId = ImplementationId;
            task.ResponsibleId = ResponsibleId;
            task.AccountableId = AccountableId;
            task.Resources = Resources?.Trim();
            task.CostOnce = CostOnce;
            task.CostYearly = CostYearly;
            task.BudgetApproved = BudgetApproved;
            task.Priority = Priority;
            task.PriorityReason = PriorityReason?.Trim();
            task.StartOn = StartOn;
            task.DueOn = DueOn;
            task.DependsOnIds = [.. DependsOnIds.Distinct()];
            task.RepeatsEveryDays = RepeatsEveryDays;
        }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("error.notfound");
            RuleFor(c => c.Title).NotEmpty().WithMessage("plan.error.title").MaximumLength(300);
            RuleFor(c => c.Deliverable).MaximumLength(4000);
            RuleFor(c => c.Resources).MaximumLength(4000);
            RuleFor(c => c.PriorityReason).NotEmpty().WithMessage("plan.error.priorityreason").When(c => c.Priority == TaskPriority.High);
            RuleFor(c => c.PriorityReason).MaximumLength(1000);
            RuleFor(c => c.Priority).IsInEnum();
            RuleFor(c => c.CostOnce).InclusiveBetween(0, 1_000_000_000_000m);
            RuleFor(c => c.CostYearly).InclusiveBetween(0, 1_000_000_000_000m);
            RuleFor(c => c.RepeatsEveryDays).InclusiveBetween(1, 3660);
            RuleFor(c => c.DueOn).GreaterThanOrEqualTo(c => c.StartOn).WithMessage("plan.error.duebeforestart").When(c => c.StartOn is not null && c.DueOn is not null);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Persons persons, ControlDirectory controls) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var task = await session.FindAsync<PlanTask>(request.Id, cancellationToken);
            if (task is null && request.Seen > 0)
                return Error.NotFound();
            if (task is { IsOpen: false })
                return Error.Conflict("plan.error.closed", task);
            if (await RefusedAsync(session, request, task, cancellationToken) is { Count: > 0 } errors)
                return errors;

            var isNew = task is null;
            var twice = SentTwice.Before(task, request.Seen);
            task ??= new PlanTask { Id = request.Id!, Title = "" };
            var before = PlanContent.Freeze(task);
            request.WriteTo(task);
            var after = PlanContent.Freeze(task);
            if (twice.Is(task))
                return task.Reference;
            if (isNew)
            {
                session.Next("TASK", n => task.Reference = $"TASK-{n:0000}");
                session.Add(task, "task.add");
            }
            else
            {
                session.Update(task, request.Seen, "task.edit");
            }

            if (isNew || !after.SameAs(before))
                await PlanRepository.MakeStaleAsync(session, before.RiskIds.Concat(after.RiskIds), cancellationToken);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? task.Reference : saved.Errors.ToList();
        }

        private async Task<List<Error>> RefusedAsync(IDocumentSession session, Command request, PlanTask? task, CancellationToken cancellationToken)
        {
            var people = await persons.ReadAsync(cancellationToken);
            List<Error> errors = [.. new[] { people.Refusal(request.ResponsibleId, task?.ResponsibleId, nameof(request.ResponsibleId)), people.Refusal(request.AccountableId, task?.AccountableId, nameof(request.AccountableId)) }.OfType<Error>()];
            if ((await session.FindManyAsync<Risk>(request.RiskIds.Distinct(), cancellationToken)).Count != request.RiskIds.Distinct().Count())
                errors.Add(Error.Invalid("plan.error.risk", nameof(request.RiskIds)));
            if ((await controls.UnknownAsync(request.ControlKeys.Except(task?.ControlKeys ?? []), cancellationToken)).Count > 0)
                errors.Add(Error.Invalid("plan.error.control", nameof(request.ControlKeys)));
            if (request.ImplementationId is not null && await session.FindAsync<ControlImplementation>(request.ImplementationId, cancellationToken) is null)
                errors.Add(Error.Invalid("plan.error.implementation", nameof(request.ImplementationId)));
            if (task is { Delay.State: DelayState.Asked } && request.DueOn != task.DueOn)
                errors.Add(Error.Invalid("plan.error.delayasked", nameof(request.DueOn)));
            else if (task is { BaselineOn: not null } && request.DueOn != task.DueOn && (request.DueOn is null || task.DueOn is null || request.DueOn > task.DueOn))
                errors.Add(Error.Invalid("plan.error.askdelay", nameof(request.DueOn)));
            if (await Dependencies.RefusedAsync(session, request.Id!, request.DependsOnIds, cancellationToken) is { } message)
                errors.Add(Error.Invalid(message, nameof(request.DependsOnIds)));
            return errors;
        }
    }

    internal sealed record Load(string? Id) : IQuery<PlanTask?>;

    internal sealed class LoadHandler(WorkspaceContext ws) : IQueryHandler<Load, PlanTask?>
    {
        public Task<PlanTask?> Handle(Load request, CancellationToken cancellationToken) => ws.OpenSession().FindAsync<PlanTask>(request.Id, cancellationToken);
    }

    internal sealed record Query(Command Input) : IQuery<Choices>;

    internal sealed record Choices(PersonBook People, IReadOnlyList<Choice> Risks, IReadOnlyList<Choice> Controls, IReadOnlyList<Choice> Tasks, IReadOnlyList<Choice> Implementations, bool MoreRisks);

    internal sealed class QueryHandler(WorkspaceContext ws, Persons persons, ControlDirectory controls) : IQueryHandler<Query, Choices>
    {
        private const int Most = 300;

        public async Task<Choices> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var input = request.Input;
            var exercise = await CurrentExercise.FindAsync(session, cancellationToken);
            var offered = exercise is null ? new Page<Risk>([], 0, null, null) : await session.QueryAsync<Risk>(PlanRepository.RisksOf(exercise.Id).OrderBy("-rank").Take(Most), cancellationToken);
            var chosen = await session.FindManyAsync<Risk>(input.RiskIds.Except(offered.Items.Select(r => r.Id)), cancellationToken);
            var tasks = await session.QueryAsync<PlanTask>(Platform.Store.Query.All.WhereNot("state", PlanTaskState.Cancelled).OrderBy("ref").Take(Most), cancellationToken);
            var implementations = await session.QueryAsync<ControlImplementation>(Platform.Store.Query.All.OrderBy("ref").Take(Most), cancellationToken);
            var keptTasks = await session.FindManyAsync<PlanTask>(input.DependsOnIds.Except(tasks.Items.Select(t => t.Id)), cancellationToken);
            var keptImplementations = await session.FindManyAsync<ControlImplementation>(new[] { input.ImplementationId }.OfType<string>().Except(implementations.Items.Select(i => i.Id)), cancellationToken);
            return new(
                await persons.ReadAsync(cancellationToken),
                [.. chosen.Values.Concat(offered.Items).Select(r => new Choice(r.Id, $"{r.Reference} {r.Title}"))],
                await controls.ChoicesAsync(input.ControlKeys, cancellationToken),
                [.. keptTasks.Values.Concat(tasks.Items).Where(t => t.Id != input.Id).Select(t => new Choice(t.Id, $"{t.Reference} {t.Title}"))],
                [.. keptImplementations.Values.Concat(implementations.Items).Select(i => new Choice(i.Id, $"{i.Reference} {i.Name}"))],
                offered.Total > Most);
        }
    }
}

/// <summary>What a task waits for: no task waits for itself, however long the way.</summary>
internal static class Dependencies
{
    /// <summary>Key of the reason why a task may not depend on these, or null.</summary>
    public static async Task<string?> RefusedAsync(IDocumentSession session, string taskId, IReadOnlyList<string> dependsOn, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var front = dependsOn.Distinct().ToList();
        for (var first = true; front.Count > 0; first = false)
        {
            if (front.Contains(taskId))
                return "plan.error.cycle";
            var tasks = await session.FindManyAsync<PlanTask>(front, cancellationToken);
            if (first && tasks.Count != front.Count)
                return "plan.error.task";
            seen.UnionWith(front);
            front = [.. tasks.Values.SelectMany(t => t.DependsOnIds).Distinct().Where(id => !seen.Contains(id))];
        }

        return null;
    }
}

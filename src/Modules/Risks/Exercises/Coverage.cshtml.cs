using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>Matrix of asset group by class of threat: considered, dismissed with reason, or not looked at.</summary>
[Access(Area.Exercises)]
public sealed class CoveragePage(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    /// <summary>Opens the matrix, and beside it one cell when it is named.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, string? group, string? threats, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id, group, threats), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        if (view.Cell is { } cell)
            Input = new() { Id = view.Exercise.Id, Group = cell.Group.Id, Threats = cell.Class.Value, Was = cell.Entry.Decision?.State.ToString() ?? "", State = cell.Entry.Decision?.State, Reason = cell.Entry.Decision?.Reason };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/coverage", ("id", Input.Id)), "coverage.saved");
        if (await mediator.Send(new Query(Input.Id, Input.Group, Input.Threats), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(result);
    }

    internal sealed record Query(string? Id, string? Group, string? Threats) : IQuery<Model?>;

    internal sealed record Model(Exercise Exercise, CoverageModel Coverage, Cell? Cell);

    internal sealed record Cell(AssetGroup Group, Choice Class, CoverageEntry Entry, IReadOnlyList<Risk> Risks);

    internal sealed class Handler(WorkspaceContext ws, CoverageMaps maps) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise)
                return null;
            var coverage = await maps.OfAsync(session, exercise, cancellationToken);
            if (request.Group is null)
                return new(exercise, coverage, null);
            var (group, threatClass) = (coverage.Groups.FirstOrDefault(g => g.Id == request.Group), coverage.Classes.FirstOrDefault(c => c.Value == request.Threats));
            if (group is null || threatClass is null)
                return null;
            var members = (await session.QueryAsync<Asset>(Platform.Store.Query.All.Where("group", group.Id).Take(1000), cancellationToken)).Items.Select(a => a.Id);
            var risks = await session.QueryAsync<Risk>(Platform.Store.Query.All.Where("exercise", exercise.Id).Where("class", threatClass.Value).WhereIn("assets", [group.Id, .. members]).OrderBy("-rank").Take(50), cancellationToken);
            return new(exercise, coverage, new(group, threatClass, coverage.At(group, threatClass), risks.Items));
        }
    }

    /// <summary>Marks a cell as considered, dismisses it with a reason, or takes the mark away.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Command : ICommand<Done>
    {
        public string Id { get; set; } = "";

        public string Group { get; set; } = "";

        public string Threats { get; set; } = "";

        /// <summary>What the user saw: name of the state, or empty.</summary>
        public string? Was { get; set; }

        public CoverageState? State { get; set; }

        public string? Reason { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Reason).NotEmpty().When(c => c.State is not null).WithMessage("coverage.reason.needed").MaximumLength(2000);
        }
    }

    internal sealed class Marker(WorkspaceContext ws, ThreatDirectory threats) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } exercise || await session.FindAsync<AssetGroup>(request.Group, cancellationToken) is not { } group || !threats.Classes.Any(c => c.Value == request.Threats))
                return Error.NotFound();
            if (exercise.State != ExerciseState.Running)
                return Error.Conflict("exercise.notrunning");
            var key = Exercise.Cell(group.Id, request.Threats);
            if ((exercise.Coverage.GetValueOrDefault(key)?.State.ToString() ?? "") != (request.Was ?? ""))
                return Error.Conflict("coverage.changed");

            if (request.State is { } state)
                exercise.Coverage[key] = new(state, request.Reason!.Trim(), ws.PersonId, ws.Today);
            else
                exercise.Coverage.Remove(key);
            // Only the cell is compared with what the user saw: two people may work on different cells.
            session.Update(exercise, exercise.Version, "coverage.mark", request.Reason);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }
}

using FluentValidation;
using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Organisation.People;

/// <summary>One person: roles, deputy, what stands in the name; leaving and handing over.</summary>
[Access(Area.People)]
public sealed class DetailPage(IMediator mediator, IPeople people, WorkspaceContext workspace) : PageModel
{
    /// <summary>The person.</summary>
    public View Shown { get; private set; } = null!;

    /// <summary>New owner of the records.</summary>
    [BindProperty]
    public string? To { get; set; }

    /// <summary>Why the records go over.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>Last day.</summary>
    [BindProperty]
    public DateOnly? LeftOn { get; set; }

    /// <summary>Who may take over.</summary>
    public IReadOnlyList<Choice> PersonOptions { get; private set; } = [];

    /// <summary>Shows the person.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        LeftOn = workspace.Today;
        return await LoadAsync(id, cancellationToken) ? Page() : NotFound();
    }

    /// <summary>Marks as left.</summary>
    public Task<IActionResult> OnPostLeaveAsync(string? id, long seen, CancellationToken cancellationToken) => EndAsync(id, new Leave(id ?? "", LeftOn, seen), "people.leave.done", cancellationToken);

    /// <summary>Takes it back.</summary>
    public Task<IActionResult> OnPostReturnAsync(string? id, long seen, CancellationToken cancellationToken) => EndAsync(id, new Return(id ?? "", seen), "common.saved", cancellationToken);

    /// <summary>Hands the records over.</summary>
    public Task<IActionResult> OnPostHandOverAsync(string? id, CancellationToken cancellationToken) => EndAsync(id, new HandOver(id ?? "", To, Reason), "people.handover.done", cancellationToken);

    private async Task<IActionResult> EndAsync(string? id, ICommand<Done> command, string flash, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(command, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("organisation/people/detail", ("id", id)), flash);
        return await LoadAsync(id, cancellationToken) ? this.Refused(result, prefix: "") : NotFound();
    }

    private async Task<bool> LoadAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id ?? ""), cancellationToken) is not { } view)
            return false;
        Shown = view;
        PersonOptions = [.. (await people.AllAsync(cancellationToken: cancellationToken)).Where(p => p.Id != id).Select(p => new Choice(p.Id, p.Name, p.Unit))];
        return true;
    }

    /// <summary>Which person.</summary>
    public sealed record Query(string Id) : IQuery<View?>;

    /// <summary>The person with the first of what hangs on it, how much more of it there is, and how much that the caller may not read.</summary>
    public sealed record View(PersonView Person, string? Deputy, IReadOnlyList<OwnedRecord> Owned, long More, long Unread);

    internal sealed class QueryHandler(WorkspaceContext workspace, IEnumerable<IOwnedRecords> owners) : IQueryHandler<Query, View?>
    {
        private const int Most = 200;

        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Person>(request.Id, cancellationToken) is not { } person)
                return null;
            var deputy = await session.FindAsync<Person>(person.DeputyId, cancellationToken);
            List<OwnedRecord> owned = [];
            var (read, unread) = (0L, 0L);
            foreach (var owner in owners)
            {
                owned.AddRange(await owner.OfAsync(person.Id, Most - owned.Count, cancellationToken));
                foreach (var (area, count) in await owner.CountAsync(person.Id, cancellationToken))
                    (read, unread) = workspace.May(area, Verb.Read) ? (read + count, unread) : (read, unread + count);
            }

            return new(PersonView.Of(person), deputy?.Name, owned, read - owned.Count, unread);
        }
    }

    /// <summary>Marks a person as left.</summary>
    [Requires(Area.People, Verb.Edit)]
    public sealed record Leave(string Id, DateOnly? LeftOn, long Seen) : ICommand<Done>;

    /// <summary>The person works here again, or never left.</summary>
    [Requires(Area.People, Verb.Edit)]
    public sealed record Return(string Id, long Seen) : ICommand<Done>;

    /// <summary>All records of a person to another.</summary>
    [Requires(Area.People, Verb.Edit)]
    public sealed record HandOver(string Id, string? To, string? Reason) : ICommand<Done>;

    internal sealed class LeaveValidator : AbstractValidator<Leave>
    {
        public LeaveValidator(WorkspaceContext workspace) => RuleFor(c => c.LeftOn)
            .NotNull().WithMessage("validation.required")
            .Must(d => d is null || d <= workspace.Today).WithMessage("people.leave.future");
    }

    internal sealed class HandOverValidator : AbstractValidator<HandOver>
    {
        public HandOverValidator()
        {
            RuleFor(c => c.To).NotEmpty().WithMessage("validation.required");
            RuleFor(c => c.Reason).NotEmpty().WithMessage("validation.required").MaximumLength(1000).WithMessage("validation.long");
        }
    }

    internal sealed class Handler(WorkspaceContext workspace, IEnumerable<IOwnedRecords> owners) : ICommandHandler<Leave, Done>, ICommandHandler<Return, Done>, ICommandHandler<HandOver, Done>
    {
        public Task<Result<Done>> Handle(Leave request, CancellationToken cancellationToken) => Change(request.Id, request.Seen, request.LeftOn, "person.leave", cancellationToken);

        public Task<Result<Done>> Handle(Return request, CancellationToken cancellationToken) => Change(request.Id, request.Seen, null, "person.return", cancellationToken);

        public async Task<Result<Done>> Handle(HandOver request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Person>(request.Id, cancellationToken) is null)
                return Error.NotFound();
            if (request.To == request.Id || await session.FindAsync<Person>(request.To, cancellationToken) is not { LeftOn: null })
                return Error.Invalid("people.handover.wrong", nameof(request.To));
            foreach (var owner in owners)
            {
                var done = await owner.HandOverAsync(request.Id, request.To!, request.Reason!.Trim(), cancellationToken);
                if (!done.Succeeded)
                    return done;
            }

            return Done.Yes;
        }

        private async Task<Result<Done>> Change(string id, long seen, DateOnly? leftOn, string action, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            if (await session.FindAsync<Person>(id, cancellationToken) is not { } person)
                return Error.NotFound();
            person.LeftOn = leftOn;
            session.Update(person, seen, action);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }
    }
}

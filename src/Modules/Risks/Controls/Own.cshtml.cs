using FluentValidation;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Plan;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Controls;

/// <summary>Controls of the organisation's own, beside the catalogue (clause 6.1.3 b allows any source).</summary>
[Access(Area.Controls)]
public sealed class OwnModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal ListState List { get; private set; } = null!;

    internal Model View { get; private set; } = null!;

    /// <summary>The list, and the form for a new one or for the one named.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        await ShowAsync(id, cancellationToken);
        if (id is not null && View.Edited is null)
            return NotFound();
        if (View.Edited is { } own)
            Input = new() { Id = own.Id, Seen = own.Version, Title = own.Title, Description = own.Description, Purpose = own.Purpose, Retired = own.Retired };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/controls/own"), "control.own.saved", result.Value);
        await ShowAsync(Input.Id, cancellationToken);
        return this.Refused(result);
    }

    private async Task ShowAsync(string? id, CancellationToken cancellationToken)
    {
        List = ListState.From(Request, "ref", ["state"], ["ref", "name", "state"]);
        View = await mediator.Send(new Query(List, id), cancellationToken);
    }

    internal sealed record Query(ListState List, string? Id) : IQuery<Model>;

    internal sealed record Model(Page<OwnControl> Page, OwnControl? Edited, IReadOnlyDictionary<string, long> Risks);

    internal sealed class Handler(WorkspaceContext ws) : IQueryHandler<Query, Model>
    {
        public async Task<Model> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var risks = (await session.GroupAsync<Risk>(Platform.Store.Query.All.WhereNot("state", RiskState.Dismissed), "controls")).Where(g => g.Values[0] is string).ToDictionary(g => (string)g.Values[0]!, g => g.Count);
            return new(await session.QueryAsync<OwnControl>(request.List.ToQuery(), cancellationToken), await session.FindAsync<OwnControl>(request.Id, cancellationToken), risks);
        }
    }

    /// <summary>Saves an own control. Answers its reference.</summary>
    [Requires(Area.Controls, Verb.Edit)]
    public sealed class Command : ICommand<string>
    {
        public string Id { get; set; } = Document.NewId();

        public long Seen { get; set; }

        public string Title { get; set; } = "";

        public string? Description { get; set; }

        public string? Purpose { get; set; }

        public bool Retired { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Title).NotEmpty().WithMessage("control.own.title.needed").MaximumLength(200);
            RuleFor(c => c.Description).MaximumLength(8000);
            RuleFor(c => c.Purpose).MaximumLength(2000);
        }
    }

    internal sealed class Saver(WorkspaceContext ws) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var stored = await session.FindAsync<OwnControl>(request.Id, cancellationToken);
            if (stored is null && request.Seen > 0)
                return Error.NotFound();
            if (stored is not null && request.Retired && !stored.Retired && await WhereUsedAsync(session, stored, cancellationToken) is { Count: > 0 } used)
                return Error.Invalid("control.own.used", nameof(request.Retired), string.Join(", ", used));

            var twice = SentTwice.Before(stored, request.Seen);
            var own = stored ?? new OwnControl { Id = request.Id, Title = request.Title };
            own.Title = request.Title.Trim();
            own.Description = request.Description;
            own.Purpose = request.Purpose;
            own.Retired = stored is not null && request.Retired;
            if (twice.Is(own))
                return own.Reference;
            if (stored is null)
            {
                session.Next("OWN", n => own.Reference = $"OWN-{n:00}");
                session.Add(own, "owncontrol.add");
            }
            else
            {
                session.Update(own, request.Seen, "owncontrol.edit");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? own.Reference : (List<Error>)[.. saved.Errors];
        }

        /// <summary>References of risks and tasks that are worked on, and of implementations, that name the control. Its row leaves the live statement with it.</summary>
        private static async Task<List<string>> WhereUsedAsync(IDocumentSession session, OwnControl own, CancellationToken cancellationToken)
        {
            var key = $"{ControlRef.Own}/{own.Reference}";
            var risks = await session.QueryAsync<Risk>((await StillOpen.RisksAsync(session, cancellationToken)).Where("controls", key).WhereNot("state", RiskState.Dismissed).OrderBy("ref").Take(5), cancellationToken);
            var implementations = await session.QueryAsync<ControlImplementation>(Platform.Store.Query.All.Where("control", key).WhereNot("state", ImplementationState.Withdrawn).OrderBy("ref").Take(5), cancellationToken);
            var tasks = await session.QueryAsync<PlanTask>(StillOpen.Tasks.Where("controls", key).OrderBy("ref").Take(5), cancellationToken);
            return [.. risks.Items.Select(r => r.Reference), .. tasks.Items.Select(t => t.Reference), .. implementations.Items.Select(i => i.Reference)];
        }
    }
}

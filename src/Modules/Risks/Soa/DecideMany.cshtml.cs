using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Register;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Soa;

/// <summary>Decides several controls alike.</summary>
[Access(Area.Soa, Verb.Edit)]
public sealed class DecideManyModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Query string of the list that the reader came from, filled in by the page's script.</summary>
    [BindProperty]
    public string? Back { get; set; }

    internal View Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = "k")] List<string> keys, CancellationToken cancellationToken)
    {
        keys = [.. keys.Distinct()];
        if (keys.Count == 0)
            return this.Done(ws.Url("risks/soa"), "soa.choosefirst");
        Shown = await mediator.Send(new Query(keys), cancellationToken);
        Input = new() { Keys = keys, Seen = [.. Shown.Versions] };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var decided = await mediator.Send(Input, cancellationToken);
        if (decided.Succeeded)
            return this.Done(ws.Url("risks/soa") + ListState.Again(Back), "soa.decidedmany", decided.Value);
        Shown = await mediator.Send(new Query(Input.Keys), cancellationToken);
        return this.Refused(decided);
    }

    [Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : SoaAnswer, ICommand<int>
    {
        public List<string> Keys { get; init; } = [];

        /// <summary>Version of each row as the user saw it, in the order of the keys; 0 for a row not decided before.</summary>
        public List<long> Seen { get; init; } = [];
    }

    internal sealed class Validator : SoaAnswerValidator<Command>
    {
        public Validator() => RuleFor(c => c.Keys).NotEmpty().WithMessage("soa.choosefirst");
    }

    internal sealed class Handler(WorkspaceContext ws, ControlDirectory controls, Persons persons) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            string[] keys = [.. request.Keys.Distinct()];
            if (keys.Length != request.Seen.Count)
                return Error.NotFound();
            var seen = keys.Zip(request.Seen).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
            if ((await controls.UnknownAsync(keys, cancellationToken)).Count > 0)
                return Error.NotFound();
            if (request.Decision == SoaDecision.Excluded && keys.Any(k => ControlRef.Parse(k)!.Catalogue == ControlRef.Own))
                return Error.Invalid("soa.error.ownexcluded", nameof(request.Decision));
            if (request.Refused(await persons.ReadAsync(cancellationToken), ws.Today) is { } refused)
                return refused;
            var session = ws.OpenSession();
            var known = await session.FindManyAsync<SoaRow>(keys.Select(SoaRow.IdOf), cancellationToken);
            foreach (var control in keys.Select(k => ControlRef.Parse(k)!))
            {
                var risks = request.Kinds.Contains(SoaReasonKind.Risk) ? await SoaRisks.ChoosingAsync(session, control, cancellationToken) : [];
                var row = known.GetValueOrDefault(SoaRow.IdOf(control.Key)) ?? SoaRow.For(control);
                request.Apply(row, [.. risks.Select(r => r.Id)]);
                if (row.Version == 0)
                    session.Add(row, "soa.decide");
                else
                    session.Update(row, seen[control.Key], "soa.decide");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? keys.Length : saved.Errors.ToList();
        }
    }

    internal sealed record Query(IReadOnlyList<string> Keys) : IQuery<View>;

    internal sealed record View(IReadOnlyList<string> Names, IReadOnlyList<long> Versions, PersonBook People);

    internal sealed class QueryHandler(WorkspaceContext ws, ControlDirectory controls, Persons persons) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var own = await controls.OwnAsync(cancellationToken);
            string[] keys = [.. request.Keys.Distinct()];
            var rows = await ws.OpenSession().FindManyAsync<SoaRow>(keys.Select(SoaRow.IdOf), cancellationToken);
            return new([.. keys.Select(k => controls.Name(k, own))], [.. keys.Select(k => rows.GetValueOrDefault(SoaRow.IdOf(k))?.Version ?? 0)], await persons.ReadAsync(cancellationToken));
        }
    }
}

using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets;
using IsmsModular.Risks.Controls;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Groups;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Plan;

/// <summary>The queue of records whose owner left, and their hand-over to somebody else (domain.md rule 7). A new owner accepts again.</summary>
[Access(Area.Plan)]
public sealed class HandoverModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal View Shown { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken cancellationToken) => Shown = await mediator.Send(new Query(), cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var handed = await mediator.Send(Input, cancellationToken);
        if (handed.Succeeded)
            return this.Done(ws.Url("risks/plan/handover"), "plan.handedover", handed.Value);
        Shown = await mediator.Send(new Query(), cancellationToken);
        return this.Refused(handed);
    }

    /// <summary>What is wrong with a field of the form that was posted, or null.</summary>
    internal string? ErrorOf(string field) => ModelState.TryGetValue("Input." + field, out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : null;

    [Requires(Area.Risks, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public string? FromId { get; init; }

        public string? ToId { get; init; }

        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.ToId).NotEmpty().WithMessage("plan.error.newowner");
            RuleFor(c => c.Reason).NotEmpty().WithMessage("plan.error.handoverreason").MaximumLength(1000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Persons persons) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var people = await persons.ReadAsync(cancellationToken);
            if (people.Find(request.FromId) is not { } from)
                return Error.NotFound();
            if (people.Find(request.ToId) is not { HasLeft: false } to)
                return Error.Invalid("plan.error.newowner", nameof(request.ToId));
            if (!ws.May(Area.Assets, Verb.Edit) || !ws.May(Area.Controls, Verb.Edit) || !ws.May(Area.Plan, Verb.Edit))
                return Error.Forbidden();

            var session = ws.OpenSession();
            var reason = request.Reason!.Trim();
            var count = 0;
            var (risks, tasks) = (await StillOpen.RisksAsync(session, cancellationToken), StillOpen.Tasks);
            async Task<HashSet<string>> Hand<T>(string action, Action<T> change, Platform.Store.Query among, params string[] fields)
                where T : Document
            {
                var done = new HashSet<string>(StringComparer.Ordinal);
                foreach (var field in fields)
                {
                    await foreach (var record in session.StreamAsync<T>(among.Where(field, from.Id), cancellationToken))
                    {
                        if (!done.Add(record.Id))
                            continue;
                        change(record);
                        session.Update(record, record.Version, action, reason);
                    }
                }

                count += done.Count;
                return done;
            }

            string? Moved(string? id) => id == from.Id ? to.Id : id;
            var handed = await Hand<Risk>("risk.handover", r => r.Change(x => x.OwnerId = to.Id), risks, "owner");
            var worked = new HashSet<string>(StringComparer.Ordinal);
            await Hand<PlanTask>("task.handover", t =>
            {
                (t.ResponsibleId, t.AccountableId) = (Moved(t.ResponsibleId), Moved(t.AccountableId));
                worked.UnionWith(t.RiskIds);
            }, tasks, "responsible", "accountable");
            // Who does a task is part of what the owner of its risk accepted.
            await PlanRepository.MakeStaleAsync(session, worked.Except(handed), cancellationToken);
            await Hand<ControlImplementation>("control.handover", c => (c.OwnerId, c.OperatorId) = (Moved(c.OwnerId), Moved(c.OperatorId)), Platform.Store.Query.All, "owner", "operator");
            await Hand<Asset>("asset.handover", a => (a.OwnerId, a.CustodianId) = (Moved(a.OwnerId), Moved(a.CustodianId)), Platform.Store.Query.All, "owner", "custodian");
            await Hand<AssetGroup>("group.handover", g => g.OwnerId = to.Id, Platform.Store.Query.All, "owner");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? count : saved.Errors.ToList();
        }
    }

    internal sealed record Query : IQuery<View>;

    internal sealed record View(IReadOnlyList<Leaver> Leavers, PersonBook People);

    internal sealed class QueryHandler(WorkspaceContext ws, Persons persons) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var people = await persons.ReadAsync(cancellationToken);
            return new(await StillOpen.LeaversAsync(session, people, cancellationToken), people);
        }
    }
}

/// <summary>What somebody still answers for: a finished task and a risk of a past assessment are records of who did.</summary>
internal static class StillOpen
{
    public static Query Tasks { get; } = Query.All.WhereIn("state", ["planned", "inProgress"]);

    public static async Task<Query> RisksAsync(IDocumentSession session, CancellationToken cancellationToken) => Query.All.WhereIn("exercise", await CurrentExercise.WorkedOnAsync(session, cancellationToken));

    /// <summary>Who left and still holds something, with how much.</summary>
    public static async Task<IReadOnlyList<Leaver>> LeaversAsync(IDocumentSession session, PersonBook people, CancellationToken cancellationToken)
    {
        string[] gone = [.. people.Leavers];
        if (gone.Length == 0)
            return [];
        var held = await HeldAsync(session, gone, cancellationToken);
        return [.. gone.Select(id => new Leaver(id, people.Name(id)!, held(id, Area.Risks), held(id, Area.Plan), held(id, Area.Controls), held(id, Area.Assets))).Where(l => l.Total > 0)];
    }

    /// <summary>How many records of an area each of these people answers for; a record held twice counts once.</summary>
    public static async Task<Func<string, Area, long>> HeldAsync(IDocumentSession session, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var held = new Dictionary<(string, Area), long>();
        await AddAsync<Risk>(Area.Risks, await RisksAsync(session, cancellationToken), "owner");
        await AddAsync<PlanTask>(Area.Plan, Tasks, "responsible", "accountable");
        await AddAsync<ControlImplementation>(Area.Controls, Query.All, "owner", "operator");
        await AddAsync<Asset>(Area.Assets, Query.All, "owner", "custodian");
        await AddAsync<AssetGroup>(Area.Assets, Query.All, "owner");
        return (id, area) => held.GetValueOrDefault((id, area));

        async Task AddAsync<T>(Area area, Query among, params string[] fields)
            where T : Document
        {
            for (var at = 0; at < fields.Length; at++)
            {
                foreach (var group in await session.GroupAsync<T>(among.WhereIn(fields[at], ids), fields))
                {
                    if (group.Values[at] is string id && !group.Values.Take(at).Contains(id))
                        held[(id, area)] = held.GetValueOrDefault((id, area)) + group.Count;
                }
            }
        }
    }
}

/// <summary>Somebody who left, and how many records wait for another owner.</summary>
internal sealed record Leaver(string Id, string Name, long Risks, long Tasks, long Controls, long Assets)
{
    public long Total => Risks + Tasks + Controls + Assets;
}

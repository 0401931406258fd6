using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Lists;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises.Swap;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises;

/// <summary>Two exercises side by side: new, gone, moved, places under each, and decisions that flip; also between two methods.</summary>
[Access(Area.Exercises)]
public sealed class ComparePage(IMediator mediator, IWords words) : PageModel
{
    internal Model View { get; private set; } = null!;

    /// <summary>Compares an exercise with the one before it, or with another (<paramref name="with"/>).</summary>
    public async Task<IActionResult> OnGetAsync(string? id, string? with, CancellationToken cancellationToken)
    {
        var list = ComparedView.ListFrom(Request);
        if (await mediator.Send(new Query(id, with, list), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return ListExport.Wanted(Request) is { } format
            ? await ListExport.FileAsync(format, $"comparison-{view.Compared.Before.Reference}-{view.Compared.Now.Reference}", view.Compared.Columns(words), view.Compared.Shown.ToAsyncEnumerable(), cancellationToken)
            : Page();
    }

    internal sealed record Query(string? Id, string? With = null, ListState? List = null) : IQuery<Model?>;

    /// <param name="Compared">The comparison.</param>
    /// <param name="SameScale">Whether both used one method with the same levels.</param>
    /// <param name="Change">The change of method that lies between the two, or null.</param>
    /// <param name="Others">Exercises that it can be compared with.</param>
    internal sealed record Model(ComparedView Compared, bool SameScale, ChangePlan? Change, IReadOnlyList<Choice> Others);

    internal sealed class Handler(WorkspaceContext ws, Methods methods, Comparisons comparisons, Carrying carrying, IWords words) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Id, cancellationToken) is not { } now || await session.FindAsync<Exercise>(request.With ?? now.PredecessorId, cancellationToken) is not { } before)
                return null;
            var list = request.List ?? new ListState { Path = "", Sort = "move" };
            var all = await comparisons.OfAsync(before, now, cancellationToken);
            var (nowForm, beforeForm) = (methods.Form(now), methods.Form(before));
            var change = await session.FindAsync<MethodChange>(now.ChangeId, cancellationToken);
            var exercises = (await session.QueryAsync<Exercise>(Platform.Store.Query.All.OrderBy("-ref").Take(200), cancellationToken)).Items;
            return new(
                new(all, before, now, new(beforeForm, words), new(nowForm, words)) { List = list, Shown = ComparedView.Narrow(all, list) },
                now.MethodologyId == before.MethodologyId && LevelBridge.Keys(nowForm).SequenceEqual(LevelBridge.Keys(beforeForm)),
                change?.SourceId == before.Id ? carrying.Plan(change, before) : null,
                [.. exercises.Where(e => e.Id != now.Id).Select(e => new Choice(e.Id, $"{e.Reference} {e.Name}"))]);
        }
    }
}

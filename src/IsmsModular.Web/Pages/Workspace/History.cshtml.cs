using IsmsModular.Organisation.Contracts;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Every version of one record, newest first, each compared with the one before in words.</summary>
[Access(Area.Home)]
public sealed class History(IMediator mediator) : PageModel
{
    /// <summary>The record's history.</summary>
    public View Shown { get; private set; } = null!;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id ?? ""), cancellationToken) is not { } view)
            return NotFound();
        Shown = view;
        return Page();
    }

    /// <summary>Which record.</summary>
    public sealed record Query(string Id) : IQuery<View?>;

    /// <summary>The history.</summary>
    public sealed record View(string Id, string About, string? Path, IReadOnlyList<Entry> Versions);

    /// <summary>One version.</summary>
    public sealed record Entry(long Sequence, DateTimeOffset At, string Actor, string Action, long Version, string? Reason, string Hash, IReadOnlyList<FieldChange> Changes);

    internal sealed class Handler(WorkspaceContext workspace, ActivityWords say, IPeople people) : IQueryHandler<Query, View?>
    {
        /// <summary>Names of other records that are looked up for one page.</summary>
        private const int MostNames = 100;

        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var entries = Document.IsId(request.Id) ? await workspace.OpenSession().HistoryAsync(request.Id, cancellationToken) : [];
            // Registers are read by the same roles; an employee, who reads none, learns nothing here either.
            if (entries.Count == 0 || !workspace.May(entries[0].Collection?.StartsWith("organisation_", StringComparison.Ordinal) == true ? Area.People : Area.Risks, Verb.Read))
                return null;
            var names = (await people.AllAsync(withLeavers: true, cancellationToken)).ToDictionary(p => p.Id, p => p.Name);
            foreach (var id in entries.SelectMany(ActivityWords.IdsIn).Distinct().Where(i => i != request.Id && !names.ContainsKey(i)).Take(MostNames))
                if (await workspace.OpenSession().HistoryAsync(id, 1, cancellationToken) is [var last] && ActivityWords.About(last) is { Length: > 0 } about)
                    names[id] = about;
            await say.LearnAsync(entries, cancellationToken);
            var versions = entries.Select((e, i) => new Entry(e.Sequence, e.At, e.ActorName, say.Action(e.Action), e.Version, e.Reason, e.Hash, say.Changes(Before(entries, i), e, names))).ToList();
            var path = entries[0].Data is null ? null : RecordPages.Of(entries[0].Collection);
            return new(request.Id, entries.Select(ActivityWords.About).FirstOrDefault(a => a.Length > 0) ?? say.Collection(entries[0].Collection), path, versions);
        }

        /// <summary>The last entry before that holds the document.</summary>
        private static ActivityEntry? Before(IReadOnlyList<ActivityEntry> newestFirst, int index) => newestFirst.Skip(index + 1).FirstOrDefault(e => e.Version > 0);
    }
}

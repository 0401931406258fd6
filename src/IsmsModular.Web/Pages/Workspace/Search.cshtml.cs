using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Search;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Finds records of every kind by words or by reference. A whole reference opens its record.</summary>
[Access(Area.Home)]
public sealed class Search(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    /// <summary>Words that all must occur; more than 200 characters are cut.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Words { get; set; }

    /// <summary>What was found, by kind; kinds without any are left out.</summary>
    public IReadOnlyList<Kind> Found { get; private set; } = [];

    /// <summary>Searches, or shows the empty field.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Words = Words?.Trim() is { Length: > 0 } typed ? typed[..Math.Min(typed.Length, 200)] : null;
        if (Words is null)
            return Page();
        Found = await mediator.Send(new Query(Words), cancellationToken);
        return Found.SelectMany(k => k.Records.Items).Where(r => string.Equals(r.Reference, Words, StringComparison.OrdinalIgnoreCase)).Take(2).ToList() is [var only]
            ? Redirect(workspace.Url(only.Path, [.. only.Query]))
            : Page();
    }

    /// <summary>Records of the workspace that the caller may read.</summary>
    public sealed record Query(string Text) : IQuery<IReadOnlyList<Kind>>;

    /// <summary>One kind of record with what was found of it.</summary>
    public sealed record Kind(IRecordSearch Of, FoundRecords Records);

    internal sealed class Handler(WorkspaceContext workspace, IEnumerable<IRecordSearch> kinds) : IQueryHandler<Query, IReadOnlyList<Kind>>
    {
        public async Task<IReadOnlyList<Kind>> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = workspace.OpenSession();
            var found = new List<Kind>();
            foreach (var kind in kinds.Where(k => workspace.May(k.Area, Verb.Read)))
            {
                if (await kind.FindAsync(session, request.Text, 10, cancellationToken) is { Total: > 0 } records)
                    found.Add(new(kind, records));
            }

            return found;
        }
    }
}

using System.Globalization;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Catalogues;

/// <summary>Takes away a catalogue or mapping that the workspace brought in; refused while it is in use, with where.</summary>
[Access(Area.Controls, Verb.Edit)]
public sealed class RemoveModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal View Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(id), cancellationToken) is not { } view)
            return NotFound();
        Shown = view;
        Input = new() { Id = view.Catalogue.Id, Seen = view.Catalogue.Version };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var done = await mediator.Send(Input, cancellationToken);
        if (done.Succeeded)
            return this.Done(ws.Url("risks/catalogue/all"), "catalogues.removed", done.Value);
        if (await mediator.Send(new Query(Input.Id), cancellationToken) is not { } view)
            return NotFound();
        Shown = view;
        return this.Refused(done);
    }

    /// <summary>Answers the name.</summary>
    [Requires(Area.Controls, Verb.Edit)]
    public sealed record Command : ICommand<string>
    {
        public string Id { get; init; } = "";

        public long Seen { get; init; }
    }

    internal sealed class Handler(WorkspaceContext ws, WorkspaceCatalogues catalogues, CatalogueUse uses) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<ImportedCatalogue>(request.Id, cancellationToken) is not { } catalogue)
                return Error.NotFound();
            if (!catalogue.IsMapping)
            {
                var choice = catalogues.Choice;
                if (catalogue.Key == ws.Workspace.Catalogue || choice.Extensions.Contains(catalogue.Key) || choice.Threats?.Contains(catalogue.Key) == true || choice.Vulnerabilities?.Contains(catalogue.Key) == true)
                    return Error.Invalid("catalogues.error.chosen", null, catalogue.Name);
                if (catalogues.All.FirstOrDefault(c => c.Extends == catalogue.Key) is { } guide)
                    return Error.Invalid("catalogues.error.extended", null, catalogue.Name, guide.Name);
                if (await uses.OfAsync(session, catalogue.Key) is { Any: true } use)
                    return Error.Invalid("catalogues.error.inuse", null, catalogue.Name, Text(use.Decisions), Text(use.Risks), Text(use.Implementations), Text(use.Tasks));
            }

            session.Remove(catalogue, request.Seen, "catalogue.remove");
            var saved = await session.SaveAsync(cancellationToken);
            catalogues.Refresh();
            return saved.Succeeded ? catalogue.Name : saved.Errors.ToList();

            static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        }
    }

    internal sealed record Query(string? Id) : IQuery<View?>;

    internal sealed record View(ImportedCatalogue Catalogue, UseCounts Use);

    internal sealed class QueryHandler(WorkspaceContext ws, CatalogueUse uses) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            return await session.FindAsync<ImportedCatalogue>(request.Id, cancellationToken) is { } catalogue ? new(catalogue, await uses.OfAsync(session, catalogue.Key)) : null;
        }
    }
}

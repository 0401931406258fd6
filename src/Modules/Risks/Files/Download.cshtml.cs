using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Files;

/// <summary>Gives an evidence file as a download: never shown in the browser, whatever it is.</summary>
[Access(Area.Home)]
public sealed class DownloadModel(IMediator mediator) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken) =>
        await mediator.Send(new Query(id), cancellationToken) is { } found ? File(found.Content, "application/octet-stream", found.Name) : NotFound();

    internal sealed record Query(string? Id) : IQuery<Opened?>;

    internal sealed record Opened(string Name, Stream Content);

    internal sealed class Handler(WorkspaceContext ws, EvidenceFiles files, IStoreDirectory stores) : IQueryHandler<Query, Opened?>
    {
        public async Task<Opened?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<EvidenceFile>(request.Id, cancellationToken) is not { } file || await files.FindAsync(session, file.Kind, file.SubjectId, cancellationToken) is null)
                return null;
            return stores.Workspace(ws.Workspace.Id).Attachments.Open(file.Sha256) is { } content ? new(file.Name, content) : null;
        }
    }
}

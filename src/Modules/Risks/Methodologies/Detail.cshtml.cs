using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Exercises;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Methodologies;

/// <summary>A methodology as its raters read it: what is asked, in which words, what comes out; its versions, and where it is used.</summary>
[Access(Area.Methodologies)]
public sealed class DetailModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    internal Model View { get; private set; } = null!;

    internal bool MayEdit => ws.May(Area.Methodologies, Verb.Administer);

    /// <param name="id">An own methodology.</param>
    /// <param name="method">Or key of an installed one.</param>
    /// <param name="number">Version of the own methodology; the draft before the first, else the newest.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync(string? id, string? method, int? number, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(id, method, number), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return Page();
    }

    /// <summary>The plugin file of a published version.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? id, int number, CancellationToken cancellationToken) =>
        await mediator.Send(new Export(id, number), cancellationToken) is { } file ? File(file.Content, "application/zip", file.Name) : NotFound();

    public async Task<IActionResult> OnPostRetireAsync(string id, long seen, bool retire, CancellationToken cancellationToken) =>
        await AnswerAsync(id, await mediator.Send(new Retire { Id = id, Seen = seen, Retired = retire }, cancellationToken), ws.Url("risks/methodologies/detail", ("id", id)), retire ? "method.retired" : "method.restored", cancellationToken);

    public async Task<IActionResult> OnPostDeleteAsync(string id, long seen, CancellationToken cancellationToken) =>
        await AnswerAsync(id, await mediator.Send(new Delete { Id = id, Seen = seen }, cancellationToken), ws.Url("risks/methodologies"), "method.deleted", cancellationToken);

    private async Task<IActionResult> AnswerAsync(string id, Result<Done> result, string next, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(next, flash);
        if (await mediator.Send(new Ask(id, null, null), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(result, prefix: "");
    }

    internal sealed record Ask(string? Id, string? Method, int? Number) : IQuery<Model?>;

    /// <param name="Own">The own methodology; null for an installed one.</param>
    /// <param name="Method">What is shown; null where the draft cannot rate yet.</param>
    /// <param name="Shown">Number of the version shown; null for a draft or an installed one.</param>
    /// <param name="Picture">Its form and matrix.</param>
    /// <param name="Versions">Published versions, newest first.</param>
    /// <param name="Uses">Exercises that use it.</param>
    /// <param name="IsUsual">Whether new exercises take it.</param>
    internal sealed record Model(OwnMethodology? Own, IMethodologyHandle? Method, int? Shown, MethodPreview.Picture Picture, IReadOnlyList<MethodologyVersion> Versions, IReadOnlyList<Exercise> Uses, bool IsUsual);

    internal sealed class Handler(WorkspaceContext ws, IWorkspaceMethodologies methodologies, MethodPreview previews) : IQueryHandler<Ask, Model?>
    {
        public async Task<Model?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var own = await session.FindAsync<OwnMethodology>(request.Id, cancellationToken);
            var key = own?.MethodologyId ?? (OwnMethodologies.IsOwn(request.Method) ? null : request.Method);
            if (key is null || (own is null && request.Id is not null))
                return null;
            var versions = own is null ? [] : (await session.QueryAsync<MethodologyVersion>(Query.All.Where("methodology", key).OrderBy("-number").Take(200), cancellationToken)).Items;
            var number = own is null ? null : request.Number ?? (own.Number == 0 ? null : (int?)own.Number);
            if (number is not null && !versions.Any(v => v.Number == number))
                return null;
            var method = own is not null && number is null
                ? OwnMethodologies.Open(own.Draft, own.WordsPlugin) is { Succeeded: true } draft ? draft.Value : null
                : await methodologies.FindAsync(key, number?.ToString(CultureInfo.InvariantCulture), cancellationToken);
            if (own is null && method is null)
                return null;
            var picture = method is null ? previews.Of(Declarations.Read(own!.Draft), own.WordsPlugin, []) : previews.Of(method, null, []);
            return new(own, method, number, picture, versions, await UsesAsync(session, key, cancellationToken), ws.Workspace.Methodology == key);
        }

        internal static async Task<IReadOnlyList<Exercise>> UsesAsync(IDocumentSession session, string key, CancellationToken cancellationToken) =>
            (await session.QueryAsync<Exercise>(Query.All.Where("methodology", key).OrderBy("-ref").Take(200), cancellationToken)).Items;

        /// <summary>Where it is used, as an error; null when it is not.</summary>
        internal static Error? InUse(WorkspaceContext ws, OwnMethodology own, IReadOnlyList<Exercise> uses) =>
            ws.Workspace.Methodology == own.MethodologyId ? Error.Invalid("method.isusual")
            : uses.Count > 0 ? Error.Invalid("method.inuse", null, string.Join(", ", uses.Take(10).Select(e => e.Reference)), $"{uses.Count}")
            : null;
    }

    internal sealed record Export(string? Id, int Number) : IQuery<ExportFile?>;

    internal sealed record ExportFile(string Name, byte[] Content);

    internal sealed class ExportHandler(WorkspaceContext ws) : IQueryHandler<Export, ExportFile?>
    {
        public async Task<ExportFile?> Handle(Export request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is not { } own)
                return null;
            var found = await session.QueryAsync<MethodologyVersion>(Query.All.Where("version", $"{own.MethodologyId} {request.Number}").Take(1), cancellationToken);
            if (found.Items is not [var version])
                return null;
            var declaration = version.Declaration;
            declaration["id"] = own.Key;
            declaration["version"] = $"{version.Number}.0.0";
            var file = new MethodologyFile(own.Key, declaration["name"]!.GetValue<string>(), $"{version.Number}.0.0", [declaration], own.Translations);
            return new($"{own.Key}-{version.Number}.0.0.zip", file.Write(ws.Workspace.Name));
        }
    }

    /// <summary>Takes a methodology out of what new exercises may choose, or puts it back. Exercises that use it go on.</summary>
    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Retire : ICommand<Done>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }

        public bool Retired { get; init; }
    }

    internal sealed class RetireHandler(WorkspaceContext ws) : ICommandHandler<Retire, Done>
    {
        public async Task<Result<Done>> Handle(Retire request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is not { } own)
                return Error.NotFound();
            if (request.Retired && ws.Workspace.Methodology == own.MethodologyId)
                return Error.Invalid("method.isusual");
            own.Retired = request.Retired;
            session.Update(own, request.Seen, request.Retired ? "methodology.retire" : "methodology.restore");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }

    /// <summary>Removes a methodology that no exercise uses.</summary>
    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Delete : ICommand<Done>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }
    }

    internal sealed class DeleteHandler(WorkspaceContext ws) : ICommandHandler<Delete, Done>
    {
        public async Task<Result<Done>> Handle(Delete request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is not { } own)
                return Error.NotFound();
            if (Handler.InUse(ws, own, await Handler.UsesAsync(session, own.MethodologyId, cancellationToken)) is { } used)
                return used;
            await foreach (var version in session.StreamAsync<MethodologyVersion>(Query.All.Where("methodology", own.MethodologyId), cancellationToken))
                session.Remove(version, version.Version, "methodology.delete");
            session.Remove(own, request.Seen, "methodology.delete");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? Done.Yes : (List<Error>)[.. saved.Errors];
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;

namespace IsmsModular.Risks.Catalogues.Import;

/// <summary>Bring a catalogue in from a file: upload, see what it holds and every bad place, confirm; all or nothing.</summary>
[Access(Area.Controls, Verb.Edit)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(ImportLimits.FileBytes * 3 / 2)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws, Uploads uploads, IWords words) : PageModel
{
    [BindProperty]
    public FileInput Input { get; set; } = new();

    /// <summary>What the reader chose beside the file.</summary>
    internal ImportChoices Choices { get; private set; } = new();

    internal View Shown { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? file, string? name, string? template, CancellationToken cancellationToken)
    {
        if (template is "csv" or "xlsx")
            return await ListExport.FileAsync(template, "catalogue-template", [.. Tables.Fields.Select(f => new ExportColumn<int>(words[f.Title], _ => f.Example))], new[] { 1 }.ToAsyncEnumerable(), cancellationToken);
        Choices = ChoicesFrom(Request.Query);
        Shown = await mediator.Send(new Query(file, name, Choices, MapFrom(Request.Query)), cancellationToken);
        if (Shown.Plan is not { Succeeded: false } failed)
            return Page();
        return failed.Errors[0].Kind == ErrorKind.NotFound ? this.Done(ws.Url("risks/catalogue/import"), failed.Errors[0].Message) : this.Refused(failed);
    }

    /// <summary>Keeps the file; nothing is stored in the workspace.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Shown = await mediator.Send(new Query(null, null, new(), null), cancellationToken);
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        await using var content = Input.File.OpenReadStream();
        var kept = await uploads.PutAsync(content, cancellationToken);
        if (!kept.Succeeded)
            return this.Refused(kept);
        var name = Path.GetFileName(Input.File.FileName.Replace('\\', '/'));
        return this.Done(ws.Url("risks/catalogue/import", ("file", kept.Value), ("name", CellText.FirstUnfit(name) >= 0 || name.Length is 0 or > 150 ? "import" : name)));
    }

    public async Task<IActionResult> OnPostRunAsync(string? file, string? name, CancellationToken cancellationToken)
    {
        Choices = ChoicesFrom(Request.Form);
        var map = MapFrom(Request.Form);
        var done = await mediator.Send(new Command(file, name, Choices, map), cancellationToken);
        if (done.Succeeded)
            return this.Done(done.Value, "catalogues.import.done");
        Shown = await mediator.Send(new Query(file, name, Choices, map), cancellationToken);
        return done.Errors[0].Kind == ErrorKind.NotFound ? this.Done(ws.Url("risks/catalogue/import"), done.Errors[0].Message) : this.Refused(done);
    }

    /// <summary>What is posted.</summary>
    public sealed class FileInput
    {
        public IFormFile? File { get; set; }
    }

    internal static ImportChoices ChoicesFrom(IEnumerable<KeyValuePair<string, StringValues>> values)
    {
        var given = values.Where(v => v.Value.Count == 1 && !string.IsNullOrWhiteSpace(v.Value[0])).ToDictionary(v => v.Key, v => v.Value[0]!.Trim(), StringComparer.Ordinal);
        return new()
        {
            Kind = Enum.TryParse<CatalogueKind>(given.GetValueOrDefault("kind"), ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null,
            Name = given.GetValueOrDefault("title") is { Length: <= 200 } title && CellText.FirstUnfit(title) < 0 ? title : null,
            Extends = given.GetValueOrDefault("extends"),
            From = given.GetValueOrDefault("from"),
            To = given.GetValueOrDefault("to"),
        };
    }

    internal static ImportMap? MapFrom(IEnumerable<KeyValuePair<string, StringValues>> values)
    {
        var map = new ImportMap(ImmutableDictionary.CreateRange(
            from pair in values
            where pair.Key.StartsWith("m.", StringComparison.Ordinal) && Tables.Fields.Any(f => "m." + f.Key == pair.Key)
            let column = int.TryParse(pair.Value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var c) ? c : -1
            where column >= 0
            select KeyValuePair.Create(pair.Key[2..], column)));
        return map.Columns.Count > 0 ? map : null;
    }

    internal sealed record Query(string? File, string? Name, ImportChoices Choices, ImportMap? Map) : IQuery<View>;

    /// <param name="Plan">What would happen; null before a file is there.</param>
    /// <param name="Bases">Catalogues of controls that a guide can extend.</param>
    /// <param name="All">Catalogues that a mapping or profile can name.</param>
    internal sealed record View(string? File, string? Name, Result<ImportPlan>? Plan, IReadOnlyList<Choice> Bases, IReadOnlyList<Choice> All);

    internal sealed class Handler(WorkspaceContext ws, Uploads uploads, CatalogueImport import, WorkspaceCatalogues catalogues) : IQueryHandler<Query, View>
    {
        public async Task<View> Handle(Query request, CancellationToken cancellationToken)
        {
            Result<ImportPlan>? plan = null;
            if (request.File is not null)
            {
                await using var content = uploads.Open(request.File);
                plan = content is null ? uploads.Gone(request.File) : await import.ReadAsync(ws.OpenSession(), content, request.Name ?? "import", request.Choices, request.Map is { } map ? _ => map : null, cancellationToken);
            }

            return new(request.File, request.Name, plan,
                [.. catalogues.All.Where(c => c.Kind == CatalogueKind.Controls).OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Select(c => new Choice(c.Id, c.Name))],
                [.. catalogues.All.OrderBy(c => c.Name, StringComparer.OrdinalIgnoreCase).Select(c => new Choice(c.Id, c.Name))]);
        }
    }

    /// <summary>Stores what an uploaded file holds. Answers where to look next.</summary>
    [Requires(Area.Controls, Verb.Edit)]
    internal sealed record Command(string? File, string? Name, ImportChoices Choices, ImportMap? Map) : ICommand<string>;

    internal sealed class RunHandler(WorkspaceContext ws, Uploads uploads, CatalogueImport import) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            var name = request.Name is { Length: > 0 and <= 150 } given ? given : "import";
            await using var content = uploads.Claim(request.File);
            if (content is null)
                return uploads.Gone(request.File);
            var plan = await import.ReadAsync(session, content, name, request.Choices, request.Map is { } map ? _ => map : null, cancellationToken);
            if (!plan.Succeeded)
                return plan.Errors.ToList();
            // A matrix becomes a methodology of the workspace: not everybody may make one.
            if (plan.Value.Parts.Any(p => p.What == "methodology") && !ws.May(Area.Methodologies, Verb.Administer))
                return Error.Forbidden();
            var run = await import.RunAsync(session, plan.Value, name, cancellationToken);
            if (!run.Succeeded)
                return run.Errors.ToList();
            uploads.Finish(request.File!);
            return plan.Value.Parts.FirstOrDefault(p => p.Catalogue is not null) is { Catalogue.Kind: CatalogueKind.SectorGuide or CatalogueKind.Threats or CatalogueKind.Vulnerabilities } ? ws.Url("risks/catalogue/choose")
                : plan.Value.Parts.FirstOrDefault(p => p.Catalogue is not null) is { } shown ? ws.Url("risks/catalogue", ("f.catalogue", shown.Key))
                : ws.Url("risks/catalogue/all");
        }
    }
}

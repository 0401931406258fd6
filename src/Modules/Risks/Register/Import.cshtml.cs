using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Assets.Import;
using IsmsModular.Risks.Exercises;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Primitives;

namespace IsmsModular.Risks.Register;

/// <summary>Bring risks in from a file: upload, say which column is what, see every wrong row at once, confirm; all or nothing.</summary>
[Access(Area.Risks, Verb.Edit)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(ImportLimits.FileBytes * 3 / 2)]
public sealed class ImportModel(IMediator mediator, WorkspaceContext ws, Uploads uploads) : PageModel
{
    [BindProperty]
    public FileInput Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    /// <summary>The first step without a file, the second with one, the third when the columns are said.</summary>
    public async Task<IActionResult> OnGetAsync(string? exercise, string? file, string? name, string? sheet, bool check, string? template, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(exercise, file, name, sheet, check ? Request.Query : null), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        if (template is "csv" or "xlsx")
            return await ListExport.FileAsync(template, "risks-template", view.Template, new[] { 1 }.ToAsyncEnumerable(), cancellationToken);
        if (view.Faults is not { Count: > 0 } faults)
            return Page();
        return faults[0].Kind == ErrorKind.NotFound ? this.Done(ws.Url("risks/register/import", ("exercise", exercise)), faults[0].Message) : this.Refused<string>(Result<string>.Failed(faults), prefix: "");
    }

    /// <summary>Keeps the file; nothing is written to the register.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(Input.Exercise, null, null, null, null), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        await using var content = Input.File.OpenReadStream();
        var kept = await uploads.PutAsync(content, cancellationToken);
        if (!kept.Succeeded)
            return this.Refused(kept);
        var name = FileTypes.NameOf(Input.File.FileName, "import");
        if (await mediator.Send(new Query(Input.Exercise, kept.Value, Input.File.FileName, null, null), cancellationToken) is not { Faults: { } faults })
            return this.Done(ws.Url("risks/register/import", ("exercise", Input.Exercise), ("file", kept.Value), ("name", name)));
        uploads.Remove(kept.Value);
        return this.Refused<string>(Result<string>.Failed([.. faults.Select(e => Error.Invalid(e.Message, "File", e.Arguments))]));
    }

    public async Task<IActionResult> OnPostRunAsync(Command command, CancellationToken cancellationToken)
    {
        command = command with { Map = ImportMap.From(Request.Form, await mediator.Send(new FieldsQuery(command.Exercise), cancellationToken)) };
        var done = await mediator.Send(command, cancellationToken);
        if (done.Succeeded)
            return this.Done(ws.Url("risks/register", ("f.exercise", command.Exercise)), "risk.import.done", done.Value);
        if (await mediator.Send(new Query(command.Exercise, command.File, command.Name, command.Sheet, Request.Form), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return done.Errors[0].Kind == ErrorKind.NotFound ? this.Done(ws.Url("risks/register", ("f.exercise", command.Exercise)), done.Errors[0].Message) : this.Refused(done, prefix: "");
    }

    /// <summary>What is posted.</summary>
    public sealed class FileInput
    {
        public string Exercise { get; set; } = "";

        public IFormFile? File { get; set; }
    }

    /// <param name="Exercise">Where the risks go.</param>
    /// <param name="File">Hash of the uploaded file, or null.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Sheet">Sheet of a workbook, or null.</param>
    /// <param name="Columns">Columns as said in an address or a form; null to ask for them.</param>
    internal sealed record Query(string? Exercise, string? File, string? Name, string? Sheet, IEnumerable<KeyValuePair<string, StringValues>>? Columns) : IQuery<Model?>;

    /// <param name="Exercise">Where the risks go.</param>
    /// <param name="State">What is carried from step to step.</param>
    /// <param name="Choice">Second step: which column is what.</param>
    /// <param name="Plan">Third step: what would happen.</param>
    /// <param name="Faults">What is wrong with the file as a whole, or with the columns.</param>
    /// <param name="Template">Columns of the template.</param>
    /// <param name="Levels">Words of the levels.</param>
    /// <param name="Persons">People.</param>
    internal sealed record Model(Exercise Exercise, IReadOnlyList<(string Key, string? Value)> State, ColumnChoice? Choice, RiskImportPlan? Plan, IReadOnlyList<Error>? Faults, IReadOnlyList<ExportColumn<int>> Template, LevelWords Levels, PersonBook Persons);

    internal sealed class Handler(WorkspaceContext ws, Uploads uploads, RiskImport import, Methods methods, Persons persons, IWords words) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Exercise, cancellationToken) is not { State: not ExerciseState.Closed } exercise)
                return null;
            (string, string?)[] state = [("exercise", exercise.Id), ("file", request.File), ("name", request.Name)];
            var model = new Model(exercise, state, null, null, null, import.Template(exercise), new(methods.Form(exercise), words), await persons.ReadAsync(cancellationToken));
            if (request.File is null)
                return model;
            await using var content = uploads.Open(request.File);
            if (content is null)
                return model with { Faults = [uploads.Gone(request.File)] };
            var table = await import.TableAsync(exercise, content, request.Name, request.Sheet, cancellationToken);
            if (!table.Succeeded)
                return model with { Faults = table.Errors };
            var fields = import.FieldsOf(exercise);
            var said = request.Columns is null ? null : ImportMap.From(request.Columns, fields);
            // Without any column said, the headers say it.
            var map = said is { Columns.Count: > 0 } ? said : import.Guess(exercise, table.Value);
            var here = ws.Url("risks/register/import");
            model = model with { Choice = new(table.Value, map, fields, import.TitleOf, here, here, state, ws.Url("risks/register/import", ("exercise", exercise.Id))), State = [.. state, ("sheet", table.Value.Sheet), .. map.Pairs()] };
            if (said is null)
                return model;
            var plan = await import.PlanAsync(session, exercise, table.Value, map, cancellationToken);
            return plan.Succeeded ? model with { Plan = plan.Value } : model with { Faults = plan.Errors };
        }
    }

    internal sealed record FieldsQuery(string Exercise) : IQuery<IReadOnlyList<ImportField>>;

    internal sealed class FieldsHandler(WorkspaceContext ws, RiskImport import) : IQueryHandler<FieldsQuery, IReadOnlyList<ImportField>>
    {
        public async Task<IReadOnlyList<ImportField>> Handle(FieldsQuery request, CancellationToken cancellationToken) =>
            await ws.OpenSession().FindAsync<Exercise>(request.Exercise, cancellationToken) is { } exercise ? import.FieldsOf(exercise) : [];
    }

    /// <summary>Writes the risks of an uploaded file. Answers how many.</summary>
    [Requires(Area.Risks, Verb.Edit)]
    public sealed record Command : ICommand<int>
    {
        public string Exercise { get; init; } = "";

        public string? File { get; init; }

        public string? Name { get; init; }

        public string? Sheet { get; init; }

        [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
        internal ImportMap Map { get; init; } = new([]);
    }

    internal sealed class RunHandler(WorkspaceContext ws, Uploads uploads, RiskImport import) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Exercise, cancellationToken) is not { } exercise)
                return Error.NotFound();
            if (exercise.State == ExerciseState.Closed)
                return Error.Conflict("exercise.isclosed");
            await using var content = uploads.Claim(request.File);
            if (content is null)
                return uploads.Gone(request.File);
            var table = await import.TableAsync(exercise, content, request.Name, request.Sheet, cancellationToken);
            if (!table.Succeeded)
                return Result<int>.Failed(table.Errors);
            var plan = await import.PlanAsync(session, exercise, table.Value, request.Map, cancellationToken);
            if (!plan.Succeeded)
                return Result<int>.Failed(plan.Errors);
            var name = request.Name is { Length: > 0 and <= 150 } given ? given : "import";
            var run = await import.RunAsync(session, exercise, plan.Value, name, request.File!, cancellationToken);
            if (run.Succeeded)
                uploads.Finish(request.File!);
            return run;
        }
    }
}

using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Register;

/// <summary>Bring risks in from a file: upload, see every wrong row at once, confirm; all or nothing.</summary>
[Access(Area.Risks, Verb.Edit)]
[RequestSizeLimit(ImportLimits.FileBytes + 65_536)]
public sealed class ImportModel(IMediator mediator, WorkspaceContext ws, Uploads uploads) : PageModel
{
    [BindProperty]
    public FileInput Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? exercise, string? file, string? name, string? template, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(exercise, file, name), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        if (template is "csv" or "xlsx")
            return await ListExport.FileAsync(template, "risks-template", view.Template, new[] { 1 }.ToAsyncEnumerable(), cancellationToken);
        if (view.Plan is { Succeeded: false } failed)
        {
            if (failed.Errors[0].Kind == ErrorKind.NotFound)
                return this.Done(ws.Url("risks/register/import", ("exercise", exercise)), "import.gone");
            return this.Refused(failed, prefix: "");
        }

        return Page();
    }

    /// <summary>Keeps the file; nothing is written to the register.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(Input.Exercise, null, null), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        await using var content = Input.File.OpenReadStream();
        var kept = await uploads.PutAsync(content, cancellationToken);
        if (!kept.Succeeded)
            return this.Refused(kept);
        var name = Path.GetFileName(Input.File.FileName.Replace('\\', '/'));
        return this.Done(ws.Url("risks/register/import", ("exercise", Input.Exercise), ("file", kept.Value), ("name", CellText.FirstUnfit(name) >= 0 || name.Length is 0 or > 150 ? "import" : name)));
    }

    public async Task<IActionResult> OnPostRunAsync(Command command, CancellationToken cancellationToken)
    {
        var done = await mediator.Send(command, cancellationToken);
        if (done.Succeeded)
            return this.Done(ws.Url("risks/register", ("f.exercise", command.Exercise)), "risk.import.done", done.Value);
        if (await mediator.Send(new Query(command.Exercise, command.File, command.Name), cancellationToken) is not { } view)
            return NotFound();
        View = view;
        return this.Refused(done, prefix: "");
    }

    /// <summary>What is posted.</summary>
    public sealed class FileInput
    {
        public string Exercise { get; set; } = "";

        public IFormFile? File { get; set; }
    }

    internal sealed record Query(string? Exercise, string? File, string? Name) : IQuery<Model?>;

    /// <param name="Exercise">Where the risks go.</param>
    /// <param name="File">Hash of the uploaded file, or null.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Plan">What would happen; null before a file is there.</param>
    /// <param name="Template">Columns of the template.</param>
    /// <param name="Levels">Words of the levels.</param>
    internal sealed record Model(Exercise Exercise, string? File, string? Name, Result<RiskImportPlan>? Plan, IReadOnlyList<ExportColumn<int>> Template, LevelWords Levels, PersonBook Persons);

    internal sealed class Handler(WorkspaceContext ws, Uploads uploads, RiskImport import, Methods methods, Persons persons, Platform.Text.IWords words) : IQueryHandler<Query, Model?>
    {
        public async Task<Model?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.Exercise, cancellationToken) is not { State: not ExerciseState.Closed } exercise)
                return null;
            Result<RiskImportPlan>? plan = null;
            if (request.File is not null)
            {
                await using var content = uploads.Open(request.File);
                plan = content is null ? Error.NotFound("import.gone") : await import.ReadAsync(session, exercise, content, cancellationToken);
            }

            return new(exercise, request.File, request.Name, plan, import.Template(exercise), new(methods.Form(exercise), words), await persons.ReadAsync(cancellationToken));
        }
    }

    /// <summary>Writes the risks of an uploaded file. Answers how many.</summary>
    [Requires(Area.Risks, Verb.Edit)]
    public sealed class Command : ICommand<int>
    {
        public string Exercise { get; set; } = "";

        public string? File { get; set; }

        public string? Name { get; set; }
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
            Result<RiskImportPlan> plan;
            await using (var content = uploads.Open(request.File))
            {
                if (content is null)
                    return Error.NotFound("import.gone");
                plan = await import.ReadAsync(session, exercise, content, cancellationToken);
            }

            if (!plan.Succeeded)
                return Result<int>.Failed(plan.Errors);
            var name = request.Name is { Length: > 0 and <= 150 } given ? given : "import";
            var run = await import.RunAsync(session, exercise, plan.Value, name, request.File!, cancellationToken);
            if (run.Succeeded)
                uploads.Remove(request.File!);
            return run;
        }
    }
}

using FluentValidation;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Assets.Import;

/// <summary>Third step: everything that is wrong at once, or what would change; confirming checks again and writes all or nothing.</summary>
[Access(Area.Assets, Verb.Edit)]
public sealed class CheckModel(IMediator mediator, WorkspaceContext workspace) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "file")]
    public string? FileHash { get; set; }

    [BindProperty(SupportsGet = true, Name = "name")]
    public string? Name { get; set; }

    /// <summary>Sheet of the workbook, or null.</summary>
    [BindProperty(SupportsGet = true, Name = "sheet")]
    public string? Sheet { get; set; }

    /// <summary>Add owners and custodians that are not there yet.</summary>
    [BindProperty(SupportsGet = true, Name = "people")]
    public bool CreatePeople { get; set; }

    /// <summary>Add groups that are not there yet.</summary>
    [BindProperty(SupportsGet = true, Name = "groups")]
    public bool CreateGroups { get; set; }

    /// <summary>Put unlike values into one group all the same.</summary>
    [BindProperty(SupportsGet = true, Name = "unlike")]
    public bool UnlikeAccepted { get; set; }

    internal ImportMap Map { get; private set; } = null!;

    internal ImportPlan Plan { get; private set; } = null!;

    internal bool MayAddPeople => workspace.May(Area.People, Verb.Edit);

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var done = await mediator.Send(new Command(FileHash, Name, Sheet, ImportMap.From(Request.Form, AssetColumns.Fields), CreatePeople, CreateGroups, UnlikeAccepted), cancellationToken);
        if (done.Succeeded)
            return this.Done(workspace.Url("risks/assets"), "import.done", done.Value.New, done.Value.Changed, done.Value.Same);
        var shown = await ShowAsync(cancellationToken);
        if (shown is PageResult)
            this.Explain(done.Errors, "");
        return shown;
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        Map = ImportMap.From(Request.HasFormContentType ? Request.Form : Request.Query, AssetColumns.Fields);
        var plan = await mediator.Send(new Query(FileHash, Name, Sheet, Map, CreatePeople, CreateGroups, UnlikeAccepted), cancellationToken);
        if (!plan.Succeeded)
        {
            if (plan.Errors[0].Kind == ErrorKind.NotFound)
                return this.Done(workspace.Url(plan.Errors[0].Message == Uploads.Already ? "risks/assets" : "risks/assets/import"), plan.Errors[0].Message);
            Plan = new([], [], [], [], []);
            return this.Refused(plan, prefix: "");
        }

        Plan = plan.Value;
        return Page();
    }

    [Requires(Area.Assets, Verb.Edit)]
    internal sealed record Query(string? File, string? Name, string? Sheet, ImportMap Map, bool CreatePeople, bool CreateGroups, bool UnlikeAccepted) : IQuery<Result<ImportPlan>>;

    internal sealed class Handler(WorkspaceContext workspace, Uploads uploads, AssetImport import) : IQueryHandler<Query, Result<ImportPlan>>
    {
        public async Task<Result<ImportPlan>> Handle(Query request, CancellationToken cancellationToken)
        {
            await using var content = uploads.Open(request.File);
            return content is null
                ? uploads.Gone(request.File)
                : await import.ReadAsync(workspace.OpenSession(), content, _ => request.Map, new(request.Name ?? "import", request.CreatePeople, request.CreateGroups, request.Sheet, request.UnlikeAccepted), cancellationToken);
        }
    }

    [Requires(Area.Assets, Verb.Edit)]
    internal sealed record Command(string? File, string? Name, string? Sheet, ImportMap Map, bool CreatePeople, bool CreateGroups, bool UnlikeAccepted) : ICommand<ImportCounts>;

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Name).MaximumLength(200).WithMessage("asset.long");
    }

    internal sealed class RunHandler(WorkspaceContext workspace, Uploads uploads, AssetImport import) : ICommandHandler<Command, ImportCounts>
    {
        public async Task<Result<ImportCounts>> Handle(Command request, CancellationToken cancellationToken)
        {
            await using var content = uploads.Claim(request.File);
            if (content is null)
                return uploads.Gone(request.File);
            var session = workspace.OpenSession();
            var options = new ImportOptions(request.Name ?? "import", request.CreatePeople, request.CreateGroups, request.Sheet, request.UnlikeAccepted);
            var plan = await import.ReadAsync(session, content, _ => request.Map, options, cancellationToken);
            if (!plan.Succeeded)
                return Result<ImportCounts>.Failed(plan.Errors);
            var run = await import.RunAsync(session, plan.Value, options, request.File!, cancellationToken);
            if (!run.Succeeded)
                return Result<ImportCounts>.Failed(run.Errors);
            uploads.Finish(request.File!);
            return new ImportCounts(run.Value.New, run.Value.Changed, run.Value.Same);
        }
    }
}

/// <summary>What an import did.</summary>
internal sealed record ImportCounts(int New, int Changed, int Same);

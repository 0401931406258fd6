using FluentValidation;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Reports;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>The Word document whose styles, header and footer reports get.</summary>
[Access(Area.Workspace)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(WordTemplates.MostBytes * 3)]
public sealed class Template(IMediator mediator, WordTemplates templates, WorkspaceContext workspace) : PageModel
{
    /// <summary>Words that a template may hold, and what stands there in a report.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["title", "subtitle", "organisation", "date", "classification", "content"];

    /// <summary>The upload.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>The template, or null.</summary>
    public WordTemplate? Current { get; private set; }

    /// <summary>Whether the reader may change it.</summary>
    public bool MayChange => workspace.May(Area.Workspace, Verb.Administer);

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Gives the file back.</summary>
    public async Task<IActionResult> OnGetDownloadAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Current is { } template && templates.Open(template) is { } file ? File(file, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", template.Name) : NotFound();
    }

    /// <summary>Keeps an upload.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => await EndAsync(await mediator.Send(Input, cancellationToken), "template.saved", cancellationToken);

    /// <summary>Takes it away.</summary>
    public async Task<IActionResult> OnPostRemoveAsync(Remove remove, CancellationToken cancellationToken) => await EndAsync(await mediator.Send(remove, cancellationToken), "template.removed", cancellationToken);

    private async Task<IActionResult> EndAsync(Result<Done> result, string flash, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(workspace.Url("template"), flash);
        await LoadAsync(cancellationToken);
        return this.Refused(result);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Current = await templates.FindAsync(cancellationToken);
        Input = new() { Seen = Current?.Version ?? 0 };
    }

    /// <summary>A template to keep.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed record Command : ICommand<Done>
    {
        /// <summary>The file.</summary>
        public IFormFile? File { get; init; }

        /// <summary>Version seen; 0 when there was none.</summary>
        public long Seen { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.File).NotNull().WithMessage("template.error.missing");
            RuleFor(c => c.File).Must(f => f is null || f.Length is > 0 and <= WordTemplates.MostBytes).WithMessage("template.error.toolarge");
        }
    }

    internal sealed class Handler(WordTemplates templates) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            await using var content = request.File!.OpenReadStream();
            return await templates.PutAsync(FileTypes.NameOf(request.File.FileName, "template.docx"), content, request.Seen, cancellationToken);
        }
    }

    /// <summary>The template is not wanted any more.</summary>
    /// <param name="Seen">Version seen.</param>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed record Remove(long Seen) : ICommand<Done>;

    internal sealed class RemoveHandler(WordTemplates templates) : ICommandHandler<Remove, Done>
    {
        public Task<Result<Done>> Handle(Remove request, CancellationToken cancellationToken) => templates.RemoveAsync(request.Seen, cancellationToken);
    }
}

using FluentValidation;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Controls;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Files;

/// <summary>Evidence files of one record: what there is, adding one, taking one away.</summary>
[Access(Area.Home)]
// More than is taken: a file that is somewhat too large gets a sentence, not a broken connection.
[RequestSizeLimit(Validator.MostBytes * 3 / 2)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal View Shown { get; private set; } = null!;

    /// <summary>The removal that was refused, to show it again; null when there was none.</summary>
    internal Remove? Removing { get; private set; }

    /// <summary>What is wrong with its reason, or null.</summary>
    internal string? WrongReason => ModelState.TryGetValue(nameof(Remove.Reason), out var entry) && entry.Errors.Count > 0 ? entry.Errors[0].ErrorMessage : null;

    public async Task<IActionResult> OnGetAsync(EvidenceOf? kind, string? id, CancellationToken cancellationToken)
    {
        Input = new() { Kind = kind, Id = id, EffectiveOn = ws.Today };
        return await ShowAsync(kind, id, cancellationToken) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var added = await mediator.Send(Input, cancellationToken);
        if (added.Succeeded)
            return this.Done(ws.Url("risks/files", ("kind", $"{Input.Kind}"), ("id", Input.Id)), "evidence.added", added.Value);
        return await ShowAsync(Input.Kind, Input.Id, cancellationToken) ? this.Refused(added) : NotFound();
    }

    public async Task<IActionResult> OnPostRemoveAsync(Remove remove, CancellationToken cancellationToken)
    {
        var removed = await mediator.Send(remove, cancellationToken);
        if (removed.Succeeded)
            return this.Done(ws.Url("risks/files", ("kind", $"{removed.Value.Kind}"), ("id", removed.Value.SubjectId)), "evidence.removed", removed.Value.Name);
        Removing = remove;
        return await ShowAsync(Input.Kind, Input.Id, cancellationToken) ? this.Refused(removed, prefix: "") : NotFound();
    }

    private async Task<bool> ShowAsync(EvidenceOf? kind, string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Query(kind, id), cancellationToken) is not { } view)
            return false;
        Shown = view;
        return true;
    }

    internal sealed record Query(EvidenceOf? Kind, string? Id) : IQuery<View?>;

    internal sealed record View(EvidenceSubject Subject, IReadOnlyList<EvidenceFile> Files);

    internal sealed class QueryHandler(WorkspaceContext ws, EvidenceFiles files) : IQueryHandler<Query, View?>
    {
        public async Task<View?> Handle(Query request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            return await files.FindAsync(session, request.Kind, request.Id, cancellationToken) is { } subject ? new(subject, await EvidenceFiles.OfAsync(session, subject.Id, cancellationToken)) : null;
        }
    }

    /// <summary>Keeps a file as evidence. Evidence never makes an approval stale (domain.md rule 3). Answers the file's name.</summary>
    [Requires(Area.Plan, Verb.Edit), Requires(Area.Plan, Verb.OwnRows), Requires(Area.Controls, Verb.Edit), Requires(Area.Controls, Verb.OwnRows), Requires(Area.Soa, Verb.Edit)]
    public sealed record Command : ICommand<string>
    {
        public EvidenceOf? Kind { get; init; }

        public string? Id { get; init; }

        public IFormFile? File { get; init; }

        public DateOnly? EffectiveOn { get; init; }

        public string? Note { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        /// <summary>Bytes of the largest file.</summary>
        public const int MostBytes = 20 * 1024 * 1024;

        public Validator()
        {
            RuleFor(c => c.File).NotNull().WithMessage("evidence.error.file");
            RuleFor(c => c.File).Must(f => f is null || f.Length is > 0 and <= MostBytes).WithMessage("evidence.error.size");
            RuleFor(c => c.EffectiveOn).NotNull().WithMessage("control.evidence.date");
            RuleFor(c => c.Note).MaximumLength(1000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, EvidenceFiles files, IStoreDirectory stores) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await files.FindAsync(session, request.Kind, request.Id, cancellationToken) is not { } subject)
                return Error.NotFound();
            if (!subject.MayEdit)
                return Error.Forbidden();
            if (request.EffectiveOn > ws.Today)
                return Error.Invalid("evidence.error.future", nameof(request.EffectiveOn));
            FileType type;
            await using (var head = request.File!.OpenReadStream())
                type = await FileTypes.OfAsync(head, cancellationToken);
            await using var content = request.File.OpenReadStream();
            var file = new EvidenceFile
            {
                Kind = subject.Kind,
                SubjectId = subject.Id,
                Name = FileTypes.NameOf(request.File.FileName, "evidence"),
                Note = request.Note?.Trim(),
                EffectiveOn = request.EffectiveOn!.Value,
                // The bytes are on the disk before the record that names them.
                Sha256 = await stores.Workspace(ws.Workspace.Id).Attachments.PutAsync(content, Validator.MostBytes, cancellationToken),
                Bytes = request.File.Length,
                Type = type,
                AddedByName = ws.Actor.Name,
                AddedOn = ws.Today,
            };
            session.Next("EVID", n => file.Reference = $"EVID-{n:0000}");
            session.Add(file, "evidence.add", file.Note);
            if (subject.Control is { } control)
            {
                control.Evidence.Add(new(file.Note is { Length: > 0 } note ? note : file.Name, file.EffectiveOn, null, file.Id));
                session.Update(control, control.Version, "control.evidence");
            }

            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? file.Name : saved.Errors.ToList();
        }
    }

    /// <summary>Takes a file away, with a reason; the log keeps what it was, and so do backups made before.</summary>
    [Requires(Area.Plan, Verb.Edit), Requires(Area.Plan, Verb.OwnRows), Requires(Area.Controls, Verb.Edit), Requires(Area.Controls, Verb.OwnRows), Requires(Area.Soa, Verb.Edit)]
    public sealed record Remove : ICommand<Removed>
    {
        public string? FileId { get; init; }

        public long Seen { get; init; }

        public string? Reason { get; init; }
    }

    public sealed record Removed(EvidenceOf Kind, string SubjectId, string Name);

    internal sealed class RemoveValidator : AbstractValidator<Remove>
    {
        public RemoveValidator() => RuleFor(c => c.Reason).NotEmpty().WithMessage("evidence.error.reason").MaximumLength(1000);
    }

    internal sealed class RemoveHandler(WorkspaceContext ws, EvidenceFiles files) : ICommandHandler<Remove, Removed>
    {
        public async Task<Result<Removed>> Handle(Remove request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<EvidenceFile>(request.FileId, cancellationToken) is not { } file || await files.FindAsync(session, file.Kind, file.SubjectId, cancellationToken) is not { } subject)
                return Error.NotFound();
            if (!subject.MayEdit)
                return Error.Forbidden();
            // What a verification rested on stays.
            if (subject.IsVerified)
                return Error.Conflict("evidence.error.verified", file);
            session.Remove(file, request.Seen, "evidence.remove", request.Reason!.Trim());
            if (subject.Control is { } control && control.Evidence.RemoveAll(e => e.Attachment == file.Id) > 0)
                session.Update(control, control.Version, "control.evidence", request.Reason!.Trim());
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? new Removed(file.Kind, file.SubjectId, file.Name) : saved.Errors.ToList();
        }
    }
}

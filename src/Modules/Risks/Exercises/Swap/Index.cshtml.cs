using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Contracts;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Exercises.Swap;

/// <summary>Change of methodology, step 1: to which method, and why.</summary>
[Access(Area.Exercises, Verb.Edit)]
public sealed class IndexModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Model View { get; private set; } = null!;

    /// <summary>Opens the step for an exercise (<paramref name="id"/>), or again for a change begun before.</summary>
    public async Task<IActionResult> OnGetAsync(string? id, string? change, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id, change), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/swap/factors", ("id", Input.Id)));
        return await ShowAsync(cancellationToken) ? this.Refused(result) : NotFound();
    }

    public async Task<IActionResult> OnPostDiscardAsync(string id, long seen, CancellationToken cancellationToken)
    {
        var result = await mediator.Send(new Discard { Id = id, Seen = seen }, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/exercises/detail", ("id", result.Value)), "swap.discarded");
        Input.Id = id;
        if (await mediator.Send(new Open(null, id), cancellationToken) is not { } command)
            return NotFound();
        Input = command;
        return await ShowAsync(cancellationToken) ? this.Refused(result, prefix: "") : NotFound();
    }

    private async Task<bool> ShowAsync(CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Ask(Input.SourceId, Input.Id), cancellationToken) is not { } view)
            return false;
        View = view;
        return true;
    }

    internal sealed record Open(string? SourceId, string? ChangeId) : IQuery<Command?>;

    internal sealed class OpenHandler(WorkspaceContext ws, IWords words) : IQueryHandler<Open, Command?>
    {
        public async Task<Command?> Handle(Open request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (request.ChangeId is not null)
            {
                return await session.FindAsync<MethodChange>(request.ChangeId, cancellationToken) is { DoneAt: null } change
                    ? new() { Id = change.Id, Seen = change.Version, SourceId = change.SourceId, Name = change.Name, MethodologyId = change.MethodologyId, Parameters = change.Parameters is null ? null : Exercises.EditModel.Command.Write(change.Parameters), MethodReason = change.MethodReason }
                    : null;
            }

            return await session.FindAsync<Exercise>(request.SourceId, cancellationToken) is { } source ? new() { SourceId = source.Id, Name = words["swap.name.proposed", source.Name] } : null;
        }
    }

    internal sealed record Ask(string SourceId, string ChangeId) : IQuery<Model?>;

    /// <param name="Source">The exercise whose ratings are carried over.</param>
    /// <param name="SourceMethod">Its method; null when no active plugin has it: then nothing can be mapped.</param>
    /// <param name="Rated">How many of its risks are rated.</param>
    /// <param name="Methodologies">What can be chosen.</param>
    /// <param name="Drafts">Changes begun before from this exercise.</param>
    /// <param name="IsNew">Whether this change is not stored yet.</param>
    internal sealed record Model(Exercise Source, IMethodologyHandle? SourceMethod, long Rated, IReadOnlyList<Choice> Methodologies, IReadOnlyList<MethodChange> Drafts, bool IsNew)
    {
        public bool MayBegin => Source.State != ExerciseState.Planned && SourceMethod is not null && Rated > 0;
    }

    internal sealed class AskHandler(WorkspaceContext ws, Methods methods, IWorkspaceMethodologies methodologies, IWords words) : IQueryHandler<Ask, Model?>
    {
        public async Task<Model?> Handle(Ask request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.SourceId, cancellationToken) is not { } source)
                return null;
            var drafts = (await session.QueryAsync<MethodChange>(Query.All.Where("exercise", source.Id).Where("done", false).Take(20), cancellationToken)).Items;
            return new(
                source,
                methods.Form(source) is null ? null : methods.Of(source),
                await session.CountAsync<Risk>(Query.All.Where("exercise", source.Id).Where("state", RiskState.Rated), cancellationToken),
                [.. (await methodologies.AllAsync(cancellationToken)).Select(m => new Choice(m.Id, words.Of(m.Info.Name), null, words.Of(m.Info.Summary))).OrderBy(c => !OwnMethodologies.IsOwn(c.Value)).ThenBy(c => c.Text, StringComparer.CurrentCulture)],
                [.. drafts.Where(d => d.Id != request.ChangeId)],
                drafts.All(d => d.Id != request.ChangeId));
        }
    }

    /// <summary>Begins a change of method, or chooses another; nothing of the exercise is touched.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Command : ICommand<string>
    {
        public string Id { get; set; } = Document.NewId();

        public long Seen { get; set; }

        public string SourceId { get; set; } = "";

        public string Name { get; set; } = "";

        public string MethodologyId { get; set; } = "";

        /// <summary>Parameters as JSON; empty for the workspace's own or the method's defaults.</summary>
        public string? Parameters { get; set; }

        public string? MethodReason { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Name).NotEmpty().WithMessage("exercise.name.needed").MaximumLength(200);
            RuleFor(c => c.MethodologyId).NotEmpty().WithMessage("exercise.method.needed");
            RuleFor(c => c.MethodReason).NotEmpty().WithMessage("swap.reason.needed").MaximumLength(4000);
            RuleFor(c => c.Parameters).MaximumLength(100_000);
        }
    }

    internal sealed class Handler(WorkspaceContext ws, IWorkspaceMethodologies methodologies) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<Exercise>(request.SourceId, cancellationToken) is not { } source)
                return Error.NotFound();
            var stored = await session.FindAsync<MethodChange>(request.Id, cancellationToken);
            if (stored is null && request.Seen > 0)
                return Error.NotFound();
            if (stored is { DoneAt: not null } || stored is not null && stored.SourceId != source.Id)
                return Error.Conflict("swap.done", stored);
            if (source.State == ExerciseState.Planned)
                return Error.Conflict("swap.planned", source);
            if ((await methodologies.AllAsync(cancellationToken)).FirstOrDefault(m => m.Id == request.MethodologyId) is not { } method)
                return Error.Invalid("exercise.method.unknown", nameof(request.MethodologyId));
            if (!TryRead(request, method, out var parameters))
                return Error.Invalid("exercise.parameters.json", nameof(request.Parameters));
            var described = method.Describe(parameters);
            if (!described.Succeeded)
                return Error.Invalid(described.Errors[0].Message, nameof(request.Parameters), described.Errors[0].Arguments);
            if (method.Id == source.MethodologyId && (source.Declaration is null || method.Version == source.MethodologyVersion) && JsonNode.DeepEquals(parameters ?? method.DefaultParameters, source.Parameters ?? method.DefaultParameters))
                return Error.Invalid("swap.samemethod", nameof(request.MethodologyId));

            var change = stored ?? new MethodChange { Id = request.Id, SourceId = source.Id, Name = request.Name, MethodologyId = method.Id, MethodologyVersion = method.Version };
            change.Name = request.Name.Trim();
            change.Take(method, parameters);
            change.MethodReason = request.MethodReason;
            if (stored is null)
                session.Add(change, "change.begin");
            else
                session.Update(change, request.Seen, "change.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? change.Id : (List<Error>)[.. saved.Errors];
        }

        private bool TryRead(Command request, IMethodologyHandle method, out JsonObject? parameters)
        {
            parameters = null;
            if (string.IsNullOrWhiteSpace(request.Parameters))
            {
                parameters = method.Id == ws.Workspace.Methodology ? (JsonObject?)ws.Workspace.MethodologyParameters?.DeepClone() : null;
                return true;
            }

            try
            {
                parameters = JsonNode.Parse(request.Parameters) as JsonObject;
                return parameters is not null;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    /// <summary>Throws a change away that was not carried out. Answers the exercise that it began from.</summary>
    [Requires(Area.Exercises, Verb.Edit)]
    public sealed class Discard : ICommand<string>
    {
        public required string Id { get; init; }

        public long Seen { get; init; }
    }

    internal sealed class DiscardHandler(WorkspaceContext ws) : ICommandHandler<Discard, string>
    {
        public async Task<Result<string>> Handle(Discard request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<MethodChange>(request.Id, cancellationToken) is not { } change)
                return Error.NotFound();
            if (change.DoneAt is not null)
                return Error.Conflict("swap.done", change);
            session.Remove(change, request.Seen, "change.discard");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? change.SourceId : (List<Error>)[.. saved.Errors];
        }
    }
}

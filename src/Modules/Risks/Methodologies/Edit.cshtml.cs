using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Methodologies;

/// <summary>The methodology editor: scales, what is asked, how the level comes about, criteria; and beside it what comes out, while it is typed.</summary>
[Access(Area.Methodologies, Verb.Administer)]
public sealed class EditModel(IMediator mediator, WorkspaceContext ws, IWords words) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Values of the case that is tried, by the flat name of the factor.</summary>
    [BindProperty]
    public Dictionary<string, string?> Try { get; set; } = [];

    internal OwnMethodology Stored { get; private set; } = null!;

    internal MethodPreview.Picture Preview { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? id, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new Open(id), cancellationToken) is not { } stored)
            return NotFound();
        Input = new() { Id = stored.Id, Seen = stored.Version, Method = Declarations.Read(stored.Draft) };
        MethodChanges.Tidy(Input.Method);
        return await ShowAsync(stored, cancellationToken);
    }

    /// <summary>A tier, factor or step comes or goes; nothing is saved.</summary>
    public async Task<IActionResult> OnPostChangeAsync([FromForm(Name = "do")] string? change, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (await mediator.Send(new Open(Input.Id), cancellationToken) is not { } stored)
            return NotFound();
        MethodChanges.Apply(Input.Method, change, words);
        var page = await ShowAsync(stored, cancellationToken);
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Changed", this) : page;
    }

    /// <summary>Rates the case that is tried and draws the matrix for what is typed; nothing is saved.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        if (await mediator.Send(new Open(Input.Id), cancellationToken) is not { } stored)
            return NotFound();
        MethodChanges.Tidy(Input.Method);
        var page = await ShowAsync(stored, cancellationToken);
        return Request.Headers.ContainsKey("HX-Request") ? Partial("_Preview", this) : page;
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await AnswerAsync(await mediator.Send(Input, cancellationToken), "method.saved", "risks/methodologies/edit", cancellationToken);

    public async Task<IActionResult> OnPostPublishAsync(CancellationToken cancellationToken)
    {
        var publish = new Publish { Id = Input.Id, Seen = Input.Seen, Method = Input.Method, Note = Input.Note };
        return await AnswerAsync(await mediator.Send(publish, cancellationToken), "method.published", "risks/methodologies/detail", cancellationToken);
    }

    private async Task<IActionResult> AnswerAsync(Result<int> result, string flash, string next, CancellationToken cancellationToken)
    {
        if (result.Succeeded)
            return this.Done(ws.Url(next, ("id", Input.Id)), flash, result.Value);
        if (await mediator.Send(new Open(Input.Id), cancellationToken) is not { } stored)
            return NotFound();
        MethodChanges.Tidy(Input.Method);
        await ShowAsync(stored, cancellationToken);
        return this.Refused(result);
    }

    private async Task<PageResult> ShowAsync(OwnMethodology stored, CancellationToken cancellationToken)
    {
        Stored = stored;
        Preview = await mediator.Send(new Look(Input.Method, stored.WordsPlugin, Try), cancellationToken);
        return Page();
    }

    internal sealed record Open(string? Id) : IQuery<OwnMethodology?>;

    internal sealed class OpenHandler(WorkspaceContext ws) : IQueryHandler<Open, OwnMethodology?>
    {
        public async Task<OwnMethodology?> Handle(Open request, CancellationToken cancellationToken) =>
            await ws.OpenSession().FindAsync<OwnMethodology>(request.Id, cancellationToken) is { Retired: false } stored ? stored : null;
    }

    /// <summary>What comes out of what is typed.</summary>
    internal sealed record Look(MethodForm Method, string? WordsPlugin, Dictionary<string, string?> Try) : IQuery<MethodPreview.Picture>;

    internal sealed class LookHandler(MethodPreview previews) : IQueryHandler<Look, MethodPreview.Picture>
    {
        public Task<MethodPreview.Picture> Handle(Look request, CancellationToken cancellationToken) => Task.FromResult(previews.Of(request.Method, request.WordsPlugin, request.Try));
    }

    /// <summary>Saves what is being worked on, gaps and all. Answers the number published last.</summary>
    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Command : ICommand<int>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public MethodForm Method { get; set; } = new();

        /// <summary>What changed, for the version that is published.</summary>
        public string? Note { get; set; }
    }

    internal sealed class Handler(WorkspaceContext ws) : ICommandHandler<Command, int>
    {
        public async Task<Result<int>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is not { Retired: false } stored)
                return Error.NotFound();
            MethodChanges.Tidy(request.Method);
            if (TooLarge(request.Method) is { } error)
                return error;
            stored.Draft = Declarations.Write(request.Method, stored.Key);
            stored.HasChanges = await Published(session, stored, cancellationToken) is not { } last || !JsonNode.DeepEquals(last.Declaration, stored.Declaration(stored.Number));
            stored.ChangedAt = ws.Now;
            session.Update(stored, request.Seen, "methodology.edit");
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? stored.Number : (List<Error>)[.. saved.Errors];
        }

        /// <summary>The version published last.</summary>
        internal static async Task<MethodologyVersion?> Published(IDocumentSession session, OwnMethodology stored, CancellationToken cancellationToken) =>
            (await session.QueryAsync<MethodologyVersion>(Query.All.Where("methodology", stored.MethodologyId).OrderBy("-number").Take(1), cancellationToken)).Items is [var last] ? last : null;

        /// <summary>A declaration travels in each exercise that uses it, so it stays small.</summary>
        internal static Error? TooLarge(MethodForm form) =>
            form.Scales.Count > MethodChanges.MostParts || form.Factors.Count > MethodChanges.MostParts || form.Steps.Count > MethodChanges.MostParts
            || form.Scales.Exists(s => s.Tiers.Count > 50) || Declarations.Write(form, "draft").ToJsonString().Length > 200_000
                ? Error.Invalid("method.toolarge")
                : null;
    }

    /// <summary>Publishes a version: from then on exercises may take it, and it never changes again. Answers its number.</summary>
    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Publish : ICommand<int>
    {
        public string Id { get; set; } = "";

        public long Seen { get; set; }

        public MethodForm Method { get; set; } = new();

        public string? Note { get; set; }
    }

    internal sealed class PublishValidator : AbstractValidator<Publish>
    {
        public PublishValidator() => RuleFor(c => c.Note).MaximumLength(1000);
    }

    internal sealed class PublishHandler(WorkspaceContext ws) : ICommandHandler<Publish, int>
    {
        public async Task<Result<int>> Handle(Publish request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is not { Retired: false } stored)
                return Error.NotFound();
            MethodChanges.Tidy(request.Method);
            if (Handler.TooLarge(request.Method) is { } error)
                return error;
            if (MethodCheck.Errors(request.Method) is { Count: > 0 } wrong)
                return (List<Error>)[Error.Invalid("method.cannotpublish", null, $"{wrong.Count}"), .. wrong.Select(e => e with { Field = e.Field is null ? null : "Method." + e.Field })];

            stored.Draft = Declarations.Write(request.Method, stored.Key);
            if (await Handler.Published(session, stored, cancellationToken) is { } last && JsonNode.DeepEquals(last.Declaration, stored.Declaration(last.Number)))
                return Error.Invalid("method.nothingnew", null, $"{last.Number}");
            stored.Number++;
            stored.HasChanges = false;
            stored.ChangedAt = ws.Now;
            session.Add(new MethodologyVersion { MethodologyId = stored.MethodologyId, Number = stored.Number, Declaration = stored.Declaration(stored.Number), WordsPlugin = stored.WordsPlugin, Note = Typed.Clean(request.Note), PublishedAt = ws.Now, By = ws.Actor.Name }, "methodology.version", request.Note);
            session.Update(stored, request.Seen, "methodology.publish", Typed.Clean(request.Note));
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? stored.Number : (List<Error>)[.. saved.Errors];
        }
    }
}

using System.Text;
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
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Begins a methodology: from three, four or five worded tiers, from one that is there, or from nothing.</summary>
[Access(Area.Methodologies, Verb.Administer)]
public sealed class NewModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public Command Input { get; set; } = new();

    internal Choices Options { get; private set; } = null!;

    /// <param name="copy">Key of the methodology to copy, or id of an own one.</param>
    /// <param name="cancellationToken">Token.</param>
    public async Task<IActionResult> OnGetAsync(string? copy, CancellationToken cancellationToken)
    {
        Options = await mediator.Send(new Ask(copy), cancellationToken);
        if (copy is not null && Options.Copied is null)
            return NotFound();
        if (copy is not null)
            (Input.Start, Input.CopyOf, Input.Name) = ("copy", copy, Options.Copied);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(ws.Url("risks/methodologies/edit", ("id", result.Value)), "method.begun");
        Options = await mediator.Send(new Ask(Input.CopyOf), cancellationToken);
        return this.Refused(result);
    }

    internal sealed record Ask(string? Copy) : IQuery<Choices>;

    /// <param name="Copies">What can be copied.</param>
    /// <param name="Copied">Name for the copy that was asked for, or null.</param>
    internal sealed record Choices(IReadOnlyList<Choice> Copies, string? Copied);

    internal sealed class AskHandler(Copies copies, IWords words) : IQueryHandler<Ask, Choices>
    {
        public async Task<Choices> Handle(Ask request, CancellationToken cancellationToken)
        {
            var all = await copies.AllAsync(cancellationToken);
            var name = all.FirstOrDefault(c => c.Value == request.Copy)?.Text;
            return new(all, name is null ? null : words["method.copyname", name]);
        }
    }

    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Command : ICommand<string>
    {
        public string Id { get; set; } = Document.NewId();

        public string? Name { get; set; }

        /// <summary><c>3</c>, <c>4</c>, <c>5</c>, <c>blank</c> or <c>copy</c>.</summary>
        public string? Start { get; set; } = "4";

        public string? CopyOf { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Id).Must(Document.IsId).WithMessage("validation.value");
            RuleFor(c => c.Name).NotEmpty().WithMessage("method.needed").MaximumLength(200);
            RuleFor(c => c.Start).Must(s => s is "3" or "4" or "5" or "blank" or "copy").WithMessage("validation.value");
            RuleFor(c => c.CopyOf).NotEmpty().When(c => c.Start == "copy").WithMessage("method.copy.needed");
        }
    }

    internal sealed class Handler(WorkspaceContext ws, Copies copies, IWords words) : ICommandHandler<Command, string>
    {
        public async Task<Result<string>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = ws.OpenSession();
            if (await session.FindAsync<OwnMethodology>(request.Id, cancellationToken) is { } begun)
                return begun.Id;
            var name = request.Name!.Trim();
            var (draft, from, plugin, translations) = ((JsonObject?)null, (string?)null, (string?)null, new Dictionary<string, Dictionary<string, string>>());
            var copied = string.IsNullOrEmpty(request.CopyOf) ? null : await copies.FindAsync(request.CopyOf, cancellationToken);
            if (!string.IsNullOrEmpty(request.CopyOf) && copied is null)
                return Error.Invalid("method.copy.unknown", nameof(request.CopyOf));
            if (request.Start == "copy")
            {
                (draft, from, plugin, translations) = copied!.Value;
                draft["name"] = name;
            }

            draft ??= request.Start == "blank" ? Starts.Blank(name, words) : Starts.Guided(request.Start![0] - '0', name, words);
            var added = await Copies.AddAsync(session, ws, new() { Id = request.Id, Key = name, Draft = draft, From = from, WordsPlugin = plugin, Translations = translations }, [], cancellationToken);
            var saved = await session.SaveAsync(cancellationToken);
            return saved.Succeeded ? added.Id : (List<Error>)[.. saved.Errors];
        }
    }
}

/// <summary>What a new methodology may be copied from, and how one is added.</summary>
internal sealed class Copies(WorkspaceContext ws, IPluginCatalog plugins, WorkspaceOffers offers, IWords words)
{
    public async Task<IReadOnlyList<Choice>> AllAsync(CancellationToken cancellationToken)
    {
        var own = new List<Choice>();
        await foreach (var methodology in ws.OpenSession().StreamAsync<OwnMethodology>(Query.All.OrderBy("name"), cancellationToken))
            own.Add(new(methodology.Id, methodology.Name, words["method.own"]));
        return [.. own, .. offers.Methodologies.Where(m => m.WordsPlugin is not null).Select(m => new Choice(m.Id, words.Of(m.Info.Name), words["method.installed"]))];
    }

    /// <summary>A declaration to begin with, in the form that the editor writes; of the workspace's usual methodology with the workspace's parameters.</summary>
    public async Task<(JsonObject Declaration, string Name, string? WordsPlugin, Dictionary<string, Dictionary<string, string>> Translations)?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (await ws.OpenSession().FindAsync<OwnMethodology>(key, cancellationToken) is { } own)
            return ((JsonObject)own.Draft.DeepClone(), own.Name, own.WordsPlugin, own.Translations);
        var parameters = key == ws.Workspace.Methodology ? ws.Workspace.MethodologyParameters : null;
        return plugins.Methodology(key) is { } installed && installed.Declaration(parameters) is { Succeeded: true } declared
            ? (Declarations.Write(Declarations.Read(declared.Value), ""), words.Of(installed.Info.Name), installed.WordsPlugin, [])
            : null;
    }

    /// <summary>Adds a methodology under a key of its own, made of the one that is given. The caller saves.</summary>
    /// <param name="session">Session.</param>
    /// <param name="ws">Workspace.</param>
    /// <param name="wanted">The methodology; its key may be any words.</param>
    /// <param name="taken">Keys of others that are added with it.</param>
    /// <param name="cancellationToken">Token.</param>
    public static async Task<OwnMethodology> AddAsync(IDocumentSession session, WorkspaceContext ws, OwnMethodology wanted, HashSet<string> taken, CancellationToken cancellationToken)
    {
        var key = KeyOf(wanted.Key);
        for (var i = 2; taken.Contains(key) || await session.CountAsync<OwnMethodology>(Query.All.Where("key", key), cancellationToken) > 0 || await session.CountAsync<MethodologyVersion>(Query.All.Where("methodology", OwnMethodologies.Prefix + key), cancellationToken) > 0; i++)
            key = $"{KeyOf(wanted.Key)}-{i}";
        taken.Add(key);
        wanted.Draft["id"] = key;
        wanted.Draft["version"] = "0";
        var added = new OwnMethodology { Id = wanted.Id, Key = key, Draft = wanted.Draft, From = wanted.From, WordsPlugin = wanted.WordsPlugin, Translations = wanted.Translations, ChangedAt = ws.Now };
        session.Add(added, "methodology.add");
        return added;
    }

    /// <summary>The name as a-z, 0-9 and hyphens, which is what a plugin's id may hold; it has two of them at least.</summary>
    private static string KeyOf(string name)
    {
        var plain = string.Concat(name.Normalize(NormalizationForm.FormD).Where(c => c < 128));
        var key = Declarations.KeyOf(plain, "methodology");
        return key.Length < 2 ? $"method-{key}" : key;
    }
}

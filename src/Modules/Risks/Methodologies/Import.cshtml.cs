using System.Text.Json.Nodes;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Risks.Methodologies;

/// <summary>Takes methodologies out of a plugin file as drafts of this workspace; nothing is installed for others.</summary>
[Access(Area.Methodologies, Verb.Administer)]
[RequestSizeLimit(MethodologyFile.LargestFile * 2)]
public sealed class ImportModel(IMediator mediator, WorkspaceContext ws) : PageModel
{
    [BindProperty]
    public FileInput Input { get; set; } = new();

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (Input.File is null)
            return this.Refused<string>(Error.Invalid("import.file.missing", "File"));
        if (Input.File.Length > MethodologyFile.LargestFile)
            return this.Refused<string>(Error.Invalid("method.import.large", "File", $"{MethodologyFile.LargestFile >> 20}"));
        using var content = new MemoryStream();
        await Input.File.CopyToAsync(content, cancellationToken);
        var result = await mediator.Send(new Command { Content = content.ToArray() }, cancellationToken);
        return !result.Succeeded ? this.Refused(result)
            : result.Value is [var one] ? this.Done(ws.Url("risks/methodologies/edit", ("id", one)), "method.imported", 1)
            : this.Done(ws.Url("risks/methodologies"), "method.imported", result.Value.Count);
    }

    /// <summary>What is posted.</summary>
    public sealed class FileInput
    {
        public IFormFile? File { get; set; }
    }

    /// <summary>Adds what the file holds. Answers the ids.</summary>
    [Requires(Area.Methodologies, Verb.Administer)]
    public sealed class Command : ICommand<IReadOnlyList<string>>
    {
        public required byte[] Content { get; init; }
    }

    internal sealed class Handler(WorkspaceContext ws, IPluginCatalog plugins) : ICommandHandler<Command, IReadOnlyList<string>>
    {
        public async Task<Result<IReadOnlyList<string>>> Handle(Command request, CancellationToken cancellationToken)
        {
            var read = MethodologyFile.Read(request.Content);
            if (!read.Succeeded)
                return (List<Error>)[.. read.Errors];
            var file = read.Value;
            var (ids, taken) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
            var session = ws.OpenSession();
            var plugin = plugins.Plugins.Any(p => p.Id == file.PluginId && p.State == PluginState.Active) ? file.PluginId : null;
            foreach (var declaration in file.Declarations)
            {
                var form = Declarations.Read(declaration);
                var draft = Declarations.Write(form, "");
                if (!IsFit(draft) || EditModel.Handler.TooLarge(form) is not null)
                    return Error.Invalid("method.import.broken", "File", declaration["id"]?.ToString() ?? "");
                ids.Add((await Copies.AddAsync(session, ws, new() { Id = Document.NewId(), Key = declaration["id"]!.GetValue<string>(), Draft = draft, From = file.Name, WordsPlugin = plugin, Translations = new(file.Translations) }, taken, cancellationToken)).Id);
            }

            var saved = await session.SaveAsync(cancellationToken);
            if (!saved.Succeeded)
                return (List<Error>)[.. saved.Errors];
            return ids;
        }

        /// <summary>Whether every text may be stored and written into reports.</summary>
        private static bool IsFit(JsonNode? node) => node switch
        {
            JsonObject record => record.All(p => CellText.FirstUnfit(p.Key) < 0 && IsFit(p.Value)),
            JsonArray list => list.All(IsFit),
            JsonValue value when value.TryGetValue(out string? text) => CellText.FirstUnfit(text) < 0,
            _ => true,
        };
    }
}

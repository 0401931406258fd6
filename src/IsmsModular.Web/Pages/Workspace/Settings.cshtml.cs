using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Platform.Mediation;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Text;
using IsmsModular.Platform.Web;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Settings of the workspace: what is overdue, in which money, from which catalogue, by which method.</summary>
[Access(Area.Workspace)]
public sealed class Settings(IMediator mediator, IWords words, IPluginCatalog plugins, WorkspaceContext workspace) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Whether the reader may change them.</summary>
    public bool MayChange => workspace.May(Area.Workspace, Verb.Administer);

    /// <summary>Catalogues of controls.</summary>
    public IReadOnlyList<Choice> Catalogues => [.. plugins.Catalogues.Where(c => c.Kind == CatalogueKind.Controls).Select(c => new Choice(c.Id, c.Name))];

    /// <summary>Methods.</summary>
    public IReadOnlyList<Choice> Methodologies => [.. plugins.Methodologies.Select(m => new Choice(m.Id, words.Of(m.Info.Name)))];

    /// <summary>Parameters of the chosen method, as JSON values.</summary>
    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    /// <summary>Shows the settings.</summary>
    public void OnGet()
    {
        var w = workspace.Workspace;
        Input = new() { Name = w.Name, TimeZone = w.TimeZone, Currency = w.Currency, Language = w.Language, Catalogue = w.Catalogue, Methodology = w.Methodology, Seen = w.Version };
        LoadParameters(w.MethodologyParameters);
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("settings"), "common.saved");
        LoadParameters(null);
        return this.Refused(result);
    }

    private void LoadParameters(JsonObject? stored)
    {
        var method = plugins.Methodology(Input.Methodology ?? "");
        Input.ParametersOf = method?.Id;
        Parameters = method is null ? [] : [.. method.DefaultParameters.Select(d => Show(d.Key, Input.Parameters.TryGetValue(d.Key, out var typed) ? typed : (stored?[d.Key] ?? d.Value)?.ToJsonString() ?? "null"))];
    }

    private static Parameter Show(string key, string? json) => new(key, json ?? "", json?.Length > 60);

    /// <summary>A parameter in the form.</summary>
    public sealed record Parameter(string Key, string Json, bool IsLong);

    /// <summary>The settings.</summary>
    [Requires(Area.Workspace, Verb.Administer)]
    public sealed class Command : ICommand<Done>
    {
        /// <summary>Organisation.</summary>
        public string? Name { get; set; }

        /// <summary>IANA time zone.</summary>
        public string? TimeZone { get; set; }

        /// <summary>ISO 4217.</summary>
        public string? Currency { get; set; }

        /// <summary>en or ms.</summary>
        public string? Language { get; set; }

        /// <summary>Key of the catalogue.</summary>
        public string? Catalogue { get; set; }

        /// <summary>Key of the method.</summary>
        public string? Methodology { get; set; }

        /// <summary>Method whose parameters the form showed; those of another are not taken.</summary>
        public string? ParametersOf { get; set; }

        /// <summary>Parameters as JSON values.</summary>
        public Dictionary<string, string?> Parameters { get; set; } = [];

        /// <summary>Version seen.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(IPluginCatalog plugins)
        {
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.TimeZone).IsTimeZone();
            RuleFor(c => c.Currency).IsCurrency();
            RuleFor(c => c.Language).IsLanguage();
            RuleFor(c => c.Catalogue).Must(k => k is not null && plugins.Catalogue(k) is { Kind: CatalogueKind.Controls }).WithMessage("validation.value");
            RuleFor(c => c.Methodology).Must(k => k is not null && plugins.Methodology(k) is not null).WithMessage("validation.value");
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace, IPluginCatalog plugins) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(workspace.Actor);
            if (await session.FindAsync<Workspace>(workspace.Workspace.Id, cancellationToken) is not { } w)
                return Error.NotFound();
            var method = plugins.Methodology(request.Methodology!)!;
            var parameters = request.ParametersOf == method.Id ? Read(request.Parameters, method.DefaultParameters) : null;
            if (parameters is { } read)
            {
                if (!read.Succeeded)
                    return read.Errors.ToList();
                if (method.Describe(read.Value) is { Succeeded: false } wrong)
                    return wrong.Errors.Select(e => e with { Field = "Parameters." + e.Field }).ToList();
            }

            (w.Name, w.TimeZone, w.Currency, w.Language, w.Catalogue) = (request.Name!.Trim(), request.TimeZone!, request.Currency!, request.Language!, request.Catalogue!);
            // The form of the chosen method may not have been shown; the matrix has a page of its own for its parameters.
            if (w.Methodology != method.Id)
                (w.MethodologyVersion, w.MethodologyParameters) = (null, null);
            if (parameters is not null)
                w.MethodologyParameters = parameters.Value is { Count: > 0 } own ? own : null;
            w.Methodology = method.Id;
            session.Update(w, request.Seen, "workspace.settings");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }

        /// <summary>Values that differ from the method's own.</summary>
        private static Result<JsonObject> Read(Dictionary<string, string?> typed, JsonObject defaults)
        {
            var parameters = new JsonObject();
            List<Error> errors = [];
            foreach (var (key, standard) in defaults)
            {
                if (!typed.TryGetValue(key, out var text) || string.IsNullOrWhiteSpace(text))
                    continue;
                try
                {
                    var value = JsonNode.Parse(text);
                    if (!JsonNode.DeepEquals(value, standard))
                        parameters[key] = value;
                }
                catch (JsonException)
                {
                    // A bare word is meant as text.
                    if (standard?.GetValueKind() == JsonValueKind.String)
                        parameters[key] = text.Trim();
                    else
                        errors.Add(Error.Invalid("settings.parameter.wrong", "Parameters." + key));
                }
            }

            return errors.Count > 0 ? errors : parameters;
        }
    }
}

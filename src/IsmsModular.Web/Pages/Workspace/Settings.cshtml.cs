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
using IsmsModular.Web.Accounts;
using IsmsModular.Web.Workspaces;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IsmsModular.Web.Pages.InWorkspace;

/// <summary>Settings of the workspace: what is overdue, in which money, from which catalogue, by which method.</summary>
[Access(Area.Workspace)]
public sealed class Settings(IMediator mediator, IWords words, IPluginCatalog plugins, IWorkspaceMethodologies methodologies, IControlCatalogues catalogues, WorkspaceContext workspace) : PageModel
{
    /// <summary>What was typed.</summary>
    [BindProperty]
    public Command Input { get; set; } = new();

    /// <summary>Whether the reader may change them.</summary>
    public bool MayChange => workspace.May(Area.Workspace, Verb.Administer);

    /// <summary>Catalogues of controls.</summary>
    public IReadOnlyList<Choice> Catalogues => [.. catalogues.Bases().Select(c => new Choice(c.Id, c.Name))];

    /// <summary>Methods.</summary>
    public IReadOnlyList<Choice> Methodologies { get; private set; } = [];

    /// <summary>Parameters of the chosen method, as JSON values.</summary>
    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    /// <summary>Shows the settings.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var w = workspace.Workspace;
        Input = new() { Name = w.Name, TimeZone = w.TimeZone, Currency = w.Currency, Language = w.Language, Catalogue = w.Catalogue, Methodology = w.Methodology, Seen = w.Version };
        await LoadAsync(w.MethodologyParameters, cancellationToken);
    }

    /// <summary>Saves.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var result = await mediator.Send(Input, cancellationToken);
        if (result.Succeeded)
            return this.Done(workspace.Url("settings"), "common.saved");
        await LoadAsync(workspace.Workspace.MethodologyParameters, cancellationToken);
        return this.Refused(result);
    }

    private async Task LoadAsync(JsonObject? stored, CancellationToken cancellationToken)
    {
        var all = await methodologies.AllAsync(cancellationToken);
        Methodologies = [.. all.Select(m => new Choice(m.Id, words.Of(m.Info.Name), all.Any(o => OwnMethodologies.IsOwn(o.Id)) ? words[OwnMethodologies.IsOwn(m.Id) ? "method.own" : "method.installed"] : null))];
        var method = plugins.Methodology(Input.Methodology ?? "");
        Input.ParametersOf = method?.Id;
        Parameters = method is null ? [] : [.. method.DefaultParameters.Select(d => Show(d.Key, stored?[d.Key] ?? d.Value))];
    }

    private Parameter Show(string key, JsonNode? value, bool asStored = false)
    {
        return value switch
        {
            JsonArray { Count: > 0 } list when list.All(r => r is JsonObject) =>
                new(key, [.. list.SelectMany(r => r!.AsObject().Select(p => p.Key)).Distinct()], [.. list.Select((r, i) => (IReadOnlyList<Cell>)[.. list.SelectMany(o => o!.AsObject().Select(p => p.Key)).Distinct().Select(c => Leaf($"{key}/{i}/{c}", r![c]))])]),
            JsonArray { Count: > 0 } grid when grid.All(r => r is JsonArray) =>
                new(key, [], [.. grid.Select((r, i) => (IReadOnlyList<Cell>)[.. r!.AsArray().Select((v, j) => Leaf($"{key}/{i}/{j}", v))])]),
            JsonArray or JsonObject => new(key, [], [[new(key, Typed(key) ?? value.ToJsonString())]], IsRaw: true),
            _ => new(key, [], [[Leaf(key, value)]]),
        };

        Cell Leaf(string path, JsonNode? leaf) => new(path, Typed(path) ?? (leaf is null ? "" : leaf.GetValueKind() == JsonValueKind.String ? leaf.GetValue<string>() : leaf.ToJsonString()));
        string? Typed(string path) => asStored ? null : Input.Parameters.GetValueOrDefault(path);
    }

    /// <summary>Words for the key of a catalogue or of a method.</summary>
    public string? NameOf(string key) => Catalogues.Concat(Methodologies).FirstOrDefault(c => c.Value == key)?.Text;

    /// <summary>After a conflict: parameters as typed, beside those that somebody saved first.</summary>
    public IEnumerable<(string Label, string? Mine, string? Theirs)> ParametersBefore()
    {
        if ((ViewData[PageResults.Conflict] as Error)?.Stored is not Workspace stored || stored.Methodology != Input.ParametersOf || plugins.Methodology(stored.Methodology) is not { } method)
            return [];
        var theirs = method.DefaultParameters.Select(d => Show(d.Key, stored.MethodologyParameters?[d.Key] ?? d.Value, asStored: true)).SelectMany(p => p.Rows.SelectMany(r => r).Select(c => (p.Label, Cell: c)));
        return theirs.Where(t => Input.Parameters.ContainsKey(t.Cell.Path)).Select(t => (t.Cell.Path.Contains('/', StringComparison.Ordinal) ? t.Cell.Path : t.Label, Input.Parameters[t.Cell.Path], (string?)t.Cell.Value));
    }

    /// <summary>What is wrong with a parameter or with a value in it.</summary>
    public IReadOnlyList<string> ErrorsOf(Parameter parameter)
    {
        var start = "Input.Parameters[" + parameter.Key;
        return [.. ModelState.Where(e => e.Key.StartsWith(start, StringComparison.Ordinal) && e.Key.Length > start.Length && e.Key[start.Length] is ']' or '/' or '[' or '.').SelectMany(e => e.Value!.Errors).Select(e => e.ErrorMessage).Distinct()];
    }

    /// <summary>A parameter in the form: one value, a table of records, or a grid.</summary>
    public sealed record Parameter(string Key, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows, bool IsRaw = false)
    {
        /// <summary>The key as words.</summary>
        public string Label => char.ToUpperInvariant(Key[0]) + Key[1..].Replace('_', ' ');
    }

    /// <summary>One value of a parameter, by its place in it: <c>rows/2/label</c>.</summary>
    public sealed record Cell(string Path, string Value);

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

        /// <summary>Values of parameters by their place, such as <c>rows/2/label</c>.</summary>
        public Dictionary<string, string?> Parameters { get; set; } = [];

        /// <summary>Version seen.</summary>
        public long Seen { get; set; }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(IControlCatalogues catalogues)
        {
            RuleFor(c => c.Name).IsPersonName();
            RuleFor(c => c.TimeZone).IsTimeZone();
            RuleFor(c => c.Currency).IsCurrency();
            RuleFor(c => c.Language).IsLanguage();
            RuleFor(c => c.Catalogue).Must(k => catalogues.Bases().Any(c => c.Id == k)).WithMessage("validation.value");
            RuleFor(c => c.Methodology).NotEmpty();
        }
    }

    internal sealed class Handler(IStoreDirectory stores, SystemDirectory directory, WorkspaceContext workspace, IWorkspaceMethodologies methodologies) : ICommandHandler<Command, Done>
    {
        public async Task<Result<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var session = stores.System.OpenSession(workspace.Actor);
            if (await session.FindAsync<Workspace>(workspace.Workspace.Id, cancellationToken) is not { } w)
                return Error.NotFound();
            if ((await methodologies.AllAsync(cancellationToken)).FirstOrDefault(m => m.Id == request.Methodology) is not { } method)
                return Error.Invalid("validation.value", nameof(request.Methodology));
            var parameters = request.ParametersOf == method.Id ? Read(request.Parameters, method.DefaultParameters, w.Methodology == method.Id ? w.MethodologyParameters : null) : null;
            if (parameters is { } read)
            {
                if (!read.Succeeded)
                    return read.Errors.ToList();
                if (method.Describe(read.Value) is { Succeeded: false } wrong)
                    return wrong.Errors.Select(e => e with { Field = $"Parameters[{e.Field}]" }).ToList();
            }

            (w.Name, w.TimeZone, w.Currency, w.Language, w.Catalogue) = (request.Name!.Trim(), request.TimeZone!, request.Currency!, request.Language!, request.Catalogue!);
            // The form of the chosen method may not have been shown; the matrix is changed in a copy of the workspace's own.
            if (w.Methodology != method.Id)
                (w.MethodologyVersion, w.MethodologyParameters) = (null, null);
            if (parameters is not null)
                w.MethodologyParameters = parameters.Value is { Count: > 0 } own ? own : null;
            w.Methodology = method.Id;
            session.Update(w, request.Seen, "workspace.settings");
            var saved = await directory.SaveAsync(session, cancellationToken);
            return saved.Succeeded ? Done.Yes : saved.Errors.ToList();
        }

        /// <summary>Parameters as typed over those of before; only what differs from the method's own is kept.</summary>
        private static Result<JsonObject> Read(Dictionary<string, string?> typed, JsonObject defaults, JsonObject? stored)
        {
            var parameters = new JsonObject();
            List<Error> errors = [];
            foreach (var (key, standard) in defaults)
            {
                var value = (stored?[key] ?? standard)?.DeepClone();
                foreach (var (path, text) in typed.Where(t => t.Key == key || t.Key.StartsWith(key + "/", StringComparison.Ordinal)))
                {
                    if (path == key)
                        value = ReadLeaf(text, value, path, errors);
                    else
                        Put(value, path.Split('/')[1..], text, path, errors);
                }

                if (!JsonNode.DeepEquals(value, standard))
                    parameters[key] = value;
            }

            return errors.Count > 0 ? errors : parameters;
        }

        private static void Put(JsonNode? root, string[] steps, string? text, string path, List<Error> errors)
        {
            JsonNode? Step(JsonNode? node, string step) => node switch
            {
                JsonArray array when int.TryParse(step, System.Globalization.CultureInfo.InvariantCulture, out var i) && i >= 0 && i < array.Count => array[i],
                JsonObject record => record[step],
                _ => null,
            };
            var parent = steps[..^1].Aggregate(root, Step);
            if (parent is JsonArray list && int.TryParse(steps[^1], System.Globalization.CultureInfo.InvariantCulture, out var at) && at >= 0 && at < list.Count)
                list[at] = ReadLeaf(text, list[at], path, errors);
            else if (parent is JsonObject record)
                record[steps[^1]] = ReadLeaf(text, record[steps[^1]], path, errors);
        }

        /// <summary>A value of the kind that stands there now.</summary>
        private static JsonNode? ReadLeaf(string? text, JsonNode? now, string path, List<Error> errors)
        {
            if (string.IsNullOrWhiteSpace(text))
                return now?.GetValueKind() == JsonValueKind.String && now.GetValue<string>().Length == 0 ? now.DeepClone() : null;
            if (now is null || now.GetValueKind() == JsonValueKind.String)
                return text.Trim() is ['[' or '{', ..] && now is null && Parsed(text) is { } whole ? whole : text.Trim();
            if (Parsed(text) is { } value && (value.GetValueKind() == now.GetValueKind() || (value.GetValueKind() is JsonValueKind.True or JsonValueKind.False && now.GetValueKind() is JsonValueKind.True or JsonValueKind.False)))
                return value;
            errors.Add(Error.Invalid("settings.parameter.wrong", $"Parameters[{path}]"));
            return now.DeepClone();
        }

        private static JsonNode? Parsed(string text)
        {
            try
            {
                return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false });
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}

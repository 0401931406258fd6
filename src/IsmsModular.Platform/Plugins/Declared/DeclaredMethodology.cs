using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins.Declared;

/// <summary>A methodology from a data file: factors, and ordered named steps over them. Checked as a whole when it is read, and again for other parameters.</summary>
internal sealed class DeclaredMethodology : IRiskMethodology
{
    private const int KeptForms = 64;

    private readonly string plugin;
    private readonly JsonObject body;
    private readonly JsonObject defaults;
    private readonly HashSet<string> ignored;
    private readonly CompiledMethodology byDefault;
    private readonly ConcurrentDictionary<string, CompiledMethodology> compiled = new(StringComparer.Ordinal);

    private DeclaredMethodology(string plugin, JsonObject file)
    {
        this.plugin = plugin;
        var reader = new DeclaredReader(plugin, file, "");
        Id = reader.Text("id");
        Version = reader.Text("version");
        Info = new()
        {
            Name = reader.Words("name"),
            Summary = reader.Words("summary"),
            Source = reader.Text("source"),
            Confidence = reader.OneOf("confidence", "published", "after"),
        };
        defaults = file["parameters"] as JsonObject ?? [];
        ignored = reader.Has("ignoredParameters") ? [.. reader.List("ignoredParameters").Select((n, i) => DeclaredReader.TextOf(n, $"ignoredParameters[{i}]"))] : [];
        body = new JsonObject(file.Where(p => p.Key is not ("parameters" or "ignoredParameters" or "id" or "version" or "name" or "summary" or "source" or "confidence"))
            .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        byDefault = Compile(null);
    }

    /// <summary>Plugin whose locales translate its words.</summary>
    public string Plugin => plugin;

    public string Id { get; }

    public string Version { get; }

    public MethodologyInfo Info { get; }

    public JsonObject DefaultParameters => (JsonObject)defaults.DeepClone();

    /// <exception cref="DeclaredException">The file is wrong; the path says where.</exception>
    /// <exception cref="MethodologyException">A default parameter is wrong.</exception>
    public static DeclaredMethodology Parse(string plugin, JsonObject file) => new(plugin, file);

    public MethodologyForm Describe(JsonObject? parameters) => For(parameters).Form;

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs) => For(parameters).Evaluate(inputs);

    /// <summary>The whole file with its parameters filled in: what it says without any.</summary>
    /// <exception cref="MethodologyException">A parameter is wrong.</exception>
    public JsonObject Declaration(JsonObject? parameters)
    {
        Describe(parameters);
        var whole = new JsonObject
        {
            ["id"] = Id,
            ["version"] = Version,
            ["name"] = Info.Name.Fallback,
            ["summary"] = Info.Summary.Fallback,
            ["source"] = Info.Source,
            ["confidence"] = Info.Confidence,
        };
        foreach (var (key, value) in ParameterBinding.Bind(body, defaults, ignored, parameters).Bound)
            whole[key] = value?.DeepClone();
        return whole;
    }

    private CompiledMethodology For(JsonObject? parameters)
    {
        if (parameters is null || parameters.Count == 0)
            return byDefault;
        var key = parameters.ToJsonString();
        if (compiled.TryGetValue(key, out var known))
            return known;
        if (compiled.Count >= KeptForms)
            compiled.Clear();
        return compiled[key] = Compile(parameters);
    }

    private CompiledMethodology Compile(JsonObject? parameters)
    {
        var binding = ParameterBinding.Bind(body, defaults, ignored, parameters);
        try
        {
            return new MethodologyCompiler(plugin, binding.Bound).Compile();
        }
        catch (DeclaredException error) when (binding.AsParameterFault(error) is { } fault)
        {
            throw fault;
        }
        catch (DeclaredException error) when (parameters is not null)
        {
            // A parameter given as nothing leaves a hole that no parameter stands in.
            throw new MethodologyException(parameters.FirstOrDefault(p => p.Value is null).Key ?? error.Path, error.Problem);
        }
    }
}

using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Results;

namespace IsmsModular.Platform.Plugins;

/// <summary>A methodology behind the guard. What describes it is read once, while the plugin loads.</summary>
internal sealed class GuardedMethodology : IMethodologyHandle
{
    private readonly IRiskMethodology methodology;
    private readonly PluginGuard guard;
    private readonly JsonObject defaults;

    public GuardedMethodology(IRiskMethodology methodology, PluginGuard guard)
    {
        this.methodology = methodology;
        this.guard = guard;
        Id = methodology.Id;
        Version = methodology.Version;
        Info = methodology.Info;
        defaults = (JsonObject)methodology.DefaultParameters.DeepClone();
        methodology.Describe(null);
    }

    public string Id { get; }

    public string Version { get; }

    public string PluginId => guard.PluginId;

    /// <summary>The methodology itself, for checks that look behind the guard.</summary>
    internal IRiskMethodology Unguarded => methodology;

    public MethodologyInfo Info { get; }

    public JsonObject DefaultParameters => (JsonObject)defaults.DeepClone();

    public string? WordsPlugin => methodology is Declared.DeclaredMethodology declared ? declared.Plugin : null;

    public Result<JsonObject>? Declaration(JsonObject? parameters) =>
        methodology is Declared.DeclaredMethodology declared ? guard.Call<JsonObject>(() => declared.Declaration(parameters)) : null;

    public Result<MethodologyForm> Describe(JsonObject? parameters) =>
        guard.Call<MethodologyForm>(() => methodology.Describe(parameters) ?? throw new InvalidOperationException("The methodology gave no form."));

    public Result<Rated> Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs) => guard.Call<Rated>(() =>
    {
        var result = methodology.Evaluate(parameters, inputs);
        if (result is not null && (!double.IsFinite(result.Order) || result.Value is { } value && !double.IsFinite(value)))
            throw new InvalidOperationException("The methodology gave a result that is no number.");
        return new Rated(result);
    });
}

/// <summary>A report format behind the guard.</summary>
internal sealed class GuardedFormat(IReportFormat format, PluginGuard guard) : IReportFormatHandle
{
    public string Key { get; } = format.Key;

    public string Name { get; } = format.Name;

    public string MediaType { get; } = format.MediaType;

    public string Extension { get; } = format.Extension;

    public bool NeedsControls { get; } = format.NeedsControls;

    public string PluginId => guard.PluginId;

    /// <summary>The format itself, for checks that look behind the guard.</summary>
    internal IReportFormat Unguarded => format;

    public Task<Result<Done>> RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken) =>
        guard.CallAsync(() => format.RenderAsync(report, output, cancellationToken), cancellationToken);
}

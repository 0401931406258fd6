using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Helper;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;

namespace Misbehaving;

/// <summary>Does what its file <c>behaviour.txt</c> says.</summary>
public sealed class MisbehavingPlugin : IIsmsPlugin
{
    public void Register(IPluginRegistry registry)
    {
        using var reader = new StreamReader(registry.Files.OpenFile("behaviour.txt"));
        var behaviour = reader.ReadToEnd();
        registry.AddMethodology(new Method("misbehaving", behaviour));
        registry.AddReportFormat(new Format("misbehaving", behaviour));
        if (behaviour == "throw while loading")
            throw new InvalidOperationException("I do not like this host.");
        if (behaviour == "take a key")
            registry.AddMethodology(new Method("matrix", behaviour));
        if (behaviour == "take a key twice")
            registry.AddMethodology(new Method("misbehaving", behaviour));
        if (behaviour == "leave the folder")
            registry.Files.OpenFile("../../../secret.txt").Dispose();
    }
}

/// <summary>Ties the assembly to its private dependency: without it the types cannot be listed.</summary>
internal sealed class Tied : Tool;

internal sealed class Method(string id, string behaviour) : IRiskMethodology
{
    public string Id => id;

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new() { Name = "Misbehaving", Summary = "For tests.", Source = "Tests", Confidence = "after" };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => new() { Factors = [], Levels = [] };

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs) => behaviour switch
    {
        "throw while evaluating" => throw new InvalidOperationException("I broke."),
        "refuse" => throw new MethodologyException("likelihood", new Message("misbehaving.odd", "{0} is odd.", "Seven")),
        "call a native library" => new() { Order = Native.Cosine(0), Steps = [] },
        "give no number" => new() { Order = double.NaN, Steps = [] },
        _ => new() { Order = 1, Steps = [new Message("misbehaving.step", "It {0}.", new Tied().Word)] },
    };
}

internal static partial class Native
{
    [LibraryImport("tiny", EntryPoint = "cos")]
    internal static partial double Cosine(double angle);
}

internal sealed class Format(string key, string behaviour) : IReportFormat
{
    public string Key => key;

    public string Name => "Misbehaving";

    public string MediaType => "text/plain";

    public Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken) =>
        behaviour == "throw while rendering" ? throw new IOException("No paper.") : Task.CompletedTask;
}

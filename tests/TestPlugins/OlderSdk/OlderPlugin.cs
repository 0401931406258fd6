using System.Text;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Abstractions.Reports;

namespace OlderSdk;

/// <summary>Knows SDK 1.0 only: none of the members that came later.</summary>
public sealed class OlderPlugin : IIsmsPlugin
{
    public void Register(IPluginRegistry registry)
    {
        registry.AddMethodology(new Doubling());
        registry.AddReportFormat(new Titles());
    }
}

internal sealed class Doubling : IRiskMethodology
{
    public string Id => "older-sdk";

    public string Version => "1.0.0";

    public MethodologyInfo Info { get; } = new() { Name = "Doubling", Summary = "For tests.", Source = "Tests", Confidence = "after" };

    public JsonObject DefaultParameters => [];

    public MethodologyForm Describe(JsonObject? parameters) => new()
    {
        Factors = [new Factor { Key = "x", Name = "X", Kind = FactorKind.Number, Minimum = 0, Maximum = 10 }],
        Levels = [new Tier { Key = "low", Label = "Low" }, new Tier { Key = "high", Label = "High" }],
        Outputs = [new Output { Key = "twice", Name = "Twice" }],
    };

    public MethodologyResult? Evaluate(JsonObject? parameters, IReadOnlyDictionary<string, FactorValue> inputs)
    {
        var given = inputs.GetValueOrDefault("x", FactorValue.None);
        if (given.IsNone)
            return null;
        var x = given.AsNumber is { } number and >= 0 and <= 10 ? number : throw new MethodologyException("x", "A number from 0 to 10 is needed.");
        return new() { Level = x < 5 ? "low" : "high", Value = 2 * x, Order = x, Outputs = new Dictionary<string, FactorValue> { ["twice"] = FactorValue.Number(2 * x) }, Steps = ["Twice " + given] };
    }
}

internal sealed class Titles : IReportFormat
{
    public string Key => "older-sdk";

    public string Name => "Titles";

    public string MediaType => "text/plain";

    public Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken) =>
        output.WriteAsync(Encoding.UTF8.GetBytes($"{report.Title}: {string.Join(", ", report.Blocks.OfType<ReportHeading>().Select(h => h.Text))}"), cancellationToken).AsTask();
}

using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;

namespace IsmsModular.Tests.Reports;

/// <summary>NIST's schemas.</summary>
internal static class OscalSchemas
{
    private static readonly ConcurrentDictionary<string, JsonSchema> Schemas = new();

    /// <param name="model">catalog, component or ssp.</param>
    /// <param name="json">The file.</param>
    public static void AssertValid(string model, JsonElement json)
    {
        var schema = Schemas.GetOrAdd(model, m =>
        {
            using var reader = new StreamReader(typeof(OscalSchemas).Assembly.GetManifestResourceStream($"oscal_{m}_schema.json")!);
            return JsonSchema.FromText(reader.ReadToEnd());
        });
        var result = schema.Evaluate(json, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, string.Join("\n", (result.Details ?? []).Where(d => d.Errors is { Count: > 0 }).Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Values)}").Take(5)));
    }
}

using System.Diagnostics;
using System.Globalization;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Platform.Plugins;
using IsmsModular.Web.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Benchmarks;

/// <summary>Evaluations a second of every methodology that ships, through the same guard as the program's own calls, on one thread.</summary>
internal static class Evaluations
{
    /// <param name="seconds">How long each method is measured.</param>
    /// <returns>1 when a method did not rate its case.</returns>
    public static async Task<int> RunAsync(double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("isms-bench-").FullName;
        var failed = 0;
        try
        {
            await using var app = IsmsHost.Create(new() { DataFolder = folder, Serves = false });
            Console.WriteLine("| methodology | factors | evaluations a second | µs each |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            foreach (var method in app.Services.GetRequiredService<IPluginCatalog>().Methodologies)
            {
                var inputs = Case(method.Describe(null).Value);
                if (method.Evaluate(null, inputs) is not { Succeeded: true, Value.Result: not null })
                {
                    Console.WriteLine($"| {method.Id} | did not rate its case | | |");
                    failed = 1;
                    continue;
                }

                Measure(method, inputs, seconds / 5);
                var each = Measure(method, inputs, seconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {method.Id} | {inputs.Count} | {1 / each:#,0} | {each * 1e6:0.##} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return failed;
    }

    private static double Measure(IMethodologyHandle method, Dictionary<string, FactorValue> inputs, double seconds)
    {
        var (count, start) = (0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            for (var i = 0; i < 10; i++)
                method.Evaluate(null, inputs);
            count += 10;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }

    /// <summary>A case with everything that a result needs: middle tiers, three rows in a list, numbers that rise from field to field.</summary>
    private static Dictionary<string, FactorValue> Case(MethodologyForm form)
    {
        var number = 0;
        return form.Factors.Where(f => f is { Needed: true, Preset: null } || f.Role is not FactorRole.Other).ToDictionary(f => f.Key, Value);

        FactorValue Value(Factor factor) => factor.Kind switch
        {
            FactorKind.Choice => FactorValue.Text(factor.Tiers[factor.Tiers.Count / 2].Key),
            FactorKind.Text => FactorValue.Text($"t{++number}"),
            FactorKind.Record => Record(factor),
            FactorKind.List => FactorValue.List([.. Enumerable.Range(0, 3).Select(_ => factor.Fields is [{ Key: "" } plain] ? Value(plain) : Record(factor))]),
            _ => FactorValue.Number(Math.Clamp(factor.Maximum <= 1 ? ++number / 100.0 : ++number, factor.Minimum ?? double.MinValue, factor.Maximum ?? double.MaxValue)),
        };

        FactorValue Record(Factor factor) => FactorValue.Record(factor.Fields.Where(f => f.Needed || factor.Fields.All(x => !x.Needed)).ToDictionary(f => f.Key, Value));
    }
}

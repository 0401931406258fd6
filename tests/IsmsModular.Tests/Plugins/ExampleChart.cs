using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Tests.Plugins;

internal static class ExampleChart
{
    public static ReportChart Make() => new()
    {
        Title = "Loss exceedance",
        Description = "One chance in ten of losing more than RM 100,000 in a year.",   // read out instead of the picture
        Kind = ReportChartKind.Line,                                                    // or Step, Points, Bars
        Horizontal = new("Loss in a year (RM)") { Logarithmic = true },
        Vertical = new("Chance of more") { Percent = true, Minimum = 0, Maximum = 1 },
        Series = [new("Inherent", [new(1_000, 0.9), new(100_000, 0.1)]), new("Residual", [new(1_000, 0.4), new(50_000, 0.02)])],
    };
}

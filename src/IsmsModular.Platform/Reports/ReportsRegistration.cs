using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Platform.Reports;

/// <summary>Joins reports to the program.</summary>
public static class ReportsRegistration
{
    /// <summary>Registers the desk, the kit and the templates; the reports themselves are found by convention.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services) => services.AddScoped<ReportDesk>().AddScoped<ReportKit>().AddScoped<WordTemplates>();
}

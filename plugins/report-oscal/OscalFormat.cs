using System.Text.Encodings.Web;
using System.Text.Json;
using IsmsModular.Abstractions.Reports;

namespace IsmsModular.Plugins.Oscal;

/// <summary>One of the models of OSCAL 1.2.1 as JSON.</summary>
internal sealed class OscalFormat(string model, string name, Action<Utf8JsonWriter, ReportDocument, ReportControls> write) : IReportFormat
{
    public string Key => "oscal-" + model;

    public string Name => name;

    public string MediaType => "application/json";

    public string Extension => $"oscal-{model}.json";

    public bool NeedsControls => true;

    public async Task RenderAsync(ReportDocument report, Stream output, CancellationToken cancellationToken)
    {
        var statement = report.Controls ?? throw new ArgumentException("The report has no statement of applicability.", nameof(report));
        await using var writer = new Utf8JsonWriter(output, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        write(writer, report, statement);
        await writer.FlushAsync(cancellationToken);
    }
}

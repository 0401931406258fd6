using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Csv;

/// <summary>Comma-separated text.</summary>
public sealed class CsvPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new CsvFormat());
}

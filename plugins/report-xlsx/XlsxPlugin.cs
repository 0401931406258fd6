using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Xlsx;

/// <summary>Excel workbooks.</summary>
public sealed class XlsxPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new XlsxFormat());
}

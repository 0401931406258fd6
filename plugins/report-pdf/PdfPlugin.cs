using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Pdf;

/// <summary>Reports as PDF.</summary>
public sealed class PdfPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new PdfFormat(registry.Files));
}

using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Docx;

/// <summary>Word documents.</summary>
public sealed class DocxPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new DocxFormat());
}

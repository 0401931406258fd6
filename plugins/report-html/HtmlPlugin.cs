using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Html;

/// <summary>Reports as one web page.</summary>
public sealed class HtmlPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new HtmlFormat());
}

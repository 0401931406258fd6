using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Json;

/// <summary>Reports as JSON.</summary>
public sealed class JsonPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new JsonFormat());
}

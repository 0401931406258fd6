using IsmsModular.Abstractions.Plugins;

namespace AcmeMarkdown;

/// <summary>The entry type: says what the plugin offers. Exactly one public class of the assembly implements it.</summary>
public sealed class Plugin : IIsmsPlugin
{
    public void Register(IPluginRegistry registry) => registry.AddReportFormat(new MarkdownFormat());
}

using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Fair;

/// <summary>Factor analysis of information risk, whole and in parts.</summary>
public sealed class FairPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        registry.AddMethodology(new FairMethod());
        registry.AddMethodology(new FairFrequencyMethod());
        registry.AddMethodology(new PertMethod());
    }
}

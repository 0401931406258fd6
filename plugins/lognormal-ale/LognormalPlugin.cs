using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Plugins.Lognormal;

/// <summary>Losses whose size is given as a range that holds in nine of ten cases.</summary>
public sealed class LognormalPlugin : IIsmsPlugin
{
    /// <inheritdoc />
    public void Register(IPluginRegistry registry)
    {
        registry.AddMethodology(new LognormalAle());
        registry.AddMethodology(new LognormalLoss());
    }
}

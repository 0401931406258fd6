using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Plugins;

/// <summary>What an administrator does with plugins. Every change is written to the system's activity log, loads all plugins anew and takes effect at once.</summary>
public interface IPluginAdministration
{
    /// <summary>Switches a plugin on, in the versions that are here now, or off. Refused when there is no plugin of this id.</summary>
    Task<Result<Done>> SwitchAsync(Actor actor, string pluginId, bool enabled, CancellationToken cancellationToken = default);

    /// <summary>Reads every file of every plugin again and compares it with its manifest. What is wrong has a state other than active or disabled, and a reason.</summary>
    IReadOnlyList<PluginStatus> Verify();

    /// <summary>Checks a plugin file and says what it is and may do. Nothing is installed and none of its code is run.</summary>
    /// <param name="file">The zip; can seek.</param>
    /// <param name="cancellationToken">Token.</param>
    Task<Result<PluginPreview>> InspectAsync(Stream file, CancellationToken cancellationToken);

    /// <summary>Checks a plugin file and installs it beside what is here, completely or not at all.</summary>
    /// <returns>What was installed; its state is that after loading, which is not active when the code fails.</returns>
    Task<Result<PluginPreview>> InstallAsync(Actor actor, Stream file, PluginInstall choice, CancellationToken cancellationToken);

    /// <summary>Removes a version, or every version that did not come with the program. Refused while a workspace uses it.</summary>
    Task<Result<Done>> RemoveAsync(Actor actor, string pluginId, string? version, CancellationToken cancellationToken);

    /// <summary>Where a removal of this version (of all, when <c>null</c>) would be missed.</summary>
    /// <exception cref="StoreException">The file of a workspace cannot be read.</exception>
    Task<IReadOnlyList<PluginUses>> UsesAsync(string pluginId, string? version, CancellationToken cancellationToken);

    /// <summary>Puts a version that comes with the program back as it came. Refused when it does not ship.</summary>
    Task<Result<Done>> RestoreAsync(Actor actor, string pluginId, string version, CancellationToken cancellationToken);

    /// <summary>Whether a version comes with the program.</summary>
    bool IsShipped(string pluginId, string version);

    /// <summary>Keys whose signatures are believed, by name, and what is demanded.</summary>
    Task<(IReadOnlyList<TrustedKey> Keys, PluginPolicy Policy)> TrustAsync(CancellationToken cancellationToken);

    /// <summary>Trusts a key. Fields of refusals: <c>Name</c>, <c>PublicKey</c>.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="name">Whose key.</param>
    /// <param name="pem">Public key as PEM.</param>
    /// <param name="cancellationToken">Token.</param>
    Task<Result<TrustedKey>> TrustKeyAsync(Actor actor, string? name, string? pem, CancellationToken cancellationToken);

    /// <summary>Trusts a key no longer. What it signed counts as signed by an unknown key from then on, and is not used where signatures are demanded.</summary>
    /// <returns>Versions here that it signed.</returns>
    Task<Result<IReadOnlyList<PluginStatus>>> ForgetKeyAsync(Actor actor, string keyId, CancellationToken cancellationToken);

    /// <summary>Demands signatures by trusted keys, or not.</summary>
    Task<Result<Done>> DemandSignaturesAsync(Actor actor, bool onlySigned, CancellationToken cancellationToken);
}

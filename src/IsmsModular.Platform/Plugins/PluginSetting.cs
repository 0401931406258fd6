using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Plugins;

/// <summary>An administrator's switch for one plugin. Lives in the system file; a plugin without one has its default.</summary>
public sealed class PluginSetting : Document
{
    /// <summary>Id of the plugin.</summary>
    public required string PluginId { get; init; }

    /// <summary>Whether it is loaded at the next start of the host.</summary>
    public bool Enabled { get; set; }

    /// <summary>Versions that the administrator switched on, each with the SHA-256 of the manifest that was shown. Versions that come with the program need none.</summary>
    public Dictionary<string, string> Approved { get; set; } = [];

    /// <summary>What each version offered when it was last in use, so that it is known who needs it while it is off.</summary>
    public Dictionary<string, List<PluginOffer>> Offered { get; set; } = [];

    /// <summary>How it is stored: in the system file.</summary>
    public static DocumentMap<PluginSetting> Map { get; } = new DocumentMap<PluginSetting>("system_plugins").Unique("plugin", s => s.PluginId).Field("enabled", s => s.Enabled);
}

/// <summary>What this program and those before it brought. One document in the system file: an older version that stored results need is still known as the program's own after an update.</summary>
public sealed class ShippedEarlier : Document
{
    /// <summary>The id of the one document.</summary>
    public const string OnlyId = "01000000000000000000000002";

    /// <summary>SHA-256 of each manifest, by <c>id/version</c>.</summary>
    public Dictionary<string, string> Manifests { get; set; } = [];

    /// <summary>How it is stored: in the system file.</summary>
    public static DocumentMap<ShippedEarlier> Map { get; } = new("system_plugins_shipped");
}

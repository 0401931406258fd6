using IsmsModular.Platform.Store;

namespace IsmsModular.Platform.Plugins;

/// <summary>A public key whose signatures are believed. Lives in the system file.</summary>
public sealed class TrustedKey : Document
{
    /// <summary>Whose key it is, in the administrator's words.</summary>
    public required string Name { get; set; }

    /// <summary>The key in DER, as base 64.</summary>
    public required string PublicKey { get; init; }

    /// <summary>SHA-256 of the key, 64 hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>When it was added.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>How it is stored: in the system file.</summary>
    public static DocumentMap<TrustedKey> Map { get; } = new DocumentMap<TrustedKey>("system_plugin_keys").Unique("fingerprint", k => k.Fingerprint).Text("name", k => k.Name);
}

/// <summary>What the administrator demands of plugins. One document in the system file; none means the defaults.</summary>
public sealed class PluginPolicy : Document
{
    /// <summary>The id of the one document.</summary>
    public const string OnlyId = "01000000000000000000000001";

    /// <summary>Whether plugins that did not come with the program are used only when a trusted key signed them.</summary>
    public bool OnlySigned { get; set; }

    /// <summary>How it is stored: in the system file.</summary>
    public static DocumentMap<PluginPolicy> Map { get; } = new("system_plugin_policy");
}

/// <summary>What a signature is worth here.</summary>
public enum SignatureState
{
    /// <summary>Comes with the program.</summary>
    Shipped,

    /// <summary>By a key that the administrator trusts.</summary>
    Trusted,

    /// <summary>Right, by a key that nobody here knows.</summary>
    UnknownKey,

    /// <summary>None.</summary>
    Unsigned,
}

/// <summary>Who vouches for a plugin.</summary>
/// <param name="State">What it is worth.</param>
/// <param name="Fingerprint">Of the key, or <c>null</c> when unsigned.</param>
/// <param name="KeyName">Name of the trusted key, else <c>null</c>.</param>
public sealed record PluginOrigin(SignatureState State, string? Fingerprint = null, string? KeyName = null);

/// <summary>Keys and demands as they stand now.</summary>
internal sealed record PluginTrust(IReadOnlyDictionary<string, string> KeyNames, bool OnlySigned)
{
    public static PluginTrust None { get; } = new(new Dictionary<string, string>(), false);

    public PluginOrigin OriginOf(PluginSignature? signature, bool isShipped) => signature switch
    {
        _ when isShipped => new(SignatureState.Shipped, signature?.Fingerprint),
        null => new(SignatureState.Unsigned),
        _ when KeyNames.TryGetValue(signature.Fingerprint, out var name) => new(SignatureState.Trusted, signature.Fingerprint, name),
        _ => new(SignatureState.UnknownKey, signature.Fingerprint),
    };

    /// <summary>Whether a plugin of this origin may be used.</summary>
    public bool Allows(PluginOrigin origin) => !OnlySigned || origin.State is SignatureState.Shipped or SignatureState.Trusted;
}

using System.Reflection;
using System.Text.Json;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Imports;
using IsmsModular.Platform.Plugins.Declared;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>Takes one version of a plugin from its folder to what it offers. Every way to fail ends as a state with a reason.</summary>
internal sealed class PluginLoader(PluginLoadOptions options, Func<string, bool> knowsWords, ILogger logger)
{
    /// <summary>Contract of this program, major and minor.</summary>
    public static Version HostSdk { get; } = Version.Parse(typeof(IIsmsPlugin).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version);

    /// <param name="folder">Version folder.</param>
    /// <param name="before">What was loaded from it before: taken over when the manifest is still the same.</param>
    public LoadedPlugin Load(string folder, LoadedPlugin? before = null)
    {
        var version = Path.GetFileName(folder);
        var id = Path.GetFileName(Path.GetDirectoryName(folder)!);
        PluginManifest? manifest = null;
        var origin = new PluginOrigin(SignatureState.Unsigned);
        try
        {
            manifest = ReadManifest(folder, id, version);
            CheckSdk(manifest);
            origin = options.Trust.OriginOf(ReadSignature(folder), options.IsShipped(manifest));
            if (!options.Trust.Allows(origin))
                throw new PluginRefusedException(PluginState.Disabled, new Message("plugins.reason.onlysigned", "Only plugins signed by a trusted key are used here."));
            if (WhyOff(manifest) is { } reason)
                throw new PluginRefusedException(PluginState.Disabled, reason);
            var (registry, words) = before is { Registry: { } known } && before.Manifest?.Hash == manifest.Hash ? (known, before.Words) : Register(folder, manifest);
            return new(id, version, manifest, Status(manifest, PluginState.Active, null) with { Origin = origin }, registry, words);
        }
        catch (PluginRefusedException refused)
        {
            return Refused(refused);
        }
        catch (Exception error)
        {
            // The plugin seam: whatever goes wrong inside a plugin is its own state, never the program's end.
            logger.LogWarning(error, "Plugin {Plugin} {Version} cannot be loaded", id, version);
            var cause = PluginGuard.Innermost(error);
            return Refused(new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.load", "It cannot be loaded: {0}", $"{cause.GetType().Name}: {cause.Message}")));
        }

        LoadedPlugin Refused(PluginRefusedException refused) => new(
            id,
            version,
            manifest,
            manifest is null
                ? new(id, version, id, "", refused.State, refused.Reason, false, null, null)
                : Status(manifest, refused.State, refused.Reason) with { Id = id, Version = version, Origin = origin },
            null,
            []);
    }

    /// <summary>Takes in what the plugin offers. Runs its code.</summary>
    internal (ScratchRegistry Registry, Dictionary<string, Dictionary<string, string>> Words) Register(string folder, PluginManifest manifest)
    {
        var package = new PluginPackage(folder, manifest);
        package.Verify();
        var registry = new ScratchRegistry(package, new PluginGuard(manifest.Id, logger, knowsWords));
        var words = ReadWords(package);
        if (manifest.Assembly is null)
            DataPlugin.Register(registry);
        else
            EntryOf(package).Register(registry);
        registry.Close();
        return (registry, words);
    }

    /// <summary>The signature beside a manifest, which is right; <c>null</c> when there is none.</summary>
    internal static PluginSignature? ReadSignature(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, PluginSignature.FileName));
        return !file.Exists ? null : PluginSignature.Check(file.Length > PluginSignature.MaximumSize ? [] : File.ReadAllBytes(file.FullName), File.ReadAllBytes(Path.Combine(folder, PluginManifest.FileName)));
    }

    /// <summary>Reads the manifest and compares it with where it lies.</summary>
    public static PluginManifest ReadManifest(string folder, string id, string version)
    {
        var path = Path.Combine(folder, PluginManifest.FileName);
        if (!File.Exists(path))
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.nomanifest", "There is no plugin.json in its version folder."));
        var manifest = PluginManifest.Parse(File.ReadAllBytes(path));
        if (manifest.Id != id)
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.folder", "Its id {0} is not the name of its folder, {1}.", manifest.Id, id));
        if (manifest.Version.ToString() != version)
            throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.folder.version", "Its version {0} is not the name of its folder, {1}.", manifest.Version.ToString(), version));
        return manifest;
    }

    internal static void CheckSdk(PluginManifest manifest)
    {
        if (manifest.Sdk.Major != HostSdk.Major || manifest.Sdk.Minor > HostSdk.Minor)
        {
            throw new PluginRefusedException(
                PluginState.Incompatible,
                new Message("plugins.reason.sdk", "It asks for SDK {0}; this program has {1}.", manifest.Sdk.ToString(2), HostSdk.ToString(2)));
        }
    }

    /// <summary>What ships and what is data alone is on unless switched off; code from elsewhere has full trust and waits for an administrator, and so does each version that comes after the switch.</summary>
    private Message? WhyOff(PluginManifest manifest) => options.IsEnabled(manifest.Id) switch
    {
        false => new Message("plugins.reason.disabled", "Switched off by an administrator."),
        null when manifest.Assembly is not null && !options.IsShipped(manifest) => new Message("plugins.reason.new", "It holds code and waits for an administrator to enable it: on the page Plugins, or with isms plugins enable {0}.", manifest.Id),
        true when !options.IsShipped(manifest) && options.IsApproved?.Invoke(manifest) == false => new Message("plugins.reason.version", "This version waits for an administrator to enable it, or its manifest was changed since: on the page Plugins, or with isms plugins enable {0}.", manifest.Id),
        _ => null,
    };

    private IIsmsPlugin EntryOf(PluginPackage package)
    {
        var assembly = new PluginLoadContext(package, options.CacheFolder).LoadMain();
        // Its other types, and the assemblies they need, are loaded when they are used.
        var entries = assembly.GetExportedTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false, IsPublic: true } && typeof(IIsmsPlugin).IsAssignableFrom(t) && t.GetConstructor(Type.EmptyTypes) is not null)
            .ToArray();
        return entries.Length == 1
            ? (IIsmsPlugin)Activator.CreateInstance(entries[0])!
            : throw new PluginRefusedException(
                PluginState.Faulted,
                new Message("plugins.reason.entry", "{0} holds {1} public classes that implement IIsmsPlugin; exactly one is needed.", package.Manifest.Assembly!, entries.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static Dictionary<string, Dictionary<string, string>> ReadWords(PluginPackage package)
    {
        var words = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var name in package.Names.Where(n => n.StartsWith("locales/", StringComparison.Ordinal) && n.EndsWith(".json", StringComparison.Ordinal)))
        {
            var texts = WordsOf(name, package.Read(name));
            var foreign = texts.Keys.FirstOrDefault(k => !k.StartsWith(package.Manifest.Id + ".", StringComparison.Ordinal));
            if (foreign is not null)
                throw new PluginRefusedException(PluginState.Faulted, new Message("plugins.reason.words", "A key of {0} does not start with the plugin's id: {1}.", name, foreign));
            words[Path.GetFileNameWithoutExtension(name)] = texts;
        }

        return words;
    }

    private static Dictionary<string, string> WordsOf(string name, byte[] json)
    {
        try
        {
            var texts = JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
            return texts.FirstOrDefault(t => t.Value is null || CellText.FirstUnfit(t.Value) >= 0).Key is { } wrong ? throw DataPlugin.Wrong(name, wrong) : texts;
        }
        catch (JsonException error)
        {
            throw DataPlugin.Wrong(name, error.Message);
        }
    }

    private static PluginStatus Status(PluginManifest m, PluginState state, Message? reason) =>
        new(m.Id, m.Version.ToString(), m.Name, m.Kind, state, reason, m.Assembly is not null, m.Licence, m.Source);
}

/// <summary>Where plugins lie and which are switched on.</summary>
/// <param name="PluginsFolder"><c>DATA/plugins</c>.</param>
/// <param name="CacheFolder">Private copies of native libraries.</param>
/// <param name="IsEnabled">The administrator's switch for a plugin id, or <c>null</c> when it was never set.</param>
/// <param name="ShippedIds">Plugins that come with the program.</param>
internal sealed record PluginLoadOptions(string PluginsFolder, string CacheFolder, Func<string, bool?> IsEnabled, IReadOnlySet<string> ShippedIds)
{
    /// <summary>SHA-256 of the manifests that come with the program, by <c>id/version</c>.</summary>
    public IReadOnlyDictionary<string, string> ShippedManifests { get; init; } = new Dictionary<string, string>();

    /// <summary>The same of programs before this one.</summary>
    public IReadOnlyDictionary<string, string> EarlierManifests { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the administrator saw this very manifest when the plugin was switched on; <c>null</c> when that is not asked.</summary>
    public Func<PluginManifest, bool>? IsApproved { get; init; }

    /// <summary>Keys and demands.</summary>
    public PluginTrust Trust { get; init; } = PluginTrust.None;

    /// <summary>Unpacks a shipped version anew when what is there was cut short; says whether it did.</summary>
    public Func<string, string, bool>? Mend { get; init; }

    /// <summary>Whether it is, byte for byte of its manifest, what comes with the program or came with one before it.</summary>
    public bool IsShipped(PluginManifest manifest)
    {
        var version = $"{manifest.Id}/{manifest.Version}";
        return (ShippedManifests.GetValueOrDefault(version) ?? EarlierManifests.GetValueOrDefault(version)) == manifest.Hash;
    }
}

/// <summary>Outcome of loading one version; <paramref name="Registry"/> is <c>null</c> unless it went well.</summary>
internal sealed record LoadedPlugin(string Id, string Version, PluginManifest? Manifest, PluginStatus Status, ScratchRegistry? Registry, Dictionary<string, Dictionary<string, string>> Words);

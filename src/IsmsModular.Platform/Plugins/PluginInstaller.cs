using System.Reflection.PortableExecutable;
using IsmsModular.Abstractions.Plugins;

namespace IsmsModular.Platform.Plugins;

/// <summary>What a file would do to what is installed.</summary>
public enum PluginChange
{
    /// <summary>The first version of this plugin here.</summary>
    New,

    /// <summary>Newer than every version here.</summary>
    Update,

    /// <summary>Older than a version here: new work keeps the newer one.</summary>
    Older,

    /// <summary>This very version, whose files here are damaged.</summary>
    Repair,
}

/// <summary>What a plugin file is and may do, told before anything is installed.</summary>
/// <param name="Plugin">Identity, licence, source, signature; its offers when they are known without running its code.</param>
/// <param name="Change">What it does to what is installed.</param>
public sealed record PluginPreview(PluginStatus Plugin, PluginChange Change)
{
    /// <summary>SDK that it was built for, such as <c>1.0</c>.</summary>
    public required string Sdk { get; init; }

    /// <summary>SHA-256 of its manifest, which has the hash of every file: what the administrator agrees to.</summary>
    public required string ManifestHash { get; init; }

    /// <summary>Newest version here now, or <c>null</c>.</summary>
    public string? Newest { get; init; }

    /// <summary>Whether an older version is in use now.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Whether the offers are known: always for data; for code when its manifest says them.</summary>
    public bool OffersKnown { get; init; }

    /// <summary>Libraries that the system loads, by their path in the plugin.</summary>
    public IReadOnlyList<string> NativeLibraries { get; init; } = [];

    /// <summary>How many files.</summary>
    public int Files { get; init; }

    /// <summary>Bytes when unpacked.</summary>
    public long Bytes { get; init; }
}

/// <summary>How a file is installed.</summary>
/// <param name="Enable">Whether this version is used at once. Code then runs with full trust.</param>
/// <param name="AllowOlder">Whether a version older than one here is taken.</param>
/// <param name="ManifestHash">Manifest that was looked at; another one is refused. <c>null</c> when none was looked at.</param>
public sealed record PluginInstall(bool Enable, bool AllowOlder = false, string? ManifestHash = null);

/// <summary>A plugin file unpacked beside the plugins and looked through; thrown away unless it is taken.</summary>
internal sealed class StagedPlugin : IDisposable
{
    private readonly string scratch;

    private StagedPlugin(string scratch, PluginManifest manifest, PluginPreview preview)
    {
        this.scratch = scratch;
        Manifest = manifest;
        Preview = preview;
    }

    public PluginManifest Manifest { get; }

    public PluginPreview Preview { get; }

    public string Folder => Path.Combine(scratch, Manifest.Id, Manifest.Version.ToString());

    /// <summary>Unpacks and checks: every hash, the SDK, the signature, what is here already, and of data that it can be used.</summary>
    /// <exception cref="PluginRefusedException">It cannot be installed.</exception>
    public static StagedPlugin From(Stream file, PluginLoadOptions options, PluginCatalog current, PluginLoader loader)
    {
        using var archive = PluginArchive.Open(file);
        var manifest = archive.Manifest;
        PluginLoader.CheckSdk(manifest);
        var origin = options.Trust.OriginOf(archive.Signature, options.IsShipped(manifest));
        if (!options.Trust.Allows(origin))
            throw Refused("plugins.file.onlysigned", "Only plugins signed by a trusted key are installed here; this one is not.");
        var (change, newest) = Compare(manifest, options.PluginsFolder);
        var scratch = PluginFolders.NewScratch(options.PluginsFolder);
        try
        {
            var folder = Path.Combine(scratch, manifest.Id, manifest.Version.ToString());
            Directory.CreateDirectory(folder);
            var bytes = archive.Unpack(folder);
            var (offers, known) = Offers(folder, manifest, loader);
            if (offers.FirstOrDefault(o => current.OwnerOf(o.Kind, o.Key) is { } owner && owner != manifest.Id) is { } taken)
                throw ScratchRegistry.Taken($"{taken.Kind} {taken.Key}", current.OwnerOf(taken.Kind, taken.Key)!);
            var status = new PluginStatus(manifest.Id, manifest.Version.ToString(), manifest.Name, manifest.Kind, PluginState.Discovered, null, manifest.Assembly is not null, manifest.Licence, manifest.Source) { Origin = origin, Offers = offers };
            return new(scratch, manifest, new(status, change)
            {
                Sdk = manifest.Sdk.ToString(2),
                ManifestHash = manifest.Hash,
                Newest = newest?.ToString(),
                IsInUse = current.Plugins.Any(p => p.Id == manifest.Id && p.State == PluginState.Active),
                OffersKnown = known,
                NativeLibraries = [.. manifest.Files.Keys.Where(name => IsNative(Path.Combine(folder, name))).Order(StringComparer.Ordinal)],
                Files = manifest.Files.Count,
                Bytes = bytes,
            });
        }
        catch
        {
            Delete(scratch);
            throw;
        }
    }

    public void Dispose() => Delete(scratch);

    private static (PluginChange Change, PluginVersion? Newest) Compare(PluginManifest manifest, string pluginsFolder)
    {
        var plugin = Path.Combine(pluginsFolder, manifest.Id);
        var here = Directory.Exists(plugin) ? Directory.GetDirectories(plugin).Select(v => PluginVersion.TryParse(Path.GetFileName(v))).OfType<PluginVersion>().ToList() : [];
        var newest = here.Max();
        if (newest is null)
            return (PluginChange.New, null);
        if (!here.Contains(manifest.Version))
            return (manifest.Version.CompareTo(newest) > 0 ? PluginChange.Update : PluginChange.Older, newest);
        // Whole but different is not damaged.
        return !PluginPackage.IsWhole(Path.Combine(plugin, manifest.Version.ToString()), manifest.Id, manifest.Version.ToString())
            ? (PluginChange.Repair, newest)
            : throw Refused("plugins.file.same", "{0} {1} is installed already. A plugin that changed needs a new version.", manifest.Id, manifest.Version.ToString());
    }

    /// <summary>What it offers. Data is read as it will be when it is used; code is not run, only its manifest is asked.</summary>
    private static (IReadOnlyList<PluginOffer> Offers, bool Known) Offers(string folder, PluginManifest manifest, PluginLoader loader)
    {
        if (manifest.Assembly is null)
            return (loader.Register(folder, manifest).Registry.Offers, true);
        if (!IsManaged(Path.Combine(folder, manifest.Assembly)))
            throw Refused("plugins.file.assembly", "{0} is no .NET assembly.", manifest.Assembly);
        return manifest.Offers is not { } said
            ? ([], false)
            : ([.. said.Order(StringComparer.Ordinal).Select(o => o.Split(' ', 2)).Where(o => o.Length == 2).Select(o => new PluginOffer(o[0], o[1]))], true);
    }

    private static bool IsNative(string path) => Path.GetExtension(path) switch
    {
        ".so" or ".dylib" => true,
        ".dll" => !IsManaged(path),
        _ => Path.GetFileName(path).Contains(".so.", StringComparison.Ordinal),
    };

    private static bool IsManaged(string path)
    {
        using var stream = File.OpenRead(path);
        using var image = new PEReader(stream);
        try
        {
            return image.HasMetadata;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }

    private static void Delete(string scratch)
    {
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
    }

    private static PluginRefusedException Refused(string key, string words, params Message[] arguments) => new(PluginState.Faulted, new Message(key, words, arguments));
}

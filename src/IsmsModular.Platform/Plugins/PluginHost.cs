using System.Reflection;
using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Catalogues;
using IsmsModular.Abstractions.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;
using IsmsModular.Platform.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IsmsModular.Platform.Plugins;

/// <summary>The catalog of the running program: loaded when first asked for, exchanged as a whole after a change.</summary>
internal sealed class PluginHost(PluginPlaces places, IStoreDirectory stores, PluginUseFinder uses, TimeProvider time, ILoggerFactory loggers) : BackgroundService, IPluginCatalog, IPluginAdministration, IWordSource
{
    private readonly ILogger logger = loggers.CreateLogger("IsmsModular.Plugins");
    private readonly Lock loading = new();
    private readonly SemaphoreSlim changing = new(1, 1);
    private volatile Loaded? current;

    public IReadOnlyList<PluginStatus> Plugins => Current.Catalog.Plugins;

    public IReadOnlyList<IMethodologyHandle> Methodologies => Current.Catalog.Methodologies;

    public IReadOnlyList<Catalogue> Catalogues => Current.Catalog.Catalogues;

    public IReadOnlyList<CatalogueMapping> Mappings => Current.Catalog.Mappings;

    public IReadOnlyList<IReportFormatHandle> Formats => Current.Catalog.Formats;

    private Loaded Current
    {
        get
        {
            if (current is { } loaded)
                return loaded;
            lock (loading)
                return current ??= Task.Run(FirstLoadAsync).GetAwaiter().GetResult();
        }
    }

    public IMethodologyHandle? Methodology(string id, string? version = null) => Current.Catalog.Methodology(id, version);

    public Catalogue? Catalogue(string id) => Current.Catalog.Catalogue(id);

    public string? OwnerOf(string kind, string key) => Current.Catalog.OwnerOf(kind, key);

    public IReadOnlyDictionary<string, string> Words(string language) => Current.Catalog.Words(language);

    public IReadOnlyList<PluginStatus> Verify() => PluginCatalog.Verify(places.Folder, Plugins, logger);

    public bool IsShipped(string pluginId, string version) => Current.Options.ShippedManifests.ContainsKey($"{pluginId}/{version}");

    public Task<Result<Done>> SwitchAsync(Actor actor, string pluginId, bool enabled, CancellationToken cancellationToken = default) => ChangeAsync<Done>(async () =>
    {
        if (!Plugins.Any(p => p.Id == pluginId))
            return Error.NotFound("plugins.notfound", null, pluginId);
        var session = stores.System.OpenSession(actor);
        await SetAsync(session, pluginId, enabled ? "plugin.enable" : "plugin.disable", setting =>
        {
            setting.Enabled = enabled;
            if (enabled)
                setting.Approved = ManifestsHere(pluginId);
        });
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            return Result<Done>.Failed(saved.Errors);
        await ReloadAsync(pluginId);
        return Done.Yes;
    }, cancellationToken);

    public Task<Result<PluginPreview>> InspectAsync(Stream file, CancellationToken cancellationToken) => ChangeAsync<PluginPreview>(async () =>
    {
        using var staged = await StageAsync(file);
        return staged.Preview;
    }, cancellationToken);

    public Task<Result<PluginPreview>> InstallAsync(Actor actor, Stream file, PluginInstall choice, CancellationToken cancellationToken) => ChangeAsync<PluginPreview>(async () =>
    {
        using var staged = await StageAsync(file);
        var preview = staged.Preview;
        var (id, version) = (preview.Plugin.Id, preview.Plugin.Version);
        if (choice.ManifestHash is { } seen && seen != preview.ManifestHash)
            return Error.Conflict("plugins.install.changed");
        if (preview.Change == PluginChange.Older && !choice.AllowOlder)
            return Error.Invalid("plugins.install.older", "AllowOlder", version, preview.Newest!);

        var session = stores.System.OpenSession(actor);
        session.Log(preview.Change switch { PluginChange.New => "plugin.install", PluginChange.Repair => "plugin.repair", _ => "plugin.update" }, id, null, new JsonObject
        {
            ["name"] = $"{id} {version}",
            ["title"] = preview.Plugin.Name,
            ["manifest"] = preview.ManifestHash,
            ["code"] = preview.Plugin.HasCode,
            ["signature"] = JsonNamingPolicyOf(preview.Plugin.Origin.State),
            ["key"] = preview.Plugin.Origin.Fingerprint,
        });
        await SetAsync(session, id, choice.Enable ? "plugin.enable" : "plugin.setting", setting =>
        {
            if (choice.Enable)
                (setting.Enabled, setting.Approved[version]) = (true, preview.ManifestHash);
            else
                setting.Approved.Remove(version);
        });
        var target = Path.Combine(places.Folder, id, version);
        var aside = PluginFolders.NewScratch(places.Folder);
        var saved = await MovedAndSavedAsync(() => Place(staged.Folder, target, aside), session, () => Unplace(staged.Folder, target, aside), cancellationToken);
        if (!saved.Succeeded)
            return Result<PluginPreview>.Failed(saved.Errors);
        if (Directory.Exists(aside))
            Directory.Delete(aside, recursive: true);
        await ReloadAsync(id);
        return preview with { Plugin = Plugins.FirstOrDefault(p => p.Id == id && p.Version == version) ?? preview.Plugin };
    }, cancellationToken);

    public Task<Result<Done>> RemoveAsync(Actor actor, string pluginId, string? version, CancellationToken cancellationToken) => ChangeAsync<Done>(async () =>
    {
        var here = Plugins.Where(p => p.Id == pluginId && (version is null || p.Version == version)).ToList();
        if (here.Count == 0)
            return Error.NotFound("plugins.notfound", null, version is null ? pluginId : $"{pluginId} {version}");
        var removed = here.Where(p => !IsShipped(p.Id, p.Version)).ToList();
        if (removed.Count == 0)
            return Error.Invalid("plugins.remove.shipped", null, pluginId);
        var used = await UsesAsync(pluginId, version, cancellationToken);
        if (used.Count > 0)
            return Error.Invalid("plugins.remove.used", null, pluginId, string.Join(", ", used.Select(u => u.WorkspaceName).Distinct()));

        var session = stores.System.OpenSession(actor);
        foreach (var plugin in removed)
            session.Log("plugin.remove", pluginId, null, new JsonObject { ["name"] = $"{pluginId} {plugin.Version}", ["title"] = plugin.Name });
        if (await SettingAsync(session, pluginId) is { } setting)
        {
            if (Plugins.Count(p => p.Id == pluginId) == removed.Count)
            {
                session.Remove(setting, setting.Version, "plugin.setting");
            }
            else
            {
                foreach (var plugin in removed)
                    (_, _) = (setting.Approved.Remove(plugin.Version), setting.Offered.Remove(plugin.Version));
                session.Update(setting, setting.Version, "plugin.setting");
            }
        }

        var aside = PluginFolders.NewScratch(places.Folder);
        Directory.CreateDirectory(aside);
        void Away() => removed.ForEach(p => Directory.Move(FolderOf(p), AsideOf(aside, p)));
        void Back()
        {
            foreach (var plugin in removed.Where(p => Directory.Exists(AsideOf(aside, p))))
                Directory.Move(AsideOf(aside, plugin), FolderOf(plugin));
            Directory.Delete(aside);
        }

        var saved = await MovedAndSavedAsync(Away, session, Back, cancellationToken);
        if (!saved.Succeeded)
            return Result<Done>.Failed(saved.Errors);
        var plugins = Path.Combine(places.Folder, pluginId);
        if (Directory.Exists(plugins) && !Directory.EnumerateFileSystemEntries(plugins).Any())
            Directory.Delete(plugins);
        await ReloadAsync(pluginId);
        Directory.Delete(aside, recursive: true);
        foreach (var copies in removed.Select(p => Path.Combine(Current.Options.CacheFolder, p.Id, p.Version)).Where(f => f.Length > 0 && Directory.Exists(f)))
            Directory.Delete(copies, recursive: true);
        return Done.Yes;
    }, cancellationToken);

    public async Task<IReadOnlyList<PluginUses>> UsesAsync(string pluginId, string? version, CancellationToken cancellationToken)
    {
        var setting = await SettingAsync(stores.System.OpenSession(Actor.System), pluginId);
        bool IsTaken(PluginStatus p) => p.Id == pluginId && (version is null || p.Version == version) && !IsShipped(p.Id, p.Version);
        var taken = Plugins.Where(IsTaken).SelectMany(p => p.Offers.Count > 0 ? p.Offers : OffersWhileOff(p, setting)).ToList();
        var left = Plugins.Where(p => !IsTaken(p)).SelectMany(p => p.Offers).ToList();
        static bool Gives(List<PluginOffer> offers, PluginUse use) => offers.Exists(o => o.Kind == use.Kind && o.Key == use.Key && (use.Version is null || o.Version is null || o.Version == use.Version));
        return taken.Count == 0 ? [] : await uses.EverywhereAsync(use => Gives(taken, use) && !Gives(left, use), cancellationToken);
    }

    public Task<Result<Done>> RestoreAsync(Actor actor, string pluginId, string version, CancellationToken cancellationToken) => ChangeAsync<Done>(async () =>
    {
        if (!IsShipped(pluginId, version))
            return Error.NotFound("plugins.notfound", null, $"{pluginId} {version}");
        var session = stores.System.OpenSession(actor);
        session.Log("plugin.restore", pluginId, null, new JsonObject { ["name"] = $"{pluginId} {version}" });
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            return Result<Done>.Failed(saved.Errors);
        Current.Shipped.Restore(pluginId, version);
        await ReloadAsync(pluginId);
        return Done.Yes;
    }, cancellationToken);

    public async Task<(IReadOnlyList<TrustedKey> Keys, PluginPolicy Policy)> TrustAsync(CancellationToken cancellationToken)
    {
        var session = stores.System.OpenSession(Actor.System);
        var keys = new List<TrustedKey>();
        await foreach (var key in session.StreamAsync<TrustedKey>(Query.All.OrderBy("name"), cancellationToken))
            keys.Add(key);
        return (keys, await session.FindAsync<PluginPolicy>(PluginPolicy.OnlyId, cancellationToken) ?? new() { Id = PluginPolicy.OnlyId });
    }

    public Task<Result<TrustedKey>> TrustKeyAsync(Actor actor, string? name, string? pem, CancellationToken cancellationToken) => ChangeAsync<TrustedKey>(async () =>
    {
        var errors = new List<Error>();
        if (string.IsNullOrWhiteSpace(name) || name.Trim().Length > 100)
            errors.Add(Error.Invalid("plugins.key.name.wrong", "Name"));
        if (pem?.Contains("PRIVATE KEY", StringComparison.Ordinal) == true)
            errors.Add(Error.Invalid("plugins.key.private", "PublicKey"));
        else if (SigningKey.ReadPublic(pem) is null)
            errors.Add(Error.Invalid("plugins.key.wrong", "PublicKey"));
        if (errors.Count > 0)
            return errors;
        var der = SigningKey.ReadPublic(pem)!;
        var key = new TrustedKey { Name = name!.Trim(), PublicKey = Convert.ToBase64String(der), Fingerprint = SigningKey.FingerprintOf(der), AddedAt = time.GetUtcNow() };
        var session = stores.System.OpenSession(actor);
        if ((await session.QueryAsync<TrustedKey>(Query.All.Where("fingerprint", key.Fingerprint).Take(1), cancellationToken)).Items.Count > 0)
            return Error.Invalid("plugins.key.known", "PublicKey");
        session.Add(key, "plugin.key.add");
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            return Result<TrustedKey>.Failed(saved.Errors);
        await ReloadAsync();
        return key;
    }, cancellationToken);

    public Task<Result<IReadOnlyList<PluginStatus>>> ForgetKeyAsync(Actor actor, string keyId, CancellationToken cancellationToken) => ChangeAsync<IReadOnlyList<PluginStatus>>(async () =>
    {
        var session = stores.System.OpenSession(actor);
        if (await session.FindAsync<TrustedKey>(keyId, cancellationToken) is not { } key)
            return Error.NotFound();
        var signed = Plugins.Where(p => p.Origin.Fingerprint == key.Fingerprint).ToList();
        session.Remove(key, key.Version, "plugin.key.remove", signed.Count == 0 ? null : string.Join(", ", signed.Select(p => $"{p.Id} {p.Version}")));
        var done = await SavedAndReloadedAsync(session, cancellationToken);
        return done.Succeeded ? signed : Result<IReadOnlyList<PluginStatus>>.Failed(done.Errors);
    }, cancellationToken);

    public Task<Result<Done>> DemandSignaturesAsync(Actor actor, bool onlySigned, CancellationToken cancellationToken) => ChangeAsync<Done>(async () =>
    {
        var session = stores.System.OpenSession(actor);
        var action = onlySigned ? "plugin.policy.signed" : "plugin.policy.any";
        if (await session.FindAsync<PluginPolicy>(PluginPolicy.OnlyId, cancellationToken) is { } policy)
        {
            policy.OnlySigned = onlySigned;
            session.Update(policy, policy.Version, action);
        }
        else
        {
            session.Add(new PluginPolicy { Id = PluginPolicy.OnlyId, OnlySigned = onlySigned }, action);
        }

        return await SavedAndReloadedAsync(session, cancellationToken);
    }, cancellationToken);

    /// <summary>A server loads while it starts to listen, so that the first page does not wait.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Current, stoppingToken);

    public override void Dispose()
    {
        changing.Dispose();
        base.Dispose();
    }

    private static string JsonNamingPolicyOf(SignatureState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    /// <summary>One change at a time. What a file or the disk does wrong is a refusal.</summary>
    private async Task<Result<T>> ChangeAsync<T>(Func<Task<Result<T>>> change, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            return await change();
        }
        catch (PluginRefusedException refused)
        {
            return Error.Invalid(refused.Reason.Key, "File", [.. refused.Reason.Arguments.Select(a => a.ToString())]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.LogError(error, "The change of plugins failed");
            return Error.Invalid("plugins.change.failed", null, error.Message);
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task<StagedPlugin> StageAsync(Stream file)
    {
        var loaded = Current;
        return await Task.Run(() => StagedPlugin.From(file, loaded.Options, loaded.Catalog, new PluginLoader(loaded.Options, _ => false, logger)));
    }

    /// <summary>One rename each way, so that a power cut leaves the old state or the new one.</summary>
    private static void Place(string staged, string target, string aside)
    {
        var plugin = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(plugin);
        if (Directory.Exists(target))
            Directory.Move(target, aside);
        Directory.Move(staged, target);
        Durable.SyncFolder(plugin);
        Durable.SyncFolder(Path.GetDirectoryName(plugin)!);
    }

    private static void Unplace(string staged, string target, string aside)
    {
        if (!Directory.Exists(staged))
            Directory.Delete(target, recursive: true);
        if (Directory.Exists(aside))
            Directory.Move(aside, target);
        else if (Directory.Exists(Path.GetDirectoryName(target)) && !Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(target)!).Any())
            Directory.Delete(Path.GetDirectoryName(target)!);
    }

    /// <summary>Both or neither: whatever fails, what was moved so far is moved back.</summary>
    private static async Task<Result<LogHead>> MovedAndSavedAsync(Action move, IDocumentSession session, Action undo, CancellationToken cancellationToken)
    {
        var isSaved = false;
        try
        {
            move();
            var saved = await session.SaveAsync(cancellationToken);
            isSaved = saved.Succeeded;
            return saved;
        }
        finally
        {
            if (!isSaved)
                undo();
        }
    }

    private async Task<Result<Done>> SavedAndReloadedAsync(IDocumentSession session, CancellationToken cancellationToken)
    {
        var saved = await session.SaveAsync(cancellationToken);
        if (!saved.Succeeded)
            return Result<Done>.Failed(saved.Errors);
        await ReloadAsync();
        return Done.Yes;
    }

    private string FolderOf(PluginStatus plugin) => plugin.Version.Length == 0 ? Path.Combine(places.Folder, plugin.Id) : Path.Combine(places.Folder, plugin.Id, plugin.Version);

    private static string AsideOf(string aside, PluginStatus plugin) => Path.Combine(aside, plugin.Version.Length == 0 ? "misplaced" : plugin.Version);

    /// <summary>Changes the setting of a plugin. A new one starts from what is in use without any.</summary>
    private async Task SetAsync(IDocumentSession session, string pluginId, string action, Action<PluginSetting> change)
    {
        var known = await SettingAsync(session, pluginId);
        var active = Plugins.Where(p => p.Id == pluginId && p.State == PluginState.Active).Select(p => p.Version).ToHashSet();
        var setting = known ?? new PluginSetting { PluginId = pluginId, Enabled = true, Approved = ManifestsHere(pluginId).Where(m => active.Contains(m.Key)).ToDictionary() };
        foreach (var plugin in Plugins.Where(p => p.Id == pluginId && p.Offers.Count > 0))
            setting.Offered[plugin.Version] = [.. plugin.Offers];
        change(setting);
        if (known is null)
            session.Add(setting, action);
        else
            session.Update(setting, setting.Version, action);
    }

    private static async Task<PluginSetting?> SettingAsync(IDocumentSession session, string pluginId) =>
        (await session.QueryAsync<PluginSetting>(Query.All.Where("plugin", pluginId).Take(1))).Items.FirstOrDefault();

    /// <summary>SHA-256 of the manifest of each version that lies here.</summary>
    private Dictionary<string, string> ManifestsHere(string pluginId) => Plugins
        .Where(p => p.Id == pluginId)
        .Select(p => (p.Version, File: Path.Combine(FolderOf(p), PluginManifest.FileName)))
        .Where(p => File.Exists(p.File))
        .ToDictionary(p => p.Version, p => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(p.File))));

    /// <summary>What a version that is not in use would offer: as it was when it was last, or for data as it can be read.</summary>
    private IReadOnlyList<PluginOffer> OffersWhileOff(PluginStatus plugin, PluginSetting? setting)
    {
        if (setting?.Offered.GetValueOrDefault(plugin.Version) is { } offered)
            return offered;
        if (plugin.HasCode || plugin.Version.Length == 0)
            return [];
        try
        {
            return new PluginLoader(Current.Options, _ => false, logger).Register(FolderOf(plugin), PluginLoader.ReadManifest(FolderOf(plugin), plugin.Id, plugin.Version)).Registry.Offers;
        }
        catch (Exception error) when (error is PluginRefusedException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Loads everything anew; what the changed plugin now offers is kept, so that it is known when it is off.</summary>
    private async Task ReloadAsync(string? pluginId = null)
    {
        current = await LoadAsync(Current.Shipped);
        if (pluginId is null || !Plugins.Any(p => p.Id == pluginId && p.Offers.Count > 0))
            return;
        var session = stores.System.OpenSession(Actor.System);
        if (await SettingAsync(session, pluginId) is not { } setting)
            return;
        var before = setting.Offered.Count;
        foreach (var plugin in Plugins.Where(p => p.Id == pluginId && p.Offers.Count > 0 && !setting.Offered.ContainsKey(p.Version)))
            setting.Offered[plugin.Version] = [.. plugin.Offers];
        if (setting.Offered.Count == before)
            return;
        session.Update(setting, setting.Version, "plugin.load");
        await session.SaveAsync();
    }

    private async Task<Loaded> FirstLoadAsync()
    {
        PluginFolders.Sweep(places.Folder, logger);
        var shipped = places.Shipped(logger);
        shipped.Unpack();
        await RememberAsync(shipped);
        return await LoadAsync(shipped);
    }

    /// <summary>Notes what this program brings, for the programs that come after it.</summary>
    private async Task RememberAsync(ShippedPlugins shipped)
    {
        try
        {
            var session = stores.System.OpenSession(Actor.System);
            var stored = await session.FindAsync<ShippedEarlier>(ShippedEarlier.OnlyId);
            if (shipped.Manifests.All(m => stored?.Manifests.GetValueOrDefault(m.Key) == m.Value))
                return;
            var noted = stored ?? new() { Id = ShippedEarlier.OnlyId };
            foreach (var (version, hash) in shipped.Manifests)
                noted.Manifests[version] = hash;
            if (stored is null)
                session.Add(noted, "plugin.shipped");
            else
                session.Update(noted, noted.Version, "plugin.shipped");
            await session.SaveAsync();
        }
        catch (StoreException error)
        {
            logger.LogWarning(error, "What the program brings could not be noted");
        }
    }

    private async Task<Loaded> LoadAsync(ShippedPlugins shipped)
    {
        var options = await OptionsAsync(shipped);
        return new(await Task.Run(() => PluginCatalog.Load(options, logger, current?.Catalog)), options, shipped);
    }

    private async Task<PluginLoadOptions> OptionsAsync(ShippedPlugins shipped)
    {
        try
        {
            var settings = new Dictionary<string, PluginSetting>(StringComparer.Ordinal);
            await foreach (var setting in stores.System.OpenSession(Actor.System).StreamAsync<PluginSetting>(Query.All))
                settings[setting.PluginId] = setting;
            var (keys, policy) = await TrustAsync(CancellationToken.None);
            var earlier = await stores.System.OpenSession(Actor.System).FindAsync<ShippedEarlier>(ShippedEarlier.OnlyId);
            return places.Options(shipped, id => settings.GetValueOrDefault(id)?.Enabled) with
            {
                EarlierManifests = earlier?.Manifests ?? [],
                IsApproved = m => settings.GetValueOrDefault(m.Id)?.Approved.GetValueOrDefault(m.Version.ToString()) == m.Hash,
                Trust = new(keys.ToDictionary(k => k.Fingerprint, k => k.Name), policy.OnlySigned),
            };
        }
        catch (StoreException error)
        {
            // Without the switches nothing but what ships can be believed.
            logger.LogWarning(error, "Plugin switches cannot be read; only what comes with the program is used");
            return places.Options(shipped, _ => null) with { Trust = PluginTrust.None with { OnlySigned = true } };
        }
    }

    private sealed record Loaded(PluginCatalog Catalog, PluginLoadOptions Options, ShippedPlugins Shipped);
}

/// <summary>Where plugins lie, and the program that carries those that ship.</summary>
internal sealed record PluginPlaces(string DataFolder, Assembly Program)
{
    public string Folder { get; } = Path.GetFullPath(Path.Combine(DataFolder, "plugins"));

    /// <summary>What comes with the program.</summary>
    public ShippedPlugins Shipped(ILogger logger) => new(Program, Folder, logger);

    /// <summary>Unpacks what ships and says how to load.</summary>
    public PluginLoadOptions Options(Func<string, bool?> isEnabled, ILogger logger)
    {
        var shipped = Shipped(logger);
        shipped.Unpack();
        return Options(shipped, isEnabled);
    }

    public PluginLoadOptions Options(ShippedPlugins shipped, Func<string, bool?> isEnabled) =>
        new(Folder, Path.GetFullPath(Path.Combine(DataFolder, "plugins-cache")), isEnabled, shipped.Ids) { ShippedManifests = shipped.Manifests, Mend = shipped.Mend };
}

using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Store.Lite;
using IsmsModular.Platform.Workspaces;

namespace IsmsModular.Tests.Store;

/// <summary>Backups are made while the program works, are checked before they count, and bring everything back.</summary>
public sealed class BackingUp : IDisposable
{
    private static readonly DocumentMap<Workspace> WorkspaceMap = new DocumentMap<Workspace>("system_workspaces").Unique("slug", w => w.Slug);
    private readonly TemporaryFolder folder = new();
    private readonly StandingClock clock = new();
    private readonly string acme = Document.NewId();
    private readonly LiteStoreDirectory directory;

    public BackingUp() => directory = Make("data");

    private string Zip => Path.Combine(folder.Path, "out", "backup.zip");

    private Backup Backup => new(directory, clock);

    public void Dispose()
    {
        directory.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Only_the_owner_reads_stores_attachments_and_backups()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        await FillAsync();
        await directory.Workspace(acme).Attachments.PutAsync(new MemoryStream([1, 2, 3]), 10, default);
        await Backup.BackupAsync(Zip, null, default);
        [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
        void Check()
        {
            string[] files = [Zip, .. Directory.GetFiles(directory.DataFolder, "*.db*", SearchOption.AllDirectories), .. Directory.GetFiles(Path.Combine(directory.DataFolder, "attachments"), "*", SearchOption.AllDirectories)];
            Assert.True(files.Length > 3);
            Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        }

        Check();
        await Backup.RestoreAsync(Zip, default);
        Check();
    }

    [Fact]
    public async Task Everything_but_the_keys_comes_back()
    {
        var thing = await FillAsync();
        var sha = await directory.Workspace(acme).Attachments.PutAsync(new MemoryStream([1, 2, 3]), 10, default);
        Write("plugins/matrix/1.0.0/plugin.json", "{}");
        Write("keys/key.xml", "secret");
        var report = await Backup.BackupAsync(Zip, null, default);
        Assert.Equal((2, 1, new FileInfo(Zip).Length), (report.Stores, report.Attachments, report.Bytes));
        Assert.Equal(await directory.Workspace(acme).OpenSession(Actor.System).HeadAsync(), report.Heads[acme]);
        using (var zip = ZipFile.OpenRead(Zip))
        {
            Assert.DoesNotContain(zip.Entries, e => e.FullName.Contains("key", StringComparison.Ordinal));
        }

        await SaveAsync(directory.Workspace(acme), new() { Name = "later" });
        var other = Document.NewId();
        await SaveAsync(directory.Workspace(other), new() { Name = "workspace made later" });
        File.Delete(Path.Combine(directory.DataFolder, "attachments", acme, sha[..2], sha));
        Write("plugins/other/1.0.0/plugin.json", "{}");
        var restored = await Backup.RestoreAsync(Zip, default);

        var session = directory.Workspace(acme).OpenSession(Actor.System);
        Assert.Equal(1, await session.CountAsync<Thing>(Query.All));
        Assert.Equal("kept", (await session.FindAsync<Thing>(thing.Id))!.Name);
        Assert.NotNull(directory.Workspace(acme).Attachments.Open(sha));
        Assert.Equal([acme], directory.WorkspaceIds());
        Assert.False(Directory.Exists(Path.Combine(directory.DataFolder, "plugins", "other")));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(directory.DataFolder, "keys", "key.xml")));
        Assert.True(File.Exists(Path.Combine(restored.Kept, "workspaces", other + ".db")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(directory.DataFolder, "backups")));
        Assert.Empty(Directory.GetDirectories(directory.DataFolder, "restore-*"));
    }

    [Fact]
    public async Task A_folder_that_no_program_has_open_is_backed_up()
    {
        await FillAsync();
        directory.Dispose();
        Directory.CreateDirectory(Path.Combine(directory.DataFolder, "backups", "work-left-by-a-killed-program"));
        using var fresh = Make("data");
        using var backup = new Backup(fresh, clock);
        Assert.Equal(2, (await backup.BackupAsync(Zip, null, default)).Stores);
        Assert.Empty(Directory.GetDirectories(Path.Combine(directory.DataFolder, "backups")));
    }

    [Fact]
    public async Task A_backup_under_load_is_one_moment_of_each_store()
    {
        await FillAsync();
        var store = directory.Workspace(acme);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(async () =>
        {
            var written = 0;
            for (; !stop.IsCancellationRequested; written++)
            {
                var session = store.OpenSession(Actor.System);
                session.Add(new Thing { Name = $"pair {w}.{written}", Colour = Colour.Green }, "thing.add");
                session.Add(new Thing { Name = $"pair {w}.{written}", Colour = Colour.DeepRed }, "thing.add");
                Assert.True((await session.SaveAsync()).Succeeded);
            }
            return written;
        })).ToArray();
        for (var i = 0; i < 3; i++)
        {
            await Backup.BackupAsync(Zip, null, default);
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await Backup.RestoreAsync(Zip, default);
        var restored = directory.Workspace(acme).OpenSession(Actor.System);
        Assert.Equal(await restored.CountAsync<Thing>(Query.All.Where("colour", Colour.Green)), await restored.CountAsync<Thing>(Query.All.Where("colour", Colour.DeepRed)));
        Assert.True((await directory.Workspace(acme).VerifyAsync(default)).Sound);
    }

    [Fact]
    public async Task A_workspace_alone_moves_to_another_installation_and_replaces_there()
    {
        await FillAsync();
        await directory.Workspace(acme).Attachments.PutAsync(new MemoryStream([1]), 10, default);
        await Backup.BackupAsync(Zip, acme, default);
        using var there = Make("there");
        var own = Document.NewId();
        await AddRecordAsync(there, own, "own");
        await SaveAsync(there.Workspace(own), new() { Name = "own" });
        for (var round = 0; round < 2; round++)
        {
            var restored = await new Backup(there, clock).RestoreAsync(Zip, default);
            Assert.Equal(acme, restored.WorkspaceId);
            Assert.Equal("Acme", (await there.System.OpenSession(Actor.System).FindAsync<Workspace>(acme))!.Name);
            Assert.Equal(1, await there.Workspace(acme).OpenSession(Actor.System).CountAsync<Thing>(Query.All));
            Assert.Equal(1, await there.Workspace(own).OpenSession(Actor.System).CountAsync<Thing>(Query.All.Where("name", "own")));
            await SaveAsync(there.Workspace(acme), new() { Name = "after" });
        }
    }

    [Fact]
    public async Task A_workspace_whose_address_is_taken_is_refused()
    {
        await FillAsync();
        await Backup.BackupAsync(Zip, acme, default);
        using var there = Make("there");
        await AddRecordAsync(there, Document.NewId(), "acme");
        await Assert.ThrowsAsync<StoreException>(() => new Backup(there, clock).RestoreAsync(Zip, default));
        Assert.Empty(there.WorkspaceIds());
    }

    [Theory]
    [InlineData("id", "01J00000000000000000000000")]
    [InlineData("slug", "acme\n")]
    [InlineData("slug", "../acme")]
    [InlineData("timeZone", "Nowhere/Else")]
    [InlineData("currency", "ringgit")]
    [InlineData("language", "xx")]
    [InlineData("name", " ")]
    [InlineData("catalogue", null)]
    public async Task A_workspace_whose_entry_is_wrong_is_refused_before_anything_is_moved(string property, string? value)
    {
        await FillAsync();
        await Backup.BackupAsync(Zip, acme, default);
        ChangeManifest(m => m["workspace"]![property] = value);
        using var there = Make("there");
        await AddRecordAsync(there, Document.NewId(), "other");
        var error = await Assert.ThrowsAsync<StoreException>(() => new Backup(there, clock).RestoreAsync(Zip, default));
        Assert.Contains("nothing was changed", error.Message, StringComparison.Ordinal);
        Assert.Empty(there.WorkspaceIds());
        Assert.Equal(1, await there.System.OpenSession(Actor.System).CountAsync<Workspace>(Query.All));
    }

    [Fact]
    public async Task A_workspace_without_an_entry_is_refused()
    {
        await FillAsync();
        await Backup.BackupAsync(Zip, acme, default);
        ChangeManifest(m => m.Remove("workspace"));
        using var there = Make("there");
        await Assert.ThrowsAsync<StoreException>(() => new Backup(there, clock).RestoreAsync(Zip, default));
        Assert.Empty(there.WorkspaceIds());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_backup_that_failed_leaves_the_way_free_for_the_next()
    {
        await FillAsync();
        using var backup = Backup;
        var backups = Path.Combine(directory.DataFolder, "backups");
        File.WriteAllText(backups, "a file where the folder belongs");
        await Assert.ThrowsAsync<StoreException>(() => backup.BackupAsync(Zip, null, TestContext.Current.CancellationToken));
        File.Delete(backups);
        // Neither written nor deleted.
        Directory.CreateDirectory(Zip + ".new");
        var error = await Assert.ThrowsAsync<StoreException>(() => backup.BackupAsync(Zip, null, TestContext.Current.CancellationToken));
        Assert.Contains("could not be made", error.Message, StringComparison.Ordinal);
        Directory.Delete(Zip + ".new");
        Assert.Equal(2, (await backup.BackupAsync(Zip, null, TestContext.Current.CancellationToken)).Stores);
        Assert.Empty(Directory.GetDirectories(backups));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("missing")]
    [InlineData("extra")]
    [InlineData("../evil.txt")]
    [InlineData("plugins/../../evil.txt")]
    [InlineData("/evil.txt")]
    [InlineData("plugins/a\\..\\..\\evil.txt")]
    [InlineData("keys/evil.xml")]
    [InlineData("isms.lock")]
    [InlineData("text")]
    [InlineData("no files")]
    [InlineData("no file")]
    [InlineData("no path")]
    [InlineData("no hash")]
    public async Task A_spoilt_archive_is_refused_and_changes_nothing(string how)
    {
        await FillAsync();
        await directory.System.Attachments.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes("evidence")), 100, default);
        await Backup.BackupAsync(Zip, null, default);
        Spoil(how);
        await SaveAsync(directory.Workspace(acme), new() { Name = "later" });
        await Assert.ThrowsAsync<StoreException>(() => Backup.RestoreAsync(Zip, default));
        Assert.Equal(2, await directory.Workspace(acme).OpenSession(Actor.System).CountAsync<Thing>(Query.All));
        Assert.Empty(Directory.GetFiles(folder.Path, "evil*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetDirectories(directory.DataFolder, "*restore-*"));
    }

    [Fact]
    public async Task A_store_that_was_tampered_with_is_not_backed_up()
    {
        var thing = await FillAsync();
        directory.CloseAll();
        var path = directory.PathOf(acme);
        using (var file = new LiteFile(new DiskFile(path), new DiskFile(path[..^3] + "-log.db")))
        {
            var row = file.Get("test_things", thing.Id)!;
            row["j"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(row["j"].AsBinary).Replace("kept", "KEPT", StringComparison.Ordinal));
            file.Put("test_things", row);
            file.AwaitDurable();
        }
        var error = await Assert.ThrowsAsync<StoreException>(() => Backup.BackupAsync(Zip, null, default));
        Assert.Contains(thing.Id, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Zip) || File.Exists(Zip + ".new"));
        Assert.Null(Backup.LastBackupAt());
    }

    [Fact]
    public async Task An_attachment_that_is_gone_is_named_and_keeps_nothing_else_from_being_saved()
    {
        await FillAsync();
        var store = directory.Workspace(acme);
        var thing = new Thing { File = await store.Attachments.PutAsync(new MemoryStream([1, 2, 3]), 10, default) };
        await SaveAsync(store, thing);
        Assert.Empty((await Backup.BackupAsync(Zip, null, default)).Missing);
        File.Delete(Path.Combine(directory.DataFolder, "attachments", acme, thing.File[..2], thing.File));
        string[] missing = [$"{acme}: test_things/{thing.Id}: its attachment {thing.File} is missing"];
        Assert.Equal(missing, (await Backup.BackupAsync(Zip, null, default)).Missing);
        Assert.Equal(missing, (await Backup.RestoreAsync(Zip, default)).Missing);
    }

    [Fact]
    public async Task Restoring_needs_the_server_stopped()
    {
        await FillAsync();
        await Backup.BackupAsync(Zip, null, default);
        using var second = Make("data");
        await Assert.ThrowsAsync<StoreException>(() => new Backup(second, clock).RestoreAsync(Zip, default));
    }

    [Fact]
    public async Task An_interrupted_restore_is_finished_at_the_next_start()
    {
        await FillAsync();
        await SaveAsync(directory.Workspace(acme), new() { Name = "old" });
        directory.Dispose();
        Write("restore-x/system.db", "new system");
        Write("restore-x/workspaces/w.db", "new workspace");
        File.WriteAllBytes(Path.Combine(folder.Path, "data", "restore.pending"), JsonSerializer.SerializeToUtf8Bytes(new RestoreSwap.Pending("restore-x", "before-x", ["system.db", "system-log.db", "workspaces", "attachments", "plugins"]) { Present = ["system.db", "workspaces"] }));

        // It stopped between moving the old system file away and moving the new one in.
        Directory.CreateDirectory(Path.Combine(folder.Path, "data", "before-x"));
        File.Move(Path.Combine(folder.Path, "data", "system.db"), Path.Combine(folder.Path, "data", "before-x", "system.db"));
        using var again = Make("data");
        again.Hold();
        Assert.Equal("new system", File.ReadAllText(Path.Combine(again.DataFolder, "system.db")));
        Assert.Equal(["w.db"], Directory.GetFiles(Path.Combine(again.DataFolder, "workspaces")).Select(Path.GetFileName));
        Assert.True(File.Exists(Path.Combine(again.DataFolder, "before-x", "workspaces", acme + ".db")));
        Assert.False(RestoreSwap.IsPending(again.DataFolder));
    }

    [Fact]
    public async Task The_time_of_the_last_backup_is_known()
    {
        await FillAsync();
        Assert.Null(Backup.LastBackupAt());
        await Backup.BackupAsync(Zip, null, default);
        clock.Advance(TimeSpan.FromDays(2));
        await Backup.BackupAsync(Zip, acme, default);
        Assert.Equal(clock.GetUtcNow() - TimeSpan.FromDays(2), Backup.LastBackupAt());
        Assert.Equal(clock.GetUtcNow(), Backup.LastBackupAt(acme));
        Assert.Equal(clock.GetUtcNow() - TimeSpan.FromDays(2), Backup.LastBackupAt(Document.NewId()));
    }

    private static async Task SaveAsync(IDocumentStore store, Thing thing)
    {
        var session = store.OpenSession(Actor.System);
        session.Add(thing, "thing.add");
        Assert.True((await session.SaveAsync()).Succeeded);
    }

    private static async Task AddRecordAsync(LiteStoreDirectory at, string id, string slug)
    {
        var session = at.System.OpenSession(Actor.System);
        session.Add(new Workspace { Id = id, Name = "Acme", Slug = slug }, "workspace.add");
        Assert.True((await session.SaveAsync()).Succeeded);
    }

    private async Task<Thing> FillAsync()
    {
        await AddRecordAsync(directory, acme, "acme");
        var thing = new Thing { Name = "kept" };
        await SaveAsync(directory.Workspace(acme), thing);
        return thing;
    }

    private LiteStoreDirectory Make(string name) => new(Path.Combine(folder.Path, name), [WorkspaceMap], [Thing.Map, Other.Map], clock);

    private void Write(string path, string text)
    {
        path = Path.Combine(folder.Path, "data", path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Spoil(string how)
    {
        switch (how)
        {
            case "text":
                File.WriteAllText(Zip, "no zip at all");
                return;
            case "no files":
                ChangeManifest(m => m.Remove("files"));
                return;
            case "no file":
                ChangeManifest(m => m["files"]![0] = null);
                return;
            case "no path":
                ChangeManifest(m => m["files"]![0]!.AsObject().Remove("path"));
                return;
            case "no hash":
                ChangeManifest(m => m["files"]![0]!.AsObject().Remove("sha256"));
                return;
        }
        using var zip = ZipFile.Open(Zip, ZipArchiveMode.Update);
        var attachment = zip.Entries.Single(e => e.FullName.StartsWith("attachments", StringComparison.Ordinal));
        switch (how)
        {
            case "flip":
                var name = attachment.FullName;
                attachment.Delete();
                Put(zip, name, "Evidence");
                break;
            case "missing":
                attachment.Delete();
                break;
            case "extra":
                Put(zip, "plugins/a/b", "x");
                break;
            default:
                Put(zip, how, "evil");
                ChangeManifest(zip, m => m["files"]!.AsArray().Add(new JsonObject { ["path"] = how, ["bytes"] = 4, ["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("evil"u8)) }));
                break;
        }
    }

    private void ChangeManifest(Action<JsonObject> change)
    {
        using var zip = ZipFile.Open(Zip, ZipArchiveMode.Update);
        ChangeManifest(zip, change);
    }

    private static void ChangeManifest(ZipArchive zip, Action<JsonObject> change)
    {
        var entry = zip.GetEntry("manifest.json")!;
        JsonObject manifest;
        using (var stream = entry.Open())
        {
            manifest = JsonNode.Parse(stream)!.AsObject();
        }
        change(manifest);
        entry.Delete();
        Put(zip, "manifest.json", manifest.ToJsonString());
    }

    private static void Put(ZipArchive zip, string name, string text)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}

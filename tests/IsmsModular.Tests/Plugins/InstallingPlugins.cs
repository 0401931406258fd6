using System.Net;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;
using IsmsModular.Platform.Rights;
using IsmsModular.Platform.Store;
using IsmsModular.Platform.Workspaces;
using IsmsModular.Risks.Catalogues;
using IsmsModular.Risks.Exercises;
using IsmsModular.Risks.Register;
using IsmsModular.Tests.App;
using IsmsModular.Web.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace IsmsModular.Tests.Plugins;

public sealed class InstallingPlugins : IAsyncLifetime
{
    private IsmsApp app = null!;

    private IPluginAdministration Administration => app.Services.GetRequiredService<IPluginAdministration>();

    private IPluginCatalog Catalog => app.Services.GetRequiredService<IPluginCatalog>();

    private string Plugins => Path.Combine(app.DataFolder, "plugins");

    public async ValueTask InitializeAsync()
    {
        app = await IsmsApp.StartAsync();
        Assert.NotEmpty(Catalog.Plugins);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_catalogue_from_a_file_is_offered_after_the_administrator_agreed_and_not_before()
    {
        var browser = await AdministratorAsync();
        var uploaded = await UploadAsync(browser, PluginFile.Catalogue("agency-controls").Zip());
        Assert.Equal(HttpStatusCode.SeeOther, uploaded.Status);
        Assert.Null(Catalog.Catalogue("agency-controls"));
        Assert.False(Directory.Exists(Path.Combine(Plugins, "agency-controls")));

        var preview = await browser.GetAsync(uploaded.Location!);
        Assert.Contains("This plugin holds data only", preview.Text, StringComparison.Ordinal);
        Assert.Contains("Catalogue agency-controls", preview.Text, StringComparison.Ordinal);
        Assert.Contains("Not signed", preview.Text, StringComparison.Ordinal);

        var installed = await ConfirmAsync(browser, uploaded.Location!, enable: true);
        Assert.Equal("/admin/plugins/detail?id=agency-controls", installed.Location);
        Assert.NotNull(Catalog.Catalogue("agency-controls"));
        Assert.Contains("agency-controls", (await browser.GetAsync(installed.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal(["plugin.enable", "plugin.install"], (await LogAsync("plugin.install", "plugin.enable")).Order(StringComparer.Ordinal));
        await app.RestartAsync();
        Assert.NotNull(Catalog.Catalogue("agency-controls"));
    }

    [Fact]
    public async Task Code_says_that_it_gets_full_trust_and_does_not_run_until_it_is_switched_on()
    {
        var browser = await AdministratorAsync();
        var uploaded = await UploadAsync(browser, PluginFile.Code("").Listing("runtimes/linux-x64/native/libtiny.so", [1, 2, 3]).Zip());
        var preview = await browser.GetAsync(uploaded.Location!);
        Assert.Contains("same trust as the program itself", preview.Text, StringComparison.Ordinal);
        Assert.Contains("It brings native libraries", preview.Text, StringComparison.Ordinal);
        Assert.Contains("libtiny.so", preview.Text, StringComparison.Ordinal);

        await ConfirmAsync(browser, uploaded.Location!, enable: false);
        Assert.Equal(PluginState.Disabled, Catalog.Plugins.Single(p => p.Id == "misbehaving").State);
        Assert.Null(Catalog.Methodology("misbehaving"));

        await browser.PostAsync("/admin/plugins/detail?id=misbehaving&handler=Switch&enabled=true", [], form: "/admin/plugins/detail?id=misbehaving");
        Assert.NotNull(Catalog.Methodology("misbehaving"));
    }

    [Fact]
    public async Task A_newer_version_stands_beside_the_older_one()
    {
        await InstallAsync(PluginFile.Data("grows", "1.9.0").Zip());
        var looked = await InspectAsync(PluginFile.Data("grows", "1.10.0").Zip());
        Assert.Equal((PluginChange.Update, "1.9.0"), (looked.Value.Change, looked.Value.Newest));

        await InstallAsync(PluginFile.Data("grows", "1.10.0").Zip(), enable: false);
        Assert.Equal("1.9.0", Catalog.Methodology("grows")!.Version);

        await Administration.SwitchAsync(Actor.Console, "grows", true);
        Assert.Equal("1.10.0", Catalog.Methodology("grows")!.Version);
        Assert.Equal("1.9.0", Catalog.Methodology("grows", "1.9.0")!.Version);
    }

    [Fact]
    public async Task An_older_version_is_installed_only_on_demand_and_new_work_keeps_the_newer()
    {
        await InstallAsync(PluginFile.Data("older", "2.0.0").Zip());
        var browser = await AdministratorAsync();
        var uploaded = await UploadAsync(browser, PluginFile.Data("older", "1.0.0").Zip());
        Assert.Contains("Version 2.0.0 is here, which is newer than 1.0.0", (await browser.GetAsync(uploaded.Location!)).Text, StringComparison.Ordinal);
        var refused = await ConfirmAsync(browser, uploaded.Location!, enable: true);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Null(Catalog.Methodology("older", "1.0.0"));

        await ConfirmAsync(browser, uploaded.Location!, enable: true, older: true);
        Assert.NotNull(Catalog.Methodology("older", "1.0.0"));
        Assert.Equal("2.0.0", Catalog.Methodology("older")!.Version);
    }

    [Fact]
    public async Task The_same_version_again_is_refused_unless_its_files_here_are_damaged()
    {
        await InstallAsync(PluginFile.Data("again").Zip());
        Assert.Equal("plugins.file.same", Refusal(await InspectAsync(PluginFile.Data("again").Zip())));
        Assert.Equal("plugins.file.same", Refusal(await InspectAsync(PluginFile.Data("again").With(m => m["name"] = "Another build").Zip())));

        await File.AppendAllTextAsync(Path.Combine(Plugins, "again", "1.0.0", "methodology.json"), " ");
        var repaired = await InstallAsync(PluginFile.Data("again").Zip());
        Assert.Equal((PluginChange.Repair, PluginState.Active), (repaired.Change, repaired.Plugin.State));
    }

    [Fact]
    public async Task A_key_of_another_plugin_is_refused_with_its_name()
    {
        var refused = await InspectAsync(PluginFile.Data("thief", method: "matrix").Zip());
        Assert.Equal("plugins.reason.taken", Refusal(refused));
        Assert.Equal(["methodology matrix", "matrix"], refused.Errors[0].Arguments);
        var code = await InspectAsync(PluginFile.Code("").With(m => m["offers"] = new System.Text.Json.Nodes.JsonArray("methodology matrix")).Zip());
        Assert.Equal("plugins.reason.taken", Refusal(code));
    }

    [Fact]
    public async Task Code_may_not_offer_more_than_its_manifest_says()
    {
        var installed = await InstallAsync(PluginFile.Code("").With(m => (m["id"], m["offers"]) = ("secretive", new System.Text.Json.Nodes.JsonArray("methodology misbehaving"))).Zip());
        Assert.Equal((PluginState.Faulted, "plugins.reason.offers"), (installed.Plugin.State, installed.Plugin.Reason!.Key));
    }

    [Fact]
    public async Task What_changed_after_it_was_switched_on_waits_again()
    {
        await InstallAsync(PluginFile.Data("swapped").Zip());
        var folder = Path.Combine(Plugins, "swapped", "1.0.0");
        PluginFolder.Rewrite(folder, m => m["name"] = "Somebody else's");
        await app.RestartAsync();
        Assert.Equal((PluginState.Disabled, "plugins.reason.version"), StateOf("swapped"));
    }

    [Fact]
    public async Task A_file_that_is_exchanged_after_it_was_shown_is_refused()
    {
        var shown = await InspectAsync(PluginFile.Data("exchanged").Zip());
        using var other = new MemoryStream(PluginFile.Data("exchanged").With(m => m["name"] = "Other").Zip());
        var installed = await Administration.InstallAsync(Actor.Console, other, new(true, ManifestHash: shown.Value.ManifestHash), default);
        Assert.Equal("plugins.install.changed", Refusal(installed));
        Assert.False(Directory.Exists(Path.Combine(Plugins, "exchanged")));
    }

    [Fact]
    public async Task A_plugin_that_nobody_uses_is_removed_with_its_files()
    {
        await InstallAsync(PluginFile.Data("unused").Zip());
        var browser = await AdministratorAsync();
        var removed = await browser.PostAsync("/admin/plugins/detail?id=unused&version=1.0.0&handler=Remove", [], form: "/admin/plugins/detail?id=unused");
        Assert.Equal("/admin/plugins", removed.Location);
        Assert.DoesNotContain(Catalog.Plugins, p => p.Id == "unused");
        Assert.False(Directory.Exists(Path.Combine(Plugins, "unused")));
        Assert.Contains("plugin.remove", await LogAsync("plugin.remove"));
        await InstallAsync(PluginFile.Data("unused").Zip(), enable: false);
        Assert.Equal(PluginState.Disabled, StateOf("unused").State);
    }

    [Fact]
    public async Task What_comes_with_the_program_is_not_removed() =>
        Assert.Equal("plugins.remove.shipped", Refusal(await Administration.RemoveAsync(Actor.Console, "matrix", null, default)));

    [Fact]
    public async Task What_a_workspace_uses_is_not_removed_and_the_page_says_where()
    {
        await InstallAsync(PluginFile.Catalogue("used-controls").Zip());
        var work = await app.NewWorkspaceAsync("agency");
        await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<IStoreDirectory>().System.OpenSession(Actor.Console);
            var workspace = (await session.FindAsync<Workspace>(work.Workspace.Id))!;
            workspace.Catalogue = "used-controls";
            session.Update(workspace, workspace.Version, "workspace.settings");
            return (await session.SaveAsync()).Succeeded;
        });
        var browser = await AdministratorAsync();
        var removed = await browser.PostAsync("/admin/plugins/detail?id=used-controls&version=1.0.0&handler=Remove", [], form: "/admin/plugins/detail?id=used-controls");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, removed.Status);
        Assert.Contains("cannot be removed, because it is used in: agency", removed.Text, StringComparison.Ordinal);
        Assert.Contains("control catalogue of the workspace", removed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"/w/{work.Slug}", removed.Body, StringComparison.Ordinal);
        Assert.NotNull(Catalog.Catalogue("used-controls"));

        // Off or on: what is stored needs it.
        await Administration.SwitchAsync(Actor.Console, "used-controls", false);
        Assert.Equal("plugins.remove.used", Refusal(await Administration.RemoveAsync(Actor.Console, "used-controls", "1.0.0", default)));
    }

    [Fact]
    public async Task A_stored_result_keeps_the_version_that_made_it_and_who_may_look_gets_a_link()
    {
        await InstallAsync(PluginFile.Data("stored", "1.0.0").Zip());
        await InstallAsync(PluginFile.Data("stored", "2.0.0").Zip());
        var work = await app.NewWorkspaceAsync("rated");
        var (adminId, admin) = await app.NewAccountAsync("Administrator", isSystemAdministrator: true);
        await app.AsConsoleAsync(new SetMembership.Command(work.Workspace.Id, adminId, [Role.InternalAuditor]));
        Assert.True(await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            var exercise = new Exercise { Name = "First", MethodologyId = "stored", MethodologyVersion = "1.0.0", State = ExerciseState.Closed };
            session.Add(exercise, "exercise.add");
            session.Add(new Risk { ExerciseId = exercise.Id, Title = "Flood", Current = new() { MethodologyId = "stored", MethodologyVersion = "1.0.0", Order = 1 } }, "risk.add");
            return (await session.SaveAsync()).Succeeded;
        }));

        // The newer version is needed by nobody; the older one by what it computed.
        Assert.Equal("plugins.remove.used", Refusal(await Administration.RemoveAsync(Actor.Console, "stored", "1.0.0", default)));
        Assert.Equal("plugins.remove.used", Refusal(await Administration.RemoveAsync(Actor.Console, "stored", null, default)));
        var page = await (await app.SignInAsync(admin)).GetAsync("/admin/plugins/detail?id=stored");
        Assert.Contains($"href=\"/w/{work.Slug}/risks/register\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("stored results of risks: 1", page.Text, StringComparison.Ordinal);
        Assert.True((await Administration.RemoveAsync(Actor.Console, "stored", "2.0.0", default)).Succeeded);
        Assert.NotNull(Catalog.Methodology("stored", "1.0.0"));
        Assert.Null(Catalog.Methodology("stored", "2.0.0"));
    }

    [Fact]
    public async Task An_installation_that_the_disk_refuses_leaves_everything_as_it_was()
    {
        await File.WriteAllTextAsync(Path.Combine(Plugins, "blocked"), "A file where the folder should be.");
        using var zip = new MemoryStream(PluginFile.Data("blocked").Zip());
        Assert.Equal("plugins.change.failed", Refusal(await Administration.InstallAsync(Actor.Console, zip, new(true), default)));
        Assert.Empty(Directory.EnumerateDirectories(Plugins, ".*"));
        Assert.Equal("A file where the folder should be.", await File.ReadAllTextAsync(Path.Combine(Plugins, "blocked")));
        Assert.DoesNotContain(await app.SystemLogAsync(), e => e.Data?.Contains("blocked", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_removal_that_the_disk_refuses_leaves_everything_as_it_was()
    {
        await InstallAsync(PluginFile.Data("twice", "1.0.0").Zip());
        await InstallAsync(PluginFile.Data("twice", "2.0.0").Zip());
        string[] versions = [.. Catalog.Plugins.Where(p => p.Id == "twice").Select(p => p.Version)];
        // The last to be moved is not there.
        Directory.Delete(Path.Combine(Plugins, "twice", versions[^1]), recursive: true);
        Assert.Equal("plugins.change.failed", Refusal(await Administration.RemoveAsync(Actor.Console, "twice", null, default)));
        Assert.True(File.Exists(Path.Combine(Plugins, "twice", versions[0], "plugin.json")));
        Assert.Empty(Directory.EnumerateDirectories(Plugins, ".*"));
        Assert.DoesNotContain(await app.SystemLogAsync(), e => e.Action == "plugin.remove");
    }

    [Fact]
    public async Task A_sector_guide_whose_controls_a_workspace_took_up_is_not_removed()
    {
        await InstallAsync(PluginFile.Catalogue("taken-up").Zip());
        var work = await app.NewWorkspaceAsync("sector");
        await work.RunAsync(async s =>
        {
            var session = s.GetRequiredService<WorkspaceContext>().OpenSession();
            var choice = CatalogueChoice.Fresh();
            choice.Extensions.Add("taken-up");
            session.Add(choice, "catalogue.choose");
            return (await session.SaveAsync()).Succeeded;
        });
        Assert.Equal("plugins.remove.used", Refusal(await Administration.RemoveAsync(Actor.Console, "taken-up", null, default)));
    }

    [Fact]
    public async Task A_signature_shows_whose_it_is()
    {
        var (secret, known) = SigningKey.Create();
        var signed = PluginFile.Data("signed").SignedZip(secret);
        Assert.Equal(SignatureState.UnknownKey, (await InspectAsync(signed)).Value.Plugin.Origin.State);

        var browser = await AdministratorAsync();
        var trusted = await browser.PostAsync("/admin/plugins/keys", new() { ["Input.Name"] = "Agency", ["Input.PublicKey"] = known });
        Assert.Equal(HttpStatusCode.SeeOther, trusted.Status);
        var origin = (await InspectAsync(signed)).Value.Plugin.Origin;
        Assert.Equal((SignatureState.Trusted, "Agency"), (origin.State, origin.KeyName));
        Assert.Equal(SignatureState.Trusted, (await InstallAsync(signed)).Plugin.Origin.State);

        var key = (await Administration.TrustAsync(default)).Keys.Single(k => k.Name == "Agency");
        Assert.Contains("Trust the key of Agency no longer? It signed Plugin signed 1.0.0", (await browser.GetAsync("/admin/plugins/keys")).Body, StringComparison.Ordinal);
        Assert.Equal(["signed"], (await Administration.ForgetKeyAsync(Actor.Console, key.Id, default)).Value.Select(p => p.Id));
        Assert.Equal(SignatureState.UnknownKey, Catalog.Plugins.Single(p => p.Id == "signed").Origin.State);
    }

    [Fact]
    public async Task A_signature_over_another_manifest_is_refused()
    {
        var (secret, _) = SigningKey.Create();
        var donor = PluginFile.Data("donor").SignedZip(secret);
        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(donor));
        using var signature = new MemoryStream();
        using (var stream = zip.GetEntry("plugin.sig")!.Open())
            stream.CopyTo(signature);
        Assert.Equal("plugins.reason.signature", Refusal(await InspectAsync(PluginFile.Data("borrower").Adding("plugin.sig", signature.ToArray()).Zip())));
        Assert.Equal("plugins.reason.signature", Refusal(await InspectAsync(PluginFile.Data("borrower").Adding("plugin.sig", [1, 2, 3]).Zip())));
    }

    [Fact]
    public async Task Where_signatures_are_demanded_the_unsigned_are_neither_installed_nor_used()
    {
        var (secret, known) = SigningKey.Create();
        await InstallAsync(PluginFile.Data("plain").Zip());
        Assert.True((await Administration.TrustKeyAsync(Actor.Console, "Maker", known, default)).Succeeded);
        await Administration.DemandSignaturesAsync(Actor.Console, true, default);
        try
        {
            Assert.Equal((PluginState.Disabled, "plugins.reason.onlysigned"), StateOf("plain"));
            Assert.Null(Catalog.Methodology("plain"));
            Assert.Equal("plugins.file.onlysigned", Refusal(await InspectAsync(PluginFile.Data("unsigned").Zip())));
            Assert.Equal("plugins.file.onlysigned", Refusal(await InspectAsync(PluginFile.Data("stranger").SignedZip(SigningKey.Create().Private))));
            Assert.Equal(PluginState.Active, (await InstallAsync(PluginFile.Data("welcome").SignedZip(secret))).Plugin.State);
            Assert.NotNull(Catalog.Methodology("matrix"));
        }
        finally
        {
            await Administration.DemandSignaturesAsync(Actor.Console, false, default);
        }

        Assert.NotNull(Catalog.Methodology("plain"));
    }

    [Fact]
    public async Task A_private_key_is_not_taken_for_a_public_one()
    {
        var refused = await Administration.TrustKeyAsync(Actor.Console, "Me", SigningKey.Create().Private, default);
        Assert.Equal("plugins.key.private", Refusal(refused));
        Assert.Equal("plugins.key.wrong", Refusal(await Administration.TrustKeyAsync(Actor.Console, "Me", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", default)));
    }

    [Fact]
    public async Task A_file_made_to_do_harm_is_refused_and_leaves_nothing()
    {
        (string Reason, PluginFile File)[] hostile =
        [
            ("plugins.reason.path", PluginFile.Data("evil").Adding("../evil.json", [1])),
            ("plugins.reason.path", PluginFile.Data("evil").Adding("/etc/evil.json", [1])),
            ("plugins.reason.path", PluginFile.Data("evil").Adding("a\\..\\evil.json", [1])),
            ("plugins.reason.path", PluginFile.Data("evil").Adding("c:evil.json", [1])),
            ("plugins.reason.path", PluginFile.Data("evil").Adding("nul.json", [1])),
            ("plugins.file.link", PluginFile.Data("evil").Adding("link.json", PluginFile.Bytes("/etc/passwd"), 0xA1FF << 16)),
            ("plugins.file.twice", PluginFile.Data("evil").Adding("methodology.json", [1])),
            ("plugins.file.twice", PluginFile.Data("evil").Adding("Methodology.JSON", [1])),
            ("plugins.file.twice", PluginFile.Data("evil").Listing("a", [1]).Listing("a/b", [1])),
            ("plugins.reason.unlisted", PluginFile.Data("evil").Adding("more.dll", [1])),
            ("plugins.reason.hash", PluginFile.Data("evil").Changing("methodology.json", [1])),
            ("plugins.reason.sdk", PluginFile.Data("evil").With(m => m["sdk"] = "2.0")),
            ("plugins.reason.manifest", PluginFile.Data("evil").With(m => m["id"] = "../evil")),
            ("plugins.reason.manifest", PluginFile.Data("evil").With(m => m["id"] = "evil\n")),
            ("plugins.reason.manifest", PluginFile.Data("evil").With(m => m["sdk"] = "1.0\n")),
            ("plugins.reason.manifest", PluginFile.Data("evil").With(m => m["files"]!["methodology.json"] = m["files"]!["methodology.json"] + "\n")),
            ("plugins.reason.manifest", PluginFile.Data("evil").With(m => m["version"] = "1/../..")),
            ("plugins.reason.missing", PluginFile.Data("evil").With(m => m["files"]!["gone.json"] = new string('0', 64))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("catalogue.json", PluginFile.Bytes("{"))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("locales/ms.json", PluginFile.Bytes("[1"))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("locales/ms.json", PluginFile.Bytes("""{"evil.X":null}"""))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("locales/ms.json", PluginFile.Bytes("""{"evil.X":"half \ud83d"}"""))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("methodologies/half.json", PluginFile.Bytes("""{"id":"half \ud83d"}"""))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("catalogue.json", PluginFile.Bytes("""{"id":"","edition":"1","name":"x","kind":"controls","source":"Tests","items":[]}"""))),
            ("plugins.reason.content", PluginFile.Data("evil").Listing("catalogue.json", PluginFile.Bytes("""{"id":"evil","edition":"1","name":"x","kind":"controls","source":"Tests","items":[{"id":"C.1","kind":"control","title":"bell \u0007"}]}"""))),
            ("plugins.file.assembly", PluginFile.Data("evil").Listing("Evil.dll", [1, 2, 3]).With(m => m["assembly"] = "Evil.dll")),
        ];
        foreach (var (reason, file) in hostile)
            Assert.Equal(reason, Refusal(await InspectAsync(file.Zip())));
        // What a manifest cannot be written with here: half of a surrogate pair, in a text and in a name.
        foreach (var half in new[] { """{"id":"evil","name":"half \ud83d","version":"1.0.0","sdk":"1.0","kind":"catalogue","files":{}}""", """{"id":"evil","name":"x","version":"1.0.0","sdk":"1.0","kind":"catalogue","files":{"\ud83d":""}}""" })
            Assert.Equal("plugins.reason.manifest", Refusal(await InspectAsync(PluginFile.Plain("plugin.json", half))));
        Assert.Equal("plugins.file.notzip", Refusal(await InspectAsync([1, 2, 3])));
        Assert.Equal("plugins.file.notzip", Refusal(await InspectAsync(PluginFile.Data("evil").Zip()[..200])));
        Assert.False(Directory.Exists(Path.Combine(Plugins, "evil")));
        Assert.Empty(Directory.EnumerateDirectories(Plugins, ".*"));
    }

    [Fact]
    public async Task The_page_takes_as_large_a_file_as_the_command_line()
    {
        var noise = new byte[PluginLimits.FileBytes / 2];
        new Random(1).NextBytes(noise);
        var browser = await AdministratorAsync();
        var page = await browser.GetAsync("/admin/plugins/install");
        Assert.Contains("64 MiB", page.Text, StringComparison.Ordinal);
        var sent = await browser.PostAsync("/admin/plugins/install", [], files: [("Input.File", "large.zip", PluginFile.Data("large").Listing("noise.bin", noise).Zip())], form: "/admin/plugins/install");
        Assert.Equal(HttpStatusCode.SeeOther, sent.Status);
        Assert.StartsWith("/admin/plugins/check", sent.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_swells_is_refused_at_its_bound()
    {
        var bomb = PluginFile.Data("bomb").Listing("data/zeros.bin", new byte[300 << 20]).Zip();
        Assert.True(bomb.Length < 2 << 20);
        Assert.Equal("plugins.file.large", Refusal(await InspectAsync(bomb)));
        var many = PluginFile.Data("many");
        for (var i = 0; i < 2001; i++)
            many.Adding($"data/{i}");
        Assert.Equal("plugins.file.large", Refusal(await InspectAsync(many.Zip())));
        Assert.Empty(Directory.EnumerateDirectories(Plugins, ".*"));
    }

    [Fact]
    public async Task An_entry_that_lies_about_its_length_is_cut_at_its_bound()
    {
        var zip = PluginFile.Data("liar").Zip();
        // The length that the directory of the zip states for the second entry: a byte, while there are more.
        var at = LastIndexOf(zip, "methodology.json") - 46 + 24;
        zip[at] = 1;
        zip[at + 1] = 0;
        Assert.NotEmpty((await InspectAsync(zip)).Errors);
    }

    [Fact]
    public async Task A_shipped_plugin_cut_short_by_a_power_cut_is_whole_after_the_next_start()
    {
        var file = Path.Combine(Plugins, "matrix", "1.0.0", "methodology.json");
        var right = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, new byte[right.Length / 2]);
        File.Delete(Path.Combine(Plugins, "dread", "1.0.0", "plugin.json"));
        await app.RestartAsync();
        Assert.Equal(PluginState.Active, StateOf("matrix").State);
        Assert.Equal(PluginState.Active, StateOf("dread").State);
        Assert.Equal(right, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Shipped_code_of_an_earlier_build_is_exchanged_for_that_of_this_program()
    {
        var folder = Path.Combine(Plugins, "report-csv", "1.0.0");
        PluginFolder.Rewrite(folder, m => m["source"] = "An earlier build");
        await app.RestartAsync();
        var status = Catalog.Plugins.Single(p => p.Id == "report-csv");
        Assert.Equal((PluginState.Active, SignatureState.Shipped, "IsmsModular"), (status.State, status.Origin.State, status.Source));
    }

    [Fact]
    public async Task Shipped_data_of_another_build_is_exchanged_too_even_where_it_was_switched_on_by_hand()
    {
        await Administration.SwitchAsync(Actor.Console, "dread", true);
        var folder = Path.Combine(Plugins, "dread", "1.0.0");
        var file = Path.Combine(folder, "methodologies", "dread.json");
        var right = await File.ReadAllBytesAsync(file);
        await File.AppendAllTextAsync(file, " ");
        PluginFolder.Rewrite(folder, m => m["files"]!["methodologies/dread.json"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
        await app.RestartAsync();
        Assert.Equal((PluginState.Active, null), StateOf("dread"));
        Assert.Equal(SignatureState.Shipped, Catalog.Plugins.Single(p => p.Id == "dread").Origin.State);
        Assert.Equal(right, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_shipped_plugin_that_somebody_changed_stays_refused_until_the_administrator_puts_it_back()
    {
        await File.AppendAllTextAsync(Path.Combine(Plugins, "dread", "1.0.0", "plugin.json"), " ");
        await File.AppendAllTextAsync(Path.Combine(Plugins, "dread", "1.0.0", "methodologies", "dread.json"), " ");
        await app.RestartAsync();
        Assert.Equal((PluginState.Faulted, "plugins.reason.hash"), StateOf("dread"));
        var browser = await AdministratorAsync();
        await browser.PostAsync("/admin/plugins/detail?id=dread&version=1.0.0&handler=Restore", [], form: "/admin/plugins/detail?id=dread");
        Assert.Equal(PluginState.Active, StateOf("dread").State);
    }

    [Fact]
    public async Task What_a_killed_installation_left_is_swept_at_the_next_start()
    {
        Directory.CreateDirectory(Path.Combine(Plugins, ".unpack-left", "half", "1.0.0"));
        await app.RestartAsync();
        Assert.DoesNotContain(Catalog.Plugins, p => p.Id == "half");
        Assert.Empty(Directory.EnumerateDirectories(Plugins, ".*"));
    }

    [Fact]
    public async Task Only_the_systems_administrator_installs()
    {
        var member = await (await app.NewWorkspaceAsync()).SignedInAsync(Role.Ciso, Role.WorkspaceAdministrator);
        foreach (var page in new[] { "install", "keys", "check?file=" + new string('0', 64) })
            Assert.NotEqual(HttpStatusCode.OK, (await member.GetAsync("/admin/plugins/" + page)).Status);
    }

    private static int LastIndexOf(byte[] bytes, string text) => bytes.AsSpan().LastIndexOf(PluginFile.Bytes(text));

    private (PluginState State, string? Reason) StateOf(string id)
    {
        var status = Catalog.Plugins.Single(p => p.Id == id);
        return (status.State, status.Reason?.Key);
    }

    private static string Refusal<T>(Result<T> result) => result.Errors.FirstOrDefault()?.Message ?? "taken";

    private async Task<Result<PluginPreview>> InspectAsync(byte[] zip)
    {
        using var stream = new MemoryStream(zip);
        return await Administration.InspectAsync(stream, default);
    }

    private async Task<PluginPreview> InstallAsync(byte[] zip, bool enable = true)
    {
        using var stream = new MemoryStream(zip);
        return (await Administration.InstallAsync(Actor.Console, stream, new(enable), default)).Value;
    }

    private async Task<string[]> LogAsync(params string[] actions) => [.. (await app.SystemLogAsync()).Select(e => e.Action).Where(actions.Contains)];

    private static Task<TestPage> UploadAsync(TestBrowser browser, byte[] zip) => browser.PostAsync("/admin/plugins/install", [], files: [("Input.File", "plugin.zip", zip)]);

    private static async Task<TestPage> ConfirmAsync(TestBrowser browser, string check, bool enable, bool older = false)
    {
        var page = await browser.GetAsync(check);
        return await browser.PostAsync(check, new()
        {
            ["Input.File"] = page.Hidden("Input.File"),
            ["Input.ManifestHash"] = page.Hidden("Input.ManifestHash"),
            ["Input.Enable"] = enable ? "true" : "false",
            ["Input.AllowOlder"] = older ? "true" : "false",
        });
    }

    private async Task<TestBrowser> AdministratorAsync() => await app.SignInAsync((await app.NewAccountAsync("Administrator", isSystemAdministrator: true)).UserName);
}

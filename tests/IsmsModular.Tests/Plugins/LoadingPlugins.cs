using System.Text.Json.Nodes;
using IsmsModular.Abstractions.Methodologies;
using IsmsModular.Abstractions.Reports;
using IsmsModular.Platform.Plugins;
using IsmsModular.Platform.Results;

namespace IsmsModular.Tests.Plugins;

public sealed class LoadingPlugins : IDisposable
{
    private const string Smallest = """{"id":"tiny","version":"1.0.0","name":"Tiny","summary":"For tests.","source":"Tests","confidence":"after","factors":[{"key":"x","name":"X","kind":"number"}],"steps":[{"key":"risk","kind":"sum","of":["x"]}],"value":"risk"}""";

    private readonly PluginFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Everything_that_ships_is_in_use()
    {
        var catalog = folder.LoadWithShipped(_ => null);
        Assert.All(catalog.Plugins, p => Assert.Equal(PluginState.Active, p.State));
        var folders = Directory.GetDirectories(Path.Combine(Looks.Repository.Root, "plugins")).Where(f => File.Exists(Path.Combine(f, "plugin.json"))).Select(f => Path.GetFileName(f)!);
        Assert.Equal(folders.Order(StringComparer.Ordinal), catalog.Plugins.Select(p => p.Id).Order(StringComparer.Ordinal));
        Assert.NotNull(catalog.Methodology("matrix"));
        Assert.NotNull(catalog.Catalogue("iso27001-2022-annex-a"));
        Assert.Contains(catalog.Formats, f => f.Key == "xlsx");
    }

    [Fact]
    public void A_code_plugin_with_a_private_dependency_works()
    {
        folder.AddCode("");
        var method = folder.Load().Methodology("misbehaving")!;
        Assert.Equal("misbehaving", method.PluginId);
        Assert.Equal("It helped.", method.Evaluate(null, Shipped.Inputs()).Value.Result!.Steps.Single().ToString());
    }

    [Fact]
    public void A_native_library_is_loaded_from_a_private_copy_of_its_verified_bytes()
    {
        var mathematics = Directory.Exists("/lib") ? Directory.EnumerateFiles("/lib/", "libm.so.6", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }).FirstOrDefault() : null;
        Assert.SkipWhen(mathematics is null, "No native library to borrow on this system.");
        folder.AddCode("call a native library", more: ("runtimes/" + System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier + "/native/libtiny.so", File.ReadAllBytes(mathematics!)));
        Assert.Equal(1, folder.Load().Methodology("misbehaving")!.Evaluate(null, Shipped.Inputs()).Value.Result!.Order);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Data, "cache"), "libtiny.so", SearchOption.AllDirectories));
    }

    [Fact]
    public void Code_from_elsewhere_waits_for_an_administrator()
    {
        folder.AddCode("");
        Assert.Equal((PluginState.Disabled, "plugins.reason.new"), StateOf("misbehaving", folder.Load(_ => null)));
    }

    [Fact]
    public void A_plugin_that_is_switched_off_offers_nothing()
    {
        var catalog = folder.LoadWithShipped(id => id == "matrix" ? false : null);
        Assert.Equal((PluginState.Disabled, "plugins.reason.disabled"), StateOf("matrix", catalog));
        Assert.Null(catalog.Methodology("matrix"));
    }

    [Fact]
    public void One_that_throws_while_loading_is_faulted_and_leaves_nothing_behind()
    {
        folder.AddCode("throw while loading");
        var catalog = folder.LoadWithShipped();
        var status = catalog.Plugins.Single(p => p.Id == "misbehaving");
        Assert.Equal(PluginState.Faulted, status.State);
        Assert.Contains("I do not like this host.", status.Reason!.ToString(), StringComparison.Ordinal);
        Assert.Null(catalog.Methodology("misbehaving"));
        Assert.DoesNotContain(catalog.Formats, f => f.Key == "misbehaving");
        Assert.NotNull(catalog.Methodology("matrix"));
    }

    [Fact]
    public void A_missing_dependency_is_named()
    {
        var plugin = folder.AddCode("");
        File.Delete(Path.Combine(plugin, "Helper.dll"));
        PluginFolder.Rewrite(plugin, m => ((JsonObject)m["files"]!).Remove("Helper.dll"));
        var status = folder.Load().Plugins.Single(p => p.Id == "misbehaving");
        Assert.Equal(PluginState.Faulted, status.State);
        Assert.Contains("Helper", status.Reason!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("2.0")]
    [InlineData("0.9")]
    public void One_for_another_sdk_is_incompatible(string sdk)
    {
        PluginFolder.Rewrite(folder.AddCode("throw while loading"), m => m["sdk"] = sdk);
        Assert.Equal((PluginState.Incompatible, "plugins.reason.sdk"), StateOf("misbehaving", folder.Load()));
    }

    [Fact]
    public void A_changed_file_is_refused()
    {
        File.AppendAllText(Path.Combine(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest)), "methodology.json"), " ");
        Assert.Equal((PluginState.Faulted, "plugins.reason.hash"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_file_that_is_not_listed_is_refused()
    {
        File.WriteAllText(Path.Combine(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest)), "more.dll"), "");
        Assert.Equal((PluginState.Faulted, "plugins.reason.unlisted"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        File.Delete(Path.Combine(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest), ("notes.txt", "")), "notes.txt"));
        Assert.Equal((PluginState.Faulted, "plugins.reason.missing"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        var secret = Path.Combine(folder.Data, "methodology.json");
        File.WriteAllText(secret, Smallest);
        var plugin = folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest));
        File.Delete(Path.Combine(plugin, "methodology.json"));
        File.CreateSymbolicLink(Path.Combine(plugin, "methodology.json"), secret);
        Assert.Equal((PluginState.Faulted, "plugins.reason.path"), StateOf("tiny", folder.Load()));
    }

    [Theory]
    [InlineData("../secret.json")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b.json")]
    [InlineData("a\\b.json")]
    [InlineData("c:b.json")]
    [InlineData("a//b.json")]
    public void A_path_out_of_the_folder_is_refused(string name)
    {
        PluginFolder.Rewrite(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest)), m => m["files"]![name] = new string('0', 64));
        Assert.Equal((PluginState.Faulted, "plugins.reason.path"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void Code_cannot_open_a_file_that_is_not_its_own()
    {
        folder.AddCode("leave the folder");
        Assert.Equal((PluginState.Faulted, "plugins.reason.load"), StateOf("misbehaving", folder.Load()));
    }

    [Fact]
    public void An_id_that_is_not_the_folders_name_is_refused()
    {
        PluginFolder.Rewrite(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest)), m => m["id"] = "matrix");
        var catalog = folder.LoadWithShipped();
        Assert.Equal((PluginState.Faulted, "plugins.reason.folder"), StateOf("tiny", catalog));
        Assert.Equal(PluginState.Active, catalog.Plugins.Single(p => p.Id == "matrix").State);
    }

    [Fact]
    public void A_version_that_is_not_the_folders_name_is_refused()
    {
        PluginFolder.Rewrite(folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest)), m => m["version"] = "1.0.1");
        Assert.Equal((PluginState.Faulted, "plugins.reason.folder.version"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_key_of_another_plugin_is_refused_with_all_the_later_one_offers()
    {
        folder.AddCode("take a key", id: "aaa");
        var catalog = folder.LoadWithShipped();
        Assert.Equal((PluginState.Faulted, "plugins.reason.taken"), StateOf("aaa", catalog));
        Assert.Null(catalog.Methodology("misbehaving"));
        Assert.Equal("matrix", catalog.Methodology("matrix")!.PluginId);
    }

    [Fact]
    public void A_key_offered_twice_is_refused()
    {
        folder.AddCode("take a key twice");
        Assert.Equal((PluginState.Faulted, "plugins.reason.taken"), StateOf("misbehaving", folder.Load()));
    }

    [Fact]
    public void An_assembly_without_an_entry_type_is_refused()
    {
        folder.Add("tiny", "1.0.0", "Helper.dll", new() { ["Helper.dll"] = PluginFolder.Assembly("Helper") });
        Assert.Equal((PluginState.Faulted, "plugins.reason.entry"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_file_that_is_no_assembly_is_faulted()
    {
        folder.Add("tiny", "1.0.0", "Tiny.dll", new() { ["Tiny.dll"] = [1, 2, 3] });
        Assert.Equal((PluginState.Faulted, "plugins.reason.load"), StateOf("tiny", folder.Load()));
    }

    [Theory]
    [InlineData("", "plugins.reason.manifest")]
    [InlineData("[]", "plugins.reason.manifest")]
    [InlineData("""{"id":"tiny"}""", "plugins.reason.manifest")]
    [InlineData("""{"id":"tiny","name":"half \ud83d","version":"1.0.0","sdk":"1.0","kind":"x","files":{}}""", "plugins.reason.manifest")]
    [InlineData("""{"id":"Tiny!","name":"x","version":"1.0.0","sdk":"1.0","kind":"x","files":{}}""", "plugins.reason.manifest")]
    [InlineData("""{"id":"tiny","name":"x","version":"1","sdk":"1.0","kind":"x","files":{}}""", "plugins.reason.manifest")]
    [InlineData("""{"id":"tiny","name":"x","version":"1.0.0","sdk":"1.0","kind":"x","files":{}}""", "plugins.reason.empty")]
    [InlineData("""{"id":"tiny","name":"x","version":"1.0.0","sdk":"1.0","kind":"x","assembly":"../x.dll","files":{}}""", "plugins.reason.path")]
    public void A_wrong_manifest_is_explained(string manifest, string reason)
    {
        var plugin = Path.Combine(folder.Plugins, "tiny", "1.0.0");
        Directory.CreateDirectory(plugin);
        File.WriteAllText(Path.Combine(plugin, "plugin.json"), manifest);
        Assert.Equal((PluginState.Faulted, reason), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void A_folder_without_versions_is_explained()
    {
        Directory.CreateDirectory(Path.Combine(folder.Plugins, "tiny"));
        Assert.Equal((PluginState.Faulted, "plugins.reason.noversion"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void Versions_of_one_plugin_coexist_and_new_work_takes_the_newest()
    {
        folder.AddText("tiny", "1.9.0", ("methodology.json", Smallest.Replace("\"1.0.0\"", "\"1.9.0\"", StringComparison.Ordinal)));
        folder.AddText("tiny", "1.10.0", ("methodology.json", Smallest.Replace("\"1.0.0\"", "\"1.10.0\"", StringComparison.Ordinal)));
        var catalog = folder.Load();
        Assert.Equal("1.10.0", catalog.Methodology("tiny")!.Version);
        Assert.Equal("1.9.0", catalog.Methodology("tiny", "1.9.0")!.Version);
        Assert.Single(catalog.Methodologies, m => m.Id == "tiny");
    }

    [Fact]
    public void What_ships_is_never_unpacked_over_what_is_there()
    {
        folder.LoadWithShipped();
        var file = Path.Combine(folder.Plugins, "matrix", "1.0.0", "methodology.json");
        File.AppendAllText(file, " ");
        Assert.Equal((PluginState.Faulted, "plugins.reason.hash"), StateOf("matrix", folder.LoadWithShipped()));
    }

    [Fact]
    public void One_that_throws_while_evaluating_is_named_in_the_error()
    {
        folder.AddCode("throw while evaluating");
        var error = Assert.Single(folder.Load().Methodology("misbehaving")!.Evaluate(null, Shipped.Inputs()).Errors);
        Assert.Equal("plugins.failed", error.Message);
        Assert.Equal(["misbehaving", "InvalidOperationException: I broke."], error.Arguments);
    }

    [Fact]
    public void What_a_method_refuses_names_the_field()
    {
        folder.AddCode("refuse");
        var error = Assert.Single(folder.Load().Methodology("misbehaving")!.Evaluate(null, Shipped.Inputs()).Errors);
        Assert.Equal((ErrorKind.Invalid, "likelihood"), (error.Kind, error.Field));
        Assert.Equal(["Seven is odd."], error.Arguments);
    }

    [Fact]
    public void A_result_that_is_no_number_is_an_error()
    {
        folder.AddCode("give no number");
        Assert.False(folder.Load().Methodology("misbehaving")!.Evaluate(null, Shipped.Inputs()).Succeeded);
    }

    [Fact]
    public async Task A_format_that_throws_is_named_in_the_error()
    {
        folder.AddCode("throw while rendering");
        var format = folder.Load().Formats.Single(f => f.Key == "misbehaving");
        var report = new ReportDocument { Title = "R", Language = "en", Organisation = "O", MadeAt = DateTimeOffset.UnixEpoch, Blocks = [] };
        var error = Assert.Single((await format.RenderAsync(report, Stream.Null, TestContext.Current.CancellationToken)).Errors);
        Assert.Equal(["misbehaving", "IOException: No paper."], error.Arguments);
    }

    [Fact]
    public void Words_of_a_plugin_must_start_with_its_id()
    {
        folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest), ("locales/ms.json", """{"matrix.High":"x"}"""));
        Assert.Equal((PluginState.Faulted, "plugins.reason.words"), StateOf("tiny", folder.Load()));
    }

    [Fact]
    public void Verification_finds_what_changed_since_the_start()
    {
        folder.AddText("tiny", "1.0.0", ("methodology.json", Smallest));
        var catalog = folder.Load();
        File.WriteAllText(Path.Combine(folder.Plugins, "tiny", "1.0.0", "new.txt"), "");
        var found = PluginCatalog.Verify(folder.Plugins, catalog.Plugins, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(["tiny"], found.Where(p => p.State != PluginState.Active).Select(p => p.Id));
    }

    private static (PluginState State, string? Reason) StateOf(string id, PluginCatalog catalog)
    {
        var status = catalog.Plugins.Single(p => p.Id == id);
        return (status.State, status.Reason?.Key);
    }
}
